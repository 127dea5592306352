"""The workspace: one writer, one version, the newest whole analysis."""

from __future__ import annotations

import json
import os
import re
from pathlib import Path

import pyarrow as pa
import pytest

from ecotone.foundation.errors import (
    DamagedFile,
    MissingTable,
    UnknownName,
    UserError,
    WorkspaceBusy,
    WorkspaceVersion,
)
from ecotone.store import files
from ecotone.store.duckdb_engine import write_database
from ecotone.store.workspace import FORMAT_VERSION, Workspace

TABLE = pa.table({"a": [1]})
OTHER = pa.table({"a": [2]})


@pytest.fixture
def made(tmp_path: Path) -> Workspace:
    return Workspace.create(tmp_path / "w")


def test_only_one_writes_at_a_time(made: Workspace):
    with (
        made.locked_for_writing(),
        pytest.raises(WorkspaceBusy, match="Wait until it ends"),
        Workspace.create(made.folder).locked_for_writing(),
    ):
        pass
    with made.locked_for_writing():
        pass


def test_an_empty_folder_and_hidden_files_may_become_a_workspace(tmp_path: Path):
    (tmp_path / ".gitkeep").write_text("")
    Workspace.create(tmp_path)
    assert Workspace.open(tmp_path).folder == tmp_path
    assert json.loads((tmp_path / "workspace.json").read_text())["format"] == FORMAT_VERSION
    assert sorted(os.listdir(tmp_path)) == [".gitkeep", "workspace.json"]


def test_a_folder_in_use_may_not(tmp_path: Path):
    (tmp_path / "x").write_text("")
    with pytest.raises(UserError, match=r"is not empty and not a workspace \(it contains 'x'\)"):
        Workspace.create(tmp_path)


@pytest.mark.parametrize(
    ("content", "state"),
    [('{"format": 1}', "format 1"), ('{"format": 3}', "format 3"), ("{", "a damaged workspace.json")],
)
def test_another_format_is_refused_with_what_is_accepted_and_the_next_command(
    content: str, state: str, made: Workspace
):
    (made.folder / "workspace.json").write_text(content)
    for way in (Workspace.open, Workspace.create):
        with pytest.raises(WorkspaceVersion) as raised:
            way(made.folder)
        assert str(raised.value) == (
            f"The workspace {made.folder} has {state}; this version of Ecotone accepts format 2."
            " Nothing was changed. Make a new workspace: `ecotone run LANDSCAPE --workspace FOLDER`."
        )
    assert (made.folder / "workspace.json").read_text() == content


def test_what_was_read_of_a_repository_is_kept_in_one_step(made: Workspace):
    assert made.read_collected_state("o+r") is None
    with pytest.raises(MissingTable, match=r"o\+r has not been read yet"):
        made.read_collected("o+r", "events")
    made.write_collected("o+r", {"events": TABLE}, {"generation": "one"})
    made.write_collected("o+r", {"events": OTHER}, {"generation": "two", "more": 1})
    assert made.read_collected("o+r", "events").equals(OTHER)
    assert sorted(os.listdir(made.folder / "collected" / "o+r")) == ["events.two.parquet", "state.json"]


def test_a_state_that_was_never_written_changes_nothing(made: Workspace, monkeypatch: pytest.MonkeyPatch):
    """Killed between the tables and the state: the former tables still count."""
    made.write_collected("o+r", {"events": TABLE}, {"generation": "one"})
    with monkeypatch.context() as patch:
        patch.setattr("ecotone.store.files.write_sealed_json", _killed)
        with pytest.raises(KeyboardInterrupt):
            made.write_collected("o+r", {"events": OTHER}, {"generation": "two"})
    assert made.read_collected("o+r", "events").equals(TABLE)


def test_a_damaged_state_is_no_state(made: Workspace):
    made.write_collected("o+r", {"events": TABLE}, {"generation": "one"})
    (made.folder / "collected" / "o+r" / "state.json").write_text('{"generation": "on')
    assert made.read_collected_state("o+r") is None


@pytest.mark.parametrize("content", [b"", b"{}", b"[1]", b'{"tables": []}', b'{"generation": "one"}', b"\xff"])
def test_a_damaged_manifest_is_no_analysis(content: bytes, made: Workspace):
    made.publish_tables("one", {"signals": TABLE}, {})
    (made.folder / "tables" / "current.json").write_bytes(content)
    assert made.current_manifest() is None


@pytest.mark.parametrize("content", [b"", b"{}", b'{"salt', b"\xff"])
def test_who_asked_to_be_forgotten_is_never_taken_for_nobody(content: bytes, made: Workspace):
    assert made.read_private_data() == {}
    made.write_private_data({"salt": "1", "forgotten": {"2": "3"}})
    (made.folder / "private.json").write_bytes(content)
    with pytest.raises(DamagedFile, match="Restore it from a copy"):
        made.read_private_data()


def test_an_analysis_counts_when_its_manifest_is_written(made: Workspace, monkeypatch: pytest.MonkeyPatch):
    assert made.current_manifest() is None
    with pytest.raises(MissingTable, match=r"has no tables yet. Run `ecotone run LANDSCAPE` first"):
        made.read_table("signals")
    made.publish_tables("one", {"signals": TABLE}, {"landscape": "x"})
    with monkeypatch.context() as patch:
        patch.setattr("ecotone.store.files.write_sealed_json", _killed)
        with pytest.raises(KeyboardInterrupt):
            made.publish_tables("two", {"signals": OTHER}, {})
    assert made.read_table("signals").equals(TABLE)
    made.publish_tables("two", {"signals": OTHER}, {})
    assert made.read_table("signals").equals(OTHER)
    assert sorted(os.listdir(made.folder / "tables")) == ["current.json", "two"]


