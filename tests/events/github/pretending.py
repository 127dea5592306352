"""A small fake of GitHub that counts requests and can be made to fail."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import httpx
import orjson

from ecotone.events.sources.base import FeedTables, Period, RepositoryTarget
from ecotone.events.sources.github.feed_reader import GitHubReader
from ecotone.events.sources.http import Clock
from ecotone.events.sources.secret import Token

SECRET = "ghp_0123456789abcdefSECRET"
SECOND_SECRET = "ghp_fedcba9876543210OTHER"
BASE = "https://api.github.com"
NOW = datetime.fromisoformat("2026-03-01")
SINCE = datetime.fromisoformat("2025-01-01")
PERIOD = Period(SINCE, NOW)
DAY = timedelta(days=1)

Fault = httpx.Response | Exception | Callable[[httpx.Request], httpx.Response]


@dataclass(slots=True)
class Time:
    """A clock that advances only by sleeping, and records each sleep."""

    at: float = NOW.replace(tzinfo=UTC).timestamp()
    slept: list[float] = field(default_factory=list)

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.at += seconds

    @property
    def clock(self) -> Clock:
        return Clock(lambda: self.at, self.sleep)


def z(moment: datetime | None) -> str | None:
    return None if moment is None else f"{moment:%Y-%m-%dT%H:%M:%SZ}"


def user(login: str | None, kind: str = "User") -> dict | None:
    return None if login is None else {"login": login, "id": len(login), "node_id": f"U_{login}", "type": kind}


@dataclass(slots=True)
class Thread:
    number: int
    opened: datetime
    author: str | None = "ann"
    updated: datetime | None = None
    pull: bool = False
    closed: datetime | None = None
    closer: str | None = None
    merged: datetime | None = None
    merger: str | None = None
    reviews: list[tuple[int, str, datetime | None]] = field(default_factory=list)

    @property
    def touched(self) -> datetime:
        return max(one for one in (self.opened, self.updated, self.closed, self.merged) if one)


@dataclass(slots=True)
class Repository:
    name: str
    number: int = 1
    threads: list[Thread] = field(default_factory=list)
    comments: list[tuple[int, int, str, datetime]] = field(default_factory=list)  # id, thread, login, created
    review_comments: list[tuple[int, int, str, datetime]] = field(default_factory=list)
    releases: list[tuple[str, str, datetime]] = field(default_factory=list)
    stars: list[tuple[int, int]] = field(default_factory=list)  # week, stars, newest first
    description: str | None = "a thing"
    companies: dict[str, str] = field(default_factory=dict)


@dataclass(slots=True)
class Pretend:
    """Answers as GitHub does. `faults` replace answers, by the number of the request (from 1)."""

    repositories: list[Repository]
    renamed: dict[str, str] = field(default_factory=dict)  # old name -> name
    gone: dict[str, int] = field(default_factory=dict)  # name -> status, of its REST lists
    faults: dict[int, Fault] = field(default_factory=dict)
    refused: set[str] = field(default_factory=set)
    too_many_nodes: int = 10**9
    headers: dict[str, str] = field(default_factory=dict)
    log: list[tuple[str, str]] = field(default_factory=list)
    asked_with: list[str] = field(default_factory=list)
    on_request: Callable[[int], None] = lambda _: None
    per_page: int = 100
    marked: list[int] = field(default_factory=list)  # statuses of answers that have an ETag

    @property
    def transport(self) -> httpx.MockTransport:
        return httpx.MockTransport(self.answer)

    def feed(self, time: Time | None = None, secrets: Sequence[str] = (SECRET,), **options: object) -> GitHubReader:
        clock = (time or Time()).clock
        tokens = [Token(secret) for secret in secrets]
        return GitHubReader(tokens=tokens, transport=self.transport, clock=clock, **options)

    def wanted(self) -> list[RepositoryTarget]:
        return [
            RepositoryTarget(one.name, one.name, f"https://github.com/{one.name}", None, None)
            for one in self.repositories
        ]

    def bring(
        self, folder: Path, *, now: datetime = NOW, period: Period | None = None, **options: object
    ) -> FeedTables:
        period = period or Period(SINCE, now)
        return self.feed(**options).read_period(self.wanted(), period, folder, now, lambda *_: None)

    def repeated(self) -> list[tuple[str, str]]:
        return [one for one in set(self.log) if self.log.count(one) > 1]

    def answer(self, request: httpx.Request) -> httpx.Response:
        self.log.append((str(request.url), request.content.decode()))
        self.asked_with.append(request.headers.get("authorization", ""))
        count = len(self.log)
        self.on_request(count)
        if (fault := self.faults.pop(count, None)) is not None:
            if isinstance(fault, Exception):
                raise fault
            return fault(request) if callable(fault) and not isinstance(fault, httpx.Response) else fault
        sign = request.headers.get("authorization", "").removeprefix("Bearer ")
        if sign in self.refused:
            return httpx.Response(401, json={"message": f"Bad credentials: {sign}"})
        if request.url.path == "/graphql":
            asked = orjson.loads(request.content)
            return self._say(self._graph(asked["query"], asked["variables"]))
        return self._rest(request)

    def _say(self, body: object, **headers: str) -> httpx.Response:
        return httpx.Response(200, json=body, headers={**self.headers, **headers})

    def _rest(self, request: httpx.Request) -> httpx.Response:
        path = request.url.path
        match = re.match(r"/repos/([^/]+/[^/]+)(/.*)?\Z", path)
        numbered = re.match(r"/repositories/(\d+)(/.*)?\Z", path)
        if path == "/search/repositories":
            return self._search(request)
        if match and match[1] in self.renamed:
            number = self._named(self.renamed[match[1]]).number
            query = f"?{request.url.query.decode()}" if request.url.query else ""
            place = f"{BASE}/repositories/{number}{match[2] or ''}{query}"
            return httpx.Response(301, json={"message": "Moved Permanently"}, headers={"location": place})
        name = match[1] if match else ""
        rest = (match or numbered)[2] if match or numbered else ""
        found = [one for one in self.repositories if one.name == name or (numbered and one.number == int(numbered[1]))]
        if not found or name in self.gone:
            return httpx.Response(self.gone.get(name, 404), json={"message": "Not Found"})
        asked = {key: values[0] for key, values in parse_qs(urlsplit(str(request.url)).query).items()}
        return self._list(request, found[0], rest or "", asked)

    def _list(self, request: httpx.Request, one: Repository, rest: str, asked: dict[str, str]) -> httpx.Response:
        place = f"{BASE}/repos/{one.name}"
        if rest == "":
            return self._marked(request, self._say(_repository(one)))
        if rest == "/stargazers/history":
            weeks = [{"week": week, "total": stars, "days": [stars, 0, 0, 0, 0, 0, 0]} for week, stars in one.stars]
            return self._marked(request, self._page(request, weeks, asked))
        since = datetime.fromisoformat(asked["since"]).replace(tzinfo=None)
        if rest == "/issues":
            assert asked["state"] == "all"
            rows = [(t.opened, _thread(t, one.number)) for t in one.threads if t.touched >= since]
        elif rest == "/issues/comments":
            rows = [(at, _said(id_, who, at, "issue_url", f"{place}/issues/{n}")) for id_, n, who, at in one.comments]
        else:
            assert rest == "/pulls/comments"
            rows = [
                (at, _said(id_, who, at, "pull_request_url", f"{place}/pulls/{n}"))
                for id_, n, who, at in one.review_comments
            ]
        assert (asked["sort"], asked["direction"]) == ("created", "asc")
        rows = [row for row in rows if rest == "/issues" or row[0] >= since]
        return self._page(request, [item for _, item in sorted(rows, key=lambda row: row[0])], asked)

    def _page(self, request: httpx.Request, items: list[dict], asked: dict[str, str]) -> httpx.Response:
        size, page = min(int(asked.get("per_page", 30)), self.per_page), int(asked.get("page", 1))
        part = items[(page - 1) * size : page * size]
        more = (
            {"link": f'<{request.url.copy_set_param("page", page + 1)}>; rel="next"'}
            if page * size < len(items)
            else {}
        )
        return self._say(part, **more)

    def _marked(self, request: httpx.Request, answer: httpx.Response) -> httpx.Response:
        mark = f'"{hashlib.sha256(answer.content).hexdigest()[:8]}"'
        is_known = request.headers.get("if-none-match") == mark
        self.marked.append(304 if is_known else 200)
        if is_known:
            return httpx.Response(304, headers={"etag": mark})
        answer.headers["etag"] = mark
        return answer

    def _search(self, request: httpx.Request) -> httpx.Response:
        asked = {key: values[0] for key, values in parse_qs(urlsplit(str(request.url)).query).items()}
        since, until = re.search(r"created:(\S+?)\.\.(\S+)", asked["q"]).groups()
        born = [(_born(one), one) for one in self.repositories]
        hits = [_repository(one) for at, one in born if since <= z(at) <= until]
        size, page = int(asked["per_page"]), int(asked["page"])
        if page * size > 1000:
            return httpx.Response(422, json={"message": "Only the first 1000 search results are available"})
        part = hits[(page - 1) * size : page * size]
        return self._say({"total_count": len(hits), "incomplete_results": False, "items": part})

    def _named(self, name: str) -> Repository:
        return next(one for one in self.repositories if one.name == name)

    def _graph(self, query: str, variables: dict) -> dict:
        limit = {"cost": 1, "remaining": 4000, "resetAt": z(NOW)}
        if len(variables.get("ids", [])) > self.too_many_nodes:
            return {"data": None, "errors": [{"type": "RESOURCE_LIMITS_EXCEEDED", "message": "too much"}]}
        if query.startswith("query repositories("):
            return self._graph_repositories(query, variables, limit)
        if query.startswith("query pulls("):
            nodes = [self._pull(node) for node in variables["ids"]]
            return {"data": {"nodes": nodes, "rateLimit": limit}, **_missing(nodes)}
        if query.startswith("query people("):
            nodes = [self._person(node) for node in variables["ids"]]
            return {"data": {"nodes": nodes, "rateLimit": limit}, **_missing(nodes)}
        if query.startswith("query reviews("):
            return {"data": {"node": {"reviews": _connection(self._reviews(variables["id"]), 100, variables["after"])}}}
        assert query.startswith("query releases(")
        one = next(one for one in self.repositories if f"R_{one.number}" == variables["id"])
        return {"data": {"node": {"releases": _connection(_releases(one), 100, variables["after"])}}}

    def _graph_repositories(self, query: str, variables: dict, limit: dict) -> dict:
        data: dict[str, object] = {"rateLimit": limit}
        errors = []
        for index in range(len(variables) // 2):
            assert f"r{index}: repository(owner: $o{index}, name: $n{index})" in query
            name = f"{variables[f'o{index}']}/{variables[f'n{index}']}"
            name = self.renamed.get(name, name)
            found = [one for one in self.repositories if one.name == name]
            data[f"r{index}"] = _facts(found[0]) if found and self.gone.get(name) != 404 else None
            if data[f"r{index}"] is None:
                errors.append({"type": "NOT_FOUND", "path": [f"r{index}"], "message": "Could not resolve"})
        return {"data": data, **({"errors": errors} if errors else {})}

    def _threads(self) -> dict[str, Thread]:
        return {f"PR_{one.number}_{t.number}": t for one in self.repositories for t in one.threads if t.pull}

    def _reviews(self, node: str) -> list[dict]:
        return [
            {"fullDatabaseId": str(native), "submittedAt": z(at), "author": _actor(who)}
            for native, who, at in self._threads()[node].reviews
        ]

    def _pull(self, node: str) -> dict | None:
        thread = self._threads().get(node)
        if thread is None:
            return None
        closed = [] if thread.closed is None else [{"actor": _actor(thread.closer)}]
        return {
            "__typename": "PullRequest",
            "id": node,
            "number": thread.number,
            "mergedBy": _actor(thread.merger),
            "timelineItems": {"nodes": closed},
            "reviews": _connection(self._reviews(node), 100, None),
        }

    def _person(self, node: str) -> dict | None:
        login = node.removeprefix("U_")
        company = {key: value for one in self.repositories for key, value in one.companies.items()}
        return {
            "__typename": "User", "id": node, "databaseId": len(login), "login": login,
            "name": f"Person {len(login)}", "company": company.get(login),
        }  # fmt: skip


def _missing(nodes: list[dict | None]) -> dict:
    errors = [
        {"type": "NOT_FOUND", "path": ["nodes", i], "message": "no"} for i, one in enumerate(nodes) if one is None
    ]
    return {"errors": errors} if errors else {}


def _actor(login: str | None) -> dict | None:
    if login is None:
        return None
    if login.endswith("[bot]"):
        return {"__typename": "Bot", "login": login.removesuffix("[bot]")}
    return {"__typename": "User", "login": login, "id": f"U_{login}"}


def _connection(items: list[dict], size: int, after: str | None) -> dict:
    start = int(after) if after else 0
    more = start + size < len(items)
    return {"nodes": items[start : start + size], "pageInfo": {"hasNextPage": more, "endCursor": str(start + size)}}


def _releases(one: Repository) -> list[dict]:
    return [
        {"tagName": tag, "createdAt": z(at), "publishedAt": z(at), "isDraft": False, "author": _actor(who),
         "tagCommit": {"oid": "a" * 40}}
        for tag, who, at in sorted(one.releases, key=lambda row: row[2], reverse=True)
    ]  # fmt: skip


def _facts(one: Repository) -> dict:
    newest = {
        kind: max((t.touched for t in one.threads if t.pull is pull), default=None)
        for kind, pull in (("issues", False), ("pullRequests", True))
    }
    return {
        "id": f"R_{one.number}", "databaseId": one.number, "nameWithOwner": one.name, "description": one.description,
        "stargazerCount": 7, "primaryLanguage": {"name": "Python"},
        "repositoryTopics": {"nodes": [{"topic": {"name": "agents"}}]},
        "releases": _connection(_releases(one), 30, None),
        **{kind: {"nodes": [] if at is None else [{"updatedAt": z(at)}]} for kind, at in newest.items()},
    }  # fmt: skip


def _born(one: Repository) -> datetime:
    return SINCE + timedelta(hours=one.number)


def _repository(one: Repository) -> dict:
    return {
        "id": one.number, "node_id": f"R_{one.number}", "full_name": one.name, "description": one.description,
        "topics": ["agents"], "language": "Python", "stargazers_count": 7, "created_at": z(_born(one)),
    }  # fmt: skip


def _thread(one: Thread, repository: int = 1) -> dict:
    item = {
        "number": one.number, "node_id": f"I_{one.number}", "user": user(one.author), "title": "a title",
        "created_at": z(one.opened), "updated_at": z(one.touched), "closed_at": z(one.closed or one.merged),
        "closed_by": None if one.pull else user(one.closer), "state": "closed" if one.closed or one.merged else "open",
    }  # fmt: skip
    if one.pull:
        item |= {"pull_request": {"merged_at": z(one.merged)}, "node_id": f"PR_{repository}_{one.number}"}
    return item


def _said(native: int, who: str, at: datetime, key: str, place: str) -> dict:
    return {"id": native, "user": user(who), "created_at": z(at), "updated_at": z(at), key: place, "body": "text"}


def small() -> Repository:
    """A small repository: 2 issues, 3 pull requests, 2 reviews, 3 comments, 1 on a line, 2 releases."""
    day = [SINCE + index * DAY for index in range(400)]
    threads = [
        Thread(1, day[2], "ann", closed=day[10], closer="ben"),
        Thread(2, day[3], "ben", pull=True, merged=day[5], merger="cy", reviews=[(901, "cy", day[4])]),
        Thread(3, day[40], "cy"),
        Thread(4, day[41], "dee", pull=True, closed=day[60], closer="ann"),
        Thread(5, day[42], None, pull=True, reviews=[(902, "robot[bot]", day[43]), (903, "ann", None)]),
        Thread(6, SINCE - 9 * DAY, "old"),  # not touched in the period
    ]
    return Repository(
        "octo/cat",
        threads=threads,
        comments=[(11, 1, "ben", day[3]), (12, 1, "ann", day[9]), (13, 2, "cy", day[4])],
        review_comments=[(21, 2, "cy", day[4])],
        releases=[("v1", "ann", day[30]), ("v2", "ann", day[90])],
        stars=[(int((NOW - index * 7 * DAY).replace(tzinfo=UTC).timestamp()), index) for index in range(1, 80)],
        companies={"ann": "Alpha"},
    )
