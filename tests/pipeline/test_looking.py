"""What `discover --github` asks of GitHub, against the simulated one."""

from __future__ import annotations

import time
from dataclasses import dataclass
from datetime import date, datetime

import pytest

from ecotone.events.sources.github.client import Client
from ecotone.events.sources.github.elsewhere import AT_ONCE, work_of
from ecotone.events.sources.secret import Token
from ecotone.pipeline.discovering import topics_asked
from ecotone.pipeline.looking import GitHubSearch
from ecotone.simulation.feeds import Feeds, draft
from ecotone.simulation.field import make_field
from tests.events.github.pretending import Time
from tests.fakes import serve_github

SECRET = "ghp_first_0123456789"


@dataclass(frozen=True, repr=False)  # an assertion that fails shows it
class World:
    feeds: Feeds


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> World:
    field = make_field(
        tmp_path_factory.mktemp("field"), seed=3, projects=4, people=30, months=12, last_month=date(2025, 6, 1), pace=5
    )
    return World(draft(field))


def work_by_truth(world: World) -> dict[str, set[str]]:
    """Login -> the projects in which this person opened a thread."""
    found: dict[str, set[str]] = {}
    for feed in world.feeds.projects:
        for thread in feed.threads:
            if thread.by.type == "User":
                found.setdefault(thread.by.login.casefold(), set()).add(feed.names[-1][1])
    return found


def test_where_people_work_besides_is_what_the_truth_says(world: World):
    truth = work_by_truth(world)
    logins = [*sorted(truth), "nobody-of-this-name"]
    assert len(logins) > AT_ONCE
    with serve_github(world.feeds, [SECRET]) as server, Client(server.url, [Token(SECRET)]) as client:
        found = {one.login: {facts.name for facts in one.repositories} for one in work_of(client, logins)}
        assert client.kinds["elsewhere"] == -(-len(logins) // AT_ONCE)
        search = GitHubSearch(client, datetime.fromisoformat("2025-07-01"))
        names = [feed.names[-1][1] for feed in world.feeds.projects]
        topics = search.topics([*names, "no/where"])
        assert topics["no/where"] == ()
        assert [set(topics[name]) for name in names] == [set(feed.topics) for feed in world.feeds.projects]
        (topic,) = topics_asked(topics)[:1]
        hits = list(search.find((), (topic,)))
        assert len(hits) > 0
        assert all(topic in hit.topics for hit in hits)
    assert found == truth


def test_a_question_that_is_too_much_is_halved_until_it_is_answered(world: World):
    truth = work_by_truth(world)
    clock = Time(time.time()).clock
    with (
        serve_github(world.feeds, [SECRET], ("partial", "errors", "502"), share=0.6, clock=clock.now) as server,
        Client(server.url, [Token(SECRET)], clock=clock) as client,
    ):
        found = {one.login: {facts.name for facts in one.repositories} for one in work_of(client, sorted(truth))}
        assert client.kinds["elsewhere"] > -(-len(truth) // AT_ONCE)
    assert found == truth
