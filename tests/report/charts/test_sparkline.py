from __future__ import annotations

import re

from hypothesis import given
from hypothesis import strategies as st

from ecotone.report.charts.sparkline import HEIGHT, WIDTH, draw_sparkline
from ecotone.report.project_series import ProjectSeries


def test_a_month_in_part_is_drawn_loose_and_ends_open():
    found = draw_sparkline(ProjectSeries(0, (1.0, 2.0, 1.0), "wwp"), 3)
    assert found.solid.count("L") == 1
    assert found.loose.count("L") == 1
    assert not found.end_whole


def test_a_gap_breaks_the_curve():
    found = draw_sparkline(ProjectSeries(0, (1.0, 2.0, None, 2.0, 1.0), "wwnww"), 5)
    assert found.solid.count("M") == 2


def test_nothing_gives_nothing():
    found = draw_sparkline(ProjectSeries(0, (None, None), "nn"), 2)
    assert (found.solid, found.loose, found.end) == ("", "", None)


@given(st.lists(st.none() | st.floats(0, 1e9), min_size=1, max_size=60))
def test_curves_stay_in_their_box(values: list[float | None]):
    found = draw_sparkline(ProjectSeries(0, tuple(values), "w" * len(values)), len(values))
    for x, y in re.findall(r"([\d.e+-]+) ([\d.e+-]+)", found.solid + found.loose):
        assert 0 <= float(x) <= WIDTH
        assert 0 <= float(y) <= HEIGHT


def test_a_curve_from_a_later_step_fills_the_width_and_its_own_height():
    long = ProjectSeries(0, (90.0, 90.0, 1.0, 2.0, 1.0), "wwwww")
    assert draw_sparkline(long, 5, 2) == draw_sparkline(ProjectSeries(0, (1.0, 2.0, 1.0), "www"), 3)
    late = ProjectSeries(3, (2.0, 1.0), "ww")
    assert draw_sparkline(late, 5, 2) == draw_sparkline(ProjectSeries(1, (2.0, 1.0), "ww"), 3)
