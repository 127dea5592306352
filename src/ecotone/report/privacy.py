"""Suppress organisations below the minimum size per project-month."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

import pyarrow as pa

UNKNOWN: Final = "(unknown)"
SMALLER: Final = "(smaller)"
NAMED: Final = 6  # organisations with their own band in a project's chart


@dataclass(frozen=True, slots=True)
class Share:
    """An organisation's part in a project-month; share is 0..1 of all commits by people."""

    people: int
    events: float
    share: float


Months = Mapping[date, Mapping[str, Share]]


@dataclass(frozen=True, slots=True)
class Organisations:
    """Shares by project and month, with small organisations merged.

    named    project -> month -> organisation (or `UNKNOWN`, `SMALLER`) -> share
    hidden   (project, month, organisation) that must not be named
    """

    named: Mapping[str, Months]
    hidden: frozenset[tuple[str, date, str]]

    def top(self, project: str, count: int = NAMED) -> tuple[str, ...]:
        """The organisations with the most commits in a project, without unknown and smaller ones."""
        totals: dict[str, float] = defaultdict(float)
        for shares in self.named.get(project, {}).values():
            for name, share in shares.items():
                if name not in (UNKNOWN, SMALLER):
                    totals[name] += share.events
        return tuple(sorted(totals, key=lambda name: (-totals[name], name))[:count])

    def bands(self, shares: Mapping[str, Share], top: Sequence[str]) -> list[tuple[int, int, float]]:
        """(band, people, share) of a month from the bottom up: indexes in `top`, then -1 other organisations,
        -2 smaller ones, -3 unknown."""
        places = {name: place for place, name in enumerate(top)} | {SMALLER: -2, UNKNOWN: -3}
        found: dict[int, Share] = defaultdict(lambda: Share(0, 0, 0.0))
        for name in sorted(shares):
            band, share = places.get(name, -1), shares[name]
            before = found[band]
            found[band] = Share(before.people + share.people, 0, before.share + share.share)
        order = sorted(found, key=lambda band: (band < 0, abs(band)))
        return [(band, found[band].people, round(found[band].share, 4)) for band in order]

    def names(self) -> frozenset[str]:
        """All organisations that are named."""
        found = {name for months in self.named.values() for shares in months.values() for name in shares}
        return frozenset(found - {UNKNOWN, SMALLER})


def organisations(table: pa.Table, min_people: int) -> Organisations:
    """Merge organisations with fewer than `min_people` people in a project-month into `SMALLER`."""
    named: dict[str, dict[date, dict[str, Share]]] = defaultdict(lambda: defaultdict(dict))
    hidden = set()
    for row in table.to_pylist():
        project, month, name = row["project"], row["month"], row["organisation"] or UNKNOWN
        people, events, share = row["people"] or 0, row["events"] or 0, row["share"] or 0.0
        if name != UNKNOWN and people < min_people:
            hidden.add((project, month, name))
            name = SMALLER
        before = named[project][month].get(name, Share(0, 0, 0.0))
        named[project][month][name] = Share(before.people + people, before.events + events, before.share + share)
    return Organisations({project: dict(months) for project, months in named.items()}, frozenset(hidden))
