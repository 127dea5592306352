"""The table `employer_evidence`: each commit of a person in one class, with the organisation that the class names."""

from __future__ import annotations

from datetime import date, datetime

import pyarrow as pa

from ecotone.people.affiliation_attribution import AFFILIATION_SCHEMA
from ecotone.people.attribution_classes import EVIDENCE_CLASSES
from ecotone.people.core_team import CORE_SCHEMA
from ecotone.people.employer_evidence import employer_evidence_table, without_organisations
from ecotone.people.owner_team import TEAM_SCHEMA

MARCH = date(2025, 3, 1)


def rows_of(schema: pa.Schema, *rows: dict[str, object]) -> pa.Table:
    return pa.Table.from_pylist([{name: row.get(name) for name in schema.names} for row in rows], schema=schema)


def acts(*rows: tuple[str, str | None, str | None, int]) -> pa.Table:
    """Person, organisation, basis and day in March 2025 of commits in one project."""
    person, organisation, basis, days = zip(*rows, strict=True)
    count = len(rows)
    return pa.table(
        {
            "project": ["p"] * count,
            "month": pa.array([MARCH] * count),
            "kind": ["commit"] * count,
            "person": list(person),
            "actor_kind": ["bot" if name == "robot" else "person" for name in person],
            "created_at": pa.array([datetime.fromisoformat(f"2025-03-{day:02}") for day in days], pa.timestamp("us")),
            "organisation": pa.array(organisation, pa.string()),
            "basis": pa.array(basis, pa.string()),
        }
    )


CORE = rows_of(CORE_SCHEMA, {"project": "p", "person": "cy", "since": datetime.fromisoformat("2025-03-10")})
STALE = rows_of(
    AFFILIATION_SCHEMA,
    {"person": "di", "organisation": "Old", "until": date(2025, 3, 5), "evidence": "stale_list"},
    {"person": "di", "organisation": "Late", "since": date(2025, 3, 5), "evidence": "stale_list"},
    {"person": "di", "organisation": "Not stale", "since": None, "evidence": "file"},
)  # fmt: skip
TEAMS = rows_of(TEAM_SCHEMA, {"project": "p", "year": 2025, "organisation": "Owner"})


def test_every_commit_of_a_person_is_in_one_class() -> None:
    table = employer_evidence_table(
        acts(
            ("ada", "A", "signed", 1), ("ada", "A", "signed", 2), ("bo", None, "override", 3), ("cy", None, None, 9),
            ("cy", None, None, 10), ("di", None, "stale_list", 4), ("di", None, "stale_list", 6),
            ("ed", None, "team", 7),
            ("robot", "A", "signed", 8),
        ),
        CORE, STALE, TEAMS,
    )  # fmt: skip
    found = {(row["evidence"], row["organisation"]): row["commits"] for row in table.to_pylist()}
    assert found == {
        ("signed", "A"): 2, ("override", None): 1, ("others_unknown", None): 1, ("core_unknown", None): 1,
        ("stale_list", "Old"): 1, ("stale_list", "Late"): 1, ("team", "Owner"): 1,
    }  # fmt: skip
    assert {evidence for evidence, _ in found} <= set(EVIDENCE_CLASSES)
    plain = without_organisations(table)
    assert {row["evidence"]: row["commits"] for row in plain.to_pylist()}["stale_list"] == 2
    assert plain["organisation"].null_count == plain.num_rows


def test_without_acts_the_table_is_empty() -> None:
    none = acts(("ada", "A", "signed", 1)).slice(0, 0)
    assert employer_evidence_table(none, CORE, STALE, TEAMS).num_rows == 0
