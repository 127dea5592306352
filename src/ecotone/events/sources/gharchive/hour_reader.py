"""Read one hour file in bounded memory: decompress it, filter its lines, store the rows of wanted repositories."""

from __future__ import annotations

import hashlib
from collections import deque
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

import pyarrow as pa

from ecotone.events.sources.gharchive.day_store import DayStore
from ecotone.events.sources.gharchive.gzip_stream import BROKEN, CUT, EMPTY, GzipStream
from ecotone.events.sources.gharchive.gzip_stream import WHOLE as ENDED_WELL
from ecotone.events.sources.gharchive.hour_files import time_range_of_file
from ecotone.events.sources.gharchive.hour_log import ABSENT, PARTIAL, WHOLE, HourEntry
from ecotone.events.sources.gharchive.line_reader import (
    BAD_TIME,
    INCOMPLETE,
    Event,
    LineReader,
    RepositorySearch,
)
from ecotone.events.sources.gharchive.locations import LocalFile, read_pieces
from ecotone.events.sources.gharchive.row_extraction import InvalidTime, has_id_columns, parse_timestamp, row_from_event
from ecotone.events.sources.gharchive.row_schema import Row, table_from_rows

ROWS_PER_TABLE: Final = 2_000
"""Rows converted to a table at a time."""

FAR_OUTSIDE: Final = timedelta(days=2)
"""A line further than this outside its file's time range has an invalid time; known late lines are a day late."""

MOST_OUTSIDE: Final = 0.5
"""A file with more than this share of lines outside its time range belongs to another hour."""


@dataclass(frozen=True, slots=True)
class HourRequest:
    """The search that an hour is read for, its scope in the log, and the time of reading (naive UTC)."""

    search: RepositorySearch
    scope: str
    now: datetime


def read_hour(fetched: LocalFile, hour: datetime, asked: HourRequest, shelf: DayStore) -> HourEntry:
    """Read an hour file and store the rows of wanted repositories; returns the log entry.

    The entry may be logged once the rows are flushed to disk.
    """
    digest = hashlib.sha256()
    pieces = read_pieces(fetched.path, digest)
    unzip = GzipStream(pieces)
    reader = LineReader(asked.search)
    ids: dict[str, set[int]] = {}
    kept_lines = shelf.add_hour(hour, _row_tables(unzip, reader, hour, ids))
    deque(pieces, maxlen=0)  # the digest includes the bytes after any damage
    tally = reader.line_counts
    away = _share_outside_time_range(tally.times, hour)
    state, note = _file_state(unzip, reader, away)
    return HourEntry(
        hour=hour,
        state=state,
        archive=fetched.archive,
        location=fetched.location,
        tried=asked.now,
        scope=asked.scope,
        note=note,
        ended=unzip.ended,
        bytes=fetched.path.stat().st_size,
        sha256=digest.hexdigest(),
        raw=unzip.decompressed_bytes,
        lines=tally.lines,
        kept_lines=kept_lines,
        types=dict(sorted(tally.types.items())),
        refused=dict(sorted(tally.refused.items())),
        ids={name: tuple(sorted(numbers)) for name, numbers in sorted(ids.items())},
        lost={} if away else dict(sorted(tally.lost.items())),
        away=away,
    )


def absent_hour_entry(hour: datetime, archive: str, location: str, asked: HourRequest) -> HourEntry:
    """The log entry for a missing file."""
    return HourEntry(hour=hour, state=ABSENT, archive=archive, location=location, tried=asked.now, scope=asked.scope)


def _row_tables(unzip: GzipStream, reader: LineReader, hour: datetime, ids: dict[str, set[int]]) -> Iterator[pa.Table]:
    rows: list[Row] = []
    for event in _read_events(unzip, reader):
        try:
            row = row_from_event(event, hour)
        except InvalidTime:
            reader.refuse_event(event, BAD_TIME)
            continue
        if (reason := _refusal_reason(row, hour)) is not None:
            reader.refuse_event(event, reason)
            continue
        if row["repository_id"] is not None:
            ids.setdefault(str(row["name"]).lower(), set()).add(int(str(row["repository_id"])))
        rows.append(row)
        if len(rows) == ROWS_PER_TABLE:
            yield table_from_rows(rows)
            rows = []
    if rows:
        yield table_from_rows(rows)


def _read_events(unzip: GzipStream, reader: LineReader) -> Iterator[Event]:
    yield from reader.read_blocks(unzip)
    yield from reader.read_last_line(cut=unzip.ended != ENDED_WELL)


def _refusal_reason(row: Row, hour: datetime) -> str | None:
    """Why a row is refused: an implausible time or a missing required field; None if it is accepted."""
    first, last = time_range_of_file(hour)
    moment = row["created_at"]
    if not (isinstance(moment, datetime) and first - FAR_OUTSIDE <= moment < last + FAR_OUTSIDE):
        return BAD_TIME
    return None if has_id_columns(row) else INCOMPLETE


def _share_outside_time_range(times: Iterable[object], hour: datetime) -> float:
    """The share of times outside the time range of the hour's file, if it is more than half; else 0."""
    first, last = time_range_of_file(hour)
    away = []
    for timestamp in times:
        with suppress(InvalidTime):
            away.append(not first <= parse_timestamp(timestamp) < last)
    share = sum(away) / len(away) if away else 0.0
    return share if share > MOST_OUTSIDE else 0.0


def _file_state(unzip: GzipStream, reader: LineReader, away: float) -> tuple[str, str]:
    tally = reader.line_counts
    if reader.is_overfull:
        return PARTIAL, f"the file has more lines than an hour, and was not read after {tally.lines} lines"
    note = {
        CUT: "the file breaks off",
        BROKEN: "the file is damaged from some place on",
        EMPTY: "the file is empty",
    }.get(unzip.ended)
    if note:
        return PARTIAL, note
    if not tally.lines:
        return PARTIAL, "the file holds no line"
    if away:
        return PARTIAL, f"{away:.0%} of its lines are of another time"
    refused = sum(tally.refused.values())
    if refused:
        return PARTIAL, f"{refused} of {tally.lines} lines could not be read"
    return WHOLE, ""
