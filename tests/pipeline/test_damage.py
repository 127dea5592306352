"""Workspaces that are damaged and landscapes that leave nothing: named, mended where possible, never a traceback."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from ecotone.foundation.digests import digest_bytes
from tests.acceptance.test_kill import contents
from tests.cli.command import ecotone, landscape_of, one_sentence
from tests.events.making import Repository, straight
from tests.events.reading import plain_git


@pytest.fixture
def good(tmp_path: Path) -> Repository:
    return straight(tmp_path / "good.git", 3)


def flip_a_bit(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 4
    path.write_bytes(content)


def test_what_is_damaged_is_named_by_the_doctor_and_made_again_as_it_was(tmp_path: Path, good: Repository):
    landscape, workspace = landscape_of(tmp_path / "l", {"good/two": good.folder}), tmp_path / "w"
    assert ecotone("run", landscape, "-w", workspace, "--quiet").code == 0
    before = dict(contents(workspace))
    (tables,) = (workspace / "tables").glob("*/signals.parquet")
    (collected,) = (workspace / "collected").glob("*/events.*.parquet")
    places = [tables, collected, workspace / "ecotone.duckdb", workspace / "report" / "index.html"]
    places += [workspace / "tables" / "current.json", collected.parent / "state.json", workspace / "report/report.json"]
    for damage, damaged in ((flip_a_bit, places), (Path.unlink, places[:4]), (Path.unlink, places[4:])):
        for path in damaged:
            damage(path)
        # without a manifest it is as if nothing had been made; a damaged one hides what it names
        seen = places[4:] if damage is flip_a_bit else [path for path in damaged if path.suffix != ".json"]
        doctor = ecotone("doctor", "-w", workspace).out
        again = ecotone("run", landscape, "-w", workspace, "--quiet")
        assert again.code == 0
        for name in (str(path.relative_to(workspace)) for path in seen):
            assert f"{name}: is damaged or missing" in doctor
            assert f"{name} was damaged or missing, and was made again." in again.err
        assert dict(contents(workspace)) == before
        assert "damaged" not in ecotone("doctor", "-w", workspace).out


def test_the_doctor_reads_clones_partitions_and_feeds_if_asked(tmp_path: Path, good: Repository):
    bundle, workspace = tmp_path / "good.bundle", tmp_path / "w"
    plain_git(good.folder, "bundle", "create", "-q", str(bundle), "--all")
    landscape = landscape_of(tmp_path / "l", {"good/two": bundle})
    assert ecotone("run", landscape, "-w", workspace, "--quiet").code == 0
    days = workspace / "feeds" / "gharchive" / "days"
    days.mkdir(parents=True)
    (days / f"2025-01-01.{digest_bytes(b'rows')}.parquet").write_bytes(b"rows")
    (days.parent / "requests.sqlite").write_bytes(b"pages")
    (days.parent / "requests.sqlite.digest").write_text(digest_bytes(b"pages"))
    whole = ecotone("doctor", "--verify", "-w", workspace).out
    assert "kept files: all were read, and are as they were written" in whole
    assert "damaged" not in whole
    (pack,) = (workspace / "clones").glob("*/repository.git/objects/pack/*.pack")
    places = [pack, *days.iterdir(), days.parent / "requests.sqlite", workspace / "run.json"]
    places.append(next(iter(sorted((workspace / "partitions").glob("*/*/*/*.parquet")))))
    for path in places:
        path.chmod(0o600)
        flip_a_bit(path)
    named = ecotone("doctor", "--verify", "-w", workspace).out
    shown = [pack.parents[2], *places[1:-1], places[-1].parent]
    for path in shown:
        assert f"{path.relative_to(workspace)}: is damaged or missing" in named
    assert named.count("is damaged or missing") == len(shown)


def test_a_damaged_file_of_private_data_is_named(tmp_path: Path, good: Repository):
    landscape, workspace = landscape_of(tmp_path / "l", {"good/two": good.folder}), tmp_path / "w"
    assert ecotone("run", landscape, "-w", workspace, "--quiet").code == 0
    (workspace / "private.json").write_text("{")
    assert f"private.json: {workspace}" in ecotone("doctor", "-w", workspace).out
    assert "Restore it from a copy" in one_sentence(ecotone("analyse", landscape, "-w", workspace, "--quiet"))


@pytest.mark.parametrize("command", [("export", "signals"), ("show", "good/two")])
def test_no_command_shows_a_number_of_a_damaged_table(command: tuple[str, ...], tmp_path: Path, good: Repository):
    landscape, workspace = landscape_of(tmp_path / "l", {"good/two": good.folder}), tmp_path / "w"
    assert ecotone("run", landscape, "-w", workspace, "--quiet").code == 0
    for path in (workspace / "tables").glob("*/*.parquet"):
        flip_a_bit(path)
    said = one_sentence(ecotone(*command, "-w", workspace))
    assert "is damaged. Make it again with `ecotone run LANDSCAPE`." in said


@pytest.mark.parametrize("content", ["{}", '{"generation": 5}', "[]"])
def test_a_note_that_does_not_say_what_was_read_is_written_again(content: str, tmp_path: Path, good: Repository):
    landscape, workspace = landscape_of(tmp_path / "l", {"good/two": good.folder}), tmp_path / "w"
    assert ecotone("collect", landscape, "-w", workspace, "--quiet").code == 0
    note = workspace / "collected" / "good+two" / "state.json"
    before = note.read_bytes()
    note.write_text(content)
    assert ecotone("run", landscape, "-w", workspace, "--quiet").code == 0
    assert note.read_bytes() == before


@pytest.mark.parametrize("head", ['since = "2090-01"', 'until = "1999-01"', "observed_until = 1999-01-01"])
def test_a_landscape_that_leaves_no_month_is_one_sentence(head: str, tmp_path: Path, good: Repository):
    landscape = landscape_of(tmp_path / "l", {"good/two": good.folder}, head=f"{head}\n")
    said = one_sentence(ecotone("run", landscape, "-w", tmp_path / "w", "--quiet"))
    assert "leaves no month to look at" in said
    assert "Correct `since`, `until` or `observed_until`" in said


def test_a_source_that_the_landscape_does_not_name_is_not_read(tmp_path: Path, good: Repository):
    landscape = landscape_of(tmp_path / "l", {"good/two": good.folder})
    said = one_sentence(ecotone("collect", landscape, "--source", "github", "-w", tmp_path / "w", "--quiet"))
    assert "does not name the source 'github'. Put [sources.github] into its file" in said


@pytest.mark.parametrize("version", [None, "2.31.8", "1.9"])
def test_without_a_git_that_is_new_enough_the_run_and_the_doctor_say_so(
    version: str | None, tmp_path: Path, good: Repository, monkeypatch: pytest.MonkeyPatch
):
    landscape, workspace = landscape_of(tmp_path / "l", {"good/two": good.folder}), tmp_path / "w"
    assert ecotone("run", landscape, "-w", workspace, "--quiet").code == 0
    if version:
        (tmp_path / "bin").mkdir()
        (tmp_path / "bin" / "git").write_text(f"#!/bin/sh\necho git version {version}\n")
        (tmp_path / "bin" / "git").chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    said = one_sentence(ecotone("run", landscape, "-w", workspace, "--quiet"))
    assert "install git 2.32 or newer" in said
    assert (version or "no git on the PATH") in said
    assert "install git 2.32 or newer" in ecotone("doctor", "-w", workspace).out


def test_what_the_terminal_cannot_write_stops_nothing():
    poor = {**os.environ, "PYTHONIOENCODING": "ascii"}
    for choice in (["--json"], []):
        command = [sys.executable, "-m", "ecotone", "signals", *choice]
        done = subprocess.run(command, env=poor, capture_output=True, check=False)
        assert (done.returncode, done.stderr) == (0, b"")
        if choice:
            assert any(not signal["title_zh"].isascii() for signal in json.loads(done.stdout.decode("utf-8")))
