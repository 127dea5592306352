"""The profiles of projects in the views that similarity counts, and the graph that fuses them with equal weights."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, TypeAlias

import numpy as np
from scipy import sparse

from ecotone.landscape.background_words import DIMENSIONS, load_background_words
from ecotone.landscape.fused_similarity import fused_positions
from ecotone.landscape.similarity import choose_neighbour_count, nearest_neighbour_graph, scale_by_mean_degree
from ecotone.landscape.views import (
    MOST_WORDS,
    PEOPLE,
    WORDS,
    Floats,
    ProjectFeatures,
    keep_heaviest,
    unit_profiles,
    weighed_counts,
)

MEANINGS: Final = "meanings"
"""The view of word vectors: projects that use different words for the same things are similar in it."""

VIEW_WEIGHTS: Final = {PEOPLE.name: round(1 / 3, 6), WORDS.name: round(2 / 3, 6)}
"""Three views of equal weight; words are two of them: the words themselves and what they mean."""

Profile: TypeAlias = sparse.csr_array | Floats


@dataclass(frozen=True, slots=True)
class Layers:
    """What the views that similarity counts say of projects; a view without evidence has no columns.

    people   (n, n_people), rows of length one or empty
    words    (n, n_words), rows of length one or empty
    heavy    (n, n_terms), the weighed words that have a vector
    vectors  (n_terms, DIMENSIONS)
    """

    projects: tuple[str, ...]
    people: sparse.csr_array
    words: sparse.csr_array
    heavy: sparse.csr_array
    vectors: Floats

    @property
    def neighbour_count(self) -> int:
        """The number of neighbours that a project keeps in a view."""
        return choose_neighbour_count(len(self.projects))

    def profiles(self, rng: np.random.Generator | None = None) -> Mapping[str, Profile]:
        """View -> (n, n_features); with `rng` of a bootstrap resampling: features drawn with replacement.

        source  Poisson bootstrap: Chamandy et al. (2012), Estimating uncertainty for massive data streams
        """
        people, words, heavy = self.people, self.words, self.heavy
        if rng is not None:
            drawn = rng.poisson(1.0, words.shape[1]).astype(np.float64)
            people = people @ sparse.diags_array(np.sqrt(rng.poisson(1.0, people.shape[1]).astype(np.float64)))
            words = words @ sparse.diags_array(np.sqrt(drawn))
            heavy = heavy @ sparse.diags_array(drawn)
        return {
            PEOPLE.name: sparse.csr_array(people),
            WORDS.name: sparse.csr_array(words),
            MEANINGS: _mean_vectors(sparse.csr_array(heavy), self.vectors),
        }

    def combined_graph(self, rng: np.random.Generator | None = None) -> sparse.csr_array:
        """The sum of the nearest-neighbour graphs of the views: (n, n), symmetric, zero diagonal."""
        return self._sum_graphs(self.profiles(rng))

    def place_projects(self, rng: np.random.Generator | None = None) -> tuple[sparse.csr_array, Floats]:
        """The graph and the positions of `fused_positions`; with `rng` of a bootstrap resampling."""
        profiles = self.profiles(rng)
        edges = self._sum_graphs(profiles)
        return edges, fused_positions(edges, profiles.values())

    def _sum_graphs(self, profiles: Mapping[str, Profile]) -> sparse.csr_array:
        size = len(self.projects)
        total = sparse.csr_array((size, size))
        for profile in profiles.values():
            total = total + self.profile_graph(profile)
        total = sparse.csr_array(total)
        total.sort_indices()
        return total

    def profile_graph(self, profile: Profile) -> sparse.csr_array:
        """The nearest-neighbour graph of one view, with mean weighted degree 1."""
        return scale_by_mean_degree(nearest_neighbour_graph(profile, self.neighbour_count))


def build_layers(features: ProjectFeatures) -> Layers:
    """The profiles of projects in people, words and word vectors."""
    size = len(features.projects)
    nothing = sparse.csr_array((size, 0))
    people, words = features.find_view(PEOPLE.name), features.find_view(WORDS.name)
    people_profiles = nothing if people is None else unit_profiles(people)
    if words is None:
        return Layers(features.projects, people_profiles, nothing, nothing, np.zeros((0, DIMENSIONS)))
    vectors = load_background_words().word_vectors(words.names)
    known = np.abs(vectors).sum(axis=1) > 0
    heavy = keep_heaviest(
        sparse.csr_array(weighed_counts(words) @ sparse.diags_array(known.astype(np.float64))), MOST_WORDS
    )
    return Layers(features.projects, people_profiles, unit_profiles(words), heavy, vectors)


def _mean_vectors(heavy: sparse.csr_array, vectors: Floats) -> Floats:
    """The weighted mean of each project's word vectors minus the landscape's mean, of length one; zero where unknown.

    source  Arora, Liang and Ma (2017), ICLR: weighted means of word vectors without what all texts have in common
    """
    weight = np.asarray(heavy.sum(axis=1)).ravel()
    known = weight > 0
    mean = np.asarray(heavy @ vectors) / np.where(known, weight, 1.0)[:, None]
    if known.any():
        mean[known] -= mean[known].mean(axis=0)
    length = np.linalg.norm(mean, axis=1)
    return np.asarray(mean / np.where(length > 1e-9, length, 1.0)[:, None])
