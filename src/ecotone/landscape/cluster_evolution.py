"""Cluster evolution: births, splits, merges and deaths of clusters between periods, and moves of projects."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final, Literal

import numpy as np

from ecotone.landscape.clustering import UNCLUSTERED
from ecotone.landscape.views import Codes, Floats

Event = Literal["born", "grew", "shrank", "stayed", "split", "merged", "gone", "moved"]

LEAST_OVERLAP: Final = 0.5
"""Share of the smaller of two clusters that must be in both for one to continue the other."""
GROWTH_RATIO: Final = 1.2
"""Ratio of sizes from which a cluster has grown or shrunk."""
LEAST_STABILITY: Final = 2 / 3
"""Stability that a project needs in both periods to count as moved."""


@dataclass(frozen=True, slots=True)
class Snapshot:
    """The clusters of one period, over the projects active in it.

    cluster    (n,) the cluster of each project, 0, 1, ...; UNCLUSTERED
    stability  (n,) the share of resamplings for it
    """

    period: date
    projects: tuple[str, ...]
    cluster: Codes
    stability: Floats

    def list_clusters(self) -> list[frozenset[str]]:
        """The projects of each cluster."""
        return [
            frozenset(self.projects[row] for row in np.flatnonzero(self.cluster == index))
            for index in range(int(self.cluster.max(initial=UNCLUSTERED)) + 1)
        ]


@dataclass(frozen=True, slots=True)
class Change:
    """What happened to a cluster, or to a project that moved.

    line, other_line  numbers that clusters keep through time: of the cluster, and of the one it came from (split,
                      moved) or merged into
    before, after     number of projects in the cluster in each period; 0 where there is none
    """

    period: date
    event: Event
    line: int
    other_line: int | None
    project: str | None
    before: int
    after: int


def match_snapshots(snapshots: Sequence[Snapshot]) -> tuple[list[Change], list[list[int]]]:
    """Match the clusters of each period with those of the period before.

    A cluster continues another if both contain half of the smaller one, and takes the number of the one with the
    largest overlap. After a split the other successors get new numbers; after a merge the other numbers end.
    returns  the changes, by period; and for each snapshot the number of each of its clusters
    """
    changes: list[Change] = []
    numbers: list[list[int]] = []
    next_number = 1
    for at, snapshot in enumerate(snapshots):
        groups = snapshot.list_clusters()
        if at == 0:
            numbers.append(list(range(1, len(groups) + 1)))
            next_number = len(groups) + 1
            continue
        before = snapshots[at - 1]
        former = before.list_clusters()
        links = _link_clusters(former, groups)
        mine, next_number = _assign_line_numbers(links, former, groups, numbers[-1], next_number)
        numbers.append(mine)
        changes += _cluster_changes(snapshot.period, former, groups, links, numbers[-2], mine)
        changes += _moved_projects(before, snapshot, links, numbers[-2], mine)
    return changes, numbers


def _link_clusters(former: Sequence[frozenset[str]], groups: Sequence[frozenset[str]]) -> set[tuple[int, int]]:
    """Pairs (former, new) of clusters that continue one another, over projects active in both periods."""
    stayed = frozenset().union(*former) & frozenset().union(*groups)
    links = set()
    for former_index, old in enumerate(former):
        for new_index, new in enumerate(groups):
            smaller = min(len(old & stayed), len(new & stayed))
            if smaller and len(old & new) >= LEAST_OVERLAP * smaller:
                links.add((former_index, new_index))
    return links


def _assign_line_numbers(
    links: set[tuple[int, int]], former: Sequence[frozenset[str]], groups: Sequence[frozenset[str]],
    numbers: Sequence[int], next_number: int,
) -> tuple[list[int], int]:  # fmt: skip
    """Pass each number on at most once, to the pairs with the largest overlap first."""
    new_numbers = [0] * len(groups)
    taken: set[int] = set()
    for former_index, new_index in sorted(links, key=lambda link: (-len(former[link[0]] & groups[link[1]]), link)):
        if not new_numbers[new_index] and former_index not in taken:
            new_numbers[new_index] = numbers[former_index]
            taken.add(former_index)
    for index, number in enumerate(new_numbers):
        if not number:
            new_numbers[index] = next_number
            next_number += 1
    return new_numbers, next_number


def _cluster_changes(
    period: date, former: Sequence[frozenset[str]], groups: Sequence[frozenset[str]], links: set[tuple[int, int]],
    numbers: Sequence[int], mine: Sequence[int],
) -> list[Change]:  # fmt: skip
    changes = []
    for index, members in enumerate(groups):
        sources = sorted(former_index for former_index, new_index in links if new_index == index)
        own = next((former_index for former_index in sources if numbers[former_index] == mine[index]), None)
        if not sources:
            changes.append(Change(period, "born", mine[index], None, None, 0, len(members)))
        elif own is None:
            origin = max(sources, key=lambda former_index: (len(former[former_index] & members), -former_index))
            changes.append(
                Change(period, "split", mine[index], numbers[origin], None, len(former[origin]), len(members))
            )
        else:
            event = _growth_event(len(former[own]), len(members))
            changes.append(Change(period, event, mine[index], None, None, len(former[own]), len(members)))
    for index, old in enumerate(former):
        if numbers[index] in mine:
            continue
        ends = sorted(new_index for former_index, new_index in links if former_index == index)
        if ends:
            end = max(ends, key=lambda new_index: (len(old & groups[new_index]), -new_index))
            changes.append(Change(period, "merged", numbers[index], mine[end], None, len(old), len(groups[end])))
        else:
            changes.append(Change(period, "gone", numbers[index], None, None, len(old), 0))
    return changes


def _growth_event(before: int, after: int) -> Event:
    if after >= GROWTH_RATIO * before:
        return "grew"
    return "shrank" if before >= GROWTH_RATIO * after else "stayed"


def _moved_projects(
    before: Snapshot, after: Snapshot, links: set[tuple[int, int]], numbers: Sequence[int], mine: Sequence[int]
) -> list[Change]:
    """Projects that are stable in both periods and whose new cluster does not continue the former."""
    rows = {project: row for row, project in enumerate(before.projects)}
    sure_before, sure_after = before.stability >= LEAST_STABILITY, after.stability >= LEAST_STABILITY
    changes = []
    for row, project in enumerate(after.projects):
        former = rows.get(project)
        if former is None or not (sure_before[former] and sure_after[row]):
            continue
        origin, target = int(before.cluster[former]), int(after.cluster[row])
        if UNCLUSTERED in (origin, target) or (origin, target) in links:
            continue
        changes.append(
            Change(
                after.period,
                "moved",
                mine[target],
                numbers[origin],
                project,
                _cluster_size(before.cluster, origin),
                _cluster_size(after.cluster, target),
            )
        )
    return changes


def _cluster_size(group: Codes, index: int) -> int:
    return int((group == index).sum())
