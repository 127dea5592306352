"""A field as the forge knows it at a moment: what happened later is not there yet."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import cached_property
from itertools import pairwise
from typing import Any, Final

from ecotone.simulation.feeds import objects
from ecotone.simulation.feeds.accounts import Account
from ecotone.simulation.feeds.acts import (
    Act,
    Feeds,
    Mark,
    ProjectFeed,
    Published,
    PushedCommit,
    Remark,
    Thread,
    known_at,
)
from ecotone.simulation.feeds.eras import written
from ecotone.simulation.feeds.hours import event_numbers
from ecotone.simulation.feeds.objects import Object
from ecotone.simulation.world import DAY, Second

WEEK: Final = 7 * DAY
SUNDAY: Final = 3 * DAY  # 1970-01-04 was one
NEIGHBOURS: Final = 1_200  # other repositories that a search finds: more than it may return
NEIGHBOURS_FROM: Final = 600_000_000


@dataclass(frozen=True, slots=True)
class Said:
    """A remark and the thread it belongs to."""

    seen: Seen
    thread: Thread
    remark: Remark


@dataclass(frozen=True, slots=True)
class Landed:
    """A commit of the default branch, and the request that brought it."""

    seen: Seen
    commit: PushedCommit
    at: Second
    pull: int | None


class Seen:
    """One project as it stands at a moment; everything is worked out when it is first asked for."""

    def __init__(self, feed: ProjectFeed, owner: Account, now: Second) -> None:
        self.feed = feed
        self.owner = owner
        self.now = now

    @property
    def name(self) -> str:
        """Its present name."""
        return self.feed.name_at(self.now)

    @cached_property
    def object(self) -> Object:
        """The repository as the API shows it."""
        found = objects.repository(self.feed, self.owner, self.now)
        counts = {"network_count": len(self.forks), "subscribers_count": len(self.stars) // 10}
        return found | {"topics": list(self.feed.topics), "visibility": "public"} | counts

    @cached_property
    def threads(self) -> Mapping[int, Thread]:
        """Issues, pull requests and discussions by number."""
        known = (known_at(thread, self.now) for thread in self.feed.threads)
        return {thread.number: thread for thread in known if thread is not None}

    def of_kind(self, *kinds: str) -> list[Thread]:
        """The threads of these kinds, by number."""
        return [thread for thread in self.threads.values() if thread.kind in kinds]

    @cached_property
    def touched(self) -> Mapping[int, Second]:
        """When each thread last changed."""
        return {number: objects.touched(thread, self.now) for number, thread in self.threads.items()}

    def said(self, kind: str) -> list[Said]:
        """Every remark of a kind, in the order of its numbers."""
        found = [
            Said(self, thread, remark)
            for thread in self.threads.values()
            for remark in thread.remarks
            if remark.kind == kind
        ]
        return sorted(found, key=lambda one: one.remark.number)

    @cached_property
    def stars(self) -> tuple[Mark, ...]:
        """Stars so far."""
        return tuple(mark for mark in self.feed.stars if mark.at < self.now)

    @cached_property
    def forks(self) -> tuple[Mark, ...]:
        """Forks so far."""
        return tuple(mark for mark in self.feed.forks if mark.at < self.now)

    @cached_property
    def releases(self) -> tuple[Published, ...]:
        """Releases so far, the newest first."""
        return tuple(sorted((one for one in self.feed.releases if one.at < self.now), key=lambda one: -one.at))

    @cached_property
    def commits(self) -> list[Landed]:
        """The default branch's commits, the newest first."""
        pulls = {thread.landing: thread for thread in self.threads.values() if thread.landing}
        found = []
        for push in self.feed.pushes:
            if push.branch == "main" and push.at < self.now:
                pull = pulls.get(push.commits[-1].sha)
                found += [Landed(self, one, push.at, pull.number if pull else None) for one in push.commits]
        return found[::-1]

    def star_weeks(self) -> list[Object]:
        """Stars a week and day, the newest week first, back to the beginning; weeks begin on Sundays in UTC."""
        first = (self.feed.founded_at - SUNDAY) // WEEK
        last = (self.now - SUNDAY) // WEEK
        times = [mark.at for mark in self.stars]
        weeks = []
        for week in range(last, first - 1, -1):
            start = week * WEEK + SUNDAY
            edges = [bisect_left(times, start + day * DAY) for day in range(8)]
            days = [after - before for before, after in pairwise(edges)]
            weeks.append({"week": start, "total": sum(days), "days": days})
        return weeks


