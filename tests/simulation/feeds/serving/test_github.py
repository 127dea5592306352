from __future__ import annotations

from collections import Counter
from datetime import timedelta

import httpx
import pytest

from ecotone.simulation.feeds import generate_feeds
from ecotone.simulation.world import to_datetime
from tests.fakes import serve_github
from tests.fakes.github.server import TROUBLES

from ..conftest import Told

TOKEN, OTHER = "ghp_simulated_one", "ghp_simulated_two"


class Asking:
    """A plain client of a served field."""

    def __init__(self, server, token=TOKEN):
        self.server = server
        headers = {"authorization": f"Bearer {token}"} if token else {}
        self.client = httpx.Client(base_url=server.url, headers=headers, timeout=None)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.client.close()

    def get(self, path, **headers):
        return self.client.get(path, headers={name.replace("_", "-"): value for name, value in headers.items()})

    def pages(self, path):
        """Every row of a list, by its links."""
        found = []
        while path:
            answer = self.get(path)
            assert answer.status_code == 200, answer.text
            found += answer.json()
            path = answer.links.get("next", {}).get("url")
        return found

    def query(self, text, **variables):
        return self.client.post("/graphql", json={"query": text, "variables": variables}).json()


@pytest.fixture
def served(middle: Told):
    with serve_github(middle.feeds, tokens=(TOKEN, OTHER)) as server, Asking(server) as asking:
        yield asking


def largest(told: Told):
    return max(told.feeds.projects, key=lambda feed: len(feed.threads))


def test_lists_hold_what_is_true(served: Asking, middle: Told):
    feed = largest(middle)
    at = f"/repos/{feed.project.repository}"
    issues = served.pages(f"{at}/issues?state=all&per_page=7&sort=created&direction=asc")
    assert [row["number"] for row in issues] == [one.number for one in feed.threads if one.kind != "discussion"]
    pulls = {row["number"] for row in issues if "pull_request" in row}
    assert pulls == {one.number for one in feed.threads if one.kind == "pull"}
    merged = {row["number"]: row["pull_request"]["merged_at"] for row in issues if row["number"] in pulls}
    for thread in feed.threads:
        if thread.kind == "pull":
            assert (merged[thread.number] is None) == (thread.merged_at is None)
    said = Counter(remark.kind for thread in feed.threads for remark in thread.remarks)
    assert len(served.pages(f"{at}/issues/comments?per_page=100")) == said["comment"]
    assert len(served.pages(f"{at}/pulls/comments?per_page=100")) == said["review_comment"]
    weeks = served.pages(f"{at}/stargazers/history?per_page=3")
    assert sum(week["total"] for week in weeks) == len(feed.stars) == sum(sum(week["days"]) for week in weeks)
    assert served.get(f"{at}").json()["stargazers_count"] == len(feed.stars)
    assert len(served.pages(f"{at}/releases")) == len(feed.releases)
    reviews = sum(len(served.pages(f"{at}/pulls/{number}/reviews?per_page=100")) for number in sorted(pulls)[:20])
    assert reviews == sum(
        one.kind == "review" for number in sorted(pulls)[:20] for one in feed.find_thread(number).remarks
    )


def test_since_is_by_change_and_order_by_creation(served: Asking, middle: Told):
    feed = largest(middle)
    since = middle.field.world.month_starts[1]
    path = f"/repos/{feed.project.repository}/issues?state=all&sort=created&direction=asc&per_page=100"
    rows = served.pages(f"{path}&since={to_datetime(since):%Y-%m-%dT%H:%M:%SZ}")
    assert [row["created_at"] for row in rows] == sorted(row["created_at"] for row in rows)
    touched = {
        one.number
        for one in feed.threads
        if one.kind != "discussion"
        and max(one.opened_at, one.closed_at or 0, *(remark.at for remark in one.remarks), 0) >= since
    }
    assert {row["number"] for row in rows} == touched


def test_events_are_those_of_the_archive(served: Asking, middle: Told):
    from ..reading import events

    feed = largest(middle)
    ids = {event["id"] for _, event in events(middle.folder)}
    found = served.pages(f"/repos/{feed.project.repository}/events?per_page=100")
    assert 0 < len(found) <= 300
    assert {event["id"] for event in found} <= ids
    assert served.get(f"/repos/{feed.project.repository}/events?per_page=100&page=4").status_code == 422


def test_an_unchanged_page_costs_nothing(served: Asking, middle: Told):
    path = f"/repos/{largest(middle).project.repository}"
    first = served.get(path)
    again = served.get(path, if_none_match=first.headers["etag"])
    assert (again.status_code, again.content) == (304, b"")
    assert again.headers["x-ratelimit-used"] == first.headers["x-ratelimit-used"] == "1"
    assert served.server.log.list_repeated_requests() == []
    served.get(path)
    assert served.server.log.list_repeated_requests() == [f"GET {path}"]


