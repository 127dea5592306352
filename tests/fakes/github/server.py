"""The forge's API on loopback: REST and GraphQL with tokens, limits, changes since, and troubles."""

from __future__ import annotations

import hashlib
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any, Final
from urllib.parse import urlsplit

import orjson

from ecotone.simulation.feeds.archive_eras import format_utc_time
from ecotone.simulation.feeds.feed_accounts import FeedAccount
from ecotone.simulation.feeds.feed_model import FieldFeeds
from ecotone.simulation.random_streams import random_stream
from ecotone.simulation.world import HOUR
from tests.fakes.github.graphql import Execution, Json, Refusal
from tests.fakes.github.rate_limits import RateLimits
from tests.fakes.github.repositories import FakeGitHub
from tests.fakes.github.resolvers import QueryRoot, make_resolvers
from tests.fakes.github.rest import Rest
from tests.fakes.http_server import Answer, LogEntry, LoopbackServer, Request, RequestLog, TroublePlan

OVER: Final = "over the limit"
GRAPHQL_ONLY: Final = ("errors", "limited", "partial")
REST_ONLY: Final = ("primary",)
EITHER: Final = ("429", "secondary", "unexplained", "502", "slow", "cut", "length", "html", "expired")
TROUBLES: Final = (*EITHER, *REST_ONLY, *GRAPHQL_ONLY)
EXPIRES_AFTER: Final = 20  # requests of the first token
JSON: Final = {"content-type": "application/json; charset=utf-8"}
VIEWER: Final = FeedAccount(1, "collector", "User", name="Collector")
SECONDARY: Final = "You have exceeded a secondary rate limit. Please wait a few minutes before you try again."


