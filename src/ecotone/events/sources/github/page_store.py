"""Rows read from GitHub and the next pages, in one SQLite file; a page and its position are written in one transaction.

Repositories have the landscape's names. Times are seconds since 1970.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from ecotone.events.event_ids import closing_event_id, conversation_event_id, release_event_id
from ecotone.events.sources.github.response_parser import (
    Comment,
    Person,
    Profile,
    PullDetails,
    Release,
    RepositoryFacts,
    Review,
    StarWeek,
    Thread,
)
from ecotone.events.sources.github.time_ranges import Span, merge_spans, naive_utc
from ecotone.events.sources.sqlite_checkpoint import SqliteCheckpoint

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
_UPGRADES: Final = """
create table if not exists marks (address text primary key, mark text) without rowid;
create table if not exists commit_authors (repository text, commit_sha text, login text, asked integer,
    primary key (repository, commit_sha)) without rowid;
"""


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
    def time_range(self) -> Span:
        """The time range."""
        return Span(self.since, self.until)


@dataclass(frozen=True, slots=True)
class WindowRecord:
    """A time range to record: open at `next_url`, or done; `count_unreadable_entries` counts its unreadable entries."""

    repository: str
    list: str
    span: Span
    state: str
    next_url: str | None = None
    refused: int = 0


class PageStore:
    """Everything that was read, in one file of the feed's folder."""

    def __init__(self, folder: Path) -> None:
        self._checkpoint = SqliteCheckpoint(folder / FILE, FORMAT, _TABLES, _UPGRADES)
        self.transaction = self._checkpoint.transaction
        self.query_rows = self._checkpoint.query_rows
        self._sizes: dict[str, int] = {}

    def __enter__(self) -> PageStore:
        return self

    def __exit__(self, *_: object) -> None:
        self._checkpoint.close()

    # time ranges

    def spans_in_state(self, repository: str, name: str, state: str) -> tuple[Span, ...]:
        """The done or the open time ranges of a list."""
        sql = "select since, until from windows where repository = ? and list = ? and state = ?"
        return merge_spans(Span(int(str(a)), int(str(b))) for a, b in self.query_rows(sql, (repository, name, state)))

    def count_unreadable_entries(self, repository: str) -> int:
        """The number of unreadable entries in a repository's lists."""
        row = next(self.query_rows("select coalesce(sum(refused), 0) from windows where repository = ?", (repository,)))
        return int(str(row[0]))

    def open_windows(self, repository: str, name: str) -> tuple[Window, ...]:
        """The open time ranges of a list, oldest first."""
        sql = (
            "select repository, list, since, until, next, read from windows"
            " where repository = ? and list = ? and state = ? order by since, until"
        )
        return tuple(Window(*row) for row in self.query_rows(sql, (repository, name, OPEN)))  # type: ignore[arg-type] # SQLite's rows have no types

    def open_spans(self, repository: str, name: str, spans: Iterable[Span], state: str = OPEN) -> None:
        """Record time ranges as open, or as done if they are known to be empty."""
        with self.transaction() as base:
            for span in spans:
                base.execute(
                    "insert or ignore into windows values (?, ?, ?, ?, null, ?, 0, 0)",
                    (repository, name, span.since, span.until, state),
                )

    def extend_window(self, window: Window, until: int) -> None:
        """Extend an open time range, which is possible because its list is sorted by time."""
        with self.transaction() as base:
            base.execute(
                "update or replace windows set until = ? where repository = ? and list = ? and since = ? and until = ?",
                (until, window.repository, window.list, window.since, window.until),
            )

    def _advance_window(
        self, base: sqlite3.Connection, window: Window, next_url: str | None, read: int, refused: int
    ) -> None:
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

    def store_threads(self, window: Window, threads: Sequence[Thread], next_url: str | None, refused: int) -> None:
        """Store a page of issues and pull requests."""
        with self.transaction() as base:
            for thread in threads:
                _store_people(base, (thread.author, thread.closed_by))
                _store_thread(base, window.repository, thread)
            self._advance_window(base, window, next_url, len(threads), refused)

    def store_comments(
        self, window: Window, kind: str, comments: Sequence[Comment], next_url: str | None, refused: int
    ) -> None:
        """Store a page of comments."""
        repository = window.repository
        with self.transaction() as base:
            _store_people(base, (comment.account for comment in comments))
            _store_events(
                base,
                (
                    (
                        repository,
                        conversation_event_id(repository, kind, comment.native),
                        kind,
                        comment.moment,
                        _login_of(comment.account),
                        comment.thread,
                        None,
                    )
                    for comment in comments
                ),
            )
            self._advance_window(base, window, next_url, len(comments), refused)

    def store_releases(self, window: Window, releases: Sequence[Release], next_url: str | None, refused: int) -> None:
        """Store a page of releases."""
        with self.transaction() as base:
            _store_releases(base, window.repository, releases)
            self._advance_window(base, window, next_url, len(releases), refused)

    def store_star_weeks(
        self,
        window: Window,
        star_weeks: Sequence[StarWeek],
        next_url: str | None,
        refused: int,
        mark: tuple[str, str] | None,
    ) -> None:
        """Store a page of star counts; `etag_of`: an address and its ETag."""
        with self.transaction() as base:
            _store_etag(base, mark)
            base.executemany(
                "insert or replace into star_weeks values (?, ?, ?)",
                ((window.repository, star_week.begin, star_week.stars) for star_week in star_weeks),
            )
            self._advance_window(base, window, next_url, len(star_weeks), refused)

    def etag_of(self, address: str) -> str | None:
        """The ETag of an address whose content was stored."""
        row = next(self.query_rows("select mark from marks where address = ?", (address,)), None)
        return None if row is None else str(row[0])

    def oldest_star_week(self, repository: str) -> int | None:
        """The start of the oldest week with a known number of stars."""
        (week,) = next(self.query_rows("select min(week) from star_weeks where repository = ?", (repository,)))
        return None if week is None else int(str(week))

    def record_unchanged_repository(self, repository: str, now: int) -> None:
        """Record that a repository is unchanged."""
        with self.transaction() as base:
            base.execute("update repositories set seen = ? where repository = ?", (now, repository))

    def store_repository_facts(
        self,
        facts_by_repository: Mapping[str, RepositoryFacts],
        windows: Iterable[WindowRecord],
        now: int,
        mark: tuple[str, str] | None = None,
    ) -> None:
        """Store facts about repositories, their newest releases, and the time ranges that they complete."""
        with self.transaction() as base:
            self._store_batch_sizes(base)
            _store_etag(base, mark)
            for repository, facts in facts_by_repository.items():
                topics = "\n".join(facts.topics)
                base.execute(
                    "insert or replace into repositories values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                    (
                        *(repository, facts.name, facts.node, facts.number, facts.description, topics),
                        *(facts.language, facts.stars, facts.touched, now),
                    ),
                )
                _store_releases(base, repository, facts.releases)
            for window in windows:
                base.execute(
                    "insert or ignore into windows values (?, ?, ?, ?, ?, ?, 0, ?)",
                    (
                        window.repository,
                        window.list,
                        window.span.since,
                        window.span.until,
                        window.next_url,
                        window.state,
                        window.refused,
                    ),
                )

    def store_pull_details(
        self, asked: Sequence[tuple[str, int, int]], details_by_pull: Mapping[tuple[str, int], PullDetails]
    ) -> None:
        """Store details of pull requests; `asked` (repository, number, updated) are skipped until they change again."""
        with self.transaction() as base:
            self._store_batch_sizes(base)
            for (repository, number), details in details_by_pull.items():
                _store_people(base, (details.merged_by, details.closed_by))
                _store_reviews(base, repository, number, details.reviews)
                base.execute(
                    "update threads set merged_by = coalesce(?, merged_by) where repository = ? and number = ?",
                    (_login_of(details.merged_by), repository, number),
                )
                base.execute(
                    "update acts set account = coalesce(account, ?) where repository = ? and thread = ? and kind = ?",
                    (_login_of(details.closed_by), repository, number, "pull_closed"),
                )
            base.executemany(
                "update threads set asked = ? where repository = ? and number = ?",
                ((updated, repository, number) for repository, number, updated in asked),
            )

    def store_reviews(self, repository: str, number: int, reviews: Sequence[Review]) -> None:
        """Store further reviews of one pull request."""
        with self.transaction() as base:
            _store_reviews(base, repository, number, reviews)

    def store_profiles(self, asked: Sequence[str], profiles: Sequence[Profile], now: int) -> None:
        """Store profiles; `asked` (logins) are not requested again for a while."""
        with self.transaction() as base:
            self._store_batch_sizes(base)
            base.executemany("update people set asked = ? where login = ?", ((now, login) for login in asked))
            base.executemany(
                "insert or replace into profiles values (?, ?, ?, ?, ?)",
                ((profile.login, now, profile.number, profile.name, profile.company) for profile in profiles),
            )

    def commits_asked_since(self, moment: int) -> frozenset[tuple[str, str]]:
        """The commits (repository, sha) whose authors were asked for at or after a moment."""
        rows = self.query_rows("select repository, commit_sha from commit_authors where asked >= ?", (moment,))
        return frozenset((str(repository), str(sha)) for repository, sha in rows)

    def store_commit_authors(self, authors: Mapping[tuple[str, str], Person | None], now: int) -> None:
        """Store the authors of commits (repository, sha); None: the host knows no account of the address."""
        with self.transaction() as base:
            self._store_batch_sizes(base)
            _store_people(base, authors.values())
            base.executemany(
                "insert or replace into commit_authors values (?, ?, ?, ?)",
                ((*commit, _login_of(author), now) for commit, author in authors.items()),
            )

    # batch sizes

    def batch_size(self, question: str) -> int | None:
        """The last batch size of a query."""
        row = next(self.query_rows("select size from sizes where question = ?", (question,)), None)
        return None if row is None else int(str(row[0]))

    def record_batch_size(self, question: str, size: int) -> None:
        """Remember the batch size of a query; it is written with the next answer."""
        self._sizes[question] = size

    def _store_batch_sizes(self, base: sqlite3.Connection) -> None:
        base.executemany("insert or replace into sizes values (?, ?)", sorted(self._sizes.items()))
        self._sizes = {}


