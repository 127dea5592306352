"""A person who is forgotten leaves the collected tables, and stays out of later collections."""

from __future__ import annotations

import json
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from ecotone.people.account_privacy import ErasedPeople
from ecotone.people.collected_erasure import erase_from_collected
from tests.cli.command import ecotone, landscape_of
from tests.events.making import DAY, START, Repository, straight

PERSON = "Zara Quillfeather"
ADDRESS = "zara@quillfeather-home.net"
SIGNED = f"{PERSON} <{ADDRESS}>".encode()


def collected_text(workspace: Path) -> str:
    tables = [pq.read_table(path).to_pylist() for path in sorted((workspace / "collected").rglob("*.parquet"))]
    return json.dumps(tables, default=str).casefold()


def commit(made: Repository, day: int) -> None:
    trailer = f"work {day}\n\nReviewed-by: {PERSON} <{ADDRESS}>\n".encode()
    for by, message in ((SIGNED, b"own\n"), (b"Ann <ann@alpha.example>", trailer)):
        made.commit(made.tip(), at=START + day * DAY, by=by, message=message, ref="refs/heads/main")
    made.tag(f"v{day}", made.tip(), by=SIGNED)


def test_a_forgotten_person_is_in_no_collected_table_now_or_later(tmp_path: Path):
    made = straight(tmp_path / "o.git", 3)
    commit(made, 4)
    landscape, workspace = landscape_of(tmp_path / "l", {"o/r": made.folder}), tmp_path / "w"
    assert ecotone("run", landscape, "-w", workspace, "--quiet").code == 0
    assert "quillfeather" in collected_text(workspace)
    signals = ecotone("export", "signals", "-w", workspace).out
    assert ecotone("forget", ADDRESS, "-w", workspace).code == 0
    assert "quillfeather" not in collected_text(workspace)
    assert "forgotten-1" in collected_text(workspace)
    assert ecotone("run", landscape, "-w", workspace, "--quiet").code == 0
    assert ecotone("export", "signals", "-w", workspace).out == signals
    commit(made, 9)
    assert ecotone("run", landscape, "-w", workspace, "--quiet").code == 0
    assert "quillfeather" not in collected_text(workspace)
    people = ecotone("export", "people", "-w", workspace).out
    assert people.count('"forgotten-1","forgotten-1"') == 1
    assert "quillfeather" not in people


def test_nobody_else_is_touched(tmp_path: Path):
    made = straight(tmp_path / "o.git", 3)
    commit(made, 4)
    landscape, workspace = landscape_of(tmp_path / "l", {"o/r": made.folder}), tmp_path / "w"
    assert ecotone("collect", landscape, "-w", workspace, "--quiet").code == 0
    folder = workspace / "collected" / "o+r"
    tables = {path.name.split(".")[0]: pq.read_table(path) for path in folder.glob("*.parquet")}
    assert {name: table.num_rows for name, table in erase_from_collected(tables, ErasedPeople("1", {})).items()} == {
        name: table.num_rows for name, table in tables.items()
    }
    nobody = ErasedPeople("1", {}).account_digest("nobody@else.example")
    assert erase_from_collected(tables, ErasedPeople("1", {nobody: "forgotten-1"})) == tables


def test_a_hosts_answer_that_names_a_forgotten_login_is_removed():
    people = ErasedPeople("1", {})
    erased = ErasedPeople("1", {people.account_digest("zara"): "forgotten-1"})
    rows = [{"repository": "o/r", "commit": sha, "login": login} for sha, login in (("a", "Zara"), ("b", "ann"))]
    kept = erase_from_collected({"commit_authors": pa.Table.from_pylist(rows)}, erased)["commit_authors"]
    assert kept["login"].to_pylist() == ["ann"]
