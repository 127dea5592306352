"""git with a host that falls silent, and a run that is interrupted: neither waits for ever."""

from __future__ import annotations

import os
import random
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest

from ecotone.events.sources.git import processes
from ecotone.events.sources.git.command import Git, GitFailed, check_git_version
from ecotone.events.sources.git.error_messages import explain_git_failure
from ecotone.foundation.errors import SourceUnavailable

from .hosts import git_host
from .making import Repository
from .reading import our_git

PATIENCE = 1.5


@pytest.fixture
def git(tmp_path: Path) -> Git:
    return replace(our_git(tmp_path / "ours"), patience=PATIENCE)


@pytest.fixture(scope="module")
def heavy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Three megabytes that cannot be packed smaller."""
    made = Repository.new(tmp_path_factory.mktemp("heavy") / "r.git")
    rng = random.Random(1)
    tips: list[str] = []
    for number in range(3):
        tips = [made.commit(*tips, files={f"f{number}": rng.randbytes(1 << 20)}, ref="refs/heads/main")]
    return made.folder


def clone(git: Git, address: str, target: Path) -> bytes:
    return git.run_remote("clone", "--bare", "--progress", address, str(target))


def test_a_host_that_never_answers_is_given_up(git: Git) -> None:
    with git_host(None) as address, pytest.raises(GitFailed, match=r"the host was silent for 1\.5 seconds") as failed:
        git.run_remote("ls-remote", address)
    told = explain_git_failure(failed.value, "o/r", "git://host/o/r.git")
    assert isinstance(told, SourceUnavailable)
    expected = "git://host/o/r.git cannot be reached. Run the same command again to retry only this repository."
    assert expected in str(told)


def test_a_host_that_falls_silent_in_the_middle_is_given_up(git: Git, heavy: Path, tmp_path: Path) -> None:
    with git_host(heavy, stops_after=1 << 20) as address, pytest.raises(GitFailed, match="timed out"):
        clone(git, address, tmp_path / "copy.git")


def test_a_host_that_goes_on_is_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    """The clock moves a second at each look, and something is heard each second."""
    (out, _out_end), (err, err_end) = (os.pipe() for _ in range(2))
    seconds = 0

    def monotonic() -> float:
        nonlocal seconds
        seconds += 1
        if seconds < 20:
            os.write(err_end, b"Receiving objects: 5%\r")
        elif seconds == 20:
            os.close(err_end)
            os.close(_out_end)
        return float(seconds)

    monkeypatch.setattr(processes, "time", SimpleNamespace(monotonic=monotonic))
    with open(out, "rb") as stdout, open(err, "rb") as stderr:
        heard = processes.read_process_output(
            cast("Any", SimpleNamespace(stdout=stdout, stderr=stderr)), timeout=PATIENCE, longest=1 << 20
        )
    assert seconds > 10 * PATIENCE
    assert heard == (b"", b"Receiving objects: 5%\r" * 19)


def test_progress_is_no_complaint(git: Git, heavy: Path, tmp_path: Path) -> None:
    with git_host(heavy) as address:
        clone(git, address, tmp_path / "copy.git")
        with pytest.raises(GitFailed) as failed:
            git.run_remote("fetch", "--progress", address, "refs/heads/none", repository=tmp_path / "copy.git")
    assert failed.value.message == "fatal: couldn't find remote ref refs/heads/none"


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux counts memory so")
def test_a_process_and_what_it_starts_are_limited_from_their_first_moment():
    command = ["sh", "-c", "ulimit -d; sh -c 'ulimit -f'"]
    with processes.run_process(command, memory=1 << 29, file_bytes=1 << 20, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stdout.read().split()[0] == b"524288"


def test_a_git_that_fails_is_not_called_too_old(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    (tmp_path / "git").write_text("#!/bin/sh\nkill -9 $$\n")
    (tmp_path / "git").chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(SourceUnavailable, match="ended with -9"):
        check_git_version()
