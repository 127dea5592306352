"""Cluster stability: resampling at several resolutions, compared with a permutation null model."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from scipy import sparse

from ecotone.landscape.louvain import RESOLUTIONS, LouvainGraph, modularity
from ecotone.landscape.multiview_graph import Layers, draw_bootstrap_weights
from ecotone.landscape.partition_metrics import adjusted_mutual_information
from ecotone.landscape.views import Codes, Floats, ProjectFeatures, ViewFeatures

REPEATS: Final = ((300, 50, 8), (1_000, 20, 8), (None, 10, 4))
"""(maximum number of projects, resamplings, shuffles): large fields need fewer, chance averages out over projects."""
RESAMPLINGS_OF_SHUFFLE: Final = 3

INDISTINCT_ERRORS: Final = 3.0
"""Standard errors by which the scores of two resolutions must differ."""
LEAST_DEVIATIONS: Final = 4.0
"""Standard deviations above shuffled data that stability and modularity must both reach."""
LEAST_SPREAD: Final = 0.02
"""Lower limit of the standard deviation over shuffles: a few shuffles can agree by chance."""


@dataclass(frozen=True, slots=True)
class ResolutionScore:
    """Statistics of one resolution over all resamplings.

    stability   mean adjusted mutual information of two resamplings' partitions
    modularity  mean modularity of the resamplings at resolution 1
    score       mean over resamplings of stability times modularity
    error       standard error of the score
    """

    resolution: float
    stability: float
    modularity: float
    score: float
    error: float


@dataclass(frozen=True, slots=True)
class ResampledClusterings:
    """The partition of each resampling at each resolution, and the statistics.

    partitions  resolution -> one partition for each resampling
    """

    graphs: tuple[sparse.csr_array, ...]
    partitions: dict[float, tuple[Codes, ...]]
    scales: tuple[ResolutionScore, ...]

    @property
    def best_scale(self) -> ResolutionScore:
        """The finest resolution within three standard errors of the greatest score, as the most informative."""
        first = max(self.scales, key=lambda scale: scale.score)
        return max(
            (scale for scale in self.scales if scale.score >= first.score - INDISTINCT_ERRORS * first.error),
            key=lambda scale: scale.resolution,
        )


@dataclass(frozen=True, slots=True)
class NullModel:
    """Stability and modularity of shuffled data at one resolution, one value for each shuffle."""

    stability: Floats
    modularity: Floats


def count_repeats(projects: int) -> tuple[int, int]:
    """The number of resamplings and the number of shuffles."""
    return next((times, shuffles) for most, times, shuffles in REPEATS if most is None or projects <= most)


def resample_clusterings(
    layers: Layers, seed: int, times: int, resolutions: Sequence[float] = RESOLUTIONS
) -> ResampledClusterings:
    """Partition `times` resamplings at each resolution."""
    rng = np.random.default_rng(seed)
    graphs = tuple(_resample_graph(layers, rng) for _ in range(times))
    parted = [LouvainGraph(graph, int(rng.integers(1 << 31))) for graph in graphs]
    partitions = {
        resolution: tuple(graph.detect_communities(resolution) for graph in parted) for resolution in resolutions
    }
    return ResampledClusterings(
        graphs, partitions, tuple(_score_resolution(*partition, graphs) for partition in partitions.items())
    )


def _resample_graph(layers: Layers, rng: np.random.Generator) -> sparse.csr_array:
    return layers.combined_graph({view: draw_bootstrap_weights(unit, rng) for view, unit in layers.profiles.items()})


def _score_resolution(
    resolution: float, groups: Sequence[Codes], graphs: Sequence[sparse.csr_array]
) -> ResolutionScore:
    # each resampling with the next, around a ring: all pairs cost much and add little
    pairs = zip(groups, (*groups[1:], groups[0]), strict=True)
    stable = np.array([adjusted_mutual_information(first, second) for first, second in pairs])
    separation = np.array([modularity(graph, partition) for graph, partition in zip(graphs, groups, strict=True)])
    worth = stable * np.maximum(separation, 0.0)
    error = float(worth.std(ddof=1) / np.sqrt(len(worth))) if len(worth) > 1 else 0.0
    return ResolutionScore(resolution, float(stable.mean()), float(separation.mean()), float(worth.mean()), error)


def sample_null_model(features: ProjectFeatures, layers: Layers, resolution: float, seed: int, times: int) -> NullModel:
    """Statistics of the null model: the features of each view permuted, the weights of the views unchanged."""
    rng = np.random.default_rng(seed)
    stable, apart = [], []
    for _ in range(times):
        drawn = [
            permute_features(evidence, rng) for evidence in features.evidence if layers.weights[evidence.view.name] > 0
        ]
        permuted = Layers.with_weights(layers.projects, drawn, layers.weights)
        graphs = tuple(_resample_graph(permuted, rng) for _ in range(RESAMPLINGS_OF_SHUFFLE))
        groups = [LouvainGraph(graph, int(rng.integers(1 << 31))).detect_communities(resolution) for graph in graphs]
        scale = _score_resolution(resolution, groups, graphs)
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


def exceeds_null_model(scale: ResolutionScore, chance: NullModel) -> bool:
    """Whether stability and modularity clearly exceed those of shuffled data."""
    pairs = ((scale.stability, chance.stability), (scale.modularity, chance.modularity))
    return all(
        value > null_values.mean() + LEAST_DEVIATIONS * max(float(null_values.std(ddof=1)), LEAST_SPREAD)
        and value > null_values.max()
        for value, null_values in pairs
    )
