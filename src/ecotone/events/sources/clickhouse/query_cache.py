"""Cache of query results in one SQLite file; a result and the record of its query are written in one transaction.

Months are numbers such as 202403; times are seconds since 1970.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from ecotone.events.sources.sqlite_checkpoint import SqliteCheckpoint

FORMAT: Final = 1
FILE: Final = "clickhouse.sqlite"

COUNT_QUERIES: Final = "counts"
EVENT_QUERIES: Final = "rows"

_TABLES: Final = """
create table asked (what text, repository text, month integer, moment integer,
    primary key (what, repository, month)) without rowid;
create table counts (repository text, month integer, kind text, events integer, actors integer,
    primary key (repository, month, kind)) without rowid;
create table acts (repository text, month integer, event text, kind text, moment integer, account text, thread integer,
    commit_sha text, unclear integer, primary key (repository, month, event)) without rowid;
create table threads (repository text, number integer, author text, sure integer,
    primary key (repository, number)) without rowid;
create table pulse (hour integer primary key, events integer);
create table newest (id integer primary key check (id = 1), moment integer, asked integer, since integer,
    until integer);
"""
_UPGRADES: Final = """
create table if not exists holes (what text, repository text, month integer, count integer,
    primary key (what, repository, month)) without rowid;
"""

RepositoryMonth = tuple[str, int]
"""A repository and a month."""


@dataclass(frozen=True, slots=True)
class CachedEvent:
    """One event to store; `unclear`: a close that may be a merge."""

    event_id: str
    kind: str
    moment: int
    account: str | None
    thread: int | None
    commit: str | None
    unclear: bool


@dataclass(frozen=True, slots=True)
class Pulse:
    """The time of the newest event (None: there is none), the time of the query, and the range of known hours."""

    newest: int | None
    asked: int
    since: int
    until: int


class QueryCache:
    """Everything that was read, in one file of the feed's folder."""

    def __init__(self, folder: Path) -> None:
        self._checkpoint = SqliteCheckpoint(folder / FILE, FORMAT, _TABLES, _UPGRADES)
        self.transaction = self._checkpoint.transaction
        self.query_rows = self._checkpoint.query_rows

    def __enter__(self) -> QueryCache:
        return self

    def __exit__(self, *_: object) -> None:
        self._checkpoint.close()

    def queried_months(self, what: str, repository: str) -> dict[int, int]:
        """When each month of a repository was queried."""
        sql = "select month, moment from asked where what = ? and repository = ?"
        return {int(str(month)): int(str(moment)) for month, moment in self.query_rows(sql, (what, repository))}

    def unreadable_rows(self, what: str, repository: str) -> dict[int, int]:
        """The number of unreadable rows by month."""
        sql = "select month, count from holes where what = ? and repository = ? and count > 0"
        return {int(str(month)): int(str(count)) for month, count in self.query_rows(sql, (what, repository))}

    def store_counts(
        self,
        repositories: Iterable[str],
        months: Sequence[int],
        rows: Iterable[tuple[str, int, str, int, int]],
        holes: Mapping[RepositoryMonth, int],
        now: int,
    ) -> None:
        """Replace the counts of months by `query_rows` (repository, month, kind, events, actors).

        holes  the number of unreadable rows by repository and month
        """
        with self.transaction() as base:
            for repository in repositories:
                _record_query(base, COUNT_QUERIES, repository, months, holes, now)
                base.executemany(
                    "delete from counts where repository = ? and month = ?", ((repository, month) for month in months)
                )
            base.executemany("insert into counts values (?, ?, ?, ?, ?)", rows)

    def store_events(
        self,
        repositories: Iterable[str],
        months: Sequence[int],
        acts: Iterable[tuple[str, int, CachedEvent]],
        authors: Iterable[tuple[str, int, str, bool]],
        holes: Mapping[RepositoryMonth, int],
        now: int,
    ) -> None:
        """Replace the events of months by `acts` (repository, month, act), and store the authors of threads.

        holes  the number of unreadable rows by repository and month
        """
        with self.transaction() as base:
            for repository in repositories:
                _record_query(base, EVENT_QUERIES, repository, months, holes, now)
                base.executemany(
                    "delete from acts where repository = ? and month = ?", ((repository, month) for month in months)
                )
            base.executemany(
                "insert or ignore into acts values (?, ?, ?, ?, ?, ?, ?, ?, ?)",
                (
                    (
                        act_repository,
                        month,
                        act.event_id,
                        act.kind,
                        act.moment,
                        act.account,
                        act.thread,
                        act.commit,
                        act.unclear,
                    )
                    for act_repository, month, act in acts
                ),
            )
            base.executemany(
                "insert into threads values (?, ?, ?, ?) on conflict do update set"
                " author = iif(excluded.sure > sure, excluded.author, author), sure = max(sure, excluded.sure)",
                authors,
            )

    def store_pulse(self, rows: Iterable[tuple[int, int]], pulse: Pulse) -> None:
        """Store event counts by hour, and the query that returned them."""
        with self.transaction() as base:
            base.executemany("insert or replace into pulse values (?, ?)", rows)
            values = (pulse.newest, pulse.asked, pulse.since, pulse.until)
            base.execute("insert or replace into newest values (1, ?, ?, ?, ?)", values)

    def last_pulse(self) -> Pulse | None:
        """The last query for hours; None if there was none."""
        row = next(self.query_rows("select moment, asked, since, until from newest"), None)
        return None if row is None else Pulse(*row)  # type: ignore[arg-type] # SQLite's rows have no types


def _record_query(
    base: sqlite3.Connection,
    what: str,
    repository: str,
    months: Sequence[int],
    holes: Mapping[RepositoryMonth, int],
    now: int,
) -> None:
    base.executemany(
        "insert or replace into holes values (?, ?, ?, ?)",
        ((what, repository, month, holes.get((repository, month), 0)) for month in months),
    )
    base.executemany(
        "insert or replace into asked values (?, ?, ?, ?)", ((what, repository, month, now) for month in months)
    )
