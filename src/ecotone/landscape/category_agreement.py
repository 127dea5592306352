"""Compare curated categories with detected clusters: agreement, disagreements and their causes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from ecotone.landscape.clustering import UNCLUSTERED, ClusterLevel
from ecotone.landscape.explanations import FeatureComparison, SharedFeatures
from ecotone.landscape.partition_metrics import Agreement, compare_partitions
from ecotone.landscape.similarity import nearest_projects
from ecotone.landscape.text_features import readme_stop_words
from ecotone.landscape.views import Codes, Floats, ProjectFeatures


@dataclass(frozen=True, slots=True)
class Disagreement:
    """A project in a cluster whose majority category is not its own.

    found_with  the majority category of the cluster
    share       share of the cluster's categorised projects that have that category
    nearest     the most similar project of that category in the cluster; `shared` says what they have in common
    """

    project: str
    curated: str
    found_with: str
    cluster: int
    share: float
    stability: float
    nearest: str
    shared: tuple[SharedFeatures, ...]


def measure_agreement(
    projects: Sequence[str], cluster: Codes, category: Mapping[str, str], seed: int
) -> Agreement | None:
    """Agreement of categories and clusters over the projects with a category; None without any.

    cluster  (n,) the cluster of each project; each unclustered one counts as a cluster of its own
    """
    rows = [row for row, project in enumerate(projects) if project in category]
    if not rows:
        return None
    names = sorted(set(category.values()))
    curated = np.array([names.index(category[projects[row]]) for row in rows], np.int64)
    clusters = cluster[rows].copy()
    unclustered = clusters == UNCLUSTERED
    clusters[unclustered] = int(cluster.max()) + 1 + np.arange(int(unclustered.sum()))
    return compare_partitions(curated, np.unique(clusters, return_inverse=True)[1].astype(np.int64), seed)


def find_disagreements(
    features: ProjectFeatures, level: ClusterLevel, category: Mapping[str, str], positions: Floats
) -> list[Disagreement]:
    """Projects whose cluster is mostly of another category, the most stable first."""
    reasons = FeatureComparison(features, readme_stop_words())
    misplaced = []
    for row, project in enumerate(features.projects):
        cluster = int(level.cluster[row])
        if project not in category or cluster == UNCLUSTERED:
            continue
        members = [at for at in np.flatnonzero(level.cluster == cluster) if features.projects[at] in category]
        counted = Counter(category[features.projects[at]] for at in members)
        main, times = min(counted.items(), key=lambda item: (-item[1], item[0]))
        if main == category[project] or 2 * times <= len(members):
            continue
        others = [at for at in members if category[features.projects[at]] == main]
        nearest = max(others, key=lambda at: (round(float(positions[row] @ positions[at]), 9), -at))
        misplaced.append(
            Disagreement(
                project,
                category[project],
                main,
                cluster,
                times / len(members),
                float(level.stability[row]),
                features.projects[nearest],
                reasons.shared_features(row, int(nearest)),
            )
        )
    return sorted(misplaced, key=lambda disagreement: (-disagreement.stability, disagreement.project))


def share_of_same_category(
    projects: Sequence[str], positions: Floats, category: Mapping[str, str], count: int = 5
) -> float | None:
    """Of the nearest categorised projects of each, the share that is in its own category; None with too few projects.

    positions  (n, r), products are similarities
    """
    rows = np.array([row for row, project in enumerate(projects) if project in category], np.int64)
    if len(rows) <= count:
        return None
    own = np.unique([category[projects[row]] for row in rows], return_inverse=True)[1]
    nearest, _ = nearest_projects(positions[rows], count)
    return round(float((own[nearest] == own[:, None]).mean()), 6)
