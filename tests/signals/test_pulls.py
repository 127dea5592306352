"""Pull requests, timed again with Python's own median."""

from __future__ import annotations

import statistics
from collections.abc import Callable
from datetime import date, datetime, timedelta

import pytest
from hypothesis import given, settings

from ecotone.foundation.declaration import Row
from ecotone.signals import by_name
from ecotone.signals.example_rows import month_rows, pull_row

from .engine import answer_of
from .strategies import pull_lists

DAY = timedelta(days=1)


def by_month(pulls: list[Row], month: str, number: Callable[[Row], float]) -> dict[tuple[str, date], list[float]]:
    found: dict[tuple[str, date], list[float]] = {}
    for row in pulls:
        if row["opened_at"] is not None:
            found.setdefault((row["project"], row[month]), []).append(number(row))
    return found


def days(row: Row) -> float:
    return max((row["merged_at"] - row["opened_at"]) / DAY, 0.0)


@given(pull_lists)
@settings(max_examples=60, deadline=None)
def test_the_median_is_the_median(pulls: list[Row]) -> None:
    expected = {key: statistics.median(taken) for key, taken in by_month(pulls, "merged_month", days).items()}
    assert answer_of(by_name("time_to_merge_median"), {"pulls": pulls}) == pytest.approx(expected)


@given(pull_lists)
@settings(max_examples=40, deadline=None)
def test_merge_rate_judges_by_thirty_days(pulls: list[Row]) -> None:
    def in_time(row: Row) -> float:
        return float(days(row) <= 30)

    months = [row for project in "pq" for row in month_rows("2024-03", 2, project=project)]
    expected = {key: statistics.mean(found) for key, found in by_month(pulls, "opened_month", in_time).items()}
    assert answer_of(by_name("merge_rate"), {"pulls": pulls, "months": months}) == pytest.approx(expected)


@pytest.mark.parametrize(("observed_until", "judged"), [("2024-07-01", True), ("2024-06-30T23:59:59", False)])
def test_a_month_is_judged_when_thirty_days_after_it_are_over(observed_until: str, judged: bool) -> None:
    months = month_rows("2024-05", observed_until=observed_until)
    found = answer_of(by_name("merge_rate"), {"pulls": [pull_row(1, "2024-05-31")], "months": months})
    assert bool(found) == judged
    assert datetime(2024, 6, 1) + 30 * DAY == datetime(2024, 7, 1)  # noqa: DTZ001 - naive UTC
