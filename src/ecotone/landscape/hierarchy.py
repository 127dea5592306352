"""One hierarchy of projects, as a tree that can be cut anywhere."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, TypeAlias

import numpy as np
from scipy import sparse
from scipy.cluster.hierarchy import linkage

from ecotone.landscape.partition_metrics import renumber_groups
from ecotone.landscape.views import Codes, Floats

Joining: TypeAlias = Callable[[Floats], Floats]

DILATION: Final = 0.15
"""Without it single projects are left over as groups of their own; with much more, groups are forced to one size."""
MOST_EXACT: Final = 4_000
"""Projects up to which every pair is looked at; beyond, first the nearest are grouped into as many knots."""
KNOTS: Final = 600
ROUNDS: Final = 20
"""Of k-means, at most."""
ROWS_OF_BLOCK: Final = 8_192
"""Projects that are compared with every knot at a time."""


def build_average_tree(positions: Floats, seed: int = 0) -> Floats:
    """The tree that joins, again and again, the two groups that are most similar on average.

    Distance is 1 minus similarity. That of a joined group is the mean distance of its projects, plus DILATION times
    what this exceeds the height of the join: large groups take in fewer of the projects that are left over.

    positions  (n, r), rows of length one: the projects
    returns    (n - 1, 4) as scipy.cluster.hierarchy.linkage: both groups, the height of the join, projects in it. Group
               n + i is that of row i
    source     Belbin, Faith and Milligan (1992), Multivariate Behavioral Research 27:417: flexible UPGMA, beta below 0
    """
    return _build_tree(positions, seed, _join_on_average)


def build_ward_tree(positions: Floats, seed: int = 0) -> Floats:
    """The tree that joins, again and again, the two groups whose union adds least variance; as `build_average_tree`.

    source  Ward (1963), J. Am. Stat. Assoc. 58:236; Murtagh and Legendre (2014), J. Classif. 31:274
    """
    return _build_tree(positions, seed, lambda rows: np.asarray(linkage(rows, "ward")))


def _build_tree(positions: Floats, seed: int, join: Joining) -> Floats:
    size = len(positions)
    if size < 2:
        return np.zeros((0, 4))
    if size <= MOST_EXACT:
        return join(positions)
    return _join_knots(positions, gather_knots(positions, KNOTS, seed), join)


def gather_knots(positions: Floats, knots: int, seed: int) -> Codes:
    """The knot of each project, 0, 1, ..., at most so many: spherical k-means.

    source  Dhillon and Modha (2001), Machine Learning 42:143

    >>> rows = np.array([[1.0, 0.0], [0.99, 0.14], [0.0, 1.0]])
    >>> gather_knots(rows, 2, 1).tolist()
    [0, 0, 1]
    """
    rows = positions.astype(np.float32)
    size = len(rows)
    centres = rows[np.random.default_rng(seed).choice(size, min(knots, size), replace=False)]
    knot = np.zeros(size, np.int64)
    for _ in range(ROUNDS):
        blocks = range(0, size, ROWS_OF_BLOCK)
        nearest = np.concatenate([(rows[at : at + ROWS_OF_BLOCK] @ centres.T).argmax(axis=1) for at in blocks])
        if np.array_equal(nearest, knot):
            break
        knot = nearest
        members = sparse.csr_array((np.ones(size, np.float32), (knot, np.arange(size))), shape=(len(centres), size))
        sums = members @ rows
        lengths = np.linalg.norm(sums, axis=1, keepdims=True)
        centres = np.where(lengths > 0, sums / np.maximum(lengths, 1e-9), centres)  # a knot without a project stays
    return np.unique(knot, return_inverse=True)[1].astype(np.int64)


def _join_on_average(positions: Floats) -> Floats:
    """The tree of `build_average_tree`, by chains of nearest neighbours: the work grows with the square of the rows.

    source  Murtagh (1983), The Computer Journal 26:354
    """
    distance = 1.0 - positions @ positions.T
    np.fill_diagonal(distance, np.inf)
    members, heights = np.ones(len(distance)), np.zeros(len(distance))
    joins: list[tuple[int, int, float]] = []
    chain: list[int] = []
    while len(joins) < len(distance) - 1:
        if not chain:
            chain = [int(members.argmax())]
        nearest = int(distance[chain[-1]].argmin())
        if len(chain) < 2 or distance[chain[-1], chain[-2]] > distance[chain[-1], nearest]:
            chain.append(nearest)
            continue
        removed, extended = sorted((chain.pop(), chain.pop()))
        height = float(distance[removed, extended])
        share = members[removed] / (members[removed] + members[extended])
        joined = share * distance[removed] + (1.0 - share) * distance[extended]
        joined += DILATION * (joined - height)
        distance[extended], distance[:, extended] = joined, joined
        distance[removed], distance[:, removed] = np.inf, np.inf
        members[extended], members[removed] = members[extended] + members[removed], 0.0
        heights[extended] = max(height, heights[extended], heights[removed])  # rounding must not put it below its parts
        joins.append((removed, extended, float(heights[extended])))
    return _number_groups(joins)


def _number_groups(joins: list[tuple[int, int, float]]) -> Floats:
    """The joins from the lowest to the highest, each of two groups instead of two projects."""
    size = len(joins) + 1
    group, sizes = list(range(size)), [1] * size
    rows = []
    for first, second, height in sorted(joins, key=lambda join: join[2]):
        count = sizes[first] + sizes[second]
        rows.append((*sorted((group[first], group[second])), height, count))
        group[second], sizes[second] = size + len(rows) - 1, count
    return np.array(rows, np.float64)


def _join_knots(positions: Floats, knot: Codes, join: Joining) -> Floats:
    """The trees of the members of each knot, and above them the tree of the knots' means."""
    size = len(positions)
    rows: list[list[float]] = []
    means = np.array([positions[knot == index].mean(axis=0) for index in range(int(knot.max()) + 1)])
    roots: list[int] = []
    for index in range(len(means)):
        members = np.flatnonzero(knot == index)
        inner = join(positions[members]) if len(members) > 1 else np.zeros((0, 4))
        first = size + len(rows)
        for first_side, second_side, height, count in inner:
            rows.append(
                [_renumber(side, members, first) for side in (int(first_side), int(second_side))] + [height, count]
            )
        roots.append(size + len(rows) - 1 if len(members) > 1 else int(members[0]))
    sizes = np.bincount(knot).astype(np.float64)
    first, least = size + len(rows), max((row[2] for row in rows), default=0.0)
    counts = list(sizes)
    for first_side, second_side, height, _ in join(means):
        counts.append(counts[int(first_side)] + counts[int(second_side)])
        rows.append(
            [_renumber(side, roots, first) for side in (int(first_side), int(second_side))]
            + [least + height, counts[-1]]
        )
    return np.array(rows, np.float64)


def _renumber(side: int, leaves: Codes | list[int], first: int) -> float:
    """The number in the whole tree of a group of an inner tree, whose joins begin at `first`."""
    return float(leaves[side]) if side < len(leaves) else float(first + side - len(leaves))


def cut_tree(tree: Floats, groups: int) -> Codes:
    """The group of each project, 0, 1, ..., where the tree falls into so many groups: the highest joins are undone.

    >>> tree = build_ward_tree(np.array([[0.0], [0.1], [5.0], [5.1], [9.0]]))
    >>> cut_tree(tree, 3).tolist(), cut_tree(tree, 2).tolist()
    ([0, 0, 1, 1, 2], [0, 0, 1, 1, 1])
    """
    size = len(tree) + 1
    # equal heights in the order of the rows: a join comes after those that it contains
    undone = set(np.lexsort((-np.arange(size - 1), -tree[:, 2]))[: max(groups - 1, 0)].tolist())
    group = [2 * size - 2] * (2 * size - 1)
    sides = tree[:, :2].astype(np.int64).tolist()
    for row in range(size - 2, -1, -1):
        for side in sides[row]:
            group[side] = side if row in undone else group[size + row]
    return renumber_groups(np.array(group[:size], np.int64))
