"""The one protocol of all engines, and the engine of a choice."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Protocol

import pyarrow as pa

from ecotone.foundation.engine_choice import DUCKDB, EngineChoice
from ecotone.pipeline.engines.local_groups import run_groups_here
from ecotone.store.duckdb_engine import DuckEngine

GroupFunction = Callable[[pa.Table], pa.Table]


class Engine(Protocol):
    """Runs statements over the tables that it was opened with, and functions over the groups of a table."""

    @property
    def dialect(self) -> str:
        """The name under which Ibis compiles for it."""

    def run(self, sql: str) -> pa.Table:
        """The result of one statement, with the engine's own types. Raises EngineFailed."""

    def each(self, table: pa.Table, key: str, function: GroupFunction, schema: pa.Schema) -> pa.Table:
        """What a function at the top of a module makes of the rows of each value of `key`, in no order.

        schema  of the function's result
        """

    def close(self) -> None:
        """Release what the engine holds for these tables."""


class LocalEngine(DuckEngine):
    """DuckDB for statements, processes of this machine for groups."""

    def each(self, table: pa.Table, key: str, function: GroupFunction, schema: pa.Schema) -> pa.Table:
        """See `Engine.each`."""
        return run_groups_here(table, key, function, schema)


def open_engine(choice: EngineChoice, tables: Mapping[str, pa.Table], spill: Path | None = None) -> Engine:
    """The engine of a choice, over these tables. Raises EngineFailed."""
    if choice.at == DUCKDB:
        return LocalEngine(tables, spill)
    if choice.at.startswith("sc://"):
        from ecotone.pipeline.engines.spark import SparkEngine

        return SparkEngine(choice, tables)
    from ecotone.pipeline.engines.clickhouse import ClickHouseEngine

    return ClickHouseEngine(choice.at, tables)


def runs_groups_elsewhere(choice: EngineChoice) -> bool:
    """Whether `each` computes on other machines: steps of single projects then go there."""
    return choice.at.startswith("sc://")
