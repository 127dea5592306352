"""Combine the kNN graphs of several views into one, weighted by split-half reliability."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np
from scipy import sparse

from ecotone.landscape.louvain import LouvainGraph
from ecotone.landscape.partition_metrics import adjusted_mutual_information
from ecotone.landscape.similarity import choose_neighbour_count, nearest_neighbour_graph, scale_by_mean_degree
from ecotone.landscape.views import Codes, Floats, ProjectFeatures, ViewFeatures, unit_profiles

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
    profiles: Mapping[str, sparse.csr_array]
    weights: Mapping[str, float]

    @staticmethod
    def with_weights(
        projects: tuple[str, ...], evidence: Iterable[ViewFeatures], weights: Mapping[str, float]
    ) -> Layers:
        """Layers with weights that are known already; a view without one weighs nothing."""
        units = {view_evidence.view.name: unit_profiles(view_evidence) for view_evidence in evidence}
        return Layers(projects, units, {view: weights.get(view, 0.0) for view in units})

    @property
    def neighbour_count(self) -> int:
        """The number of neighbours that a project keeps in a view."""
        return choose_neighbour_count(len(self.projects))

    def view_graph(self, view: str, feature_weights: Floats | None = None) -> sparse.csr_array:
        """The kNN graph of one view, with mean weighted degree 1."""
        unit = self.profiles[view]
        if feature_weights is not None:
            unit = sparse.csr_array(unit @ sparse.diags_array(np.sqrt(feature_weights)))
        return scale_by_mean_degree(nearest_neighbour_graph(unit, self.neighbour_count))

    def combined_graph(self, feature_weights: Mapping[str, Floats] | None = None) -> sparse.csr_array:
        """The weighted sum of the layers: (n, n), symmetric, zero diagonal."""
        size = len(self.projects)
        total = sparse.csr_array((size, size))
        for view, weight in self.weights.items():
            if weight > 0:
                total = total + weight * self.view_graph(
                    view, None if feature_weights is None else feature_weights[view]
                )
        total = sparse.csr_array(total)
        total.sort_indices()
        return total


def weigh_views(features: ProjectFeatures, seed: int) -> Layers:
    """Weigh each view by its reliability."""
    weights = {
        evidence.view.name: split_half_reliability(unit_profiles(evidence), seed) for evidence in features.evidence
    }
    return Layers.with_weights(features.projects, features.evidence, weights)


def split_half_reliability(unit: sparse.csr_array, seed: int) -> float:
    """Split-half reliability of a view's clusters, 0 to 1.

    The features are split at random, each half is clustered on its own, and the two partitions are compared by
    adjusted mutual information. The mean over splits is corrected for half the length (Spearman and Brown).
    unit  (n_projects, n_features), rows of length one or empty
    """
    rng = np.random.default_rng(seed)
    halvings = next(times for most, times in HALVINGS if most is None or unit.shape[0] <= most)
    scores = [_compare_split_halves(unit, rng) for _ in range(halvings)]
    mean = max(float(np.mean(scores)), 0.0)
    reliable = 2.0 * mean / (1.0 + mean)
    return reliable if reliable >= LEAST_RELIABLE else 0.0


def _compare_split_halves(unit: sparse.csr_array, rng: np.random.Generator) -> float:
    chosen = rng.random(unit.shape[1]) < 0.5
    halves = [sparse.csr_array(unit[:, np.flatnonzero(side)]) for side in (chosen, ~chosen)]
    present = np.flatnonzero(np.diff(halves[0].indptr) * np.diff(halves[1].indptr))
    if len(present) < 4:
        return 0.0
    groups = [_detect_view_communities(half[present], int(rng.integers(1 << 31))) for half in halves]
    return adjusted_mutual_information(groups[0], groups[1])


def _detect_view_communities(unit: sparse.csr_array, seed: int) -> Codes:
    return LouvainGraph(nearest_neighbour_graph(unit, choose_neighbour_count(unit.shape[0])), seed).detect_communities(
        RESOLUTION
    )


def draw_bootstrap_weights(unit: sparse.csr_array, rng: np.random.Generator) -> Floats:
    """Bootstrap weights of the features: how often each is drawn with replacement (Poisson bootstrap)."""
    return np.asarray(rng.poisson(1.0, unit.shape[1]), np.float64)
