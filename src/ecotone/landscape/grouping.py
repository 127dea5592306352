"""Cluster projects on two levels, with the stability of each assignment; no clusters where chance explains them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from scipy import sparse
from scipy.optimize import linear_sum_assignment

from ecotone.landscape.communities import Graph
from ecotone.landscape.fusion import Layers, layers
from ecotone.landscape.stability import Scale, Shuffled, Tried, is_structure, repeats, shuffled, tried
from ecotone.landscape.views import Codes, Floats, Marks, Seen

NOWHERE: Final = -1
SMALLEST: Final = 3
"""Minimum number of projects in a cluster."""
FEWEST_TO_PART: Final = 10
"""Minimum number of projects in a field for it to be divided into parts."""
SOMEWHERE: Final = 1 / 3
"""Share of resamplings that must agree for a project to belong to a cluster; it may belong to a second one."""


@dataclass(frozen=True, slots=True)
class Level:
    """Clusters on one level.

    cluster       (n,) 0, 1, ... from the largest to the smallest; NOWHERE
    share         (n, n_clusters), share of resamplings that assign the project to the cluster
    inside_share  (n,) share of the project's edge weight inside its cluster; 0 without edges
    jaccard       (n_clusters,) mean Jaccard index of the cluster with the best match in each resampling
    """

    group: Codes
    share: Floats
    held: Floats
    jaccard: Floats

    @property
    def groups(self) -> int:
        """The number of clusters."""
        return int(self.share.shape[1])

    @property
    def second(self) -> Codes:
        """The second cluster that each project belongs to; NOWHERE for most."""
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
        """(n,) the share of resamplings for each project's cluster; the largest share for an unclustered one."""
        if not self.groups:
            return np.zeros(len(self.group))
        rows = np.arange(len(self.group))
        return np.asarray(
            np.where(self.group == NOWHERE, self.share.max(axis=1), self.share[rows, np.maximum(self.group, 0)])
        )


@dataclass(frozen=True, slots=True)
class Grouping:
    """The clusters: fields and their parts, with the statistics behind them.

    has_structure  False where the clusters are no better than those of shuffled data; then there are none
    field_of_part  (n_parts,) the field of each part
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
    """Cluster the projects into fields, then each field into parts."""
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
    """The clusters at a given resolution, with the stability of each assignment."""
    attempts = tried(found, seed, repeats(len(found.projects))[0], (resolution,))
    return level_of(found.added(), attempts, resolution, seed)


def _nothing(size: int) -> Level:
    return Level(np.full(size, NOWHERE), np.zeros((size, 0)), np.zeros(size), np.zeros(0))


def level_of(ties: sparse.csr_array, attempts: Tried, resolution: float, seed: int) -> Level:
    """Consensus of the resamplings: the communities of the edges that lie inside a cluster, weighted by how often.

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
    """(n, n_groups): share of votes for each group; the groups of a vote are matched by their members."""
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
    """Groups renumbered from the largest, without those below SMALLEST; and the former number of each."""
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
    """Mean over votes of the greatest Jaccard index of a group with these members."""
    found = []
    for groups in votes:
        inside = np.bincount(groups[members], minlength=int(groups.max()) + 1)
        sizes = np.bincount(groups)
        found.append(float((inside / (sizes + members.sum() - inside)).max()))
    return float(np.mean(found))


def _parts(seen: Seen, fields: Level, seed: int, times: tuple[int, int]) -> tuple[Level, Codes]:
    """Cluster each field on its own evidence; a field without clusters is a single part."""
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
