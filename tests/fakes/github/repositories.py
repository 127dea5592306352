"""A field as the forge knows it at a moment: what happened later is not there yet."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import cached_property
from itertools import pairwise
from typing import Any, Final

from ecotone.simulation.feeds import api_objects
from ecotone.simulation.feeds.api_objects import Object
from ecotone.simulation.feeds.archive_eras import format_utc_time
from ecotone.simulation.feeds.feed_accounts import FeedAccount
from ecotone.simulation.feeds.feed_model import (
    Comment,
    FeedEvent,
    FieldFeeds,
    ProjectFeed,
    PublishedRelease,
    PushedCommit,
    StarOrFork,
    Thread,
    thread_as_known_at,
)
from ecotone.simulation.feeds.hour_files import assign_event_numbers
from ecotone.simulation.world import DAY, Second

WEEK: Final = 7 * DAY
SUNDAY: Final = 3 * DAY  # 1970-01-04 was one
NEIGHBOURS: Final = 1_200  # other repositories that a search finds: more than it may return
NEIGHBOURS_FROM: Final = 600_000_000


@dataclass(frozen=True, slots=True)
class RemarkInThread:
    """A remark and the thread it belongs to."""

    repository: RepositoryState
    thread: Thread
    remark: Comment


@dataclass(frozen=True, slots=True)
class LandedCommit:
    """A commit of the default branch, and the request that brought it."""

    repository: RepositoryState
    commit: PushedCommit
    at: Second
    pull: int | None


class RepositoryState:
    """One project as it stands at a moment; everything is worked out when it is first asked for."""

    def __init__(self, feed: ProjectFeed, owner: FeedAccount, now: Second) -> None:
        self.feed = feed
        self.owner = owner
        self.now = now

    @property
    def name(self) -> str:
        """Its present name."""
        return self.feed.find_name_at(self.now)

    @cached_property
    def api_object(self) -> Object:
        """The repository as the API shows it."""
        repository_object = api_objects.make_repository_object(self.feed, self.owner, self.now)
        counts = {"network_count": len(self.forks), "subscribers_count": len(self.stars) // 10}
        return repository_object | {"topics": list(self.feed.topics), "visibility": "public"} | counts

    @cached_property
    def threads(self) -> Mapping[int, Thread]:
        """Issues, pull requests and discussions by number."""
        known = (thread_as_known_at(thread, self.now) for thread in self.feed.threads)
        return {thread.number: thread for thread in known if thread is not None}

    def of_kind(self, *kinds: str) -> list[Thread]:
        """The threads of these kinds, by number."""
        return [thread for thread in self.threads.values() if thread.kind in kinds]

    @cached_property
    def last_changes(self) -> Mapping[int, Second]:
        """When each thread last changed."""
        return {number: api_objects.find_last_change(thread, self.now) for number, thread in self.threads.items()}

    def list_remarks(self, kind: str) -> list[RemarkInThread]:
        """Every remark of a kind, in the order of its numbers."""
        remarks = [
            RemarkInThread(self, thread, remark)
            for thread in self.threads.values()
            for remark in thread.remarks
            if remark.kind == kind
        ]
        return sorted(remarks, key=lambda said_remark: said_remark.remark.number)

    @cached_property
    def stars(self) -> tuple[StarOrFork, ...]:
        """Stars so far."""
        return tuple(mark for mark in self.feed.stars if mark.at < self.now)

    @cached_property
    def forks(self) -> tuple[StarOrFork, ...]:
        """Forks so far."""
        return tuple(mark for mark in self.feed.forks if mark.at < self.now)

    @cached_property
    def releases(self) -> tuple[PublishedRelease, ...]:
        """Releases so far, the newest first."""
        return tuple(
            sorted(
                (release for release in self.feed.releases if release.at < self.now), key=lambda release: -release.at
            )
        )

    @cached_property
    def commits(self) -> list[LandedCommit]:
        """The default branch's commits, the newest first."""
        pulls = {thread.landing: thread for thread in self.threads.values() if thread.landing}
        landed_commits = []
        for push in self.feed.pushes:
            if push.branch == "main" and push.at < self.now:
                pull = pulls.get(push.commits[-1].sha)
                landed_commits += [
                    LandedCommit(self, commit, push.at, pull.number if pull else None) for commit in push.commits
                ]
        return landed_commits[::-1]

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


