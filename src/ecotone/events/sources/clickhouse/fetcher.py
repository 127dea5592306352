"""Fetch missing data from ClickHouse: event counts by month, then, if wanted, events, in queries of bounded size."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Final

from ecotone.events.event_ids import (
    closing_event_id,
    conversation_event_id,
    release_event_id,
    star_or_fork_id,
    thread_event_id,
)
from ecotone.events.sources.clickhouse import sql_queries
from ecotone.events.sources.clickhouse.client import RETRY_HINT, ClickHouseClient, QueryTooLarge
from ecotone.events.sources.clickhouse.query_cache import (
    COUNT_QUERIES,
    EVENT_QUERIES,
    CachedEvent,
    Pulse,
    QueryCache,
    RepositoryMonth,
)
from ecotone.foundation.errors import SourceMalformed, SourceUnavailable
from ecotone.foundation.months import add_months, list_months_between, start_of_month
from ecotone.foundation.notes import Note, note

REPOSITORIES_PER_QUERY: Final = 50
"""Repositories in one query."""

MOST_EVENTS: Final = 100_000
"""Most events in one answer, about 15 MB; a month of one repository is never split."""

SETTLED_SECONDS: Final = 3 * 86400
"""Seconds after a month's end until its late events have arrived."""

FRESH_SECONDS: Final = 3600
"""Seconds before the same data is queried again."""

SINGLE_KINDS: Final = frozenset({"issue_opened", "pull_opened", "pull_merged"})
CLOSING_KINDS: Final = frozenset({"issue_closed", "pull_closed", sql_queries.PULL_ENDED})
_LOGIN: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,99}(\[bot\])?\Z")
_SHA: Final = re.compile(r"[0-9a-f]{40}(?:[0-9a-f]{24})?\Z")


