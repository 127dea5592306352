"""Rank projects as candidates for a field by their similarity to a few seed projects."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ecotone.landscape.explanations import FeatureComparison, SharedFeatures
from ecotone.landscape.text_features import readme_stop_words
from ecotone.landscape.views import Codes, Floats, ProjectFeatures


@dataclass(frozen=True, slots=True)
class Candidate:
    """A project that may belong to the field.

    score    mean similarity to the seeds, up to 1
    nearest  the most similar seed
    shared   what the candidate has in common with that seed
    """

    project: str
    score: float
    nearest: str
    shared: tuple[SharedFeatures, ...]


def rank_candidates(features: ProjectFeatures, positions: Floats, seeds: Sequence[str], top: int) -> list[Candidate]:
    """The `top` projects nearest to the seeds, in order; seeds and projects unlike them are left out.

    positions  (n, r) as `heat_positions` gives them
    """
    position = {name: index for index, name in enumerate(features.projects)}
    rows = np.array(sorted({position[seed] for seed in seeds}), np.int64)
    score = score_candidates(positions, rows)
    order = [int(at) for at in np.lexsort((np.arange(len(score)), -score)) if score[at] > 0][:top]
    reasons = FeatureComparison(features, readme_stop_words())
    candidates = []
    for at in order:
        nearest = int(rows[int((positions[rows] @ positions[at]).argmax())])
        shared = reasons.shared_features(at, nearest)
        candidates.append(Candidate(features.projects[at], float(score[at]), features.projects[nearest], shared))
    return candidates


def score_candidates(positions: Floats, seeds: Codes) -> Floats:
    """(n,) the mean similarity of each project to the seeds, rounded; 0 for the seeds themselves."""
    score = np.round(positions @ positions[seeds].mean(axis=0), 9)
    score[seeds] = 0.0
    return np.asarray(score)
