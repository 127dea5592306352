"""Issues and pull requests opened by month, estimated from the numbers that a repository's threads share."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime
from typing import Final

import numpy as np
import pyarrow as pa

from ecotone.events.thread_lines import OpenedThreads, threads_opened_between
from ecotone.events.thread_numbers import UNKNOWN, NumberSequence
from ecotone.foundation.months import add_months

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
    returns  THREAD_SCHEMA; no row where a repository has too few numbers; `complete` is false where the numbers of a
             repository end before the month or its observation does, so that later numbers raise the estimate
    """
    totals = np.zeros((3, len(months)))
    complete = np.full(len(months), True)
    for table, until in numbers:
        opened = _opened_by_month(table, until, months, commits)
        if opened is None:
            return THREAD_SCHEMA.empty_table()
        totals += np.array([opened.estimate, opened.low, opened.high])
        complete &= opened.complete
    columns = [pa.repeat(pa.scalar(project), len(months)), pa.array(months, pa.date32()), *map(pa.array, totals)]
    return pa.table([*columns, pa.array(complete)], schema=THREAD_SCHEMA)


def _opened_by_month(
    numbers: pa.Table, until: datetime, months: Sequence[date], commits: tuple[datetime, datetime]
) -> OpenedThreads | None:
    end = _seconds(until)
    landing = numbers["landing"].to_numpy()
    sequence = NumberSequence(
        number=numbers["number"].to_numpy(),
        start=numbers["start"].to_numpy(),
        landing=np.where(landing < end, landing, UNKNOWN),
        count=numbers["count"].to_numpy(),
    )
    first_days = (*months, add_months(months[-1], 1))
    edges = [_seconds(datetime(day.year, day.month, 1, tzinfo=UTC)) for day in first_days]
    first, last = map(_seconds, commits)
    return threads_opened_between(sequence, np.minimum(np.array(edges, np.int64), end), first, last)


def _seconds(moment: datetime) -> int:
    return int(moment.replace(tzinfo=UTC).timestamp())
