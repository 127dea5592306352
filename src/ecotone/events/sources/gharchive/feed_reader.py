"""Reads GH Archive: fetches hours that were not read yet, keeps lines of wanted repositories, returns all tables."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

import httpx
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from ecotone.events.schema import COVERAGE_SCHEMA
from ecotone.events.sources.base import Brought, Failures, Period, Wanted
from ecotone.events.sources.gharchive.assemble import Named, assemble
from ecotone.events.sources.gharchive.coverage import Coverage, Own, known_breaks, suspects
from ecotone.events.sources.gharchive.hours import ARRIVAL_HOURS, file_name, hours_for
from ecotone.events.sources.gharchive.ledger import ABSENT, LOGIC, SUSPECT, WHOLE, Hour, Ledger
from ecotone.events.sources.gharchive.lines import Search
from ecotone.events.sources.gharchive.places import (
    ORIGINAL,
    Fetched,
    Folder,
    Patience,
    Place,
    new_client,
    place_of,
)
from ecotone.events.sources.gharchive.reading import Asked, absent_hour, read_hour
from ecotone.events.sources.gharchive.shelf import Shelf, replacing
from ecotone.foundation.errors import SourceError, SourceUnavailable
from ecotone.foundation.notes import note

AT_ONCE: Final = 2
"""Hours fetched at the same time."""

AHEAD: Final = 3
"""Hours fetched ahead of reading; bounds the disk space of temporary files."""

GIVE_UP_AFTER: Final = 5
"""Failed hours in a row after which this run stops fetching."""

FEW: Final = 24
"""Fewer hours than this may all be missing without a failure."""

HOUR_SHOWN: Final = datetime.fromisoformat("2024-03-01T05")

SETTLE_AFTER: Final = 2.0
"""Seconds between writes to disk; shorter hours are written together."""

BATCHES: Final = 200
"""Batches after which the shelf sorts them into days."""

FINAL_AFTER: Final = timedelta(days=14)
"""Later runs try an absent or short hour again until it is this old."""

HOUR_SCHEMA: Final = pa.schema(
    [
        ("hour", pa.timestamp("us")),
        ("state", pa.string()),
        ("archive", pa.string()),
        ("place", pa.string()),
        ("bytes", pa.int64()),
        ("sha256", pa.string()),
        ("raw", pa.int64()),
        ("lines", pa.int64()),
        ("kept", pa.int64()),
        ("refused", pa.int64()),
        ("note", pa.string()),
    ]
)
"""An hour file; `hour` is its name, `raw` its uncompressed bytes, `lines` = read + `refused`."""

REFUSED_SCHEMA: Final = pa.schema([("hour", pa.timestamp("us")), ("reason", pa.string()), ("count", pa.int64())])
"""Unreadable lines of an hour by reason (`lines.REASONS`)."""

EXTRA: Final = ("unclear", "pushes", "reviews", "hours", "refused")
"""Further tables, written into the feed's folder."""


@dataclass(frozen=True, slots=True)
class _Outcome:
    """Result of fetching an hour: a file, neither (the hour is absent), or an error."""

    fetched: Fetched | None = None
    failed: SourceError | None = None