def test_a_renamed_repository_moves(middle: Told):
    feeds = generate_feeds(middle.field, renames=True)
    feed = next(one for one in feeds.projects if len(one.names) == 2)
    (_, old), (since, new) = feed.names
    with serve_github(feeds, tokens=(TOKEN,)) as server, Asking(server) as asking:
        moved = asking.get(f"/repos/{old}/releases?per_page=9")
        assert moved.status_code == 301
        assert moved.headers["location"] == f"{server.url}/repositories/{feed.number}/releases?per_page=9"
        assert asking.get(moved.headers["location"]).status_code == 200
        text = "query($o: String!, $n: String!) { repository(owner: $o, name: $n) { nameWithOwner databaseId } }"
        owner, _, name = old.partition("/")
        answer = asking.query(text, o=owner, n=name)
        assert answer["data"]["repository"] == {"nameWithOwner": new, "databaseId": feed.number}
        server.now = to_datetime(since - 10)
        assert asking.get(f"/repos/{new}").status_code == 404
        assert asking.get(f"/repos/{old}").status_code == 200


def test_what_happens_later_is_not_there_yet(middle: Told):
    feed = largest(middle)
    half = middle.field.world.month_starts[1]
    with serve_github(middle.feeds, tokens=(TOKEN,), now=to_datetime(half)) as server, Asking(server) as asking:
        path = f"/repos/{feed.project.repository}/issues?state=all&per_page=100"
        before = asking.pages(path)
        assert len(before) == sum(one.opened_at < half and one.kind != "discussion" for one in feed.threads)
        assert all(row["updated_at"] < f"{to_datetime(half):%Y-%m-%dT%H:%M:%SZ}" for row in before)
        server.now = server.now + timedelta(days=40)
        assert len(asking.pages(path)) > len(before)
        assert server.log.list_repeated_requests() == []


def test_tokens_and_allowances(middle: Told):
    path = f"/repos/{largest(middle).project.repository}"
    with serve_github(middle.feeds, tokens=(TOKEN,), allowed={"core": 3}) as server:
        with Asking(server, None) as nobody:
            assert nobody.get(path).headers["x-ratelimit-limit"] == "60"
            assert nobody.client.post("/graphql", json={"query": "{viewer{login}}"}).status_code == 401
            assert nobody.get(f"{path}/stargazers").status_code == 401
        with Asking(server, "ghp_wrong") as wrong:
            assert wrong.get(path).json()["message"] == "Bad credentials"
        with Asking(server) as right:
            left = [right.get(f"{path}?{number}").headers["x-ratelimit-remaining"] for number in range(3)]
            assert left == ["2", "1", "0"]
            refused = right.get(f"{path}?4")
            assert (refused.status_code, "rate limit exceeded" in refused.text) == (403, True)
            assert right.query("{ rateLimit { cost remaining } }")["data"]["rateLimit"]["cost"] == 1


@pytest.mark.parametrize("trouble", sorted(set(TROUBLES) - {"expired"}))
def test_a_trouble_strikes_and_then_lets_the_request_through(middle: Told, trouble):
    path = f"/repos/{largest(middle).project.repository}"
    truth = None
    with serve_github(middle.feeds, tokens=(TOKEN,)) as server, Asking(server) as asking:
        truth = answered(asking, trouble, path)[1]
    struck = 0
    with (
        serve_github(middle.feeds, (TOKEN,), (trouble,), share=1.0, most=1, wait=0.1) as server,
        Asking(server) as asking,
    ):
        for _ in range(2):
            good, found = answered(asking, trouble, path)
            if good:
                break
            struck += 1
            if trouble in ("primary", "limited"):
                server.limits.clock = lambda: 1e12  # the wait is over
        assert found == truth
    assert struck == (0 if trouble == "slow" else 1)
    assert server.log.count_requests(answered=True) == 1
    assert server.log.count_troubles() == {trouble: 1}


def answered(asking: Asking, trouble: str, path: str):
    """Whether an answer is whole, and what it says."""
    owner, name = path.split("/")[2:]
    issues = "issues(first: 9) { nodes { number } }"
    text = f'{{ viewer {{ login }} repository(owner: "{owner}", name: "{name}") {{ {issues} }} }}'
    try:
        if trouble in ("errors", "limited", "partial"):
            answer = asking.query(text)
            return "errors" not in answer, answer
        answer = asking.get(path)
    except httpx.RemoteProtocolError:
        assert trouble in ("cut", "length")
        return False, None
    if trouble in ("secondary", "429"):
        assert answer.status_code == 200 or answer.headers["retry-after"] == "1"
    if trouble == "unexplained":
        assert "retry-after" not in answer.headers
    good = answer.status_code == 200 and answer.headers["content-type"].startswith("application/json")
    return good, answer.json() if good else None


def test_a_token_expires(middle: Told):
    with serve_github(middle.feeds, (TOKEN, OTHER), ("expired",)) as server:
        with Asking(server) as asking:
            statuses = [asking.get(f"/users/person-00{number:02d}").status_code for number in range(1, 23)]
            assert statuses == [200] * 20 + [401, 401]
        with Asking(server, OTHER) as other:
            assert other.get("/users/person-0001").status_code == 200
        assert TOKEN not in repr(server.log.rows)


