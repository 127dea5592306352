"""Requests: repository names, hosts, no token, stored data, and the lower bound of requests."""

from __future__ import annotations

import sqlite3
from datetime import timedelta
from pathlib import Path

import httpx
import pytest

from ecotone.events.sources.base import RepositoryTarget
from ecotone.events.sources.github.feed_reader import GitHubReader, github_name
from ecotone.foundation.errors import DamagedFile, WorkspaceVersion
from tests.events.github.pretending import BASE, DAY, NOW, PERIOD, SINCE, Pretend, Repository, Thread, small
from tests.events.github.request_lower_bound import DataCounts, lower_bound_of_requests
from tests.events.github.test_resuming import busy
from tests.events.noting import sentences


@pytest.mark.parametrize(
    ("location", "name"),
    [
        ("https://github.com/octo/cat", "octo/cat"),
        ("https://github.com/octo/cat.git", "octo/cat"),
        ("https://www.github.com/Octo/Cat/", "Octo/Cat"),
        ("git@github.com:octo/cat.git", "octo/cat"),
        ("ssh://git@github.com/octo/cat", "octo/cat"),
        ("ssh://git@github.com:22/octo/cat", "octo/cat"),
        ("/srv/git/cat.bundle", "land/scape"),
        ("../cat", "land/scape"),
        ("https://gitlab.com/octo/cat", None),
        ("https://github.com.evil.example/octo/cat", None),
        ("https://github.com/octo", None),
    ],
)
def test_what_github_is_asked_for(location: str, name: str | None):
    assert github_name(RepositoryTarget("p", "land/scape", location, None, None)) == name


def test_a_host_of_ones_own_has_its_own_names():
    base = "https://git.company.example/api/v3"
    assert (
        github_name(RepositoryTarget("p", "a/b", "https://git.company.example/octo/cat", None, None), base)
        == "octo/cat"
    )
    assert github_name(RepositoryTarget("p", "a/b", "https://github.com/octo/cat", None, None), base) is None


def test_a_repository_of_another_host_is_named_and_not_asked_for(tmp_path: Path):
    pretend = Pretend([small()])
    wanted = [*pretend.wanted(), RepositoryTarget("x", "x/y", "https://gitlab.com/x/y", None, None)]
    found = pretend.feed().read_period(wanted, PERIOD, tmp_path, NOW, lambda *_: None)
    assert sentences(found.failures) == (("x/y", "x/y: it is not on api.github.com, so nothing was requested."),)
    rows = found.coverage.to_pylist()
    assert {row["state"] for row in rows if row["repository"] == "x/y"} == {"not_observed"}


def test_without_a_token_the_repositories_are_looked_up_and_the_rest_is_said(tmp_path: Path):
    pretend = Pretend([small(), Repository("octo/dog", 2)])
    found = pretend.bring(tmp_path, secrets=())
    assert [url for url, _ in pretend.log] == [f"{BASE}/repos/octo/cat", f"{BASE}/repos/octo/dog"]
    assert pretend.asked_with == ["", ""]
    assert found.repositories["repository"].to_pylist() == ["octo/cat", "octo/dog"]
    ((place, sentence),) = sentences(found.failures)
    assert place == "GitHub"
    assert sentence.startswith(
        "Without a token, GitHub was asked only for the descriptions of the repositories: no issues,"
    )
    assert sentence.endswith("run the same command again.")
    assert set(found.coverage["state"].to_pylist()) == {"not_observed"}
    pretend.bring(tmp_path, secrets=())
    assert len(pretend.log) == 2


def test_without_a_token_nobody_waits_for_the_next_hour(tmp_path: Path):
    limited = httpx.Response(
        403, json={"message": "rate limit"}, headers={"x-ratelimit-remaining": "0", "x-ratelimit-reset": "99999999999"}
    )
    pretend = Pretend([small(), Repository("octo/dog", 2)], faults={2: limited})
    found = pretend.bring(tmp_path, secrets=())
    assert found.repositories.num_rows == 1
    assert len(pretend.log) == 2


