"""Compare curated categories with detected clusters: agreement, disagreements and their causes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from ecotone.landscape.cluster_labels import readme_stop_words
from ecotone.landscape.clustering import UNCLUSTERED, ClusterLevel
from ecotone.landscape.explanations import FeatureComparison, SharedFeatures
from ecotone.landscape.partition_metrics import Agreement, compare_partitions
from ecotone.landscape.views import Floats, ProjectFeatures


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
    projects: Sequence[str], level: ClusterLevel, category: Mapping[str, str], seed: int
) -> Agreement | None:
    """Agreement of categories and clusters over the projects with a category; None without any.

    Each unclustered project counts as a cluster of its own.
    """
    rows = [row for row, project in enumerate(projects) if project in category]
    if not rows:
        return None
    names = sorted(set(category.values()))
    curated = np.array([names.index(category[projects[row]]) for row in rows], np.int64)
    clusters = level.cluster[rows].copy()
    unclustered = clusters == UNCLUSTERED
    clusters[unclustered] = level.cluster_count + np.arange(int(unclustered.sum()))
    return compare_partitions(curated, np.unique(clusters, return_inverse=True)[1].astype(np.int64), seed)


def find_disagreements(
    features: ProjectFeatures, level: ClusterLevel, category: Mapping[str, str], similarity: Floats
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
        nearest = max(others, key=lambda at: (round(float(similarity[row, at]), 9), -at))
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
