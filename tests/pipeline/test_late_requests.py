"""A history whose requests begin in its middle, from the repository to the curve and the verdict."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from ecotone.api import open_workspace
from tests.cli.command import ecotone
from tests.events.making import ANN, BEN, DAY, FORGE, START, Repository

REQUESTS = 420 * DAY  # 7 January 2025


def test_a_year_of_commits_before_the_first_request_has_no_activity_but_that_of_commits(tmp_path: Path) -> None:
    """Two people commit in turn, every ten days from 14 November 2023 to 12 January 2026."""
    made = Repository.new(tmp_path / "late.git")
    tip: list[str] = []
    for number, since in enumerate(range(0, 800 * DAY, 10 * DAY)):
        landed = since >= REQUESTS
        message = b"Change %d (#%d)\n" % (number, number - 41) if landed else b"Change %d\n" % number
        by, committer = (ANN, BEN)[number % 2], FORGE if landed else ANN
        tip = [made.commit(*tip, at=START + since, by=by, committer=committer, message=message)]
    made.ref("refs/heads/main", tip[0])
    file = tmp_path / "late.toml"
    file.write_text(f'[landscape]\nname = "l"\n[[project]]\nrepository = "o/late"\nlocation = "{made.folder}"\n')
    for step in ("collect", "analyse"):
        done = ecotone(step, file, "-w", tmp_path / "w", "--quiet")
        assert done.code == 0, done.err
    shown = ecotone("show", "o/late", "-w", tmp_path / "w").out
    assert "activity_commits, 2023-11 to 2026-01" in shown
    assert "requests are known from 2025-01 to 2026-01 only" in shown
    assert "numbers of issues and requests begin in 2025-01" in shown
    rows = open_workspace(tmp_path / "w").signals().to_arrow().to_pylist()
    for name in ("activity", "activity_landed", "pull_requests_merged", "influence"):
        known = [row["month"] for row in rows if row[name] is not None]
        assert (min(known), len(known)) == (date(2025, 1, 1), 13)
    assert all(row["activity_commits"] > 2 for row in rows[1:-1])
