from __future__ import annotations

from math import hypot

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecotone.report.charts.line_labels import (
    CLOSE,
    GAP,
    LETTER,
    LINE,
    REACH,
    PlotFrame,
    place_line_labels,
    truncate_name,
)
from ecotone.report.charts.theme import Spec

FRAME = PlotFrame(width=600, height=400, right=150, begin=0, finish=60, low=0, high=100)


def curve(key: str, t: float, v: float, *, weight: int = 1, after: tuple[float, float] | None = None) -> list[Spec]:
    """A curve's last whole month and, after it, the end of a month in part."""
    row: Spec = {"k": key, "t": t, "v": v, "f": weight, "tag": key, "named": True, "end": after is None}
    if after is None:
        return [row]
    return [row, row | {"t": after[0], "v": after[1], "named": False, "end": True}]


def test_a_name_stands_right_beside_its_own_end():
    (found,) = place_line_labels(curve("tree", 30, 50), FRAME)
    assert (found["x"], found["y"], found["line"]) == (300 + GAP, 200, False)


def test_curves_in_grey_have_no_name():
    assert place_line_labels([*curve("a", 30, 50, weight=0), *curve("b", 30, 10, weight=2)], FRAME)[0]["k"] == "b"
    assert place_line_labels(curve("a", 30, 50, weight=0), FRAME) == []


def test_a_name_does_not_hide_the_mark_of_a_month_in_part():
    (near,) = place_line_labels(curve("a", 30, 50, after=(31, 51)), FRAME)
    assert near["x"] == 310 + GAP
    (far,) = place_line_labels(curve("a", 30, 50, after=(31, 20)), FRAME)
    assert far["x"] == 300 + GAP


def test_two_names_at_one_place_make_room_equally_and_keep_their_hairlines():
    found = place_line_labels([*curve("a", 30, 50), *curve("b", 30, 50)], FRAME)
    assert sorted(row["y"] for row in found) == pytest.approx([193, 207], abs=CLOSE)
    assert not any(row["line"] for row in found)  # seven pixels need no line
    three = place_line_labels([row for key in "abc" for row in curve(key, 30, 50)], FRAME)
    assert sorted(bool(row["line"]) for row in three) == [False, True, True]


def test_names_at_different_times_do_not_disturb_each_other():
    found = place_line_labels([*curve("a", 10, 50), *curve("b", 40, 50)], FRAME)
    assert [row["y"] for row in found] == [200, 200]


def test_a_name_too_long_for_the_edge_stands_above_the_end():
    narrow = PlotFrame(width=600, height=400, right=10, begin=0, finish=60, low=0, high=100)
    (found,) = place_line_labels(curve("evergreen", 60, 50), narrow)
    assert found["x"] == 600 + 10 - 9 * LETTER - 2
    assert found["y"] == 200 - LINE
    assert not found["line"]


def test_the_riser_and_the_highest_are_named_first_where_there_is_no_room_for_all():
    crowd = [row for place in range(9) for row in curve(f"c{place}", 30, 50 + place / 100)]
    found = place_line_labels([*crowd, *curve("riser", 30, 50, weight=2)], FRAME)
    assert [row["k"] for row in found][:2] == ["riser", "c8"]
    assert 3 <= len(found) < 10


def test_a_long_name_is_cut():
    assert truncate_name("x" * 30) == "x" * 30
    assert truncate_name("x" * 31) == "x" * 29 + "…"


ENDS = st.lists(
    st.tuples(st.integers(0, 60), st.floats(0, 100), st.integers(0, 2), st.text("mi", min_size=1, max_size=40)),
    max_size=12,
)


@given(ENDS)
def test_names_never_cover_each_other_nor_leave_their_ends(ends: list[tuple[int, float, int, str]]):
    drawn = [
        row | {"tag": tag} for place, (t, v, f, tag) in enumerate(ends) for row in curve(str(place), t, v, weight=f)
    ]
    found = place_line_labels(drawn, FRAME)
    for place, one in enumerate(found):
        size = len(one["text"]) * LETTER
        assert 0 <= one["x"] <= FRAME.width + FRAME.right - size
        assert abs(one["y"] - one["y0"]) <= REACH
        assert 0 <= one["y"] <= FRAME.height
        if one["line"]:
            assert hypot(one["x"] - one["x0"], one["y"] - one["y0"]) <= 24
        for other in found[:place]:
            across = one["x"] < other["x"] + len(other["text"]) * LETTER and other["x"] < one["x"] + size
            assert not across or abs(one["y"] - other["y"]) >= LINE - CLOSE
    assert len(found) >= min(1, sum(f > 0 for _, _, f, _ in ends))
