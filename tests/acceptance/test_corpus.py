"""Real histories: run the whole chain, count again with plain git, and compare activity with a published curve.

Prints what it finds; fails if a count differs or a target is missed.
"""

from __future__ import annotations

import csv
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np

import ecotone
from ecotone.foundation.landscape import Landscape, read_landscape
from ecotone.foundation.months import start_of_month
from tests.acceptance.settings import LONG, WORKSPACE, require_shared

SINCE = date(2023, 1, 1)
SPEARMAN_WANTED = 0.92
SPEARMAN_AIMED = 0.95
RATIO = 1.0  # of the time that plain git takes to read the same
MEMORY = 2000  # MB
SECONDS_AGAIN = 10
TABLES = ("projects", "events", "people", "affiliations", "signals", "organisations", "coverage")
CURVE = "oracles/antgroup_fig13_agent_frameworks_quarterly.csv"


pytestmark = LONG


@dataclass(frozen=True, slots=True)
class Counted:
    """What plain git says of one project."""

    commits: dict[date, int]
    emails: dict[date, set[str]]
    heads: int


def test_real_histories_are_counted_as_git_counts_them() -> None:
    require_shared("corpus/projects.csv")
    landscape = read_landscape(Path("landscapes/corpus.toml"))
    WORKSPACE.parent.mkdir(parents=True, exist_ok=True)
    shutil.rmtree(WORKSPACE, ignore_errors=True)
    with tempfile.TemporaryDirectory(dir=WORKSPACE.parent) as folder:
        began = time.monotonic()
        counted = dict(count_by_hand(landscape, Path(folder)))
        by_hand = time.monotonic() - began
        print(f"plain git, one repository after another: {by_hand:.1f} s")
        failed = measure_runs(WORKSPACE, by_hand)
        failed |= compare_exports(WORKSPACE, Path(folder) / "second")
    opened = ecotone.open(WORKSPACE)
    failed |= compare_counts(landscape, counted, opened) > 0
    failed |= compare_curve(require_shared(CURVE), opened)
    assert not failed


def measure_runs(workspace: Path, by_hand: float) -> bool:
    """Time a cold run against plain git, its memory, and a run with nothing new; True if a target is missed."""
    cold, memory = _run(workspace)
    again, _ = _run(workspace)
    ratio = cold / by_hand
    print(
        f"cold run: {cold:.1f} s, {ratio:.2f} of plain git (at most {RATIO}), peak memory {memory:.0f} MB (of {MEMORY})"
    )
    print(f"run with nothing new: {again:.1f} s (under {SECONDS_AGAIN})")
    return ratio > RATIO or again > SECONDS_AGAIN or memory > MEMORY


def _run(workspace: Path) -> tuple[float, float]:
    """Seconds and peak resident memory (MB, the process and everything it started) of one run."""
    command = [sys.executable, "-m", "ecotone", "run", "landscapes/corpus.toml", "-w", str(workspace), "-q"]
    began = time.monotonic()
    process = subprocess.Popen(command)
    peak = 0.0
    while process.poll() is None:
        peak = max(peak, _resident(process.pid))
        time.sleep(0.1)
    if process.returncode:
        sys.exit(f"The run ended with exit code {process.returncode}; see above.")
    return time.monotonic() - began, peak


def _resident(pid: int) -> float:
    """Resident memory of a process and its descendants in MB; pages they share are counted for each."""
    try:
        pages = int(Path(f"/proc/{pid}/statm").read_text("ascii").split()[1])
        threads = Path(f"/proc/{pid}/task").iterdir()
        children = [child for thread in threads for child in (thread / "children").read_text("ascii").split()]
    except (FileNotFoundError, ProcessLookupError):
        return 0.0
    return pages * 4096 / 1e6 + sum(_resident(int(child)) for child in children)


def compare_exports(first: Path, second: Path) -> bool:
    """Run into another workspace; True if any export differs in a byte."""
    _run(second)
    different = []
    for name in TABLES:
        one, other = (_exported(folder, name) for folder in (first, second))
        if one != other:
            different.append(name)
    print(f"exports of two workspaces: {len(TABLES)} tables compared, {len(different)} differ {different or ''}")
    return bool(different)


def _exported(workspace: Path, table: str) -> bytes:
    command = [sys.executable, "-m", "ecotone", "export", table, "-w", str(workspace)]
    return subprocess.run(command, check=True, capture_output=True).stdout


def count_by_hand(landscape: Landscape, folder: Path) -> Iterator[tuple[str, Counted]]:
    """Clone, fetch and log every project with plain git, as the reading by hand would."""
    for project in landscape.projects:
        bundle = project.repositories[0].location
        clone = folder / "clone.git"
        _git("clone", "-q", "--bare", bundle, str(clone))
        _git("-C", str(clone), "fetch", "-q", bundle, "+refs/pull/*/head:refs/pull/*/head", allow_failure=True)
        _git("-C", str(clone), "log", "--all")
        _git("-C", str(clone), "log", "--name-only")
        yield project.name, _counted(clone)
        shutil.rmtree(clone)


