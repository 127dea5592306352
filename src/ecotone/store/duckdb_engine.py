"""DuckDB: run SQL over tables in memory, and write the database file."""

from __future__ import annotations

import os
import re
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Final

import duckdb
import pyarrow as pa

from ecotone.foundation.digests import record_of_file
from ecotone.foundation.errors import DiskFull
from ecotone.foundation.machine import memory_bytes, processor_count
from ecotone.store.files import damaged_file_error, raising_disk_full, write_sealed_json

SHARE_OF_MEMORY: Final = 0.4
"""Of the machine's memory; larger intermediate results spill to disk. The tables that are read take the rest."""


class DuckEngine:
    """Runs SQL over named Arrow tables, in memory."""

    dialect: Final = "duckdb"

    def __init__(self, tables: Mapping[str, pa.Table], spill: Path | None = None, memory: int | None = None) -> None:
        """Open a database over the tables.

        spill   the folder for what does not fit; it is made when it is needed
        memory  bytes; None: a share of the machine's
        """
        self._connection = open_connection(":memory:", spill, memory)
        for name, table in tables.items():
            self._connection.register(name, table)

    def run(self, sql: str) -> pa.Table:
        """The result of one statement, with DuckDB's types: sums of integers are decimals."""
        with _raising_disk_full():
            return self._connection.sql(sql).to_arrow_table()

    def close(self) -> None:
        """Release the memory."""
        self._connection.close()


def write_database(path: Path, tables: Mapping[str, Path], generation: str) -> None:
    """Replace the database file by one with a view of each Parquet file, and a view `generation`, then the manifest.

    The views name the files by their absolute paths.
    """
    with raising_disk_full():
        handle, name = tempfile.mkstemp(prefix=f".{path.name}.part-", dir=path.parent)
    os.close(handle)
    staging = Path(name)
    staging.unlink()  # DuckDB creates the file itself
    try:
        with _raising_disk_full(), closing(open_connection(str(staging), None)) as connection:
            for table_name, file in sorted(tables.items()):
                quoted = str(file.resolve()).replace("'", "''")
                try:
                    connection.execute(f"CREATE VIEW \"{table_name}\" AS SELECT * FROM read_parquet('{quoted}')")  # noqa: S608 - our own names
                except (duckdb.InvalidInputException, duckdb.IOException) as error:
                    if _tells_of_full_disk(error):
                        raise
                    raise damaged_file_error(file) from error
            connection.execute(f"CREATE VIEW generation AS SELECT '{generation}' AS generation")
        staging.replace(path)
        note = {
            "generation": generation,
            "folder": str(path.resolve().parent),
            "files": {path.name: record_of_file(path)},
        }
        write_sealed_json(path.with_name(f"{path.name}.json"), note)
    finally:
        staging.unlink(missing_ok=True)
        staging.with_name(staging.name + ".wal").unlink(missing_ok=True)


@contextmanager
def _raising_disk_full() -> Iterator[None]:
    """Raise DiskFull for DuckDB's own error about a full disk."""
    try:
        yield
    except duckdb.Error as error:
        if _tells_of_full_disk(error):
            raise DiskFull from error
        raise


def _tells_of_full_disk(error: duckdb.Error) -> bool:
    return bool(re.search(r"No space left|File too large|quota|not enough space", str(error), re.IGNORECASE))


def open_connection(path: str, spill: Path | None, memory: int | None = None) -> duckdb.DuckDBPyConnection:
    """A database within limits; see `DuckEngine`."""
    limit = memory or int(memory_bytes() * SHARE_OF_MEMORY)
    settings: dict[str, str | bool | int | float | list[str]] = {
        "autoinstall_known_extensions": "false",
        "autoload_known_extensions": "false",
        "memory_limit": f"{limit}B",
        "threads": str(processor_count()),
    }
    if spill is not None:
        settings["temp_directory"] = str(spill)
    connection = duckdb.connect(path, config=settings)
    connection.execute("SET TimeZone = 'UTC'")
    return connection