class GitHubServer:
    """Answers as the forge's API; a context manager.

    url     below it stand REST and `/graphql`
    log     every request
    limits  what is left of whose allowance
    """

    def __init__(
        self,
        feeds: FieldFeeds,
        tokens: Sequence[str],
        trouble: tuple[str, ...],
        *,
        now: datetime | None,
        seed: int,
        share: float,
        most: int,
        wait: float,
        allowed: Mapping[str, int] | None,
        window: float | None,
        stars_listed: bool,
        gone: Mapping[str, int],
        clock: Callable[[], float],
    ) -> None:
        self.tokens = tuple(tokens)
        self.log = RequestLog()
        self.limits = RateLimits(clock, allowed, window)
        self.wait = wait
        self._lock = threading.Lock()
        self._expires = "expired" in trouble
        self._asked_by_first = 0
        names = tuple(name for name in trouble if name != "expired")
        self._troubles = TroublePlan(names, TROUBLES, seed=seed, share=share, most=most)
        self._seed = seed
        end = feeds.world.month_starts[-1] + HOUR
        self._forge = FakeGitHub(feeds, int(now.replace(tzinfo=UTC).timestamp()) if now else end)
        self._server = LoopbackServer(self._answer_locked)
        self.url = self._server.url
        self._rest = Rest(self._forge, self.url, stars_listed=stars_listed, gone=gone)
        self._resolvers = make_resolvers(self._forge)

    def __enter__(self) -> GitHubServer:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Stop serving."""
        self._server.close()

    @property
    def now(self) -> datetime:
        """The moment up to which things have happened, naive UTC."""
        return datetime.fromtimestamp(self._forge.now, UTC).replace(tzinfo=None)

    @now.setter
    def now(self, moment: datetime) -> None:
        with self._lock:
            self._forge.move_to(int(moment.replace(tzinfo=UTC).timestamp()))

    def _answer_locked(self, asked: Request) -> Answer:
        with self._lock:
            return self._answer_request(asked)

    def _answer_request(self, asked: Request) -> Answer:
        graphql = urlsplit(asked.path).path == "/graphql"
        resource = "graphql" if graphql else "search" if asked.path.startswith("/search") else "core"
        refusal, token_position = self._identify_token(asked, graphql)
        answer, trouble, detail = refusal, None, ""
        if answer is None:
            trouble = self._troubles.draw_trouble(asked.request_key, REST_ONLY if graphql else GRAPHQL_ONLY)
            answer = self._make_failure(trouble, token_position, resource)
        if answer is None and graphql:
            answer, detail = self._answer_graphql(asked, token_position, partial=trouble == "partial")
            trouble = None if trouble == "partial" and b"RESOURCE_LIMITS" not in answer.body else trouble
        elif answer is None:
            answer = self._answer_rest(asked, token_position, resource)
        if trouble in ("slow", "cut", "length"):
            answer = replace(answer, manner=trouble)
        request_id = hashlib.sha256(f"{self._seed}/{self.log.count_requests()}".encode()).hexdigest()[:16]
        answer = replace(
            answer,
            headers={
                **answer.headers,
                **self.limits.make_headers(token_position, resource),
                "x-github-request-id": request_id,
            },
        )
        logged_trouble = "expired" if refusal is not None and self._expires and token_position == 0 else trouble
        logged_trouble = "limited" if detail == OVER else logged_trouble  # status 200 all the same, and yet no answer
        self.log.add_entry(
            LogEntry(asked.request_key, answer.status, logged_trouble, token_position, self._forge.era, detail)
        )
        return answer

    def _identify_token(self, asked: Request, graphql: bool) -> tuple[Answer | None, int | None]:
        """A refusal, if any, and the position of the token that asks."""
        if "user-agent" not in asked.headers:
            return _make_message(
                403, "Request forbidden by administrative rules. Please make sure your request has a User-Agent header"
            ), None
        scheme, _, token = asked.headers.get("authorization", "").partition(" ")
        if not scheme:
            return (_make_message(401, "This endpoint requires you to be authenticated.") if graphql else None), None
        if scheme.lower() not in ("bearer", "token") or token.strip() not in self.tokens:
            return _make_message(401, "Bad credentials"), None
        token_position = self.tokens.index(token.strip())
        if token_position == 0:
            self._asked_by_first += 1
            if self._expires and self._asked_by_first > EXPIRES_AFTER:
                return _make_message(401, "Bad credentials"), token_position
        return None, token_position

    def _make_failure(self, trouble: str | None, token_position: int | None, resource: str) -> Answer | None:
        """What a trouble answers in place of the truth; None if the truth is sent, however badly."""
        soon = {"retry-after": str(max(1, round(self.wait)))}
        if trouble in ("primary", "limited"):
            self.limits.exhaust_allowance(token_position, resource, self.wait)
            return self._refuse_over_limit(token_position, resource)
        if trouble == "429":
            return _make_message(429, "You have exceeded a secondary rate limit.", soon)
        if trouble in ("secondary", "unexplained"):
            return _make_message(403, SECONDARY, soon if trouble == "secondary" else {})
        if trouble == "502":
            return Answer(502, b"<html><h1>502 Bad Gateway</h1></html>", {"content-type": "text/html"})
        if trouble == "html":
            return Answer(200, b"<!DOCTYPE html><html><body>Unicorn!</body></html>", {"content-type": "text/html"})
        if trouble == "errors":
            text = (
                "Something went wrong while executing your query. Please include `0000:0000` when reporting this issue."
            )
            return Answer(200, orjson.dumps({"data": None, "errors": [{"message": text}]}), JSON)
        return None

    def _refuse_over_limit(self, token_position: int | None, resource: str) -> Answer:
        text = (
            f"API rate limit exceeded for user ID {token_position}."
            if token_position is not None
            else "API rate limit exceeded for 127.0.0.1."
        )
        if resource == "graphql":
            return Answer(200, orjson.dumps({"errors": [{"type": "RATE_LIMITED", "message": text}]}), JSON)
        return _make_message(403, text)

    def _answer_rest(self, asked: Request, token_position: int | None, resource: str) -> Answer:
        if asked.method not in ("GET", "HEAD"):
            return _make_message(404, "Not Found")
        if urlsplit(asked.path).path == "/rate_limit":
            allowances = {
                name: self._remaining_allowance(token_position, name) for name in ("core", "search", "graphql")
            }
            return Answer(200, orjson.dumps({"resources": allowances, "rate": allowances["core"]}), JSON)
        if self.limits.find_allowance(token_position, resource) and not self.limits.spend_points(
            token_position, resource, 0
        ):
            return self._refuse_over_limit(token_position, resource)
        result = self._rest.answer(asked.path, known=token_position is not None)
        body = orjson.dumps(result.value)
        tag = f'W/"{hashlib.sha256(body).hexdigest()}"'
        headers = {**JSON, "etag": tag} | ({"link": result.link} if result.link else {})
        headers |= {"location": result.location} if result.location else {}
        if result.status == 200 and asked.headers.get("if-none-match") == tag:
            return Answer(304, b"", headers)
        if not self.limits.spend_points(token_position, resource, 1):
            return self._refuse_over_limit(token_position, resource)
        return Answer(result.status, body, headers)

    def _remaining_allowance(self, token_position: int | None, resource: str) -> Mapping[str, int]:
        headers = self.limits.make_headers(token_position, resource)
        return {name: int(headers[f"x-ratelimit-{name}"]) for name in ("limit", "remaining", "used", "reset")}

    def _answer_graphql(self, asked: Request, token_position: int | None, *, partial: bool) -> tuple[Answer, str]:
        """The answer to a query and a note of what it was and cost."""
        try:
            sent = orjson.loads(asked.body)
            text, variables = sent["query"], sent.get("variables") or {}
        except (orjson.JSONDecodeError, KeyError, TypeError):
            return _make_message(400, "Problems parsing JSON"), ""
        try:
            execution = Execution(self._resolvers, text, variables, sent.get("operationName"))
            points = execution.cost.points
            if not self.limits.spend_points(token_position, "graphql", points):
                return self._refuse_over_limit(token_position, "graphql"), OVER
            data = execution.run(QueryRoot(self._forge, lambda: self._describe_rate(token_position, execution), VIEWER))
        except Refusal as refusal:
            return Answer(200, orjson.dumps({"errors": [refusal.error]}), JSON), "refused"
        answer: Json = {"data": data}
        errors = list(execution.errors)
        if partial:
            errors += remove_part_of_answer(data, random_stream(self._seed, f"partial/{asked.request_key}").random())
        if errors:
            answer["errors"] = errors
        return Answer(200, orjson.dumps(answer), JSON), f"{execution.operation_name} {points}"

    def _describe_rate(self, token_position: int | None, execution: Execution) -> Mapping[str, int | str]:
        remaining = self._remaining_allowance(token_position, "graphql")
        cost = execution.cost
        return {
            **remaining,
            "cost": cost.points,
            "nodeCount": cost.nodes,
            "resetAt": format_utc_time(remaining["reset"]),
        }


def remove_part_of_answer(data: Json, draw: float) -> list[Json]:
    """Take a part of an answer away, as the forge does when it runs out of time; returns the error that says so.

    What was asked for one thing only is never too much.
    """
    things = [thing for name, thing in data.items() if name != "rateLimit"]
    things = things[0] if len(things) == 1 and isinstance(things[0], list) else things
    places = list(_list_nullable_objects(data, []))
    if len(things) < 2 or not places:
        return []
    holder, key, path = places[int(draw * len(places))]
    holder[key] = None
    return [{"type": "RESOURCE_LIMITS_EXCEEDED", "message": "Resource limits for this query exceeded.", "path": path}]


def _list_nullable_objects(value: Any, path: list[Any]) -> Any:
    """Every object inside an answer that may be null: (holder, key, path)."""
    pairs = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, inner in pairs:
        if key == "rateLimit" or key == "pageInfo":
            continue
        if isinstance(inner, dict) and not ("nodes" in inner or "pageInfo" in inner):
            yield value, key, [*path, key]
        yield from _list_nullable_objects(inner, [*path, key])


def _make_message(status: int, text: str, headers: Mapping[str, str] | None = None) -> Answer:
    body = orjson.dumps({"message": text, "documentation_url": "https://docs.github.com/rest", "status": str(status)})
    return Answer(status, body, {**JSON, **(headers or {})})


def serve_github(
    feeds: FieldFeeds,
    tokens: Sequence[str] = (),
    trouble: tuple[str, ...] = (),
    *,
    now: datetime | None = None,
    seed: int = 0,
    share: float = 0.2,
    most: int = 2,
    wait: float = 1.0,
    allowed: Mapping[str, int] | None = None,
    window: float | None = None,
    stars_listed: bool = False,
    gone: Mapping[str, int] | None = None,
    clock: Callable[[], float] = time.time,
) -> GitHubServer:
    """Serve a field as the forge's API on loopback.

    tokens        those that are good; without a token REST answers 60 times an hour and GraphQL not at all
    trouble       of TROUBLES; each strikes a `share` of the requests, one request at most `most` times;
                  `expired`: the first token is refused after 20 requests
    now           the moment up to which things have happened (naive UTC), None: an hour after the period
    wait          seconds that a limit asks to wait
    allowed       requests or points a window, by resource (core, graphql, search); window: its seconds
    stars_listed  tell who starred
    gone          repositories that answer nothing but a status, such as 404 or 451
    raises        UnknownName on another trouble
    """
    return GitHubServer(
        feeds, tokens, trouble, now=now, seed=seed, share=share, most=most, wait=wait, allowed=allowed, window=window,
        stars_listed=stars_listed, gone=gone or {}, clock=clock,
    )  # fmt: skip
