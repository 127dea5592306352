"""Where kept rows lie: a Parquet file an hour, gathered into one a day; each either whole or not there."""

from __future__ import annotations

import errno
import os
import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Final

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from ecotone.events.sources.gharchive.kept import KEPT_SCHEMA
from ecotone.foundation.errors import DiskFull

_PART: Final = re.compile(r"\..+\.part-\d+\Z")


class Shelf:
    """Kept rows on the disk.

    A file in `hours` stands for its hour, whatever the file of its day says; `gather` moves it there. So a run that
    is killed in between leaves both, which say the same.
    """

    def __init__(self, folder: Path) -> None:
        self._hours = folder / "hours"
        self._days = folder / "days"
        for one in (self._hours, self._days):
            one.mkdir(parents=True, exist_ok=True)
            for left in one.iterdir():
                if _PART.match(left.name):
                    left.unlink(missing_ok=True)

    def put(self, hour: datetime, tables: Iterable[pa.Table]) -> int:
        """Replace an hour's rows by these tables, written one by one; returns how many rows."""
        count = 0
        with (
            replacing(self._hours / f"{hour:%Y-%m-%d-%H}.parquet") as staging,
            pq.ParquetWriter(staging, KEPT_SCHEMA, compression="zstd", compression_level=1) as writer,
        ):
            for table in tables:
                writer.write_table(table)
                count += table.num_rows
        return count

    def gather(self) -> None:
        """Move the hours' rows into their days."""
        by_day: dict[str, list[Path]] = {}
        for path in sorted(self._hours.glob("*.parquet")):
            by_day.setdefault(path.stem[:10], []).append(path)
        for day, paths in by_day.items():
            target = self._days / f"{day}.parquet"
            parts = [pq.read_table(path, schema=KEPT_SCHEMA) for path in paths]
            if target.exists():
                anew = pa.array([_hour_of(path) for path in paths], pa.timestamp("us"))
                known = pq.read_table(target, schema=KEPT_SCHEMA)
                parts.append(known.filter(pc.invert(pc.is_in(known["hour"], value_set=anew))))
            table = pa.concat_tables(parts)
            # a day's file is its hours in order, each as it was read: the same however the day came together
            table = table.take(pc.sort_indices(table, [("hour", "ascending")]))
            if table.num_rows or target.exists():
                with replacing(target) as staging:
                    pq.write_table(table, staging, compression="zstd", compression_level=1)
            for path in paths:
                path.unlink()

    def files(self) -> list[Path]:
        """Every file with rows; call `gather` before, so that no hour is there twice."""
        return sorted(self._days.glob("*.parquet"))


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


def _hour_of(path: Path) -> datetime:
    return datetime.strptime(path.stem, "%Y-%m-%d-%H")  # noqa: DTZ007 - naive UTC, as everywhere here
