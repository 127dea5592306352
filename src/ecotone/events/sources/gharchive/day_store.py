"""Store of rows: one Parquet file for each day, and batches of hours to merge into them; all are written atomically.

The name of each file ends with the digest of its content.
"""

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

from ecotone.events.sources.gharchive.row_schema import ROW_SCHEMA
from ecotone.foundation.digests import record_of_file
from ecotone.foundation.errors import DamagedFile, DiskFull

ROWS_IN_MEMORY: Final = 20_000
"""Rows held in memory before they are written."""

ROWS_PER_MERGE: Final = 100_000
"""Rows of batches merged into day files at a time."""

_PART: Final = re.compile(r"\..+\.part-\d+\Z")
_HOURS: Final = b"hours"


class DayStore:
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
        for directory in (self._batches, self._days):
            directory.mkdir(parents=True, exist_ok=True)
            for leftover in directory.iterdir():
                if _PART.match(leftover.name):
                    leftover.unlink(missing_ok=True)
        self._next = 1 + max((int(_stem_of(path)) for path in self._batches.glob("*.parquet")), default=0)

    def remove_damaged_days(self) -> set[date]:
        """Remove the files of days that are not as they were written; returns the days."""
        damaged = [path for path in self.day_files() if not is_as_written(path)]
        for path in damaged:
            path.unlink()
        return {date.fromisoformat(_stem_of(path)) for path in damaged}

    def stored_days(self) -> set[date]:
        """The days that have a file; merge the batches first."""
        return {date.fromisoformat(_stem_of(path)) for path in self.day_files()}

    @property
    def waiting_batches(self) -> int:
        """The number of batches not yet merged into day files."""
        return sum(1 for _ in self._batches.glob("*.parquet"))

    @property
    def is_full(self) -> bool:
        """Whether the rows in memory should be written."""
        return self._rows >= ROWS_IN_MEMORY

    def add_hour(self, hour: datetime, tables: Iterable[pa.Table]) -> int:
        """Add the rows of an hour; many rows are written immediately. Returns the number of rows."""
        rest, own = iter(tables), list[pa.Table]()
        count = 0
        for table in rest:
            own.append(table)
            count += int(table.num_rows)
            if count >= ROWS_IN_MEMORY:
                return count + self._write_batch([hour], own, rest)
        self._held += own
        self._hours.append(hour)
        self._rows += count
        return count

    def write_held_rows(self) -> None:
        """Write the rows in memory as a batch."""
        if self._hours:
            self._write_batch(self._hours, self._held, iter(()))
            self._held, self._hours, self._rows = [], [], 0

    def merge_batches(self) -> None:
        """Merge the batches into the day files."""
        self.write_held_rows()
        together: list[Path] = []
        rows = 0
        for path in sorted(self._batches.glob("*.parquet")):
            together.append(path)
            rows += pq.read_metadata(path).num_rows
            if rows >= ROWS_PER_MERGE:
                self._merge_into_days(together)
                together, rows = [], 0
        self._merge_into_days(together)

    def day_files(self) -> list[Path]:
        """The day files; merge the batches first."""
        return sorted(self._days.glob("*.parquet"))

    def _write_batch(self, hours: Sequence[datetime], held: Sequence[pa.Table], rest: Iterator[pa.Table]) -> int:
        """Write a batch of `held` and `rest`; returns the number of rows in `rest`."""
        hour_list = orjson.dumps(sorted(hours))
        schema = ROW_SCHEMA.with_metadata({_HOURS: hour_list})
        count = 0
        with (
            _write_checked(self._batches, f"{self._next:08d}") as staging,
            pq.ParquetWriter(staging, schema, compression="zstd", compression_level=1) as writer,
        ):
            if held:
                writer.write_table(pa.concat_tables(held).replace_schema_metadata(schema.metadata))
            for table in rest:
                writer.write_table(table.replace_schema_metadata(schema.metadata))
                count += table.num_rows
        self._next += 1
        return count

    def _merge_into_days(self, batches: Sequence[Path]) -> None:
        rows = ROW_SCHEMA.empty_table()
        hours: set[datetime] = set()
        for path in batches:
            if not is_as_written(path):
                raise DamagedFile(
                    f"{path} is damaged. Remove the folder {path.parents[1]} and run `ecotone run LANDSCAPE` again."
                )
            hour_list = pq.read_schema(path).metadata[_HOURS]
            batch_hours = {datetime.fromisoformat(hour) for hour in orjson.loads(hour_list)}
            rows = pa.concat_tables(
                [_rows_outside_hours(rows, batch_hours & hours), pq.read_table(path).replace_schema_metadata(None)]
            )
            hours |= batch_hours
        by_day: dict[date, set[datetime]] = {}
        for hour in hours:
            by_day.setdefault(hour.date(), set()).add(hour)
        for day, its_hours in sorted(by_day.items()):
            self._merge_into_day(day, its_hours, _rows_in_hours(rows, its_hours))
        for path in batches:
            path.unlink()

    def _merge_into_day(self, day: date, hours: set[datetime], rows: pa.Table) -> None:
        # two files of a day: the run was killed before it removed the former one, and merges the same batch again
        written = [path for path in sorted(self._days.glob(f"{day}.*parquet")) if is_as_written(path)]
        if written:
            rows = pa.concat_tables([_rows_outside_hours(pq.read_table(written[0], schema=ROW_SCHEMA), hours), rows])
        elif not rows.num_rows:
            return
        # sorted by hour, so that the file does not depend on the order of reading
        rows = rows.take(pc.sort_indices(rows, [("hour", "ascending")]))
        with _write_checked(self._days, str(day)) as staging:
            pq.write_table(rows, staging, compression="zstd", compression_level=1)


