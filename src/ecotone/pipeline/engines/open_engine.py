"""The engine of a choice."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pyarrow as pa

from ecotone.foundation.engine_choice import DUCKDB, EngineChoice
from ecotone.pipeline.engines.engine import EXECUTED, Engine, GroupFunction
from ecotone.pipeline.engines.local_groups import run_groups_here
from ecotone.store.duckdb_engine import DuckEngine


class LocalEngine(DuckEngine):
    """DuckDB for statements, processes of this machine for groups."""

    def run(self, sql: str) -> pa.Table:
        """See `Engine.run`."""
        EXECUTED["duckdb statements"] += 1
        return super().run(sql)

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


def dialect_of(choice: EngineChoice) -> str:
    """The dialect of the engine of a choice, which need not be open."""
    return "duckdb" if choice.at == DUCKDB else "pyspark" if choice.at.startswith("sc://") else "clickhouse"


def runs_groups_elsewhere(choice: EngineChoice) -> bool:
    """Whether `each` computes on other machines: steps of single projects then go there."""
    return choice.at.startswith("sc://")