def _killed(*_: object) -> None:
    raise KeyboardInterrupt


def test_an_analysis_without_all_its_files_does_not_count(made: Workspace):
    made.publish_tables("one", {"signals": TABLE, "events": TABLE}, {})
    made.table_path("events").unlink()
    assert made.current_manifest() is None


def test_tables_that_are_not_there(made: Workspace):
    made.publish_tables("one", {"signals": TABLE}, {})
    with pytest.raises(MissingTable, match=r"has no table 'clusters'\. Known: signals\."):
        made.read_table("clusters")
    with pytest.raises(UnknownName, match="Did you mean 'signals'"):
        made.read_table("signal")


def test_the_database_is_known_only_while_it_is_there(made: Workspace):
    assert made.database_generation() is None
    files.write_parquet(made.folder / "t.parquet", TABLE)
    write_database(made.database_path, {"t": made.folder / "t.parquet"}, "one")
    assert made.database_generation() == "one"
    moved = made.folder.rename(made.folder.with_name("moved"))
    assert Workspace(moved).database_generation() is None
    moved.rename(made.folder)
    content = bytearray(made.database_path.read_bytes())
    content[-1] ^= 1
    made.database_path.write_bytes(content)
    assert made.database_generation() is None
    assert made.find_damage("database") == {"ecotone.duckdb": "w"}
    made.database_path.unlink()
    assert made.database_generation() is None


def test_a_new_run_removes_what_a_killed_one_left(made: Workspace):
    left = [made.folder / ".report.part-1", made.folder / "tables" / ".x.part-2", made.folder / "collected" / "a+b"]
    for path in left:
        path.mkdir(parents=True)
    (left[2] / ".events.part-3").write_text("")
    with made.locked_for_writing():
        assert not left[0].exists()
        assert not left[1].exists()
        assert os.listdir(left[2]) == []


def test_notes_of_the_last_run(made: Workspace):
    assert made.read_run_notes() is None
    made.write_run_notes({"failures": []})
    assert made.read_run_notes() == {"failures": []}
    made.write_collected_state("o+r", {"generation": "x", "files": {}})
    assert made.read_collected_state("o+r") == {"generation": "x", "files": {}}


def test_a_flipped_bit_of_any_kept_file_is_found_and_named(made: Workspace):
    made.write_collected("o+r", {"events": TABLE}, {"generation": "one"})
    made.publish_tables("one", {"signals": TABLE}, {})
    for part, slug, name in (
        ("collected", "o+r", "collected/o+r/events.one.parquet"),
        ("collected", "o+r", "collected/o+r/state.json"),
        ("tables", "tables", "tables/one/signals.parquet"),
        ("tables", "tables", "tables/current.json"),
    ):
        good = (made.folder / name).read_bytes()
        (made.folder / name).write_bytes(good[:-1] + bytes([good[-1] ^ 1]))
        assert made.find_damage(part) == {name: slug}
        (made.folder / name).write_bytes(good)
        assert made.find_damage(part) == {}
    (made.folder / "tables/one/signals.parquet").write_bytes(b"PAR1")
    for read in (made.read_table, made.table_path):
        with pytest.raises(DamagedFile, match=r"signals\.parquet is damaged\. Make it again with `ecotone run"):
            read("signals")


def test_a_private_file_of_an_earlier_version_counts_and_a_damaged_one_does_not(made: Workspace):
    path = made.folder / "private.json"
    path.write_text('{"salt": "1", "forgotten": {"2": "3"}}')
    assert made.read_private_data() == {"salt": "1", "forgotten": {"2": "3"}}
    made.write_private_data({"salt": "1", "forgotten": {"2": "3"}})
    good = path.read_bytes()
    for position in range(len(good) * 8):
        content = bytearray(good)
        content[position // 8] ^= 1 << position % 8
        path.write_bytes(content)
        with pytest.raises(DamagedFile):
            made.read_private_data()


@pytest.mark.parametrize("umask", [0o022, 0o000, 0o077])
def test_a_workspace_is_for_its_owner_alone_whatever_the_umask(umask: int, tmp_path: Path):
    with files.using_umask(umask):
        made = Workspace.create(tmp_path / "w")
        with made.locked_for_writing():
            made.write_collected("o+r", {"events": TABLE}, {"generation": "one"})
            made.publish_tables("one", {"signals": TABLE}, {})
        made.write_private_data({"salt": "1"})
    for path in [made.folder, *made.folder.rglob("*")]:
        assert path.stat().st_mode & 0o077 == 0, path


@pytest.mark.parametrize("place", ["tables", "partitions", "collected/a+b", "run.json", "lock"])
def test_a_link_inside_is_refused_and_what_it_leads_to_stays(place: str, made: Workspace, tmp_path: Path):
    (tmp_path / "victim" / "a" / "b" / "c").mkdir(parents=True)
    link = made.folder / place
    link.parent.mkdir(exist_ok=True)
    link.symlink_to(tmp_path / "victim")
    with pytest.raises(UserError, match=re.escape(f"{link} is a symbolic link")), made.locked_for_writing():
        raise AssertionError
    with pytest.raises(UserError, match="is a symbolic link"):
        Workspace.create(made.folder)
    assert (tmp_path / "victim" / "a" / "b" / "c").is_dir()


def test_a_workspace_may_itself_be_a_link(made: Workspace, tmp_path: Path):
    (tmp_path / "link").symlink_to(made.folder)
    with Workspace.create(tmp_path / "link").locked_for_writing():
        pass
