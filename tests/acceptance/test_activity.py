"""Real histories: activity against a published curve, its jumps, its terms; threads opened against bounds.

Reads the workspace that test_corpus made. Prints what it finds; fails if a target is missed.
"""

from __future__ import annotations

import csv
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from itertools import pairwise
from pathlib import Path
from typing import Any, Final

import numpy as np
import pytest
from scipy.stats import spearmanr

import ecotone
from ecotone.events.thread_lines import threads_opened_between
from ecotone.events.thread_numbers import NO_START, UNKNOWN, NumberSequence
from ecotone.foundation.months import add_months
from ecotone.pipeline.collect import repository_folder_name
from ecotone.signals.activity import ECOTONE, WEIGHTS
from ecotone.store.workspace import Workspace
from tests.acceptance.settings import LONG, WORKSPACE, require_shared

pytestmark = LONG

CURVE: Final = "oracles/antgroup_fig13_agent_frameworks_quarterly.csv"
SPEARMAN: Final = {"activity": 0.94, "activity_landed": 0.92, "influence": 0.94}  # least wanted
JUMP: Final = 3.0  # times the month before
EXPLAINED: Final = 2.0  # change of commits or contributors that explains a jump
MOST_UNEXPLAINED: Final = 6
FEWEST_COMMITS: Final = 10  # of both months of a jump
TIGHT: Final = 0.05  # half-width of the bounds that give a true number of threads, as a share of it
MOST_ERROR: Final = 0.018  # median
FEWEST_THREADS: Final = 20  # of a month whose error is measured

Row = dict[str, Any]


@pytest.fixture(scope="module")
def rows() -> list[Row]:
    rows: list[Row] = ecotone.open(WORKSPACE).signals().to_arrow().to_pylist()
    return rows


def quarter_of(month: date) -> str:
    return f"{month.year}Q{(month.month + 2) // 3}"


def quarter_sums(rows: list[Row], signal: str) -> dict[tuple[str, str], float]:
    sums: dict[tuple[str, str], float] = defaultdict(float)
    for row in rows:
        sums[row["project"], quarter_of(row["month"])] += row[signal] or 0.0
    return sums


def published_quarters(path: Path) -> Iterator[tuple[str, str, float]]:
    with path.open(encoding="utf-8") as file:
        for line in csv.DictReader(file):
            project = line.pop("repo")
            yield from ((project, quarter, float(value)) for quarter, value in line.items() if value)


def correlate(pairs: list[tuple[float, float]]) -> float:
    return float(spearmanr(*np.array(pairs).T).statistic)


@pytest.mark.parametrize("signal", SPEARMAN)
def test_quarters_agree_with_a_published_curve(rows: list[Row], signal: str) -> None:
    published = list(published_quarters(require_shared(CURVE)))
    sums = quarter_sums(rows, signal)
    pairs = {(project, quarter): (sums[project, quarter], value) for project, quarter, value in published}
    together = correlate(list(pairs.values()))
    print(f"{signal}: Spearman {together:.4f} over {len(pairs)} project-quarters (at least {SPEARMAN[signal]})")
    for quarter in sorted({quarter for _, quarter in pairs}):
        within = [pair for (_, at), pair in pairs.items() if at == quarter]
        print(f"  {quarter}: {len(within):2} projects, rank agreement {correlate(within):5.2f}")
    assert together >= SPEARMAN[signal]


@dataclass(frozen=True, slots=True)
class Jump:
    """Two months in a row whose activity differs threefold or more, and how the signals behind it changed."""

    before: Row
    after: Row

    @property
    def cause(self) -> str | None:
        """The twofold change that explains it; None without one."""
        for name in ("commits", "contributors"):
            low, high = sorted((self.before[name], self.after[name]))
            if high >= EXPLAINED * low:
                return name
        return None

    def __str__(self) -> str:
        names = ("activity", "commits", "contributors", "pull_requests_merged", "threads_opened")
        changes = ", ".join(f"{name} {self.before[name]:.0f} to {self.after[name]:.0f}" for name in names)
        return f"  {self.after['project']:36} {self.after['month']:%Y-%m}  {self.cause or 'NOT EXPLAINED':13} {changes}"


def test_jumps_have_their_cause_in_the_history(rows: list[Row]) -> None:
    jumps = list(find_jumps(rows))
    unexplained = [jump for jump in jumps if jump.cause is None]
    print(f"{len(jumps)} threefold jumps of activity, {len(unexplained)} not explained by commits or people:")
    print(*jumps, sep="\n")
    assert len(unexplained) <= MOST_UNEXPLAINED


