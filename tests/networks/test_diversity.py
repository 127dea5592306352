"""How evenly something is spread."""

from __future__ import annotations

import math
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecotone.networks.diversity import blau, concentration, evenness, hill, leaders_share, shannon, shares

amounts = st.lists(st.floats(0.001, 1e6), min_size=1, max_size=20)


def test_two_one_one_by_hand():
    spread = [2, 1, 0, 1]
    assert concentration(spread) == 0.375  # 1/4 + 1/16 + 1/16
    assert blau(spread) == 0.625
    assert shannon(spread) == pytest.approx(1.5 * math.log(2))
    assert hill(spread, 0) == 3
    assert hill(spread, 1) == pytest.approx(2**1.5)
    assert hill(spread, 2) == pytest.approx(16 / 6)
    assert hill(spread, math.inf) == 2
    assert evenness(spread) == pytest.approx(1.5 * math.log(2) / math.log(3))
    assert leaders_share(spread, 2) == 0.75


@given(amounts)
def test_hill_numbers_fall_with_their_order(values):
    numbers = [hill(values, order) for order in (0, 0.5, 1, 1.5, 2, 5, math.inf)]
    assert all(one >= other - 1e-9 for one, other in pairwise(numbers))
    assert numbers[-1] >= 1 - 1e-12


@given(st.integers(1, 50), st.floats(0.001, 1e6))
def test_equal_amounts(count, amount):
    for order in (0, 1, 2, 3.5):
        assert hill([amount] * count, order) == pytest.approx(count)
    if count > 1:
        assert evenness([amount] * count) == pytest.approx(1)


@given(amounts, st.floats(0.01, 100))
def test_the_unit_does_not_matter(values, factor):
    scaled = [value * factor for value in values]
    for measure in (concentration, blau, shannon, leaders_share):
        assert measure(scaled) == pytest.approx(measure(values), abs=1e-9)


@given(amounts)
def test_two_equal_halves_are_twice_as_diverse(values):
    for order in (0, 1, 2):
        assert hill(values + values, order) == pytest.approx(2 * hill(values, order))


def test_nothing_and_too_little():
    for measure in (concentration, blau, shannon, evenness, leaders_share):
        assert np.isnan(measure([0, 0]))
    assert np.isnan(hill([], 1))
    assert np.isnan(evenness([3]))
    assert shares([1e-300, 3e-300]).tolist() == [0.25, 0.75]
    with pytest.raises(ValueError, match="0 or more"):
        shares([1, -1])
