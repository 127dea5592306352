from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecotone.report.project_series import (
    DAMAGED,
    PARTIAL,
    UNOBSERVED,
    WHOLE,
    LatestValues,
    ProjectSeries,
    compute_latest_values,
    quarterly_means,
)


def test_momentum_compares_three_months_with_nine():
    found = compute_latest_values(ProjectSeries(0, (10.0,) * 9 + (20.0, 20.0, 20.0), "w" * 12))
    assert found.momentum == pytest.approx(1.0)
    assert (found.last, found.last_at, found.recent) == (20.0, 11, 20.0)


def test_the_month_in_part_is_not_a_fall():
    whole = compute_latest_values(ProjectSeries(0, (10.0,) * 12, "w" * 12))
    with_part = compute_latest_values(ProjectSeries(0, (10.0,) * 12 + (1.0,), "w" * 12 + "p"))
    assert with_part == whole


@pytest.mark.parametrize("hole", [0, 5, 8, 9, 10])
def test_one_month_that_is_not_whole_leaves_no_momentum(hole: int):
    states = "w" * hole + "d" + "w" * (11 - hole)
    assert compute_latest_values(ProjectSeries(0, (10.0,) * 12, states)).momentum is None
    assert compute_latest_values(ProjectSeries(0, (10.0,) * 13, "d" + "w" * 12)).momentum == 0


def test_no_momentum_over_nothing():
    found = compute_latest_values(ProjectSeries(0, (0.0,) * 9 + (5.0,) * 3, "w" * 12))
    assert found.momentum is None
    assert found.recent == 5.0


def test_the_first_of_equal_peaks_counts():
    found = compute_latest_values(ProjectSeries(4, (1.0, 7.0, 7.0, 2.0), "wwww"))
    assert (found.peak, found.peak_at) == (7.0, 5)
    assert found.of_peak == pytest.approx(2 / 7)


def test_nothing_whole_stands_nowhere():
    assert compute_latest_values(ProjectSeries(0, (3.0, None), "pn")) == LatestValues()


def test_a_quarter_is_the_mean_of_its_months_and_as_good_as_the_worst():
    series = ProjectSeries(1, (2.0, 4.0, 6.0, 8.0, 10.0, None, None, None, None, 3.0), "wwwwpdnnnw")
    found = quarterly_means(series, offset=2, length=11)
    # axis: 2 months cut off | 0 | 1 2 3 | 4 5 6 | 7 8 9 | 10
    assert found.first == 1
    assert found.values == (4.0, 9.0, None, 3.0)
    assert found.states == WHOLE + DAMAGED + UNOBSERVED + PARTIAL


def test_a_quarter_that_the_project_began_in_is_in_part():
    assert quarterly_means(ProjectSeries(1, (5.0, 7.0), "ww"), offset=0, length=3).states == PARTIAL


@given(
    st.lists(st.tuples(st.none() | st.floats(0, 1e6), st.sampled_from("wpdn")), max_size=40),
    st.integers(0, 5),
    st.integers(0, 2),
)
def test_quarters_stay_within_the_months(months: list[tuple[float | None, str]], first: int, offset: int):
    series = ProjectSeries(first, tuple(value for value, _ in months), "".join(state for _, state in months))
    found = quarterly_means(series, offset, first + len(months))
    known = [value for value in series.values if value is not None]
    assert len(found.values) == len(found.states)
    for value, state in zip(found.values, found.states, strict=True):
        assert value is None or min(known) * 0.999 <= value <= max(known) * 1.001
        assert value is not None or state in (DAMAGED, UNOBSERVED)
        assert state != WHOLE or value is not None


def test_values_end_in_the_month_compared():
    """The thirteenth month is whole here, but projects are compared in the twelfth."""
    series = ProjectSeries(0, (10.0,) * 9 + (20.0,) * 3 + (500.0,), "w" * 13)
    latest = compute_latest_values(series, 11)
    assert (latest.last, latest.last_at, latest.peak, latest.momentum) == (20.0, 11, 20.0, 1.0)
    assert latest.compared


def test_a_project_without_the_month_compared_keeps_its_own_and_is_not_compared():
    latest = compute_latest_values(ProjectSeries(0, (10.0, 20.0, 5.0), "wwp"), 2)
    assert (latest.last, latest.last_at, latest.compared) == (20.0, 1, False)


@pytest.mark.parametrize("base", [0.0, 1.0, 4.9])
def test_no_momentum_from_near_zero(base: float):
    values = (100.0,) * 3 + (base,) * 9 + (40.0,) * 3
    assert compute_latest_values(ProjectSeries(0, values, "w" * 15)).momentum is None


def test_momentum_from_what_is_little_and_not_near_zero():
    values = (100.0,) * 3 + (5.1,) * 9 + (40.8,) * 3
    assert compute_latest_values(ProjectSeries(0, values, "w" * 15)).momentum == pytest.approx(7.0)
