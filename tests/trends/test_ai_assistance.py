"""AI agents as collaborators, counted by hand, down to the commit."""

from __future__ import annotations

from datetime import date

from ecotone.trends.ai_assistance import build_assistance_table
from tests.trends.making import acts, projects, signals

TWO = projects(
    ("a/a", "tools", "", "", "2024-01-01"),
    ("b/b", "tools", "", "", "2024-01-01"),
)
ACTS = acts(
    ("a/a", "2024-01", "person", None, 6),
    ("a/a", "2024-01", "person", "X", 2),
    ("a/a", "2024-01", "agent", "Y", 2),
    ("a/a", "2024-01", "bot", None, 5),
    ("a/a", "2024-01", "bot", "X", 1),
    ("b/b", "2024-01", "person", "X", 4),
    ("b/b", "2024-02", "person", "X", 4),
)
TABLE = build_assistance_table(TWO, signals({"a/a": [1.0, 1.0], "b/b": [1.0, "?1"]}), ACTS).to_pylist()


def row_of(scope, month, product="(any)"):
    (row,) = [
        row
        for row in TABLE
        if (row["scope"], row["month"], row["product"]) == (scope, date.fromisoformat(f"{month}-01"), product)
    ]
    return row


def test_a_project_month_by_hand():
    row = row_of("a/a", "2024-01")
    assert (row["commits"], row["person_commits"], row["assisted"], row["made"]) == (10, 8, 2, 2)
    assert (row["share"], row["assisted_share"], row["projects_with"]) == (0.4, 0.25, 1)
    one, other = row_of("a/a", "2024-01", "X"), row_of("a/a", "2024-01", "Y")
    assert (one["assisted"], one["made"], other["assisted"], other["made"]) == (2, 0, 0, 2)
    assert one["commits"] == other["commits"] == 10  # shares of the same whole


def test_the_commits_can_be_found():
    assert row_of("a/a", "2024-01", "X")["examples"] == "c007 c008"
    assert row_of("a/a", "2024-01", "Y")["examples"] == "c009 c010"
    assert row_of("a/a", "2024-01")["examples"] == "c007 c008 c009"
    assert row_of("b/b", "2024-01")["examples"] == "c017 c018 c019"  # at most three


def test_a_group_adds_up_projects_observed_whole():
    row = row_of("all", "2024-01")
    assert (row["commits"], row["assisted"], row["made"], row["projects_with"]) == (14, 6, 2, 2)
    assert row_of("tools", "2024-01", "Y")["projects_with"] == 1
    later = row_of("all", "2024-02")
    assert (later["commits"], later["projects_observed"], later["projects_known"]) == (0, 1, 2)
    assert later["share"] is None
    assert row_of("b/b", "2024-02")["coverage"] == "partial"


def test_a_month_without_any_is_there_with_nothing():
    row = row_of("a/a", "2024-02")
    assert (row["commits"], row["assisted"], row["share"], row["examples"]) == (0, 0, None, "")
