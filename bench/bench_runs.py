"""Runs of a landscape beside plain git: cold, with nothing new, and with new commits of one repository.

    python bench/bench_runs.py LANDSCAPE [--changed OWNER/NAME] [--folder build/runs]
    python bench/bench_runs.py LANDSCAPE --history OWNER/NAME --perceval PROGRAM

Plain git clones each repository, fetches the heads of its pull requests and writes the log of all commits, and of those
of the default branch with the names of files, one repository after another. Memory is the largest sum over the process
and its children (proportional set size). With --history, one bare clone is read by `perceval git` and by
`ecotone collect`. Every location of the landscape must be a local path.
"""

from __future__ import annotations

import argparse
import ctypes
import os
import re
import resource
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

NEW_COMMITS = 50
SET_CHILD_SUBREAPER = 36
"""Of prctl(2)."""
PULL_HEADS = "+refs/pull/*/head:refs/pull/*/head"


@dataclass(frozen=True, slots=True)
class Measured:
    """Seconds by the clock and of processors, and bytes of memory; None where it was not watched."""

    seconds: float
    processor: float
    memory: int | None = None

    def __str__(self) -> str:
        memory = "" if self.memory is None else f", {self.memory / 1e9:.2f} GB"
        return f"{self.seconds:.1f} s, processors {self.processor:.1f} s{memory}"


def measure_work(work: Callable[[], object]) -> Measured:
    """Time the processes that some work starts."""
    used, began = _processor_seconds(), time.perf_counter()
    memory = work()
    return Measured(
        time.perf_counter() - began, _processor_seconds() - used, memory if isinstance(memory, int) else None
    )


def _processor_seconds() -> float:
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


def run_ecotone(*arguments: object) -> int:
    """Run a command; returns the largest memory of the process and its children in bytes."""
    from bench_scale import memory_of_processes

    process = subprocess.Popen([sys.executable, "-m", "ecotone", *map(str, arguments), "--quiet"])
    highest, ended = 0, threading.Event()

    def watch_memory() -> None:
        nonlocal highest
        while not ended.wait(0.25):
            highest = max(highest, memory_of_processes(process.pid))

    watcher = threading.Thread(target=watch_memory)
    watcher.start()
    code = process.wait()
    ended.set()
    watcher.join()
    _wait_for_orphans()
    if code:
        sys.exit(f"ecotone {' '.join(map(str, arguments))} ended with exit code {code}.")
    return highest


def _adopt_orphans() -> None:
    """Become the parent of processes whose own parent ends, so that their processor time is counted (Linux)."""
    ctypes.CDLL(None).prctl(SET_CHILD_SUBREAPER, 1, 0, 0, 0)


def _wait_for_orphans() -> None:
    with suppress(ChildProcessError):
        while True:
            os.waitpid(-1, 0)


def read_with_git(locations: Sequence[str], folder: Path) -> None:
    """Clone, fetch and log every repository, one after another."""
    for location in locations:
        clone = folder / "plain.git"
        _run_git("clone", "-q", "--bare", location, str(clone))
        subprocess.run(["git", "-C", str(clone), "fetch", "-q", location, PULL_HEADS], stderr=subprocess.DEVNULL)
        for arguments in (["log", "--all"], ["log", "--name-only"]):
            _run_git("-C", str(clone), *arguments)
        shutil.rmtree(clone)


def write_shortened(location: str, target: Path) -> None:
    """A bundle of a repository without the last commits of its branch, and without refs that are newer."""
    clone = target.with_suffix(".git")
    _run_git("clone", "-q", "--mirror", location, str(clone))
    tip = f"HEAD~{NEW_COMMITS}"
    branch, time_of_tip, name_of_tip = (
        _run_git("-C", str(clone), *arguments).strip()
        for arguments in (["symbolic-ref", "HEAD"], ["log", "-1", "--format=%ct", tip], ["rev-parse", tip])
    )
    refs = _run_git("-C", str(clone), "for-each-ref", "--format=%(creatordate:unix) %(refname)").splitlines()
    newer = [name for created, name in map(str.split, refs) if int(created) > int(time_of_tip) and name != branch]
    changes = [*(f"delete {name}\n" for name in newer), f"update {branch} {name_of_tip}\n"]
    subprocess.run(["git", "-C", str(clone), "update-ref", "--stdin"], input="".join(changes), text=True, check=True)
    _run_git("-C", str(clone), "bundle", "create", "-q", str(target), "--all")
    shutil.rmtree(clone)


