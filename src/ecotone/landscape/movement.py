"""Cluster evolution: births, splits, merges and deaths of clusters between periods, and moves of projects."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final, Literal

import numpy as np

from ecotone.landscape.grouping import NOWHERE, Level
from ecotone.landscape.views import Codes

Event = Literal["born", "grew", "shrank", "stayed", "split", "merged", "gone", "moved"]

FOLLOWS: Final = 0.5
"""Share of the smaller of two clusters that must be in both for one to continue the other."""
GREW: Final = 1.2
"""Ratio of sizes from which a cluster has grown or shrunk."""
SURE: Final = 2 / 3
"""Stability that a project needs in both periods to count as moved."""


@dataclass(frozen=True, slots=True)
class Snapshot:
    """The clusters of one period, over the projects active in it."""

    period: date
    projects: tuple[str, ...]
    level: Level

    def members(self, index: int) -> frozenset[str]:
        """The projects of one cluster."""
        return frozenset(self.projects[row] for row in np.flatnonzero(self.level.group == index))


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
    other: int | None
    project: str | None
    before: int
    after: int


def follow(snapshots: Sequence[Snapshot]) -> tuple[list[Change], list[list[int]]]:
    """Match the clusters of each period with those of the period before.

    A cluster continues another if both contain half of the smaller one, and takes the number of the one with the
    largest overlap. After a split the other successors get new numbers; after a merge the other numbers end.
    returns  the changes, by period; and for each snapshot the number of each of its clusters
    """
    changes: list[Change] = []
    numbers: list[list[int]] = []
    next_number = 1
    for at, snapshot in enumerate(snapshots):
        groups = [snapshot.members(index) for index in range(snapshot.level.groups)]
        if at == 0:
            numbers.append(list(range(1, len(groups) + 1)))
            next_number = len(groups) + 1
            continue
        before = snapshots[at - 1]
        former = [before.members(index) for index in range(before.level.groups)]
        links = _links(former, groups)
        mine, next_number = _numbered(links, former, groups, numbers[-1], next_number)
        numbers.append(mine)
        changes += _told(snapshot.period, former, groups, links, numbers[-2], mine)
        changes += _moved(before, snapshot, links, numbers[-2], mine)
    return changes, numbers


def _links(former: Sequence[frozenset[str]], groups: Sequence[frozenset[str]]) -> set[tuple[int, int]]:
    """Pairs (former, new) of clusters that continue one another, over projects active in both periods."""
    stayed = frozenset().union(*former) & frozenset().union(*groups)
    links = set()
    for one, old in enumerate(former):
        for other, new in enumerate(groups):
            smaller = min(len(old & stayed), len(new & stayed))
            if smaller and len(old & new) >= FOLLOWS * smaller:
                links.add((one, other))
    return links


def _numbered(
    links: set[tuple[int, int]], former: Sequence[frozenset[str]], groups: Sequence[frozenset[str]],
    numbers: Sequence[int], next_number: int,
) -> tuple[list[int], int]:  # fmt: skip
    """Pass each number on at most once, to the pairs with the largest overlap first."""
    mine = [0] * len(groups)
    given: set[int] = set()
    for one, other in sorted(links, key=lambda link: (-len(former[link[0]] & groups[link[1]]), link)):
        if not mine[other] and one not in given:
            mine[other] = numbers[one]
            given.add(one)
    for index, number in enumerate(mine):
        if not number:
            mine[index] = next_number
            next_number += 1
    return mine, next_number


def _told(
    period: date, former: Sequence[frozenset[str]], groups: Sequence[frozenset[str]], links: set[tuple[int, int]],
    numbers: Sequence[int], mine: Sequence[int],
) -> list[Change]:  # fmt: skip
    changes = []
    for index, members in enumerate(groups):
        sources = sorted(one for one, other in links if other == index)
        own = next((one for one in sources if numbers[one] == mine[index]), None)
        if not sources:
            changes.append(Change(period, "born", mine[index], None, None, 0, len(members)))
        elif own is None:
            origin = max(sources, key=lambda one: (len(former[one] & members), -one))
            changes.append(
                Change(period, "split", mine[index], numbers[origin], None, len(former[origin]), len(members))
            )
        else:
            event = _growth(len(former[own]), len(members))
            changes.append(Change(period, event, mine[index], None, None, len(former[own]), len(members)))
    for index, old in enumerate(former):
        if numbers[index] in mine:
            continue
        ends = sorted(other for one, other in links if one == index)
        if ends:
            end = max(ends, key=lambda other: (len(old & groups[other]), -other))
            changes.append(Change(period, "merged", numbers[index], mine[end], None, len(old), len(groups[end])))
        else:
            changes.append(Change(period, "gone", numbers[index], None, None, len(old), 0))
    return changes


def _growth(before: int, after: int) -> Event:
    if after >= GREW * before:
        return "grew"
    return "shrank" if before >= GREW * after else "stayed"


def _moved(
    before: Snapshot, after: Snapshot, links: set[tuple[int, int]], numbers: Sequence[int], mine: Sequence[int]
) -> list[Change]:
    """Projects that are stable in both periods and whose new cluster does not continue the former."""
    rows = {project: row for row, project in enumerate(before.projects)}
    sure_before, sure_after = before.level.stability >= SURE, after.level.stability >= SURE
    changes = []
    for row, project in enumerate(after.projects):
        former = rows.get(project)
        if former is None or not (sure_before[former] and sure_after[row]):
            continue
        left, joined = int(before.level.group[former]), int(after.level.group[row])
        if NOWHERE in (left, joined) or (left, joined) in links:
            continue
        changes.append(
            Change(
                after.period,
                "moved",
                mine[joined],
                numbers[left],
                project,
                _size(before.level.group, left),
                _size(after.level.group, joined),
            )
        )
    return changes


def _size(group: Codes, index: int) -> int:
    return int((group == index).sum())
