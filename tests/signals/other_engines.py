"""Runs a statement of ours in ClickHouse (chdb) and in Spark's SQL (Sail), over rows written by hand.

Both are wheels for Linux and macOS that run inside the test; where a platform has none, the tests skip and say so.
"""

from __future__ import annotations

import atexit
import sys
import warnings
from collections import Counter
from collections.abc import Mapping, Sequence
from decimal import Decimal
from functools import cache
from typing import Any, Final

import pyarrow as pa
import pytest

from ecotone.foundation.declaration import Row
from ecotone.signals.tables import SCHEMAS

from .engine import Rows, table_of

EXECUTED: Counter[str] = Counter()
"""Statements executed, by engine."""
COLUMN_TYPES: Final[Mapping[str, Mapping[str, str]]] = {
    "clickhouse": {
        "string": "Nullable(String)",
        "date": "Nullable(Date32)",
        "timestamp(6)": "Nullable(DateTime64(6, 'UTC'))",
        "int64": "Nullable(Int64)",
        "boolean": "Nullable(Bool)",
        "double": "Nullable(Float64)",
    },
    "pyspark": {
        "string": "STRING",
        "date": "DATE",
        "timestamp(6)": "TIMESTAMP",
        "int64": "BIGINT",
        "boolean": "BOOLEAN",
        "double": "DOUBLE",
    },
}


class OtherEngine:
    """An engine that holds the tables of a statement and runs it."""

    name: str
    dialect: str

    def __init__(self) -> None:
        self._full: set[str] = set()
        for name in SCHEMAS:
            self.fill_table(name, ())

    def run(self, statement: str, rows: Rows) -> pa.Table:
        """The result of one statement; tables without rows are empty."""
        full = {name for name, listed in rows.items() if listed}
        for name in full | self._full:
            self.fill_table(name, rows.get(name, ()))
        self._full = full
        EXECUTED[self.name] += 1
        return self.ask(statement)

    def fill_table(self, name: str, rows: Sequence[Row]) -> None:
        """Replace the rows of a table."""
        raise NotImplementedError

    def ask(self, statement: str) -> pa.Table:
        """The result of one statement."""
        raise NotImplementedError

    def typed_rows(self, name: str, rows: Sequence[Row]) -> str:
        """A statement that selects these rows, each column in its type."""
        kinds = COLUMN_TYPES[self.dialect]
        columns = [(column, kinds[kind]) for column, kind in SCHEMAS[name].items()]
        listed = table_of(name, rows).to_pylist() or [dict.fromkeys(SCHEMAS[name])]
        selects = [
            "SELECT " + ", ".join(f"CAST({_literal(row[column])} AS {kind}) AS {column}" for column, kind in columns)
            for row in listed
        ]
        return " UNION ALL ".join(selects) if rows else f"{selects[0]} WHERE 1 = 0"


class ClickHouse(OtherEngine):
    """ClickHouse inside this process."""

    name, dialect = "chdb", "clickhouse"

    def __init__(self) -> None:
        session = pytest.importorskip("chdb.session", reason="chdb has no wheel for this platform")
        self._session = session.Session()
        self._session.query("SET join_use_nulls = 1")
        super().__init__()

    def fill_table(self, name: str, rows: Sequence[Row]) -> None:
        self._session.query(f"CREATE OR REPLACE TABLE {name} ENGINE = Memory AS {self.typed_rows(name, rows)}")

    def ask(self, statement: str) -> pa.Table:
        result = self._session.query(statement, "Arrow")
        return pa.ipc.open_file(pa.py_buffer(result.bytes())).read_all()


class Spark(OtherEngine):
    """Sail, which speaks Spark Connect, in a thread of this process."""

    name, dialect = "sail", "pyspark"

    def __init__(self) -> None:
        server = pytest.importorskip("pysail.spark", reason="pysail has no wheel for this platform")
        sql = pytest.importorskip("pyspark.sql", reason="pyspark-client is not installed")
        self._server = server.SparkConnectServer("127.0.0.1", 0)
        self._server.start(background=True)
        host, port = self._server.listening_address
        with warnings.catch_warnings(), pytest.MonkeyPatch.context() as patch:
            warnings.simplefilter("ignore")  # about versions of pandas, which is not used
            # a worker of pytest-xdist has no main file, and Spark would take it for its own doctests
            patch.setattr(sys.modules["__main__"], "__file__", __file__, raising=False)
            self._session = sql.SparkSession.builder.remote(f"sc://{host}:{port}").getOrCreate()
        self._session.conf.set("spark.sql.session.timeZone", "UTC")
        atexit.register(self._close)
        super().__init__()

    def fill_table(self, name: str, rows: Sequence[Row]) -> None:
        self._session.sql(f"CREATE OR REPLACE TEMP VIEW {name} AS {self.typed_rows(name, rows)}").collect()

    def ask(self, statement: str) -> pa.Table:
        return self._session.sql(statement).toArrow()

    def _close(self) -> None:
        self._session.stop()
        self._server.stop()


def _literal(value: Any) -> str:
    if value is None:
        return "NULL"
    if isinstance(value, bool | int | float):
        return str(value)
    return "'" + str(value).replace("\\", "\\\\").replace("'", "\\'") + "'"


@cache
def opened_engine(name: str) -> OtherEngine:
    """The engine of that name; one for all tests."""
    return {"chdb": ClickHouse, "sail": Spark}[name]()


def plain_rows(table: pa.Table) -> list[tuple[Any, ...]]:
    """Sorted rows; numbers rounded to nine decimals, so that widths and last digits do not matter."""
    rows = zip(*([_plain_value(value) for value in column.to_pylist()] for column in table.columns), strict=True)
    return sorted(rows, key=repr)


def _plain_value(value: Any) -> Any:
    if isinstance(value, bytes):
        return value.decode()
    return round(float(value), 9) if isinstance(value, int | float | Decimal) else value