class GHArchive:
    """Reads hours of GH Archive, or of a copy, for wanted repositories.

    places       HTTP addresses or folders with hour files; each hour is read from the first that has it
    ids          repository -> its ids at GitHub, which find its lines under any former name
    aliases      repository -> former names, in addition to those of the request
    archive      whose files they are, for known breaks: one of `places.archives()`, or `none`; None: by the host
    keep         folder in which fetched files are kept, and looked for before fetching
    patience     retry policy
    transport    HTTP transport; None: the network
    """

    def __init__(
        self,
        places: str | Path | Sequence[str | Path] = ORIGINAL,
        *,
        ids: Mapping[str, Sequence[int]] | None = None,
        aliases: Mapping[str, Sequence[str]] | None = None,
        archive: str | None = None,
        keep: Path | None = None,
        patience: Patience | None = None,
        transport: httpx.BaseTransport | None = None,
        arrival_hours: int = ARRIVAL_HOURS,
    ) -> None:
        self._places = [places] if isinstance(places, str | Path) else list(places)
        self._ids = {name.lower(): tuple(found) for name, found in (ids or {}).items()}
        self._aliases = {name.lower(): tuple(found) for name, found in (aliases or {}).items()}
        self._archive, self._keep = archive, keep
        self._patience = patience or Patience()
        self._transport = transport
        self._arrival_hours = arrival_hours

    def bring(
        self,
        wanted: Sequence[Wanted],
        period: Period,
        folder: Path,
        now: datetime,
        heard: Callable[[str, int, int], None],
    ) -> Brought:
        """Read what is new for the repositories; see `Source.read`."""
        folder.mkdir(parents=True, exist_ok=True)
        named = [self._named(one) for one in wanted]
        ledger, shelf = Ledger(folder / "ledger.jsonl"), Shelf(folder)
        hours = hours_for(period.since, period.until, now, self._arrival_hours) if wanted else ()
        run = _Run(named, ledger, shelf, folder / "spool", now)
        failures: Failures = ()
        try:
            with new_client(self._transport) as client:
                places = [place_of(one, client, self._patience, self._keep, self._archive) for one in self._places]
                failures = run.read(hours, places, heard)
        except SourceError as error:
            failures = ((str(self._places[0]), error.note),)
        shelf.gather()
        if failures and not any(hour in ledger.hours for hour in hours):
            raise SourceUnavailable(failures[0][1])
        return self._told(named, ledger, shelf, Period(period.since, min(period.until, now)), folder, now, failures)

    def extra(self, folder: Path) -> Mapping[str, pa.Table]:
        """The tables of EXTRA from the last reading into this folder."""
        return {name: pq.read_table(folder / "tables" / f"{name}.parquet") for name in EXTRA}

    def _named(self, one: Wanted) -> Named:
        folded = one.repository.lower()
        aliases = (*one.aliases, *self._aliases.get(folded, ()))
        return Named(one.project, one.repository, self._ids.get(folded, ()), aliases, one.branch)

    def _told(
        self,
        named: Sequence[Named],
        ledger: Ledger,
        shelf: Shelf,
        period: Period,
        folder: Path,
        now: datetime,
        failures: Failures,
    ) -> Brought:
        there = [hour.hour for hour in ledger.hours.values() if hour.kept]
        tables = assemble(shelf.files(), there, named, period, folder / "spill")
        tables |= _ledger_tables(ledger)
        (folder / "tables").mkdir(exist_ok=True)
        for name in EXTRA:
            with replacing(folder / "tables" / f"{name}.parquet") as staging:
                pq.write_table(tables[name], staging, compression="zstd", compression_level=1)
        return Brought(
            events=tables["events"],
            pulls=tables["pulls"],
            coverage=_coverage(named, ledger, tables, period, now),
            profiles=tables["profiles"],
            repositories=tables["repositories"],
            further={name: tables[name] for name in ("unclear", "reviews")},
            failures=failures,
        )


