"""Where kept rows lie: a Parquet file a day, and batches of hours on their way there; each whole or not there."""

from __future__ import annotations

import errno
import os
import re
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from pathlib import Path
from typing import Final

import orjson
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from ecotone.events.sources.gharchive.kept import KEPT_SCHEMA
from ecotone.foundation.errors import DiskFull

AT_ONCE: Final = 20_000
"""Rows held in memory before they are written."""

GATHERED: Final = 100_000
"""Rows of batches put into their days at a time."""

_PART: Final = re.compile(r"\..+\.part-\d+\Z")
_HOURS: Final = b"hours"


class Shelf:
    """Kept rows on the disk.

    `add` holds an hour's rows, `flush` writes what is held as a batch, `gather` moves batches into their days. A batch
    says which hours it stands for: it goes before the days and before earlier batches, so a run that is killed in
    between leaves nothing that is counted twice or lost.
    """

    def __init__(self, folder: Path) -> None:
        self._batches = folder / "batches"
        self._days = folder / "days"
        self._held: list[pa.Table] = []
        self._hours: list[datetime] = []
        self._rows = 0
        for one in (self._batches, self._days):
            one.mkdir(parents=True, exist_ok=True)
            for left in one.iterdir():
                if _PART.match(left.name):
                    left.unlink(missing_ok=True)
        self._next = 1 + max((int(path.stem) for path in self._batches.glob("*.parquet")), default=0)

    @property
    def waiting(self) -> int:
        """Batches that are not gathered yet."""
        return sum(1 for _ in self._batches.glob("*.parquet"))

    @property
    def is_full(self) -> bool:
        """Whether what is held had better be written."""
        return self._rows >= AT_ONCE

    def add(self, hour: datetime, tables: Iterable[pa.Table]) -> int:
        """Hold the rows of an hour, or write them at once where they are many; returns how many rows."""
        rest, own = iter(tables), list[pa.Table]()
        count = 0
        for table in rest:
            own.append(table)
            count += int(table.num_rows)
            if count >= AT_ONCE:
                return count + self._write([hour], own, rest)
        self._held += own
        self._hours.append(hour)
        self._rows += count
        return count

    def flush(self) -> None:
        """Write what is held."""
        if self._hours:
            self._write(self._hours, self._held, iter(()))
            self._held, self._hours, self._rows = [], [], 0

    def gather(self) -> None:
        """Move the batches into their days."""
        self.flush()
        together: list[Path] = []
        rows = 0
        for path in sorted(self._batches.glob("*.parquet")):
            together.append(path)
            rows += pq.read_metadata(path).num_rows
            if rows >= GATHERED:
                self._put_into_days(together)
                together, rows = [], 0
        self._put_into_days(together)

    def files(self) -> list[Path]:
        """The days' files; call `gather` before."""
        return sorted(self._days.glob("*.parquet"))

    def _write(self, hours: Sequence[datetime], held: Sequence[pa.Table], rest: Iterator[pa.Table]) -> int:
        """A batch of what is held and what follows; returns how many rows followed."""
        told = orjson.dumps(sorted(hours))
        schema = KEPT_SCHEMA.with_metadata({_HOURS: told})
        count = 0
        with (
            replacing(self._batches / f"{self._next:08d}.parquet") as staging,
            pq.ParquetWriter(staging, schema, compression="zstd", compression_level=1) as writer,
        ):
            if held:
                writer.write_table(pa.concat_tables(held).replace_schema_metadata(schema.metadata))
            for table in rest:
                writer.write_table(table.replace_schema_metadata(schema.metadata))
                count += table.num_rows
        self._next += 1
        return count

    def _put_into_days(self, batches: Sequence[Path]) -> None:
        rows = KEPT_SCHEMA.empty_table()
        hours: set[datetime] = set()
        for path in batches:
            told = pq.read_schema(path).metadata[_HOURS]
            anew = {datetime.fromisoformat(hour) for hour in orjson.loads(told)}
            rows = pa.concat_tables([_without(rows, anew & hours), pq.read_table(path).replace_schema_metadata(None)])
            hours |= anew
        by_day: dict[date, set[datetime]] = {}
        for hour in hours:
            by_day.setdefault(hour.date(), set()).add(hour)
        for day, its_hours in sorted(by_day.items()):
            self._put_into_day(self._days / f"{day}.parquet", its_hours, _of(rows, its_hours))
        for path in batches:
            path.unlink()

    def _put_into_day(self, target: Path, hours: set[datetime], rows: pa.Table) -> None:
        if target.exists():
            rows = pa.concat_tables([_without(pq.read_table(target, schema=KEPT_SCHEMA), hours), rows])
        elif not rows.num_rows:
            return
        # a day's file is its hours in order, each as it was read: the same however the day came together
        rows = rows.take(pc.sort_indices(rows, [("hour", "ascending")]))
        with replacing(target) as staging:
            pq.write_table(rows, staging, compression="zstd", compression_level=1)


@contextmanager
def replacing(path: Path) -> Iterator[Path]:
    """A path to write to, which takes the place of `path` once it is on the disk; a reader sees the old or the new."""
    staging = path.with_name(f".{path.name}.part-{os.getpid()}")
    try:
        with disk_full_is_said():
            yield staging
            handle = os.open(staging, os.O_RDONLY)
            try:
                os.fsync(handle)
            finally:
                os.close(handle)
            staging.replace(path)
    finally:
        staging.unlink(missing_ok=True)


@contextmanager
def disk_full_is_said() -> Iterator[None]:
    """Turn the system's "no space left" into a sentence."""
    try:
        yield
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG):
            raise DiskFull from error
        raise


def _without(rows: pa.Table, hours: set[datetime]) -> pa.Table:
    return rows.filter(pc.invert(pc.is_in(rows["hour"], value_set=_array(hours)))) if hours else rows


def _of(rows: pa.Table, hours: set[datetime]) -> pa.Table:
    return rows.filter(pc.is_in(rows["hour"], value_set=_array(hours)))


def _array(hours: set[datetime]) -> pa.Array:
    return pa.array(sorted(hours), pa.timestamp("us"))
