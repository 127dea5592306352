"""Kill one step of a run at random moments, in processes that are forked from this one, which has loaded the code.

What a step starts from is copied into a workspace; the step is killed, repeated to its end, and every file that it
promises is compared with that of an undisturbed step. The pool of processes is used however small the field is.
"""

from __future__ import annotations

import itertools
import multiprocessing.forkserver
import os
import random
import shutil
import signal
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from ecotone.cli import main
from ecotone.events.sources.git import source as _git_source  # noqa: F401 - loaded before the fork
from ecotone.foundation.digests import record_of_file
from ecotone.pipeline import (
    analyse,  # noqa: F401 - loaded before the fork
    interaction_tables,
    project_pool,
    repository_process,
    write_report,  # noqa: F401 - loaded before the fork
)
from ecotone.simulation import simulate_field
from ecotone.store.files import PRIVATE
from ecotone.store.workspace import MANIFESTS, Workspace

STEPS = ("collect", "analyse", "report")
KEPT_OF = {"collect": ("collected",), "analyse": ("collected", "partitions", "tables"), "report": ("tables", "report")}
LEFT_OVER = (".*.part-*", ".*.old-*", "clones/*/*.part-*", "tables/.*", "collected/*/.*", "report/.*")


@dataclass(slots=True)
class Kills:
    """What happened over all kills of one step."""

    step: str
    killed: int = 0
    too_late: int = 0  # the step had ended before its moment came
    seconds: float = 0.0
    different: list[str] = field(default_factory=list)


def prepare_field(folder: Path, seed: int) -> Path:
    """A small simulated field; returns its landscape file."""
    last = date(2025, 3, 1)
    simulate_field(folder / "field", seed=seed, projects=2, people=10, months=4, last_month=last, pace=3)
    return folder / "field" / "landscape.toml"


def ensure_fork_server() -> None:
    """Start the server that forks processes for every step, if none answers: half a request of a killed one ends it.

    Requests are served in their order, so one that answers has got over those of the killed step.
    """
    before = os.umask(PRIVATE)
    multiprocessing.set_forkserver_preload(
        [repository_process.__name__, project_pool.__name__, interaction_tables.__name__]
    )
    for _ in range(3):
        multiprocessing.forkserver.ensure_running()
        asked = multiprocessing.get_context("forkserver").Process(target=os.getpid)
        with suppress(OSError, EOFError):
            asked.start()
            asked.join()
            if asked.exitcode == 0:
                break
    os.umask(before)


def fork_command(*arguments: object) -> int:
    """A command of Ecotone in a forked process, leader of its own group; returns its number."""
    sys.stdout.flush()
    ensure_fork_server()
    number = os.fork()
    if number:
        return number
    server: Any = multiprocessing.forkserver
    server.ensure_running = server._forkserver.ensure_running = lambda: None  # the one of the parent
    os.setsid()
    silent = os.open(os.devnull, os.O_RDWR)
    for handle in range(3):
        os.dup2(silent, handle)
    project_pool.ROWS_OF_ONE_PROCESS = 0  # type: ignore[misc]  # a constant, changed for these runs
    sys.argv = ["ecotone", *map(str, arguments), "--quiet"]
    try:
        main.main()
        code = 0
    except SystemExit as ended:
        code = ended.code if isinstance(ended.code, int) else 1
    except BaseException:
        code = 70
    os._exit(code)


def finish_command(*arguments: object) -> float:
    """Run a command to its end; returns the seconds it took. Raises if it does not end well."""
    began = time.monotonic()
    _, status = os.waitpid(fork_command(*arguments), 0)
    if status:
        raise SystemExit(f"{arguments} ended with {os.waitstatus_to_exitcode(status)}")
    return time.monotonic() - began


def is_killed(after: float, *arguments: object) -> bool:
    """Start a command and kill its process after so many seconds; whether it was still running."""
    number = fork_command(*arguments)
    time.sleep(after)
    ended, _ = os.waitpid(number, os.WNOHANG)
    if not ended:
        os.kill(number, signal.SIGKILL)
        os.waitpid(number, 0)
    return not ended


def kept_digests(workspace: Path, step: str) -> dict[str, str]:
    """The digest of every file that a step leaves, and whether the manifests name what is there."""
    found = dict(_digests(workspace, KEPT_OF[step]))
    for part in MANIFESTS:
        found |= dict.fromkeys(Workspace(workspace).find_damage(part), "damaged")
    return found


def _digests(workspace: Path, folders: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    for folder in folders:
        for path in sorted((workspace / folder).rglob("*")):
            if path.is_file():
                yield str(path.relative_to(workspace)), record_of_file(path)[1]


def left_over(workspace: Path) -> list[str]:
    """Half-written things that nobody removed."""
    return sorted(str(path.relative_to(workspace)) for pattern in LEFT_OVER for path in workspace.glob(pattern))


def kill_step(folder: Path, landscape: Path, step: str, kills: int, chance: random.Random) -> Kills:
    """Kill a step so many times in its middle, each time from the state that the steps before it left."""
    began, totals, workspace = time.monotonic(), Kills(step), folder / "w"
    before = folder / f"before-{step}"
    command = (step, landscape, "-w", workspace)
    shutil.rmtree(workspace, ignore_errors=True)
    if before.exists():
        shutil.copytree(before, workspace)
    length = finish_command(*command)
    expected = kept_digests(workspace, step)
    following = dict(itertools.pairwise(STEPS)).get(step)
    if following and not (folder / f"before-{following}").exists():
        shutil.copytree(workspace, folder / f"before-{following}")
    while totals.killed < kills and totals.too_late < 3 * kills:
        shutil.rmtree(workspace, ignore_errors=True)
        if before.exists():
            shutil.copytree(before, workspace)
        after = chance.uniform(0.0, length)
        if is_killed(after, *command):
            totals.killed += 1
        else:
            totals.too_late += 1
        length = 0.5 * length + 0.5 * finish_command(*command)  # other work on the machine changes it
        found = kept_digests(workspace, step)
        where = f"{step} killed after {after:.3f} s"
        totals.different += [
            f"{where}: {name}"
            for name in sorted(expected.keys() | found.keys())
            if expected.get(name) != found.get(name)
        ]
        totals.different += [f"{where} left {name}" for name in left_over(workspace)]
    totals.seconds = time.monotonic() - began
    return totals
