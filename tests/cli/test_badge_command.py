"""`ecotone badge` writes an SVG file to a path or to standard output."""

from __future__ import annotations

from pathlib import Path
from xml.etree import ElementTree

from tests.cli.command import ecotone, one_sentence
from tests.conftest import Simulated


def test_a_badge_is_written(simulated: Simulated, tmp_path: Path):
    name = simulated.truth.projects[0].project
    target = tmp_path / "badge.svg"
    done = ecotone("badge", name, "-w", simulated.workspace, "--fact", "contributors", "-o", target)
    assert (done.code, done.raw) == (0, b"")
    assert str(target) in done.err
    assert (ElementTree.parse(target).getroot().get("aria-label") or "").startswith("contributors: ")
    chinese = ecotone("badge", name, "-w", simulated.workspace, "--fact", "contributors", "--lang", "zh")
    assert "贡献者" in chinese.out
    assert "No project is called 'no/such'" in one_sentence(ecotone("badge", "no/such", "-w", simulated.workspace))
