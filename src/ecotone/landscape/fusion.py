"""Several views added up to one graph, each weighed by how well its own halves agree."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np
from scipy import sparse

from ecotone.landscape.communities import Graph
from ecotone.landscape.likeness import nearest, neighbours_wanted, scaled
from ecotone.landscape.partitions import adjusted_information
from ecotone.landscape.views import Codes, Floats, Seen, profiles

HALVINGS: Final = ((300, 20), (1_000, 5), (None, 2))
"""Up to how many projects how many halvings: in larger fields chance averages out over projects."""
RESOLUTION: Final = 1.0
"""At which the groups of two halves are compared."""
LEAST_RELIABLE: Final = 0.05
"""Views that agree with themselves less than this say nothing: so much comes about by chance in thirty projects."""


@dataclass(frozen=True, slots=True)
class Layers:
    """Projects' profiles in each view, and what each view weighs when layers are added.

    units    view -> (n, n_things), rows of length one or empty
    weights  view -> 0 to 1; a view whose halves agree no better than chance weighs nothing
    """

    projects: tuple[str, ...]
    units: Mapping[str, sparse.csr_array]
    weights: Mapping[str, float]

    @property
    def wanted(self) -> int:
        """How many neighbours a project keeps in a view."""
        return neighbours_wanted(len(self.projects))

    def layer(self, view: str, things: Floats | None = None) -> sparse.csr_array:
        """One view's graph of nearest neighbours, its mean strength one; `things` multiplies what each thing says."""
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
    units = {one.view.name: profiles(one) for one in seen.evidence}
    weights = {name: reliability(unit, seed) for name, unit in units.items()}
    return Layers(seen.projects, units, weights)


def profiled(seen: Seen, weights: Mapping[str, float]) -> Layers:
    """Layers with weights that are known already; a view without a weight weighs nothing."""
    units = {one.view.name: profiles(one) for one in seen.evidence}
    return Layers(seen.projects, units, {name: weights.get(name, 0.0) for name in units})


def reliability(unit: sparse.csr_array, seed: int) -> float:
    """How far a view would find the same groups again, 0 to 1: a half of its things tells the groups of the other.

    The things are halved at random, each half finds groups on its own, and the two are compared by adjusted mutual
    information: 0 is chance. The mean over halvings, corrected for half the length (Spearman and Brown).
    unit  (n_projects, n_things), rows of length one or empty
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
    """How often each thing is drawn when as many are drawn again, with replacement (Poisson bootstrap)."""
    return np.asarray(rng.poisson(1.0, unit.shape[1]), np.float64)
