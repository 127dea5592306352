"""The rule behind the blue curve and the sentence about the fastest riser."""

from __future__ import annotations

import pytest

from ecotone.trends.riser import Moving, fastest_riser


def test_the_riser_needs_volume_freshness_and_more_than_noise():
    moving = {
        "large": Moving(0.05, 100, 20),
        "rising": Moving(0.4, 60, 20),
        "tiny": Moving(9.0, 1, 20),
        "stale": Moving(3.0, 90, 18),
        "small": Moving(0.5, 2, 20),
    }
    assert fastest_riser(moving) == "rising"


@pytest.mark.parametrize(("momentum", "riser"), [(0.1, "a"), (0.09, None), (-0.5, None)])
def test_less_than_a_tenth_is_no_rise(momentum: float, riser: str | None):
    assert fastest_riser({"a": Moving(momentum, 5, 20), "b": Moving(0.0, 5, 20)}) == riser


def test_a_month_old_is_fresh_enough():
    assert fastest_riser({"a": Moving(0.5, 5, 19), "b": Moving(0.2, 5, 20)}) == "a"


def test_alone_nobody_is_the_fastest():
    assert fastest_riser({"a": Moving(0.5, 5, 20)}) is None
    assert fastest_riser({}) is None


def test_ties_go_to_the_earlier_name():
    assert fastest_riser({"b": Moving(0.3, 5, 20), "a": Moving(0.3, 5, 20)}) == "a"
