"""Client for GitHub: one request at a time, within its rate limits, with rotating tokens."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final
from urllib.parse import urlsplit

import httpx
import orjson

from ecotone.events.sources.github.response_policy import (
    UNREADABLE,
    Meaning,
    Verdict,
    classify_answer,
    format_clock_time,
    next_page_url,
    parse_body,
    remaining_requests,
)
from ecotone.events.sources.github.token_lookup import LOOKUP_ADVICE
from ecotone.events.sources.http import (
    SYSTEM_CLOCK,
    Backoff,
    Clock,
    HttpReply,
    RequestFailed,
    open_http_client,
    send_request,
)
from ecotone.events.sources.secret import Token
from ecotone.foundation.errors import SourceMalformed, SourceUnavailable

BASE_URL: Final = "https://api.github.com"
VERSION: Final = "2022-11-28"

LONGEST_WAIT: Final = 3_900.0
"""Longest wait in seconds; hourly limits never need more."""

MOST_WAITS: Final = 5
"""Most consecutive waits for one request; GitHub may block clients that continue."""

SHORTEST_WAIT: Final = 60.0
"""Seconds to wait if a limit is reached and no header says how long."""

MOST_REDIRECTS: Final = 5
RETRY_HINT: Final = "Run the same command again; it continues where it stopped."


class ResourceGone(Exception):
    """A resource is not available: deleted, private or closed. The text says which."""


class QueryTooLarge(Exception):
    """A GraphQL query was not answered: it is too large (`certain`), or GitHub may have a temporary problem."""

    def __init__(self, says: str, certain: bool) -> None:
        super().__init__(says)
        self.certain = certain


class TokensRejected(SourceMalformed):
    """GitHub rejects all tokens."""


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer: JSON (None if unchanged), the next page's address, and the ETag for a conditional request."""

    body: object
    next_url: str | None = None
    etag: str | None = None
    unchanged: bool = False
    seconds: float = 0.0


@dataclass(slots=True)
class _TokenLimits:
    """The rate limits of each token; None means requests without a token."""

    tokens: tuple[Token | None, ...]
    resets: dict[tuple[int, str], float] = field(default_factory=dict)  # of exhausted limits
    refused: set[int] = field(default_factory=set)

    def next_token(self, resource: str, now: float) -> tuple[int, float]:
        """The token to use next, and from when on (seconds since 1970)."""
        alive = [index for index in range(len(self.tokens)) if index not in self.refused]
        free_from = {index: self.resets.get((index, resource), 0.0) for index in alive}
        first = min(alive, key=lambda index: (max(free_from[index], now), index))
        return first, free_from[first]

    def record_limits(self, index: int, resource: str, headers: Mapping[str, str]) -> None:
        """Record the limits in the headers."""
        limit = remaining_requests(headers)
        if limit is not None and limit[0] == 0:
            self.resets[index, resource] = limit[1] + 1
        elif limit is not None:
            self.resets.pop((index, resource), None)