def find_jumps(rows: list[Row]) -> Iterator[Jump]:
    for before, after in pairwise(rows):
        pair = (before, after)
        if before["project"] != after["project"] or any(row["coverage"] != "complete" for row in pair):
            continue
        if any(not row["activity"] or row["commits"] < FEWEST_COMMITS for row in pair):
            continue
        low, high = sorted(row["activity"] for row in pair)
        if high >= JUMP * low:
            yield Jump(before, after)


def test_every_month_has_the_same_terms(rows: list[Row]) -> None:
    """Each value is landed work and half a point a thread, or there is none."""
    weight = WEIGHTS[ECOTONE]["other_thread"]
    other, unknown = [], 0
    for row in rows:
        lacking = row["threads_opened"] is None or row["activity_landed"] is None
        if lacking or row["activity"] is None:
            unknown += row["activity"] is None
            other += [row] if lacking != (row["activity"] is None) else []
            continue
        threads = max(row["threads_opened"] - row["pull_requests_merged"], 0.0)
        if abs(row["activity"] - row["activity_landed"] - weight * threads) > 1e-5:
            other.append(row)
    print(f"{len(rows)} project-months, {unknown} without activity, {len(other)} with other terms")
    assert not other


def test_threads_are_known_and_near_the_truth() -> None:
    """From every second number, compared with narrow bounds from the others."""
    errors: dict[str, list[float]] = {"with heads": [], "without heads": []}
    known = total = 0
    chance = np.random.default_rng(2024)
    for sequence, edges in read_sequences():
        total += len(edges) - 1
        known += 0 if threads_opened_between(sequence, edges, 0, int(edges[-1])) is None else len(edges) - 1
        if np.count_nonzero(sequence.landing != UNKNOWN) < 100 or np.count_nonzero(sequence.start != NO_START) < 100:
            continue
        chosen = chance.random(len(sequence.number)) < 0.5
        low, high = select(sequence, ~chosen).opened_thread_bounds(edges)
        truth = np.diff(low + high) / 2
        width = (high - low)[1:] + (high - low)[:-1]
        tight = (truth >= FEWEST_THREADS) & (width <= 2 * TIGHT * truth)
        half = select(sequence, chosen)
        headless = NumberSequence(half.number, np.full(len(half.number), NO_START), half.landing, half.count)
        for name, seen in (("with heads", half), ("without heads", headless)):
            opened = threads_opened_between(seen, edges, int(edges[0]), int(edges[-1]))
            if opened is not None:
                errors[name] += (np.abs(opened.estimate - truth)[tight] / truth[tight]).tolist()
    print(f"threads opened are known in {known} of {total} project-months")
    for name, values in errors.items():
        print(f"  from half of the numbers {name}: {len(values)} months, median error {np.median(values):.2%}")
    assert known >= total - 1
    assert all(np.median(values) <= MOST_ERROR for values in errors.values())


def select(sequence: NumberSequence, chosen: np.ndarray) -> NumberSequence:
    columns = (sequence.number, sequence.start, sequence.landing, sequence.count)
    return NumberSequence(*(column[chosen] for column in columns))


def read_sequences() -> Iterator[tuple[NumberSequence, np.ndarray]]:
    """The numbers of each repository, and the beginnings of its months and the end of its observation."""
    workspace = Workspace(WORKSPACE)
    months: dict[str, list[date]] = defaultdict(list)
    opened = ecotone.open(WORKSPACE)
    for row in opened.signals().to_arrow().to_pylist():
        months[row["project"]].append(row["month"])
    for project in opened.projects().to_arrow().to_pylist():
        own = months[project["project"]]
        until = int(project["observed_until"].replace(tzinfo=UTC).timestamp()) + 1
        for repository in project["repository"].split():
            numbers = workspace.read_collected(repository_folder_name(repository), "numbers")
            landing = numbers["landing"].to_numpy()
            sequence = NumberSequence(
                numbers["number"].to_numpy(),
                numbers["start"].to_numpy(),
                np.where(landing < until, landing, UNKNOWN),
                numbers["count"].to_numpy(),
            )
            firsts = [datetime(month.year, month.month, 1, tzinfo=UTC) for month in (*own, add_months(own[-1], 1))]
            yield sequence, np.minimum(np.array([int(first.timestamp()) for first in firsts], np.int64), until)
