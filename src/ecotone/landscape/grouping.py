"""Find a field's groups on two levels, say how surely each project is in its group, and say when there is nothing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from scipy import sparse
from scipy.optimize import linear_sum_assignment

from ecotone.landscape.communities import Graph, renumbered
from ecotone.landscape.fusion import Layers, layers
from ecotone.landscape.stability import Scale, Shuffled, Tried, is_structure, repeats, shuffled, tried
from ecotone.landscape.views import Codes, Floats, Marks, Seen

NOWHERE: Final = -1
SMALLEST: Final = 3
"""Projects in a group; fewer are pairs, not a group."""
FEWEST_TO_PART: Final = 10
"""Projects in a field for its parts to be looked for."""
SOMEWHERE: Final = 1 / 3
"""Share of resamplings that must agree on a project's group for it to have one; a second group with as much is one
that it also belongs to: it stands between the two."""


@dataclass(frozen=True, slots=True)
class Level:
    """Groups on one level.

    group       (n,) 0, 1, ... from the largest to the smallest; NOWHERE
    share       (n, n_groups), share of resamplings that put the project into the group
    held        (n,) share of the project's own ties that lie in its group; 0 where it has none
    jaccard     (n_groups,) mean likeness of the group with the best match in each resampling
    """

    group: Codes
    share: Floats
    held: Floats
    jaccard: Floats

    @property
    def groups(self) -> int:
        """How many groups there are."""
        return int(self.share.shape[1])

    @property
    def second(self) -> Codes:
        """The other group that a project stands between; NOWHERE for most."""
        found = np.full(len(self.group), NOWHERE)
        if self.groups < 2:
            return found
        order = np.argsort(-self.share, axis=1, kind="stable")
        for row in np.flatnonzero(self.group != NOWHERE):
            other = order[row, 1] if order[row, 0] == self.group[row] else order[row, 0]
            if self.share[row, other] >= SOMEWHERE:
                found[row] = other
        return found

    @property
    def stability(self) -> Floats:
        """(n,) the share of resamplings that put each project where it is; for one that is nowhere the largest."""
        if not self.groups:
            return np.zeros(len(self.group))
        rows = np.arange(len(self.group))
        return np.asarray(
            np.where(self.group == NOWHERE, self.share.max(axis=1), self.share[rows, np.maximum(self.group, 0)])
        )


@dataclass(frozen=True, slots=True)
class Grouping:
    """What was found: fields, the parts of fields, and what they rest on.

    structure  False: the field does not fall into groups more than a shuffled one; then nobody is in any
    within     (n_parts,) the field each part lies in
    """

    projects: tuple[str, ...]
    structure: bool
    fields: Level
    parts: Level
    within: Codes
    scale: Scale | None
    chance: Shuffled | None
    layers: Layers


def group(seen: Seen, seed: int) -> Grouping:
    """Find fields, then the parts of each."""
    found = layers(seen, seed)
    times = repeats(len(seen.projects))
    fields, scale, chance = _level(seen, found, seed, times)
    parts, within = _parts(seen, fields, seed, times)
    return Grouping(seen.projects, fields.groups > 0, fields, parts, within, scale, chance, found)


def _level(seen: Seen, found: Layers, seed: int, times: tuple[int, int]) -> tuple[Level, Scale | None, Shuffled | None]:
    size = len(seen.projects)
    if size < SMALLEST or not any(weight > 0 for weight in found.weights.values()):
        return _nothing(size), None, None
    resamplings, shuffles = times
    attempts = tried(found, seed, resamplings)
    scale = attempts.best
    chance = shuffled(seen, found, scale.resolution, seed + 1, shuffles)
    if not is_structure(scale, chance):
        return _nothing(size), scale, chance
    return level_of(found.added(), attempts, scale.resolution, seed), scale, chance


def snapshot_level(found: Layers, resolution: float, seed: int) -> Level:
    """The groups at a resolution that is known already, with how surely each project is in its group."""
    attempts = tried(found, seed, repeats(len(found.projects))[0], (resolution,))
    return level_of(found.added(), attempts, resolution, seed)


def _nothing(size: int) -> Level:
    return Level(np.full(size, NOWHERE), np.zeros((size, 0)), np.zeros(size), np.zeros(0))


def level_of(ties: sparse.csr_array, attempts: Tried, resolution: float, seed: int) -> Level:
    """Where resamplings agree: the groups of the ties that lie inside a group, weighed by how often they do.

    source  Lancichinetti and Fortunato (2012), Sci. Rep. 2:336 (consensus); Tandon et al. (2019), Phys. Rev. E 99,
            042301 (over ties only)
    """
    votes = attempts.groups[resolution]
    agreed = Graph(_agreed(attempts.graphs, votes), seed).groups(resolution)
    share = _shares(agreed, votes)
    group = np.where(share.max(axis=1) >= SOMEWHERE, share.argmax(axis=1), NOWHERE)
    group[np.asarray(ties.sum(axis=1)).ravel() == 0] = NOWHERE
    group, kept = _by_size(group, share.shape[1])
    best = [_best_match(group == index, votes) for index in range(len(kept))]
    return Level(group, share[:, kept], _held(ties, group), np.array(best))


def _agreed(graphs: Sequence[sparse.csr_array], votes: Sequence[Codes]) -> sparse.csr_array:
    total = sparse.csr_array(graphs[0].shape)
    for graph, groups in zip(graphs, votes, strict=True):
        ties = graph.tocoo()
        inside = groups[ties.row] == groups[ties.col]
        total = (
            total
            + sparse.coo_array((ties.data[inside], (ties.row[inside], ties.col[inside])), shape=graph.shape).tocsr()
        )
    return sparse.csr_array(total / len(graphs))


def _shares(agreed: Codes, votes: Sequence[Codes]) -> Floats:
    """(n, n_groups): share of votes for each group; a vote's groups are matched with the agreed ones by members."""
    wanted = int(agreed.max()) + 1
    share = np.zeros((len(agreed), wanted))
    for groups in votes:
        common = np.zeros((int(groups.max()) + 1, wanted))
        np.add.at(common, (groups, agreed), 1.0)
        either = common.sum(axis=1)[:, None] + common.sum(axis=0)[None, :] - common
        row, column = linear_sum_assignment(-common / either)
        meaning = np.full(len(common), NOWHERE)
        meaning[row] = np.where(common[row, column] > 0, column, NOWHERE)
        told = meaning[groups]
        known = np.flatnonzero(told != NOWHERE)
        share[known, told[known]] += 1.0
    return share / len(votes)


