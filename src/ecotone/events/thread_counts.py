"""Issues and pull requests opened by month, estimated from the numbers that a repository's threads share."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime
from typing import Final

import numpy as np
import pyarrow as pa

from ecotone.events import thread_numbers
from ecotone.foundation.months import add_months

THREAD_SCHEMA: Final = pa.schema(
    [("project", pa.string()), ("month", pa.date32())]
    + [(name, pa.float64()) for name in ("threads_opened", "threads_opened_low", "threads_opened_high")]
)


def count_threads(project: str, numbers: Iterable[tuple[pa.Table, datetime]], months: Sequence[date]) -> pa.Table:
    """The threads opened in each month with their bounds, over all repositories; NULL where one does not tell.

    numbers  each repository's table `numbers`, and the end of its observation
    months   without gaps
    returns  THREAD_SCHEMA
    """
    totals = np.zeros((3, len(months)))
    for table, until in numbers:
        totals += _opened_by_month(table, until, months)
    columns = [pa.array(values, from_pandas=True) for values in totals]
    return pa.table(
        [pa.repeat(pa.scalar(project), len(months)), pa.array(months, pa.date32()), *columns], schema=THREAD_SCHEMA
    )


def _opened_by_month(numbers: pa.Table, until: datetime, months: Sequence[date]) -> np.ndarray:
    start, landing = numbers["start"].to_numpy(), numbers["landing"].to_numpy()
    end = int(until.replace(tzinfo=UTC).timestamp())
    observed = np.where(landing < end, landing, thread_numbers.UNKNOWN)
    sequence = thread_numbers.NumberSequence(numbers["number"].to_numpy(), start, observed, numbers["count"].to_numpy())
    if not sequence.has_enough_bounds:
        return np.full((3, len(months)), np.nan)
    moments = [
        datetime(month.year, month.month, 1, tzinfo=UTC).timestamp() for month in (*months, add_months(months[-1], 1))
    ]
    opened = thread_numbers.threads_opened_between(sequence, np.minimum(np.array(moments, np.int64), end))
    return np.array([opened.estimate, opened.low, opened.high])