class _Run:
    """One pass over the hours, the newest first, so that an id learnt from a name finds earlier names."""

    def __init__(self, named: Sequence[Named], ledger: Ledger, shelf: Shelf, spool: Path, now: datetime) -> None:
        self._ledger, self._shelf, self._spool, self._now = ledger, shelf, spool, now
        self._keys = frozenset(key for one in named for key in keys_of(one))
        self._own = {one.repository.lower(): bool(one.ids) for one in named}
        self._learnt_at: dict[str, datetime] = {}
        self._searches: dict[tuple[str, int], Asked] = {}
        self._found = {number for one in named for number in one.ids}
        self._unnoted: list[Hour] = []
        self._settled_at = time.monotonic()
        for hour in ledger.hours.values():
            self._learn(hour)

    def read(
        self, hours: Sequence[datetime], places: Sequence[Place], heard: Callable[[str, int, int], None]
    ) -> Failures:
        """Read the hours that are due; returns the failures."""
        tiny = suspects(self._ledger.hours.values())
        todo = [hour for hour in reversed(hours) if self._is_due(hour, places, tiny)]
        failed: list[SourceError] = []
        in_a_row = 0
        with _spool(self._spool) as spool, self._settling():
            for done, (hour, outcome) in enumerate(_fetched(todo, places, spool), 1):
                if outcome.failed is not None:
                    failed.append(outcome.failed)
                    in_a_row += 1
                    if in_a_row == GIVE_UP_AFTER:
                        break
                    continue
                in_a_row = 0
                self._unnoted.append(self._read(hour, outcome.fetched, places))
                if self._shelf.is_full or time.monotonic() - self._settled_at > SETTLE_AFTER:
                    self._settle()
                heard(file_name(hour), done, len(todo))
        if not failed:
            return self._nothing_there(hours, places)
        left = sum(1 for hour in todo if self._ledger.hours.get(hour) is None)
        return ((places[0].name, note("hours_remaining", count=left, reason=str(failed[-1]))),)

    def _nothing_there(self, hours: Sequence[datetime], places: Sequence[Place]) -> Failures:
        """A failure if a day or more was requested and no file has an event: the address may be wrong."""
        entries = [self._ledger.hours[hour] for hour in hours if hour in self._ledger.hours]
        if len(entries) < FEW or any(entry.types for entry in entries):
            return ()
        absent = sum(entry.state == ABSENT for entry in entries)
        reason = note(
            "no_hours_there",
            count=len(entries),
            absent=absent,
            place=places[0].name,
            empty=len(entries) - absent,
            example=file_name(HOUR_SHOWN),
            folder="feeds/gharchive",
        )
        return ((places[0].name, reason),)

    def _read(self, hour: datetime, fetched: Fetched | None, places: Sequence[Place]) -> Hour:
        known = self._ledger.hours.get(hour)
        asked = self._asked(known.scope if known else "")
        if fetched is None:
            return absent_hour(hour, places[-1].archive, places[-1].name, asked)
        try:
            found = read_hour(fetched, hour, asked, self._shelf)
        finally:
            if fetched.passing:
                fetched.path.unlink(missing_ok=True)
        self._learn(found)
        return found

    @contextmanager
    def _settling(self) -> Iterator[None]:
        """Keep what was read, however the run ends."""
        try:
            yield
        finally:
            self._settle()

    def _settle(self) -> None:
        """Write what was read to disk, then to the ledger."""
        self._shelf.flush()
        self._ledger.note(self._unnoted)
        self._unnoted = []
        if self._shelf.waiting >= BATCHES:
            self._shelf.gather()
        self._settled_at = time.monotonic()

    def _asked(self, scope: str) -> Asked:
        """The search of an hour: what it was searched for before, and what is wanted now."""
        if (scope, len(self._found)) not in self._searches:
            keys = self._keys | self._ledger.keys(scope)
            search = Search.of(
                (key[2:] for key in keys if key.startswith("n:")),
                [*self._found, *(int(key[2:]) for key in keys if key.startswith("i:"))],
            )
            self._searches[scope, len(self._found)] = Asked(search, self._ledger.scope(keys), self._now)
        return self._searches[scope, len(self._found)]

    def _is_due(self, hour: datetime, places: Sequence[Place], tiny: Mapping[datetime, float]) -> bool:
        """Whether an hour is to be read: unknown, not searched for everything wanted, or possibly whole by now."""
        known = self._ledger.hours.get(hour)
        if known is None or known.logic != LOGIC:
            return True
        if known.state != ABSENT and self._lacks(known):
            return True
        if known.state == WHOLE and hour not in tiny:
            return False
        if known.tried == self._now:
            return False
        if known.place not in [place.name for place in places]:
            return True
        if any(isinstance(place, Folder) and place.changed(hour, known.bytes) for place in places):
            return True
        is_final = self._now - hour > FINAL_AFTER
        return not is_final and any(not isinstance(place, Folder) for place in places)

    def _lacks(self, known: Hour) -> bool:
        """Whether an hour was read without a key that is searched for now.

        A declared id that an earlier run had learnt from the repository's name is lacking nowhere: earlier hours were
        searched for it, and later ones have it under that name.
        """
        lacking = self._keys - self._ledger.keys(known.scope)
        return any(key not in self._learnt_at or known.tried < self._learnt_at[key] for key in lacking)

    def _learn(self, hour: Hour) -> None:
        for name, ids in hour.ids.items():
            if name in self._own:
                for number in ids:
                    key = f"i:{number}"
                    self._learnt_at[key] = min(hour.tried, self._learnt_at.get(key, hour.tried))
            if self._own.get(name) is False:
                self._found.update(ids)


def keys_of(one: Named) -> Iterator[str]:
    """The search keys of a repository, as the ledger records them."""
    for name in (one.repository, *one.aliases):
        yield f"n:{name.lower()}"
    for number in one.ids:
        yield f"i:{number}"


