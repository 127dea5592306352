"""Rank projects as candidates for a field by random walks from a few seed projects."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from scipy import sparse

from ecotone.landscape.cluster_labels import readme_stop_words
from ecotone.landscape.explanations import FeatureComparison, SharedFeatures
from ecotone.landscape.multiview_graph import Layers
from ecotone.landscape.views import Codes, Floats, ProjectFeatures

CONTINUE_PROBABILITY: Final = 0.95
"""Probability that a walk takes another step before it returns to the seed."""
DEGREE_EXPONENT: Final = 0.75
"""Exponent of the weighted degree that divides what a project receives; 1 minus it divides what it passes on."""
TOLERANCE: Final = 1e-12


@dataclass(frozen=True, slots=True)
class Candidate:
    """A project that may belong to the field.

    score    0 to 1, relative to the first candidate
    nearest  the most similar seed
    shared   what the candidate has in common with that seed, or with the project in `through`
    through  the project between candidate and seed; None where they are linked directly
    """

    project: str
    score: float
    nearest: str
    shared: tuple[SharedFeatures, ...]
    through: str | None


def rank_candidates(features: ProjectFeatures, layers: Layers, seeds: Sequence[str], top: int) -> list[Candidate]:
    """The `top` projects nearest to the seeds, in order; seeds and projects out of reach are left out."""
    position = {name: index for index, name in enumerate(features.projects)}
    rows = np.array(sorted({position[seed] for seed in seeds}), np.int64)
    edges = layers.combined_graph()
    score = seed_scores(edges, rows)
    order = [at for at in np.lexsort((np.arange(len(score)), -np.round(score, 12))) if score[at] > 0][:top]
    reasons = FeatureComparison(features, readme_stop_words())
    return [
        _describe_candidate(features, edges, reasons, rows, int(at), float(score[at] / score[order[0]])) for at in order
    ]


def seed_scores(edges: sparse.csr_array, seeds: Codes) -> Floats:
    """Geometric mean over the seeds of each project's personalised PageRank; 0 for seeds.

    The geometric mean favours projects near all seeds over projects near one.
    edges    (n, n), symmetric
    returns  (n,), >= 0
    """
    each = np.array([personalised_pagerank(edges, seed) for seed in seeds])
    score = np.where((each > 0).all(axis=0), np.exp(np.log(np.maximum(each, 1e-300)).mean(axis=0)), 0.0)
    score[seeds] = 0.0
    return np.asarray(score)


def personalised_pagerank(edges: sparse.csr_array, seed: int) -> Floats:
    """Personalised PageRank from one seed.

    Normalising by weighted degree on one side favours hubs, symmetric normalisation favours nodes with few edges;
    the exponents JOINED and 1 - JOINED lie between the two.
    edges    (n, n), symmetric
    returns  (n,), >= 0
    source   Page et al. (1999); on both sides: Zhou et al. (2004), NIPS 16
    """
    strength = np.asarray(edges.sum(axis=1)).ravel()
    strength = np.where(strength > 0, strength, 1.0)
    incoming, outgoing = (sparse.diags_array(strength**-power) for power in (DEGREE_EXPONENT, 1.0 - DEGREE_EXPONENT))
    step = sparse.csr_array(incoming @ edges @ outgoing)
    start = np.zeros(edges.shape[0])
    start[seed] = 1.0
    value = start
    while True:
        following = CONTINUE_PROBABILITY * (step @ value) + (1.0 - CONTINUE_PROBABILITY) * start
        if float(np.abs(following - value).max()) < TOLERANCE:
            return np.asarray(following)
        value = following


def _describe_candidate(
    features: ProjectFeatures, edges: sparse.csr_array, reasons: FeatureComparison, seeds: Codes, at: int, score: float
) -> Candidate:
    direct = np.array([edges[at, seed] for seed in seeds])
    nearest = int(seeds[int(direct.argmax())])
    if direct.max() > 0:
        return Candidate(
            features.projects[at], score, features.projects[nearest], reasons.shared_features(at, nearest), None
        )
    reach = seed_scores(edges, seeds) * edges[[at]].toarray().ravel()
    between = int(reach.argmax())
    to_seeds = np.array([edges[between, seed] for seed in seeds])
    nearest = int(seeds[int(to_seeds.argmax())])
    shared = reasons.shared_features(at, between)
    return Candidate(features.projects[at], score, features.projects[nearest], shared, features.projects[between])
