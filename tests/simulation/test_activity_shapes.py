from __future__ import annotations

import pytest

from ecotone.simulation.activity_shapes import SHAPES, make_activity_levels

MONTHS = 36


def thirds(shape):
    curve = make_activity_levels(shape, MONTHS)
    return [sum(curve[start : start + 12]) / 12 for start in (0, 12, 24)]


@pytest.mark.parametrize("shape", SHAPES)
def test_levels_are_shares_of_a_peak(shape):
    curve = make_activity_levels(shape, MONTHS)
    assert len(curve) == MONTHS
    assert all(0 <= level <= 1 for level in curve)
    assert max(curve) >= 0.5


@pytest.mark.parametrize("months", [1, 2, 3])
@pytest.mark.parametrize("shape", SHAPES)
def test_even_a_short_life_has_something_in_it(shape, months):
    assert any(make_activity_levels(shape, months))


def test_climbing_and_declining_are_what_they_say():
    for shape, ordered in (("climbing", sorted), ("declining", lambda curve: sorted(curve, reverse=True))):
        assert list(make_activity_levels(shape, MONTHS)) == ordered(make_activity_levels(shape, MONTHS))


def test_rise_and_fall_peaks_in_the_middle():
    first, middle, last = thirds("rise and fall")
    assert middle > 2 * first
    assert middle > 2 * last


def test_a_spike_is_early_and_short():
    curve = make_activity_levels("spike and fade", MONTHS)
    peak = curve.index(max(curve))
    assert peak < MONTHS // 4
    assert sum(level > max(curve) / 2 for level in curve) <= 4


def test_revived_is_lowest_in_the_middle():
    first, middle, last = thirds("revived")
    assert middle < first / 2
    assert middle < last / 2


def test_emerging_begins_late_and_then_grows():
    curve = make_activity_levels("emerging", MONTHS)
    begins = next(month for month, level in enumerate(curve) if level)
    assert begins > MONTHS // 2
    assert list(curve) == sorted(curve)


def test_dormant_ends_in_silence():
    assert set(make_activity_levels("dormant", MONTHS)[-12:]) == {0.0}
