"""Classify GitHub's answers by what to do next; pure functions that neither send nor wait."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from enum import Enum
from typing import Final

import orjson

from ecotone.events.sources.fetch import Reply

UNREADABLE: Final = object()
"""Placeholder for a body that is not JSON."""

_MOST_SECONDS: Final = 10**7
_HOURS: Final = 6 * 3600


class Meaning(Enum):
    """What to do about an answer."""

    FINE = "use it"
    UNCHANGED = "use the stored data"
    MOVED = "send the request to the new address"
    GONE = "do not retry: deleted, private or closed"
    REFUSED = "the token is rejected"
    WAIT = "a rate limit is reached"
    AGAIN = "retry"
    SMALLER = "request less at once"
    BROKEN = "the request is invalid"


@dataclass(frozen=True, slots=True)
class Judgement:
    """The meaning of an answer, and GitHub's message.

    seconds  how long to wait; None if GitHub does not say
    primary  the limit applies to the token, not to all requests together
    certain  the same query will fail again; otherwise the failure may be temporary
    """

    meaning: Meaning
    says: str = ""
    seconds: float | None = None
    primary: bool = False
    certain: bool = False


_FINE: Final = Judgement(Meaning.FINE)
_TOO_MUCH: Final = frozenset({"MAX_NODE_LIMIT_EXCEEDED", "RESOURCE_LIMITS_EXCEEDED", "EXCESSIVE_PAGINATION"})
_LIMITED: Final = frozenset({"RATE_LIMITED", "RATE_LIMIT"})
_OF_ONE_ITEM: Final = frozenset({"NOT_FOUND", "FORBIDDEN", "INSUFFICIENT_SCOPES"})
_OF_AN_ERROR: Final = frozenset({"message", "documentation_url", "status", "errors", "block"})
_REDIRECTS: Final = (301, 302, 307, 308)
_GONE: Final = {404: "not found, or private", 410: "closed", 422: "not accepted", 451: "taken down for legal reasons"}


def body_of(reply: Reply) -> object:
    """The JSON of an answer; UNREADABLE if it is not JSON."""
    try:
        return orjson.loads(reply.content)
    except orjson.JSONDecodeError:
        return UNREADABLE


def judge(reply: Reply, body: object, now: float, graph: bool) -> Judgement:
    """Classify an answer.

    body   its JSON, or UNREADABLE
    now    seconds since 1970
    graph  whether it answers GraphQL, whose errors come with status 200
    """
    status = reply.status
    message = _message(body)
    if status == 304:
        return Judgement(Meaning.UNCHANGED)
    if status in _REDIRECTS:
        return Judgement(Meaning.MOVED, says=reply.headers.get("location", ""))
    if status == 401:
        return Judgement(Meaning.REFUSED, message or "not accepted")
    if status == 429 or (status == 403 and _is_limit(reply.headers, message)):
        return _wait(reply.headers, message, now)
    if status == 403:
        return Judgement(Meaning.GONE, message or "forbidden")
    if status in _GONE:
        return Judgement(Meaning.GONE, _GONE[status] + (f" ({message})" if status == 422 and message else ""))
    if status in (502, 503, 504) and graph:
        return Judgement(Meaning.SMALLER, f"GitHub answered {status}")
    if status == 200 and body is not UNREADABLE:
        return _judge_graph(reply.headers, body, now) if graph else _judge_rest(reply.headers, body, now)
    return Judgement(Meaning.AGAIN, f"GitHub answered {status}" if status != 200 else "the answer is not JSON")


def _judge_rest(headers: Mapping[str, str], body: object, now: float) -> Judgement:
    """An error with status 200 has a message and none of the requested data."""
    if not (isinstance(body, dict) and "message" in body and body.keys() <= _OF_AN_ERROR):
        return _FINE
    told = _message(body)
    return _wait(headers, told, now) if "rate limit" in told.casefold() else Judgement(Meaning.AGAIN, told or "no data")


def _judge_graph(headers: Mapping[str, str], body: object, now: float) -> Judgement:
    errors = body.get("errors") if isinstance(body, dict) else None
    data = body.get("data") if isinstance(body, dict) else None
    if errors is None or errors == []:
        told = _message(body)
        if isinstance(data, dict):
            return _FINE
        return _wait(headers, told, now) if "rate limit" in told else Judgement(Meaning.AGAIN, "no data came")
    listed = [error for error in errors if isinstance(error, dict)] if isinstance(errors, list) else []
    kinds = {str(error.get("type")) for error in listed}
    said = "; ".join(_message(error) for error in listed[:3]) or "an error without a text"
    folded = said.casefold()
    if kinds & _LIMITED or "rate limit" in folded:
        return _wait(headers, said, now)
    if kinds & _TOO_MUCH:
        return Judgement(Meaning.SMALLER, said, certain=True)
    if "something went wrong" in folded or "timeout" in folded or "timed out" in folded:
        return Judgement(Meaning.SMALLER, said)
    if isinstance(data, dict) and kinds <= _OF_ONE_ITEM and all(error.get("path") for error in listed):
        return _FINE
    if any("extensions" in error for error in listed):
        return Judgement(Meaning.BROKEN, said)
    return Judgement(Meaning.AGAIN, said)


def _is_limit(headers: Mapping[str, str], message: str) -> bool:
    folded = message.casefold()
    told = "retry-after" in headers or headers.get("x-ratelimit-remaining") == "0"
    return told or "rate limit" in folded or "abuse" in folded


def _wait(headers: Mapping[str, str], message: str, now: float) -> Judgement:
    says = message or "too many requests"
    if (seconds := _retry_after(headers.get("retry-after"), now)) is not None:
        return Judgement(Meaning.WAIT, says, seconds)
    if headers.get("x-ratelimit-remaining") == "0" and (reset := _number(headers.get("x-ratelimit-reset"))):
        left = reset - now
        return Judgement(Meaning.WAIT, says, left + 1 if left > 0 else None, primary=True)
    return Judgement(Meaning.WAIT, says)


def _retry_after(value: str | None, now: float) -> float | None:
    """Seconds to wait, from a number or a date."""
    if value is None:
        return None
    if (seconds := _number(value)) is not None:
        return min(max(seconds, 0.0), _MOST_SECONDS)
    try:
        until = parsedate_to_datetime(value)
        return min(max(until.astimezone(UTC).timestamp() - now, 0.0), _MOST_SECONDS)
    except (TypeError, ValueError, OverflowError):
        return None


def _number(value: str | None) -> float | None:
    return float(value) if value is not None and value.isascii() and value.isdigit() and len(value) < 16 else None


def left(headers: Mapping[str, str]) -> tuple[int, float] | None:
    """The number of remaining requests, and the time of the reset (seconds since 1970); None if missing."""
    remaining, reset = _number(headers.get("x-ratelimit-remaining")), _number(headers.get("x-ratelimit-reset"))
    return None if remaining is None or reset is None else (int(remaining), reset)


def next_page(headers: Mapping[str, str]) -> str | None:
    """The address of the next page, from the `link` header.

    >>> next_page({"link": '<https://a.example/x?page=1>; rel="prev", <https://a.example/x?page=3>; rel="next"'})
    'https://a.example/x?page=3'
    """
    for part in headers.get("link", "").split(","):
        address, _, rest = part.strip().partition(">")
        if address.startswith("<") and 'rel="next"' in rest.replace(" ", ""):
            return address[1:]
    return None


def clock_time(seconds: float, now: float) -> str:
    """A time for a message, with its date if it is hours away.

    >>> clock_time(1_700_000_000, 1_700_000_000 - 60), clock_time(1_700_000_000, 1_700_000_000 - 86_400)
    ('22:13:20 UTC', '2023-11-14 22:13:20 UTC')
    """
    day = "%Y-%m-%d " if seconds - now > _HOURS else ""
    return f"{datetime.fromtimestamp(min(seconds, 2**36), UTC):{day}%H:%M:%S} UTC"


def _message(body: object) -> str:
    """The text of an error, without control characters and truncated."""
    said = body.get("message") if isinstance(body, dict) else None
    if not isinstance(said, str):
        return ""
    clean = " ".join("".join(letter if letter.isprintable() else " " for letter in said[:400]).split())
    return clean[:200].rstrip(".")
