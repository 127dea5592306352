"""Conflicts for review, and split groups."""

from __future__ import annotations

from datetime import date, datetime

import pyarrow as pa

from ecotone.people.affiliation_attribution import AFFILIATION_SCHEMA
from ecotone.people.affiliation_conflicts import AFFILIATION_CONFLICT_SCHEMA
from ecotone.people.attribution_classes import OWNER_TEAM
from ecotone.people.constrained_components import TOO_MANY, TWO_IDS
from ecotone.people.explanations import explain_person, find_conflicts, find_split_groups
from ecotone.people.identity_resolution import IDENTITY_MATCH_SCHEMA, PEOPLE_SCHEMA

PEOPLE = pa.Table.from_pylist(
    [
        {"account": account, "person": person, "actor_kind": "person", "evidence": "said"}
        for account, person in (("a", "p1"), ("b", "p2"), ("c", "p3"), ("d", "p4"), ("e", "p5"))
    ],
    schema=PEOPLE_SCHEMA,
)


def match_rows(*rows: tuple[str, str, str | None]) -> pa.Table:
    listed = [
        {"account": one, "other_account": other, "rule": "own request", "evidence": "2 requests", "refused": refused}
        for one, other, refused in rows
    ]
    return pa.Table.from_pylist(listed, schema=IDENTITY_MATCH_SCHEMA)


def test_groups_that_were_split_are_counted_with_their_ties_the_largest_first() -> None:
    found = find_split_groups(
        PEOPLE,
        match_rows(
            ("d", "e", TOO_MANY),
            ("a", "b", TWO_IDS),
            ("b", "c", TWO_IDS),
            ("a", "c", None),
            ("c", "e", "a bot's or an agent's account"),
        ),
    )
    assert [(one.reason, one.ties, one.persons) for one in found] == [
        (TWO_IDS, 2, ("p1", "p2", "p3")),
        (TOO_MANY, 1, ("p4", "p5")),
    ]


def affiliation_row(person: str, organisation: str, evidence: str) -> dict[str, object]:
    dates = {"since": date(2023, 1, 1), "until": date(2023, 6, 1)}
    return {"person": person, "organisation": organisation, **dates, "evidence": evidence, "source": "list"}


def test_conflicts_stand_by_the_acts_that_hang_on_them_with_sources_and_winner() -> None:
    dispute = {
        "person": "p1",
        "kind": "two files",
        "since": date(2023, 1, 1),
        "until": None,
        "acts": 30,
        "applied_organisation": None,
        "applied_source": "a.txt, line 3",
        "overruled_organisation": "Org 02",
        "overruled_source": "b.txt, line 9",
    }
    spells = [
        affiliation_row("p2", "Org 01", "e-mail domain org01.example"),
        affiliation_row("p2", "Org 02", "e-mail domain org02.example"),
        affiliation_row("p1", "Org 01", "file"),
        affiliation_row("p1", "Org 02", "file"),
    ]
    acts = {
        "project": ["o/r"] * 4,
        "organisation": ["Org 01", "Org 01", None, "Org 01"],
        "person": ["p1", "p2", "p3", "p4"],
        "account": ["a", "b", "c", "d"],
        "acts": [40, 20, 50, 5],
        "commits": [40, 20, 10, 5],
    }
    found = find_conflicts(
        {
            "people": PEOPLE,
            "links": match_rows(("a", "d", TWO_IDS), ("a", "b", None)),
            "affiliations": pa.Table.from_pylist(spells, schema=AFFILIATION_SCHEMA),
            "affiliation_basis": pa.table(acts),
            "affiliation_conflicts": pa.Table.from_pylist([dispute], schema=AFFILIATION_CONFLICT_SCHEMA),
        }
    )
    assert [(one.kind, one.acts, one.persons) for one in found] == [
        ("two files", 30, ("p1",)),
        ("two organisations", 20, ("p2",)),
        ("unknown organisation", 10, ("p3",)),
        ("refused tie", 5, ("p1", "p4")),
    ]
    assert found[0].sources == ("a.txt, line 3", "b.txt, line 9")
    assert found[0].won is None
    assert found[0].says == (
        "no employer is applied for [2023-01-01, open) (a.txt, line 3), not Org 02 (b.txt, line 9)"
    )


def test_a_person_is_explained_with_core_teams_and_the_years_of_owners_teams_that_count() -> None:
    day = datetime(2024, 5, 6)  # noqa: DTZ001 - the tables have no time zone
    membership = {"project": "team/repo", "person": "p1", "since": day, "last": day, "grounds": "merged a branch"}
    teams = [
        {
            "project": name,
            "year": year,
            "owner": "team",
            "organisation": "Team",
            "known": 3,
            "agreeing": 3,
            "members": 1,
        }
        for name, year in (("team/repo", 2023), ("team/repo", 2024), ("team/other", 2024))
    ]
    acts = {"project": "team/repo", "organisation": None, "person": "p1", "account": "a", "basis": OWNER_TEAM,
            "first": date(2024, 1, 2), "last": date(2024, 12, 30), "acts": 3, "commits": 2}  # fmt: skip
    other = {**membership, "person": "p2"}
    tables = {
        "people": PEOPLE,
        "links": match_rows(),
        "affiliations": AFFILIATION_SCHEMA.empty_table(),
        "affiliation_basis": pa.Table.from_pylist([acts]),
        "core_team": pa.Table.from_pylist([membership, other]),
        "owner_teams": pa.Table.from_pylist(teams),
    }
    found = explain_person(tables, "p1")
    assert found["core_teams"] == [{name: value for name, value in membership.items() if name != "person"}]
    assert [(row["project"], row["year"]) for row in found["owner_teams"]] == [("team/repo", 2024)]