def _counted(clone: Path) -> Counted:
    commits: dict[date, int] = {}
    emails: dict[date, set[str]] = {}
    for line in _git("-C", str(clone), "log", "HEAD", "--format=%at %ae").splitlines():
        second, _, email = line.partition(" ")
        month = start_of_month(datetime.fromtimestamp(int(second), UTC))
        commits[month] = commits.get(month, 0) + 1
        emails.setdefault(month, set()).add(email)
    heads = _git("-C", str(clone), "for-each-ref", "--format=%(refname)", "refs/pull").split()
    return Counted(commits, emails, len(heads))


def _git(*arguments: str, allow_failure: bool = False) -> str:
    done = subprocess.run(["git", *arguments], capture_output=True, check=False)
    if done.returncode and not allow_failure:
        sys.exit(f"git {' '.join(arguments)}: {done.stderr.decode(errors='replace')}")
    return done.stdout.decode("utf-8", "replace")


def compare_counts(landscape: Landscape, counted: dict[str, Counted], opened: ecotone.api.Ecotone) -> int:
    """Print and count the project-months and head counts that differ; times outside observation are known."""
    signals = {(row["project"], row["month"]): row for row in opened.signals().to_arrow().to_pylist()}
    events = opened.events().to_arrow().filter(_is_commit()).to_pylist()
    authors: dict[tuple[str, date], set[str]] = {}
    for event in events:
        if event["timestamp_quality"] == "exact":
            authors.setdefault((event["project"], start_of_month(event["created_at"])), set()).add(event["account"])
    wrong = checked = 0
    for project in landscape.projects:
        hand = counted[project.name]
        until = project.repositories[0].observed_until
        assert until is not None
        for month, commits in sorted(hand.commits.items()):
            if month < SINCE or month > start_of_month(until - timedelta(seconds=1)):
                continue
            checked += 1
            row = signals.get((project.name, month), {"commits": None})
            pair = (row["commits"], len(authors.get((project.name, month), ())))
            if pair != (commits, len(hand.emails[month])):
                wrong += 1
                print(f"DIFFERS {project.name} {month:%Y-%m}: found {pair}, git {commits, len(hand.emails[month])}")
    wrong += _compare_heads(landscape, counted, opened)
    print(f"commits and distinct author e-mails: {checked} project-months compared, {wrong} differ")
    return wrong


def _is_commit() -> Any:
    import pyarrow.compute as pc

    return pc.field("kind") == "commit"


def _compare_heads(landscape: Landscape, counted: dict[str, Counted], opened: ecotone.api.Ecotone) -> int:
    found = opened.last_reads()
    wrong = 0
    for project in landscape.projects:
        kept = found[project.repositories[0].name]["request_heads_served"]
        if kept != counted[project.name].heads:
            wrong += 1
            print(f"DIFFERS {project.name}: {kept} pull-request heads found, git {counted[project.name].heads}")
    total = sum(one.heads for one in counted.values())
    print(f"pull-request heads: {total} in {len(counted)} projects, {wrong} projects differ")
    return wrong


def compare_curve(path: Path, opened: ecotone.api.Ecotone) -> bool:
    """Print the rank correlation of quarter sums of activity with the published curve; True if it is too low."""
    activity: dict[tuple[str, str], float] = {}
    for row in opened.signals().to_arrow().to_pylist():
        quarter = f"{row['month'].year}Q{(row['month'].month + 2) // 3}"
        key = (row["project"], quarter)
        activity[key] = activity.get(key, 0.0) + (row["activity"] or 0.0)
    pairs: list[tuple[float, float]] = []
    print("activity/ecotone-1 against the published curve, quarter sums:")
    with path.open(encoding="utf-8") as file:
        for line in csv.DictReader(file):
            project = line.pop("repo")
            own = [(activity.get((project, quarter), 0.0), float(value)) for quarter, value in line.items() if value]
            pairs += own
            print(f"  {project:32} n={len(own):2}  Spearman {_spearman(own):5.2f}")
    together = _spearman(pairs)
    print(
        f"  all {len(pairs)} project-quarters: Spearman {together:.4f} (wanted {SPEARMAN_WANTED}, aim {SPEARMAN_AIMED})"
    )
    return together < SPEARMAN_WANTED


def _spearman(pairs: list[tuple[float, float]]) -> float:
    from scipy.stats import spearmanr

    if len(pairs) < 3:
        return float("nan")
    found, published = np.array(pairs).T
    return float(spearmanr(found, published).statistic)
