"""How surely a field falls into groups: resampled input, several resolutions, and the same field shuffled."""

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
"""Up to how many projects how many resamplings and shuffles: in larger fields chance averages out over projects."""
RESAMPLINGS_OF_SHUFFLE: Final = 3

INDISTINCT: Final = 3.0
"""Standard errors by which two scales' worths must differ for one to be the better."""
SURELY: Final = 4.0
"""Standard deviations above shuffled fields that structure needs, both in stability and in modularity."""
LEAST_SPREAD: Final = 0.02
"""Of the shuffled fields' values: a few shuffles can agree by luck."""


@dataclass(frozen=True, slots=True)
class Scale:
    """What one resolution gives, over all resamplings.

    stability   mean adjusted mutual information of two resamplings' groups
    modularity  mean over resamplings, of their own ties, at resolution one
    worth       how surely found again times how well set apart: mean over resamplings of the product
    error       standard error of the worth
    """

    resolution: float
    stability: float
    modularity: float
    worth: float
    error: float


@dataclass(frozen=True, slots=True)
class Tried:
    """A field's groups in each resampling at each resolution, and what they are worth.

    groups  resolution -> one grouping a resampling
    """

    graphs: tuple[sparse.csr_array, ...]
    groups: dict[float, tuple[Codes, ...]]
    scales: tuple[Scale, ...]

    @property
    def best(self) -> Scale:
        """Of the scales whose worth is within three standard errors of the greatest, the finest: it tells most."""
        first = max(self.scales, key=lambda scale: scale.worth)
        return max(
            (scale for scale in self.scales if scale.worth >= first.worth - INDISTINCT * first.error),
            key=lambda scale: scale.resolution,
        )


@dataclass(frozen=True, slots=True)
class Shuffled:
    """What shuffled fields give at one resolution: stability and modularity, one value a shuffle."""

    stability: Floats
    modularity: Floats


def repeats(projects: int) -> tuple[int, int]:
    """How many resamplings and how many shuffles."""
    return next((times, shuffles) for most, times, shuffles in REPEATS if most is None or projects <= most)


def tried(layers: Layers, seed: int, times: int, resolutions: Sequence[float] = RESOLUTIONS) -> Tried:
    """Find the groups of `times` resamplings at each resolution."""
    rng = np.random.default_rng(seed)
    graphs = tuple(_again(layers, rng) for _ in range(times))
    parted = [Graph(graph, int(rng.integers(1 << 31))) for graph in graphs]
    groups = {resolution: tuple(one.groups(resolution) for one in parted) for resolution in resolutions}
    return Tried(graphs, groups, tuple(_scale(one, found, graphs) for one, found in groups.items()))


def _again(layers: Layers, rng: np.random.Generator) -> sparse.csr_array:
    return layers.added({view: resampled(unit, rng) for view, unit in layers.units.items()})


def _scale(resolution: float, groups: Sequence[Codes], graphs: Sequence[sparse.csr_array]) -> Scale:
    # around a ring: each resampling with the next, since all pairs cost much and say little more
    pairs = zip(groups, (*groups[1:], groups[0]), strict=True)
    stable = np.array([adjusted_information(one, other) for one, other in pairs])
    apart = np.array([modularity(graph, found) for graph, found in zip(graphs, groups, strict=True)])
    worth = stable * np.maximum(apart, 0.0)
    error = float(worth.std(ddof=1) / np.sqrt(len(worth))) if len(worth) > 1 else 0.0
    return Scale(resolution, float(stable.mean()), float(apart.mean()), float(worth.mean()), error)


def shuffled(seen: Seen, layers: Layers, resolution: float, seed: int, times: int) -> Shuffled:
    """The same for fields in which who has what is drawn anew, every project and every thing keeping its numbers.

    Things are dealt out again over the entries of each view (a bipartite configuration model), weights are kept.
    """
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
    """The evidence with its things dealt out again: as many entries for every project and for every thing.

    A project that is dealt a thing twice keeps it once, with both counts.
    """
    entries = evidence.counts.tocoo()
    counts = sparse.coo_array(
        (entries.data, (entries.row, rng.permutation(entries.col))), shape=evidence.counts.shape
    ).tocsr()
    counts.sum_duplicates()
    return replace(evidence, counts=counts)


def is_structure(scale: Scale, chance: Shuffled) -> bool:
    """Whether the field is found again, and set apart, clearly more than shuffled ones."""
    pairs = ((scale.stability, chance.stability), (scale.modularity, chance.modularity))
    return all(
        value > found.mean() + SURELY * max(float(found.std(ddof=1)), LEAST_SPREAD) and value > found.max()
        for value, found in pairs
    )
