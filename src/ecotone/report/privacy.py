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
class OrganisationShare:
    """An organisation's part in a project-month; share is 0..1 of all commits by people."""

    people: int
    events: float
    share: float


Months = Mapping[date, Mapping[str, OrganisationShare]]


@dataclass(frozen=True, slots=True)
class NamedOrganisations:
    """Shares by project and month, with small organisations merged.

    named    project -> month -> organisation (or `UNKNOWN`, `SMALLER`) -> share
    hidden   (project, month, organisation) that must not be named
    """

    named: Mapping[str, Months]
    hidden: frozenset[tuple[str, date, str]]

    def largest_organisations(self, project: str, count: int = NAMED) -> tuple[str, ...]:
        """The organisations with the most commits in a project, without unknown and smaller ones."""
        totals: dict[str, float] = defaultdict(float)
        for shares in self.named.get(project, {}).values():
            for name, share in shares.items():
                if name not in (UNKNOWN, SMALLER):
                    totals[name] += share.events
        return tuple(sorted(totals, key=lambda name: (-totals[name], name))[:count])

    def share_bands(self, shares: Mapping[str, OrganisationShare], top: Sequence[str]) -> list[tuple[int, int, float]]:
        """(band, people, share) of a month from the bottom up: indexes in `largest_organisations`, then -1 others,
        -2 smaller ones, -3 unknown."""
        band_indexes = {name: index for index, name in enumerate(top)} | {SMALLER: -2, UNKNOWN: -3}
        totals: dict[int, OrganisationShare] = defaultdict(lambda: OrganisationShare(0, 0, 0.0))
        for name in sorted(shares):
            band, share = band_indexes.get(name, -1), shares[name]
            before = totals[band]
            totals[band] = OrganisationShare(before.people + share.people, 0, before.share + share.share)
        order = sorted(totals, key=lambda band: (band < 0, abs(band)))
        return [(band, totals[band].people, round(totals[band].share, 4)) for band in order]

    def all_names(self) -> frozenset[str]:
        """All organisations that are named."""
        organisations = {name for months in self.named.values() for shares in months.values() for name in shares}
        return frozenset(organisations - {UNKNOWN, SMALLER})


def suppress_small_organisations(table: pa.Table, min_people: int) -> NamedOrganisations:
    """Merge organisations with fewer than `min_people` people in a project-month into `SMALLER`."""
    named: dict[str, dict[date, dict[str, OrganisationShare]]] = defaultdict(lambda: defaultdict(dict))
    hidden = set()
    for row in table.to_pylist():
        project, month, name = row["project"], row["month"], row["organisation"] or UNKNOWN
        people, events, share = row["people"] or 0, row["events"] or 0, row["share"] or 0.0
        if name != UNKNOWN and people < min_people:
            hidden.add((project, month, name))
            name = SMALLER
        before = named[project][month].get(name, OrganisationShare(0, 0, 0.0))
        named[project][month][name] = OrganisationShare(
            before.people + people, before.events + events, before.share + share
        )
    return NamedOrganisations({project: dict(months) for project, months in named.items()}, frozenset(hidden))
