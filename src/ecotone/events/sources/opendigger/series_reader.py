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
from ecotone.events.sources.base import Failures, Period, RepositoryTarget
from ecotone.events.sources.http import (
    SYSTEM_CLOCK,
    Backoff,
    Clock,
    HttpReply,
    RequestFailed,
    open_http_client,
    send_request,
)
from ecotone.events.sources.opendigger.monthly_values import parse_monthly_values
from ecotone.events.sources.sqlite_checkpoint import SqliteCheckpoint
from ecotone.foundation.errors import SourceError, SourceMalformed, SourceUnavailable
from ecotone.foundation.months import start_of_month
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

Progress = Callable[[str, int, int], None]


@dataclass(frozen=True, slots=True)
class _PublishedFile:
    """A file as last read; content is None where none is published."""

    asked: int
    etag: str | None
    content: bytes | None


@dataclass(frozen=True, slots=True)
class PublishedValues:
    """Published values, REFERENCE_SCHEMA by project, repository, series and month; and what could not be read."""

    references: pa.Table
    failures: Failures = ()


class OpenDiggerReader:
    """OpenDigger's monthly values of GitHub repositories.

    base    where its files are
    series  names of its files, such as openrank
    """

    def __init__(
        self,
        base: str = BASE,
        series: Sequence[str] = SERIES,
        *,
        clock: Clock = SYSTEM_CLOCK,
        backoff: Backoff | None = None,
        transport: httpx.BaseTransport | None = None,
    ) -> None:
        self._location, self._base, self._series = (
            base,
            base.rstrip("/"),
            tuple(name for name in series if _WORD.match(name)),
        )
        self._clock, self._backoff, self._transport = clock, backoff or Backoff(attempts=4), transport

    def read_period(
        self, wanted: Sequence[RepositoryTarget], period: Period, folder: Path, now: datetime, progress: Progress
    ) -> PublishedValues:
        """The published values of the repositories in a period; see `Source.read`."""
        failures: list[tuple[str, Note]] = []
        moment = int(now.replace(tzinfo=UTC).timestamp())
        names = sorted({target.repository for target in wanted if _NAME.match(target.repository)})
        book = SqliteCheckpoint(folder / FILE, FORMAT, _TABLES)
        try:
            with open_http_client(self._transport, location=self._location) as client:
                for position, repository in enumerate(names):
                    self._update_repository(client, book, repository, moment, failures)
                    progress(f"OpenDigger: {repository}", position + 1, len(names))
            return PublishedValues(_reference_table(book, wanted, self._series, period, failures), tuple(failures))
        finally:
            book.close()

    def _update_repository(
        self, client: httpx.Client, book: SqliteCheckpoint, repository: str, now: int, failures: list[tuple[str, Note]]
    ) -> None:
        missing = []
        for series in self._series:
            known = _stored_file(book, repository, series)
            if known is None or known.asked < last_publication_moment(now):
                try:
                    known = self._fetch_series(client, repository, series, known, now)
                except SourceError as error:
                    failures.append((repository, error.note))
                    return
                with book.transaction() as base:
                    base.execute(
                        "insert or replace into files values (?, ?, ?, ?, ?)",
                        (repository, series, known.asked, known.etag, known.content),
                    )
            if known.content is None:
                missing.append(series)
        if len(missing) == len(self._series):
            failures.append((repository, note("nothing_published", repository=repository, source="OpenDigger")))

    def _fetch_series(
        self, client: httpx.Client, repository: str, series: str, known: _PublishedFile | None, now: int
    ) -> _PublishedFile:
        headers = {"if-none-match": known.etag} if known is not None and known.etag else {}
        request = client.build_request("GET", f"{self._base}/{quote(repository)}/{series}.json", headers=headers)
        failures = 0
        while True:
            try:
                reply = send_request(client, request, self._clock, most_bytes=MOST_BYTES)
                says = f"it answered {reply.status}"
                if (file := _file_of(reply, known, now)) is not None:
                    if reply.status == 200:
                        parse_monthly_values(reply.content, series)  # an unreadable file is not kept for a month
                    return file
            except (RequestFailed, SourceMalformed) as broke:
                says = str(broke).partition(". ")[0]
            failures += 1
            if failures >= self._backoff.attempts:
                raise SourceUnavailable(note("series_unavailable", repository=repository, series=series, reason=says))
            self._clock.sleep(self._backoff.wait_after_failures(failures))


def last_publication_moment(now: int) -> int:
    """The last moment of publication (seconds since 1970) before a moment."""
    at = datetime.fromtimestamp(now, UTC)
    this = at.replace(day=PUBLISHED_ON, hour=12, minute=0, second=0, microsecond=0)
    if at >= this:
        return int(this.timestamp())
    before = at.replace(day=1).timestamp() - 86400
    return int(datetime.fromtimestamp(before, UTC).replace(day=PUBLISHED_ON, hour=12, minute=0, second=0).timestamp())


def _file_of(reply: HttpReply, known: _PublishedFile | None, now: int) -> _PublishedFile | None:
    """The file of an answer; None if the request is worth another try."""
    if reply.status == 304 and known is not None:
        return _PublishedFile(now, known.etag, known.content)
    if reply.status in _MISSING:
        return _PublishedFile(now, None, None)
    return _PublishedFile(now, reply.headers.get("etag"), reply.content) if reply.status == 200 else None


def _stored_file(book: SqliteCheckpoint, repository: str, series: str) -> _PublishedFile | None:
    sql = "select asked, etag, content from files where repository = ? and series = ?"
    row = next(book.query_rows(sql, (repository, series)), None)
    return None if row is None else _PublishedFile(*row)  # type: ignore[arg-type] # SQLite's rows have no types


def _reference_table(
    book: SqliteCheckpoint,
    wanted: Sequence[RepositoryTarget],
    series: Sequence[str],
    period: Period,
    failures: list[tuple[str, Note]],
) -> pa.Table:
    first, last = start_of_month(period.since), start_of_month(period.until)
    rows: list[tuple[object, ...]] = []
    for target in sorted(wanted, key=lambda target: (target.project, target.repository)):
        for name in sorted(series):
            known = _stored_file(book, target.repository, name)
            if known is None or known.content is None:
                continue
            try:
                values, refused = parse_monthly_values(known.content, f"{target.repository}'s {name}")
            except SourceError as error:
                failures.append((target.repository, error.note))
                continue
            if refused:
                failures.append(
                    (
                        target.repository,
                        note("values_unreadable", repository=target.repository, count=refused, series=name),
                    )
                )
            rows += [
                (
                    target.project,
                    value.month,
                    name,
                    value.value,
                    SOURCE,
                    target.repository,
                    value.interpolated,
                    value.measured,
                )
                for value in values
                if first <= value.month <= last
            ]
    columns = list(zip(*rows, strict=True)) if rows else [()] * len(REFERENCE_SCHEMA)
    arrays = [pa.array(column, target.type) for column, target in zip(columns, REFERENCE_SCHEMA, strict=True)]
    return pa.table(arrays, schema=REFERENCE_SCHEMA)
