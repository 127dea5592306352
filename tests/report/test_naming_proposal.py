"""Whose employers to name: the effect for everybody, public logins only if the report's maker asks, addresses never."""

from __future__ import annotations

import tomllib
from dataclasses import replace
from datetime import date

import pyarrow as pa

from ecotone.foundation.landscape import parse_landscape
from ecotone.people.review_list import public_logins
from ecotone.report.naming_proposal import NamingProposal, propose_naming
from ecotone.report.report_input import ReportInput
from tests.report.made import made_field

ADDRESS, NAME = "ada.example@mail.example", "Ada Example"
PEOPLE = pa.table(
    {
        "account": ["9+ada-example@users.noreply.github.com", ADDRESS, f"{NAME} <ada@host> (team/repo)", "gone"],
        "person": ["ada", "ada", "bo", "dee"],
        "actor_kind": ["person"] * 4,
        "evidence": ["", "", "", "forgotten on request"],
    }
)
COMMITS = {"ada": 50, "bo": 20, "cy": 10, "dee": 5}


def field(shows_handles: bool, commits: dict[str, int] = COMMITS) -> ReportInput:
    rows = [
        {"project": "p", "month": date(2025, 6, 1), "person": person, "organisation": None, "commits": count}
        for person, count in commits.items()
    ]
    rows.append({"project": "p", "month": date(2025, 6, 1), "person": "known", "organisation": "A", "commits": 15})
    months = pa.Table.from_pylist(rows)
    months = months.set_column(1, "month", months["month"].cast(pa.date32()))
    logins = public_logins(PEOPLE) if shows_handles else None
    return replace(made_field(), tables={"person_months": months}, public_logins=logins)


def proposal(shows_handles: bool) -> NamingProposal:
    found = propose_naming(field(shows_handles), "p")
    assert found is not None
    return found


def test_by_default_a_page_gives_the_effect_and_nobodys_account() -> None:
    made = proposal(False)
    assert "unknown for 85.0% of the commits" in made.sentence.en
    assert "the 3 / 4 people" in made.sentence.en
    assert "it would be 5.0% / 0.0%; `ecotone people --review --project p --top 4`" in made.sentence.en
    assert (made.people, made.lines) == ((), "")


def test_if_asked_public_logins_and_ready_lines_are_shown() -> None:
    made = proposal(True)
    assert [(person.handles, person.commits) for person in made.people] == [
        (("ada-example",), 50), ((), 20), ((), 10), ((), 5),
    ]  # fmt: skip
    assert made.people[0].unknown_after == 0.35
    assert tomllib.loads(made.lines)["person"] == [{"same_person": ["ada-example"]}]


def test_no_name_and_no_address_is_in_either() -> None:
    for made in (proposal(False), proposal(True)):
        shown = " ".join((made.sentence.en, made.sentence.zh, made.lines, *(str(one.handles) for one in made.people)))
        assert not any(part in shown for part in (ADDRESS, NAME, "mail.example", "host", "gone"))


def test_where_little_is_unknown_nobody_is_asked_for() -> None:
    assert propose_naming(field(True, {"ada": 1}), "p") is None
    assert propose_naming(replace(field(True), tables={}), "p") is None


def test_the_landscape_asks_for_logins_and_by_default_does_not(tmp_path) -> None:
    text = '[landscape]\nname = "x"\n\n[[project]]\nrepository = "a/b"\n'
    path = tmp_path / "x.toml"
    assert not parse_landscape(text, path).shows_handles
    assert parse_landscape(text + "[report]\nhandles = true\n", path).shows_handles
