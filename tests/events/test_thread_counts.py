"""Threads opened by month, over all repositories of a project."""

from __future__ import annotations

from datetime import date, datetime

import numpy as np
import pyarrow as pa
import pytest

from ecotone.events.thread_counts import count_opened_requests, count_threads
from ecotone.events.thread_numbers import NO_START, UNKNOWN
from tests.events.thread_histories import DAY

MONTHS = (date(1970, 1, 1), date(1970, 2, 1))  # days 0 to 31, and 31 to 59
COMMITS = (datetime(1970, 1, 1), datetime(1970, 2, 28))  # noqa: DTZ001 - naive UTC
MARCH = datetime(1970, 3, 1)  # noqa: DTZ001 - naive UTC


def one_landing_a_day(first: int, last: int, *, starts: bool = False) -> pa.Table:
    """#1 landed at noon of day `first`, the next on each day after it, to day `last`."""
    landing = np.arange(first, last + 1, dtype=np.int64) * DAY - DAY // 2
    number = np.arange(1, len(landing) + 1, dtype=np.int64)
    start = landing - 1 if starts else np.full(len(landing), NO_START)
    return pa.table({"number": number, "start": start, "landing": landing, "count": number})


def test_two_repositories_are_added_up():
    tables = [(one_landing_a_day(1, 59), MARCH), (one_landing_a_day(1, 59), MARCH)]
    counts = count_threads("p", tables, MONTHS, COMMITS)
    assert counts["threads_opened"].to_pylist() == pytest.approx([63, 55])
    assert counts["month"].to_pylist() == list(MONTHS)
    assert counts["complete"].to_pylist() == [True, True]


def test_one_repository_with_too_few_numbers_leaves_the_project_unknown():
    few = one_landing_a_day(1, 19)
    assert count_threads("p", [(one_landing_a_day(1, 59), MARCH), (few, MARCH)], MONTHS, COMMITS).num_rows == 0


def test_a_month_is_incomplete_if_the_numbers_of_one_repository_end():
    tables = [(one_landing_a_day(1, 59), MARCH), (one_landing_a_day(1, 45), MARCH)]
    counts = count_threads("p", tables, MONTHS, COMMITS)
    assert counts["complete"].to_pylist() == [True, False]
    assert counts["threads_opened"].to_pylist() == pytest.approx([63, 27.5 + 13.5])


def test_what_landed_after_the_observation_is_not_known():
    """Observed to day 40: the numbers that landed later are no corners."""
    until = datetime(1970, 2, 10)  # noqa: DTZ001 - naive UTC
    counts = count_threads("p", [(one_landing_a_day(1, 59), until)], MONTHS, COMMITS)
    assert counts["threads_opened"].to_pylist() == pytest.approx([31.5, 8.5])


def test_heads_are_enough():
    table = one_landing_a_day(1, 59, starts=True)
    table = table.set_column(2, "landing", pa.array(np.full(59, UNKNOWN)))
    counts = count_threads("p", [(table, MARCH)], MONTHS, COMMITS)
    assert counts["threads_opened"].to_pylist() == pytest.approx([30.5, 27.5], abs=0.01)


def test_threads_are_unknown_before_the_numbers_of_a_history_that_is_a_year_older():
    """The first commit on 1 January 1970, the numbers from 2 February 1971 on."""
    months = [date(1971, month, 1) for month in (1, 2, 3)]
    commits = (COMMITS[0], datetime(1971, 3, 31))  # noqa: DTZ001 - naive UTC
    table = one_landing_a_day(398, 454)
    counts = count_threads("p", [(table, datetime(1971, 4, 1))], months, commits)  # noqa: DTZ001 - naive UTC
    assert counts["month"].to_pylist() == months[1:]
    young = count_threads("p", [(table, datetime(1971, 4, 1))], months, (datetime(1970, 6, 1), commits[1]))  # noqa: DTZ001 - naive UTC
    assert young["month"].to_pylist() == months


def test_each_request_opened_is_a_thread():
    """Numbers that end on 31 January: two requests of February are two threads; those of another project are not."""
    threads = count_threads("p", [(one_landing_a_day(1, 31), MARCH)], MONTHS, COMMITS)
    pulls = pa.table({"project": ["p", "p", "q", "p"], "opened_month": [MONTHS[1], MONTHS[1], MONTHS[0], None]})
    counts = count_opened_requests(threads, pulls)
    assert threads["threads_opened"].to_pylist() == [31, 0]
    assert counts["threads_opened"].to_pylist() == [31, 2]
    assert counts["threads_opened_high"].to_pylist()[1] >= 2
    assert counts.drop_columns(["threads_opened", "threads_opened_high"]) == threads.drop_columns(
        ["threads_opened", "threads_opened_high"]
    )
