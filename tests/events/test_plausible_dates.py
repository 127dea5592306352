"""Wrong dates neither empty nor stretch a history."""

from datetime import UTC, datetime

import numpy as np
import pytest

from ecotone.events.sources.git.plausible_dates import (
    DAY,
    PlausibleDates,
    correct_dates,
    first_plausible,
    last_in_order,
)

T0 = int(datetime(2024, 1, 1, tzinfo=UTC).timestamp())
YEAR_1980 = int(datetime(1980, 1, 1, tzinfo=UTC).timestamp())
YEAR_2050 = int(datetime(2050, 1, 1, tzinfo=UTC).timestamp())
COUNT = 20


def correct(author: dict[int, int] | None = None, committer: dict[int, int] | None = None) -> PlausibleDates:
    """A line of 20 commits, one every ten days, of which some dates are replaced."""
    times = T0 + np.arange(COUNT) * 10 * DAY
    written, committed = times.copy(), times.copy()
    for dates, replaced in ((written, author), (committed, committer)):
        for position, time in (replaced or {}).items():
            dates[position] = time
    roots = np.arange(COUNT) == 0
    return correct_dates(written, committed, np.arange(COUNT), np.ones(COUNT, bool), roots)


def days(dates: PlausibleDates) -> list[int]:
    """The days of the dated commits since T0."""
    return [int(day) for day in (dates.author[dates.dated] - T0) // DAY]


ALL = list(range(0, 200, 10))


def test_right_dates_stay() -> None:
    dates = correct()
    assert days(dates) == ALL
    assert dates.exact.all()
    assert dates.first == T0


@pytest.mark.parametrize("position", [0, 7, COUNT - 1])
@pytest.mark.parametrize("wrong", [0, 1, YEAR_1980, YEAR_1980 + 3])
def test_one_commit_dated_before_all_has_no_date(position: int, wrong: int) -> None:
    dates = correct({position: wrong}, {position: wrong})
    assert not dates.dated[position]
    assert days(dates) == [day for day in ALL if day != position * 10]
    assert dates.first == (T0 + 10 * DAY if position == 0 else T0)


@pytest.mark.parametrize("position", [0, 7])
def test_one_commit_dated_after_all_has_no_date(position: int) -> None:
    dates = correct({position: YEAR_2050}, {position: YEAR_2050})
    assert days(dates) == [day for day in ALL if day != position * 10]


@pytest.mark.parametrize("position", [0, 7, COUNT - 1])
@pytest.mark.parametrize("wrong", [0, YEAR_1980])
def test_the_other_date_of_a_commit_counts(position: int, wrong: int) -> None:
    by_committer = correct(author={position: wrong})
    assert days(by_committer) == ALL
    assert not by_committer.exact[position]
    by_author = correct(committer={position: wrong})
    assert days(by_author) == ALL
    assert by_author.committer[position] == T0 + position * 10 * DAY
    assert by_author.first == T0


def test_an_author_date_after_the_committers_is_wrong() -> None:
    assert days(correct(author={7: T0 + 900 * DAY})) == ALL


def test_an_author_date_long_before_the_project_is_replaced_and_one_shortly_before_is_not() -> None:
    dates = correct(author={7: T0 - 400 * DAY, 8: T0 - 20 * DAY})
    assert days(dates)[7:9] == [70, -20]


def test_a_stretch_of_commits_without_dates_does_not_empty_the_others() -> None:
    wrong = dict.fromkeys(range(12), 0)
    dates = correct(wrong, wrong)
    assert days(dates) == ALL[12:]
    assert dates.first == T0 + 120 * DAY


def test_commits_without_dates_stay_in_order() -> None:
    dates = correct({0: 0, 9: 0}, {0: 0, 9: 0})
    assert (np.diff(dates.committer) >= 0).all()


def test_equal_dates_are_plausible() -> None:
    same = dict.fromkeys(range(COUNT), T0)
    dates = correct(same, same)
    assert dates.dated.all()
    assert dates.first == T0


def test_a_history_without_any_date_has_none() -> None:
    nothing = dict.fromkeys(range(COUNT), 0)
    assert not correct(nothing, nothing).dated.any()


def test_an_imported_history_keeps_its_old_years() -> None:
    # 1996 to 1999, then nothing until git
    old = {k: int(datetime(1996 + k // 5, 1 + k % 5, 1, tzinfo=UTC).timestamp()) for k in range(15)}
    dates = correct(old)
    assert dates.exact.all()


def test_the_first_plausible_stretch() -> None:
    assert first_plausible(np.array([0, 0, T0, T0 + DAY])) == T0
    assert first_plausible(np.array([YEAR_1980] * 5 + [T0])) == T0
    assert first_plausible(np.array([YEAR_1980])) == YEAR_1980
    assert first_plausible(np.array([], np.int64)) == 1


def test_one_late_date_and_two_early_ones_do_not_move_the_end() -> None:
    assert last_in_order(np.array([1, 2, 3, 9, 4, 5])) == 5
    assert last_in_order(np.array([1, 2, 3, 4, 5, 0, 0])) == 5