class Forge:
    """The whole field at a moment, which may be moved on."""

    def __init__(self, feeds: Feeds, now: Second) -> None:
        self.feeds = feeds
        self.numbers = event_numbers(feeds.acts)
        self.era = -1
        self.move(now)

    def move(self, now: Second) -> None:
        """Let the time be `now`."""
        self.now = now
        self.era += 1
        owner = self.feeds.accounts.owner
        self.projects = [Seen(feed, owner(feed.name_at(now).partition("/")[0]), now) for feed in self.feeds.projects]
        self._neighbours: list[Seen] | None = None
        self.nodes: dict[str, Any] = {}  # by opaque id; filled by whoever knows the types
        self.by_name = {seen.name.lower(): seen for seen in self.projects}
        self.by_number = {seen.feed.number: seen for seen in self.projects}
        self.former = {
            name.lower(): seen
            for seen in self.projects
            for since, name in seen.feed.names
            if since < now and name != seen.name
        }
        self.accounts = {account.login.lower(): account for account in self.feeds.accounts.met()}

    @property
    def everything(self) -> list[Seen]:
        """The field's repositories and their neighbours, which only a search finds at first."""
        if self._neighbours is None:
            self._neighbours = [self._neighbour(place) for place in range(NEIGHBOURS)]
            for seen in self._neighbours:
                self.by_name[seen.name.lower()] = seen
                self.by_number[seen.feed.number] = seen
        return self.projects + self._neighbours

    def _neighbour(self, place: int) -> Seen:
        """A repository like one of the field's in which little happened."""
        like = self.feeds.projects[place % len(self.feeds.projects)]
        login = f"user-{place}"
        owner = Account(1_000 + place, login, "User")
        since = self.feeds.world.month_starts[0] + place * 40_000 % (self.now - self.feeds.world.month_starts[0])
        feed = replace(
            like,
            number=NEIGHBOURS_FROM + place,
            names=((0, f"{login}/near-{place}"),),
            founded_at=since,
            threads=(),
            stars=tuple(Mark(since + step, owner) for step in range(place % 40)),
            forks=(),
            releases=(),
            pushes=(),
            commit_comments=(),
        )
        return Seen(feed, owner, self.now)

    def find(self, name: str) -> tuple[Seen | None, bool]:
        """The repository of a name, and whether the name is a former one."""
        seen = self.by_name.get(name.lower())
        if seen is not None:
            return seen, False
        return self.former.get(name.lower()), True

    def acts(self, seen: Seen, since: Second) -> Iterator[tuple[int, Act]]:
        """A project's acts of [since, now) with the ids of their events, the newest first."""
        for position in range(len(self.feeds.acts) - 1, -1, -1):
            act = self.feeds.acts[position]
            if act.at < since:
                return
            if act.feed is seen.feed and act.at < self.now:
                yield self.numbers[position], act


def second_from(text: str) -> Second:
    """A moment as the forge writes it; ValueError if it is none."""
    moment = datetime.fromisoformat(text)
    return int((moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp())


def person(account: Account, now: Second) -> Object:
    """An account's own page in the API."""
    founded = written(1_400_000_000 + account.number % 100_000_000)
    return objects.user(account) | {
        "name": account.name,
        "company": account.company_at(now),
        "blog": "",
        "location": None,
        "email": None,
        "hireable": None,
        "bio": None,
        "twitter_username": None,
        "public_repos": 1,
        "public_gists": 0,
        "followers": account.number % 90,
        "following": 0,
        "created_at": founded,
        "updated_at": founded,
    }


def matches(seen: Seen, query: str) -> bool:
    """Whether a repository answers a search: words, and `key:value` of the keys that a collector uses."""
    text = f"{seen.name} {seen.feed.description}".lower()
    for word in query.split():
        key, colon, value = word.partition(":")
        if not colon:
            if word.strip('"').lower() not in text:
                return False
        elif not _holds(seen, key, value.strip('"')):
            return False
    return True


def _holds(seen: Seen, key: str, value: str) -> bool:
    if key == "topic":
        return value.lower() in seen.feed.topics
    if key == "language":
        return value.lower() == seen.feed.project.language.lower()
    if key in ("org", "user"):
        return seen.name.partition("/")[0].lower() == value.lower()
    if key == "repo":
        return seen.name.lower() == value.lower()
    if key == "stars":
        return within(len(seen.stars), value, int)
    if key in ("created", "pushed"):
        return within(seen.feed.founded_at, value, second_from, DAY if "T" not in value else 1)
    return True  # in:, fork:, archived:, is:


def within(found: int, wanted: str, read: Any, unit: int = 1) -> bool:
    """Whether a number is in a range as searches write it: `>9`, `>=9`, `<9`, `9`, `3..9`, `*..9`.

    >>> [within(5, wanted, int) for wanted in (">4", ">=5", "<5", "5", "3..9", "*..4")]
    [True, True, False, True, True, False]
    """
    if ".." in wanted:
        low, _, high = wanted.partition("..")
        return bool((low == "*" or found >= read(low)) and (high == "*" or found < read(high) + unit))
    for sign in (">=", "<=", ">", "<"):
        if wanted.startswith(sign):
            edge = read(wanted[len(sign) :])
            after = found >= edge + unit if sign == ">" else found >= edge
            before = found < edge if sign == "<" else found < edge + unit
            return bool(after if sign.startswith(">") else before)
    return bool(read(wanted) <= found < read(wanted) + unit)
