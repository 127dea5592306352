"""Workspaces that are damaged and landscapes that leave nothing: named, mended where possible, never a traceback."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.command import ecotone, landscape_of, one_sentence
from tests.events.making import Repository, straight


@pytest.fixture
def good(tmp_path: Path) -> Repository:
    return straight(tmp_path / "good.git", 3)


def test_the_doctor_names_every_table_that_cannot_be_read_to_its_end(tmp_path: Path, good: Repository):
    landscape, workspace = landscape_of(tmp_path / "l", {"good/two": good.folder}), tmp_path / "w"
    assert ecotone("run", landscape, "-w", workspace, "--quiet").code == 0
    for name in ("signals", "events"):
        (path,) = (workspace / "tables").glob(f"*/{name}.parquet")
        content = bytearray(path.read_bytes())
        content[4:40] = bytes(36)  # the foot, which says what is in it, stays whole
        path.write_bytes(content)
    (workspace / "private.json").write_text("{")
    found = ecotone("doctor", "-w", workspace)
    assert found.code == 0
    for name in ("signals", "events"):
        assert f"{name}: {workspace}" in found.out
    assert f"private.json: {workspace}" in found.out
    assert found.out.count("is damaged") == 3


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
