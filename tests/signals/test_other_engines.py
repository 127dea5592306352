"""Every signal gives the same values in ClickHouse and in Spark's SQL as in DuckDB, executed."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from ecotone import signals
from ecotone.foundation.declaration import Row
from ecotone.signals.compile import organisations_sql, signal_sql, wide_sql
from ecotone.signals.declare import Signal
from ecotone.signals.example_rows import month_rows

from .engine import Rows, run
from .other_engines import EXECUTED, OtherEngine, opened_engine, plain_rows


@pytest.fixture(params=["chdb", "sail"])
def engine(request: pytest.FixtureRequest) -> OtherEngine:
    return opened_engine(request.param)


@pytest.fixture(params=signals.ALL, ids=lambda signal: signal.name)
def signal(request: pytest.FixtureRequest) -> Signal:
    return request.param


def assert_same_values(engine: OtherEngine, rows: Rows, statement: str, expected: str) -> None:
    """The statement in the engine's SQL gives what the expected one gives in DuckDB."""
    before = EXECUTED[engine.name]
    assert plain_rows(engine.run(statement, rows)) == plain_rows(run(expected, rows))
    assert EXECUTED[engine.name] == before + 1


def test_counts_its_own_example(engine: OtherEngine, signal: Signal) -> None:
    assert_same_values(engine, signal.example.rows, signal_sql(signal, engine.dialect), signal_sql(signal))


def test_a_month_in_which_all_is_null_has_the_same_cell(engine: OtherEngine, signal: Signal) -> None:
    rows = {"months": [*month_rows("2024-05"), *month_rows("2024-06")]} | without_values(signal.example.rows)
    assert_same_values(engine, rows, wide_sql([signal], engine.dialect), wide_sql([signal]))


def without_values(rows: Rows) -> dict[str, list[dict[str, Any]]]:
    """The rows with NULL in every column but the keys, as in a month of which nothing else is known."""
    keys = {"project", "month", "month_index", "month_end", "observed_until", "kind", "number", "created_at"}
    return {
        name: [
            {column: value if column in keys or column.endswith("_state") else None for column, value in row.items()}
            for row in listed
        ]
        for name, listed in rows.items()
    }


def test_the_organisations_are_the_same(engine: OtherEngine) -> None:
    rows = signals.by_name("organisations").example.rows | {"months": month_rows("2024-05")}
    assert_same_values(engine, rows, organisations_sql(engine.dialect), organisations_sql())


def test_several_signals_in_one_statement_are_the_same(engine: OtherEngine) -> None:
    chosen = [signal for signal in signals.ALL if signal.reads == ("acts",)][:4]
    rows: dict[str, list[Row]] = {"acts": [], "months": []}
    for number, signal in enumerate(chosen):
        rows["acts"] += [{**row, "project": f"p{number}"} for row in signal.example.rows["acts"]]
        rows["months"] += month_rows("2024-05", project=f"p{number}")
    assert_same_values(engine, rows, wide_sql(chosen, engine.dialect), wide_sql(chosen))


def test_a_share_of_a_month_of_nulls_is_zero_and_not_unknown(engine: OtherEngine) -> None:
    month = date(2024, 5, 1)
    rows: Rows = {"acts": [{"project": "p", "month": month, "kind": "commit", "person": "a", "actor_kind": "person"}]}
    result = engine.run(signal_sql(signals.by_name("assisted_share"), engine.dialect), rows)
    assert plain_rows(result) == [("p", month, 0.0)]


@pytest.mark.parametrize("dialect", ["trino", "bigquery", "snowflake", "databricks"])
def test_the_signals_compile_for_databases_that_nothing_executes_them_on(dialect: str) -> None:
    of_themes = {signal.theme: signal for signal in signals.ALL}.values()  # all of them take seconds
    statement = wide_sql(of_themes, dialect)
    assert all(column in statement for signal in of_themes for column in signal.columns)
