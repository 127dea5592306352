"""Signals of events that stay at ClickHouse: only people travel there, and only months of projects come back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import closing
from datetime import datetime
from typing import TYPE_CHECKING, Final

import pyarrow as pa
import pyarrow.compute as pc

from ecotone import signals
from ecotone.events import sources
from ecotone.events.sources.base import RepositoryTarget
from ecotone.pipeline.collect import repository_targets
from ecotone.pipeline.context import AnalysisContext
from ecotone.pipeline.engines.types import with_types_of
from ecotone.pipeline.feeds import landscape_period
from ecotone.pipeline.project_steps import readings_by_project
from ecotone.signals.archive_acts import PEOPLE, READS, REPOSITORIES
from ecotone.signals.compile import archive_sql, result_schema, wide_sql, wide_table
from ecotone.signals.coverage import COMPLETE, FEED_INPUTS, NOT_OBSERVED, state_column
from ecotone.signals.declare import Signal

if TYPE_CHECKING:
    from ecotone.pipeline.engines.clickhouse import ClickHouseEngine

SOURCE: Final = "clickhouse"
ARCHIVE_SIGNALS: Final = tuple(
    signal for signal in signals.ALL if READS in signal.reads and set(signal.reads) <= {READS, "months"}
)
"""Signals of events alone."""


def pushed_signals(context: AnalysisContext) -> Sequence[Signal]:
    """The signals that the engine computes from its own events: none, unless it is the source's server.

    With `events = true` the events are read, and nothing has to be computed there.
    """
    if SOURCE not in context.landscape.sources or context.choice.at == "duckdb":
        return ()
    options = sources.options_of(context.landscape, SOURCE)
    location = str(getattr(options, "location", None) or "").rstrip("/")
    return () if getattr(options, "events", False) or location != context.choice.at else ARCHIVE_SIGNALS


def fill_signals_from_archive(context: AnalysisContext) -> dict[str, pa.Table]:
    """The table `signals`, in which unknown months that the server has whole are filled from there."""
    chosen = pushed_signals(context)
    if not chosen:
        return {}
    from ecotone.pipeline.engines.clickhouse import ClickHouseEngine  # imported here: it loads an HTTP client

    observed, targets = context.joined, repository_targets(context.landscape)
    until = {reading.repository: reading.observed_until for reading in context.readings}
    since = landscape_period(context.landscape, targets, max(until.values())).since
    tables = {
        "months": _months_of_archive(context),
        "archive_repositories": repository_names(targets, until),
        "archive_people": observed.people.select(list(PEOPLE.columns)),
    }
    with closing(ClickHouseEngine(context.choice.at, tables)) as engine:
        measured = measure_archive(engine, chosen, since)
    table = context.tables["signals"]
    positions = {key: position for position, key in enumerate(_keys_of(measured))}
    rows = pa.array([positions.get(key) for key in _keys_of(table)], pa.int64())
    for name in (column for signal in chosen for column in signal.columns):
        filled = pc.coalesce(table[name], measured[name].take(rows).cast(table[name].type))
        table = table.set_column(table.schema.get_field_index(name), name, filled)
    return {"signals": table}


def measure_archive(engine: ClickHouseEngine, chosen: Sequence[Signal], since: datetime) -> pa.Table:
    """The signals by project and month, from `github_events` where they are, and the tables that were sent.

    The acts are made there once, on its disk: a view of them would be computed again for each signal.
    """
    engine.change(f"CREATE TEMPORARY TABLE {READS} ENGINE = MergeTree ORDER BY tuple() AS {archive_sql(since)}")
    rows = engine.run(wide_sql(chosen, engine.dialect))
    return with_types_of(rows, result_schema(wide_table(chosen)))


def repository_names(targets: Sequence[RepositoryTarget], until: Mapping[str, datetime]) -> pa.Table:
    """Every name under which the events of a repository that was read may stand."""
    from ecotone.events.sources.clickhouse.feed_reader import possible_names  # imported here: it loads an HTTP client

    rows = [
        {
            "name": name,
            "repository": target.repository,
            "project": target.project,
            "observed_until": until[target.repository],
        }
        for target in targets
        if target.repository in until
        for name in possible_names(target.repository, target.aliases)
    ]
    return pa.Table.from_pylist(rows, schema=result_schema(REPOSITORIES))


def _months_of_archive(context: AnalysisContext) -> pa.Table:
    """The spine of months, in which the inputs of feeds are as the server has the month of all repositories."""
    months, coverage = context.joined.months, context.joined.coverage
    rows = coverage.filter((pc.field("source") == SOURCE) & (pc.field("state") == COMPLETE))
    whole = set(zip(rows["repository"].to_pylist(), rows["month"].to_pylist(), strict=True))
    parts = {
        project: [reading.repository for reading in readings]
        for project, readings in readings_by_project(context.readings).items()
    }
    states = [
        COMPLETE if all((part, month) in whole for part in parts[project]) else NOT_OBSERVED
        for project, month in _keys_of(months)
    ]
    for name in map(state_column, FEED_INPUTS):
        months = months.set_column(months.schema.get_field_index(name), name, pa.array(states, pa.string()))
    return months


def _keys_of(table: pa.Table) -> list[tuple[str, object]]:
    return list(zip(table["project"].to_pylist(), table["month"].to_pylist(), strict=True))
