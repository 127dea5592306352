"""A few kills of `tools/check_kill.py`; hundreds are its own business."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from types import ModuleType

import pytest

from tests.cli.command import ecotone, landscape_of
from tests.events.making import straight

TOOL = Path(__file__).parents[2] / "tools" / "check_kill.py"


@pytest.fixture(scope="module")
def tool() -> ModuleType:
    spec = importlib.util.spec_from_file_location("check_kill", TOOL)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["check_kill"] = module
    spec.loader.exec_module(module)
    return module


def run_here(landscape: Path, workspace: Path) -> None:
    assert ecotone("run", landscape, "-w", workspace, "--quiet").code == 0


@pytest.mark.slow
def test_a_killed_run_is_taken_up_to_the_same_bytes(tool: ModuleType, tmp_path: Path):
    totals = tool.check(tmp_path, kills=6, seed=3, projects=2, run=run_here, length=4.0)
    assert totals.different == []
    assert totals.killed >= 3


def test_the_check_sees_a_difference_and_what_is_left_over(tool: ModuleType, tmp_path: Path):
    landscape = landscape_of(tmp_path / "l", {"o/r": straight(tmp_path / "o.git", 3).folder})
    w = tmp_path / "w"
    run_here(landscape, w)
    before = dict(tool.contents(w))
    assert dict(tool.contents(w)) == before
    assert tool.left_over(w) == []
    (w / "report" / "index.html").write_text("other")
    (w / "clones" / "o+r" / "repository.git.part-1").mkdir()
    assert [name for name, value in tool.contents(w) if before[name] != value] == ["report/index.html"]
    assert tool.left_over(w) == ["clones/o+r/repository.git.part-1"]
