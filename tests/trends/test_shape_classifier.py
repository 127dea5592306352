"""What must never change a shape, and what confidence is."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecotone.trends.shape_classifier import (
    Curve,
    ShapeResult,
    classify_curve,
    curve_from_values,
    resample_curves,
    silence_start,
)

FALLING = {"declining", "rise and fall", "spike and fade", "dormant"}

series = st.lists(st.one_of(st.integers(0, 300), st.just(float("nan"))), min_size=1, max_size=48)
rising = st.lists(st.integers(0, 40), min_size=12, max_size=48).map(lambda steps: np.cumsum(steps).astype(float) + 1)


def same(one: ShapeResult, other: ShapeResult) -> bool:
    return (one.shape, one.confidence, one.since, one.alternative) == (
        other.shape, other.confidence, other.since, other.alternative
    )  # fmt: skip


@given(series, st.integers(1, 12))
def test_months_that_were_not_observed_change_nothing_at_the_end(values, more):
    longer = [*values, *[float("nan")] * more]
    assert same(classify_curve(curve_from_values(values), 1, 20), classify_curve(curve_from_values(longer), 1, 20))


@given(series, st.floats(1e-6, 1e6))
def test_the_unit_changes_nothing(values, factor):
    scaled = [value * factor for value in values]
    assert same(classify_curve(curve_from_values(values), 1, 20), classify_curve(curve_from_values(scaled), 1, 20))


@given(rising, st.data())
def test_a_hole_makes_no_decline(values, data):
    holes = data.draw(st.sets(st.integers(1, len(values) - 2), max_size=len(values) // 2))
    values[sorted(holes)] = np.nan
    assert classify_curve(curve_from_values(values), 1, 20).shape.name not in FALLING


@given(st.integers(12, 48), st.integers(1, 500), st.data())
def test_a_hole_in_a_level_leaves_it_steady(months, level, data):
    values = np.full(months, float(level))
    holes = data.draw(st.sets(st.integers(0, months - 1), max_size=months - 12))
    values[sorted(holes)] = np.nan
    assert classify_curve(curve_from_values(values), 1, 20).shape.name == "steady"


@given(series)
def test_confidence_is_a_share_and_the_other_reading_is_another(values):
    found = classify_curve(curve_from_values(values), 1, 20)
    assert (found.confidence is None) == (found.shape.name == "too short to say")
    assert found.confidence is None or 0 <= found.confidence <= 0.99
    assert found.alternative is not found.shape


def test_the_same_seed_draws_the_same():
    values = np.random.default_rng(2).poisson(20, 40).astype(float)
    assert same(classify_curve(curve_from_values(values), 7), classify_curve(curve_from_values(values), 7))
    one, other = (resample_curves(values, np.random.default_rng(seed), 5) for seed in (7, 8))
    assert not np.array_equal(one, other)


def test_a_straight_line_is_certain_and_a_border_is_not():
    straight = [float(month) for month in range(1, 37)]
    assert classify_curve(curve_from_values(straight), 1).confidence == 0.99
    generator = np.random.default_rng(1)
    border = np.array([60.0] * 5 + [100.0] * 25) * np.exp(generator.normal(0, 0.25, 30))
    assert classify_curve(curve_from_values(border), 1).confidence < 0.9


def test_draws_keep_what_happened_when():
    values = np.array([1.0] * 10 + [100.0] * 10)
    drawn = resample_curves(values, np.random.default_rng(1), 100)
    assert drawn.shape == (100, 20)
    assert (drawn[:, :10].mean(axis=1) * 20 < drawn[:, 10:].mean(axis=1)).all()


@pytest.mark.parametrize(
    ("values", "since"),
    [
        ([5, 5, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16], 2),  # climbing: from its lowest month
        ([2, 3, 5, 7, 9, 10, 11, 11, 10, 9, 8, 7, 6, 5, 4, 4, 3, 3], 6),  # rise and fall: from its top
        ([9, 10, 11, 10, 9, 10, 8, 6, 3, 1, 0, 0, 0, 0, 0, 0, 0, 0], 10),  # dormant: from the silence
        ([9, 10, 11, 10, 9, 10, 11, 10, 9, 10, 11, 10], 0),  # steady: all along
    ],
)
def test_since_when(values, since):
    found = classify_curve(curve_from_values([float("nan"), float("nan"), *values]), 1)
    assert found.since == since + 2


def test_silence_by_hand():
    # the high is 10 (windows of four): 5 % is 0.5
    loud = [10.0] * 10
    assert silence_start(np.array(loud + [0.5] * 6)) == 10
    assert silence_start(np.array(loud + [0.5] * 5)) is None  # too short a silence
    assert silence_start(np.array([*loud, *[0.0] * 6, 0.6])) is None  # it spoke again
    assert silence_start(np.zeros(12)) is None  # it never spoke


def test_a_life_begins_with_the_first_month_above_nothing():
    curve = Curve(np.arange(5), np.array([0.0, 0.0, 2.0, 0.0, 1.0]))
    assert curve.life.months.tolist() == [2, 3, 4]
    assert not len(Curve(np.arange(3), np.zeros(3)).life.months)
