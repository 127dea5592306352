"""Reading a history: what parsing costs beside git itself, and how both grow with the number of commits."""

from __future__ import annotations

import subprocess
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from ecotone.events.sources.git.build_events import build_git_events
from ecotone.events.sources.git.command import SETTINGS, Git
from ecotone.events.sources.git.history_reader import read_full_history
from ecotone.events.sources.git.log_parser import LOG_ARGUMENTS, parse_log
from ecotone.simulation import simulate_field

PACES = (100.0, 400.0)  # changes in a project's best month; some thousand and some ten thousand commits


def seconds(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


@pytest.fixture(scope="module", params=PACES, ids=lambda pace: f"pace {pace:g}")
def repository(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("field") / "field"
    simulate_field(folder, seed=1, projects=1, people=200, months=24, last_month=date(2025, 6, 1), pace=request.param)
    return next((folder / "repositories").glob("*.git"))


@pytest.mark.benchmark(group="reading")
def test_a_whole_history(benchmark: Callable[..., object], repository: Path, tmp_path: Path) -> None:
    settings = tmp_path / "settings"
    settings.write_text(SETTINGS)
    git = Git(settings)
    branch = git.run("symbolic-ref", "HEAD", repository=repository).decode().strip()
    plain = ["git", "-C", str(repository), "log", "--all"]
    alone = min(seconds(lambda: subprocess.run(plain, check=True, capture_output=True)) for _ in range(3))
    raw = list(git.stream_output(*LOG_ARGUMENTS, "--all", repository=repository))
    parsing = min(seconds(lambda: parse_log(raw)) for _ in range(3))
    history = benchmark(read_full_history, git, repository, branch)
    acts = min(seconds(lambda: build_git_events(history, "p", "o/p")) for _ in range(3))
    count = history.commits.num_rows
    shares = f"parsing {parsing / alone:.1f}, events {acts / alone:.1f} of that"
    print(f"\n{count:,} commits: git log {alone:.2f} s; {shares}")
    assert history.rejected == 0
