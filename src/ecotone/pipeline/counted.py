"""Counted: months that nobody told act by act, but for which a source gives its counts; and what others publish."""

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
"""Signals that are plain counts of one kind of act, and the kind."""


def tables(made: Made) -> dict[str, pa.Table]:
    """The tables of sources that count or publish, and `signals` with the counts of months otherwise unknown."""
    beside = feeds.beside(made.workspace, made.landscape)
    counts = beside["counts"]
    if not counts.num_rows:
        return beside
    return beside | {"signals": _filled(made, made.tables["signals"], counts)}


def _filled(made: Made, signals: pa.Table, counts: pa.Table) -> pa.Table:
    """The signals, each empty cell of a counted one filled where all repositories of the project were counted whole.

    A month that is counted and has none of a kind is a zero; one that the source does not have whole stays open.
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
