"""Cluster projects on two levels, with the stability of each assignment; no clusters where chance explains them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from scipy import sparse
from scipy.optimize import linear_sum_assignment

from ecotone.landscape.louvain import LouvainGraph
from ecotone.landscape.multiview_graph import Layers, weigh_views
from ecotone.landscape.resampling import (
    NullModel,
    ResampledClusterings,
    ResolutionScore,
    count_repeats,
    exceeds_null_model,
    resample_clusterings,
    sample_null_model,
)
from ecotone.landscape.views import Codes, Floats, Marks, ProjectFeatures

UNCLUSTERED: Final = -1
SMALLEST_CLUSTER: Final = 3
"""Minimum number of projects in a cluster."""
FEWEST_TO_DIVIDE: Final = 10
"""Minimum number of projects in a field for it to be divided into parts."""
LEAST_AGREEMENT: Final = 1 / 3
"""Share of resamplings that must agree for a project to belong to a cluster; it may belong to a second one."""


@dataclass(frozen=True, slots=True)
class ClusterLevel:
    """Clusters on one level.

    cluster       (n,) 0, 1, ... from the largest to the smallest; NOWHERE
    share         (n, n_clusters), share of resamplings that assign the project to the cluster
    inside_share  (n,) share of the project's edge weight inside its cluster; 0 without edges
    jaccard       (n_clusters,) mean Jaccard index of the cluster with the best match in each resampling
    """

    cluster: Codes
    share: Floats
    inside_share: Floats
    jaccard: Floats

    @property
    def cluster_count(self) -> int:
        """The number of clusters."""
        return int(self.share.shape[1])

    @property
    def second_cluster(self) -> Codes:
        """The second cluster that each project belongs to; NOWHERE for most."""
        seconds = np.full(len(self.cluster), UNCLUSTERED)
        if self.cluster_count < 2:
            return seconds
        order = np.argsort(-self.share, axis=1, kind="stable")
        for row in np.flatnonzero(self.cluster != UNCLUSTERED):
            runner_up = order[row, 1] if order[row, 0] == self.cluster[row] else order[row, 0]
            if self.share[row, runner_up] >= LEAST_AGREEMENT:
                seconds[row] = runner_up
        return seconds

    @property
    def stability(self) -> Floats:
        """(n,) the share of resamplings for each project's cluster; the largest share for an unclustered one."""
        if not self.cluster_count:
            return np.zeros(len(self.cluster))
        rows = np.arange(len(self.cluster))
        return np.asarray(
            np.where(self.cluster == UNCLUSTERED, self.share.max(axis=1), self.share[rows, np.maximum(self.cluster, 0)])
        )


@dataclass(frozen=True, slots=True)
class Clustering:
    """The clusters: fields and their parts, with the statistics behind them.

    has_structure  False where the clusters are no better than those of shuffled data; then there are none
    field_of_part  (n_parts,) the field of each part
    """

    projects: tuple[str, ...]
    has_structure: bool
    fields: ClusterLevel
    parts: ClusterLevel
    field_of_part: Codes
    scale: ResolutionScore | None
    null_model: NullModel | None
    layers: Layers


def cluster_projects(features: ProjectFeatures, seed: int) -> Clustering:
    """Cluster the projects into fields, then each field into parts."""
    weighted_layers = weigh_views(features, seed)
    times = count_repeats(len(features.projects))
    fields, scale, chance = _find_level(features, weighted_layers, seed, times)
    parts, within = _divide_fields(features, fields, seed, times)
    return Clustering(
        features.projects, fields.cluster_count > 0, fields, parts, within, scale, chance, weighted_layers
    )


def _find_level(
    features: ProjectFeatures, weighted_layers: Layers, seed: int, times: tuple[int, int]
) -> tuple[ClusterLevel, ResolutionScore | None, NullModel | None]:
    size = len(features.projects)
    if size < SMALLEST_CLUSTER or not any(weight > 0 for weight in weighted_layers.weights.values()):
        return _empty_level(size), None, None
    resamplings, shuffles = times
    attempts = resample_clusterings(weighted_layers, seed, resamplings)
    scale = attempts.best_scale
    chance = sample_null_model(features, weighted_layers, scale.resolution, seed + 1, shuffles)
    if not exceeds_null_model(scale, chance):
        return _empty_level(size), scale, chance
    return consensus_level(weighted_layers.combined_graph(), attempts, scale.resolution, seed), scale, chance


def level_at_resolution(weighted_layers: Layers, resolution: float, seed: int) -> ClusterLevel:
    """The clusters at a given resolution, with the stability of each assignment."""
    attempts = resample_clusterings(
        weighted_layers, seed, count_repeats(len(weighted_layers.projects))[0], (resolution,)
    )
    return consensus_level(weighted_layers.combined_graph(), attempts, resolution, seed)


def _empty_level(size: int) -> ClusterLevel:
    return ClusterLevel(np.full(size, UNCLUSTERED), np.zeros((size, 0)), np.zeros(size), np.zeros(0))


