"""Several views added up to one graph, each weighed by how well its own halves agree."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final

import numpy as np
from scipy import sparse

from ecotone.landscape.communities import Graph
from ecotone.landscape.likeness import nearest, neighbours_wanted, scaled
from ecotone.landscape.meaning import turned
from ecotone.landscape.partitions import adjusted_information
from ecotone.landscape.views import Codes, Evidence, Floats, Seen, profiles

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
    vectors  view -> (n_things, n_dimensions), where things are alike by degrees
    """

    projects: tuple[str, ...]
    units: Mapping[str, sparse.csr_array]
    weights: Mapping[str, float]
    vectors: Mapping[str, Floats] = field(default_factory=dict)

    @staticmethod
    def of(projects: tuple[str, ...], evidence: Iterable[Evidence], weights: Mapping[str, float]) -> Layers:
        """Layers of evidence that weighs what is known already; a view without a weight weighs nothing."""
        listed = tuple(evidence)
        return Layers(
            projects,
            {one.view.name: profiles(one) for one in listed},
            {one.view.name: weights.get(one.view.name, 0.0) for one in listed},
            {one.view.name: one.vectors for one in listed if one.vectors is not None},
        )

    @property
    def wanted(self) -> int:
        """How many neighbours a project keeps in a view."""
        return neighbours_wanted(len(self.projects))

    def layer(self, view: str, things: Floats | None = None) -> sparse.csr_array:
        """One view's graph of nearest neighbours, its mean strength one; `things` multiplies what each thing says."""
        unit = self.units[view]
        if things is not None:
            unit = sparse.csr_array(unit @ sparse.diags_array(np.sqrt(things)))
        return scaled(nearest(_directions(unit, self.vectors.get(view)), self.wanted))

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
    weights = {one.view.name: reliability(profiles(one), seed, one.vectors) for one in seen.evidence}
    return Layers.of(seen.projects, seen.evidence, weights)


def reliability(unit: sparse.csr_array, seed: int, vectors: Floats | None = None) -> float:
    """How far a view would find the same groups again, 0 to 1: a half of its things tells the groups of the other.

    The things are halved at random, each half finds groups on its own, and the two are compared by adjusted mutual
    information: 0 is chance. The mean over halvings, corrected for half the length (Spearman and Brown).
    unit     (n_projects, n_things), rows of length one or empty
    vectors  (n_things, n_dimensions), where things are alike by degrees
    """
    rng = np.random.default_rng(seed)
    halvings = next(times for most, times in HALVINGS if most is None or unit.shape[0] <= most)
    found = [_halves_agree(unit, rng, vectors) for _ in range(halvings)]
    mean = max(float(np.mean(found)), 0.0)
    reliable = 2.0 * mean / (1.0 + mean)
    return reliable if reliable >= LEAST_RELIABLE else 0.0


def _halves_agree(unit: sparse.csr_array, rng: np.random.Generator, vectors: Floats | None) -> float:
    chosen = rng.random(unit.shape[1]) < 0.5
    sides = [np.flatnonzero(side) for side in (chosen, ~chosen)]
    halves = [sparse.csr_array(unit[:, side]) for side in sides]
    both = np.flatnonzero(np.diff(halves[0].indptr) * np.diff(halves[1].indptr))
    if len(both) < 4:
        return 0.0
    told = [None if vectors is None else vectors[side] for side in sides]
    groups = [
        _groups(_directions(half[both], meant), int(rng.integers(1 << 31)))
        for half, meant in zip(halves, told, strict=True)
    ]
    return adjusted_information(groups[0], groups[1])


def _groups(unit: sparse.csr_array | Floats, seed: int) -> Codes:
    return Graph(nearest(unit, neighbours_wanted(unit.shape[0])), seed).groups(RESOLUTION)


def _directions(unit: sparse.csr_array, vectors: Floats | None) -> sparse.csr_array | Floats:
    return unit if vectors is None else turned(unit, vectors)


def resampled(unit: sparse.csr_array, rng: np.random.Generator) -> Floats:
    """How often each thing is drawn when as many are drawn again, with replacement (Poisson bootstrap)."""
    return np.asarray(rng.poisson(1.0, unit.shape[1]), np.float64)