class FakeGitHub:
    """The whole field at a moment, which may be moved on."""

    def __init__(self, feeds: FieldFeeds, now: Second) -> None:
        self.feeds = feeds
        self.numbers = assign_event_numbers(feeds.acts)
        self.era = -1
        self.move_to(now)

    def move_to(self, now: Second) -> None:
        """Let the time be `now`."""
        self.now = now
        self.era += 1
        owner = self.feeds.accounts.find_owner_account
        self.projects = [
            RepositoryState(feed, owner(feed.find_name_at(now).partition("/")[0]), now) for feed in self.feeds.projects
        ]
        self._neighbours: list[RepositoryState] | None = None
        self.nodes: dict[str, Any] = {}  # by opaque id; filled by whoever knows the types
        self.by_name = {repository.name.lower(): repository for repository in self.projects}
        self.by_number = {repository.feed.number: repository for repository in self.projects}
        self.former = {
            name.lower(): repository
            for repository in self.projects
            for since, name in repository.feed.names
            if since < now and name != repository.name
        }
        self.accounts = {account.login.lower(): account for account in self.feeds.accounts.list_known_accounts()}

    @property
    def all_repositories(self) -> list[RepositoryState]:
        """The field's repositories and their neighbours, which only a search finds at first."""
        if self._neighbours is None:
            self._neighbours = [self._make_neighbour(position) for position in range(NEIGHBOURS)]
            for neighbour in self._neighbours:
                self.by_name[neighbour.name.lower()] = neighbour
                self.by_number[neighbour.feed.number] = neighbour
        return self.projects + self._neighbours

    def _make_neighbour(self, position: int) -> RepositoryState:
        """A repository like one of the field's in which little happened."""
        like = self.feeds.projects[position % len(self.feeds.projects)]
        login = f"user-{position}"
        owner = FeedAccount(1_000 + position, login, "User")
        since = self.feeds.world.month_starts[0] + position * 40_000 % (self.now - self.feeds.world.month_starts[0])
        feed = replace(
            like,
            number=NEIGHBOURS_FROM + position,
            names=((0, f"{login}/near-{position}"),),
            founded_at=since,
            threads=(),
            stars=tuple(StarOrFork(since + step, owner) for step in range(position % 40)),
            forks=(),
            releases=(),
            pushes=(),
            commit_comments=(),
        )
        return RepositoryState(feed, owner, self.now)

    def find_repository(self, name: str) -> tuple[RepositoryState | None, bool]:
        """The repository of a name, and whether the name is a former one."""
        repository = self.by_name.get(name.lower())
        if repository is not None:
            return repository, False
        return self.former.get(name.lower()), True

    def list_events(self, repository: RepositoryState, since: Second) -> Iterator[tuple[int, FeedEvent]]:
        """A project's acts of [since, now) with the ids of their events, the newest first."""
        for position in range(len(self.feeds.acts) - 1, -1, -1):
            act = self.feeds.acts[position]
            if act.at < since:
                return
            if act.feed is repository.feed and act.at < self.now:
                yield self.numbers[position], act


def parse_second(text: str) -> Second:
    """A moment as the forge writes it; ValueError if it is none."""
    moment = datetime.fromisoformat(text)
    return int((moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp())


def make_account_page(account: FeedAccount, now: Second) -> Object:
    """An account's own page in the API."""
    founded = format_utc_time(1_400_000_000 + account.number % 100_000_000)
    return api_objects.make_user_object(account) | {
        "name": account.name,
        "company": account.find_company_at(now),
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


def matches_search(repository: RepositoryState, query: str) -> bool:
    """Whether a repository answers a search: words, and `key:value` of the keys that a collector uses."""
    text = f"{repository.name} {repository.feed.description}".lower()
    for word in query.split():
        key, colon, value = word.partition(":")
        if not colon:
            if word.strip('"').lower() not in text:
                return False
        elif not _matches_key(repository, key, value.strip('"')):
            return False
    return True


def _matches_key(repository: RepositoryState, key: str, value: str) -> bool:
    if key == "topic":
        return value.lower() in repository.feed.topics
    if key == "language":
        return value.lower() == repository.feed.project.language.lower()
    if key in ("org", "user"):
        return repository.name.partition("/")[0].lower() == value.lower()
    if key == "repo":
        return repository.name.lower() == value.lower()
    if key == "stars":
        return is_within_range(len(repository.stars), value, int)
    if key in ("created", "pushed"):
        return is_within_range(repository.feed.founded_at, value, parse_second, DAY if "T" not in value else 1)
    return True  # in:, fork:, archived:, is:


def is_within_range(number: int, wanted: str, read: Any, unit: int = 1) -> bool:
    """Whether a number is in a range as searches write it: `>9`, `>=9`, `<9`, `9`, `3..9`, `*..9`.

    >>> [is_within_range(5, wanted, int) for wanted in (">4", ">=5", "<5", "5", "3..9", "*..4")]
    [True, True, False, True, True, False]
    """
    if ".." in wanted:
        low, _, high = wanted.partition("..")
        return bool((low == "*" or number >= read(low)) and (high == "*" or number < read(high) + unit))
    for sign in (">=", "<=", ">", "<"):
        if wanted.startswith(sign):
            edge = read(wanted[len(sign) :])
            after = number >= edge + unit if sign == ">" else number >= edge
            before = number < edge if sign == "<" else number < edge + unit
            return bool(after if sign.startswith(">") else before)
    return bool(read(wanted) <= number < read(wanted) + unit)