def test_another_host_than_github_says_how_to_let_it_have_a_token(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("GITHUB_TOKEN", "ghp_environment_token")
    asked = []

    def answer(request: httpx.Request) -> httpx.Response:
        asked.append(request.headers.get("authorization"))
        return httpx.Response(404)

    feed = GitHubReader("https://evil.example", transport=httpx.MockTransport(answer))
    wanted = [RepositoryTarget("octo/cat", "octo/cat", "https://evil.example/octo/cat", None, None)]
    found = feed.read_period(wanted, PERIOD, tmp_path, NOW, lambda *_: None)
    assert asked == [None]
    assert "set ECOTONE_GITHUB_HOST to that name" in sentences(found.failures)[0][1]


def test_more_reviews_and_releases_than_one_answer_holds(tmp_path: Path):
    reviews = [(n, "ann", SINCE + timedelta(hours=n)) for n in range(1, 251)]
    one = Repository("octo/talk", threads=[Thread(1, SINCE, "ben", pull=True, reviews=reviews)])
    one.releases = [(f"v{n}", "ann", SINCE + n * DAY) for n in range(1, 232)]
    pretend = Pretend([one])
    feed = pretend.feed(stars=False)
    found = feed.read_period(pretend.wanted(), PERIOD, tmp_path, NOW, lambda *_: None)
    kinds = found.events["kind"].to_pylist()
    assert (kinds.count("review"), kinds.count("release")) == (250, 231)
    least = lower_bound_of_requests([DataCounts(1, 1, 0, 0, 231, 0, reviews=[250])], 2)
    assert feed.requests == {kind: count for kind, count in least.items() if count and kind != "stars"}


def test_people_are_asked_for_again_after_half_a_year(tmp_path: Path):
    pretend = Pretend([small()])
    pretend.bring(tmp_path)
    pretend.repositories[0].companies["ann"] = "Beta"
    found = pretend.bring(tmp_path, now=NOW + 181 * DAY)
    mine = [row["company"] for row in found.profiles.to_pylist() if row["login"] == "ann"]
    assert mine == ["Alpha", "Beta"]  # the earlier and the current profile


def test_switches_leave_profiles_and_stars_alone(tmp_path: Path):
    pretend = Pretend([small()])
    feed = pretend.feed(profiles=False, stars=False)
    feed.read_period(pretend.wanted(), PERIOD, tmp_path, NOW, lambda *_: None)
    assert not {"people", "stars"} & feed.requests.keys()


def test_many_repositories_share_their_questions(tmp_path: Path):
    pretend = Pretend([busy(f"octo/r{n}", n, threads=7, comments=14) for n in range(1, 61)])
    feed = pretend.feed(stars=False)
    feed.read_period(pretend.wanted(), PERIOD, tmp_path, NOW, lambda *_: None)
    assert feed.requests["repositories"] == 2
    assert pretend.repeated() == []


def test_what_is_kept_is_one_file_without_a_text_of_anybody(tmp_path: Path):
    Pretend([small()]).bring(tmp_path)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["github.sqlite", "github.sqlite.digest"]
    assert b"a title" not in (tmp_path / "github.sqlite").read_bytes()


def test_a_file_of_another_version_is_left_alone(tmp_path: Path):
    with sqlite3.connect(tmp_path / "github.sqlite") as base:
        base.execute("pragma user_version = 99")
    with pytest.raises(WorkspaceVersion, match="has format 99"):
        Pretend([small()]).bring(tmp_path)


def test_a_damaged_file_is_said(tmp_path: Path):
    (tmp_path / "github.sqlite").write_bytes(b"not a database at all" * 100)
    with pytest.raises(DamagedFile, match="Remove the folder"):
        Pretend([small()]).bring(tmp_path)
