"""Full disks, folders that cannot be written, lost clones, disturbed runs: one sentence, and the next run is equal."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

from ecotone.store.workspace import Workspace
from tests.acceptance.hostile_attempts import attempts
from tests.acceptance.test_kill import contents
from tests.cli.command import ecotone, ecotone_process, landscape_of, one_sentence
from tests.events.making import DAY, START, straight
from tests.events.reading import plain_git


@cache
def landscape_with_news(folder: Path) -> tuple[Path, Path, dict[str, str]]:
    """A landscape of a bundle with something new, a workspace of the state before, and what the next run must leave."""
    made, bundle = straight(folder / "o.git", 4), folder / "o.bundle"
    plain_git(made.folder, "bundle", "create", "-q", str(bundle), "HEAD", "--all")
    landscape = landscape_of(folder / "l", {"o/r": bundle})
    assert ecotone("run", landscape, "-w", folder / "before", "--quiet").code == 0
    made.commit(made.tip(), at=START + 40 * DAY, files={"go.mod": b"require e.org/a v1.0.0\n"}, ref="refs/heads/main")
    plain_git(made.folder, "bundle", "create", "-q", str(bundle), "HEAD", "--all")
    shutil.copytree(folder / "before", folder / "after")
    assert ecotone("run", landscape, "-w", folder / "after", "--quiet").code == 0
    return landscape, folder / "before", dict(contents(folder / "after"))


@contextmanager
def mounted(*arguments: object) -> Iterator[None]:
    """A mount inside the block."""
    subprocess.run(["mount", *map(str, arguments)], check=True)
    try:
        yield
    finally:
        subprocess.run(["umount", "-l", str(arguments[-1])], check=True)


def fill_disk(folder: Path, left: int) -> Path:
    """A file that leaves so many bytes free."""
    state = os.statvfs(folder)
    with (folder / "filler").open("wb") as file:
        for _ in range((state.f_bavail * state.f_frsize - left) // 4096):
            file.write(b"x" * 4096)
    return folder / "filler"


def run_on_full_disk(folder: Path, landscape: Path, before: Path, left: int) -> Path:
    disk = folder / "disk"
    disk.mkdir()
    shutil.copytree(before, folder / "w")
    with mounted("-t", "tmpfs", "-o", "size=24m", "tmpfs", disk):
        shutil.copytree(before, disk / "w")
        filler = fill_disk(disk, left)
        said = ecotone("run", landscape, "-w", disk / "w", "--quiet")
        assert said.code == 2 or (left and said.code == 0), said  # what is left can be enough
        assert not said.code or said.err.strip().splitlines()[-1].startswith("ecotone: The disk is full."), said.err
        assert "Traceback" not in said.err
        filler.unlink()
        shutil.rmtree(folder / "w")
        shutil.copytree(disk / "w", folder / "w")
    return folder / "w"


def run_in_read_only_folder(folder: Path, landscape: Path, before: Path) -> Path:
    workspace = shutil.copytree(before, folder / "w")
    with mounted("--bind", workspace, workspace):
        subprocess.run(["mount", "-o", "remount,bind,ro", str(workspace)], check=True)
        assert "Read-only" in one_sentence(ecotone("run", landscape, "-w", workspace, "--quiet"))
    return workspace


def lose_clone(folder: Path, _: Path, before: Path) -> Path:
    workspace = shutil.copytree(before, folder / "w")
    shutil.rmtree(workspace / "clones")
    return workspace


def run_twice_at_once(folder: Path, landscape: Path, before: Path) -> Path:
    workspace = shutil.copytree(before, folder / "w")
    with Workspace.create(workspace).locked_for_writing():
        said = one_sentence(ecotone("run", landscape, "-w", workspace, "--quiet"))
    assert "Another run is using the workspace" in said
    return workspace


def interrupt_run(folder: Path, landscape: Path, before: Path) -> Path:
    workspace = shutil.copytree(before, folder / "w")
    process = ecotone_process("run", landscape, "-w", workspace)
    while process.poll() is None and (workspace / "lock").stat().st_mtime < time.time() - 3600:
        time.sleep(0.05)
    time.sleep(1)
    os.killpg(process.pid, signal.SIGINT)
    _, said = process.communicate()
    assert process.returncode in (0, 130), said
    assert process.returncode == 0 or "ecotone: interrupted; run the same command again to continue." in said
    assert "Traceback" not in said
    return workspace


def leave_bytes(left: int) -> Callable[[Path, Path, Path], Path]:
    """A run on a disk with so many bytes left."""

    def run(folder: Path, landscape: Path, before: Path) -> Path:
        return run_on_full_disk(folder, landscape, before, left)

    return run


DISTURBANCES: dict[str, Callable[[Path, Path, Path], Path]] = {
    "a full disk": leave_bytes(0),
    **{f"a disk with {left:,} bytes left": leave_bytes(left) for left in (20_000, 60_000, 150_000, 400_000, 700_000)},
    "a folder that cannot be written": run_in_read_only_folder,
    "a lost clone": lose_clone,
    "two runs at once": run_twice_at_once,
    "an interrupted run": interrupt_run,
}


@attempts("disturbed runs", DISTURBANCES)
def hold_disturbance(folder: Path, name: str) -> None:
    landscape, before, expected = landscape_with_news(folder.parent / "news")
    workspace = DISTURBANCES[name](folder, landscape, before)
    assert ecotone("run", landscape, "-w", workspace, "--quiet").code == 0
    assert dict(contents(workspace)) == expected
