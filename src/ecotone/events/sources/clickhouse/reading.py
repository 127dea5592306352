"""Fetch missing data from ClickHouse: event counts by month, then, if wanted, events, in queries of bounded size."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Final

from ecotone.events.identifiers import closing_id, marked_id, release_id, said_id, thread_id
from ecotone.events.sources.clickhouse import query
from ecotone.events.sources.clickhouse.client import AGAIN, Client, TooMuch
from ecotone.events.sources.clickhouse.shelf import COUNTED, READ, Act, Place, Pulse, Shelf
from ecotone.foundation.errors import SourceMalformed, SourceUnavailable
from ecotone.foundation.months import add_months, month_of, months_between
from ecotone.foundation.notes import Note, note

NAMES: Final = 50
"""Repositories in one query."""

ROWS: Final = 100_000
"""Most events in one answer, about 15 MB; a month of one repository is never split."""

SETTLED: Final = 3 * 86400
"""Seconds after a month's end until its late events have arrived."""

FRESH: Final = 3600
"""Seconds before the same data is queried again."""

ONCE: Final = frozenset({"issue_opened", "pull_opened", "pull_merged"})
CLOSES: Final = frozenset({"issue_closed", "pull_closed", query.ENDED})
_LOGIN: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,99}(\[bot\])?\Z")
_SHA: Final = re.compile(r"[0-9a-f]{40}(?:[0-9a-f]{24})?\Z")


