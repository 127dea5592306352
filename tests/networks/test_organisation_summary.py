"""Organisations across projects, by hand: totals, partners, one of them, and what would go."""

from __future__ import annotations

from datetime import date, datetime

import pyarrow as pa

from ecotone.networks import organisation_profile
from ecotone.networks.brokerage_table import build_brokerage_table
from ecotone.networks.organisation_summary import (
    count_presence,
    non_overlapping_windows,
    summarise_organisations,
    total_by_columns,
)
from ecotone.networks.person_interactions import sum_organisation_interactions
from ecotone.networks.rolling_windows import iterate_windows

from .made import acts, meetings

WORKS_FOR = {"ann": "A", "amy": "A", "bob": "B", "cat": "C"}
ACTS = acts(
    ("2024-01", "p", "ann", "commit"),
    ("2024-01", "p", "ann", "pull_opened"),
    ("2024-01", "p", "amy", "commit"),
    ("2024-02", "q", "ann", "commit"),
    ("2024-04", "p", "bob", "commit"),
    ("2024-04", "p", "cat", "commit"),
    ("2024-04", "p", "ivy", "commit"),
    ("2024-04", "p", "ann", "release"),
    ("2024-04", "p", "robot", "commit"),
    organisations=WORKS_FOR,
    kinds={"robot": "bot"},
)
PRESENT = count_presence(ACTS)
MET = meetings(
    ("2024-01", "ann", "bob", "A", "B", 1.0),
    ("2024-02", "bob", "ann", "B", "A", 2.0),
    ("2024-04", "ann", "cat", "A", "C", 4.0),
    ("2024-04", "ann", "amy", "A", "A", 8.0),
    ("2024-04", "ann", "ivy", "A", None, 16.0),
)


def test_presence_leaves_out_machines_and_releases():
    rows = [(r["project"], r["month"].month, r["person"], r["acts"], r["commits"]) for r in PRESENT.to_pylist()]
    assert rows == [
        ("p", 1, "amy", 1, 1),
        ("p", 1, "ann", 2, 1),
        ("p", 4, "bob", 1, 1),
        ("p", 4, "cat", 1, 1),
        ("p", 4, "ivy", 1, 1),
        ("q", 2, "ann", 1, 1),
    ]


def test_people_of_several_projects_count_once():
    found = {row["organisation"]: row for row in total_by_columns(PRESENT, ("organisation",)).to_pylist()}
    assert found["A"] == {"organisation": "A", "people": 2, "projects": 2, "acts": 4, "commits": 3}
    assert set(found) == {"A", "B", "C"}


def test_the_overview_names_only_what_is_large_enough():
    table = summarise_organisations(
        PRESENT, sum_organisation_interactions(MET), build_brokerage_table(iterate_windows(MET)), min_people=1
    ).to_pylist()
    first = table[0]
    assert [row["organisation"] for row in table] == ["A", "B", "C"]
    assert (first["share"], first["strongest_partner"], first["partner_weight"]) == (0.5, "C", 4.0)
    assert summarise_organisations(
        PRESENT, sum_organisation_interactions(MET), build_brokerage_table(iterate_windows(MET)), 2
    ).to_pylist() == [
        {
            "organisation": "A",
            "people": 2,
            "projects": 2,
            "commits": 3,
            "acts": 4,
            "share": 0.5,
            "strongest_partner": None,
            "partner_weight": None,
            "brokerage": first["brokerage"],
        }
    ]


def test_windows_that_do_not_overlap():
    months = pa.table({"month": pa.array([date(2024, one, 1) for one in (1, 2, 3, 4, 7)], pa.date32())})
    assert [one.month for one in non_overlapping_windows(months)["month"].to_pylist()] == [1, 4, 7]


def test_a_portrait_by_hand():
    shown = organisation_profile.build_organisation_profile(
        "A", PRESENT, sum_organisation_interactions(MET), min_people=1
    )
    assert (shown["people"], shown["projects"], shown["commits"], shown["share"]) == (2, 2, 3, 0.5)
    assert [(row["project"], row["people"], row["commits"], row["share"]) for row in shown["where"]] == [
        ("p", 2, 2, 0.4),
        ("q", 1, 1, 1.0),
    ]
    assert shown["where"][0]["share_of_known"] == 0.5
    assert [(row["quarter"].month, row["people"], row["commits"], row["share"]) for row in shown["quarters"]] == [
        (1, 2, 3, 1.0)
    ]
    told = [(row["partner"], row["weight"], row["given"], row["received"], row["months"]) for row in shown["partners"]]
    assert told == [("C", 4.0, 4.0, 0.0, 1), ("B", 3.0, 1.0, 2.0, 2)]
    small = organisation_profile.build_organisation_profile(
        "A", PRESENT, sum_organisation_interactions(MET), min_people=2
    )
    assert (small["partners"], small["smaller_partners"], small["smaller_weight"]) == ([], 2, 7.0)


def events(*rows: tuple[str, str]) -> pa.Table:
    """Commits of (month, person) in project p."""
    return pa.table(
        {
            "source": ["git"] * len(rows),
            "timestamp_quality": ["exact"] * len(rows),
            "project": ["p"] * len(rows),
            "kind": ["commit"] * len(rows),
            "created_at": pa.array([datetime.fromisoformat(f"{when}-05") for when, _ in rows], pa.timestamp("us")),
            "person": [person for _, person in rows],
            "actor_kind": ["person"] * len(rows),
            "thread": pa.nulls(len(rows), pa.int64()),
        }
    )


def test_what_would_go_with_them():
    no_pulls = pa.schema(
        [("project", pa.string()), ("opened_month", pa.date32()), ("merged_month", pa.date32())]
    ).empty_table()
    threads = pa.schema(
        [("project", pa.string()), ("month", pa.date32()), ("threads_opened", pa.float64())]
    ).empty_table()
    made = events(("2024-04", "ann"), ("2024-04", "ann"), ("2024-04", "ann"), ("2024-04", "bob"))
    everybody = organisation_profile.departure_impact(made, pa.array(["ann", "bob"]), no_pulls, threads).to_pylist()
    assert [(row["project"], row["share"]) for row in everybody] == [("p", 1.0)]
    (one,) = organisation_profile.departure_impact(made, pa.array(["ann"]), no_pulls, threads).to_pylist()
    assert 0.5 < one["share"] < 1
    assert organisation_profile.recent_members(PRESENT, "A").to_pylist() == ["amy", "ann"]
    assert organisation_profile.recent_members(PRESENT, "A", months=1).to_pylist() == []
