"""The context of an analysis: its inputs, and the tables that it has computed so far."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from typing import Final

import pyarrow as pa

from ecotone.events.sources.base import ReadSummary
from ecotone.foundation.digests import FileRecord
from ecotone.foundation.engine_choice import THIS_MACHINE, EngineChoice
from ecotone.foundation.landscape import Landscape
from ecotone.pipeline.collected_tables import CollectedTables
from ecotone.pipeline.join import JoinedData
from ecotone.pipeline.project_pool import Partition, ProjectPool
from ecotone.store.workspace import Workspace

MOST_WAITING: Final = 1 << 28
"""Bytes of a table from which on it is written at once, so that the next steps have its memory."""


class PublicTables:
    """Writes public tables as soon as they are computed, so that few of them are in memory.

    A thread writes them while the next steps compute. Used as a context, which ends when it has written all.

    write_table  writes a table of this name in parts, and returns the record of its file
    protect      what a table of this name shows of persons
    """

    def __init__(
        self,
        write_table: Callable[[str, Iterable[pa.Table]], FileRecord],
        protect: Callable[[str, pa.Table], pa.Table],
    ) -> None:
        self._write_table, self._protect = write_table, protect
        self._records: dict[str, Future[FileRecord]] = {}
        self._thread = ThreadPoolExecutor(1)

    def __enter__(self) -> PublicTables:
        return self

    def __exit__(self, *_: object) -> None:
        self._thread.shutdown(cancel_futures=True)

    def write_parts(self, name: str, parts: Iterable[pa.Table]) -> None:
        """Write a table in parts, at least one."""
        protected = (self._protect(name, part) for part in parts)
        self._records[name] = self._thread.submit(self._write_table, name, protected)

    def write_whole(self, name: str, table: pa.Table) -> None:
        """Write a table in one part. Raises DiskFull."""
        self.write_parts(name, [table])
        if table.nbytes > MOST_WAITING:
            self._records[name].result()

    def write_others(self, tables: Mapping[str, pa.Table]) -> Mapping[str, FileRecord]:
        """Write these too, and wait; returns the record of every table. Raises DiskFull."""
        for name, table in tables.items():
            self.write_whole(name, table)
        return {name: record.result() for name, record in self._records.items()}


@dataclass(frozen=True, slots=True)
class AnalysisContext:
    """The inputs of an analysis, and the tables that it has computed so far and needs again, by name.

    written  takes the other tables
    started  steps that other processes compute meanwhile, by name
    beside   tables that a thread computes meanwhile, by name
    """

    workspace: Workspace
    landscape: Landscape
    readings: Sequence[ReadSummary]
    joined: JoinedData
    collected: CollectedTables
    pool: ProjectPool
    written: PublicTables
    choice: EngineChoice = THIS_MACHINE
    tables: dict[str, pa.Table] = field(default_factory=dict)
    started: dict[str, Callable[[], list[Partition]]] = field(default_factory=dict)
    beside: dict[str, Callable[[], pa.Table]] = field(default_factory=dict)

    def without_events(self) -> AnalysisContext:
        """The same without the events, which are the largest table; acts remain."""
        return replace(self, joined=replace(self.joined, events=self.joined.events.schema.empty_table()))
