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
from ecotone.events.sources.base import Failures, FeedTables, Period, RepositoryTarget
from ecotone.events.sources.gharchive.archive_coverage import (
    ArchiveCoverage,
    LineProblems,
    find_suspect_hours,
    known_breaks,
)
from ecotone.events.sources.gharchive.day_store import DayStore, replace_atomically
from ecotone.events.sources.gharchive.hour_files import ARRIVAL_HOURS, file_name, hours_covering
from ecotone.events.sources.gharchive.hour_log import ABSENT, LOGIC_VERSION, SUSPECT, WHOLE, HourEntry, HourLog
from ecotone.events.sources.gharchive.hour_reader import HourRequest, absent_hour_entry, read_hour
from ecotone.events.sources.gharchive.line_reader import RepositorySearch
from ecotone.events.sources.gharchive.locations import (
    ORIGINAL,
    FolderLocation,
    LocalFile,
    Location,
    RetryLimits,
    location_at,
    open_hour_client,
)
from ecotone.events.sources.gharchive.table_assembly import NamedRepository, assemble_tables
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

    fetched: LocalFile | None = None
    failed: SourceError | None = None


class GHArchiveReader:
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
        patience: RetryLimits | None = None,
        transport: httpx.BaseTransport | None = None,
        arrival_hours: int = ARRIVAL_HOURS,
    ) -> None:
        self._places = [places] if isinstance(places, str | Path) else list(places)
        self._ids = {name.lower(): tuple(values) for name, values in (ids or {}).items()}
        self._aliases = {name.lower(): tuple(values) for name, values in (aliases or {}).items()}
        self._archive, self._keep = archive, keep
        self._patience = patience or RetryLimits()
        self._transport = transport
        self._arrival_hours = arrival_hours

    def read_period(
        self,
        wanted: Sequence[RepositoryTarget],
        period: Period,
        folder: Path,
        now: datetime,
        progress: Callable[[str, int, int], None],
    ) -> FeedTables:
        """Read what is new for the repositories; see `Source.read`."""
        folder.mkdir(parents=True, exist_ok=True)
        named = [self._search_target(item) for item in wanted]
        ledger, shelf = HourLog(folder / "ledger.jsonl"), DayStore(folder)
        damaged = shelf.remove_damaged_days()
        shelf.merge_batches()
        ledger.forget_days(damaged | (ledger.days_with_rows() - shelf.stored_days()))
        hours = hours_covering(period.since, period.until, now, self._arrival_hours) if wanted else ()
        run = _ReadingPass(named, ledger, shelf, folder / "spool", now)
        failures: Failures = ()
        try:
            with open_hour_client(self._places, self._transport) as client:
                places = [location_at(item, client, self._patience, self._keep, self._archive) for item in self._places]
                failures = run.read_due_hours(hours, places, progress)
        except SourceError as error:
            failures = ((str(self._places[0]), error.note),)
        shelf.merge_batches()
        if failures and not any(hour in ledger.hours for hour in hours):
            raise SourceUnavailable(failures[0][1])
        return self._build_tables(
            named, ledger, shelf, Period(period.since, min(period.until, now)), folder, now, failures
        )

    def read_extra_tables(self, folder: Path) -> Mapping[str, pa.Table]:
        """The tables of EXTRA from the last reading into this folder."""
        return {name: pq.read_table(folder / "tables" / f"{name}.parquet") for name in EXTRA}

    def _search_target(self, target: RepositoryTarget) -> NamedRepository:
        folded = target.repository.lower()
        aliases = (*target.aliases, *self._aliases.get(folded, ()))
        return NamedRepository(target.project, target.repository, self._ids.get(folded, ()), aliases, target.branch)

    def _build_tables(
        self,
        named: Sequence[NamedRepository],
        ledger: HourLog,
        shelf: DayStore,
        period: Period,
        folder: Path,
        now: datetime,
        failures: Failures,
    ) -> FeedTables:
        there = [hour.hour for hour in ledger.hours.values() if hour.kept_lines]
        tables = assemble_tables(shelf.day_files(), there, named, period, folder / "spill")
        tables |= _ledger_tables(ledger)
        (folder / "tables").mkdir(exist_ok=True)
        for name in EXTRA:
            with replace_atomically(folder / "tables" / f"{name}.parquet") as staging:
                pq.write_table(tables[name], staging, compression="zstd", compression_level=1)
        return FeedTables(
            events=tables["events"],
            pulls=tables["pulls"],
            coverage=_coverage_table(named, ledger, tables, period, now),
            profiles=tables["profiles"],
            repositories=tables["repositories"],
            extra_tables={name: tables[name] for name in ("unclear", "reviews")},
            failures=failures,
        )


