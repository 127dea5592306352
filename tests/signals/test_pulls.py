"""Pull requests, timed again with Python's own median."""

from __future__ import annotations

import statistics
from collections.abc import Callable
from datetime import date, datetime, timedelta

import pytest
from hypothesis import given, settings

from ecotone.foundation.declaration import Row
from ecotone.signals import by_name
from ecotone.signals.example_rows import act_rows, month_rows, pull_row

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


def requests_of(project: str, months: str, merged: int = 0) -> list[Row]:
    """One pull request in each month, the first `merged` of them merged two days later; months as "2024-03 ..."."""
    rows = []
    for number, month in enumerate(months.split(), start=1):
        row = pull_row(number, f"{month}-01", f"{month}-03" if number <= merged else None)
        rows.append(row | {"project": project})
    return rows


def rates(pulls: list[Row], commits: int, first: str = "2024-01", count: int = 24) -> dict[date, float]:
    """The merge rate of a project whose branch got so many commits in every month."""
    months = month_rows(first, count)
    acts = [act for month in months for act in act_rows(f"{month['month']:%Y-%m}", "a" * commits)]
    rows = answer_of(by_name("merge_rate"), {"pulls": pulls, "months": months, "acts": acts})
    return {month: value for (_, month), value in rows.items()}


FIVE = "2024-01 2024-02 2024-03 2024-04 2024-05"


def test_no_landing_recognised_at_all_is_unknown_not_zero() -> None:
    assert rates(requests_of("p", FIVE), commits=1) == {}
    assert set(rates(requests_of("p", FIVE.rpartition(" ")[0]), commits=1).values()) == {0.0}  # four are too few


def test_a_project_that_lands_nothing_merges_nothing() -> None:
    assert set(rates(requests_of("p", FIVE), commits=0).values()) == {0.0}


def test_one_landing_shows_that_landings_are_recognised() -> None:
    assert rates(requests_of("p", FIVE, merged=1), commits=1)[date(2024, 5, 1)] == 0.0


def test_a_stretch_of_a_year_without_a_landing_is_unknown() -> None:
    """Landings are recognised until January 2024; eleven pull requests follow, one a month."""
    later = " ".join(f"2024-{month:02}" for month in range(2, 13))
    found = rates(requests_of("p", f"2024-01 {later}", merged=1), commits=1)
    assert found[date(2024, 1, 1)] == 1.0
    assert set(found) == {date(2024, 1, 1)}
    few = rates(requests_of("p", "2024-01 " + later.removesuffix(" 2024-11 2024-12"), merged=1), commits=1)
    assert [few[date(2024, month, 1)] for month in range(1, 11)] == [1.0, *[0.0] * 9]


def test_requests_of_the_last_thirty_days_do_not_count_as_unrecognised() -> None:
    months = month_rows("2024-04", 3, observed_until="2024-06-30")
    pulls = [pull_row(1, "2024-04-01"), *(pull_row(number, "2024-06-15") for number in range(2, 20))]
    rows = {"pulls": pulls, "months": months, "acts": act_rows("2024-06", "a" * 30)}
    assert answer_of(by_name("merge_rate"), rows) == {("p", date(2024, 4, 1)): 0.0}
