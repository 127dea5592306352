"""Files are whole or not there."""

from __future__ import annotations

import errno
import json
import os
import re
from pathlib import Path

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from ecotone.foundation.digests import record_of_bytes
from ecotone.foundation.errors import DamagedFile, DiskFull, UserError
from ecotone.pipeline.write_report import table_as_csv
from ecotone.store import files
from ecotone.store.duckdb_engine import DuckEngine, write_database


def test_a_file_is_replaced_or_left_as_it_was(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    path = tmp_path / "deep" / "a.bin"
    files.write_bytes(path, b"old")
    monkeypatch.setattr(files.os, "fsync", _failing(OSError(errno.EIO, "broken disk")))
    with pytest.raises(OSError, match="broken disk"):
        files.write_bytes(path, b"new")
    assert path.read_bytes() == b"old"
    assert os.listdir(path.parent) == ["a.bin"]


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EDQUOT, errno.EFBIG])
@pytest.mark.parametrize("place", ["fsync", "touch", "mkdir"])
def test_a_full_disk_is_said_wherever_it_is_met(
    number: int, place: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    owner = files.os if place == "fsync" else Path
    monkeypatch.setattr(owner, place, _failing(OSError(number, "full")))
    with pytest.raises(DiskFull):
        _write(place, tmp_path)
    assert list(tmp_path.iterdir()) == []


def _write(place: str, folder: Path) -> None:
    if place == "mkdir":
        files.replace_folder_atomically(folder / "r", [("x", b"1")], "mark", {})
    else:
        files.write_bytes(folder / "a", b"new")


def _failing(error: OSError):
    def fail(*_: object, **__: object) -> None:
        raise error

    return fail


def test_a_folder_is_replaced_whole(tmp_path: Path):
    target = tmp_path / "report"
    files.replace_folder_atomically(target, [("a/b.txt", b"1"), ("c.txt", b"2")], "mark", {})
    files.replace_folder_atomically(target, [("a/d.txt", b"3")], "mark", {"made_from": "n"})
    record = list(record_of_bytes(b"3"))
    assert files.read_sealed_json(target / "mark") == {"made_from": "n", "files": {"a/d.txt": record}}
    assert sorted(str(path.relative_to(target)) for path in target.rglob("*") if path.is_file()) == ["a/d.txt", "mark"]
    assert target.stat().st_mode & 0o777 == 0o755
    assert os.listdir(tmp_path) == ["report"]


def test_a_file_that_stays_the_same_is_not_written_again(tmp_path: Path):
    target, elsewhere = tmp_path / "report", tmp_path / "elsewhere"
    pages = {"same": b"1", "changed": b"2", "damaged": b"3", "linked": b"4"}
    files.replace_folder_atomically(target, pages.items(), "mark", {})
    before = {name: (target / name).stat().st_ino for name in pages}
    (target / "damaged").write_bytes(b"x")
    elsewhere.write_bytes(b"4")
    (target / "linked").unlink()
    (target / "linked").symlink_to(elsewhere)
    pages["changed"] = b"5"
    files.replace_folder_atomically(target, pages.items(), "mark", {})
    assert {name: (target / name).read_bytes() for name in pages} == pages
    assert [name for name in pages if (target / name).stat().st_ino == before[name]] == ["same"]
    assert not (target / "linked").is_symlink()


def test_a_folder_that_cannot_be_made_leaves_the_former_one(tmp_path: Path):
    target = tmp_path / "report"
    files.replace_folder_atomically(target, [], "mark", {"made_from": "m"})

    def broken():
        yield "x", b"1"
        raise ValueError("a page that cannot be drawn")

    with pytest.raises(ValueError, match="cannot be drawn"):
        files.replace_folder_atomically(target, broken(), "mark", {})
    assert files.read_sealed_json(target / "mark") == {"made_from": "m", "files": {}}
    assert os.listdir(tmp_path) == ["report"]


def test_staging_is_removed_and_nothing_else(tmp_path: Path):
    for name in (".a.part-1", ".r.old-2", "a.part-3", ".hidden", "b"):
        (tmp_path / name).write_text("x")
    (tmp_path / ".t.part-9").mkdir()
    files.remove_partial_files(tmp_path)
    assert sorted(os.listdir(tmp_path)) == [".hidden", "a.part-3", "b"]


def test_the_same_table_gives_the_same_bytes(tmp_path: Path):
    table = pa.table({"a": [1, None, 3], "b": ["x", "y", None]})
    record = files.write_parquet(tmp_path / "1.parquet", table)
    files.write_parquet(tmp_path / "2.parquet", table)
    assert (tmp_path / "1.parquet").read_bytes() == (tmp_path / "2.parquet").read_bytes()
    assert (tmp_path / "1.parquet").stat().st_mode & 0o777 == 0o644
    assert files.read_parquet(tmp_path / "1.parquet", record, ["b"]).equals(table.select(["b"]))


@pytest.mark.parametrize("content", [None, b"", b"PAR1", b"garbage" * 99])
def test_a_file_that_is_no_table_is_damaged(content: bytes | None, tmp_path: Path):
    path, state = tmp_path / "x.parquet", "missing" if content is None else "damaged"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(DamagedFile, match=rf"is {state}\. Make it again") as caught:
        files.read_parquet(path, record_of_bytes(content or b""))
    assert "\n" not in str(caught.value)


def test_what_a_link_stands_for_is_replaced_and_not_the_link(tmp_path: Path):
    (tmp_path / "old.csv").write_bytes(b"old")
    (tmp_path / "link.csv").symlink_to("old.csv")
    files.write_bytes(tmp_path / "link.csv", b"new")
    assert (tmp_path / "link.csv").is_symlink()
    assert (tmp_path / "old.csv").read_bytes() == b"new"


def test_what_is_no_file_is_never_replaced(tmp_path: Path):
    pipe, link = tmp_path / "pipe", tmp_path / "stdout"
    os.mkfifo(pipe)
    link.symlink_to("pipe")
    for place in (pipe, link, tmp_path):
        with pytest.raises(UserError, match=rf"^{re.escape(str(place))} exists and is not a regular file"):
            files.write_bytes(place, b"new")
    assert pipe.is_fifo()
    assert link.is_symlink()


def test_json_is_sorted_and_readable(tmp_path: Path):
    files.write_json(tmp_path / "x.json", {"b": 1, "a": "字"})
    assert (tmp_path / "x.json").read_text("utf-8") == '{\n "a": "字",\n "b": 1\n}\n'


def test_a_query_that_does_not_fit_spills_into_the_folder(tmp_path: Path):
    numbers = pa.table({"n": pa.array(np.random.default_rng(1).permutation(3_000_000))})
    engine = DuckEngine({"numbers": numbers}, tmp_path / "spill", memory=40 << 20)
    sorted_rows = engine.run("SELECT n, hash(n) AS h FROM numbers ORDER BY h, n")
    assert sorted_rows.num_rows == 3_000_000
    assert (tmp_path / "spill").exists()
    engine.close()
    assert not list((tmp_path / "spill").glob("*"))


def test_the_database_holds_the_tables_and_their_generation(tmp_path: Path):
    path = tmp_path / "it's" / "signals.parquet"
    files.write_parquet(path, pa.table({"project": ["a/b"], "commits": [3]}))
    write_database(tmp_path / "e.duckdb", {"signals": path}, "one")
    with (tmp_path / "e.duckdb").open("rb") as reader:
        write_database(tmp_path / "e.duckdb", {"signals": path}, "two")
        # whoever reads the former file reads it to its end
        assert os.fstat(reader.fileno()).st_ino != (tmp_path / "e.duckdb").stat().st_ino
    assert sorted(os.listdir(tmp_path)) == ["e.duckdb", "e.duckdb.json", "it's"]
    with duckdb.connect(str(tmp_path / "e.duckdb"), read_only=True) as connection:
        assert connection.execute("SELECT commits FROM signals").fetchall() == [(3,)]
        assert connection.execute("SELECT generation FROM generation").fetchall() == [("two",)]


def test_a_database_that_cannot_be_written_leaves_the_former_one(tmp_path: Path):
    path = tmp_path / "t.parquet"
    files.write_parquet(path, pa.table({"a": [1]}))
    write_database(tmp_path / "e.duckdb", {"t": path}, "one")
    before = (tmp_path / "e.duckdb").read_bytes()
    with pytest.raises(DamagedFile):
        write_database(tmp_path / "e.duckdb", {"t": path, "u": tmp_path / "missing.parquet"}, "two")
    assert (tmp_path / "e.duckdb").read_bytes() == before
    assert (files.read_sealed_json(tmp_path / "e.duckdb.json") or {})["generation"] == "one"
    assert sorted(os.listdir(tmp_path)) == ["e.duckdb", "e.duckdb.json", "t.parquet"]


def test_the_engine_loads_nothing_from_outside():
    engine = DuckEngine({"t": pa.table({"a": [1, 2]})})
    assert engine.run("SELECT sum(a) AS s FROM t").to_pylist() == [{"s": 3}]
    assert engine.run("SELECT current_setting('TimeZone') AS z").to_pylist() == [{"z": "UTC"}]
    assert engine.run("SELECT current_setting('autoinstall_known_extensions') AS z").to_pylist() == [{"z": False}]
    engine.close()


def test_any_flipped_bit_of_a_table_is_noticed(tmp_path: Path):
    path = tmp_path / "t.parquet"
    record = files.write_parquet(path, pa.table({"a": list(range(50))}))
    good = path.read_bytes()
    for position in range(0, len(good) * 8, 7):
        content = bytearray(good)
        content[position // 8] ^= 1 << position % 8
        path.write_bytes(content)
        with pytest.raises(DamagedFile):
            files.read_parquet(path, record)


@pytest.mark.parametrize("value", [{}, {"a": 1}, {"digest_of": "x", "b": ["字", None]}])
def test_any_flipped_bit_of_a_manifest_is_noticed(value: dict[str, object], tmp_path: Path):
    path = tmp_path / "m.json"
    files.write_sealed_json(path, value)
    assert files.read_sealed_json(path) == value
    good = path.read_bytes()
    assert json.loads(good).keys() == {"digest", *value}
    for position in range(len(good) * 8):
        content = bytearray(good)
        content[position // 8] ^= 1 << position % 8
        path.write_bytes(content)
        assert files.read_sealed_json(path) is None, position
    for cut in range(len(good)):
        path.write_bytes(good[:cut])
        assert files.read_sealed_json(path) is None


@pytest.mark.parametrize("umask", [0o022, 0o077, 0o000])
def test_new_files_have_the_rights_that_the_umask_leaves(umask: int, tmp_path: Path):
    with files.using_umask(umask):
        files.write_bytes(tmp_path / "a", b"1")
        files.replace_folder_atomically(tmp_path / "r", [("in/x", b"1")], "mark", {})
    for name in ("a", "r/mark", "r/in/x"):
        assert (tmp_path / name).stat().st_mode & 0o777 == 0o666 & ~umask
    assert (tmp_path / "r").stat().st_mode & 0o777 == 0o777 & ~umask


def test_a_table_without_columns_is_damaged_for_the_database(tmp_path: Path):
    path = tmp_path / "signals.parquet"
    pq.write_table(pa.table({}), path)
    with pytest.raises(DamagedFile, match="Make it again with `ecotone run"):
        write_database(tmp_path / "x.duckdb", {"signals": path}, "1")
    assert not (tmp_path / "x.duckdb").exists()


def test_bytes_of_a_foreign_table_are_no_commands_of_a_terminal():
    assert table_as_csv(pa.table({"a": [b"\x1b[2J=1"]})).count(b"\x1b") == 0


def test_a_table_that_needs_more_than_the_memory_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    record = files.write_parquet(tmp_path / "t.parquet", pa.table({"x": [1] * 1_000, "y": [1] * 1_000}))
    monkeypatch.setattr(files, "memory_bytes", lambda: 5_000)
    with pytest.raises(DamagedFile):
        files.read_parquet(tmp_path / "t.parquet", record)
    assert files.read_parquet(tmp_path / "t.parquet", record, ["x"]).num_rows == 1_000
