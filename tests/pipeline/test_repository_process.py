"""Reading in processes: a limit, a crash or an error of one repository leaves the others as they are."""

from __future__ import annotations

import importlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest

from ecotone.events import sources
from ecotone.events.sources.base import ReadSummary, RepositoryTarget
from ecotone.foundation.errors import DiskFull, SourceMalformed, SourceUnavailable
from ecotone.foundation.limits import LimitReached, ReadingLimits
from ecotone.foundation.notes import note
from ecotone.pipeline.repository_process import Outcome, read_in_processes

SHORT = ReadingLimits(seconds=2, memory_mb=300)


def target_of(repository: str, place: str = "") -> RepositoryTarget:
    return RepositoryTarget(repository, repository, place, None, None, limits=SHORT)


def read_as_named(target: RepositoryTarget) -> ReadSummary:
    """Does what the name of the repository says."""
    match target.repository:
        case "o/sleeps":
            time.sleep(60)
        case "o/starts-a-program-and-sleeps":
            child = subprocess.Popen(["sleep", "60"])
            Path(target.location).write_text(f"{os.getpid()} {child.pid}")
            child.wait()
        case "o/fills-memory":
            rows = []
            while True:
                rows.append(bytes(1 << 20))
        case "o/is-killed":
            os.kill(os.getpid(), signal.SIGKILL)
        case "o/finds-a-defect":
            raise ValueError("day is out of range")
        case "o/is-away":
            raise SourceUnavailable(note("commits_undated", count=3))
        case "o/fills-the-disk":
            raise DiskFull
    moment = datetime.fromisoformat("2025-06-01")
    said = f"umask {os.umask(0):o}" if target.repository == "o/says-its-umask" else ""
    return ReadSummary("git", "o/r", target.repository, "", "main", 1, 1, 0, 0, 0, 0, False, moment, said)


def outcomes_of(*names: str) -> dict[str, Outcome]:
    return {
        target.repository: outcome for target, outcome in read_in_processes(read_as_named, [*map(target_of, names)], 3)
    }


def test_each_repository_has_its_own_outcome():
    found = outcomes_of(
        "o/sleeps", "o/good", "o/fills-memory", "o/is-killed", "o/finds-a-defect", "o/is-away", "o/fills-the-disk",
        "o/fine",
    )  # fmt: skip
    assert [name for name, outcome in found.items() if isinstance(outcome, ReadSummary)] == ["o/good", "o/fine"]
    assert str(found["o/sleeps"]).startswith("o/sleeps: reading it takes more than the limit seconds = 2.")
    assert str(found["o/fills-memory"]).startswith(
        "o/fills-memory: reading it takes more than the limit memory_mb = 300."
    )
    assert isinstance(found["o/fills-memory"], LimitReached)
    assert "was ended by signal 9" in str(found["o/is-killed"])
    assert "ValueError: day is out of range" in str(found["o/finds-a-defect"])
    away = found["o/is-away"]
    assert isinstance(away, SourceUnavailable)
    assert away.note == note("commits_undated", count=3)
    assert isinstance(found["o/fills-the-disk"], DiskFull)
    assert isinstance(found["o/finds-a-defect"], SourceMalformed)


def is_running(number: int) -> bool:
    try:
        state = Path(f"/proc/{number}/stat").read_text().rpartition(")")[2].split()[0]
    except FileNotFoundError:
        return False
    return state != "Z"


def wait_until(condition: Callable[[], bool], seconds: float = 20) -> bool:
    deadline = time.monotonic() + seconds
    while not condition() and time.monotonic() < deadline:
        time.sleep(0.05)
    return condition()


@pytest.mark.skipif(sys.platform != "linux", reason="looks for processes as Linux shows them")
def test_a_process_that_is_ended_takes_what_it_started_with_it(tmp_path: Path):
    target = target_of("o/starts-a-program-and-sleeps", str(tmp_path / "numbers"))
    list(read_in_processes(read_as_named, [target], 1))
    numbers = [int(word) for word in (tmp_path / "numbers").read_text().split()]
    assert len(numbers) == 2
    assert wait_until(lambda: not any(map(is_running, numbers)))


@pytest.mark.skipif(sys.platform != "linux", reason="looks for processes as Linux shows them")
def test_whoever_stops_early_leaves_no_process(tmp_path: Path):
    targets = [target_of("o/starts-a-program-and-sleeps", str(tmp_path / "numbers")), target_of("o/good")]
    with closing(read_in_processes(read_as_named, targets, 2)) as outcomes:
        assert next(outcomes)[0].repository == "o/good"
        assert wait_until((tmp_path / "numbers").exists)
    numbers = [int(word) for word in (tmp_path / "numbers").read_text().split()]
    assert wait_until(lambda: not any(map(is_running, numbers)))


def test_what_a_process_writes_is_its_users_alone():
    outcome = outcomes_of("o/says-its-umask")["o/says-its-umask"]
    assert isinstance(outcome, ReadSummary)
    assert outcome.note == "umask 77"


PARENT = """
import sys
from ecotone.foundation.limits import ReadingLimits
from tests.pipeline.test_repository_process import read_as_named, target_of
from ecotone.pipeline.repository_process import read_in_processes
list(read_in_processes(read_as_named, [target_of("o/starts-a-program-and-sleeps", sys.argv[1])], 1))
"""  # no guard: the processes must not run the script again


@pytest.mark.skipif(sys.platform != "linux", reason="looks for processes as Linux shows them")
def test_a_parent_that_is_killed_leaves_no_process(tmp_path: Path):
    (tmp_path / "parent.py").write_text(PARENT.replace("import sys", f"import sys\nsys.path[:0] = {sys.path!r}", 1))
    parent = subprocess.Popen([sys.executable, tmp_path / "parent.py", tmp_path / "numbers"])
    assert wait_until(lambda: (tmp_path / "numbers").exists() and " " in (tmp_path / "numbers").read_text())
    parent.kill()
    parent.wait()
    numbers = [int(word) for word in (tmp_path / "numbers").read_text().split()]
    assert wait_until(lambda: not any(map(is_running, numbers)), seconds=1)


def load_for_reading(target: RepositoryTarget) -> ReadSummary:
    """For `read_in_processes`: names the modules that this process loads, which its server has loaded before it."""
    before = set(sys.modules)
    importlib.import_module("ecotone.pipeline.collect")
    sources.history_source()
    return replace(read_as_named(target), description=" ".join(sorted(set(sys.modules) - before)))


SERVED = """
import sys
from ecotone.pipeline.worker_processes import READING_MODULES, server_context
server_context(READING_MODULES)
assert "pyarrow" not in sys.modules
from tests.pipeline.test_repository_process import load_for_reading, target_of
from ecotone.pipeline.repository_process import read_in_processes
((_, outcome),) = read_in_processes(load_for_reading, [target_of("o/fine")], 1)
assert outcome.description == "", outcome.description
"""


def test_the_server_loads_what_readers_need_and_before_arrow_is_loaded_here(tmp_path: Path):
    (tmp_path / "served.py").write_text(f"import sys\nsys.path[:0] = {sys.path!r}{SERVED}")
    done = subprocess.run([sys.executable, tmp_path / "served.py"], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
