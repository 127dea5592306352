"""Client for GitHub: one request at a time, within its rate limits, with rotating tokens."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final
from urllib.parse import urlsplit

import httpx
import orjson

from ecotone.events.sources.fetch import SYSTEM, Backoff, Clock, Interrupted, Reply, exchange, opened
from ecotone.events.sources.github.answers import (
    UNREADABLE,
    Judgement,
    Meaning,
    body_of,
    clock_time,
    judge,
    left,
    next_page,
)
from ecotone.events.sources.github.token import ADVICE
from ecotone.events.sources.secret import Token
from ecotone.foundation.errors import SourceMalformed, SourceUnavailable

BASE: Final = "https://api.github.com"
VERSION: Final = "2022-11-28"

PATIENCE: Final = 3_900.0
"""Longest wait in seconds; hourly limits never need more."""

WAITS: Final = 5
"""Most consecutive waits for one request; GitHub may block clients that continue."""

SHORTEST_WAIT: Final = 60.0
"""Seconds to wait if a limit is reached and no header says how long."""

HOPS: Final = 5
AGAIN: Final = "Run the same command again; it continues where it stopped."


class Gone(Exception):
    """A resource is not available: deleted, private or closed. The text says which."""


class TooMuch(Exception):
    """A GraphQL query was not answered: it is too large (`certain`), or GitHub may have a temporary problem."""

    def __init__(self, says: str, certain: bool) -> None:
        super().__init__(says)
        self.certain = certain


class NoToken(SourceMalformed):
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
class _Purse:
    """The rate limits of each token; None means requests without a token."""

    tokens: tuple[Token | None, ...]
    resets: dict[tuple[int, str], float] = field(default_factory=dict)  # of exhausted limits
    refused: set[int] = field(default_factory=set)

    def turn(self, resource: str, now: float) -> tuple[int, float]:
        """The token to use next, and from when on (seconds since 1970)."""
        alive = [index for index in range(len(self.tokens)) if index not in self.refused]
        free_from = {index: self.resets.get((index, resource), 0.0) for index in alive}
        first = min(alive, key=lambda index: (max(free_from[index], now), index))
        return first, free_from[first]

    def note(self, index: int, resource: str, headers: Mapping[str, str]) -> None:
        """Record the limits in the headers."""
        said = left(headers)
        if said is not None and said[0] == 0:
            self.resets[index, resource] = said[1] + 1
        elif said is not None:
            self.resets.pop((index, resource), None)


class Client:
    """Client for GitHub's REST and GraphQL APIs at one address.

    `on_wait` is called with a sentence before each wait. `patience` is the longest wait in seconds.
    `sent` counts requests, `kinds` counts them by purpose, `points` sums the cost of GraphQL queries.
    """

    def __init__(
        self,
        base: str = BASE,
        tokens: Sequence[Token] = (),
        *,
        clock: Clock = SYSTEM,
        told: Callable[[str], None] = lambda _: None,
        patience: float = PATIENCE,
        backoff: Backoff | None = None,
        transport: httpx.BaseTransport | None = None,
    ) -> None:
        self.base = base.rstrip("/")
        self.clock = clock
        self.told = told
        self.patience = patience
        self.backoff = backoff or Backoff()
        self.sent = 0
        self.points = 0
        self.kinds: Counter[str] = Counter()
        self._moved: dict[str, str] = {}
        self._tokens = tuple(tokens)
        self._purse = _Purse(self._tokens or (None,))
        self._http = opened(transport)

    def __enter__(self) -> Client:
        return self

    def __exit__(self, *_: object) -> None:
        self._http.close()

    @property
    def signed(self) -> bool:
        """Whether there is a token: without one there is no GraphQL, and REST allows sixty requests an hour."""
        return bool(self._tokens)

    def get(self, url: str, kind: str, etag: str | None = None, resource: str = "core") -> Answer:
        """Send a REST request; `url` is a path below the base, or the full address of a next page.

        Raises Gone, NoToken, SourceUnavailable.
        """
        address = url if "://" in url else f"{self.base}{url}"
        for _ in range(HOPS):
            address = self._current(address)
            if not self._is_ours(address):
                raise Gone("it redirects to another host")
            headers = {"if-none-match": etag} if etag else {}
            question = _Question("GET", address, kind, resource, headers)
            reply, body, judgement = self._ask(question)
            if judgement.meaning is not Meaning.MOVED:
                unchanged = judgement.meaning is Meaning.UNCHANGED
                content = None if unchanged else body
                return Answer(content, next_page(reply.headers), reply.headers.get("etag"), unchanged, reply.seconds)
            address = self._follow(address, judgement.says, reply.status)
        raise Gone("it redirects too often")

    def query(self, document: str, variables: Mapping[str, object], kind: str) -> Answer:
        """Send a GraphQL query. Raises TooMuch, NoToken, SourceUnavailable, SourceMalformed."""
        address = f"{self.base.removesuffix('/v3')}/graphql"
        content = orjson.dumps({"query": document, "variables": variables}, option=orjson.OPT_SORT_KEYS)
        try:
            reply, body, judgement = self._ask(_Question("POST", address, kind, "graphql", {}, content))
        except Gone as gone:
            raise SourceMalformed(
                f"GitHub does not answer GraphQL at {address} ({gone})."
                " Check that the token may read public repositories, and run again."
            ) from gone
        if judgement.meaning is Meaning.MOVED:
            raise SourceMalformed(f"GitHub's GraphQL is not at {address}. Check the source's `location` and run again.")
        self.points += _cost(body)
        return Answer(body, seconds=reply.seconds)

    def _ask(self, question: _Question) -> tuple[Reply, object, Judgement]:
        """Send a request until there is a usable answer, or retries are pointless."""
        failures = waits = 0
        while True:
            index = self._whose_turn(question.resource)
            reply, body, judgement = self._once(question, index)
            says = self._scrub(judgement.says)
            match judgement.meaning:
                case Meaning.FINE | Meaning.UNCHANGED | Meaning.MOVED if reply is not None:
                    return reply, body, judgement
                case Meaning.GONE:
                    raise Gone(says)
                case Meaning.BROKEN:
                    raise SourceMalformed(f"GitHub rejects Ecotone's query as invalid ({says}). Please report it.")
                case Meaning.REFUSED:
                    self._refuse(index, says)
                case Meaning.SMALLER:
                    raise TooMuch(says, judgement.certain)
                case Meaning.WAIT:
                    waits += 1
                    self._wait(judgement, index, question.resource, waits)
                case _:
                    failures += 1
                    self._again(failures, says)

    def _once(self, question: _Question, index: int) -> tuple[Reply | None, object, Judgement]:
        token = self._purse.tokens[index]
        signed = {"authorization": token.header()} if token else {}
        request = self._http.build_request(
            question.method,
            question.address,
            headers={**_HEADERS, **question.headers, **signed},
            content=question.content,
        )
        self.sent += 1
        self.kinds[question.kind] += 1
        try:
            reply = exchange(self._http, request, self.clock)
        except Interrupted as broke:
            return None, None, Judgement(Meaning.AGAIN, str(broke))
        self._purse.note(index, question.resource, reply.headers)
        body = body_of(reply)
        judgement = judge(reply, body, self.clock.now(), question.method == "POST")
        return reply, None if body is UNREADABLE else body, judgement

    def _whose_turn(self, resource: str) -> int:
        index, since = self._purse.turn(resource, self.clock.now())
        seconds = since - self.clock.now()
        if seconds > 0:
            self._pause(seconds, "the hour's requests are used up")
        return index

    def _wait(self, judgement: Judgement, index: int, resource: str, waits: int) -> None:
        if waits > WAITS + len(self._tokens):
            raise SourceUnavailable(
                f"GitHub still refuses after {waits - 1} waits ({self._scrub(judgement.says)}). {AGAIN}"
            )
        seconds = judgement.seconds
        if judgement.primary and seconds is not None:
            self._purse.resets[index, resource] = self.clock.now() + seconds
            return  # another token may have its turn now
        if seconds is None:
            seconds = SHORTEST_WAIT * 2 ** (waits - 1)
        self._pause(seconds, "too many requests at once")

    def _pause(self, seconds: float, why: str) -> None:
        until = clock_time(self.clock.now() + seconds, self.clock.now())
        if seconds > self.patience:
            raise SourceUnavailable(f"GitHub asks to wait until {until} ({why}). Run the same command again then.")
        self.told(f"GitHub asks to wait until {until} ({why})")
        self.clock.sleep(seconds)

    def _refuse(self, index: int, says: str) -> None:
        self._purse.refused.add(index)
        if len(self._purse.refused) == len(self._purse.tokens):
            which = "the token" if len(self._tokens) == 1 else "all tokens"
            what = f"rejects {which}: expired, revoked or mistyped" if self._tokens else "answers only with a token"
            raise NoToken(f"GitHub {what} ({says}). {ADVICE}")
        self.told("GitHub rejects one of the tokens; the next one is used")

    def _again(self, failures: int, says: str) -> None:
        if failures >= self.backoff.attempts:
            raise SourceUnavailable(f"GitHub could not be reached {failures} times in a row ({says}). {AGAIN}")
        self.clock.sleep(self.backoff.after(failures))

    def _follow(self, address: str, location: str, status: int) -> str:
        try:
            target = str(httpx.URL(address).join(location)) if location else ""
        except httpx.InvalidURL:
            target = ""
        if not target:
            raise Gone("it redirects without a target")
        old, new = self._place(address), self._place(target)
        if status in (301, 308) and old and new and old != new:
            self._moved[old] = new
        return target

    def _current(self, address: str) -> str:
        """An address with the repository's new path, if the repository is known to have moved."""
        place = self._place(address)
        new = self._moved.get(place) if place else None
        return address if new is None else f"{self.base}{new}{address[len(self.base) + len(place) :]}"

    def _place(self, address: str) -> str:
        """The path of the repository in an address; empty if there is none."""
        path = address.removeprefix(self.base) if address.startswith(f"{self.base}/") else ""
        parts = path.partition("?")[0].split("/")
        wanted = {"repos": 4, "repositories": 3}.get(parts[1] if len(parts) > 1 else "", 0)
        return "/".join(parts[:wanted]) if wanted and len(parts) >= wanted else ""

    def _is_ours(self, address: str) -> bool:
        """Whether an address is on the configured host; tokens are sent to no other host."""
        try:
            asked, ours = urlsplit(address), urlsplit(self.base)
            return (asked.scheme, asked.hostname, asked.port) == (ours.scheme, ours.hostname, ours.port)
        except ValueError:
            return False

    def _scrub(self, text: str) -> str:
        for token in self._tokens:
            text = token.scrub(text)
        return text


@dataclass(frozen=True, slots=True)
class _Question:
    method: str
    address: str
    kind: str
    resource: str
    headers: Mapping[str, str]
    content: bytes | None = None


_HEADERS: Final = {"accept": "application/vnd.github+json", "x-github-api-version": VERSION}


def _cost(body: object) -> int:
    data = body.get("data") if isinstance(body, dict) else None
    limit = data.get("rateLimit") if isinstance(data, dict) else None
    cost = limit.get("cost") if isinstance(limit, dict) else None
    return cost if isinstance(cost, int) else 0
