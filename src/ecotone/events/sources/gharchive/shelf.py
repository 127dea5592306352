"""Store of rows: one Parquet file for each day, and batches of hours to merge into them; all are written atomically."""

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
"""Rows of batches merged into day files at a time."""

_PART: Final = re.compile(r"\..+\.part-\d+\Z")
_HOURS: Final = b"hours"


class Shelf:
    """The rows of wanted repositories on disk.

    Rows of an hour are first held in memory, then written as a batch, then merged into day files. A batch lists its
    hours and replaces their rows in the day files and in earlier batches, so a run that is killed in between neither
    loses rows nor counts them twice.
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
        """The number of batches not yet merged into day files."""
        return sum(1 for _ in self._batches.glob("*.parquet"))

    @property
    def is_full(self) -> bool:
        """Whether the rows in memory should be written."""
        return self._rows >= AT_ONCE

    def add(self, hour: datetime, tables: Iterable[pa.Table]) -> int:
        """Add the rows of an hour; many rows are written immediately. Returns the number of rows."""
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
        """Write the rows in memory as a batch."""
        if self._hours:
            self._write(self._hours, self._held, iter(()))
            self._held, self._hours, self._rows = [], [], 0

    def gather(self) -> None:
        """Merge the batches into the day files."""
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
        """The day files; merge the batches first."""
        return sorted(self._days.glob("*.parquet"))

    def _write(self, hours: Sequence[datetime], held: Sequence[pa.Table], rest: Iterator[pa.Table]) -> int:
        """Write a batch of `held` and `rest`; returns the number of rows in `rest`."""
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
        # sorted by hour, so that the file does not depend on the order of reading
        rows = rows.take(pc.sort_indices(rows, [("hour", "ascending")]))
        with replacing(target) as staging:
            pq.write_table(rows, staging, compression="zstd", compression_level=1)


@contextmanager
def replacing(path: Path) -> Iterator[Path]:
    """A temporary path that replaces `path` atomically once it is synced to disk."""
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
    """Raise DiskFull for the system's "no space left"."""
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
