"""Fills signals from monthly counts where no source reports single events; passes on published values."""

from __future__ import annotations

from typing import Final

import pyarrow as pa
import pyarrow.compute as pc

from ecotone.pipeline import feeds
from ecotone.pipeline.context import AnalysisContext

COUNTED_SIGNALS: Final = {
    "issues_opened": "issue_opened",
    "issues_closed": "issue_closed",
    "comments": "comment",
    "reviews": "review",
    "stars": "star",
    "forks": "fork",
}
"""Signals that count one kind of event, and the kind."""


def fill_signals_from_counts(analysis: AnalysisContext) -> dict[str, pa.Table]:
    """Extra tables of the sources, and `signals` with unknown months filled from counts."""
    extra_tables = feeds.load_extra_tables(analysis.workspace, analysis.landscape)
    counts = extra_tables["counts"]
    if not counts.num_rows:
        return extra_tables
    return extra_tables | {"signals": _fill_counted_signals(analysis, analysis.tables["signals"], counts)}


def _fill_counted_signals(analysis: AnalysisContext, signals: pa.Table, counts: pa.Table) -> pa.Table:
    """Fill NULL cells of counted signals in months for which all repositories of a project have whole counts.

    A counted month without events of a kind is zero; a month without whole counts stays NULL.
    """
    sources = pc.unique(counts["source"]).to_pylist()
    coverage = analysis.joined.coverage
    covered = coverage.filter(
        pc.and_(pc.is_in(coverage["source"], value_set=pa.array(sources)), pc.equal(coverage["state"], "complete"))
    )
    whole = set(zip(covered["repository"].to_pylist(), covered["month"].to_pylist(), strict=True))
    amount: dict[tuple[str, object, str], int] = {}
    rows = zip(*(counts[name].to_pylist() for name in ("repository", "month", "kind", "events")), strict=True)
    for repository, month, kind, events in rows:
        amount[repository, month, kind] = amount.get((repository, month, kind), 0) + events
    parts: dict[str, list[str]] = {}
    for reading in analysis.readings:
        parts.setdefault(reading.project, []).append(reading.repository)
    keys = list(zip(signals["project"].to_pylist(), signals["month"].to_pylist(), strict=True))
    for signal, kind in COUNTED_SIGNALS.items():
        counted = [
            sum(amount.get((part, month, kind), 0) for part in parts[project])
            if all((part, month) in whole for part in parts[project])
            else None
            for project, month in keys
        ]
        column = pc.coalesce(signals[signal], pa.array(counted, signals.schema.field(signal).type))
        signals = signals.set_column(signals.schema.get_field_index(signal), signal, column)
    return signals
