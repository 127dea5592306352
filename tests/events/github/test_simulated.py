"""The feed against the simulated GitHub: it reads every event despite faults, in few requests."""

from __future__ import annotations

import sys
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from ecotone.events.sources.base import AuthoredCommit, FeedTables, Period, RepositoryTarget
from ecotone.events.sources.github.feed_reader import GitHubReader
from ecotone.events.sources.github.graphql_queries import AUTHORS_PER_QUERY
from ecotone.events.sources.github.source import GitHubSource
from ecotone.events.sources.http import Clock
from ecotone.events.sources.secret import Token
from ecotone.simulation.feeds import FieldFeeds, generate_feeds
from ecotone.simulation.feeds.feed_truth import list_event_rows
from ecotone.simulation.simulated_field import make_simulated_field
from tests.events.github.pretending import Time
from tests.events.github.request_lower_bound import DataCounts, lower_bound_of_requests
from tests.events.noting import sentences
from tests.fakes import serve_github

SECRETS = ("ghp_first_0123456789", "ghp_second_0123456789")
SINCE = datetime.fromisoformat("2024-06-01")
TROUBLES = (
    "429",
    "secondary",
    "unexplained",
    "primary",
    "502",
    "cut",
    "length",
    "errors",
    "limited",
    "partial",
    "html",
)


AT_ONCE = Clock(time.time, lambda _: None)


@dataclass(frozen=True, repr=False)  # an assertion that fails shows it
class World:
    feeds: FieldFeeds
    wanted: list[RepositoryTarget]
    truth: list[tuple[object, ...]]


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> World:
    field = make_simulated_field(
        tmp_path_factory.mktemp("field"), seed=3, projects=4, people=30, months=18, last_month=date(2025, 6, 1), pace=5
    )
    feeds = generate_feeds(field, renames=True)
    wanted = [
        RepositoryTarget(
            one.project.repository, one.project.repository, f"https://github.com/{one.names[0][1]}", None, None
        )
        for one in feeds.projects
    ]
    truth = [
        (row["id"], row["kind"], row["created_at"], row["account"], row["other_account"], row["thread"])
        for row in list_event_rows(feeds)
        if row["kind"] in GitHubSource.event_kinds
    ]
    return World(feeds, wanted, sorted(truth, key=repr))


def read(world: World, server, folder: Path, now: datetime, clock: Clock = AT_ONCE) -> tuple[GitHubReader, FeedTables]:
    feed = GitHubReader(server.url, [Token(one) for one in SECRETS], clock=clock)
    return feed, feed.read_period(world.wanted, Period(SINCE, now), folder, now, lambda *_: None)


def acts(found: FeedTables) -> list[tuple[object, ...]]:
    names = ("event_id", "kind", "created_at", "account", "other_account", "thread")
    rows = found.events.select(names).to_pylist()
    return sorted((tuple(row[name] for name in names) for row in rows), key=repr)


def true_acts(world: World, now: datetime) -> list[tuple[object, ...]]:
    def moment(value: object) -> datetime:
        read = value if isinstance(value, datetime) else datetime.fromisoformat(str(value))
        return read.astimezone(UTC).replace(tzinfo=None) if read.tzinfo else read

    rows = [(*row[:2], moment(row[2]), *row[3:]) for row in world.truth]
    return sorted((row for row in rows if SINCE <= row[2] < now), key=repr)


def differences(found: FeedTables, world: World, now: datetime) -> list[object]:
    """The first few events that only one side has."""
    mine, true = Counter(acts(found)), Counter(true_acts(world, now))
    return sorted((mine - true) + (true - mine), key=repr)[:6]


def test_every_act_of_the_truth_is_there_and_no_other(world: World, tmp_path: Path):
    with serve_github(world.feeds, tokens=SECRETS) as server:
        _, found = read(world, server, tmp_path, server.now)
        assert differences(found, world, server.now) == []
        assert found.failures == ()
        assert server.log.list_repeated_requests() == []


@pytest.mark.parametrize("trouble", TROUBLES)
def test_no_trouble_changes_anything(world: World, tmp_path: Path, trouble: str):
    # one clock for both sides: who sleeps until a limit is over finds it over, however quick the machine
    clock = Time(time.time()).clock
    with serve_github(world.feeds, tokens=SECRETS, trouble=(trouble,), clock=clock.now) as server:
        _, found = read(world, server, tmp_path, server.now, clock)
        assert differences(found, world, server.now) == []
        assert found.failures == ()
        assert server.log.list_repeated_requests() == []


