"""Cache of query results in one SQLite file; a result and the record of its query are written in one transaction.

Months are numbers such as 202403; times are seconds since 1970.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from ecotone.events.sources.notebook import Notebook

FORMAT: Final = 1
FILE: Final = "clickhouse.sqlite"

COUNTED: Final = "counts"
READ: Final = "rows"

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
_MORE: Final = """
create table if not exists holes (what text, repository text, month integer, count integer,
    primary key (what, repository, month)) without rowid;
"""

Place = tuple[str, int]
"""A repository and a month."""


@dataclass(frozen=True, slots=True)
class Act:
    """One event to store; `unclear`: a close that may be a merge."""

    event: str
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


class Shelf:
    """Everything that was read, in one file of the feed's folder."""

    def __init__(self, folder: Path) -> None:
        self._book = Notebook(folder / FILE, FORMAT, _TABLES, _MORE)
        self.writing = self._book.writing
        self.rows = self._book.rows

    def __enter__(self) -> Shelf:
        return self

    def __exit__(self, *_: object) -> None:
        self._book.close()

    def asked(self, what: str, repository: str) -> dict[int, int]:
        """When each month of a repository was queried."""
        sql = "select month, moment from asked where what = ? and repository = ?"
        return {int(str(month)): int(str(moment)) for month, moment in self.rows(sql, (what, repository))}

    def holes(self, what: str, repository: str) -> dict[int, int]:
        """The number of unreadable rows by month."""
        sql = "select month, count from holes where what = ? and repository = ? and count > 0"
        return {int(str(month)): int(str(count)) for month, count in self.rows(sql, (what, repository))}

    def keep_counts(
        self,
        repositories: Iterable[str],
        months: Sequence[int],
        rows: Iterable[tuple[str, int, str, int, int]],
        holes: Mapping[Place, int],
        now: int,
    ) -> None:
        """Replace the counts of months by `rows` (repository, month, kind, events, actors).

        holes  the number of unreadable rows by repository and month
        """
        with self.writing() as base:
            for repository in repositories:
                _note(base, COUNTED, repository, months, holes, now)
                base.executemany(
                    "delete from counts where repository = ? and month = ?", ((repository, month) for month in months)
                )
            base.executemany("insert into counts values (?, ?, ?, ?, ?)", rows)

    def keep_acts(
        self,
        repositories: Iterable[str],
        months: Sequence[int],
        acts: Iterable[tuple[str, int, Act]],
        authors: Iterable[tuple[str, int, str, bool]],
        holes: Mapping[Place, int],
        now: int,
    ) -> None:
        """Replace the events of months by `acts` (repository, month, act), and store the authors of threads.

        holes  the number of unreadable rows by repository and month
        """
        with self.writing() as base:
            for repository in repositories:
                _note(base, READ, repository, months, holes, now)
                base.executemany(
                    "delete from acts where repository = ? and month = ?", ((repository, month) for month in months)
                )
            base.executemany(
                "insert or ignore into acts values (?, ?, ?, ?, ?, ?, ?, ?, ?)",
                (
                    (where, month, one.event, one.kind, one.moment, one.account, one.thread, one.commit, one.unclear)
                    for where, month, one in acts
                ),
            )
            base.executemany(
                "insert into threads values (?, ?, ?, ?) on conflict do update set"
                " author = iif(excluded.sure > sure, excluded.author, author), sure = max(sure, excluded.sure)",
                authors,
            )

    def keep_pulse(self, rows: Iterable[tuple[int, int]], pulse: Pulse) -> None:
        """Store event counts by hour, and the query that returned them."""
        with self.writing() as base:
            base.executemany("insert or replace into pulse values (?, ?)", rows)
            values = (pulse.newest, pulse.asked, pulse.since, pulse.until)
            base.execute("insert or replace into newest values (1, ?, ?, ?, ?)", values)

    def pulse(self) -> Pulse | None:
        """The last query for hours; None if there was none."""
        found = next(self.rows("select moment, asked, since, until from newest"), None)
        return None if found is None else Pulse(*found)  # type: ignore[arg-type] # SQLite's rows have no types


def _note(
    base: sqlite3.Connection, what: str, repository: str, months: Sequence[int], holes: Mapping[Place, int], now: int
) -> None:
    base.executemany(
        "insert or replace into holes values (?, ?, ?, ?)",
        ((what, repository, month, holes.get((repository, month), 0)) for month in months),
    )
    base.executemany(
        "insert or replace into asked values (?, ?, ?, ?)", ((what, repository, month, now) for month in months)
    )
