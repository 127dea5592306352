"""Combine the kNN graphs of several views into one, weighted by split-half reliability."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np
from scipy import sparse

from ecotone.landscape.communities import Graph
from ecotone.landscape.likeness import nearest, neighbours_wanted, scaled
from ecotone.landscape.partitions import adjusted_information
from ecotone.landscape.views import Codes, Evidence, Floats, Seen, profiles

HALVINGS: Final = ((300, 20), (1_000, 5), (None, 2))
"""(maximum number of projects, number of halvings): large fields need fewer, chance averages out over projects."""
RESOLUTION: Final = 1.0
"""At which the clusters of two halves are compared."""
LEAST_RELIABLE: Final = 0.05
"""Below this a view weighs nothing: thirty projects reach it by chance."""


@dataclass(frozen=True, slots=True)
class Layers:
    """The profiles of projects in each view, and the weight of each view.

    profiles  view -> (n, n_features), rows of length one or empty
    weights   view -> 0 to 1
    """

    projects: tuple[str, ...]
    units: Mapping[str, sparse.csr_array]
    weights: Mapping[str, float]

    @staticmethod
    def of(projects: tuple[str, ...], evidence: Iterable[Evidence], weights: Mapping[str, float]) -> Layers:
        """Layers with weights that are known already; a view without one weighs nothing."""
        units = {one.view.name: profiles(one) for one in evidence}
        return Layers(projects, units, {view: weights.get(view, 0.0) for view in units})

    @property
    def wanted(self) -> int:
        """The number of neighbours that a project keeps in a view."""
        return neighbours_wanted(len(self.projects))

    def layer(self, view: str, things: Floats | None = None) -> sparse.csr_array:
        """The kNN graph of one view, with mean weighted degree 1."""
        unit = self.units[view]
        if things is not None:
            unit = sparse.csr_array(unit @ sparse.diags_array(np.sqrt(things)))
        return scaled(nearest(unit, self.wanted))

    def added(self, things: Mapping[str, Floats] | None = None) -> sparse.csr_array:
        """The weighted sum of the layers: (n, n), symmetric, zero diagonal."""
        size = len(self.projects)
        total = sparse.csr_array((size, size))
        for view, weight in self.weights.items():
            if weight > 0:
                total = total + weight * self.layer(view, None if things is None else things[view])
        total = sparse.csr_array(total)
        total.sort_indices()
        return total


def layers(seen: Seen, seed: int) -> Layers:
    """Weigh each view by its reliability."""
    weights = {one.view.name: reliability(profiles(one), seed) for one in seen.evidence}
    return Layers.of(seen.projects, seen.evidence, weights)


def reliability(unit: sparse.csr_array, seed: int) -> float:
    """Split-half reliability of a view's clusters, 0 to 1.

    The features are split at random, each half is clustered on its own, and the two partitions are compared by
    adjusted mutual information. The mean over splits is corrected for half the length (Spearman and Brown).
    unit  (n_projects, n_features), rows of length one or empty
    """
    rng = np.random.default_rng(seed)
    halvings = next(times for most, times in HALVINGS if most is None or unit.shape[0] <= most)
    found = [_halves_agree(unit, rng) for _ in range(halvings)]
    mean = max(float(np.mean(found)), 0.0)
    reliable = 2.0 * mean / (1.0 + mean)
    return reliable if reliable >= LEAST_RELIABLE else 0.0


def _halves_agree(unit: sparse.csr_array, rng: np.random.Generator) -> float:
    chosen = rng.random(unit.shape[1]) < 0.5
    halves = [sparse.csr_array(unit[:, np.flatnonzero(side)]) for side in (chosen, ~chosen)]
    both = np.flatnonzero(np.diff(halves[0].indptr) * np.diff(halves[1].indptr))
    if len(both) < 4:
        return 0.0
    groups = [_groups(half[both], int(rng.integers(1 << 31))) for half in halves]
    return adjusted_information(groups[0], groups[1])


def _groups(unit: sparse.csr_array, seed: int) -> Codes:
    return Graph(nearest(unit, neighbours_wanted(unit.shape[0])), seed).groups(RESOLUTION)


def resampled(unit: sparse.csr_array, rng: np.random.Generator) -> Floats:
    """Bootstrap weights of the features: how often each is drawn with replacement (Poisson bootstrap)."""
    return np.asarray(rng.poisson(1.0, unit.shape[1]), np.float64)
