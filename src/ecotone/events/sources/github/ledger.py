"""Rows read from GitHub and the next pages, in one SQLite file; a page and its position are written in one transaction.

Repositories have the landscape's names. Times are seconds since 1970.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from ecotone.events.identifiers import closing_id, release_id, said_id
from ecotone.events.sources.github.parse import (
    Person,
    Profile,
    PullDetails,
    Release,
    RepositoryFacts,
    Review,
    Said,
    StarWeek,
    Thread,
)
from ecotone.events.sources.github.windows import Span, merged, naive
from ecotone.events.sources.notebook import Notebook

FORMAT: Final = 1
FILE: Final = "github.sqlite"

OPEN: Final = "open"
DONE: Final = "done"

_TABLES: Final = """
create table repositories (repository text primary key, name text, node text, number integer, description text,
    topics text, language text, stars integer, touched integer, seen integer) without rowid;
create table windows (repository text, list text, since integer, until integer, next text, state text, read integer,
    refused integer, primary key (repository, list, since, until)) without rowid;
create table threads (repository text, number integer, is_pull integer, node text, author text, opened integer,
    updated integer, closed integer, merged integer, merged_by text, asked integer,
    primary key (repository, number)) without rowid;
create table acts (repository text, event text primary key, kind text, moment integer, account text, thread integer,
    commit_sha text) without rowid;
create table people (login text primary key, node text, asked integer) without rowid;
create table profiles (login text, seen integer, number integer, name text, company text,
    primary key (login, seen)) without rowid;