def test_what_is_gone_says_so(middle: Told):
    names = [feed.project.repository for feed in middle.feeds.projects]
    with (
        serve_github(middle.feeds, (TOKEN,), gone={names[0].upper(): 451, names[1]: 404}) as server,
        Asking(server) as asking,
    ):
        assert [asking.get(f"/repos/{name}").status_code for name in names] == [451, 404, 200]


def test_a_search_ends_at_a_thousand(served: Asking):
    found = served.get("/search/repositories?q=made&per_page=100").json()
    assert found["total_count"] > 1_000
    assert len(found["items"]) == 100
    assert served.get("/search/repositories?q=made&per_page=100&page=10").status_code == 200
    assert served.get("/search/repositories?q=made&per_page=100&page=11").status_code == 422
    few = served.get("/search/repositories?q=made+created:2021-05-01..2021-05-02&per_page=100").json()
    assert 0 < few["total_count"] < 200


PAGE = """query($o: String!, $n: String!, $after: String) { repository(owner: $o, name: $n) {
  pullRequests(first: 10, after: $after, orderBy: {field: UPDATED_AT, direction: DESC}) {
    totalCount nodes { number updatedAt author { __typename login } reviews(first: 100) { nodes { fullDatabaseId } } }
    pageInfo { hasNextPage endCursor } } } }"""


def test_graphql_goes_through_pages(served: Asking, middle: Told):
    feed = largest(middle)
    owner, _, name = feed.project.repository.partition("/")
    rows, after = [], None
    while True:
        found = served.query(PAGE, o=owner, n=name, after=after)["data"]["repository"]["pullRequests"]
        rows += found["nodes"]
        after = found["pageInfo"]["endCursor"]
        if not found["pageInfo"]["hasNextPage"]:
            break
    pulls = {one.number: one for one in feed.threads if one.kind == "pull"}
    assert sorted(row["number"] for row in rows) == sorted(pulls)
    assert found["totalCount"] == len(pulls)
    assert [row["updatedAt"] for row in rows] == sorted((row["updatedAt"] for row in rows), reverse=True)
    for row in rows:
        reviews = {str(one.number) for one in pulls[row["number"]].remarks if one.kind == "review"}
        assert {one["fullDatabaseId"] for one in row["reviews"]["nodes"]} == reviews
        login = pulls[row["number"]].by.login
        assert row["author"]["login"] == login.removesuffix("[bot]")
        assert (row["author"]["__typename"] == "Bot") == (pulls[row["number"]].by.type == "Bot")


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("{ nothing }", "Cannot query field 'nothing' on type 'Query'"),
        ("{ viewer { author } }", "Cannot query field 'author' on type 'User'"),
        (
            '{ repository(owner: "a", name: "b") { issues { nodes { number } } } }',
            "You must provide a `first` or `last`",
        ),
        ('{ repository(owner: "a", name: "b") { issues(first: 101) { nodes { number } } } }', "Requesting 101 records"),
        (
            '{ repository(owner: "a", name: "b") { issues(first: 100) { nodes { comments(first: 100) { nodes { author {'
            " ... on User { login } } } } timelineItems(first: 100) { nodes { __typename } } } }"
            " pullRequests(first: 100) { nodes { reviews(first: 100) { nodes { comments(first: 100) { totalCount nodes"
            " { id } } } } } } } }",
            "possible nodes",
        ),
        ("mutation { x }", "mutation operation is not supported"),
        ("{ viewer ", "Expected Name"),
        ("query($a: ID!) { node(id: $a) { id } }", "'$a' has invalid value"),
    ],
)
def test_a_wrong_query_is_refused(served: Asking, text, says):
    answer = served.query(text)
    assert says in answer["errors"][0]["message"]
    assert "data" not in answer


def test_what_is_missing_is_null_and_told(served: Asking):
    good = served.get("/users/person-0001").json()["node_id"]
    answer = served.query("query($ids: [ID!]!) { nodes(ids: $ids) { ... on User { login } } }", ids=[good, "bad"])
    assert answer["data"]["nodes"] == [{"login": "person-0001"}, None]
    assert answer["errors"][0]["path"] == ["nodes", 1]
    assert answer["errors"][0]["type"] == "NOT_FOUND"
    answer = served.query('{ r0: repository(owner: "no", name: "no") { id } viewer { login } }')
    assert answer["data"] == {"r0": None, "viewer": {"login": "collector"}}


def test_a_query_costs_what_its_connections_ask_for(served: Asking, middle: Told):
    owner, _, name = largest(middle).project.repository.partition("/")
    text = """query($o: String!, $n: String!) { rateLimit { cost nodeCount } repository(owner: $o, name: $n) {
      issues(first: 100) { nodes { comments(first: 50) { nodes { id } } labels(first: 60) { nodes { name } } } } } }"""
    # 1 request for the issues, 100 for their comments, 100 for their labels; 100 + 5,000 + 6,000 nodes
    assert served.query(text, o=owner, n=name)["data"]["rateLimit"] == {"cost": 2, "nodeCount": 11_100}