class GitHubClient:
    """Client for GitHub's REST and GraphQL APIs at one address.

    `on_wait` is called with a sentence before each wait. `patience` is the longest wait in seconds.
    `sent` counts requests, `kinds` counts them by purpose, `points` sums the cost of GraphQL queries.
    """

    def __init__(
        self,
        base: str = BASE_URL,
        tokens: Sequence[Token] = (),
        *,
        clock: Clock = SYSTEM_CLOCK,
        on_wait: Callable[[str], None] = lambda _: None,
        patience: float = LONGEST_WAIT,
        backoff: Backoff | None = None,
        transport: httpx.BaseTransport | None = None,
    ) -> None:
        self.base = base.rstrip("/")
        self.clock = clock
        self.on_wait = on_wait
        self.patience = patience
        self.backoff = backoff or Backoff()
        self.sent = 0
        self.points = 0
        self.kinds: Counter[str] = Counter()
        self._moved: dict[str, str] = {}
        self._tokens = tuple(tokens)
        self._token_limits = _TokenLimits(self._tokens or (None,))
        self._http = open_http_client(transport)

    def __enter__(self) -> GitHubClient:
        return self

    def __exit__(self, *_: object) -> None:
        self._http.close()

    @property
    def has_token(self) -> bool:
        """Whether there is a token: without one there is no GraphQL, and REST allows sixty requests an hour."""
        return bool(self._tokens)

    def get_rest(self, url: str, kind: str, etag: str | None = None, resource: str = "core") -> Answer:
        """Send a REST request; `url` is a path below the base, or the full address of a next page.

        Raises Gone, NoToken, SourceUnavailable.
        """
        address = url if "://" in url else f"{self.base}{url}"
        for _ in range(MOST_REDIRECTS):
            address = self._current_address(address)
            if not self._is_configured_host(address):
                raise ResourceGone("it redirects to another host")
            headers = {"if-none-match": etag} if etag else {}
            question = _Request("GET", address, kind, resource, headers)
            reply, body, judgement = self._send_until_answered(question)
            if judgement.meaning is not Meaning.MOVED:
                unchanged = judgement.meaning is Meaning.UNCHANGED
                content = None if unchanged else body
                return Answer(
                    content, next_page_url(reply.headers), reply.headers.get("etag"), unchanged, reply.seconds
                )
            address = self._redirect_target(address, judgement.message, reply.status)
        raise ResourceGone("it redirects too often")

    def query_graphql(self, document: str, variables: Mapping[str, object], kind: str) -> Answer:
        """Send a GraphQL query. Raises TooMuch, NoToken, SourceUnavailable, SourceMalformed."""
        address = f"{self.base.removesuffix('/v3')}/graphql"
        content = orjson.dumps({"query": document, "variables": variables}, option=orjson.OPT_SORT_KEYS)
        try:
            reply, body, judgement = self._send_until_answered(_Request("POST", address, kind, "graphql", {}, content))
        except ResourceGone as gone:
            raise SourceMalformed(
                f"GitHub does not answer GraphQL at {address} ({gone})."
                " Check that the token may read public repositories, and run again."
            ) from gone
        if judgement.meaning is Meaning.MOVED:
            raise SourceMalformed(f"GitHub's GraphQL is not at {address}. Check the source's `location` and run again.")
        self.points += _query_cost(body)
        return Answer(body, seconds=reply.seconds)

    def _send_until_answered(self, question: _Request) -> tuple[HttpReply, object, Verdict]:
        """Send a request until there is a usable answer, or retries are pointless."""
        failures = waits = 0
        while True:
            index = self._wait_for_token(question.resource)
            reply, body, judgement = self._send_once(question, index)
            says = self._mask_tokens(judgement.message)
            match judgement.meaning:
                case Meaning.FINE | Meaning.UNCHANGED | Meaning.MOVED if reply is not None:
                    return reply, body, judgement
                case Meaning.GONE:
                    raise ResourceGone(says)
                case Meaning.BROKEN:
                    raise SourceMalformed(f"GitHub rejects Ecotone's query as invalid ({says}). Please report it.")
                case Meaning.REFUSED:
                    self._reject_token(index, says)
                case Meaning.SMALLER:
                    raise QueryTooLarge(says, judgement.certain)
                case Meaning.WAIT:
                    waits += 1
                    self._wait_for_limit(judgement, index, question.resource, waits)
                case _:
                    failures += 1
                    self._wait_before_retry(failures, says)

    def _send_once(self, question: _Request, index: int) -> tuple[HttpReply | None, object, Verdict]:
        token = self._token_limits.tokens[index]
        signed = {"authorization": token.authorization_header()} if token else {}
        request = self._http.build_request(
            question.method,
            question.address,
            headers={**_HEADERS, **question.headers, **signed},
            content=question.content,
        )
        self.sent += 1
        self.kinds[question.kind] += 1
        try:
            reply = send_request(self._http, request, self.clock)
        except RequestFailed as broke:
            return None, None, Verdict(Meaning.AGAIN, str(broke))
        self._token_limits.record_limits(index, question.resource, reply.headers)
        body = parse_body(reply)
        judgement = classify_answer(reply, body, self.clock.now(), question.method == "POST")
        return reply, None if body is UNREADABLE else body, judgement

    def _wait_for_token(self, resource: str) -> int:
        index, since = self._token_limits.next_token(resource, self.clock.now())
        seconds = since - self.clock.now()
        if seconds > 0:
            self._sleep_or_give_up(seconds, "the hour's requests are used up")
        return index

    def _wait_for_limit(self, judgement: Verdict, index: int, resource: str, waits: int) -> None:
        if waits > MOST_WAITS + len(self._tokens):
            raise SourceUnavailable(
                f"GitHub still refuses after {waits - 1} waits ({self._mask_tokens(judgement.message)}). {RETRY_HINT}"
            )
        seconds = judgement.seconds
        if judgement.primary and seconds is not None:
            self._token_limits.resets[index, resource] = self.clock.now() + seconds
            return  # another token may have its turn now
        if seconds is None:
            seconds = SHORTEST_WAIT * 2 ** (waits - 1)
        self._sleep_or_give_up(seconds, "too many requests at once")

    def _sleep_or_give_up(self, seconds: float, why: str) -> None:
        until = format_clock_time(self.clock.now() + seconds, self.clock.now())
        if seconds > self.patience:
            raise SourceUnavailable(f"GitHub asks to wait until {until} ({why}). Run the same command again then.")
        self.on_wait(f"GitHub asks to wait until {until} ({why})")
        self.clock.sleep(seconds)

    def _reject_token(self, index: int, says: str) -> None:
        self._token_limits.refused.add(index)
        if len(self._token_limits.refused) == len(self._token_limits.tokens):
            which = "the token" if len(self._tokens) == 1 else "all tokens"
            what = f"rejects {which}: expired, revoked or mistyped" if self._tokens else "answers only with a token"
            raise TokensRejected(f"GitHub {what} ({says}). {LOOKUP_ADVICE}")
        self.on_wait("GitHub rejects one of the tokens; the next one is used")

    def _wait_before_retry(self, failures: int, says: str) -> None:
        if failures >= self.backoff.attempts:
            raise SourceUnavailable(f"GitHub could not be reached {failures} times in a row ({says}). {RETRY_HINT}")
        self.clock.sleep(self.backoff.wait_after_failures(failures))

    def _redirect_target(self, address: str, location: str, status: int) -> str:
        try:
            target = str(httpx.URL(address).join(location)) if location else ""
        except httpx.InvalidURL:
            target = ""
        if not target:
            raise ResourceGone("it redirects without a target")
        old, new = self._repository_path(address), self._repository_path(target)
        if status in (301, 308) and old and new and old != new:
            self._moved[old] = new
        return target

    def _current_address(self, address: str) -> str:
        """An address with the repository's new path, if the repository is known to have moved."""
        path = self._repository_path(address)
        new_path = self._moved.get(path) if path else None
        return address if new_path is None else f"{self.base}{new_path}{address[len(self.base) + len(path) :]}"

    def _repository_path(self, address: str) -> str:
        """The path of the repository in an address; empty if there is none."""
        path = address.removeprefix(self.base) if address.startswith(f"{self.base}/") else ""
        parts = path.partition("?")[0].split("/")
        wanted = {"repos": 4, "repositories": 3}.get(parts[1] if len(parts) > 1 else "", 0)
        return "/".join(parts[:wanted]) if wanted and len(parts) >= wanted else ""

    def _is_configured_host(self, address: str) -> bool:
        """Whether an address is on the configured host; tokens are sent to no other host."""
        try:
            asked, ours = urlsplit(address), urlsplit(self.base)
            return (asked.scheme, asked.hostname, asked.port) == (ours.scheme, ours.hostname, ours.port)
        except ValueError:
            return False

    def _mask_tokens(self, text: str) -> str:
        for token in self._tokens:
            text = token.mask_secret(text)
        return text


@dataclass(frozen=True, slots=True)
class _Request:
    method: str
    address: str
    kind: str
    resource: str
    headers: Mapping[str, str]
    content: bytes | None = None


_HEADERS: Final = {"accept": "application/vnd.github+json", "x-github-api-version": VERSION}


def _query_cost(body: object) -> int:
    data = body.get("data") if isinstance(body, dict) else None
    limit = data.get("rateLimit") if isinstance(data, dict) else None
    cost = limit.get("cost") if isinstance(limit, dict) else None
    return cost if isinstance(cost, int) else 0
