"""Fills signals from monthly counts where no source reports single events; passes on published values."""

from __future__ import annotations

from typing import Final

import pyarrow as pa
import pyarrow.compute as pc

from ecotone.pipeline import feeds
from ecotone.pipeline.made import Made

COUNTED: Final = {
    "issues_opened": "issue_opened",
    "issues_closed": "issue_closed",
    "comments": "comment",
    "reviews": "review",
    "stars": "star",
    "forks": "fork",
}
"""Signals that count one kind of event, and the kind."""


def tables(made: Made) -> dict[str, pa.Table]:
    """Extra tables of the sources, and `signals` with unknown months filled from counts."""
    beside = feeds.beside(made.workspace, made.landscape)
    counts = beside["counts"]
    if not counts.num_rows:
        return beside
    return beside | {"signals": _filled(made, made.tables["signals"], counts)}


def _filled(made: Made, signals: pa.Table, counts: pa.Table) -> pa.Table:
    """Fill NULL cells of counted signals in months for which all repositories of a project have whole counts.

    A counted month without events of a kind is zero; a month without whole counts stays NULL.
    """
    sources = pc.unique(counts["source"]).to_pylist()
    coverage = made.observed.coverage
    told = coverage.filter(
        pc.and_(pc.is_in(coverage["source"], value_set=pa.array(sources)), pc.equal(coverage["state"], "whole"))
    )
    whole = set(zip(told["repository"].to_pylist(), told["month"].to_pylist(), strict=True))
    amount: dict[tuple[str, object, str], int] = {}
    rows = zip(*(counts[name].to_pylist() for name in ("repository", "month", "kind", "events")), strict=True)
    for repository, month, kind, events in rows:
        amount[repository, month, kind] = amount.get((repository, month, kind), 0) + events
    parts: dict[str, list[str]] = {}
    for reading in made.readings:
        parts.setdefault(reading.project, []).append(reading.repository)
    keys = list(zip(signals["project"].to_pylist(), signals["month"].to_pylist(), strict=True))
    for signal, kind in COUNTED.items():
        counted = [
            sum(amount.get((one, month, kind), 0) for one in parts[project])
            if all((one, month) in whole for one in parts[project])
            else None
            for project, month in keys
        ]
        column = pc.coalesce(signals[signal], pa.array(counted, signals.schema.field(signal).type))
        signals = signals.set_column(signals.schema.get_field_index(signal), signal, column)
    return signals