class _ReadingPass:
    """One pass over the hours, the newest first, so that an id learnt from a name finds earlier names."""

    def __init__(
        self, named: Sequence[NamedRepository], ledger: HourLog, shelf: DayStore, spool: Path, now: datetime
    ) -> None:
        self._ledger, self._shelf, self._spool, self._now = ledger, shelf, spool, now
        self._keys = frozenset(key for target in named for key in search_keys(target))
        self._own = {target.repository.lower(): bool(target.ids) for target in named}
        self._learnt_at: dict[str, datetime] = {}
        self._searches: dict[tuple[str, int], HourRequest] = {}
        self._found = {number for target in named for number in target.ids}
        self._unnoted: list[HourEntry] = []
        self._settled_at = time.monotonic()
        for hour in ledger.hours.values():
            self._learn_ids(hour)

    def read_due_hours(
        self, hours: Sequence[datetime], places: Sequence[Location], progress: Callable[[str, int, int], None]
    ) -> Failures:
        """Read the hours that are due; returns the failures."""
        tiny = find_suspect_hours(self._ledger.hours.values())
        todo = [hour for hour in reversed(hours) if self._is_due(hour, places, tiny)]
        failed: list[SourceError] = []
        in_a_row = 0
        with _temporary_folder(self._spool) as spool, self._write_at_end():
            for done, (hour, outcome) in enumerate(_fetch_hours_ahead(todo, places, spool), 1):
                if outcome.failed is not None:
                    failed.append(outcome.failed)
                    in_a_row += 1
                    if in_a_row == GIVE_UP_AFTER:
                        break
                    continue
                in_a_row = 0
                self._unnoted.append(self._read_one_hour(hour, outcome.fetched, places))
                if self._shelf.is_full or time.monotonic() - self._settled_at > SETTLE_AFTER:
                    self._write_pending_hours()
                progress(file_name(hour), done, len(todo))
        if not failed:
            return self._failure_if_empty(hours, places)
        remaining = sum(1 for hour in todo if self._ledger.hours.get(hour) is None)
        return ((places[0].name, note("hours_remaining", count=remaining, reason=str(failed[-1]))),)

    def _failure_if_empty(self, hours: Sequence[datetime], places: Sequence[Location]) -> Failures:
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

    def _read_one_hour(self, hour: datetime, fetched: LocalFile | None, places: Sequence[Location]) -> HourEntry:
        known = self._ledger.hours.get(hour)
        asked = self._search_of_scope(known.scope if known else "")
        if fetched is None:
            return absent_hour_entry(hour, places[-1].archive, places[-1].name, asked)
        try:
            entry = read_hour(fetched, hour, asked, self._shelf)
        finally:
            if fetched.is_temporary:
                fetched.path.unlink(missing_ok=True)
        self._learn_ids(entry)
        return entry

    @contextmanager
    def _write_at_end(self) -> Iterator[None]:
        """Keep what was read, however the run ends."""
        try:
            yield
        finally:
            self._write_pending_hours()

    def _write_pending_hours(self) -> None:
        """Write what was read to disk, then to the ledger."""
        self._shelf.write_held_rows()
        self._ledger.add_entries(self._unnoted)
        self._unnoted = []
        if self._shelf.waiting_batches >= BATCHES:
            self._shelf.merge_batches()
        self._settled_at = time.monotonic()

    def _search_of_scope(self, scope: str) -> HourRequest:
        """The search of an hour: what it was searched for before, and what is wanted now."""
        if (scope, len(self._found)) not in self._searches:
            keys = self._keys | self._ledger.search_keys(scope)
            search = RepositorySearch.for_repositories(
                (key[2:] for key in keys if key.startswith("n:")),
                [*self._found, *(int(key[2:]) for key in keys if key.startswith("i:"))],
            )
            self._searches[scope, len(self._found)] = HourRequest(search, self._ledger.scope_of_search(keys), self._now)
        return self._searches[scope, len(self._found)]

    def _is_due(self, hour: datetime, places: Sequence[Location], tiny: Mapping[datetime, float]) -> bool:
        """Whether an hour is to be read: unknown, not searched for everything wanted, or possibly whole by now."""
        known = self._ledger.hours.get(hour)
        if known is None or known.logic != LOGIC_VERSION:
            return True
        if known.state != ABSENT and self._lacks_search_keys(known):
            return True
        if known.state == WHOLE and hour not in tiny:
            return False
        if known.tried == self._now:
            return False
        if known.location not in [origin.name for origin in places]:
            return True
        if any(isinstance(origin, FolderLocation) and origin.has_changed(hour, known.bytes) for origin in places):
            return True
        is_final = self._now - hour > FINAL_AFTER
        return not is_final and any(not isinstance(origin, FolderLocation) for origin in places)

    def _lacks_search_keys(self, known: HourEntry) -> bool:
        """Whether an hour was read without a key that is searched for now.

        A declared id that an earlier run had learnt from the repository's name is lacking nowhere: earlier hours were
        searched for it, and later ones have it under that name.
        """
        lacking = self._keys - self._ledger.search_keys(known.scope)
        return any(key not in self._learnt_at or known.tried < self._learnt_at[key] for key in lacking)

    def _learn_ids(self, hour: HourEntry) -> None:
        for name, ids in hour.ids.items():
            if name in self._own:
                for number in ids:
                    key = f"i:{number}"
                    self._learnt_at[key] = min(hour.tried, self._learnt_at.get(key, hour.tried))
            if self._own.get(name) is False:
                self._found.update(ids)


