"""Groups through time: what became of each group of a period in the next one, and which projects went elsewhere."""

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
"""Share of the smaller of two groups that must be in both for one to follow the other."""
GREW: Final = 1.2
"""How many times as large a group must be to have grown; a shrunk one is as much smaller."""
SURE: Final = 2 / 3
"""Stability that a project needs on both sides to have moved."""


@dataclass(frozen=True, slots=True)
class Snapshot:
    """The groups of one period: the projects that were active in it, in order, and their level."""

    period: date
    projects: tuple[str, ...]
    level: Level

    def members(self, index: int) -> frozenset[str]:
        """The projects of one group."""
        return frozenset(self.projects[row] for row in np.flatnonzero(self.level.group == index))


@dataclass(frozen=True, slots=True)
class Change:
    """What became of a group, or of a project that moved.

    line, other    numbers that groups keep through time: of the group, and of the one it came from (split, moved)
                   or went into (merged)
    before, after  how many projects the group had and has; 0 where it was not there
    """

    period: date
    event: Event
    line: int
    other: int | None
    project: str | None
    before: int
    after: int


def follow(snapshots: Sequence[Snapshot]) -> tuple[list[Change], list[list[int]]]:
    """Match each period's groups with those of the one before.

    Two groups follow one another if half of the smaller one is in both, and each carries the number of the one it
    has most in common with; the others of a group that split, or that merged, get or lose theirs.
    returns  the changes, by period; and for each snapshot the line number of each of its groups
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
    """Which groups follow which; judged by projects that are there in both periods."""
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
    """Numbers go to the pairs that have most in common; each at most once."""
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
    """Projects that were surely in one group and are surely in another that does not follow it."""
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
