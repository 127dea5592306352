"""Cluster projects on two levels of one hierarchy, with the stability of each; none where chance explains them."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from scipy import sparse

from ecotone.landscape.multiview_graph import Layers, build_layers
from ecotone.landscape.resampling import (
    RESAMPLINGS_COMPARED,
    CutScore,
    Hierarchy,
    NullModel,
    build_hierarchy,
    count_repeats,
    exceeds_null_model,
    resample_hierarchies,
    resample_walks,
    sample_null_model,
    score_cut,
)
from ecotone.landscape.views import Codes, Floats, Marks, ProjectFeatures

UNCLUSTERED: Final = -1
SMALLEST_FIELD: Final = 3
"""Minimum number of projects in a field."""
SMALLEST_PART: Final = 2
LEAST_SHARE: Final = 1 / 3
"""Share of resamplings that must put a project into a second cluster for it to stand between two."""
PROJECTS_PER_PART: Final = 4
CUT_RANGE: Final = math.sqrt(2.0)
"""A level may have so many times more or fewer clusters than its target."""
CLEAR_GAP: Final = 2.0
"""Ratio of the heights of two successive joins from which the groups between them are distinct."""
CUTS_COMPARED: Final = 12
CUTS_SHOWN: Final = 7
"""Cuts of the tree in addition to those into fields and parts that a reader can choose."""
INDISTINCT: Final = 0.02
"""Difference of stability up to which two cuts are equally good."""


@dataclass(frozen=True, slots=True)
class ClusterLevel:
    """Clusters on one level.

    cluster       (n,) 0, 1, ... from the largest to the smallest; UNCLUSTERED
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
        """The other cluster that a project may belong to as well; UNCLUSTERED for most."""
        seconds = np.full(len(self.cluster), UNCLUSTERED)
        if self.cluster_count < 2:
            return seconds
        rows = np.flatnonzero(self.cluster != UNCLUSTERED)
        others = self.share[rows].copy()
        others[np.arange(len(rows)), self.cluster[rows]] = -1.0
        runner_up = others.argmax(axis=1)
        between = others[np.arange(len(rows)), runner_up] >= LEAST_SHARE
        seconds[rows[between]] = runner_up[between]
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
    """The clusters: fields and their parts, with the hierarchy and the statistics behind them.

    has_structure  False where the clusters are no better than those of shuffled data; then there are none
    field_of_part  (n_parts,) the field of each part
    scale          the statistics of the cut into fields, by walks alone; None with too few projects
    cuts           the tree cut into few to many groups, none left out
    """

    projects: tuple[str, ...]
    has_structure: bool
    fields: ClusterLevel
    parts: ClusterLevel
    field_of_part: Codes
    scale: CutScore | None
    null_model: NullModel | None
    layers: Layers
    hierarchy: Hierarchy
    cuts: tuple[ClusterLevel, ...] = ()


