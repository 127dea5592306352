from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from ecotone.report.bilingual_text import Text
from ecotone.report.charts.drawn_rows import (
    curve_rows,
    month_axis_ticks,
    month_to_milliseconds,
    prepare_figure_rows,
    scale_top,
)
from ecotone.report.charts.theme import DARK, LIGHT, Spec
from ecotone.report.palette import colour_code

STYLE: Spec = {"k": "a", "name": "a", "c": "#000000", "f": 1, "tag": "a"}


def drawn(values: list[float | None], states: str) -> list[Spec]:
    return curve_rows(STYLE, list(range(len(values))), values, states)


def told(rows: list[Spec], field: str) -> str:
    """`#` a value, `-` a gap that ends a piece, `.` nothing at all."""
    return "".join("." if field not in row else "-" if row[field] is None else "#" for row in rows)


def test_the_solid_line_is_of_whole_months_and_the_dashed_one_touches_its_neighbours():
    rows = drawn([1, 2, 3, 4, 5], "wwpww")
    assert told(rows, "y") == "##-##"
    assert told(rows, "yp") == ".###-"
    assert told(rows, "yd") == "....."


def test_two_dashed_pieces_are_not_joined_over_the_months_between():
    rows = drawn([1.0] * 9, "pwwwwwwwp")
    assert told(rows, "yp") == "##-....##"


def test_damaged_months_have_their_own_line():
    assert told(drawn([1.0] * 4, "wwdw"), "yd") == ".###"


def test_points_stand_at_ends_at_what_is_not_whole_and_at_the_lonely():
    rows = drawn([1, None, 3, None, 5, 6, 7], "wnwnwpw")
    assert [row["dot"] for row in rows] == [True, False, True, False, False, True, True]
    assert [row["end"] for row in rows] == [False] * 6 + [True]


def test_the_name_stands_beside_the_last_whole_month():
    assert [row["named"] for row in drawn([1, 2, 3], "wwp")] == [False, True, False]
    assert [row["named"] for row in drawn([1, 2, 3], "ppp")] == [False, False, True]
    assert not any(row["named"] for row in drawn([None, None], "nn"))


@pytest.mark.parametrize(
    ("months", "every"), [(9, 1), (30, 3), (60, 6), (150, 12), (300, 24), (600, 60)], ids=lambda value: str(value)
)
def test_labelled_months_are_round_and_few(months: int, every: int):
    since = date(2022, 8, 1)
    last = date(since.year + (since.month - 1 + months - 1) // 12, (since.month - 1 + months - 1) % 12 + 1, 1)
    found = month_axis_ticks(month_to_milliseconds(since), month_to_milliseconds(last))
    assert 2 <= len(found) <= 14
    starts = [datetime.fromtimestamp(moment / 1000, UTC) for moment in found]
    assert all((start.year * 12 + start.month - 1) % every == 0 for start in starts)


def test_rows_get_their_colour_their_moments_and_their_value_as_text():
    rows = [
        {"name": Text("ash", "白蜡"), "month": date(2024, 12, 1), "v": 0.5, "colour": 1},
        {"name": "oak", "v": None, "colour": "unknown"},
    ]
    first, second = prepare_figure_rows(rows, DARK, "share", as_curves=False)
    assert (first["name"], first["c"], first["shown"]) == ("ash", colour_code(1, "dark"), "50.0%")
    assert (first["t"], first["t_end"]) == (
        month_to_milliseconds(date(2024, 12, 1)),
        month_to_milliseconds(date(2025, 1, 1)),
    )
    assert (second["c"], second["shown"], second["i"]) == (colour_code("unknown", "dark"), "–", 1)


def test_rows_of_curves_are_grouped_by_name_and_keep_their_bounds():
    rows = [
        {"name": name, "month": date(2024, month, 1), "v": float(month), "low": 0.0, "high": 9.0, "tag": f"{name}!"}
        for month in (1, 2)
        for name in ("ash", "oak")
    ]
    found = prepare_figure_rows(rows, LIGHT, "", as_curves=True)
    assert [(row["k"], row["v"], row["high"]) for row in found] == [(k, v, 9) for k in ("ash", "oak") for v in (1, 2)]
    assert [row["tag"] for row in found if row["end"]] == ["ash!", "oak!"]


def test_the_scale_ends_a_little_above_the_highest():
    assert scale_top([{"v": 10.0}, {"v": None}, {"v": 20.0}]) == 21
    assert scale_top([]) == pytest.approx(1.05)
