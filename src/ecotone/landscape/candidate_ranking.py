"""Rank projects as candidates for a field by their similarity to a few seed projects."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from ecotone.landscape.explanations import FeatureComparison, SharedFeatures
from ecotone.landscape.text_features import normalise_name, readme_stop_words
from ecotone.landscape.views import DEPENDENCIES, Codes, Floats, ProjectFeatures

LEAST_USERS: Final = 2
"""Members that must use a package for it to be listed."""
LEAST_LIFT: Final = 1.5
"""How many times more common the package must be among them than among the other projects."""


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

    positions  (n, r) as `fused_positions` gives them
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


@dataclass(frozen=True, slots=True)
class UsedPackage:
    """A package that several of the members use: `users` of `members`, and `others` of the rest that also do."""

    package: str
    users: int
    members: int
    others: int
    rest: int


def find_used_packages(features: ProjectFeatures, members: Sequence[str], top: int) -> list[UsedPackage]:
    """Packages that at least LEAST_USERS of the members use and few others, most telling first.

    The order is by users times the logarithm of how much more common the package is among the members. A package with
    the name of a project, its owner or a part of it is left out: it is in the landscape already.
    """
    evidence = features.find_view(DEPENDENCIES.name)
    if evidence is None:
        return []
    inside = np.isin(np.array(features.projects), list(members)) & evidence.present_projects
    rest = evidence.present_projects & ~inside
    users, others = (
        np.asarray((evidence.counts[np.flatnonzero(rows)] > 0).sum(axis=0)).ravel() for rows in (inside, rest)
    )
    shares = [(used + 0.5) / (rows.sum() + 1.0) for used, rows in ((users, inside), (others, rest))]
    worth = np.where(shares[0] >= LEAST_LIFT * shares[1], users * np.log(shares[0] / shares[1]), 0.0)
    taken = {normalise_name(part) for project in features.projects for part in project.split("/")}
    order = [int(at) for at in np.lexsort((np.arange(len(worth)), -np.round(worth, 9))) if worth[at] > 0]
    listed = [at for at in order if users[at] >= LEAST_USERS and not taken & _package_names(evidence.names[at])]
    return [
        UsedPackage(evidence.names[at], int(users[at]), int(inside.sum()), int(others[at]), int(rest.sum()))
        for at in listed[:top]
    ]


def _package_names(package: str) -> set[str]:
    """What a package `ecosystem:name` may be called: its name, its scope, its last part.

    >>> sorted(_package_names("npm:@langchain/core"))
    ['core', 'langchain', 'langchaincore']
    """
    name = package.partition(":")[2].lstrip("@")
    return {normalise_name(part) for part in (name, *name.split("/"))}
