"""Settings of all tests: properties are tried on the same examples everywhere, however slow the machine is."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

import pytest
from hypothesis import settings

from ecotone.foundation.landscape import read_landscape
from ecotone.pipeline.steps import STEPS, Run, perform
from ecotone.simulation import Truth, simulate
from ecotone.store.workspace import Workspace

settings.register_profile("ecotone", deadline=None, derandomize=True)
settings.load_profile("ecotone")


@dataclass(frozen=True, slots=True)
class Simulated:
    """A simulated field with its truth, and the workspace of a whole run on it. Nobody may change them."""

    field: Path
    workspace: Path
    truth: Truth

    @property
    def landscape(self) -> Path:
        return self.field / "landscape.toml"


@pytest.fixture(scope="session")
def simulated(tmp_path_factory: pytest.TempPathFactory) -> Simulated:
    folder = tmp_path_factory.mktemp("simulated")
    truth = simulate(folder / "field", seed=5, projects=3, people=24, months=8, last_month=date(2025, 3, 1), pace=5)
    run = Run(
        Workspace.create(folder / "w"),
        read_landscape(folder / "field" / "landscape.toml"),
        datetime.fromisoformat("2025-06-01"),
        lambda *_: None,
    )
    perform(run, tuple(step.name for step in STEPS), lambda _: None)
    return Simulated(folder / "field", folder / "w", truth)
