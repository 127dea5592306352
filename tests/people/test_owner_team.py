"""The team of a repository's owner, on acts small enough to count by hand."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pyarrow as pa
import pytest

from ecotone.foundation.landscape import parse_landscape
from ecotone.people.core_team import CORE_SCHEMA
from ecotone.people.owner_team import find_repository_owners, main_employers, mark_owner_teams

ACTS = pa.schema(
    [("project", pa.string()), ("person", pa.string()), ("created_at", pa.timestamp("us")), ("actor_kind", pa.string()),
     ("organisation", pa.string()), ("basis", pa.string())]
)  # fmt: skip


def mark(
    *acts: tuple[str, str, str | None], core: dict[str, str], basis: str | None = None, owner: str = "company-labs"
):
    """The basis of each act (person, day, organisation), and the teams; `core`: person -> the day of membership."""
    rows = [
        {
            "project": "team/repo",
            "person": person,
            "created_at": datetime.fromisoformat(day),
            "actor_kind": "person",
            "organisation": organisation,
            "basis": "signed" if organisation else basis,
        }
        for person, day, organisation in acts
    ]
    members = [
        {"project": "team/repo", "person": person, "since": datetime.fromisoformat(day)} for person, day in core.items()
    ]
    marked, teams = mark_owner_teams(
        pa.Table.from_pylist(rows, schema=ACTS),
        pa.Table.from_pylist(members, schema=CORE_SCHEMA),
        {"team/repo": owner},
    )
    return marked["basis"].to_pylist(), teams.to_pylist()


KNOWN = [(person, "2024-03-01", "Company") for person in "abc"]
CORE = dict.fromkeys("abcde", "2024-01-01")


EARLY = dict.fromkeys("abcdef", "2022-01-01")


def test_core_people_of_unknown_employer_are_the_team():
    basis, teams = mark(*KNOWN, ("d", "2024-05-01", None), ("x", "2024-05-01", None), core=CORE)
    assert basis == ["signed", "signed", "signed", "team", None]  # x cannot merge
    (team,) = teams
    assert team == {
        "project": "team/repo", "year": 2024, "owner": "company-labs", "organisation": "Company", "known": 3,
        "agreeing": 3, "members": 1,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("known", "is_team"),
    [
        (KNOWN[:2], False),  # two are too few
        ([*KNOWN, ("e", "2024-03-01", "Rival")], False),  # 75 %
        ([*KNOWN, ("f", "2024-03-01", "Company"), ("e", "2024-03-01", "Rival")], True),  # 80 %
        ([*KNOWN[:2], ("x", "2024-03-01", "Company")], False),  # x cannot merge
        ([(person, "2023-03-01", name) for person, _, name in KNOWN], True),  # known in the year before
        ([(person, "2022-03-01", name) for person, _, name in KNOWN], False),
        ([*KNOWN[:2], ("d", "2023-03-01", "Company")], True),  # one of the team, known before
        ([*KNOWN, ("f", "2023-03-01", "Company"), ("d", "2023-03-01", "Rival")], False),  # another company's before
    ],
)
def test_who_must_be_known(known: list[tuple[str, str, str]], is_team: bool):
    basis, teams = mark(*known, ("d", "2024-05-01", None), core=EARLY)
    assert (basis[-1] == "team", any(team["year"] == 2024 and team["members"] for team in teams)) == (is_team, is_team)


def test_acts_before_membership_and_people_with_an_employer_are_not_of_the_team():
    late = CORE | {"d": "2024-06-01"}
    basis, _ = mark(*KNOWN, ("d", "2024-05-01", None), ("d", "2024-07-01", None), ("a", "2024-07-01", None), core=late)
    assert basis[3:] == [None, "team", None]


def test_another_class_of_evidence_is_kept():
    assert mark(*KNOWN, ("d", "2024-05-01", None), core=CORE, basis="stale_list")[0][-1] == "stale_list"


def test_a_repository_of_nobody_in_particular_has_no_team():
    assert mark(*KNOWN, ("d", "2024-05-01", None), core=CORE, owner="community") == (["signed"] * 3 + [None], [])


def test_the_main_employer_has_the_most_acts():
    counts = [("p", 2024, "a", "B", 2), ("p", 2024, "a", "A", 2), ("p", 2024, "a", "C", 1), ("p", 2023, "a", "C", 1)]
    assert main_employers(counts) == {("p", 2024): {"a": "A"}, ("p", 2023): {"a": "C"}}


def test_folders_name_no_owner(tmp_path: Path) -> None:
    """Of a clone in a folder only the whole name may be that of a company; a declared name has an owner."""
    text = "".join(
        f'[[project]]\nrepository = "{name}"\nlocation = "{location}"\n'
        for name, location in (("src/tool", "/home/ada/src/tool"), ("team/kit", "/srv/kit.git"))
    )
    landscape = parse_landscape(f'[landscape]\nname = "x"\n{text}', tmp_path / "x.toml")
    assert find_repository_owners(landscape) == {"src/tool": "src/tool", "team/kit": "team"}
