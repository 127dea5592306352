"""The public table `verdicts`: for each project, what its history is and what it does now."""

from __future__ import annotations

import zlib
from collections.abc import Mapping
from datetime import date
from typing import Any, Final

import numpy as np
import pyarrow as pa

from ecotone.foundation.months import add_months, start_of_month
from ecotone.signals.coverage import COMPLETE, states_of_rows
from ecotone.trends.current_verdict import judge_present
from ecotone.trends.history_verdict import judge_history
from ecotone.trends.monthly_work import MonthlyWork, work_from_months
from ecotone.trends.robust_levels import Floats

SEED: Final = 2026  # of the resampling; each project derives its own
DIGITS: Final = 12  # significant; the last digits may differ between machines

CONTRIBUTORS: Final = "contributors"
COMMITS: Final = "commits"
MERGED: Final = "pull_requests_merged"
MACHINE_SHARES: Final = ("bot_share", "agent_share")
INPUTS: Final = (CONTRIBUTORS, COMMITS)
"""Signals without which a month does not count."""

SCHEMA: Final = pa.schema(
    [
        ("project", pa.string()),
        ("history", pa.string()),
        ("history_confidence", pa.float64()),
        ("history_alternative", pa.string()),
        ("since", pa.date32()),
        ("now", pa.string()),
        ("now_confidence", pa.float64()),
        ("now_change", pa.float64()),
        ("now_change_low", pa.float64()),
        ("now_change_high", pa.float64()),
        ("contributors_change", pa.float64()),
        ("commits_change", pa.float64()),
        ("merged_change", pa.float64()),
        ("months", pa.int64()),
        ("now_months", pa.int64()),
        ("first_month", pa.date32()),
        ("last_month", pa.date32()),
    ]
)


def build_verdicts_table(
    projects: pa.Table, signals: pa.Table, period: date | None = None, coverage: pa.Table | None = None
) -> pa.Table:
    """One row per project with at least one complete month, by name.

    projects  the public table: when each project began
    signals   the public table
    period    the first month of the period; None: the first in `signals`
    coverage  the public table `signal_coverage`; None: git's coverage counts
    """
    if not signals.num_rows or not set(INPUTS) <= set(signals.column_names):
        return SCHEMA.empty_table()
    first = period or min(signals["month"].to_pylist())
    began = {row["project"]: row["first_event"] for row in projects.to_pylist()}
    rows = []
    for project, work in sorted(read_monthly_work(signals, first, coverage).items()):
        event = began.get(project)
        begins_inside = event is not None and start_of_month(event) >= first
        rows.append(_verdict_row(project, work, first, begins_inside=begins_inside))
    return pa.Table.from_pylist(rows, schema=SCHEMA)


def read_monthly_work(signals: pa.Table, first: date, coverage: pa.Table | None = None) -> Mapping[str, MonthlyWork]:
    """The work of each project with a complete month; months are numbered from `first`."""
    names = signals["project"].to_pylist()
    numbers = [(month.year - first.year) * 12 + month.month - first.month for month in signals["month"].to_pylist()]
    values = {
        CONTRIBUTORS: _complete_values(signals, CONTRIBUTORS, coverage),
        COMMITS: _complete_values(signals, COMMITS, coverage) * _person_share(signals),
    }
    if MERGED in signals.column_names:
        values[MERGED] = _complete_values(signals, MERGED, coverage)
    last: dict[str, int] = {}
    for name, number in zip(names, numbers, strict=True):
        last[name] = max(last.get(name, -1), number)
    grids = {name: {signal: np.full(end + 1, np.nan) for signal in values} for name, end in last.items()}
    for row, (name, number) in enumerate(zip(names, numbers, strict=True)):
        if number >= 0:
            for signal, column in values.items():
                grids[name][signal][number] = column[row]
    work = {name: work_from_months(grid[CONTRIBUTORS], grid[COMMITS], grid.get(MERGED)) for name, grid in grids.items()}
    return {name: own for name, own in work.items() if own.length}


def _complete_values(signals: pa.Table, signal: str, coverage: pa.Table | None) -> Floats:
    """The signal in every row; NaN in months that are not complete or have no value."""
    values: Floats = signals[signal].to_numpy(zero_copy_only=False).astype(np.float64)
    complete = np.array([state == COMPLETE for state in states_of_rows(signals, coverage, signal)], dtype=np.bool_)
    return np.where(complete, values, np.nan)


def _person_share(signals: pa.Table) -> Floats:
    """The share of commits that persons made; 1 where no share is known, because there is no commit."""
    machines = np.zeros(signals.num_rows)
    for name in MACHINE_SHARES:
        if name in signals.column_names:
            machines += np.nan_to_num(signals[name].to_numpy(zero_copy_only=False).astype(np.float64))
    return np.asarray(np.clip(1.0 - machines, 0.0, 1.0))


def _verdict_row(project: str, work: MonthlyWork, first: date, *, begins_inside: bool) -> dict[str, Any]:
    seed = zlib.crc32(f"{SEED}/{project}".encode())
    history = judge_history(work, seed, begins_inside=begins_inside)
    present = judge_present(work, seed)
    return {
        "project": project,
        "history": history.word,
        "history_confidence": history.confidence,
        "history_alternative": history.alternative,
        "since": None if history.since is None else add_months(first, history.since),
        "now": present.word,
        "now_confidence": present.confidence,
        "now_change": _round_or_none(present.change),
        "now_change_low": _round_or_none(present.low),
        "now_change_high": _round_or_none(present.high),
        **{
            f"{name}_change": _round_or_none(present.changes.get(name))
            for name in ("contributors", "commits", "merged")
        },
        "months": work.length,
        "now_months": present.months,
        "first_month": add_months(first, int(work.months[0])),
        "last_month": add_months(first, int(work.months[-1])),
    }


def _round_or_none(value: float | None) -> float | None:
    return None if value is None else float(f"{value:.{DIGITS}g}")