def _run_git(*arguments: str) -> str:
    return subprocess.run(["git", *arguments], check=True, stdout=subprocess.PIPE).stdout.decode("utf-8", "replace")


def _locations_of(landscape: Path) -> dict[str, str]:
    from ecotone.foundation.landscape import read_landscape

    projects = read_landscape(landscape).projects
    return {entry.name: entry.location for project in projects for entry in project.repositories}


def _copy_landscape(landscape: Path, target: Path, changed: str, location: Path) -> None:
    """The landscape with absolute paths, and another location of one repository."""
    text = landscape.read_text("utf-8")
    own = re.compile(rf'(?m)^(repository = "{re.escape(changed)}"\n(?:(?!\[\[).*\n)*?location = )"[^"]*"')
    text, count = own.subn(lambda found: f'{found[1]}"{location}"', text)
    if count != 1:
        sys.exit(f"{landscape} has no repository {changed!r} with a location of its own. Name one with --changed.")
    text = re.sub(r'"(\.\.?/[^"]*)"', lambda found: f'"{(landscape.parent / found[1]).resolve()}"', text)
    target.write_text(text, "utf-8")


def compare_runs(landscape: Path, changed: str, folder: Path) -> None:
    """Print the times of plain git, of a cold collection and run, of nothing new, and of one changed repository."""
    locations, workspace = _locations_of(landscape), folder / "workspace"
    changing, copied = folder / "changing.bundle", folder / "landscape.toml"
    write_shortened(locations[changed], changing)
    _copy_landscape(landscape, copied, changed, changing)
    by_hand = measure_work(lambda: read_with_git([*locations.values()], folder))
    print(f"plain git, {len(locations)} repositories: {by_hand}", flush=True)
    collected = measure_work(lambda: run_ecotone("collect", copied, "-w", workspace))
    print(f"collect, cold: {collected}; {collected.seconds / by_hand.seconds:.2f} of plain git", flush=True)
    rest = measure_work(lambda: run_ecotone("run", copied, "-w", workspace))
    whole = (collected.seconds + rest.seconds) / by_hand.seconds
    print(f"then the rest of a cold run: {rest}; both {whole:.2f} of plain git", flush=True)
    again = measure_work(lambda: run_ecotone("run", copied, "-w", workspace))
    print(f"run, nothing new: {again}", flush=True)
    shutil.copyfile(locations[changed], changing)
    grown = measure_work(lambda: run_ecotone("run", copied, "-w", workspace))
    print(f"run, {NEW_COMMITS} new commits of {changed}: {grown}", flush=True)


def compare_history(landscape: Path, name: str, perceval: str, folder: Path) -> None:
    """Print the times of Perceval and of Ecotone over one clone."""
    location, clone, own = _locations_of(landscape)[name], folder / "history.git", folder / "history.toml"
    _run_git("clone", "-q", "--bare", location, str(clone))
    _run_git("-C", str(clone), "fetch", "-q", location, PULL_HEADS)
    own.write_text(
        f'[landscape]\nname = "history"\n[[project]]\nrepository = "{name}"\nlocation = "{clone}"\n', "utf-8"
    )

    def read_with_perceval() -> None:
        command = [perceval, "git", location, "--git-path", str(clone), "--no-update"]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    theirs = measure_work(read_with_perceval)
    print(f"perceval git, {name}: {theirs}", flush=True)
    ours = measure_work(lambda: run_ecotone("collect", own, "-w", folder / "workspace"))
    print(f"collect: {ours}; {ours.seconds / theirs.seconds:.2f} of perceval git", flush=True)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("landscape", type=Path)
    parser.add_argument("--changed", default="ollama/ollama", help="the repository that gets new commits")
    parser.add_argument("--history", help="compare Perceval and Ecotone over this repository alone")
    parser.add_argument("--perceval", default="perceval", help="the program; `pip install perceval`")
    parser.add_argument("--folder", type=Path, default=Path("build/runs"))
    chosen = parser.parse_args()
    _adopt_orphans()
    place = chosen.folder.resolve()
    shutil.rmtree(place, ignore_errors=True)
    place.mkdir(parents=True)
    if chosen.history:
        compare_history(chosen.landscape.resolve(), chosen.history, chosen.perceval, place)
    else:
        compare_runs(chosen.landscape.resolve(), chosen.changed, place)
    shutil.rmtree(place)