def _fetched(todo: Sequence[datetime], places: Sequence[Place], spool: Path) -> Iterator[tuple[datetime, _Outcome]]:
    """The hours in order, each with its file; the next hours are fetched in parallel."""

    def fetch(hour: datetime) -> _Outcome:
        failed: SourceError | None = None
        for place in places:
            try:
                found = place.fetch(hour, spool)
            except SourceError as error:
                failed = error
                continue
            if found is not None:
                return _Outcome(found)
        return _Outcome(failed=failed)

    if all(isinstance(place, Folder) for place in places):
        yield from ((hour, fetch(hour)) for hour in todo)  # local files need no threads
        return
    waiting: deque[tuple[datetime, Future[_Outcome]]] = deque()
    pool = ThreadPoolExecutor(AT_ONCE, thread_name_prefix="hours")
    try:
        rest = iter(todo)
        for hour in rest:
            waiting.append((hour, pool.submit(fetch, hour)))
            if len(waiting) < AHEAD:
                continue
            first, future = waiting.popleft()
            yield first, future.result()
        while waiting:
            first, future = waiting.popleft()
            yield first, future.result()
    finally:
        pool.shutdown(wait=False, cancel_futures=True)


@contextmanager
def _spool(folder: Path) -> Iterator[Path]:
    """A folder for temporary files; leftovers of a killed run are removed."""
    folder.mkdir(parents=True, exist_ok=True)
    for left in folder.iterdir():
        left.unlink(missing_ok=True)
    yield folder


def _coverage(
    named: Sequence[Named], ledger: Ledger, tables: Mapping[str, pa.Table], period: Period, now: datetime
) -> pa.Table:
    coverage = Coverage(ledger.hours, known_breaks(), period.since, period.until, now)
    scopes = {hour.scope for hour in ledger.hours.values()}
    parts = [COVERAGE_SCHEMA.empty_table()]
    for one in sorted(named, key=lambda each: each.repository):
        # by names only: an id that is declared later changes nothing where it had been learnt
        names = frozenset(key for key in keys_of(one) if key.startswith("n:"))
        reads = frozenset(scope for scope in scopes if names <= ledger.keys(scope))
        counts, doubtful = (
            tables[name].filter(pc.equal(tables[name]["repository"], one.repository)) for name in ("counts", "doubtful")
        )
        unsure = dict(zip(doubtful["hour"].to_pylist(), doubtful["count"].to_pylist(), strict=True))
        parts.append(coverage.of(one.repository, reads, counts, Own(_lost(one, ledger), unsure)))
    return pa.concat_tables(parts)


def _lost(one: Named, ledger: Ledger) -> dict[datetime, int]:
    """Unreadable lines of a repository by hour: under its names, and under other names of its id."""
    names = {one.repository.lower(), *(alias.lower() for alias in one.aliases)}
    entries = [hour for hour in ledger.hours.values() if hour.lost]
    if not entries:
        return {}
    numbers = {
        *one.ids,
        *(number for hour in ledger.hours.values() for number in hour.ids.get(one.repository.lower(), ())),
    }
    names |= {name for hour in ledger.hours.values() for name, ids in hour.ids.items() if not numbers.isdisjoint(ids)}
    found = {hour.hour: sum(count for name, count in hour.lost.items() if name in names) for hour in entries}
    return {hour: count for hour, count in found.items() if count}


def _ledger_tables(ledger: Ledger) -> dict[str, pa.Table]:
    tiny = suspects(ledger.hours.values())
    entries = [ledger.hours[hour] for hour in sorted(ledger.hours)]
    rows = [
        {
            "hour": one.hour,
            "state": SUSPECT if one.hour in tiny else one.state,
            "archive": one.archive,
            "place": one.place,
            "bytes": None if one.state == ABSENT else one.bytes,
            "sha256": one.sha256 or None,
            "raw": None if one.state == ABSENT else one.raw,
            "lines": None if one.state == ABSENT else one.lines,
            "kept": None if one.state == ABSENT else one.kept,
            "refused": None if one.state == ABSENT else sum(one.refused.values()),
            "note": one.note,
        }
        for one in entries
    ]
    refused = [
        {"hour": one.hour, "reason": reason, "count": count}
        for one in entries
        for reason, count in sorted(one.refused.items())
    ]
    return {
        "hours": pa.Table.from_pylist(rows, schema=HOUR_SCHEMA),
        "refused": pa.Table.from_pylist(refused, schema=REFUSED_SCHEMA),
    }
