"""What `discover --github` asks of GitHub, against the simulated one."""

from __future__ import annotations

import time
from dataclasses import dataclass
from datetime import date, datetime

import pytest

from ecotone.events.sources.github.client import GitHubClient
from ecotone.events.sources.github.contributed_repositories import PEOPLE_PER_QUERY, contributed_repositories
from ecotone.events.sources.secret import Token
from ecotone.pipeline.discover import topics_asked
from ecotone.pipeline.github_search import GitHubSearch
from ecotone.simulation.feeds import FieldFeeds, generate_feeds
from ecotone.simulation.simulated_field import make_simulated_field
from tests.events.github.pretending import Time
from tests.fakes import serve_github

SECRET = "ghp_first_0123456789"


@dataclass(frozen=True, repr=False)  # an assertion that fails shows it
class World:
    feeds: FieldFeeds


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> World:
    field = make_simulated_field(
        tmp_path_factory.mktemp("field"), seed=3, projects=4, people=30, months=12, last_month=date(2025, 6, 1), pace=5
    )
    return World(generate_feeds(field))


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
    assert len(logins) > PEOPLE_PER_QUERY
    with serve_github(world.feeds, [SECRET]) as server, GitHubClient(server.url, [Token(SECRET)]) as client:
        found = {
            one.login: {facts.name for facts in one.repositories} for one in contributed_repositories(client, logins)
        }
        assert client.kinds["elsewhere"] == -(-len(logins) // PEOPLE_PER_QUERY)
        search = GitHubSearch(client, datetime.fromisoformat("2025-07-01"))
        names = [feed.names[-1][1] for feed in world.feeds.projects]
        topics = search.repository_topics([*names, "no/where"])
        assert topics["no/where"] == ()
        assert [set(topics[name]) for name in names] == [set(feed.topics) for feed in world.feeds.projects]
        (topic,) = topics_asked(topics)[:1]
        hits = list(search.find_repositories((), (topic,)))
        assert len(hits) > 0
        assert all(topic in hit.topics for hit in hits)
    assert found == truth


def test_a_question_that_is_too_much_is_halved_until_it_is_answered(world: World):
    truth = work_by_truth(world)
    clock = Time(time.time()).clock
    with (
        serve_github(world.feeds, [SECRET], ("partial", "errors", "502"), share=0.6, clock=clock.now) as server,
        GitHubClient(server.url, [Token(SECRET)], clock=clock) as client,
    ):
        found = {
            one.login: {facts.name for facts in one.repositories}
            for one in contributed_repositories(client, sorted(truth))
        }
        assert client.kinds["elsewhere"] > -(-len(truth) // PEOPLE_PER_QUERY)
    assert found == truth
