"""Stability of clusters: the hierarchy of resampled features at several cuts, and of permuted ones."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from scipy import sparse

from ecotone.landscape.hierarchy import build_average_tree, cut_tree
from ecotone.landscape.multiview_graph import Layers, build_layers
from ecotone.landscape.partition_metrics import adjusted_mutual_information, measure_modularity
from ecotone.landscape.similarity import heat_positions
from ecotone.landscape.views import Codes, Floats, Marks, ProjectFeatures, ViewFeatures

REPEATS: Final = ((300, 50, 8), (1_000, 20, 8), (None, 10, 4))
"""(maximum number of projects, resamplings, shuffles): large fields need fewer, chance averages out over projects."""
RESAMPLINGS_OF_SHUFFLE: Final = 3
RESAMPLINGS_COMPARED: Final = 10
"""Resamplings of the real data that are compared with shuffled ones."""

LEAST_DEVIATIONS: Final = 4.0
"""Standard deviations above shuffled data that stability and modularity must both reach."""
LEAST_SPREAD: Final = 0.02
"""Lower limit of the standard deviation over shuffles: a few shuffles can agree by chance."""


@dataclass(frozen=True, slots=True)
class CutScore:
    """Statistics of the cut into one number of groups, over all resamplings.

    stability   mean adjusted mutual information of two resamplings' partitions
    modularity  mean modularity of the resamplings at resolution 1
    """

    groups: int
    stability: float
    modularity: float


@dataclass(frozen=True, slots=True)
class Hierarchy:
    """The tree of the projects that have an edge.

    edges      (n, n) the graph
    positions  (n, r) as `fused_positions` gives them
    connected  (n,) projects with an edge; the leaves of the tree, in order
    """

    edges: sparse.csr_array
    positions: Floats
    connected: Marks
    tree: Floats

    def cut(self, groups: int) -> Codes:
        """(n,) the groups 0, 1, ...; -1 for a project without an edge."""
        partition = np.full(len(self.connected), -1, np.int64)
        partition[self.connected] = cut_tree(self.tree, groups)
        return partition


@dataclass(frozen=True, slots=True)
class NullModel:
    """Stability and modularity of shuffled data at one cut, one value for each shuffle."""

    stability: Floats
    modularity: Floats


def count_repeats(projects: int) -> tuple[int, int]:
    """The number of resamplings and the number of shuffles."""
    return next((times, shuffles) for most, times, shuffles in REPEATS if most is None or projects <= most)


def build_hierarchy(edges: sparse.csr_array, positions: Floats | None = None) -> Hierarchy:
    """The hierarchy of the projects of a graph, by their positions; None: where walks over the graph lead."""
    positions = heat_positions(edges) if positions is None else positions
    connected = np.asarray(np.diff(edges.indptr) > 0)
    return Hierarchy(edges, positions, connected, build_average_tree(positions[connected]))


def resample_hierarchies(layers: Layers, seed: int, times: int) -> tuple[Hierarchy, ...]:
    """The hierarchies of bootstrap resamplings of the features."""
    rng = np.random.default_rng(seed)
    return tuple(build_hierarchy(*layers.place_projects(rng)) for _ in range(times))


def resample_walks(layers: Layers, seed: int, times: int) -> tuple[Hierarchy, ...]:
    """The same by walks alone, for the comparison with shuffled data.

    Direct similarity is left out: a few projects with many features are similar to many others in shuffled data too, so
    chance alone is stable at times.
    """
    rng = np.random.default_rng(seed)
    return tuple(build_hierarchy(layers.combined_graph(rng)) for _ in range(times))


def score_cut(hierarchies: Sequence[Hierarchy], groups: int) -> CutScore:
    """The statistics of the cut into so many groups."""
    partitions = [hierarchy.cut(groups) + 1 for hierarchy in hierarchies]
    # each resampling with the next, around a ring: all pairs cost much and add little
    pairs = zip(partitions, (*partitions[1:], partitions[0]), strict=True)
    stable = [adjusted_mutual_information(first, second) for first, second in pairs]
    separation = [
        measure_modularity(hierarchy.edges, partition)
        for hierarchy, partition in zip(hierarchies, partitions, strict=True)
    ]
    return CutScore(groups, float(np.mean(stable)), float(np.mean(separation)))


def sample_null_model(features: ProjectFeatures, groups: int, seed: int, times: int) -> NullModel:
    """Statistics of the null model: the features of each view permuted over projects."""
    rng = np.random.default_rng(seed)
    stable, apart = [], []
    for _ in range(times):
        drawn = tuple(permute_features(evidence, rng) for evidence in features.evidence if evidence.view.compares)
        permuted = build_layers(ProjectFeatures(features.projects, drawn))
        scale = score_cut(resample_walks(permuted, int(rng.integers(1 << 31)), RESAMPLINGS_OF_SHUFFLE), groups)
        stable.append(scale.stability)
        apart.append(scale.modularity)
    return NullModel(np.array(stable), np.array(apart))


def permute_features(evidence: ViewFeatures, rng: np.random.Generator) -> ViewFeatures:
    """The evidence with permuted features (a bipartite configuration model): degrees of both sides are kept.

    A project that gets a feature twice keeps it once, with both counts.
    """
    entries = evidence.counts.tocoo()
    counts = sparse.coo_array(
        (entries.data, (entries.row, rng.permutation(entries.col))), shape=evidence.counts.shape
    ).tocsr()
    counts.sum_duplicates()
    return replace(evidence, counts=counts)


def exceeds_null_model(scale: CutScore, chance: NullModel) -> bool:
    """Whether stability and modularity clearly exceed those of shuffled data."""
    pairs = ((scale.stability, chance.stability), (scale.modularity, chance.modularity))
    return all(
        value > null_values.mean() + LEAST_DEVIATIONS * max(float(null_values.std(ddof=1)), LEAST_SPREAD)
        and value > null_values.max()
        for value, null_values in pairs
    )
