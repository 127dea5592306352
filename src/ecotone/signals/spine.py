"""The spine of months that every signal has a row in, and the rows of the table `coverage` that git gives."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from itertools import chain
from typing import Any, Final

import pyarrow as pa

from ecotone.events.sources.base import ReadSummary
from ecotone.foundation.months import add_months, list_months_between, start_of_month
from ecotone.foundation.notes import note, write_notes
from ecotone.foundation.text_codes import encode_texts
from ecotone.signals.coverage import COMPLETE, NOT_OBSERVED, PARTIAL, InputStates

SPINE_SCHEMA: Final = pa.schema(
    [
        ("project", pa.string()),
        ("month", pa.date32()),
        ("month_index", pa.int64()),
        ("month_end", pa.timestamp("us")),
        ("observed_until", pa.timestamp("us")),
    ]
)

COVERAGE_TABLE_SCHEMA: Final = pa.schema(
    [
        ("project", pa.string()),
        ("source", pa.string()),
        ("repository", pa.string()),
        ("month", pa.date32()),
        ("state", pa.string()),
        ("events_observed", pa.int64()),
        ("events_expected", pa.int64()),
        ("note", pa.string()),
    ]
)
"""The public table `coverage`."""

NO_HEADS: Final = "no pull-request heads are served"


def project_spine(
    project: str, readings: Sequence[ReadSummary], first_commit: datetime, since: date | None, until: date | None
) -> pa.Table:
    """The months of one project from its first commit to the end of its observation, within the period."""
    end = min(reading.observed_until for reading in readings)
    first = start_of_month(first_commit)
    last = start_of_month(datetime.fromtimestamp(end.replace(tzinfo=UTC).timestamp() - 1e-6, UTC))
    months = list_months_between(max(first, since or first), min(last, until or last))
    rows = [
        {
            "project": project,
            "month": month,
            "month_index": month.year * 12 + month.month - 1,
            "month_end": _first_moment_of(add_months(month, 1)),
            "observed_until": end,
        }
        for month in months
    ]
    return pa.Table.from_pylist(rows, schema=SPINE_SCHEMA)


def git_rows(
    project: str,
    readings: Sequence[ReadSummary],
    first_commit: datetime | None,
    months: Sequence[date],
    counted: Mapping[date, bool],
    requests: tuple[date | None, date | None] = (None, None),
) -> list[dict[str, Any]]:
    """What git showed of one project: rows of the inputs git, pull_request_heads, landed_requests, thread_numbers.

    months   the project's months of the period, those after the end of its observation included
    counted  the months whose number of threads is known, and whether numbers were seen until their end
    requests  the first and the last month whose landed requests are known; None: since, or until, ever
    """
    end = min(reading.observed_until for reading in readings)
    shallow = start_of_month(first_commit) if first_commit and any(reading.shallow for reading in readings) else None
    rows = []
    for reading in readings:
        for month in months:
            state = _git_state(month, first_commit, end, shallow)
            heads, missing = (state, "") if reading.request_heads else (NOT_OBSERVED, NO_HEADS)
            landed = state if _within(month, *requests) else NOT_OBSERVED
            numbers = state if month in counted else NOT_OBSERVED
            ended = numbers == COMPLETE and not counted[month]
            no_numbers = [note("no_numbers")] if numbers != state else []
            reason = [note("numbers_end")] if ended else no_numbers
            rows += [
                _coverage_row(project, reading.source, reading.repository, month, state, _git_note(state, reading)),
                _coverage_row(project, "pull_request_heads", reading.repository, month, heads, missing),
                _coverage_row(
                    project, "landed_requests", reading.repository, month, landed,
                    write_notes([note("no_landed_requests")] if landed != state else []),
                ),
                _coverage_row(
                    project, "thread_numbers", reading.repository, month, PARTIAL if ended else numbers,
                    write_notes(reason),
                ),
            ]  # fmt: skip
    return rows


def unread_rows(project: str, repositories: Sequence[str], months: Sequence[date]) -> list[dict[str, Any]]:
    """Rows of a project of which no repository could be read."""
    return [_coverage_row(project, "git", name, month, NOT_OBSERVED, "") for name in repositories for month in months]


def coverage_table(parts: Iterable[Sequence[dict[str, Any]]], feeds: pa.Table) -> pa.Table:
    """The public table `coverage`, texts as codes: rows of git and of inputs in parts, then those of feeds."""
    tables = (pa.Table.from_pylist(list(rows), schema=COVERAGE_TABLE_SCHEMA) for rows in parts)
    return pa.concat_tables(map(encode_texts, chain(tables, [feeds]))).unify_dictionaries()


def threads_known(months: pa.Table, states: InputStates) -> pa.Table:
    """The spine with a column `threads_observed`, for measures that count threads where they are known."""
    keys = zip(months["project"].to_pylist(), months["month"].to_pylist(), strict=True)
    known = [states.get((*key, "thread_numbers"), NOT_OBSERVED) != NOT_OBSERVED for key in keys]
    return months.append_column("threads_observed", pa.array(known, pa.bool_()))


def last_second(reading: ReadSummary) -> datetime:
    """The last second that was observed: a day observed to its end ends on that day."""
    return reading.observed_until - timedelta(seconds=1)


def _git_state(month: date, first_commit: datetime | None, end: datetime, shallow: date | None) -> str:
    if first_commit is None or _first_moment_of(month) >= end:
        return NOT_OBSERVED
    return COMPLETE if _first_moment_of(add_months(month, 1)) <= end and month != shallow else PARTIAL


def _git_note(state: str, reading: ReadSummary) -> str:
    if state == COMPLETE:
        return ""
    if state == PARTIAL and reading.shallow:
        return write_notes([note("shallow_clone")])
    return write_notes([note("observed_until", until=f"{last_second(reading):%Y-%m-%d %H:%M}")])


def _within(month: date, first: date | None, last: date | None) -> bool:
    return (first is None or first <= month) and (last is None or month <= last)


def _coverage_row(project: str, source: str, repository: str, month: date, state: str, note: str) -> dict[str, Any]:
    return {
        "project": project, "source": source, "repository": repository, "month": month, "state": state, "note": note,
    }  # fmt: skip


def _first_moment_of(month: date) -> datetime:
    return datetime.combine(month, datetime.min.time())
