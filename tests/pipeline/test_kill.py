"""A few kills as in `make acceptance-kill`, at certain moments."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.acceptance import test_kill as kills
from tests.cli.command import ecotone, landscape_of
from tests.events.making import straight

SIGNS = ("clones/*/*", "collected/*/*", "tables/*")


def run_here(landscape: Path, workspace: Path) -> None:
    assert ecotone("run", landscape, "-w", workspace, "--quiet").code == 0


@pytest.mark.slow
def test_a_killed_run_is_taken_up_to_the_same_bytes(tmp_path: Path):
    totals = kills.check(tmp_path, kills=3, seed=3, projects=2, run=run_here, signs=SIGNS)
    assert totals.different == []
    assert totals.killed >= 2


def test_the_check_sees_a_difference_and_what_is_left_over(tmp_path: Path):
    landscape = landscape_of(tmp_path / "l", {"o/r": straight(tmp_path / "o.git", 3).folder})
    w = tmp_path / "w"
    run_here(landscape, w)
    before = dict(kills.contents(w))
    assert dict(kills.contents(w)) == before
    assert kills.left_over(w) == []
    (w / "report" / "index.html").write_text("other")
    (w / "clones" / "o+r" / "repository.git.part-1").mkdir()
    assert [name for name, value in kills.contents(w) if before[name] != value] == ["report/index.html"]
    assert kills.left_over(w) == ["clones/o+r/repository.git.part-1"]
