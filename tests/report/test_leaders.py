from __future__ import annotations

import pytest

from ecotone.report.leaders import leaders
from ecotone.report.series import Standing


def at(level: float, momentum: float | None, peak: float | None = None, last_at: int = 20) -> Standing:
    return Standing(level, last_at, level, None, momentum, peak if peak is not None else level, 3)


def test_the_riser_is_the_fastest_of_the_larger_half():
    standings = {"large": at(100, 0.05), "rising": at(60, 0.4), "tiny": at(1, 9.0), "young": at(900, None)}
    assert leaders(sorted(standings), standings).riser == "rising"


@pytest.mark.parametrize(("peak", "off"), [(250.0, True), (249.0, False)])
def test_off_scale_is_two_and_a_half_times_the_next(peak: float, off: bool):
    found = leaders(["a", "b"], {"a": at(5, None, peak), "b": at(5, None, 100.0)})
    assert (found.leader, found.off_scale) == ("a", off)


def test_one_project_is_not_off_its_own_scale():
    assert not leaders(["a"], {"a": at(5, None)}).off_scale


def test_nobody_leads_an_empty_field():
    found = leaders(["a"], {"a": Standing()})
    assert (found.leader, found.riser, found.focus, found.off_scale) == (None, None, (), False)


def test_ties_go_to_the_earlier_name():
    found = leaders(["b", "a"], {"a": at(5, 0.3), "b": at(5, 0.3)})
    assert (found.leader, found.riser, found.focus) == ("a", "a", ("a", "b"))
