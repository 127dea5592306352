"""git with a host that falls silent, and a run that is interrupted: neither waits for ever."""

from __future__ import annotations

import random
import threading
import time
from dataclasses import replace
from pathlib import Path

import pytest

from ecotone.events.sources.git.children import Stopped
from ecotone.events.sources.git.command import Git, GitFailed
from ecotone.events.sources.git.failures import explain
from ecotone.events.sources.git.source import GitSource
from ecotone.foundation.errors import SourceUnavailable

from .hosts import git_host
from .making import Repository
from .reading import our_git, request_for, wanted_at

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
    return git.talk("clone", "--bare", "--progress", address, str(target))


def test_a_host_that_never_answers_is_given_up(git: Git) -> None:
    begun = time.monotonic()
    with git_host(None) as address, pytest.raises(GitFailed, match=r"nothing was heard for 1\.5 seconds") as failed:
        git.talk("ls-remote", address)
    assert time.monotonic() - begun < PATIENCE + 10
    told = explain(failed.value, "o/r", "git://host/o/r.git")
    assert isinstance(told, SourceUnavailable)
    assert "git://host/o/r.git cannot be reached. Run the same command again to retry it alone." in str(told)


def test_a_host_that_falls_silent_in_the_middle_is_given_up(git: Git, heavy: Path, tmp_path: Path) -> None:
    with git_host(heavy, stops_after=1 << 20) as address, pytest.raises(GitFailed, match="timed out"):
        clone(git, address, tmp_path / "copy.git")


def test_a_slow_host_that_goes_on_is_waited_for(git: Git, heavy: Path, tmp_path: Path) -> None:
    begun = time.monotonic()
    with git_host(heavy, pause=0.1) as address:
        clone(git, address, tmp_path / "copy.git")
    assert time.monotonic() - begun > 2 * PATIENCE
    assert git.run("rev-list", "--count", "main", repository=tmp_path / "copy.git").strip() == b"3"


def test_progress_is_no_complaint(git: Git, heavy: Path, tmp_path: Path) -> None:
    with git_host(heavy) as address:
        clone(git, address, tmp_path / "copy.git")
        with pytest.raises(GitFailed) as failed:
            git.talk("fetch", "--progress", address, "refs/heads/none", repository=tmp_path / "copy.git")
    assert failed.value.message == "fatal: couldn't find remote ref refs/heads/none"


def test_ending_all_gits_ends_the_one_that_waits_and_lets_none_begin(git: Git) -> None:
    with git_host(None) as address:
        patient = replace(git, patience=60.0)
        timer = threading.Timer(0.5, git.children.end)
        begun = time.monotonic()
        timer.start()
        with pytest.raises(Stopped):
            patient.talk("ls-remote", address)
        assert time.monotonic() - begun < 10
        with pytest.raises(Stopped):
            git.run("version")


def test_an_interrupted_source_gives_up_what_is_read_and_reads_again_afterwards(tmp_path: Path) -> None:
    made = Repository.new(tmp_path / "good.git")
    made.commit(ref="refs/heads/main")
    source = GitSource()
    with git_host(None) as address:
        threading.Timer(0.5, source.interrupt).start()
        with pytest.raises(Stopped):
            source.read(request_for(wanted_at(address), tmp_path / "one"))
    assert source.read(request_for(wanted_at(made.folder), tmp_path / "two")).reading.commits == 1
