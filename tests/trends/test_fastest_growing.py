"""The rule behind the blue curve and the sentence about the fastest riser."""

from __future__ import annotations

import pytest

from ecotone.trends.fastest_growing import ProjectMomentum, fastest_growing_project


def test_the_riser_needs_volume_freshness_and_more_than_noise():
    moving = {
        "large": ProjectMomentum(0.05, 100, 20),
        "rising": ProjectMomentum(0.4, 60, 20),
        "tiny": ProjectMomentum(9.0, 1, 20),
        "stale": ProjectMomentum(3.0, 90, 18),
        "small": ProjectMomentum(0.5, 2, 20),
    }
    assert fastest_growing_project(moving) == "rising"


@pytest.mark.parametrize(("momentum", "riser"), [(0.1, "a"), (0.09, None), (-0.5, None)])
def test_less_than_a_tenth_is_no_rise(momentum: float, riser: str | None):
    assert fastest_growing_project({"a": ProjectMomentum(momentum, 5, 20), "b": ProjectMomentum(0.0, 5, 20)}) == riser


def test_a_month_old_is_fresh_enough():
    assert fastest_growing_project({"a": ProjectMomentum(0.5, 5, 19), "b": ProjectMomentum(0.2, 5, 20)}) == "a"


def test_alone_nobody_is_the_fastest():
    assert fastest_growing_project({"a": ProjectMomentum(0.5, 5, 20)}) is None
    assert fastest_growing_project({}) is None


def test_ties_go_to_the_earlier_name():
    assert fastest_growing_project({"b": ProjectMomentum(0.3, 5, 20), "a": ProjectMomentum(0.3, 5, 20)}) == "a"
