from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecotone.networks.diversity import (
    effective_number,
    herfindahl_index,
    pielou_evenness,
    positive_shares,
    shannon_entropy,
)

amounts = st.lists(st.floats(0.001, 1e6), min_size=1, max_size=20)


def test_two_one_one_by_hand():
    spread = [2, 1, 0, 1]
    assert herfindahl_index(spread) == 0.375  # 1/4 + 1/16 + 1/16
    assert shannon_entropy(spread) == pytest.approx(1.5 * math.log(2))
    assert effective_number(spread) == pytest.approx(2**1.5)
    assert pielou_evenness(spread) == pytest.approx(1.5 * math.log(2) / math.log(3))


@given(amounts)
def test_the_effective_number_lies_between_one_and_the_count(values):
    assert 1 - 1e-12 <= effective_number(values) <= len(values) + 1e-9


@given(st.integers(1, 50), st.floats(0.001, 1e6))
def test_equal_amounts(count, amount):
    assert effective_number([amount] * count) == pytest.approx(count)
    if count > 1:
        assert pielou_evenness([amount] * count) == pytest.approx(1)


@given(amounts, st.floats(0.01, 100))
def test_the_unit_does_not_matter(values, factor):
    scaled = [value * factor for value in values]
    for measure in (herfindahl_index, shannon_entropy):
        assert measure(scaled) == pytest.approx(measure(values), abs=1e-9)


@given(amounts)
def test_two_equal_halves_are_twice_as_diverse(values):
    assert effective_number(values + values) == pytest.approx(2 * effective_number(values))


def test_nothing_and_too_little():
    for measure in (herfindahl_index, shannon_entropy, pielou_evenness, effective_number):
        assert np.isnan(measure([0, 0]))
    assert np.isnan(pielou_evenness([3]))
    assert positive_shares([1e-300, 3e-300]).tolist() == [0.25, 0.75]
    with pytest.raises(ValueError, match="0 or more"):
        positive_shares([1, -1])
