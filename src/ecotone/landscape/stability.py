"""Cluster stability: resampling at several resolutions, compared with a permutation null model."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from scipy import sparse

from ecotone.landscape.communities import RESOLUTIONS, Graph, modularity
from ecotone.landscape.fusion import Layers, resampled
from ecotone.landscape.partitions import adjusted_information
from ecotone.landscape.views import Codes, Evidence, Floats, Seen

REPEATS: Final = ((300, 50, 8), (1_000, 20, 8), (None, 10, 4))
"""(maximum number of projects, resamplings, shuffles): large fields need fewer, chance averages out over projects."""
RESAMPLINGS_OF_SHUFFLE: Final = 3

INDISTINCT: Final = 3.0
"""Standard errors by which the scores of two resolutions must differ."""
SURELY: Final = 4.0
"""Standard deviations above shuffled data that stability and modularity must both reach."""
LEAST_SPREAD: Final = 0.02
"""Lower limit of the standard deviation over shuffles: a few shuffles can agree by chance."""


@dataclass(frozen=True, slots=True)
class Scale:
    """Statistics of one resolution over all resamplings.

    stability   mean adjusted mutual information of two resamplings' partitions
    modularity  mean modularity of the resamplings at resolution 1
    score       mean over resamplings of stability times modularity
    error       standard error of the score
    """

    resolution: float
    stability: float
    modularity: float
    worth: float
    error: float


@dataclass(frozen=True, slots=True)
class Tried:
    """The partition of each resampling at each resolution, and the statistics.

    partitions  resolution -> one partition for each resampling
    """

    graphs: tuple[sparse.csr_array, ...]
    groups: dict[float, tuple[Codes, ...]]
    scales: tuple[Scale, ...]

    @property
    def best(self) -> Scale:
        """The finest resolution within three standard errors of the greatest score, as the most informative."""
        first = max(self.scales, key=lambda scale: scale.worth)
        return max(
            (scale for scale in self.scales if scale.worth >= first.worth - INDISTINCT * first.error),
            key=lambda scale: scale.resolution,
        )


@dataclass(frozen=True, slots=True)
class Shuffled:
    """Stability and modularity of shuffled data at one resolution, one value for each shuffle."""

    stability: Floats
    modularity: Floats


def repeats(projects: int) -> tuple[int, int]:
    """The number of resamplings and the number of shuffles."""
    return next((times, shuffles) for most, times, shuffles in REPEATS if most is None or projects <= most)


def tried(layers: Layers, seed: int, times: int, resolutions: Sequence[float] = RESOLUTIONS) -> Tried:
    """Partition `times` resamplings at each resolution."""
    rng = np.random.default_rng(seed)
    graphs = tuple(_again(layers, rng) for _ in range(times))
    parted = [Graph(graph, int(rng.integers(1 << 31))) for graph in graphs]
    partitions = {resolution: tuple(graph.groups(resolution) for graph in parted) for resolution in resolutions}
    return Tried(graphs, partitions, tuple(_scale(*partition, graphs) for partition in partitions.items()))


def _again(layers: Layers, rng: np.random.Generator) -> sparse.csr_array:
    return layers.added({view: resampled(unit, rng) for view, unit in layers.units.items()})


def _scale(resolution: float, groups: Sequence[Codes], graphs: Sequence[sparse.csr_array]) -> Scale:
    # each resampling with the next, around a ring: all pairs cost much and add little
    pairs = zip(groups, (*groups[1:], groups[0]), strict=True)
    stable = np.array([adjusted_information(one, other) for one, other in pairs])
    apart = np.array([modularity(graph, found) for graph, found in zip(graphs, groups, strict=True)])
    worth = stable * np.maximum(apart, 0.0)
    error = float(worth.std(ddof=1) / np.sqrt(len(worth))) if len(worth) > 1 else 0.0
    return Scale(resolution, float(stable.mean()), float(apart.mean()), float(worth.mean()), error)


def shuffled(seen: Seen, layers: Layers, resolution: float, seed: int, times: int) -> Shuffled:
    """Statistics of the null model: the features of each view permuted, the weights of the views unchanged."""
    rng = np.random.default_rng(seed)
    stable, apart = [], []
    for _ in range(times):
        drawn = [dealt(one, rng) for one in seen.evidence if layers.weights[one.view.name] > 0]
        other = Layers.of(layers.projects, drawn, layers.weights)
        graphs = tuple(_again(other, rng) for _ in range(RESAMPLINGS_OF_SHUFFLE))
        groups = [Graph(graph, int(rng.integers(1 << 31))).groups(resolution) for graph in graphs]
        scale = _scale(resolution, groups, graphs)
        stable.append(scale.stability)
        apart.append(scale.modularity)
    return Shuffled(np.array(stable), np.array(apart))


def dealt(evidence: Evidence, rng: np.random.Generator) -> Evidence:
    """The evidence with permuted features (a bipartite configuration model): degrees of both sides are kept.

    A project that gets a feature twice keeps it once, with both counts.
    """
    entries = evidence.counts.tocoo()
    counts = sparse.coo_array(
        (entries.data, (entries.row, rng.permutation(entries.col))), shape=evidence.counts.shape
    ).tocsr()
    counts.sum_duplicates()
    return replace(evidence, counts=counts)


def is_structure(scale: Scale, chance: Shuffled) -> bool:
    """Whether stability and modularity clearly exceed those of shuffled data."""
    pairs = ((scale.stability, chance.stability), (scale.modularity, chance.modularity))
    return all(
        value > found.mean() + SURELY * max(float(found.std(ddof=1)), LEAST_SPREAD) and value > found.max()
        for value, found in pairs
    )
