"""A field's state, counted by hand."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecotone.trends.field_state import build_field_state, leader_share_bounds, list_silent_projects
from ecotone.trends.half_years import split_half_years
from ecotone.trends.project_panel import build_panel
from tests.trends.making import projects, signals

THREE = projects(
    ("a/a", "tools", "low-code", "Python", "2020-01-01"),
    ("b/b", "tools", "sdk", "Java", "2024-02-20"),
    ("c/c", "engines", "", "Python", "2020-01-01"),
)


def row_of(table, kind, scope, month, parent=None):
    found = [
        row
        for row in table.to_pylist()
        if (row["scope_kind"], row["scope"], row["month"]) == (kind, scope, date.fromisoformat(f"{month}-01"))
        and (parent is None or row["parent"] == parent)
    ]
    assert len(found) == 1, (kind, scope, month)
    return found[0]


def test_a_month_by_hand():
    table = build_field_state(THREE, signals({"a/a": [6, 5], "b/b": [None, 3], "c/c": [4, 2]}))
    first, second = (row_of(table, "field", "all", month) for month in ("2024-01", "2024-02"))
    assert (first["projects_known"], first["projects_observed"], first["total"]) == (2, 2, 10)
    assert (first["leader"], first["leader_share"], first["leader_sure"]) == ("a/a", 0.6, True)
    assert first["hhi"] == pytest.approx(0.52)
    assert first["effective_projects"] == pytest.approx(1 / 0.52)
    assert (first["leader_changed"], first["rank_changes"]) == (None, None)
    assert (second["births"], second["projects_known"], second["leader_changed"]) == (1, 3, False)
    assert (first["share"], first["parent"]) == (None, None)


def test_parts_share_their_whole():
    table = build_field_state(THREE, signals({"a/a": [6, 5], "b/b": [None, 3], "c/c": [4, 2]}))
    assert row_of(table, "category", "tools", "2024-02")["share"] == 0.8
    assert row_of(table, "style", "low-code", "2024-02", "tools")["share"] == 5 / 8
    assert row_of(table, "language", "Java", "2024-02", "all")["share"] == 0.3
    assert row_of(table, "language", "Java", "2024-02", "tools")["share"] == 3 / 8


def test_what_was_not_observed_is_bounded_by_the_best_three_months():
    table = build_field_state(THREE, signals({"a/a": [6, 6, 6, 6], "b/b": [None, 2, 3, 2], "c/c": [3, 9, 9, "?1"]}))
    row = row_of(table, "field", "all", "2024-04")
    # c did at most the mean of 3, 9, 9 = 7
    assert (row["projects_known"], row["projects_observed"], row["total"]) == (3, 2, 8)
    assert row["observed_at_least"] == pytest.approx(8 / 15)
    assert (row["leader_share"], row["leader_sure"]) == (0.75, False)
    assert row["leader_share_low"] == pytest.approx(6 / 14)  # c does 6, the most that leaves a ahead
    assert row["leader_share_high"] == pytest.approx(0.75)
    tools = row_of(table, "category", "tools", "2024-04")
    assert (tools["share"], tools["share_low"], tools["share_high"]) == (1, pytest.approx(8 / 15), 1)


def test_growth_is_over_the_projects_known_in_both_years():
    a, c = [2.0] * 12 + [3.0] * 3, [4.0] * 12 + [4.0, 4.0, "?1"]
    b = [None] * 14 + [3.0]
    table = build_field_state(projects(*[("a/a", "t", "", "", "2020-01-01"), ("b/b", "t", "", "", "2025-03-01"),
                                   ("c/c", "t", "", "", "2020-01-01")]),
                        signals({"a/a": a, "b/b": b, "c/c": c}))  # fmt: skip
    row = row_of(table, "field", "all", "2025-03")
    # a: 9 against 6; b: 3 against nothing, which is known; c is not known
    assert (row["growth"], row["growth_projects"]) == (pytest.approx(1.0), 2)
    assert row_of(table, "field", "all", "2024-12")["growth"] is None


def test_rank_changes_and_deaths():
    table = build_field_state(
        projects(*[(name, "t", "", "", "2020-01-01") for name in ("a/a", "b/b", "c/c")]),
        signals({"a/a": [9.0] * 8 + [0.0] * 8, "b/b": [5.0] * 16, "c/c": [1.0] * 16}),
    )
    rows = [row for row in table.to_pylist() if row["scope_kind"] == "field"]
    assert [row["deaths"] for row in rows] == [0] * 8 + [1] + [0] * 7
    assert [row["rank_changes"] for row in rows] == [None] + [0] * 7 + [3] + [0] * 7
    assert [row["leader"] for row in rows] == ["a/a"] * 8 + ["b/b"] * 8
    assert rows[8]["leader_changed"] is True


def test_who_fell_silent_the_latest_first():
    panel = build_panel(
        projects(*[(name, "t", "", "", "2020-01-01") for name in ("a/a", "b/b", "c/c")]),
        signals({"a/a": [9.0] * 4 + [0.0] * 12, "b/b": [5.0] * 8 + [0.0] * 8, "c/c": [1.0] * 16}),
        "activity",
    )
    assert list_silent_projects(panel) == ["b/b", "a/a"]


@given(st.lists(st.tuples(st.integers(0, 50), st.integers(0, 50)), min_size=1, max_size=6), st.data())
def test_no_truth_leaves_the_bounds(amounts, data):
    known, unseen = (np.array(column, dtype=float) for column in zip(*amounts, strict=True))
    found = leader_share_bounds(known, unseen)
    if found is None:
        assert known.sum() == 0
        return
    truth = known + np.array([data.draw(st.integers(0, int(more))) for more in unseen])
    share = truth.max() / truth.sum()
    assert found.low - 1e-9 <= share <= found.high + 1e-9
    assert found.low - 1e-9 <= found.share <= found.high + 1e-9
    if found.is_certain and len(known) > 1:
        assert truth.argmax() == found.position


def test_half_years_by_hand():
    values = {"a/a": [6.0] * 6, "b/b": [None, 3, 3, 3, 3, "?1"], "c/c": [4.0] * 5 + ["."]}
    (half,) = split_half_years(build_panel(THREE, signals(values), "activity"))
    assert (half.label, half.project_months, half.months_observed, half.projects) == ("2024H1", 17, 15, 3)
    assert half.known.tolist() == [36, 12, 20]
    assert half.unobserved_bound.tolist() == [0, 3, 4]
    share, low, high = half.share_with_bounds([0])
    assert (share, low, high) == (36 / 68, 36 / 75, 36 / 68)
    assert half.observed_at_least == pytest.approx(68 / 75)


def test_half_years_lie_whole_on_the_axis():
    panel = build_panel(THREE, signals({"a/a": [1.0] * 15}, since="2023-12"), "activity")
    assert [half.label for half in split_half_years(panel)] == ["2024H1", "2024H2"]


def test_no_projects_no_rows():
    assert not build_field_state(projects(), signals({})).num_rows