def test_all_troubles_together_change_nothing(world: World, tmp_path: Path):
    together = tuple(one for one in TROUBLES if one != "slow")
    clock = Time(time.time()).clock
    with serve_github(world.feeds, tokens=SECRETS, trouble=together, share=0.5, clock=clock.now) as server:
        _, found = read(world, server, tmp_path, server.now, clock)
        assert differences(found, world, server.now) == []
        assert found.failures == ()
        assert server.log.list_repeated_requests() == []


@pytest.mark.parametrize("status", [404, 451])
def test_a_repository_that_is_gone_leaves_the_others_whole(world: World, tmp_path: Path, status: int):
    gone = world.feeds.projects[1].names[-1][1]
    with serve_github(world.feeds, tokens=SECRETS, gone={gone: status}) as server:
        _, found = read(world, server, tmp_path, server.now)
    (failure,) = sentences(found.failures)
    assert failure[0] == world.wanted[1].repository
    states = Counter((row["repository"] == failure[0], row["state"]) for row in found.coverage.to_pylist())
    assert states[True, "complete"] == 0
    assert states[False, "complete"] > 30


def test_the_requests_are_nearly_as_few_as_can_be(world: World, tmp_path: Path):
    with serve_github(world.feeds, tokens=SECRETS) as server:
        feed, found = read(world, server, tmp_path, server.now)
        least = lower_bound_of_requests(list(counts_of(world, server.now)), found.profiles.num_rows)
        used, fewest = sum(feed.requests.values()), sum(least.values())
        sys.stdout.write(f"\n{used} requests, the fewest are {fewest}: {dict(feed.requests)} {dict(least)}\n")
        assert sum(feed.requests.values()) <= 1.2 * sum(least.values())


def unnamed_authors(world: World) -> list[AuthoredCommit]:
    """The first commit of each address that is no login, in each repository, the oldest first."""
    found: dict[tuple[str, str], AuthoredCommit] = {}
    for one in world.feeds.projects:
        for commit in (commit for push in one.pushes if push.branch == "main" for commit in push.commits):
            email, repository = commit.change.author.email, one.project.repository
            if not email.endswith("@users.noreply.github.com"):
                found.setdefault((email, repository), AuthoredCommit(email, repository, commit.sha))
    return list(found.values())


def read_authors(world: World, server, folder: Path, tokens: Sequence[str], now: datetime):
    feed = GitHubReader(server.url, [Token(one) for one in tokens], clock=AT_ONCE, profiles=False, stars=False)
    whole = {one.repository: (Period(SINCE, now),) for one in world.wanted}
    found = feed.backfill(world.wanted, whole, folder, now, lambda *_: None, unnamed_authors(world))
    return feed.requests, found.extra_tables["commit_authors"].to_pylist()


def test_one_commit_of_each_address_names_its_login_once(world: World, tmp_path: Path):
    addresses = {one.account.lower() for one in unnamed_authors(world)}
    email_of = {one.commit: one.account.lower() for one in unnamed_authors(world)}
    true = {email: account.login for email, account in world.feeds.accounts.addresses.items() if email in addresses}
    with serve_github(world.feeds, tokens=SECRETS) as server:
        requests, named = read_authors(world, server, tmp_path, SECRETS, server.now)
        assert {email_of[row["commit"]]: row["login"] for row in named} == true
        assert len(true) > 20
        assert requests["authors"] == -(-len(addresses) // AUTHORS_PER_QUERY)
        again, same = read_authors(world, server, tmp_path, SECRETS, server.now)
        assert "authors" not in again
        assert same == named
        later, _ = read_authors(world, server, tmp_path, SECRETS, server.now + timedelta(days=181))
        assert later["authors"] == requests["authors"]


def test_without_a_token_no_author_is_asked_for(world: World, tmp_path: Path):
    with serve_github(world.feeds, tokens=SECRETS) as server:
        requests, named = read_authors(world, server, tmp_path, (), server.now)
    assert "authors" not in requests
    assert named == []


def counts_of(world: World, now: datetime):
    for one in world.feeds.projects:
        mine = [row for row in true_acts(world, now) if str(row[0]).startswith(one.project.repository)]
        kinds: Mapping[str, int] = Counter(str(row[1]) for row in mine)
        touched = {row[5] for row in mine if row[5] is not None}
        pulls = {thread.number for thread in one.threads if thread.kind == "pull"} & touched
        weeks = -(-int((now - SINCE).total_seconds()) // (7 * 86400)) + 1
        issues = {thread.number for thread in one.threads if thread.kind != "discussion"} & touched
        yield DataCounts(len(issues), len(pulls), kinds["comment"], kinds["review_comment"], kinds["release"], weeks)