def _by_size(group: Codes, groups: int) -> tuple[Codes, Codes]:
    """Groups renumbered from the largest on, without those too small; and which of the former ones they are."""
    sizes = np.bincount(group[group != NOWHERE], minlength=groups)
    first = np.array([np.flatnonzero(group == index)[0] if sizes[index] else len(group) for index in range(groups)])
    order = np.lexsort((first, -sizes))
    kept = order[sizes[order] >= SMALLEST]
    meaning = np.full(groups, NOWHERE)
    meaning[kept] = np.arange(len(kept))
    return np.where(group == NOWHERE, NOWHERE, meaning[np.maximum(group, 0)]), kept


def _held(ties: sparse.csr_array, group: Codes) -> Floats:
    entries = ties.tocoo()
    inside = (group[entries.row] == group[entries.col]) & (group[entries.row] != NOWHERE)
    own = np.bincount(entries.row[inside], entries.data[inside], minlength=len(group))
    strength = np.asarray(ties.sum(axis=1)).ravel()
    return np.asarray(own / np.where(strength > 0, strength, 1.0))


def _best_match(members: Marks, votes: Sequence[Codes]) -> float:
    """Mean over votes of the greatest Jaccard index of any group with these members."""
    found = []
    for groups in votes:
        inside = np.bincount(groups[members], minlength=int(groups.max()) + 1)
        sizes = np.bincount(groups)
        found.append(float((inside / (sizes + members.sum() - inside)).max()))
    return float(np.mean(found))


def _parts(seen: Seen, fields: Level, seed: int, times: tuple[int, int]) -> tuple[Level, Codes]:
    """The parts of each field, found as fields are, from the field's own evidence; a field may be a single part."""
    size = len(seen.projects)
    group = np.full(size, NOWHERE)
    shares: list[Floats] = []
    held = np.zeros(size)
    jaccards: list[float] = []
    within: list[int] = []
    for field in range(fields.groups):
        rows = np.flatnonzero(fields.group == field)
        inner = _nothing(len(rows))
        if len(rows) >= FEWEST_TO_PART:
            inner, _, _ = _level(seen.of(rows), layers(seen.of(rows), seed), seed, times)
        if inner.groups < 2:
            inner = _whole(fields, field, rows)
        share = np.zeros((size, inner.groups))
        share[rows] = inner.share
        group[rows] = np.where(inner.group == NOWHERE, NOWHERE, inner.group + len(within))
        held[rows] = inner.held
        shares.append(share)
        jaccards += list(inner.jaccard)
        within += [field] * inner.groups
    share = np.concatenate(shares, axis=1) if shares else np.zeros((size, 0))
    return Level(group, share, held, np.array(jaccards)), np.array(within, np.int64)


def _whole(fields: Level, field: int, rows: Codes) -> Level:
    return Level(
        np.zeros(len(rows), np.int64), fields.share[rows, field : field + 1], fields.held[rows], fields.jaccard[[field]]
    )


def groups_of_ties(ties: sparse.csr_array, seed: int, resolution: float = 1.0) -> Codes:
    """The groups of a graph that is given as it is; for graphs too large to resample.

    ties     (n, n), symmetric, zero diagonal
    returns  (n,) 0, 1, ... in order of first appearance
    """
    return renumbered(Graph(ties, seed).groups(resolution))
