"""Momentum, peak, half-life and turning points, counted by hand."""

from __future__ import annotations

import numpy as np
import pytest

from ecotone.trends.change_points import Peak, find_change_points, find_peak, recent_momentum
from ecotone.trends.shape_classifier import Curve, curve_from_values


def test_momentum_by_hand():
    # 3 months of 12 on average against 9 of 8
    assert recent_momentum(curve_from_values([99, 8, 8, 8, 8, 8, 8, 8, 8, 8, 10, 12, 14])) == pytest.approx(0.5)
    assert recent_momentum(curve_from_values([0] * 9 + [1, 2, 3])) is None
    assert recent_momentum(curve_from_values([1] * 9 + [0, 0, 0])) == -1


def test_momentum_needs_twelve_whole_months_in_a_row():
    nan = float("nan")
    assert recent_momentum(curve_from_values([1.0] * 11)) is None
    assert recent_momentum(curve_from_values([1.0] * 6 + [nan] + [1.0] * 6)) is None
    assert recent_momentum(curve_from_values([nan] + [1.0] * 12)) == 0
    assert recent_momentum(curve_from_values([1.0] * 12 + [nan, nan])) == 0  # months that were not observed yet


def test_peak_by_hand():
    assert find_peak(curve_from_values([1, 8, 6, 4, 3.9, 4.1, 2, 1, 1])) == Peak(1, pytest.approx(4 / 3 / 8), 3)
    assert find_peak(curve_from_values([1, 8, 6, 3, 4, 4, 2, 1, 1])) == Peak(
        1, pytest.approx(4 / 3 / 8), 5
    )  # two in a row: not over
    assert find_peak(curve_from_values([5, 9, 9, 8])) == Peak(1, pytest.approx(26 / 3 / 9), None)
    assert find_peak(curve_from_values([0, 0])) is None


def test_a_half_life_counts_months_that_passed():
    assert find_peak(curve_from_values([8, float("nan"), float("nan"), 1, 1])) == Peak(0, pytest.approx(10 / 3 / 8), 3)


def test_turning_points_of_steps():
    generator = np.random.default_rng(4)
    values = np.concatenate([generator.poisson(level, 12) for level in (20, 80, 40)]).astype(float)
    assert find_change_points(curve_from_values(values)) == (12, 24)
    late = Curve(np.arange(36) + 100, values)
    assert find_change_points(late) == (112, 124)


def test_no_turning_point_in_noise_or_in_little():
    noise = np.random.default_rng(5).poisson(50, 40).astype(float)
    assert find_change_points(curve_from_values(noise)) == ()
    assert find_change_points(curve_from_values([7.0] * 30)) == ()
    assert find_change_points(curve_from_values([1.0, 50, 1, 50, 50])) == ()