def search_keys(target: NamedRepository) -> Iterator[str]:
    """The search keys of a repository, as the ledger records them."""
    for name in (target.repository, *target.aliases):
        yield f"n:{name.lower()}"
    for number in target.ids:
        yield f"i:{number}"


def _fetch_hours_ahead(
    todo: Sequence[datetime], places: Sequence[Location], spool: Path
) -> Iterator[tuple[datetime, _Outcome]]:
    """The hours in order, each with its file; the next hours are fetched in parallel."""

    def fetch_hour(hour: datetime) -> _Outcome:
        failed: SourceError | None = None
        for origin in places:
            try:
                fetched = origin.fetch_hour(hour, spool)
            except SourceError as error:
                failed = error
                continue
            if fetched is not None:
                return _Outcome(fetched)
        return _Outcome(failed=failed)

    if all(isinstance(origin, FolderLocation) for origin in places):
        yield from ((hour, fetch_hour(hour)) for hour in todo)  # local files need no threads
        return
    waiting: deque[tuple[datetime, Future[_Outcome]]] = deque()
    pool = ThreadPoolExecutor(AT_ONCE, thread_name_prefix="hours")
    try:
        rest = iter(todo)
        for hour in rest:
            waiting.append((hour, pool.submit(fetch_hour, hour)))
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
def _temporary_folder(folder: Path) -> Iterator[Path]:
    """A folder for temporary files; leftovers of a killed run are removed."""
    folder.mkdir(parents=True, exist_ok=True)
    for leftover in folder.iterdir():
        leftover.unlink(missing_ok=True)
    yield folder


def _coverage_table(
    named: Sequence[NamedRepository], ledger: HourLog, tables: Mapping[str, pa.Table], period: Period, now: datetime
) -> pa.Table:
    coverage = ArchiveCoverage(ledger.hours, known_breaks(), period.since, period.until, now)
    scopes = {hour.scope for hour in ledger.hours.values()}
    parts = [COVERAGE_SCHEMA.empty_table()]
    for target in sorted(named, key=lambda each: each.repository):
        # by names only: an id that is declared later changes nothing where it had been learnt
        names = frozenset(key for key in search_keys(target) if key.startswith("n:"))
        reads = frozenset(scope for scope in scopes if names <= ledger.search_keys(scope))
        counts, doubtful = (
            tables[name].filter(pc.equal(tables[name]["repository"], target.repository))
            for name in ("counts", "doubtful")
        )
        unsure = dict(zip(doubtful["hour"].to_pylist(), doubtful["count"].to_pylist(), strict=True))
        parts.append(
            coverage.coverage_of_repository(
                target.repository, reads, counts, LineProblems(_unreadable_lines_by_hour(target, ledger), unsure)
            )
        )
    return pa.concat_tables(parts)


def _unreadable_lines_by_hour(target: NamedRepository, ledger: HourLog) -> dict[datetime, int]:
    """Unreadable lines of a repository by hour: under its names, and under other names of its id."""
    names = {target.repository.lower(), *(alias.lower() for alias in target.aliases)}
    entries = [hour for hour in ledger.hours.values() if hour.lost]
    if not entries:
        return {}
    numbers = {
        *target.ids,
        *(number for hour in ledger.hours.values() for number in hour.ids.get(target.repository.lower(), ())),
    }
    names |= {name for hour in ledger.hours.values() for name, ids in hour.ids.items() if not numbers.isdisjoint(ids)}
    counts = {hour.hour: sum(count for name, count in hour.lost.items() if name in names) for hour in entries}
    return {hour: count for hour, count in counts.items() if count}


def _ledger_tables(ledger: HourLog) -> dict[str, pa.Table]:
    tiny = find_suspect_hours(ledger.hours.values())
    entries = [ledger.hours[hour] for hour in sorted(ledger.hours)]
    rows = [
        {
            "hour": entry.hour,
            "state": SUSPECT if entry.hour in tiny else entry.state,
            "archive": entry.archive,
            "place": entry.location,
            "bytes": None if entry.state == ABSENT else entry.bytes,
            "sha256": entry.sha256 or None,
            "raw": None if entry.state == ABSENT else entry.raw,
            "lines": None if entry.state == ABSENT else entry.lines,
            "kept": None if entry.state == ABSENT else entry.kept_lines,
            "refused": None if entry.state == ABSENT else sum(entry.refused.values()),
            "note": entry.note,
        }
        for entry in entries
    ]
    refused = [
        {"hour": entry.hour, "reason": reason, "count": count}
        for entry in entries
        for reason, count in sorted(entry.refused.items())
    ]
    return {
        "hours": pa.Table.from_pylist(rows, schema=HOUR_SCHEMA),
        "refused": pa.Table.from_pylist(refused, schema=REFUSED_SCHEMA),
    }
