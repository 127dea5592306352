from __future__ import annotations

from datetime import timedelta

import httpx
import pytest

from ecotone.events.sources.github.client import GitHubClient
from ecotone.events.sources.github.repository_search import search_repositories
from ecotone.events.sources.secret import Token
from ecotone.foundation.errors import UserError
from tests.events.github.pretending import BASE, NOW, SECRET, SINCE, Pretend, Repository, Time


def client_of(pretend: Pretend, time: Time | None = None) -> GitHubClient:
    return GitHubClient(BASE, [Token(SECRET)], transport=pretend.transport, clock=(time or Time()).clock)


@pytest.mark.parametrize("count", [0, 1, 99, 100, 101, 1000, 1001, 3500])
def test_more_than_a_search_shows_is_found_by_halving_time(count: int):
    pretend = Pretend([Repository(f"octo/r{n:05}", n) for n in range(1, count + 1)])
    found = search_repositories(client_of(pretend), topics=["agents"], since=SINCE, until=NOW)
    assert [one.name for one in found.repositories] == [f"octo/r{n:05}" for n in range(1, count + 1)]
    assert found.complete
    assert pretend.repeated() == []
    if count <= 1000:
        assert len(pretend.log) == max(-(-count // 100), 1)


def test_the_question_says_topics_words_language_and_stars():
    pretend = Pretend([])
    search_repositories(
        client_of(pretend), topics=["llm"], words=["agent"], language="C++", least_stars=50, since=SINCE, until=NOW
    )
    ((url, _),) = pretend.log
    assert httpx.URL(url).params["q"] == (
        'agent topic:llm language:"C++" stars:>=50 created:2025-01-01T00:00:00Z..2026-02-28T23:59:59Z'
    )


def test_a_search_that_github_left_early_is_not_called_complete():
    early = httpx.Response(200, json={"total_count": 0, "incomplete_results": True, "items": []})
    pretend = Pretend([], faults={1: early})
    assert not search_repositories(client_of(pretend), words=["x"], since=SINCE, until=NOW).complete


def test_the_limit_of_searches_is_waited_for():
    time = Time()
    limited = httpx.Response(403, json={"message": "API rate limit exceeded"}, headers={"retry-after": "20"})
    pretend = Pretend([Repository("octo/one", 1)], faults={1: limited})
    found = search_repositories(client_of(pretend, time), words=["x"], since=SINCE, until=NOW)
    assert len(found.repositories) == 1
    assert time.slept == [20]


def test_one_second_that_holds_too_many_ends():
    everything = [Repository(f"octo/r{n}", 1) for n in range(1, 1202)]
    pretend = Pretend(everything)
    found = search_repositories(client_of(pretend), words=["x"], since=SINCE, until=SINCE + timedelta(hours=2))
    assert not found.complete
    assert len(found.repositories) == 1000
    assert len(pretend.log) < 40


@pytest.mark.parametrize("options", [{}, {"words": ["a\nb"]}, {"words": ["x" * 300]}])
def test_a_search_that_cannot_be_asked_is_refused(options):
    with pytest.raises(UserError, match="search for repositories"):
        search_repositories(client_of(Pretend([])), until=NOW, **options)


def test_what_github_does_not_take_is_said():
    pretend = Pretend([], faults={1: httpx.Response(422, json={"message": "Validation Failed"})})
    with pytest.raises(UserError, match="Validation Failed"):
        search_repositories(client_of(pretend), words=["x"], until=NOW)