def consensus_level(
    edges: sparse.csr_array, attempts: ResampledClusterings, resolution: float, seed: int
) -> ClusterLevel:
    """Consensus of the resamplings: the communities of the edges that lie inside a cluster, weighted by how often.

    source  Lancichinetti and Fortunato (2012), Sci. Rep. 2:336 (consensus); Tandon et al. (2019), Phys. Rev. E 99,
            042301 (over ties only)
    """
    votes = attempts.partitions[resolution]
    agreed = LouvainGraph(_consensus_graph(attempts.graphs, votes), seed).detect_communities(resolution)
    share = _vote_shares(agreed, votes)
    group = np.where(share.max(axis=1) >= LEAST_AGREEMENT, share.argmax(axis=1), UNCLUSTERED)
    group[np.asarray(edges.sum(axis=1)).ravel() == 0] = UNCLUSTERED
    group, former_numbers = _renumber_by_size(group, share.shape[1])
    best = [_mean_best_jaccard(group == index, votes) for index in range(len(former_numbers))]
    return ClusterLevel(group, share[:, former_numbers], _inside_edge_shares(edges, group), np.array(best))


def _consensus_graph(graphs: Sequence[sparse.csr_array], votes: Sequence[Codes]) -> sparse.csr_array:
    total = sparse.csr_array(graphs[0].shape)
    for graph, groups in zip(graphs, votes, strict=True):
        edges = graph.tocoo()
        inside = groups[edges.row] == groups[edges.col]
        total = (
            total
            + sparse.coo_array((edges.data[inside], (edges.row[inside], edges.col[inside])), shape=graph.shape).tocsr()
        )
    return sparse.csr_array(total / len(graphs))


def _vote_shares(agreed: Codes, votes: Sequence[Codes]) -> Floats:
    """(n, n_groups): share of votes for each group; the groups of a vote are matched by their members."""
    wanted = int(agreed.max()) + 1
    share = np.zeros((len(agreed), wanted))
    for groups in votes:
        common = np.zeros((int(groups.max()) + 1, wanted))
        np.add.at(common, (groups, agreed), 1.0)
        either = common.sum(axis=1)[:, None] + common.sum(axis=0)[None, :] - common
        row, column = linear_sum_assignment(-common / either)
        matched_group = np.full(len(common), UNCLUSTERED)
        matched_group[row] = np.where(common[row, column] > 0, column, UNCLUSTERED)
        matched = matched_group[groups]
        known = np.flatnonzero(matched != UNCLUSTERED)
        share[known, matched[known]] += 1.0
    return share / len(votes)


def _renumber_by_size(group: Codes, groups: int) -> tuple[Codes, Codes]:
    """Groups renumbered from the largest, without those below SMALLEST; and the former number of each."""
    sizes = np.bincount(group[group != UNCLUSTERED], minlength=groups)
    first = np.array([np.flatnonzero(group == index)[0] if sizes[index] else len(group) for index in range(groups)])
    order = np.lexsort((first, -sizes))
    former_numbers = order[sizes[order] >= SMALLEST_CLUSTER]
    new_number = np.full(groups, UNCLUSTERED)
    new_number[former_numbers] = np.arange(len(former_numbers))
    return np.where(group == UNCLUSTERED, UNCLUSTERED, new_number[np.maximum(group, 0)]), former_numbers


def _inside_edge_shares(edges: sparse.csr_array, group: Codes) -> Floats:
    entries = edges.tocoo()
    inside = (group[entries.row] == group[entries.col]) & (group[entries.row] != UNCLUSTERED)
    own = np.bincount(entries.row[inside], entries.data[inside], minlength=len(group))
    strength = np.asarray(edges.sum(axis=1)).ravel()
    return np.asarray(own / np.where(strength > 0, strength, 1.0))


def _mean_best_jaccard(members: Marks, votes: Sequence[Codes]) -> float:
    """Mean over votes of the greatest Jaccard index of a group with these members."""
    best = []
    for groups in votes:
        inside = np.bincount(groups[members], minlength=int(groups.max()) + 1)
        sizes = np.bincount(groups)
        best.append(float((inside / (sizes + members.sum() - inside)).max()))
    return float(np.mean(best))


def _divide_fields(
    features: ProjectFeatures, fields: ClusterLevel, seed: int, times: tuple[int, int]
) -> tuple[ClusterLevel, Codes]:
    """Cluster each field on its own evidence; a field without clusters is a single part."""
    size = len(features.projects)
    group = np.full(size, UNCLUSTERED)
    shares: list[Floats] = []
    held = np.zeros(size)
    jaccards: list[float] = []
    within: list[int] = []
    for field in range(fields.cluster_count):
        rows = np.flatnonzero(fields.cluster == field)
        inner = _empty_level(len(rows))
        if len(rows) >= FEWEST_TO_DIVIDE:
            inner, _, _ = _find_level(
                features.select_projects(rows), weigh_views(features.select_projects(rows), seed), seed, times
            )
        if inner.cluster_count < 2:
            inner = _single_part_level(fields, field, rows)
        share = np.zeros((size, inner.cluster_count))
        share[rows] = inner.share
        group[rows] = np.where(inner.cluster == UNCLUSTERED, UNCLUSTERED, inner.cluster + len(within))
        held[rows] = inner.inside_share
        shares.append(share)
        jaccards += list(inner.jaccard)
        within += [field] * inner.cluster_count
    share = np.concatenate(shares, axis=1) if shares else np.zeros((size, 0))
    return ClusterLevel(group, share, held, np.array(jaccards)), np.array(within, np.int64)


def _single_part_level(fields: ClusterLevel, field: int, rows: Codes) -> ClusterLevel:
    return ClusterLevel(
        np.zeros(len(rows), np.int64),
        fields.share[rows, field : field + 1],
        fields.inside_share[rows],
        fields.jaccard[[field]],
    )
