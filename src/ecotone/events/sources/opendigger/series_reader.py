"""Reads OpenDigger's static files: one per repository and series, published once a month."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final
from urllib.parse import quote

import httpx
import pyarrow as pa

from ecotone.events.schema import REFERENCE_SCHEMA
from ecotone.events.sources.base import Failures, Period, Wanted
from ecotone.events.sources.fetch import SYSTEM, Backoff, Clock, Interrupted, Reply, exchange, opened
from ecotone.events.sources.notebook import Notebook
from ecotone.events.sources.opendigger.parse import read_values
from ecotone.foundation.errors import SourceError, SourceMalformed, SourceUnavailable
from ecotone.foundation.months import month_of
from ecotone.foundation.notes import Note, note

BASE: Final = "https://oss.open-digger.cn/github"
SERIES: Final = ("openrank", "activity", "participants", "stars")
"""Series that are read by default; any file that maps months to numbers is accepted."""

SOURCE: Final = "opendigger"
PUBLISHED_ON: Final = 5
"""Day of the month on which the previous month is published."""

MOST_BYTES: Final = 1 << 22
FILE: Final = "opendigger.sqlite"
FORMAT: Final = 1
_TABLES: Final = """
create table files (repository text, series text, asked integer, etag text, content blob,
    primary key (repository, series)) without rowid;
"""
_NAME: Final = re.compile(r"[A-Za-z0-9_.-]+/[A-Za-z0-9_.-]+\Z")
_WORD: Final = re.compile(r"[a-z_]{1,60}\Z")
_MISSING: Final = (403, 404)  # the file store answers either for a missing file

Heard = Callable[[str, int, int], None]


@dataclass(frozen=True, slots=True)
class _File:
    """A file as last read; content is None where none is published."""

    asked: int
    etag: str | None
    content: bytes | None


@dataclass(frozen=True, slots=True)
class Published:
    """Published values, REFERENCE_SCHEMA by project, repository, series and month; and what could not be read."""

    references: pa.Table
    failures: Failures = ()


class OpenDigger:
    """OpenDigger's monthly values of GitHub repositories.

    base    where its files are
    series  names of its files, such as openrank
    """

    def __init__(
        self,
        base: str = BASE,
        series: Sequence[str] = SERIES,
        *,
        clock: Clock = SYSTEM,
        backoff: Backoff | None = None,
        transport: httpx.BaseTransport | None = None,
    ) -> None:
        self._base, self._series = base.rstrip("/"), tuple(one for one in series if _WORD.match(one))
        self._clock, self._backoff, self._transport = clock, backoff or Backoff(attempts=4), transport

    def published(
        self, wanted: Sequence[Wanted], period: Period, folder: Path, now: datetime, heard: Heard
    ) -> Published:
        """The published values of the repositories in a period; see `Source.read`."""
        failures: list[tuple[str, Note]] = []
        moment = int(now.replace(tzinfo=UTC).timestamp())
        names = sorted({one.repository for one in wanted if _NAME.match(one.repository)})
        book = Notebook(folder / FILE, FORMAT, _TABLES)
        try:
            with opened(self._transport) as client:
                for place, repository in enumerate(names):
                    self._bring(client, book, repository, moment, failures)
                    heard(f"OpenDigger: {repository}", place + 1, len(names))
            return Published(_references(book, wanted, self._series, period, failures), tuple(failures))
        finally:
            book.close()

    def _bring(
        self, client: httpx.Client, book: Notebook, repository: str, now: int, failures: list[tuple[str, Note]]
    ) -> None:
        missing = []
        for series in self._series:
            known = _known(book, repository, series)
            if known is None or known.asked < last_published(now):
                try:
                    known = self._fetch(client, repository, series, known, now)
                except SourceError as error:
                    failures.append((repository, error.note))
                    return
                with book.writing() as base:
                    base.execute(
                        "insert or replace into files values (?, ?, ?, ?, ?)",
                        (repository, series, known.asked, known.etag, known.content),
                    )
            if known.content is None:
                missing.append(series)
        if len(missing) == len(self._series):
            failures.append((repository, note("nothing_published", repository=repository, source="OpenDigger")))

    def _fetch(self, client: httpx.Client, repository: str, series: str, known: _File | None, now: int) -> _File:
        headers = {"if-none-match": known.etag} if known is not None and known.etag else {}
        request = client.build_request("GET", f"{self._base}/{quote(repository)}/{series}.json", headers=headers)
        failures = 0
        while True:
            try:
                reply = exchange(client, request, self._clock, most_bytes=MOST_BYTES)
                says = f"it answered {reply.status}"
                if (found := _file_of(reply, known, now)) is not None:
                    if reply.status == 200:
                        read_values(reply.content, series)  # an unreadable file is not kept for a month
                    return found
            except (Interrupted, SourceMalformed) as broke:
                says = str(broke).partition(". ")[0]
            failures += 1
            if failures >= self._backoff.attempts:
                raise SourceUnavailable(note("series_unavailable", repository=repository, series=series, reason=says))
            self._clock.sleep(self._backoff.after(failures))


def last_published(now: int) -> int:
    """The last moment of publication (seconds since 1970) before a moment."""
    at = datetime.fromtimestamp(now, UTC)
    this = at.replace(day=PUBLISHED_ON, hour=12, minute=0, second=0, microsecond=0)
    if at >= this:
        return int(this.timestamp())
    before = at.replace(day=1).timestamp() - 86400
    return int(datetime.fromtimestamp(before, UTC).replace(day=PUBLISHED_ON, hour=12, minute=0, second=0).timestamp())


def _file_of(reply: Reply, known: _File | None, now: int) -> _File | None:
    """The file of an answer; None if the request is worth another try."""
    if reply.status == 304 and known is not None:
        return _File(now, known.etag, known.content)
    if reply.status in _MISSING:
        return _File(now, None, None)
    return _File(now, reply.headers.get("etag"), reply.content) if reply.status == 200 else None


def _known(book: Notebook, repository: str, series: str) -> _File | None:
    sql = "select asked, etag, content from files where repository = ? and series = ?"
    row = next(book.rows(sql, (repository, series)), None)
    return None if row is None else _File(*row)  # type: ignore[arg-type] # SQLite's rows have no types


def _references(
    book: Notebook,
    wanted: Sequence[Wanted],
    series: Sequence[str],
    period: Period,
    failures: list[tuple[str, Note]],
) -> pa.Table:
    first, last = month_of(period.since), month_of(period.until)
    rows: list[tuple[object, ...]] = []
    for one in sorted(wanted, key=lambda one: (one.project, one.repository)):
        for name in sorted(series):
            known = _known(book, one.repository, name)
            if known is None or known.content is None:
                continue
            try:
                values, refused = read_values(known.content, f"{one.repository}'s {name}")
            except SourceError as error:
                failures.append((one.repository, error.note))
                continue
            if refused:
                failures.append(
                    (one.repository, note("values_unreadable", repository=one.repository, count=refused, series=name))
                )
            rows += [
                (
                    one.project,
                    value.month,
                    name,
                    value.value,
                    SOURCE,
                    one.repository,
                    value.interpolated,
                    value.measured,
                )
                for value in values
                if first <= value.month <= last
            ]
    columns = list(zip(*rows, strict=True)) if rows else [()] * len(REFERENCE_SCHEMA)
    arrays = [pa.array(column, one.type) for column, one in zip(columns, REFERENCE_SCHEMA, strict=True)]
    return pa.table(arrays, schema=REFERENCE_SCHEMA)
