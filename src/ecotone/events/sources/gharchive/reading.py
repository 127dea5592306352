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

from ecotone.events.sources.gharchive.hours import told_by
from ecotone.events.sources.gharchive.kept import Row, table_of
from ecotone.events.sources.gharchive.ledger import ABSENT, PARTIAL, WHOLE, Hour
from ecotone.events.sources.gharchive.lines import BAD_TIME, INCOMPLETE, Event, LineReader, Search, Tally
from ecotone.events.sources.gharchive.payload import BadTime, is_complete, moment_of, row_of
from ecotone.events.sources.gharchive.places import Fetched, pieces_of
from ecotone.events.sources.gharchive.shelf import Shelf
from ecotone.events.sources.gharchive.unzip import BROKEN, CUT, EMPTY, Unzip
from ecotone.events.sources.gharchive.unzip import WHOLE as ENDED_WELL

ROWS: Final = 2_000
"""Rows converted to a table at a time."""

FAR: Final = timedelta(days=2)
"""A line further than this outside its file's time range has an invalid time; known late lines are a day late."""

MOST: Final = 0.5
"""A file with more than this share of lines outside its time range belongs to another hour."""


@dataclass(frozen=True, slots=True)
class Asked:
    """The search that an hour is read for, its scope in the log, and the time of reading (naive UTC)."""

    search: Search
    scope: str
    now: datetime


def read_hour(fetched: Fetched, hour: datetime, asked: Asked, shelf: Shelf) -> Hour:
    """Read an hour file and store the rows of wanted repositories; returns the log entry.

    The entry may be logged once the rows are flushed to disk.
    """
    digest = hashlib.sha256()
    pieces = pieces_of(fetched.path, digest)
    unzip = Unzip(pieces)
    reader = LineReader(asked.search)
    ids: dict[str, set[int]] = {}
    kept = shelf.add(hour, _tables(unzip, reader, hour, ids))
    deque(pieces, maxlen=0)  # the digest includes the bytes after any damage
    tally = reader.tally
    away = _away(tally.times, hour)
    state, note = _state(unzip, tally, away)
    return Hour(
        hour=hour,
        state=state,
        archive=fetched.archive,
        place=fetched.place,
        tried=asked.now,
        scope=asked.scope,
        note=note,
        ended=unzip.ended,
        bytes=fetched.path.stat().st_size,
        sha256=digest.hexdigest(),
        raw=unzip.given,
        lines=tally.lines,
        kept=kept,
        types=dict(sorted(tally.types.items())),
        refused=dict(sorted(tally.refused.items())),
        ids={name: tuple(sorted(found)) for name, found in sorted(ids.items())},
        lost={} if away else dict(sorted(tally.lost.items())),
        away=away,
    )


def absent_hour(hour: datetime, archive: str, place: str, asked: Asked) -> Hour:
    """The log entry for a missing file."""
    return Hour(hour=hour, state=ABSENT, archive=archive, place=place, tried=asked.now, scope=asked.scope)


def _tables(unzip: Unzip, reader: LineReader, hour: datetime, ids: dict[str, set[int]]) -> Iterator[pa.Table]:
    rows: list[Row] = []
    for event in _events(unzip, reader):
        try:
            row = row_of(event, hour)
        except BadTime:
            reader.take_back(event, BAD_TIME)
            continue
        if (reason := _wrong_with(row, hour)) is not None:
            reader.take_back(event, reason)
            continue
        if row["repository_id"] is not None:
            ids.setdefault(str(row["name"]).lower(), set()).add(int(str(row["repository_id"])))
        rows.append(row)
        if len(rows) == ROWS:
            yield table_of(rows)
            rows = []
    if rows:
        yield table_of(rows)


def _events(unzip: Unzip, reader: LineReader) -> Iterator[Event]:
    yield from reader.read(unzip)
    yield from reader.finish(cut=unzip.ended != ENDED_WELL)


def _wrong_with(row: Row, hour: datetime) -> str | None:
    """Why a row is refused: an implausible time or a missing required field; None if it is accepted."""
    first, last = told_by(hour)
    moment = row["created_at"]
    if not (isinstance(moment, datetime) and first - FAR <= moment < last + FAR):
        return BAD_TIME
    return None if is_complete(row) else INCOMPLETE


def _away(times: Iterable[object], hour: datetime) -> float:
    """The share of times outside the time range of the hour's file, if it is more than half; else 0."""
    first, last = told_by(hour)
    away = []
    for one in times:
        with suppress(BadTime):
            away.append(not first <= moment_of(one) < last)
    share = sum(away) / len(away) if away else 0.0
    return share if share > MOST else 0.0


def _state(unzip: Unzip, tally: Tally, away: float) -> tuple[str, str]:
    told = {
        CUT: "the file breaks off",
        BROKEN: "the file is damaged from some place on",
        EMPTY: "the file is empty",
    }.get(unzip.ended)
    if told:
        return PARTIAL, told
    if not tally.lines:
        return PARTIAL, "the file holds no line"
    if away:
        return PARTIAL, f"{away:.0%} of its lines are of another time"
    refused = sum(tally.refused.values())
    if refused:
        return PARTIAL, f"{refused} of {tally.lines} lines could not be read"
    return WHOLE, ""
