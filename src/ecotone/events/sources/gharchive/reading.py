"""Read one hour file: decompress, look through its lines, keep what is wanted; in bounded memory."""

from __future__ import annotations

import hashlib
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Final

import pyarrow as pa

from ecotone.events.sources.gharchive.kept import Row, table_of
from ecotone.events.sources.gharchive.ledger import ABSENT, PARTIAL, WHOLE, Hour
from ecotone.events.sources.gharchive.lines import BAD_TIME, Event, LineReader, Search, Tally
from ecotone.events.sources.gharchive.payload import BadTime, row_of
from ecotone.events.sources.gharchive.places import Fetched, pieces_of
from ecotone.events.sources.gharchive.shelf import Shelf
from ecotone.events.sources.gharchive.unzip import BROKEN, CUT, EMPTY, Unzip
from ecotone.events.sources.gharchive.unzip import WHOLE as ENDED_WELL

ROWS: Final = 2_000
"""Rows made into a table at a time."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What an hour is read for, and when: the search, its name in the ledger, and now (naive UTC)."""

    search: Search
    scope: str
    now: datetime


def read_hour(fetched: Fetched, hour: datetime, asked: Asked, shelf: Shelf) -> Hour:
    """Read a file that is there and put what is wanted on the shelf; returns the ledger's entry.

    The entry may be noted once the shelf is flushed.
    """
    digest = hashlib.sha256()
    pieces = pieces_of(fetched.path, digest)
    unzip = Unzip(pieces)
    reader = LineReader(asked.search)
    ids: dict[str, set[int]] = {}
    kept = shelf.add(hour, _tables(unzip, reader, hour, ids))
    deque(pieces, maxlen=0)  # what follows the damage counts for the digest
    tally = reader.tally
    state, note = _state(unzip, tally)
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
    )


def absent_hour(hour: datetime, archive: str, place: str, asked: Asked) -> Hour:
    """The ledger's entry for a file that is not there."""
    return Hour(hour=hour, state=ABSENT, archive=archive, place=place, tried=asked.now, scope=asked.scope)


def _tables(unzip: Unzip, reader: LineReader, hour: datetime, ids: dict[str, set[int]]) -> Iterator[pa.Table]:
    rows: list[Row] = []
    for event in _events(unzip, reader):
        try:
            row = row_of(event, hour)
        except BadTime:
            reader.take_back(event["type"], BAD_TIME)
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


def _state(unzip: Unzip, tally: Tally) -> tuple[str, str]:
    told = {
        CUT: "the file breaks off",
        BROKEN: "the file is damaged from some place on",
        EMPTY: "the file is empty",
    }.get(unzip.ended)
    if told:
        return PARTIAL, told
    refused = sum(tally.refused.values())
    if refused:
        return PARTIAL, f"{refused} of {tally.lines} lines could not be read"
    return WHOLE, ""
