"""The one protocol of all engines."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import Final, Protocol

import pyarrow as pa

EXECUTED: Final[Counter[str]] = Counter()
"""Statements and groups that engines computed for this process, as `clickhouse statements`."""

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
