"""`ecotone orgs` on the workspace of a simulated field."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

import ecotone as library
from ecotone.store.files import read_sealed_json, write_sealed_json
from tests.cli.command import ecotone, one_sentence
from tests.conftest import Simulated


@pytest.fixture
def w(simulated: Simulated) -> Path:
    return simulated.workspace


def listed(w: Path, *more: object) -> dict[str, object]:
    outcome = ecotone("orgs", "-w", w, "--json", *more)
    assert outcome.code == 0, outcome.err
    return json.loads(outcome.out)


def test_all_of_them(w: Path):
    told = listed(w, "--min-organisation-size", 1)
    rows = told["organisations"]
    assert rows
    assert told["smaller"] == 0
    assert [row["commits"] for row in rows] == sorted((row["commits"] for row in rows), reverse=True)
    table = library.open(w).organisations().to_arrow().to_pylist()
    for row in rows:
        own = [one for one in table if one["organisation"] == row["organisation"]]
        assert row["commits"] == sum(one["events"] for one in own)
    assert sum(row["share"] for row in rows) == pytest.approx(1 - told["unknown_share"], abs=1e-5)
    text = ecotone("orgs", "-w", w, "--min-organisation-size", 1).out
    assert all(row["organisation"] in text for row in rows[:5])


def test_small_ones_are_counted_not_named(w: Path):
    every = listed(w, "--min-organisation-size", 1)["organisations"]
    limit = max(row["people"] for row in every)
    few = {row["organisation"] for row in every if row["people"] < limit}
    some = listed(w, "--min-organisation-size", limit)
    assert some["smaller"] == len(few) > 0
    assert not few & {row["organisation"] for row in some["organisations"]}
    assert not few & {row["strongest_partner"] for row in some["organisations"]}
    outcome = ecotone("orgs", "-w", w, "--min-organisation-size", limit)
    assert (
        f"{len(few)} with fewer than {limit} people are not named; --min-organisation-size 1 names them" in outcome.out
    )
    said = one_sentence(ecotone("orgs", min(few), "-w", w, "--min-organisation-size", limit))
    assert f"organisations of fewer than {limit} are not named" in said
    assert "--min-organisation-size 1" in said


def test_one_of_them(w: Path):
    name = listed(w, "--min-organisation-size", 1)["organisations"][0]["organisation"]
    outcome = ecotone("orgs", name.upper(), "-w", w, "--min-organisation-size", 1, "--json")
    told = json.loads(outcome.out)
    assert told["organisation"] == name
    assert sum(row["commits"] for row in told["where"]) == told["commits"]
    assert sum(row["commits"] for row in told["quarters"]) == told["commits"]
    assert all(row["given"] + row["received"] == pytest.approx(row["weight"], abs=1e-5) for row in told["partners"])
    assert all(row["share"] <= 1 for row in told["if_it_left"])
    text = ecotone("orgs", name, "-w", w, "--min-organisation-size", 1).out
    for head in ("if it left", "quarter", "partner"):
        assert head in text


def test_months_can_be_chosen(w: Path):
    every = listed(w, "--min-organisation-size", 1)
    month = every["until"][:7]
    last = listed(w, "--min-organisation-size", 1, "--since", month)
    assert last["since"] == every["until"]
    assert sum(row["commits"] for row in last["organisations"]) < sum(row["commits"] for row in every["organisations"])


def test_tables_of_an_earlier_version_are_to_be_made_again(w: Path, tmp_path: Path):
    shutil.copytree(w, tmp_path / "w")
    manifest = tmp_path / "w" / "tables" / "current.json"
    told = read_sealed_json(manifest)
    assert told is not None
    told["tables"].remove("person_months")
    name = f"{told['generation']}/person_months.parquet"
    del told["files"][name]
    (manifest.parent / name).unlink()
    write_sealed_json(manifest, told)
    assert "Run `ecotone run LANDSCAPE` with this version first" in one_sentence(ecotone("orgs", "-w", tmp_path / "w"))


def test_what_cannot_be_answered_is_one_sentence(w: Path):
    assert "Did you mean 'Org 01'" in one_sentence(ecotone("orgs", "Org 0l", "-w", w))
    assert "has no activity in these months" in one_sentence(ecotone("orgs", "-w", w, "--since", "2035-01"))
    assert "is before since = 2025-02" in one_sentence(
        ecotone("orgs", "-w", w, "--since", "2025-02", "--until", "2025-01")
    )
