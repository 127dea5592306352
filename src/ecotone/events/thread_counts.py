"""Issues and pull requests opened by month, estimated from the numbers that a repository's threads share."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime
from typing import Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from ecotone.events.thread_lines import OpenedThreads, threads_opened_between
from ecotone.events.thread_numbers import LATE_NUMBERS, UNKNOWN, NumberSequence
from ecotone.foundation.months import add_months, start_of_month

THREAD_SCHEMA: Final = pa.schema(
    [("project", pa.string()), ("month", pa.date32())]
    + [(name, pa.float64()) for name in ("threads_opened", "threads_opened_low", "threads_opened_high")]
    + [("complete", pa.bool_())]
)


def count_threads(
    project: str,
    numbers: Iterable[tuple[pa.Table, datetime]],
    months: Sequence[date],
    commits: tuple[datetime, datetime],
) -> pa.Table:
    """The threads opened in each month with their bounds, over all repositories.

    numbers  each repository's table `numbers`, and the end of its observation
    months   without gaps
    commits  the project's first and last commit
    returns  THREAD_SCHEMA; no row where a repository has too few numbers, nor before the first numbers of a history
             that is a year older; `complete` is false where the numbers of a repository end before the month or its
             observation does, so that later numbers raise the estimate
    """
    totals = np.zeros((3, len(months)))
    complete = np.full(len(months), True)
    begins = []
    for table, until in numbers:
        sequence = _sequence_until(table, until)
        opened = _opened_by_month(sequence, until, months, commits)
        if opened is None:
            return THREAD_SCHEMA.empty_table()
        totals += np.array([opened.estimate, opened.low, opened.high])
        complete &= opened.complete
        begins.append(sequence.first_moment())
    columns = [pa.repeat(pa.scalar(project), len(months)), pa.array(months, pa.date32()), *map(pa.array, totals)]
    counted = pa.table([*columns, pa.array(complete)], schema=THREAD_SCHEMA)
    first = _first_known(begins, commits[0])
    return counted if first is None else counted.filter(pc.field("month") >= first)


def count_opened_requests(threads: pa.Table, pulls: pa.Table) -> pa.Table:
    """The threads with at least as many in each month as requests were opened: each request is a thread.

    Where numbers come to an end, the lines between them rise less than the requests whose own commits are served.

    threads  THREAD_SCHEMA
    pulls    project, opened_month
    """
    opened = pulls.select(["project", "opened_month"]).filter(pc.is_valid(pulls["opened_month"]))
    counted = opened.group_by(["project", "opened_month"]).aggregate([([], "count_all")])
    keys = zip(counted["project"].to_pylist(), counted["opened_month"].to_pylist(), strict=True)
    requests = dict(zip(keys, counted["count_all"].to_pylist(), strict=True))
    months = zip(threads["project"].to_pylist(), threads["month"].to_pylist(), strict=True)
    least = pa.array([float(requests.get(month, 0)) for month in months], pa.float64())
    for name in ("threads_opened", "threads_opened_high"):
        threads = threads.set_column(
            threads.schema.get_field_index(name), name, pc.max_element_wise(threads[name], least)
        )
    return threads


def _first_known(begins: Sequence[int | None], first_commit: datetime) -> date | None:
    """The month in which the first numbers are seen, if the history is a year older; else None."""
    known = [moment for moment in begins if moment is not None]
    if len(known) < len(begins) or min(known) - _seconds(first_commit) < LATE_NUMBERS:
        return None
    return start_of_month(datetime.fromtimestamp(min(known), UTC))


def _sequence_until(numbers: pa.Table, until: datetime) -> NumberSequence:
    end = _seconds(until)
    landing = numbers["landing"].to_numpy()
    return NumberSequence(
        number=numbers["number"].to_numpy(),
        start=numbers["start"].to_numpy(),
        landing=np.where(landing < end, landing, UNKNOWN),
        count=numbers["count"].to_numpy(),
    )


def _opened_by_month(
    sequence: NumberSequence, until: datetime, months: Sequence[date], commits: tuple[datetime, datetime]
) -> OpenedThreads | None:
    end = _seconds(until)
    first_days = (*months, add_months(months[-1], 1))
    edges = [_seconds(datetime(day.year, day.month, 1, tzinfo=UTC)) for day in first_days]
    first, last = map(_seconds, commits)
    return threads_opened_between(sequence, np.minimum(np.array(edges, np.int64), end), first, last)


def _seconds(moment: datetime) -> int:
    return int(moment.replace(tzinfo=UTC).timestamp())
