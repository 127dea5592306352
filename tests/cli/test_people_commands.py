"""explain, people, affiliations export and forget on the workspace of a simulated field."""

from __future__ import annotations

import csv
import io
import json
import shutil
from pathlib import Path

import pytest

from ecotone.cli.people import _person_lines
from tests.cli.command import ecotone
from tests.conftest import Simulated


@pytest.fixture
def w(simulated: Simulated) -> Path:
    return simulated.workspace


def somebody(workspace: Path) -> dict[str, str]:
    rows = list(csv.DictReader(io.StringIO(ecotone("export", "people", "-w", workspace).out)))
    return next(row for row in rows if row["account"].startswith("person-"))


def test_why_gives_the_chain_of_a_person_by_account_or_id(w: Path) -> None:
    row = somebody(w)
    by_account = json.loads(ecotone("explain", row["account"], "-w", w, "--json").out)
    assert by_account == json.loads(ecotone("explain", row["person"], "-w", w, "--json").out)
    assert by_account["person"] == row["person"]
    assert row["account"] in [account["account"] for account in by_account["accounts"]]
    assert sum(part["acts"] for part in by_account["acts"]) > 0
    assert row["person"] in ecotone("explain", row["account"], "-w", w).out


def test_why_adds_up_to_the_table_of_organisations(w: Path) -> None:
    rows = list(csv.DictReader(io.StringIO(ecotone("export", "organisations", "-w", w).out)))
    known = next(row for row in rows if row["organisation"] not in ("(unknown)", "") and "<" not in row["organisation"])
    subject = f"{known['organisation']} in {known['project']}"
    found = json.loads(ecotone("explain", subject, "-w", w, "--json").out)
    same = (row for row in rows if (row["project"], row["organisation"]) == (known["project"], known["organisation"]))
    assert found["commits"] >= sum(int(row["events"]) for row in same) > 0
    assert sum(found["by_basis"].values()) == found["commits"]
    assert "commits" in ecotone("explain", subject, "-w", w).out


def test_nobody_is_one_sentence(w: Path) -> None:
    outcome = ecotone("explain", "nobody-of-that-name", "-w", w)
    assert outcome.code == 2
    assert "No account or person" in outcome.err


def test_conflicts_are_ordered_by_activity(w: Path) -> None:
    found = json.loads(ecotone("people", "--conflicts", "--json", "-w", w).out)
    acts = [one["acts"] for one in found]
    assert acts == sorted(acts, reverse=True)
    assert acts


@pytest.mark.parametrize("form", ["csv", "gitdm", "sortinghat"])
def test_affiliations_are_exported_without_addresses(w: Path, form: str) -> None:
    outcome = ecotone("affiliations", "export", "--format", form, "-w", w)
    assert outcome.code == 0
    assert "Org 01" in outcome.out
    assert "person-" in outcome.out
    assert not any(f"person-{number:04d}@" in outcome.out.lower() for number in range(200))


def test_pseudonymise_leaves_no_login(w: Path, tmp_path: Path) -> None:
    copy = shutil.copytree(w, tmp_path / "w")
    for table in ("people", "events"):
        assert "person-0" not in ecotone("export", table, "-w", copy, "--pseudonymise").out.lower()


def test_forget_removes_a_person_and_the_next_run_keeps_it_so(simulated: Simulated, tmp_path: Path) -> None:
    copy = shutil.copytree(simulated.workspace, tmp_path / "w")
    row = somebody(copy)
    before = ecotone("export", "signals", "-w", copy).out
    assert ecotone("forget", row["account"], "-w", copy).code == 0
    for again in (False, True):
        if again:
            assert ecotone("analyse", simulated.landscape, "-w", copy, "-q").code == 0
        assert ecotone("explain", row["account"], "-w", copy).code == 2
        for table in ("people", "events", "affiliations"):
            text = ecotone("export", table, "-w", copy).out
            assert row["account"] not in text.replace("\n", '"').split('"')
            assert row["person"] not in text
        assert ecotone("export", "signals", "-w", copy).out == before


def test_files_that_contradict_each_other_are_listed_with_their_lines_and_the_winner(
    simulated: Simulated, tmp_path: Path
) -> None:
    copy = shutil.copytree(simulated.workspace, tmp_path / "w")
    account = somebody(copy)["account"]
    (tmp_path / "first.csv").write_text(f"account,organisation,since,until\n{account},Org 08,,\n")
    (tmp_path / "second.csv").write_text(f"account,organisation,since,until\n\n{account},Org 09 Inc.,2000-01-01,\n")
    text = simulated.landscape.read_text("utf-8")
    first, second = tmp_path / "first.csv", tmp_path / "second.csv"
    files = f'affiliations = ["{first}", {{ file = "{second}", as_of = 2025-01-01 }}]'
    landscape = simulated.landscape.with_name("with_files.toml")
    landscape.write_text(text.replace("[landscape]\n", f"[landscape]\n{files}\n", 1), "utf-8")
    try:
        assert ecotone("analyse", landscape, "-w", copy, "-q").code == 0
    finally:
        landscape.unlink()
    found = json.loads(ecotone("people", "--conflicts", "--json", "-w", copy).out)
    (dispute,) = [one for one in found if one["kind"] == "two files"]
    assert (dispute["won"], dispute["sources"]) == (
        "Org 08",
        ["first.csv, line 2", "second.csv, line 3, as of 2025-01-01"],
    )
    assert dispute["acts"] > 0
    shown = ecotone("people", "--conflicts", "--top", 1000, "-w", copy).out
    assert "Org 08 is applied for [2000-01-01, 2026-01-01) (first.csv, line 2), not Org 09 Inc. (second.csv," in shown


def test_why_shows_a_machines_habits() -> None:
    says = "bot: application-suffix; behaviour of 90 commits: no weekly or daily rhythm, one subject form in 100%"
    account = {"account": "helper[bot]", "actor_kind": "bot", "evidence": says}
    found = {"person": "p1", "accounts": [account], "matches": [], "affiliations": [], "acts": [], "core_teams": [],
             "owner_teams": []}  # fmt: skip
    assert f"  helper[bot]  [bot]  {says}" in _person_lines(found)


def test_a_review_without_unknown_employers_says_so(w: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ecotone.people.review_list.find_people_to_name", lambda *_: [])
    outcome = ecotone("people", "--review", "-w", w)
    assert outcome.code == 0
    assert "everybody who committed in the period is known" in outcome.err
