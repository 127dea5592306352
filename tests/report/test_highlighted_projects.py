from __future__ import annotations

from dataclasses import replace

import pytest

from ecotone.report.highlighted_projects import MOST_COLOURED, choose_chart_colours, find_highlighted_projects
from ecotone.report.project_series import LatestValues


def at(level: float, momentum: float | None, peak: float | None = None, last_at: int = 20) -> LatestValues:
    return LatestValues(level, last_at, level, None, momentum, peak if peak is not None else level, 3)


def test_the_riser_is_the_fastest_of_the_larger_half():
    standings = {"large": at(100, 0.05), "rising": at(60, 0.4), "tiny": at(1, 9.0), "young": at(900, None)}
    assert find_highlighted_projects(sorted(standings), standings).riser == "rising"


@pytest.mark.parametrize(("peak", "off"), [(250.0, True), (249.0, False)])
def test_off_scale_is_two_and_a_half_times_the_next(peak: float, off: bool):
    found = find_highlighted_projects(["a", "b"], {"a": at(5, None, peak), "b": at(5, None, 100.0)})
    assert (found.leader, found.off_scale) == ("a", off)


def test_one_project_is_not_off_its_own_scale():
    assert not find_highlighted_projects(["a"], {"a": at(5, None)}).off_scale


def test_nobody_leads_an_empty_field():
    found = find_highlighted_projects(["a"], {"a": LatestValues()})
    assert (found.leader, found.riser, found.highlighted, found.off_scale) == (None, None, (), False)


def test_ties_go_to_the_earlier_name():
    found = find_highlighted_projects(["b", "a"], {"a": at(5, 0.3), "b": at(5, 0.3)})
    assert (found.leader, found.riser, found.highlighted) == ("a", "a", ("a", "b"))


@pytest.mark.parametrize("word", ["stable", "shrinking", "stopped", "mixed", "unclear"])
def test_only_a_growing_project_rises(word: str):
    standings = {"flat": at(100, 0.05), "rising": replace(at(100, 0.4), present=word), "other": at(100, 0.2)}
    assert find_highlighted_projects(sorted(standings), standings).riser == "other"
    standings["rising"] = replace(standings["rising"], present="growing")
    assert find_highlighted_projects(sorted(standings), standings).riser == "rising"


def test_at_most_eight_colours_and_no_two_alike():
    own = {f"p{at}": at % 3 for at in range(12)}
    colours = choose_chart_colours(own, list(own), "p11")
    drawn = [colour for colour in colours.values() if colour != "muted"]
    assert len(drawn) == len(set(drawn)) == MOST_COLOURED
    assert (colours["p11"], colours["p0"], colours["p1"]) == ("riser", 0, 1)
    assert colours["p10"] == "muted"
