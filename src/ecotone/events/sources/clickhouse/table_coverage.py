"""Coverage of each month in ClickHouse's table, which is filled from GH Archive and shares its losses."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from statistics import median
from typing import Final

import pyarrow as pa

from ecotone.events.schema import COVERAGE_SCHEMA
from ecotone.events.sources.clickhouse.fetcher import month_end_second, month_start_second
from ecotone.events.sources.clickhouse.query_cache import COUNT_QUERIES, EVENT_QUERIES, QueryCache
from ecotone.events.sources.gharchive.archive_coverage import KnownBreak, known_breaks
from ecotone.foundation.notes import Note, note, write_notes

SOURCE: Final = "clickhouse"
ARCHIVE: Final = "gharchive"

FEWEST_RELEASES: Final = 100
"""Fewest releases of a normal hour; a table with fewer is not a copy of all of GitHub, and lost hours are unknown."""

TINY_SHARE: Final = 0.2
"""An hour with less than this share of a normal hour has lost events."""

DAMAGED_SHARE: Final = 0.1
"""A month that lost more than this share of its hours is damaged."""


def coverage_by_month(
    shelf: QueryCache,
    repositories: Sequence[str],
    months: Sequence[int],
    *,
    people: bool,
    now: int,
    archive: str | None,
) -> pa.Table:
    """A row for every repository and month, COVERAGE_SCHEMA; `expected` is known for whole months only.

    people   whether events were requested, not only their counts
    archive  the archive whose known breaks apply
    """
    breaks = [field for field in known_breaks() if field.archive == archive]
    pulse = shelf.last_pulse()
    lost, reach = count_lost_hours(shelf), (pulse.newest or 0) if pulse else 0
    rows: list[tuple[object, ...]] = []
    for repository in sorted(repositories):
        query_kind = EVENT_QUERIES if people else COUNT_QUERIES
        asked, holes = shelf.queried_months(query_kind, repository), shelf.unreadable_rows(query_kind, repository)
        counts = {
            int(str(month)): int(str(events))
            for month, events in shelf.query_rows(
                "select month, sum(events) from counts where repository = ? group by month", (repository,)
            )
        }
        active_months = sorted(month for month, events in counts.items() if events)
        for month in months:
            state, notes = (
                _month_state(month, active_months, lost, breaks, min(reach, now))
                if month in asked
                else ("not_observed", [note("not_requested")])
            )
            if month in holes and state != "not_observed":
                state = "partial" if state == "complete" else state
                notes = [*notes, note("rows_unreadable", count=holes[month])]
            observed = counts.get(month, 0) if state != "not_observed" else None
            expected = observed if state == "complete" else None
            day = date(month // 100, month % 100, 1)
            rows.append((SOURCE, repository, day, state, observed, expected, write_notes(notes)))
    columns = list(zip(*rows, strict=True)) if rows else [()] * len(COVERAGE_SCHEMA)
    arrays = [pa.array(column, field.type) for column, field in zip(columns, COVERAGE_SCHEMA, strict=True)]
    return pa.table(arrays, schema=COVERAGE_SCHEMA)


def count_lost_hours(shelf: QueryCache) -> Mapping[int, int]:
    """The number of lost hours by month; empty if the table is not a copy of all of GitHub."""
    pulse = {int(str(hour)): int(str(events)) for hour, events in shelf.query_rows("select hour, events from pulse")}
    if not pulse or median(pulse.values()) < FEWEST_RELEASES:
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
        if pulse.get(hour, 0) < TINY_SHARE * usual:
            at = datetime.fromtimestamp(hour * 3600, UTC)
            month = at.year * 100 + at.month
            lost[month] = lost.get(month, 0) + 1
    return lost


def _month_state(
    month: int, active_months: Sequence[int], lost: Mapping[int, int], breaks: Sequence[KnownBreak], reach: int
) -> tuple[str, list[Note]]:
    """The state of a requested month, and why; `active_months`: months with an event of the repository."""
    if reach <= month_start_second(month):
        return "not_observed", [note("table_ends_before")]
    if not active_months:
        return "not_observed", [note("no_event")]
    if month < active_months[0]:
        return "not_observed", [note("no_event_yet")]
    if month > active_months[-1]:
        return "not_observed", [note("no_event_since")]
    states, notes = ["complete"], list[Note]()
    since, until = (
        datetime.fromtimestamp(at, UTC).replace(tzinfo=None)
        for at in (month_start_second(month), month_end_second(month))
    )
    for known_break in breaks:
        if known_break.since < until and known_break.until > since:
            states.append(known_break.state)
            notes.append(known_break.as_note())
    if hour_count := lost.get(month, 0):
        total = (month_end_second(month) - month_start_second(month)) // 3600
        states.append("damaged" if hour_count > DAMAGED_SHARE * total else "partial")
        notes.append(note("hours_lost", count=hour_count, hours=total))
    if reach < month_end_second(month) - 3600:
        states.append("partial")
        notes.append(note("table_ends_within"))
    return next(state for state in ("damaged", "partial", "complete") if state in states), notes