def cluster_projects(features: ProjectFeatures, seed: int, groups: int | None = None) -> Clustering:
    """Cluster the projects into fields and these into parts: two cuts of one hierarchy.

    groups  how many fields the user wants; None: about the square root of half the projects, where they are stable
    """
    layers = build_layers(features)
    hierarchy = build_hierarchy(*layers.place_projects())
    size, leaves = len(features.projects), int(hierarchy.connected.sum())
    nothing = (_empty_level(size), _empty_level(size), np.zeros(0, np.int64))
    if leaves < 2 * SMALLEST_FIELD:
        return Clustering(features.projects, False, *nothing, None, None, layers, hierarchy)
    resamplings, shuffles = count_repeats(size)
    resampled = resample_hierarchies(layers, seed, resamplings)
    if groups is None:
        scale = choose_cut(hierarchy, resampled, math.sqrt(leaves / 2), 2)
    else:
        scale = score_cut(resampled, max(2, min(groups, leaves // SMALLEST_FIELD)))
    scale = score_cut(resample_walks(layers, seed, RESAMPLINGS_COMPARED), scale.groups)
    chance = sample_null_model(features, scale.groups, seed + 1, shuffles)
    if not exceeds_null_model(scale, chance):
        return Clustering(features.projects, False, *nothing, scale, chance, layers, hierarchy)
    fields = build_level(hierarchy, resampled, scale.groups)
    finer = choose_cut(hierarchy, resampled, leaves / PROJECTS_PER_PART, scale.groups + 1)
    parts, field_of_part = _divide_fields(hierarchy, resampled, fields, finer.groups)
    cuts = tuple(
        _measure_level(
            hierarchy.edges, _renumber_by_size(hierarchy.cut(count), 1)[0], [draw.cut(count) for draw in resampled]
        )
        for count in shown_cuts(scale.groups, finer.groups)
    )
    return Clustering(features.projects, True, fields, parts, field_of_part, scale, chance, layers, hierarchy, cuts)


def shown_cuts(fields: int, parts: int) -> list[int]:
    """Numbers of groups that a reader can choose, from two up to the parts.

    >>> shown_cuts(5, 14)
    [2, 3, 4, 5, 7, 10, 14]
    """
    between = np.geomspace(2, max(parts, fields + 1), CUTS_SHOWN).round().astype(int).tolist()
    return sorted({*between, fields})


def choose_cut(hierarchy: Hierarchy, resampled: Sequence[Hierarchy], target: float, least: int) -> CutScore:
    """The number of groups: at the clearest gap of the tree's heights, else the most stable one around the target.

    A gap is clear where a join is CLEAR_GAP times as high as the one below it: groups are distinct there whatever their
    number. Otherwise the number is a matter of taste: about `target`, where resamplings agree best.
    least   groups, at least
    source  Mojena (1977), The Computer Journal 20:359: stop where the height of joins leaps
    """
    heights = np.sort(hierarchy.tree[:, 2])[::-1]
    most = max(min(round(target * CUT_RANGE), len(heights)), least)
    counts = np.arange(max(least, 2), most + 1)
    counts = counts[counts <= len(heights) - 1]
    if len(counts):
        # k groups remain when the k - 1 highest joins are undone
        leap = heights[counts - 2] / np.maximum(heights[counts - 1], 1e-9)
        if leap.max() >= CLEAR_GAP:
            return score_cut(resampled, int(counts[leap.argmax()]))
    near = np.arange(max(least, round(target / CUT_RANGE)), most + 1)
    tried = near[np.unique(np.linspace(0, len(near) - 1, CUTS_COMPARED).round().astype(np.int64))]
    scores = [score_cut(resampled, int(groups)) for groups in tried]
    best = max(score.stability for score in scores)
    good = [score for score in scores if score.stability >= best - INDISTINCT]
    return min(good, key=lambda score: (abs(score.groups - target), score.groups))


def build_level(hierarchy: Hierarchy, resampled: Sequence[Hierarchy], groups: int) -> ClusterLevel:
    """The cut into so many groups, with the stability of each assignment; groups that are too small are none."""
    group, _ = _renumber_by_size(hierarchy.cut(groups), SMALLEST_FIELD)
    return _measure_level(hierarchy.edges, group, [draw.cut(groups) for draw in resampled])


def _measure_level(edges: sparse.csr_array, group: Codes, votes: Sequence[Codes]) -> ClusterLevel:
    share = _vote_shares(group, votes)
    best = [_mean_best_jaccard(group == index, votes) for index in range(share.shape[1])]
    return ClusterLevel(group, share, _inside_edge_shares(edges, group), np.array(best))


def _empty_level(size: int) -> ClusterLevel:
    return ClusterLevel(np.full(size, UNCLUSTERED), np.zeros((size, 0)), np.zeros(size), np.zeros(0))


def _vote_shares(group: Codes, votes: Sequence[Codes]) -> Floats:
    """(n, n_groups): share of votes for each group; the groups of a vote are matched by their members."""
    from scipy.optimize import linear_sum_assignment  # imported here: a map that is up to date does not need it

    wanted = int(group.max()) + 1
    share = np.zeros((len(group), wanted))
    for vote in votes:
        groups = vote + 1  # a project without an edge is in a group of its own kind, matched with none
        common = np.zeros((int(groups.max()) + 1, wanted))
        inside = group != UNCLUSTERED
        np.add.at(common, (groups[inside], group[inside]), 1.0)
        either = np.bincount(groups, minlength=len(common))[:, None] + np.bincount(group[inside], minlength=wanted)
        row, column = linear_sum_assignment(-common / np.maximum(either - common, 1.0))
        matched_group = np.full(len(common), UNCLUSTERED)
        matched_group[row] = np.where(common[row, column] > 0, column, UNCLUSTERED)
        matched_group[0] = UNCLUSTERED
        matched = matched_group[groups]
        known = np.flatnonzero(matched != UNCLUSTERED)
        share[known, matched[known]] += 1.0
    return share / len(votes)


def _renumber_by_size(group: Codes, smallest: int) -> tuple[Codes, int]:
    """Groups renumbered from the largest, without those that are too small; and how many there are."""
    sizes = np.bincount(group[group != UNCLUSTERED])
    first = np.array([np.flatnonzero(group == index)[0] if sizes[index] else len(group) for index in range(len(sizes))])
    order = np.lexsort((first, -sizes))
    large_enough = order[sizes[order] >= smallest]
    new_number = np.full(len(sizes), UNCLUSTERED)
    new_number[large_enough] = np.arange(len(large_enough))
    return np.where(group == UNCLUSTERED, UNCLUSTERED, new_number[np.maximum(group, 0)]), len(large_enough)


def _inside_edge_shares(edges: sparse.csr_array, group: Codes) -> Floats:
    entries = edges.tocoo()
    inside = (group[entries.row] == group[entries.col]) & (group[entries.row] != UNCLUSTERED)
    own = np.bincount(entries.row[inside], entries.data[inside], minlength=len(group))
    strength = np.asarray(edges.sum(axis=1)).ravel()
    return np.asarray(own / np.where(strength > 0, strength, 1.0))


def _mean_best_jaccard(members: Marks, votes: Sequence[Codes]) -> float:
    """Mean over votes of the greatest Jaccard index of a group with these members."""
    best = []
    for vote in votes:
        groups = vote + 1
        inside = np.bincount(groups[members], minlength=int(groups.max()) + 1)
        sizes = np.bincount(groups)
        best.append(float((inside / (sizes + members.sum() - inside)).max()))
    return float(np.mean(best))


def _divide_fields(
    hierarchy: Hierarchy, resampled: Sequence[Hierarchy], fields: ClusterLevel, groups: int
) -> tuple[ClusterLevel, Codes]:
    """The parts of fields: a finer cut, where a part that is too small joins the part of its field nearest to it."""
    cut = hierarchy.cut(groups)
    cut[fields.cluster == UNCLUSTERED] = UNCLUSTERED
    for index in np.unique(cut[cut != UNCLUSTERED]):
        rows = np.flatnonzero(cut == index)
        if len(rows) >= SMALLEST_PART:
            continue
        others = np.flatnonzero((fields.cluster == fields.cluster[rows[0]]) & (cut != index))
        if len(others):
            cut[rows] = cut[others[(hierarchy.positions[others] @ hierarchy.positions[rows].mean(axis=0)).argmax()]]
    # by field, in each from the largest
    present = np.unique(cut[cut != UNCLUSTERED])
    rank = {
        int(index): (int(fields.cluster[cut == index][0]), -int((cut == index).sum()), int(index)) for index in present
    }
    order = sorted(rank, key=rank.__getitem__)
    number = {index: position for position, index in enumerate(order)}
    part = np.array([number.get(int(index), UNCLUSTERED) for index in cut], np.int64)
    level = _measure_level(hierarchy.edges, part, [draw.cut(groups) for draw in resampled])
    return level, np.array([rank[index][0] for index in order], np.int64)
