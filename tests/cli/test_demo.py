"""The demo as a newcomer runs it: two reports without a network, and the simulated truth beside what was computed."""

from __future__ import annotations

from pathlib import Path

from tests.cli.command import ecotone


def test_the_demo_writes_both_reports_and_agrees_with_its_truth(tmp_path: Path):
    done = ecotone("demo", "-o", tmp_path / "demo", "--quiet")
    assert done.code == 0, done.err
    report = tmp_path / "demo" / "report"
    assert "14 of 14 answers agree" in (report / "truth.html").read_text("utf-8")
    assert (tmp_path / "demo" / "atlas" / "corpus" / "index.html").exists()
