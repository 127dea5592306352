"""One hierarchy of projects by Ward's method, as a tree that can be cut anywhere."""

from __future__ import annotations

from typing import Final

import numpy as np
from scipy.cluster.hierarchy import linkage
from scipy.cluster.vq import kmeans2

from ecotone.landscape.partition_metrics import renumber_groups
from ecotone.landscape.views import Codes, Floats

MOST_EXACT: Final = 4_000
"""Projects up to which every pair is looked at; beyond, first the nearest are grouped into as many knots."""
KNOTS: Final = 600


def build_ward_tree(positions: Floats, seed: int = 0) -> Floats:
    """The tree that joins, again and again, the two groups whose union adds least variance.

    positions  (n, r), the projects
    returns    (n - 1, 4) as scipy.cluster.hierarchy.linkage: both groups, the height of the join, projects in it. Group
               n + i is that of row i
    source     Ward (1963), J. Am. Stat. Assoc. 58:236; Murtagh and Legendre (2014), J. Classif. 31:274
    """
    size = len(positions)
    if size < 2:
        return np.zeros((0, 4))
    if size <= MOST_EXACT:
        return np.asarray(linkage(positions, "ward"))
    _, knot = kmeans2(positions, KNOTS, iter=20, minit="++", rng=np.random.default_rng(seed), missing="warn")
    return _join_knots(positions, np.unique(knot, return_inverse=True)[1].astype(np.int64))


def _join_knots(positions: Floats, knot: Codes) -> Floats:
    """The trees of the members of each knot, and above them the tree of the knots' means."""
    size = len(positions)
    rows: list[list[float]] = []
    means = np.array([positions[knot == index].mean(axis=0) for index in range(int(knot.max()) + 1)])
    roots: list[int] = []
    for index in range(len(means)):
        members = np.flatnonzero(knot == index)
        inner = np.asarray(linkage(positions[members], "ward")) if len(members) > 1 else np.zeros((0, 4))
        first = size + len(rows)
        for first_side, second_side, height, count in inner:
            rows.append(
                [_renumber(side, members, first) for side in (int(first_side), int(second_side))] + [height, count]
            )
        roots.append(size + len(rows) - 1 if len(members) > 1 else int(members[0]))
    sizes = np.bincount(knot).astype(np.float64)
    first, least = size + len(rows), max((row[2] for row in rows), default=0.0)
    counts = list(sizes)
    for first_side, second_side, height, _ in linkage(means, "ward"):
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