def _store_etag(base: sqlite3.Connection, mark: tuple[str, str] | None) -> None:
    if mark is not None:
        base.execute("insert or replace into marks values (?, ?)", mark)


def _store_thread(base: sqlite3.Connection, repository: str, thread: Thread) -> None:
    base.execute(
        "insert into threads values (?, ?, ?, ?, ?, ?, ?, ?, ?, null, null)"
        " on conflict do update set is_pull = excluded.is_pull, node = coalesce(excluded.node, node),"
        " author = coalesce(excluded.author, author), opened = excluded.opened, closed = excluded.closed,"
        " updated = max(updated, excluded.updated), merged = coalesce(excluded.merged, merged)",
        (
            repository,
            thread.number,
            thread.is_pull,
            thread.node,
            _login_of(thread.author),
            thread.opened,
            thread.updated,
            thread.closed,
            thread.merged,
        ),
    )
    if thread.closed is not None and thread.merged is None:
        kind = "pull_closed" if thread.is_pull else "issue_closed"
        event = closing_event_id(repository, thread.number, kind, naive_utc(thread.closed))
        _store_events(
            base, ((repository, event, kind, thread.closed, _login_of(thread.closed_by), thread.number, None),)
        )


def _store_reviews(base: sqlite3.Connection, repository: str, number: int, reviews: Sequence[Review]) -> None:
    _store_people(base, (review.account for review in reviews))
    _store_events(
        base,
        (
            (
                repository,
                conversation_event_id(repository, "review", review.native),
                "review",
                review.moment,
                _login_of(review.account),
                number,
                None,
            )
            for review in reviews
        ),
    )


def _store_releases(base: sqlite3.Connection, repository: str, releases: Sequence[Release]) -> None:
    _store_people(base, (release.account for release in releases))
    _store_events(
        base,
        (
            (
                repository,
                release_event_id(repository, release.tag),
                "release",
                release.moment,
                _login_of(release.account),
                None,
                release.commit,
            )
            for release in releases
        ),
    )


def _store_events(base: sqlite3.Connection, acts: Iterable[tuple[object, ...]]) -> None:
    base.executemany(
        "insert into acts values (?, ?, ?, ?, ?, ?, ?)"
        " on conflict do update set moment = excluded.moment, account = coalesce(excluded.account, account)",
        acts,
    )


def _store_people(base: sqlite3.Connection, people: Iterable[Person | None]) -> None:
    base.executemany(
        "insert into people values (?, ?, null) on conflict do update set node = coalesce(excluded.node, node)",
        ((person.login, person.node) for person in people if person is not None),
    )


def _login_of(person: Person | None) -> str | None:
    return None if person is None else person.login