@dataclass(slots=True)
class Reading:
    """The data to fetch, and the failures so far.

    names        the landscape's name of a repository -> all names that the archive may use, case-sensitive
    months       the wanted months, as numbers such as 202403
    on_progress  called with the current item, the number of finished repositories, and their total
    """

    client: Client
    shelf: Shelf
    names: Mapping[str, Sequence[str]]
    months: Sequence[int]
    now: int
    heard: Callable[[str, int, int], None]
    failures: list[tuple[str, Note]] = field(default_factory=list)
    refused: int = 0

    def read(self, *, people: bool) -> None:
        """Fetch missing data. Raises SourceError if the server cannot answer at all."""
        self._pulse()
        for group, months in self._groups(COUNTED, list(self.names), NAMES):
            self._ask(group, months, self._count)
            self._say("counts by month")
        if people:
            for group, months in self._packs():
                self._ask(group, months, self._acts)
                self._say("acts")
        if self.refused:
            self.failures.append(("ClickHouse", note("rows_undocumented", count=self.refused)))

    def _say(self, what: str) -> None:
        done = sum(not self._stale(COUNTED, one) for one in self.names)
        self.heard(f"ClickHouse: {what}", done, len(self.names))

    # what is missing

    def _stale(self, what: str, repository: str) -> list[int]:
        """Months of a repository that were not queried since all their events can have arrived."""
        asked = self.shelf.asked(what, repository)
        return [
            month
            for month in self.months
            if month not in asked or asked[month] < min(end_of(month) + SETTLED, self.now - FRESH + 1)
        ]

    def _groups(self, what: str, names: Sequence[str], most: int) -> Iterator[tuple[list[str], list[int]]]:
        """Batches of repositories that lack the same months."""
        lacking: dict[tuple[int, ...], list[str]] = {}
        for repository in names:
            if stale := self._stale(what, repository):
                lacking.setdefault(tuple(stale), []).append(repository)
        for months, group in sorted(lacking.items()):
            for part in _parts(group, most):
                for run in _runs(months):
                    yield part, run

    def _packs(self) -> Iterator[tuple[list[str], list[int]]]:
        """Batches of repositories and months whose events, according to the counts, fit into one answer."""
        size = {
            (str(name), int(str(month))): int(str(events))
            for name, month, events in self.shelf.rows(
                "select repository, month, sum(events) from counts group by repository, month"
            )
        }
        for group, months in self._groups(READ, list(self.names), len(self.names)):
            waiting: list[str] = []
            total = 0
            for repository in group:
                events = sum(size.get((repository, month), 0) for month in months)
                if (waiting and total + events > ROWS) or len(waiting) == NAMES:
                    yield waiting, months
                    waiting, total = [], 0
                if events > ROWS:
                    yield from (([repository], part) for part in _months_that_fit(repository, months, size))
                else:
                    waiting.append(repository)
                    total += events
            if waiting:
                yield waiting, months

    # asking

    def _ask(self, group: list[str], months: list[int], work: Callable[[list[str], list[int]], None]) -> None:
        """Query a group; split it into halves if it exceeds the server's limits."""
        try:
            work(group, months)
        except TooMuch as error:
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
            for part, some in halves:
                self._ask(part, some, work)

    def _count(self, group: list[str], months: list[int]) -> None:
        found: dict[tuple[str, int, str], tuple[int, int]] = {}
        holes: Counter[Place] = Counter()
        owner = self._owners(group)
        for row in self.client.rows(query.COUNTS, self._parameters(group, months), "counts"):
            try:
                name, month, kind, events, actors = row
                key = (owner[str(name)], _whole(month), str(kind))
                before = found.get(key, (0, 0))  # under another of its names
                found[key] = (before[0] + _whole(events), max(before[1], _whole(actors)))
            except (ValueError, KeyError):
                self._refuse(holes, owner, row, months)
        rows = ((*key, *value) for key, value in sorted(found.items()))
        self.shelf.keep_counts(group, months, rows, holes, self.now)

    def _refuse(
        self, holes: Counter[Place], owner: Mapping[str, str], row: Sequence[object], months: Sequence[int]
    ) -> None:
        """Count a refused row, which may belong to any of the queried months."""
        self.refused += 1
        repository = owner.get(str(row[0])) if row else None
        holes.update((one, month) for one in ({repository} if repository else set(owner.values())) for month in months)

    def _acts(self, group: list[str], months: list[int]) -> None:
        acts: list[tuple[str, int, Act]] = []
        authors: list[tuple[str, int, str, bool]] = []
        holes: Counter[Place] = Counter()
        owner = self._owners(group)
        for row in self.client.rows(query.ROWS, self._parameters(group, months), "acts"):
            try:
                repository = owner[str(row[0])]
                moment = _whole(row[2])
                if (read := act_of(repository, row)) is not None:
                    acts.append((repository, _month_at(moment), read))
                    authors += ((repository, *one) for one in author_of(row))
                elif row[1]:  # an event without the fields of its id
                    holes[repository, _month_at(moment)] += 1
            except (ValueError, KeyError, IndexError):
                self._refuse(holes, owner, row, months)
        self.shelf.keep_acts(group, months, acts, authors, holes, self.now)

    def _owners(self, group: Iterable[str]) -> dict[str, str]:
        return {name: repository for repository in group for name in self.names[repository]}

    def _parameters(self, group: Sequence[str], months: Sequence[int]) -> dict[str, str]:
        return query.parameters(sorted(self._owners(group)), start_of(months[0]), end_of(months[-1]))

    def _pulse(self) -> None:
        """Fetch the hours in the table, and the time of its newest event."""
        since, until = (
            start_of(self.months[0]),
            max(min(end_of(self.months[-1]), self.now), start_of(self.months[0]) + 1),
        )
        known = self.shelf.pulse()
        begin = since
        if known is not None and known.since <= since:
            if known.asked > self.now - FRESH or known.until >= until + SETTLED:
                return
            begin = max(since, min(known.until, until) - SETTLED)
        hours = list(self._hours(begin, until))
        newest = max((hour * 3600 + 3599 for hour, _ in hours), default=None)
        if newest is None and known is not None:
            newest = known.newest
        elif newest is None:
            found = self.client.rows(query.NEWEST, {"until": query.between(until, until)["until"]}, "pulse")
            newest = _whole(found[0][0]) if found else None
        self.shelf.keep_pulse(hours, Pulse(newest, self.now, min(since, begin), until))

    def _hours(self, since: int, until: int) -> Iterator[tuple[int, int]]:
        """Hours and their number of releases; the range is halved if it exceeds the server's limits."""
        try:
            rows = self.client.rows(query.PULSE, query.between(since, until), "pulse")
        except TooMuch as error:
            if until - since <= 86400:
                raise SourceUnavailable(f"ClickHouse does not finish a query for one day ({error}). {AGAIN}") from error
            middle = since + (until - since) // 7200 * 3600
            yield from self._hours(since, middle)
            yield from self._hours(middle, until)
            return
        for hour, events in rows:
            yield _whole(hour) // 3600, _whole(events)