create table star_weeks (repository text, week integer, stars integer, primary key (repository, week)) without rowid;
create table sizes (question text primary key, size integer) without rowid;
"""
_MORE: Final = "create table if not exists marks (address text primary key, mark text) without rowid;"


@dataclass(frozen=True, slots=True)
class Window:
    """A time range of one list of one repository; `next_url` is None before the first request."""

    repository: str
    list: str
    since: int
    until: int
    next_url: str | None
    read: int

    @property
    def span(self) -> Span:
        """The time range."""
        return Span(self.since, self.until)


@dataclass(frozen=True, slots=True)
class Noted:
    """A time range to record: open at `next_url`, or done; `refused` counts its unreadable entries."""

    repository: str
    list: str
    span: Span
    state: str
    next_url: str | None = None
    refused: int = 0


class Ledger:
    """Everything that was read, in one file of the feed's folder."""

    def __init__(self, folder: Path) -> None:
        self._book = Notebook(folder / FILE, FORMAT, _TABLES, _MORE)
        self.writing = self._book.writing
        self.rows = self._book.rows
        self._sizes: dict[str, int] = {}

    def __enter__(self) -> Ledger:
        return self

    def __exit__(self, *_: object) -> None:
        self._book.close()

    # time ranges

    def spans(self, repository: str, name: str, state: str) -> tuple[Span, ...]:
        """The done or the open time ranges of a list."""
        sql = "select since, until from windows where repository = ? and list = ? and state = ?"
        return merged(Span(int(str(a)), int(str(b))) for a, b in self.rows(sql, (repository, name, state)))

    def refused(self, repository: str) -> int:
        """The number of unreadable entries in a repository's lists."""
        found = next(self.rows("select coalesce(sum(refused), 0) from windows where repository = ?", (repository,)))
        return int(str(found[0]))

    def open_windows(self, repository: str, name: str) -> tuple[Window, ...]:
        """The open time ranges of a list, oldest first."""
        sql = (
            "select repository, list, since, until, next, read from windows"
            " where repository = ? and list = ? and state = ? order by since, until"
        )
        return tuple(Window(*row) for row in self.rows(sql, (repository, name, OPEN)))  # type: ignore[arg-type] # SQLite's rows have no types

    def begin(self, repository: str, name: str, spans: Iterable[Span], state: str = OPEN) -> None:
        """Record time ranges as open, or as done if they are known to be empty."""
        with self.writing() as base:
            for span in spans:
                base.execute(
                    "insert or ignore into windows values (?, ?, ?, ?, null, ?, 0, 0)",
                    (repository, name, span.since, span.until, state),
                )

    def reach(self, window: Window, until: int) -> None:
        """Extend an open time range, which is possible because its list is sorted by time."""
        with self.writing() as base:
            base.execute(
                "update or replace windows set until = ? where repository = ? and list = ? and since = ? and until = ?",
                (until, window.repository, window.list, window.since, window.until),
            )

    def _move_on(self, base: sqlite3.Connection, window: Window, next_url: str | None, read: int, refused: int) -> None:
        base.execute(
            "update windows set next = ?, state = ?, read = read + ?, refused = refused + ?"
            " where repository = ? and list = ? and since = ? and until = ?",
            (
                next_url,
                DONE if next_url is None else OPEN,
                read,
                refused,
                window.repository,
                window.list,
                window.since,
                window.until,
            ),
        )

    # rows

    def keep_threads(self, window: Window, found: Sequence[Thread], next_url: str | None, refused: int) -> None:
        """Store a page of issues and pull requests."""
        with self.writing() as base:
            for one in found:
                _meet(base, (one.author, one.closed_by))
                _keep_thread(base, window.repository, one)
            self._move_on(base, window, next_url, len(found), refused)

    def keep_said(self, window: Window, kind: str, found: Sequence[Said], next_url: str | None, refused: int) -> None:
        """Store a page of comments."""
        repository = window.repository
        with self.writing() as base:
            _meet(base, (one.account for one in found))
            _keep_acts(
                base,
                (
                    (
                        repository,
                        said_id(repository, kind, one.native),
                        kind,
                        one.moment,
                        _login(one.account),
                        one.thread,
                        None,
                    )
                    for one in found
                ),
            )
            self._move_on(base, window, next_url, len(found), refused)

    def keep_releases(self, window: Window, found: Sequence[Release], next_url: str | None, refused: int) -> None:
        """Store a page of releases."""
        with self.writing() as base:
            _keep_releases(base, window.repository, found)
            self._move_on(base, window, next_url, len(found), refused)

    def keep_stars(
        self,
        window: Window,
        found: Sequence[StarWeek],
        next_url: str | None,
        refused: int,
        mark: tuple[str, str] | None,
    ) -> None:
        """Store a page of star counts; `mark`: an address and its ETag."""
        with self.writing() as base:
            _keep_mark(base, mark)
            base.executemany(
                "insert or replace into star_weeks values (?, ?, ?)",
                ((window.repository, one.begin, one.stars) for one in found),
            )
            self._move_on(base, window, next_url, len(found), refused)

    def mark(self, address: str) -> str | None:
        """The ETag of an address whose content was stored."""
        found = next(self.rows("select mark from marks where address = ?", (address,)), None)
        return None if found is None else str(found[0])

    def oldest_star_week(self, repository: str) -> int | None:
        """The start of the oldest week with a known number of stars."""
        (found,) = next(self.rows("select min(week) from star_weeks where repository = ?", (repository,)))
        return None if found is None else int(str(found))

    def keep_seen(self, repository: str, now: int) -> None:
        """Record that a repository is unchanged."""
        with self.writing() as base:
            base.execute("update repositories set seen = ? where repository = ?", (now, repository))

    def keep_facts(
        self,
        found: Mapping[str, RepositoryFacts],
        windows: Iterable[Noted],
        now: int,
        mark: tuple[str, str] | None = None,
    ) -> None:
        """Store facts about repositories, their newest releases, and the time ranges that they complete."""
        with self.writing() as base:
            self._keep_sizes(base)
            _keep_mark(base, mark)
            for repository, facts in found.items():
                topics = "\n".join(facts.topics)
                base.execute(
                    "insert or replace into repositories values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                    (
                        *(repository, facts.name, facts.node, facts.number, facts.description, topics),
                        *(facts.language, facts.stars, facts.touched, now),
                    ),
                )
                _keep_releases(base, repository, facts.releases)
            for one in windows:
                base.execute(
                    "insert or ignore into windows values (?, ?, ?, ?, ?, ?, 0, ?)",
                    (one.repository, one.list, one.span.since, one.span.until, one.next_url, one.state, one.refused),
                )

    def keep_details(self, asked: Sequence[tuple[str, int, int]], found: Mapping[tuple[str, int], PullDetails]) -> None:
        """Store details of pull requests; `asked` (repository, number, updated) are skipped until they change again."""
        with self.writing() as base:
            self._keep_sizes(base)
            for (repository, number), details in found.items():
                _meet(base, (details.merged_by, details.closed_by))
                _keep_reviews(base, repository, number, details.reviews)
                base.execute(
                    "update threads set merged_by = coalesce(?, merged_by) where repository = ? and number = ?",
                    (_login(details.merged_by), repository, number),
                )
                base.execute(
                    "update acts set account = coalesce(account, ?) where repository = ? and thread = ? and kind = ?",
                    (_login(details.closed_by), repository, number, "pull_closed"),
                )
            base.executemany(
                "update threads set asked = ? where repository = ? and number = ?",
                ((updated, repository, number) for repository, number, updated in asked),
            )

    def keep_reviews(self, repository: str, number: int, found: Sequence[Review]) -> None:
        """Store further reviews of one pull request."""
        with self.writing() as base:
            _keep_reviews(base, repository, number, found)

    def keep_profiles(self, asked: Sequence[str], found: Sequence[Profile], now: int) -> None:
        """Store profiles; `asked` (logins) are not requested again for a while."""
        with self.writing() as base:
            self._keep_sizes(base)
            base.executemany("update people set asked = ? where login = ?", ((now, login) for login in asked))
            base.executemany(
                "insert or replace into profiles values (?, ?, ?, ?, ?)",
                ((one.login, now, one.number, one.name, one.company) for one in found),
            )

    # batch sizes

    def size(self, question: str) -> int | None:
        """The last batch size of a query."""
        found = next(self.rows("select size from sizes where question = ?", (question,)), None)
        return None if found is None else int(str(found[0]))

    def note_size(self, question: str, size: int) -> None:
        """Remember the batch size of a query; it is written with the next answer."""
        self._sizes[question] = size

    def _keep_sizes(self, base: sqlite3.Connection) -> None:
        base.executemany("insert or replace into sizes values (?, ?)", sorted(self._sizes.items()))
        self._sizes = {}


