"""Coverage of each month in ClickHouse's table, which is filled from GH Archive and shares its losses."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from statistics import median
from typing import Final

import pyarrow as pa

from ecotone.events.schema import COVERAGE_SCHEMA
from ecotone.events.sources.clickhouse.reading import end_of, start_of
from ecotone.events.sources.clickhouse.shelf import COUNTED, READ, Shelf
from ecotone.events.sources.gharchive.coverage import Break, known_breaks
from ecotone.foundation.notes import Note, note, write_notes

SOURCE: Final = "clickhouse"
ARCHIVE: Final = "gharchive"

ENOUGH: Final = 100
"""Fewest releases of a normal hour; a table with fewer is not a copy of all of GitHub, and lost hours are unknown."""

TINY: Final = 0.2
"""An hour with less than this share of a normal hour has lost events."""

MANY: Final = 0.1
"""A month that lost more than this share of its hours is damaged."""


def coverage(
    shelf: Shelf, repositories: Sequence[str], months: Sequence[int], *, people: bool, now: int, archive: str | None
) -> pa.Table:
    """A row for every repository and month, COVERAGE_SCHEMA; `expected` is known for whole months only.

    people   whether events were requested, not only their counts
    archive  the archive whose known breaks apply
    """
    breaks = [one for one in known_breaks() if one.archive == archive]
    pulse = shelf.pulse()
    lost, reach = lost_hours(shelf), (pulse.newest or 0) if pulse else 0
    rows: list[tuple[object, ...]] = []
    for repository in sorted(repositories):
        what = READ if people else COUNTED
        asked, holes = shelf.asked(what, repository), shelf.holes(what, repository)
        counts = {
            int(str(month)): int(str(events))
            for month, events in shelf.rows(
                "select month, sum(events) from counts where repository = ? group by month", (repository,)
            )
        }
        seen = sorted(month for month, events in counts.items() if events)
        for month in months:
            state, notes = (
                _state(month, seen, lost, breaks, min(reach, now))
                if month in asked
                else ("not_observed", [note("not_requested")])
            )
            if month in holes and state != "not_observed":
                state = "partial" if state == "whole" else state
                notes = [*notes, note("rows_unreadable", count=holes[month])]
            observed = counts.get(month, 0) if state != "not_observed" else None
            expected = observed if state == "whole" else None
            day = date(month // 100, month % 100, 1)
            rows.append((SOURCE, repository, day, state, observed, expected, write_notes(notes)))
    columns = list(zip(*rows, strict=True)) if rows else [()] * len(COVERAGE_SCHEMA)
    arrays = [pa.array(column, one.type) for column, one in zip(columns, COVERAGE_SCHEMA, strict=True)]
    return pa.table(arrays, schema=COVERAGE_SCHEMA)


def lost_hours(shelf: Shelf) -> Mapping[int, int]:
    """The number of lost hours by month; empty if the table is not a copy of all of GitHub."""
    pulse = {int(str(hour)): int(str(events)) for hour, events in shelf.rows("select hour, events from pulse")}
    if not pulse or median(pulse.values()) < ENOUGH:
        return {}
    by_day: dict[int, list[int]] = {}
    for hour, events in pulse.items():
        by_day.setdefault(hour // 24, []).append(events)
    daily = {day: median(events) for day, events in by_day.items()}
    lost: dict[int, int] = {}
    usual = 0.0
    for hour in range(min(pulse), max(pulse)):
        near = [daily[day] for day in range(hour // 24 - 14, hour // 24 + 15) if day in daily]
        usual = median(near) if near else usual
        if pulse.get(hour, 0) < TINY * usual:
            at = datetime.fromtimestamp(hour * 3600, UTC)
            month = at.year * 100 + at.month
            lost[month] = lost.get(month, 0) + 1
    return lost


def _state(
    month: int, seen: Sequence[int], lost: Mapping[int, int], breaks: Sequence[Break], reach: int
) -> tuple[str, list[Note]]:
    """The state of a requested month, and why; `active_months`: months with an event of the repository."""
    if reach <= start_of(month):
        return "not_observed", [note("table_ends_before")]
    if not seen:
        return "not_observed", [note("no_event")]
    if month < seen[0]:
        return "not_observed", [note("no_event_yet")]
    if month > seen[-1]:
        return "not_observed", [note("no_event_since")]
    states, notes = ["whole"], list[Note]()
    since, until = (datetime.fromtimestamp(at, UTC).replace(tzinfo=None) for at in (start_of(month), end_of(month)))
    for one in breaks:
        if one.since < until and one.until > since:
            states.append(one.state)
            notes.append(one.as_note())
    if hours := lost.get(month, 0):
        total = (end_of(month) - start_of(month)) // 3600
        states.append("damaged" if hours > MANY * total else "partial")
        notes.append(note("hours_lost", count=hours, hours=total))
    if reach < end_of(month) - 3600:
        states.append("partial")
        notes.append(note("table_ends_within"))
    return next(state for state in ("damaged", "partial", "whole") if state in states), notes