@dataclass(slots=True)
class Fetcher:
    """The data to fetch, and the failures so far.

    names        the landscape's name of a repository -> all names that the archive may use, case-sensitive
    months       the wanted months, as numbers such as 202403
    on_progress  called with the current item, the number of finished repositories, and their total
    """

    client: ClickHouseClient
    cache: QueryCache
    names: Mapping[str, Sequence[str]]
    months: Sequence[int]
    now: int
    on_progress: Callable[[str, int, int], None]
    failures: list[tuple[str, Note]] = field(default_factory=list)
    refused: int = 0

    def fetch_missing_data(self, *, people: bool) -> None:
        """Fetch missing data. Raises SourceError if the server cannot answer at all."""
        self._fetch_pulse()
        for group, months in self._repository_groups(COUNT_QUERIES, list(self.names), REPOSITORIES_PER_QUERY):
            self._query_or_split(group, months, self._fetch_counts)
            self._report_progress("counts by month")
        if people:
            for group, months in self._answer_sized_groups():
                self._query_or_split(group, months, self._fetch_events)
                self._report_progress("acts")
        if self.refused:
            self.failures.append(("ClickHouse", note("rows_undocumented", count=self.refused)))

    def _report_progress(self, what: str) -> None:
        done = sum(not self._stale_months(COUNT_QUERIES, repository) for repository in self.names)
        self.on_progress(f"ClickHouse: {what}", done, len(self.names))

    # what is missing

    def _stale_months(self, what: str, repository: str) -> list[int]:
        """Months of a repository that were not queried since all their events can have arrived."""
        asked = self.cache.queried_months(what, repository)
        return [
            month
            for month in self.months
            if month not in asked
            or asked[month] < min(month_end_second(month) + SETTLED_SECONDS, self.now - FRESH_SECONDS + 1)
        ]

    def _repository_groups(self, what: str, names: Sequence[str], most: int) -> Iterator[tuple[list[str], list[int]]]:
        """Batches of repositories that lack the same months."""
        lacking: dict[tuple[int, ...], list[str]] = {}
        for repository in names:
            if stale := self._stale_months(what, repository):
                lacking.setdefault(tuple(stale), []).append(repository)
        for months, group in sorted(lacking.items()):
            for part in _split_into_parts(group, most):
                for run in _consecutive_months(months):
                    yield part, run

    def _answer_sized_groups(self) -> Iterator[tuple[list[str], list[int]]]:
        """Batches of repositories and months whose events, according to the counts, fit into one answer."""
        size = {
            (str(name), int(str(month))): int(str(events))
            for name, month, events in self.cache.query_rows(
                "select repository, month, sum(events) from counts group by repository, month"
            )
        }
        for group, months in self._repository_groups(EVENT_QUERIES, list(self.names), len(self.names)):
            waiting: list[str] = []
            total = 0
            for repository in group:
                events = sum(size.get((repository, month), 0) for month in months)
                if (waiting and total + events > MOST_EVENTS) or len(waiting) == REPOSITORIES_PER_QUERY:
                    yield waiting, months
                    waiting, total = [], 0
                if events > MOST_EVENTS:
                    yield from (([repository], part) for part in _months_per_answer(repository, months, size))
                else:
                    waiting.append(repository)
                    total += events
            if waiting:
                yield waiting, months

    # asking

    def _query_or_split(
        self, group: list[str], months: list[int], query_group: Callable[[list[str], list[int]], None]
    ) -> None:
        """Query a group; split it into halves if it exceeds the server's limits."""
        try:
            query_group(group, months)
        except QueryTooLarge as error:
            if len(group) > 1:
                halves = [(group[: len(group) // 2], months), (group[len(group) // 2 :], months)]
            elif len(months) > 1:
                halves = [(group, months[: len(months) // 2]), (group, months[len(months) // 2 :])]
            else:
                month = _month_name(months[0])
                reason = note(
                    "month_not_finished", repository=group[0], source="ClickHouse", month=month, reason=str(error)
                )
                self.failures.append((group[0], reason))
                return
            for part, part_months in halves:
                self._query_or_split(part, part_months, query_group)

    def _fetch_counts(self, group: list[str], months: list[int]) -> None:
        totals: dict[tuple[str, int, str], tuple[int, int]] = {}
        holes: Counter[RepositoryMonth] = Counter()
        owner = self._repositories_by_name(group)
        for row in self.client.fetch_rows(sql_queries.COUNT_QUERY, self._group_parameters(group, months), "counts"):
            try:
                name, month, kind, events, actors = row
                key = (owner[str(name)], _json_integer(month), str(kind))
                before = totals.get(key, (0, 0))  # under another of its names
                totals[key] = (before[0] + _json_integer(events), max(before[1], _json_integer(actors)))
            except (ValueError, KeyError):
                self._count_refused_row(holes, owner, row, months)
        rows = ((*key, *value) for key, value in sorted(totals.items()))
        self.cache.store_counts(group, months, rows, holes, self.now)

    def _count_refused_row(
        self, holes: Counter[RepositoryMonth], owner: Mapping[str, str], row: Sequence[object], months: Sequence[int]
    ) -> None:
        """Count a refused row, which may belong to any of the queried months."""
        self.refused += 1
        repository = owner.get(str(row[0])) if row else None
        holes.update(
            (name, month) for name in ({repository} if repository else set(owner.values())) for month in months
        )

    def _fetch_events(self, group: list[str], months: list[int]) -> None:
        acts: list[tuple[str, int, CachedEvent]] = []
        authors: list[tuple[str, int, str, bool]] = []
        holes: Counter[RepositoryMonth] = Counter()
        owner = self._repositories_by_name(group)
        for row in self.client.fetch_rows(sql_queries.EVENT_QUERY, self._group_parameters(group, months), "acts"):
            try:
                repository = owner[str(row[0])]
                moment = _json_integer(row[2])
                if (event := event_from_row(repository, row)) is not None:
                    acts.append((repository, _month_of_moment(moment), event))
                    authors += ((repository, *author) for author in thread_author(row))
                elif row[1]:  # an event without the fields of its id
                    holes[repository, _month_of_moment(moment)] += 1
            except (ValueError, KeyError, IndexError):
                self._count_refused_row(holes, owner, row, months)
        self.cache.store_events(group, months, acts, authors, holes, self.now)

    def _repositories_by_name(self, group: Iterable[str]) -> dict[str, str]:
        return {name: repository for repository in group for name in self.names[repository]}

    def _group_parameters(self, group: Sequence[str], months: Sequence[int]) -> dict[str, str]:
        return sql_queries.query_parameters(
            sorted(self._repositories_by_name(group)), month_start_second(months[0]), month_end_second(months[-1])
        )

    def _fetch_pulse(self) -> None:
        """Fetch the hours in the table, and the time of its newest event."""
        since, until = (
            month_start_second(self.months[0]),
            max(min(month_end_second(self.months[-1]), self.now), month_start_second(self.months[0]) + 1),
        )
        known = self.cache.last_pulse()
        begin = since
        if known is not None and known.since <= since:
            if known.asked > self.now - FRESH_SECONDS or known.until >= until + SETTLED_SECONDS:
                return
            begin = max(since, min(known.until, until) - SETTLED_SECONDS)
        hours = list(self._fetch_release_hours(begin, until))
        newest = max((hour * 3600 + 3599 for hour, _ in hours), default=None)
        if newest is None and known is not None:
            newest = known.newest
        elif newest is None:
            rows = self.client.fetch_rows(
                sql_queries.NEWEST_QUERY, {"until": sql_queries.range_parameters(until, until)["until"]}, "pulse"
            )
            newest = _json_integer(rows[0][0]) if rows else None
        self.cache.store_pulse(hours, Pulse(newest, self.now, min(since, begin), until))

    def _fetch_release_hours(self, since: int, until: int) -> Iterator[tuple[int, int]]:
        """Hours and their number of releases; the range is halved if it exceeds the server's limits."""
        try:
            rows = self.client.fetch_rows(sql_queries.PULSE_QUERY, sql_queries.range_parameters(since, until), "pulse")
        except QueryTooLarge as error:
            if until - since <= 86400:
                raise SourceUnavailable(
                    f"ClickHouse does not finish a query for one day ({error}). {RETRY_HINT}"
                ) from error
            middle = since + (until - since) // 7200 * 3600
            yield from self._fetch_release_hours(since, middle)
            yield from self._fetch_release_hours(middle, until)
            return
        for hour, events in rows:
            yield _json_integer(hour) // 3600, _json_integer(events)


def event_from_row(repository: str, row: Sequence[object]) -> CachedEvent | None:
    """The event of a row of ROWS; None for other kinds. Raises ValueError for invalid values."""
    _, kind, moment, actor, number, comment, _, tag, commit = row
    at = _json_integer(moment)
    when = datetime.fromtimestamp(at, UTC).replace(tzinfo=None)
    login, thread = _valid_login(actor), _json_integer(number) or None
    sha = commit if isinstance(commit, str) and _SHA.match(commit) else None
    what = str(kind)
    if what in ("star", "fork"):
        return (
            CachedEvent(star_or_fork_id(repository, what, login or "", when), what, at, login, None, None, False)
            if login
            else None
        )
    if what == "release":
        name = str(tag)
        return (
            CachedEvent(release_event_id(repository, name), what, at, login, None, None, False)
            if name.isprintable() and name
            else None
        )
    if what in ("comment", "review_comment", "commit_comment"):
        native = _json_integer(comment)
        return (
            CachedEvent(conversation_event_id(repository, what, native), what, at, login, thread, sha, False)
            if native
            else None
        )
    if thread is None:
        return None
    if what == "review":  # the table has no review ids
        native_name = f"{thread}/{(login or '').casefold()}@{when:%Y%m%dT%H%M%S}"
        return CachedEvent(conversation_event_id(repository, what, native_name), what, at, login, thread, None, False)
    if what in SINGLE_KINDS:
        return CachedEvent(thread_event_id(repository, thread, what), what, at, login, thread, None, False)
    if what in CLOSING_KINDS:
        closed = "pull_closed" if what == sql_queries.PULL_ENDED else what
        return CachedEvent(
            closing_event_id(repository, thread, closed, when),
            closed,
            at,
            login,
            thread,
            None,
            what == sql_queries.PULL_ENDED,
        )
    return None


def thread_author(row: Sequence[object]) -> Iterator[tuple[int, str, bool]]:
    """The thread, its author and whether that is certain, if the row names one; a comment names its own author."""
    _, kind, _, actor, number, _, creator, _, _ = row
    thread, what = _json_integer(number), str(kind)
    opened = what in ("issue_opened", "pull_opened")
    names_author = opened or what in ("pull_merged", "issue_closed", "pull_closed", sql_queries.PULL_ENDED, "review")
    author = _valid_login(creator) if names_author else None
    if thread and (author or (opened and _valid_login(actor))):
        yield thread, author or str(actor), opened


def month_start_second(month: int) -> int:
    """The first second of a month."""
    return int(datetime(month // 100, month % 100, 1, tzinfo=UTC).timestamp())


def month_end_second(month: int) -> int:
    """The first second after a month."""
    following = add_months(datetime(month // 100, month % 100, 1, tzinfo=UTC).date(), 1)
    return month_start_second(following.year * 100 + following.month)


def months_in_range(since: datetime, until: datetime) -> list[int]:
    """The months that overlap [since, until)."""
    last = max(since, until)
    every = list_months_between(start_of_month(since), start_of_month(last))
    if last == datetime.combine(start_of_month(last), datetime.min.time()) and len(every) > 1:
        every = every[:-1]
    return [month.year * 100 + month.month for month in every]


def _month_of_moment(moment: int) -> int:
    at = datetime.fromtimestamp(moment, UTC)
    return at.year * 100 + at.month


def _month_name(month: int) -> str:
    return f"{month // 100}-{month % 100:02}"


def _months_per_answer(
    repository: str, months: Sequence[int], size: Mapping[tuple[str, int], int]
) -> Iterator[list[int]]:
    part: list[int] = []
    total = 0
    for month in months:
        events = size.get((repository, month), 0)
        if part and total + events > MOST_EVENTS:
            yield part
            part, total = [], 0
        part.append(month)
        total += events
    if part:
        yield part


def _consecutive_months(months: Sequence[int]) -> Iterator[list[int]]:
    """Runs of consecutive months, because a query covers one time range."""
    run: list[int] = []
    for month in months:
        if run and month_end_second(run[-1]) != month_start_second(month):
            yield run
            run = []
        run.append(month)
    if run:
        yield run


def _split_into_parts(names: Sequence[str], most: int) -> Iterator[list[str]]:
    for start in range(0, len(names), most):
        yield list(names[start : start + most])


def _json_integer(value: object) -> int:
    """A JSON number, which may be quoted."""
    if isinstance(value, bool) or not isinstance(value, int | str):
        raise SourceMalformed("ClickHouse returned something other than a number. Please report it.")
    number = int(value) if isinstance(value, int) or (value.isascii() and value.isdigit() and len(value) < 16) else -1
    if not 0 <= number < 2**53:
        raise ValueError("a number is out of range")
    return number


def _valid_login(value: object) -> str | None:
    if isinstance(value, str) and value and value != "ghost":
        if not _LOGIN.match(value):
            raise ValueError("the login is invalid")
        return value
    return None
