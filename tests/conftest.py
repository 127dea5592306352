"""Settings of all tests: the same examples everywhere, no time limits, temporary files in memory, shared fixtures."""

from __future__ import annotations

import fcntl
import os
import shutil
import signal
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

import pytest
from hypothesis import settings

from ecotone.foundation.landscape import read_landscape
from ecotone.pipeline.steps import STEPS, Run, perform_steps
from ecotone.simulation import FieldTruth, read_field_truth, simulate_field
from ecotone.store.workspace import Workspace

settings.register_profile("ecotone", deadline=None, derandomize=True)
settings.load_profile("ecotone")


@dataclass(frozen=True, slots=True)
class Simulated:
    """A simulated field with its truth, and the workspace of a whole run on it. Nobody may change them."""

    field: Path
    workspace: Path
    truth: FieldTruth

    @property
    def landscape(self) -> Path:
        return self.field / "landscape.toml"


MEMORY = Path("/dev/shm")
NEEDED_BYTES = 4 << 30


def pytest_configure() -> None:
    """Put temporary files into memory where there is room: waiting for a disk took half of the time of all tests.

    A job in the background of a shell ignores interruptions, and so would every command that tests start.
    """
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)
    if os.access(MEMORY, os.W_OK) and shutil.disk_usage(MEMORY).free > NEEDED_BYTES:
        os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", str(MEMORY))


def make_once(factory: pytest.TempPathFactory, name: str, make: Callable[[Path], object]) -> Path:
    """A folder that the first of all test processes makes and the others use."""
    root = factory.getbasetemp()
    folder = (root.parent if "PYTEST_XDIST_WORKER" in os.environ else root) / name
    with open(f"{folder}.lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        done = folder.with_suffix(".done")
        if not done.exists():
            make(folder)
            done.touch()
    return folder


@pytest.fixture(scope="session")
def simulated(tmp_path_factory: pytest.TempPathFactory) -> Simulated:
    folder = make_once(tmp_path_factory, "simulated", make_simulated)
    return Simulated(folder / "field", folder / "w", read_field_truth(folder / "field" / "truth.json"))


def make_simulated(folder: Path) -> None:
    simulate_field(folder / "field", seed=5, projects=3, people=24, months=8, last_month=date(2025, 3, 1), pace=5)
    run = Run(
        Workspace.create(folder / "w"),
        read_landscape(folder / "field" / "landscape.toml"),
        datetime.fromisoformat("2025-06-01"),
        lambda *_: None,
    )
    perform_steps(run, tuple(step.name for step in STEPS), lambda _: None)
