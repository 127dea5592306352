"""Layers of a field of four projects, counted by hand."""

from __future__ import annotations

from datetime import date

import pyarrow as pa
import pytest

from ecotone.networks.organisation_summary import PRESENCE_SCHEMA
from ecotone.trends.layer_history import build_layer_tables
from tests.trends import making

LAYERS = {"app": "application", "new": "model", "old": "data", "gone": "data", "none": ""}
FIRST = date(2024, 1, 1)


def presence(*rows: tuple[str, int, str, str | None, int]) -> pa.Table:
    """Project, year, person, organisation, commits."""
    return pa.Table.from_pylist(
        [
            {"project": project, "month": date(year, 3, 1), "person": person, "organisation": employer, "acts": commits,
             "commits": commits}
            for project, year, person, employer, commits in rows
        ],
        schema=PRESENCE_SCHEMA,
    )  # fmt: skip


PRESENT = presence(
    ("app", 2024, "ada", "Acme", 1), ("app", 2024, "ben", None, 1), ("old", 2024, "ada", "Acme", 2),
    ("old", 2024, "cas", "Acme", 3), ("new", 2024, "dee", "Acme", 4), ("new", 2024, "cas", "Acme", 5),
    ("new", 2024, "eve", None, 0), ("none", 2024, "ada", "Acme", 9), ("new", 2025, "dee", "Acme", 1),
)  # fmt: skip


@pytest.fixture(scope="module")
def tables() -> dict[str, pa.Table]:
    projects = making.projects(
        ("app", "x", "", "", "2023-01-01"), ("new", "x", "", "", "2022-12-01"), ("old", "x", "", "", "2012-01-01"),
        ("gone", "x", "", "", "2021-07-01"), ("none", "x", "", "", "2014-01-01"),
    )  # fmt: skip
    signals = making.signals(
        {"app": [5.0] * 6, "new": [2.0] * 6, "old": [1.0] * 6, "gone": [1.0] * 3 + ["."] * 3, "none": [90.0] * 6}
    )
    return build_layer_tables(projects, signals, None, PRESENT, LAYERS)


def test_shares_by_cohort_and_layer_have_the_bounds_of_what_was_not_seen(tables):
    rows = {(row["layer"], row["cohort"]): row for row in tables["layer_cohorts"].to_pylist()}
    data = rows["data", "before_2015"]
    assert (data["share"], data["share_low"], data["share_high"]) == (6 / 9, 6 / 12, 6 / 9)
    assert rows["data", "2020_2022"]["share_high"] == 6 / 12
    assert rows["infrastructure", "after_chatgpt"]["share"] == 12 / 21
    assert rows["application", "all"]["share"] == 30 / 51
    assert rows["model", "after_chatgpt"]["projects"] == 1
    assert sum(rows["data", cohort]["share"] for _, cohort in rows if _ == "data" and cohort != "all") == 1


def test_the_leader_of_a_layer_is_as_old_as_its_first_commit(tables):
    rows = {row["layer"]: row for row in tables["layer_leaders"].to_pylist()}
    data = rows["data"]
    assert (data["leader"], data["leader_began"], data["leader_age_years"]) == ("old", date(2012, 1, 1), 12.5)
    assert data["mean_age_years"] == pytest.approx((12.5 * 6 + 3 * 3) / 9)
    assert rows["infrastructure"]["leader"] == "new"


def test_people_and_organisations_between_layers_are_counted_by_year(tables):
    people = {(row["year"], row["layer"], row["other_layer"]): row for row in tables["layer_people"].to_pylist()}
    assert [people[2024, "data", other]["in_both"] for other in ("application", "model", "(any)")] == [1, 1, 2]
    assert people[2024, "application", "(any)"]["share"] == 0.5
    assert people[2024, "model", "(any)"]["people"] == 2  # who committed nothing is not there
    assert people[2025, "model", "(any)"]["in_both"] == 0
    bridges = {(row["year"], row["layer"], row["other_layer"]): row for row in tables["layer_bridges"].to_pylist()}
    acme = bridges[2024, "data", "model"]
    assert [acme[name] for name in ("people", "other_people", "in_both", "commits", "other_commits")] == [2, 2, 1, 5, 9]
    assert (2025, "data", "model") not in bridges


def test_without_layers_or_months_the_tables_are_empty():
    empty = build_layer_tables(making.projects(), making.signals({"a": []}), None, presence(), {"a": ""})
    assert {table.num_rows for table in empty.values()} == {0}
