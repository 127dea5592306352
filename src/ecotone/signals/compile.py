"""Signals as SQL for any engine: one statement for the public table `signals`.

Nothing is executed here: an engine runs the statement over the tables of `tables.SCHEMAS`, by their names.
ClickHouse needs `join_use_nulls = 1`: it otherwise fills an outer join's gaps with zeros.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

import ibis
import ibis.expr.types as ir
import pyarrow as pa
from ibis.config import Config

from ecotone.signals.archive_acts import archive_acts
from ecotone.signals.concentration import organisations_table
from ecotone.signals.coverage import NOT_OBSERVED
from ecotone.signals.declare import Signal
from ecotone.signals.empty_cells import sql_cell
from ecotone.signals.tables import TABLES

KEY = ("project", "month")


class _SparkOptions(Config):  # type: ignore[misc]  # Ibis has no types
    """What Ibis's Spark module sets when it is imported, and its compiler reads without that module."""

    treat_nan_as_null: bool = False


def _write_sql(table: ir.Table, dialect: str) -> str:
    if ibis.options.pyspark is None:
        ibis.options.pyspark = _SparkOptions()
    return str(ibis.to_sql(table, dialect=dialect))


def signal_rows(signal: Signal) -> ir.Table:
    """The signal's rows over the unbound tables: (project, month, value[, low, high])."""
    return signal.build(*(TABLES[name] for name in signal.reads))


def signal_sql(signal: Signal, dialect: str = "duckdb") -> str:
    """One statement with the signal's own rows by project and month, without the rule for empty cells."""
    return _write_sql(signal_rows(signal).order_by(*KEY), dialect)


def wide_sql(signals: Iterable[Signal], dialect: str = "duckdb") -> str:
    """One statement with the public table `signals`: every month of the spine, every signal a column.

    Columns: project, month, coverage, then each signal's, in the order given. Rows by project and month.
    """
    return _write_sql(wide_table(signals), dialect)


def wide_table(signals: Iterable[Signal]) -> ir.Table:
    """The expression behind `wide_sql`."""
    chosen = tuple(signals)
    joined = TABLES["months"]
    for signal in chosen:
        joined = joined.left_join(_rows_with_names(signal), KEY)
    cells = {column: cell for signal in chosen for column, cell in _cells_of_signal(signal, joined).items()}
    return joined.select(*KEY, coverage=joined.git_state, **cells).order_by(*KEY)


def organisations_sql(dialect: str = "duckdb") -> str:
    """One statement with the public table `organisations` for the observed months of the spine."""
    return _write_sql(organisations_rows(), dialect)


def organisations_rows() -> ir.Table:
    """The expression behind `organisations_sql`."""
    months = TABLES["months"]
    observed = months.filter(months.git_state != NOT_OBSERVED)
    return organisations_table(TABLES["acts"]).semi_join(observed, KEY).order_by(*KEY, "organisation")


def archive_sql(since: datetime, dialect: str = "clickhouse") -> str:
    """One statement with the table `feed_acts` of ClickHouse's `github_events` from a moment on."""
    return _write_sql(archive_acts(since), dialect)


def result_schema(table: ir.Table) -> pa.Schema:
    """The names and types of an expression's result, on every engine."""
    kinds = table.schema().items()
    return pa.schema([(name, pa.timestamp("us") if kind.is_timestamp() else kind.to_pyarrow()) for name, kind in kinds])


def _rows_with_names(signal: Signal) -> ir.Table:
    """The signal's rows, its columns named as in the wide table, with a mark that the row exists."""
    rows = signal_rows(signal)
    values = ("value", "low", "high") if signal.bounds else ("value",)
    named = {column: rows[value] for column, value in zip(signal.columns, values, strict=True)}
    return rows.select(*KEY, **named, **{_presence_mark(signal): ibis.literal(True)})


def _presence_mark(signal: Signal) -> str:
    return f"{signal.name}_has_row"


def _cells_of_signal(signal: Signal, joined: ir.Table) -> dict[str, ir.Value]:
    """The signal's columns over the spine."""
    missing = joined[_presence_mark(signal)].isnull()
    return {column: sql_cell(signal, joined, joined[column], missing) for column in signal.columns}
