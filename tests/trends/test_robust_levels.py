"""The levels that shapes are defined by."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecotone.trends.robust_levels import cap_outliers, level_window_length, measure_levels, rolling_means, smooth_months

counts = st.lists(st.integers(0, 1000), min_size=3, max_size=40)


def row(values):
    return np.array([values], dtype=np.float64)


def test_one_wild_month_is_held_to_twice_its_neighbours():
    values = [2.0] * 6 + [100.0] + [2.0] * 6
    assert cap_outliers(row(values))[0].tolist() == [2.0] * 6 + [4.0] + [2.0] * 6


def test_a_month_that_its_neighbours_resemble_is_left_alone():
    values = [2.0, 3, 4, 5, 4, 3, 2]
    assert cap_outliers(row(values))[0].tolist() == values


def test_levels_by_hand():
    # twelve months: windows of four
    found = measure_levels(row([1, 1, 1, 1, 4, 4, 4, 4, 2, 2, 2, 2]))
    assert found.opening[0] == 1
    assert (found.high[0], found.high_at[0]) == (4, 4)
    assert found.closing[0] == 2
    assert (found.level_before_trough[0], found.trough[0], found.trough_at[0]) == (4, 2, 8)
    assert found.recent_level[0] == pytest.approx((4 + 4 + 2 * 4) / 6)
    assert found.median[0] == 2
    assert found.peak_neighbour[0] == 4


def test_how_much_of_the_life_is_tall():
    # smoothed: 1, 1, 3.25, 5.5, 3.25, 1 ...; half of 5.5 is reached three times in twelve months
    found = measure_levels(row([1, 1, 1, 10, 1, 1, 1, 1, 1, 1, 1, 1]))
    assert found.top[0] == 5.5
    assert found.top_at[0] == 3
    assert found.tall_share[0] == 3 / 12
    assert found.peak_neighbour[0] == 1


@given(counts, st.integers(1, 3))
def test_moving_means_are_means(values, window):
    expected = [np.mean(values[at : at + window]) for at in range(len(values) - window + 1)]
    np.testing.assert_allclose(rolling_means(row(values), window)[0], expected)


@given(counts)
def test_smoothing_neither_passes_the_highest_nor_the_lowest(values):
    found = smooth_months(row(values))[0]
    assert min(values) - 1e-9 <= found.min()
    assert found.max() <= max(values) + 1e-9


@given(counts)
def test_rows_do_not_disturb_each_other(values):
    both = np.array([values, values[::-1]], dtype=np.float64)
    together, alone = measure_levels(both), measure_levels(both[1:])
    for name in together.__slots__:
        assert getattr(together, name)[1] == getattr(alone, name)[0]


@given(st.integers(3, 400))
def test_a_window_never_passes_the_life(months):
    assert 1 <= level_window_length(months) <= min(months, 9)
