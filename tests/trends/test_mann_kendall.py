"""Mann-Kendall and Sen, against what scipy says of the same series."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from ecotone.trends.mann_kendall import mann_kendall_test

series = st.lists(st.one_of(st.integers(0, 9), st.floats(-100, 100)), min_size=4, max_size=30)


def of(values, months=None):
    months = np.arange(len(values), dtype=float) if months is None else np.asarray(months, dtype=float)
    found = mann_kendall_test(months, np.array([values], dtype=float))
    return float(found.slope[0]), float(found.p_value[0])


@given(series)
def test_agrees_with_scipy(values):
    slope, p_value = of(values)
    months = np.arange(len(values))
    assert slope == pytest.approx(stats.theilslopes(values, months).slope, rel=1e-9, abs=1e-9)
    expected = stats.kendalltau(months, values, method="asymptotic").pvalue
    assert p_value == pytest.approx(1.0 if np.isnan(expected) else expected, rel=1e-9)


@given(series, st.data())
def test_months_left_out_are_time_that_passed(values, data):
    months = sorted(data.draw(st.sets(st.integers(0, 60), min_size=len(values), max_size=len(values))))
    slope, _ = of(values, months)
    assert slope == pytest.approx(stats.theilslopes(values, months).slope, rel=1e-9, abs=1e-9)
    # the same laid out with gaps among other curves' months
    laid = np.full((2, 61), np.nan)
    laid[0, months] = values
    laid[1] = np.arange(61)
    together = mann_kendall_test(np.arange(61.0), laid)
    assert together.slope[0] == pytest.approx(slope, rel=1e-12, abs=1e-12)
    assert together.p_value[0] == pytest.approx(of(values, months)[1], rel=1e-12)


def test_too_few_months_and_no_change():
    slope, p_value = of([1.0, 2.0, 3.0])
    assert slope == 1
    assert np.isnan(p_value)
    assert all(np.isnan(value) for value in of([4.0]))
    assert of([5.0] * 6) == (0.0, 1.0)