def _stem_of(path: Path) -> str:
    """The day or number in the name of a file."""
    return path.name.partition(".")[0]


def is_as_written(path: Path) -> bool:
    """Whether a file has the digest of its name; a file of an earlier version has none."""
    _, _, digest = path.name.removesuffix(".parquet").partition(".")
    return not digest or record_of_file(path)[1] == digest


@contextmanager
def _write_checked(folder: Path, stem: str) -> Iterator[Path]:
    """A temporary path that becomes STEM.DIGEST.parquet, and the only file of that stem, once it is on disk."""
    with replace_atomically(folder / f"{stem}.parquet", with_digest=True) as staging:
        formers = list(folder.glob(f"{stem}.*parquet"))
        yield staging
        formers = [path for path in formers if record_of_file(staging)[1] not in path.name]
    for former in formers:
        former.unlink()


@contextmanager
def replace_atomically(path: Path, with_digest: bool = False) -> Iterator[Path]:
    """A temporary path that replaces `path` atomically once it is synced to disk.

    with_digest  the name becomes STEM.DIGEST.parquet
    """
    staging = path.with_name(f".{path.name}.part-{os.getpid()}")
    try:
        with translate_disk_full():
            yield staging
            handle = os.open(staging, os.O_RDONLY)
            try:
                os.fsync(handle)
            finally:
                os.close(handle)
            staging.replace(
                path.with_name(f"{path.stem}.{record_of_file(staging)[1]}.parquet") if with_digest else path
            )
    finally:
        staging.unlink(missing_ok=True)


@contextmanager
def translate_disk_full() -> Iterator[None]:
    """Raise DiskFull for the system's "no space left"."""
    try:
        yield
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG):
            raise DiskFull from error
        raise


def _rows_outside_hours(rows: pa.Table, hours: set[datetime]) -> pa.Table:
    return rows.filter(pc.invert(pc.is_in(rows["hour"], value_set=_hour_array(hours)))) if hours else rows


def _rows_in_hours(rows: pa.Table, hours: set[datetime]) -> pa.Table:
    return rows.filter(pc.is_in(rows["hour"], value_set=_hour_array(hours)))


def _hour_array(hours: set[datetime]) -> pa.Array:
    return pa.array(sorted(hours), pa.timestamp("us"))
