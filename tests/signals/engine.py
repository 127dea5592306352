"""Runs a statement of ours in DuckDB over rows written by hand; columns left out are NULL."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

import duckdb
import pyarrow as pa

from ecotone.foundation.declaration import Row
from ecotone.signals import by_name
from ecotone.signals.compile import signal_sql
from ecotone.signals.declare import Signal
from ecotone.signals.tables import SCHEMAS

ARROW = {
    "string": pa.string(),
    "date": pa.date32(),
    "timestamp(6)": pa.timestamp("us"),
    "int64": pa.int64(),
    "boolean": pa.bool_(),
    "double": pa.float64(),
}
Rows = Mapping[str, Sequence[Row]]


@cache
def opened() -> duckdb.DuckDBPyConnection:
    """One connection for all tests: opening one costs more than a small question."""
    return duckdb.connect(config={"threads": 1})


@cache
def statement_of(name: str) -> str:
    return signal_sql(by_name(name))


def table_of(name: str, rows: Sequence[Row]) -> pa.Table:
    schema = pa.schema([(column, ARROW[kind]) for column, kind in SCHEMAS[name].items()])
    for row in rows:
        assert set(row) <= set(schema.names), row
    return pa.Table.from_pylist([dict(row) for row in rows], schema=schema)


def run(statement: str, rows: Rows) -> pa.Table:
    """The statement's result; tables without rows are empty."""
    connection = opened()
    for name in SCHEMAS:
        connection.register(name, table_of(name, rows.get(name, ())))
    return connection.sql(statement).to_arrow_table()


def answer_of(signal: Signal, rows: Rows) -> dict[Any, Any]:
    """(project, month) -> value, or -> (value, low, high) where the signal has bounds."""
    result = run(statement_of(signal.name), rows).to_pylist()
    answer = {
        (row["project"], row["month"]): (row["value"], row["low"], row["high"]) if signal.bounds else row["value"]
        for row in result
    }
    assert len(answer) == len(result), "one row a project-month"
    return answer