def act_of(repository: str, row: Sequence[object]) -> Act | None:
    """The event of a row of ROWS; None for other kinds. Raises ValueError for invalid values."""
    _, kind, moment, actor, number, comment, _, tag, commit = row
    at = _whole(moment)
    when = datetime.fromtimestamp(at, UTC).replace(tzinfo=None)
    login, thread = _login(actor), _whole(number) or None
    sha = commit if isinstance(commit, str) and _SHA.match(commit) else None
    what = str(kind)
    if what in ("star", "fork"):
        return (
            Act(marked_id(repository, what, login or "", when), what, at, login, None, None, False) if login else None
        )
    if what == "release":
        name = str(tag)
        return (
            Act(release_id(repository, name), what, at, login, None, None, False)
            if name.isprintable() and name
            else None
        )
    if what in ("comment", "review_comment", "commit_comment"):
        native = _whole(comment)
        return Act(said_id(repository, what, native), what, at, login, thread, sha, False) if native else None
    if thread is None:
        return None
    if what == "review":  # the table has no review ids
        native_name = f"{thread}/{(login or '').casefold()}@{when:%Y%m%dT%H%M%S}"
        return Act(said_id(repository, what, native_name), what, at, login, thread, None, False)
    if what in ONCE:
        return Act(thread_id(repository, thread, what), what, at, login, thread, None, False)
    if what in CLOSES:
        closed = "pull_closed" if what == query.ENDED else what
        return Act(closing_id(repository, thread, closed, when), closed, at, login, thread, None, what == query.ENDED)
    return None


def author_of(row: Sequence[object]) -> Iterator[tuple[int, str, bool]]:
    """The thread, its author and whether that is certain, if the row names one; a comment names its own author."""
    _, kind, _, actor, number, _, creator, _, _ = row
    thread, what = _whole(number), str(kind)
    opened = what in ("issue_opened", "pull_opened")
    names_author = opened or what in ("pull_merged", "issue_closed", "pull_closed", query.ENDED, "review")
    author = _login(creator) if names_author else None
    if thread and (author or (opened and _login(actor))):
        yield thread, author or str(actor), opened


def start_of(month: int) -> int:
    """The first second of a month."""
    return int(datetime(month // 100, month % 100, 1, tzinfo=UTC).timestamp())


def end_of(month: int) -> int:
    """The first second after a month."""
    following = add_months(datetime(month // 100, month % 100, 1, tzinfo=UTC).date(), 1)
    return start_of(following.year * 100 + following.month)


def months_of(since: datetime, until: datetime) -> list[int]:
    """The months that overlap [since, until)."""
    last = max(since, until)
    every = months_between(month_of(since), month_of(last))
    if last == datetime.combine(month_of(last), datetime.min.time()) and len(every) > 1:
        every = every[:-1]
    return [month.year * 100 + month.month for month in every]


def _month_at(moment: int) -> int:
    at = datetime.fromtimestamp(moment, UTC)
    return at.year * 100 + at.month


def _month_name(month: int) -> str:
    return f"{month // 100}-{month % 100:02}"


def _months_that_fit(
    repository: str, months: Sequence[int], size: Mapping[tuple[str, int], int]
) -> Iterator[list[int]]:
    part: list[int] = []
    total = 0
    for month in months:
        events = size.get((repository, month), 0)
        if part and total + events > ROWS:
            yield part
            part, total = [], 0
        part.append(month)
        total += events
    if part:
        yield part


def _runs(months: Sequence[int]) -> Iterator[list[int]]:
    """Runs of consecutive months, because a query covers one time range."""
    run: list[int] = []
    for month in months:
        if run and end_of(run[-1]) != start_of(month):
            yield run
            run = []
        run.append(month)
    if run:
        yield run


def _parts(names: Sequence[str], most: int) -> Iterator[list[str]]:
    for place in range(0, len(names), most):
        yield list(names[place : place + most])


def _whole(value: object) -> int:
    """A JSON number, which may be quoted."""
    if isinstance(value, bool) or not isinstance(value, int | str):
        raise SourceMalformed("ClickHouse returned something other than a number. Please report it.")
    number = int(value) if isinstance(value, int) or (value.isascii() and value.isdigit() and len(value) < 16) else -1
    if not 0 <= number < 2**53:
        raise ValueError("a number is out of range")
    return number


def _login(value: object) -> str | None:
    if isinstance(value, str) and value and value != "ghost":
        if not _LOGIN.match(value):
            raise ValueError("the login is invalid")
        return value
    return None