def _keep_mark(base: sqlite3.Connection, mark: tuple[str, str] | None) -> None:
    if mark is not None:
        base.execute("insert or replace into marks values (?, ?)", mark)


def _keep_thread(base: sqlite3.Connection, repository: str, one: Thread) -> None:
    base.execute(
        "insert into threads values (?, ?, ?, ?, ?, ?, ?, ?, ?, null, null)"
        " on conflict do update set is_pull = excluded.is_pull, node = coalesce(excluded.node, node),"
        " author = coalesce(excluded.author, author), opened = excluded.opened, closed = excluded.closed,"
        " updated = max(updated, excluded.updated), merged = coalesce(excluded.merged, merged)",
        (
            repository,
            one.number,
            one.is_pull,
            one.node,
            _login(one.author),
            one.opened,
            one.updated,
            one.closed,
            one.merged,
        ),
    )
    if one.closed is not None and one.merged is None:
        kind = "pull_closed" if one.is_pull else "issue_closed"
        event = closing_id(repository, one.number, kind, naive(one.closed))
        _keep_acts(base, ((repository, event, kind, one.closed, _login(one.closed_by), one.number, None),))


def _keep_reviews(base: sqlite3.Connection, repository: str, number: int, found: Sequence[Review]) -> None:
    _meet(base, (one.account for one in found))
    _keep_acts(
        base,
        (
            (
                repository,
                said_id(repository, "review", one.native),
                "review",
                one.moment,
                _login(one.account),
                number,
                None,
            )
            for one in found
        ),
    )


def _keep_releases(base: sqlite3.Connection, repository: str, found: Sequence[Release]) -> None:
    _meet(base, (one.account for one in found))
    _keep_acts(
        base,
        (
            (repository, release_id(repository, one.tag), "release", one.moment, _login(one.account), None, one.commit)
            for one in found
        ),
    )


def _keep_acts(base: sqlite3.Connection, acts: Iterable[tuple[object, ...]]) -> None:
    base.executemany(
        "insert into acts values (?, ?, ?, ?, ?, ?, ?)"
        " on conflict do update set moment = excluded.moment, account = coalesce(excluded.account, account)",
        acts,
    )


def _meet(base: sqlite3.Connection, people: Iterable[Person | None]) -> None:
    base.executemany(
        "insert into people values (?, ?, null) on conflict do update set node = coalesce(excluded.node, node)",
        ((one.login, one.node) for one in people if one is not None),
    )


def _login(person: Person | None) -> str | None:
    return None if person is None else person.login
