"""Compare curated categories with detected clusters: agreement, disagreements and their causes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from ecotone.landscape.grouping import NOWHERE, Level
from ecotone.landscape.names import said_everywhere
from ecotone.landscape.partitions import Agreement, compare
from ecotone.landscape.reasons import Reasons, Shared
from ecotone.landscape.views import Floats, Seen


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
    shared: tuple[Shared, ...]


def agreement(projects: Sequence[str], level: Level, category: Mapping[str, str], seed: int) -> Agreement | None:
    """Agreement of categories and clusters over the projects with a category; None without any.

    Each unclustered project counts as a cluster of its own.
    """
    rows = [row for row, project in enumerate(projects) if project in category]
    if not rows:
        return None
    names = sorted(set(category.values()))
    curated = np.array([names.index(category[projects[row]]) for row in rows], np.int64)
    found = level.group[rows].copy()
    alone = found == NOWHERE
    found[alone] = level.groups + np.arange(int(alone.sum()))
    return compare(curated, np.unique(found, return_inverse=True)[1].astype(np.int64), seed)


def disagreements(seen: Seen, level: Level, category: Mapping[str, str], likeness: Floats) -> list[Disagreement]:
    """Projects whose cluster is mostly of another category, the most stable first."""
    reasons = Reasons(seen, said_everywhere())
    found = []
    for row, project in enumerate(seen.projects):
        cluster = int(level.group[row])
        if project not in category or cluster == NOWHERE:
            continue
        members = [at for at in np.flatnonzero(level.group == cluster) if seen.projects[at] in category]
        counted = Counter(category[seen.projects[at]] for at in members)
        main, times = min(counted.items(), key=lambda item: (-item[1], item[0]))
        if main == category[project] or 2 * times <= len(members):
            continue
        others = [at for at in members if category[seen.projects[at]] == main]
        nearest = max(others, key=lambda at: (round(float(likeness[row, at]), 9), -at))
        found.append(
            Disagreement(
                project,
                category[project],
                main,
                cluster,
                times / len(members),
                float(level.stability[row]),
                seen.projects[nearest],
                reasons.shared(row, int(nearest)),
            )
        )
    return sorted(found, key=lambda one: (-one.stability, one.project))
