"""DuckDB: run one statement over tables in memory, and write the database file."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Final

import duckdb
import pyarrow as pa

MEMORY_LIMIT: Final = "1GB"
"""Larger intermediate results spill to disk."""


GENERATION_NOTE: Final = "ecotone.duckdb.generation"


class DuckEngine:
    """Runs SQL over named Arrow tables; nothing is kept, nothing is loaded from outside."""

    dialect: Final = "duckdb"

    def __init__(self, tables: Mapping[str, pa.Table], spill: Path | None = None) -> None:
        self._connection = _connect(":memory:", spill)
        for name, table in tables.items():
            self._connection.register(name, table)

    def run(self, sql: str) -> pa.Table:
        """The result of one statement, columns and rows as it gives them."""
        return self._connection.sql(sql).to_arrow_table()

    def close(self) -> None:
        """Give back the memory."""
        self._connection.close()


def write_database(path: Path, tables: Mapping[str, pa.Table], generation: str) -> None:
    """Replace the database file by one that holds these tables; its comment names their generation."""
    handle, name = tempfile.mkstemp(prefix=f".{path.name}.part-", dir=path.parent)
    os.close(handle)
    staging = Path(name)
    staging.unlink()  # DuckDB wants to make the file itself
    try:
        connection = _connect(str(staging), None)
        for table_name in sorted(tables):
            connection.register("incoming", tables[table_name])
            connection.execute(f'CREATE TABLE "{table_name}" AS SELECT * FROM incoming')  # noqa: S608 - our own names
            connection.unregister("incoming")
        connection.execute(f"CREATE VIEW generation AS SELECT '{generation}' AS generation")
        connection.close()
        staging.replace(path)
        path.with_name(GENERATION_NOTE).write_text(generation, "utf-8")
    finally:
        staging.unlink(missing_ok=True)
        staging.with_name(staging.name + ".wal").unlink(missing_ok=True)


def _connect(place: str, spill: Path | None) -> duckdb.DuckDBPyConnection:
    settings: dict[str, str | bool | int | float | list[str]] = {
        "autoinstall_known_extensions": "false",
        "autoload_known_extensions": "false",
        "memory_limit": MEMORY_LIMIT,
        "threads": "2",
    }
    if spill is not None:
        settings["temp_directory"] = str(spill)
    connection = duckdb.connect(place, config=settings)
    connection.execute("SET TimeZone = 'UTC'")
    return connection
