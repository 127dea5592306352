"""Classify GitHub's answers by what to do next; pure functions that neither send nor wait."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from enum import Enum
from typing import Final

import orjson

from ecotone.events.sources.http import HttpReply

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
class Verdict:
    """The meaning of an answer, and GitHub's message.

    seconds  how long to wait; None if GitHub does not say
    primary  the limit applies to the token, not to all requests together
    certain  the same query will fail again; otherwise the failure may be temporary
    """

    meaning: Meaning
    message: str = ""
    seconds: float | None = None
    primary: bool = False
    certain: bool = False


_FINE: Final = Verdict(Meaning.FINE)
_TOO_MUCH: Final = frozenset({"MAX_NODE_LIMIT_EXCEEDED", "RESOURCE_LIMITS_EXCEEDED", "EXCESSIVE_PAGINATION"})
_LIMITED: Final = frozenset({"RATE_LIMITED", "RATE_LIMIT"})
_OF_ONE_ITEM: Final = frozenset({"NOT_FOUND", "FORBIDDEN", "INSUFFICIENT_SCOPES"})
_OF_AN_ERROR: Final = frozenset({"message", "documentation_url", "status", "errors", "block"})
_REDIRECTS: Final = (301, 302, 307, 308)
_GONE: Final = {404: "not found, or private", 410: "closed", 422: "not accepted", 451: "taken down for legal reasons"}


def parse_body(reply: HttpReply) -> object:
    """The JSON of an answer; UNREADABLE if it is not JSON."""
    try:
        return orjson.loads(reply.content)
    except orjson.JSONDecodeError:
        return UNREADABLE


def classify_answer(reply: HttpReply, body: object, now: float, is_graphql: bool) -> Verdict:
    """Classify an answer.

    body        its JSON, or UNREADABLE
    now         seconds since 1970
    is_graphql  whether it answers GraphQL, whose errors come with status 200
    """
    status = reply.status
    message = _error_message(body)
    if status == 304:
        return Verdict(Meaning.UNCHANGED)
    if status in _REDIRECTS:
        return Verdict(Meaning.MOVED, message=reply.headers.get("location", ""))
    if status == 401:
        return Verdict(Meaning.REFUSED, message or "not accepted")
    if status == 429 or (status == 403 and _is_rate_limit(reply.headers, message)):
        return _wait_judgement(reply.headers, message, now)
    if status == 403:
        return Verdict(Meaning.GONE, message or "forbidden")
    if status in _GONE:
        return Verdict(Meaning.GONE, _GONE[status] + (f" ({message})" if status == 422 and message else ""))
    if status in (502, 503, 504) and is_graphql:
        return Verdict(Meaning.SMALLER, f"GitHub answered {status}")
    if status == 200 and body is not UNREADABLE:
        return (
            _classify_graphql_answer(reply.headers, body, now)
            if is_graphql
            else _classify_rest_answer(reply.headers, body, now)
        )
    return Verdict(Meaning.AGAIN, f"GitHub answered {status}" if status != 200 else "the answer is not JSON")


def _classify_rest_answer(headers: Mapping[str, str], body: object, now: float) -> Verdict:
    """An error with status 200 has a message and none of the requested data."""
    if not (isinstance(body, dict) and "message" in body and body.keys() <= _OF_AN_ERROR):
        return _FINE
    message = _error_message(body)
    return (
        _wait_judgement(headers, message, now)
        if "rate limit" in message.casefold()
        else Verdict(Meaning.AGAIN, message or "no data")
    )


def _classify_graphql_answer(headers: Mapping[str, str], body: object, now: float) -> Verdict:
    errors = body.get("errors") if isinstance(body, dict) else None
    data = body.get("data") if isinstance(body, dict) else None
    if errors is None or errors == []:
        message = _error_message(body)
        if isinstance(data, dict):
            return _FINE
        return (
            _wait_judgement(headers, message, now)
            if "rate limit" in message
            else Verdict(Meaning.AGAIN, "no data came")
        )
    listed = [error for error in errors if isinstance(error, dict)] if isinstance(errors, list) else []
    kinds = {str(error.get("type")) for error in listed}
    messages = "; ".join(_error_message(error) for error in listed[:3]) or "an error without a text"
    folded = messages.casefold()
    if kinds & _LIMITED or "rate limit" in folded:
        return _wait_judgement(headers, messages, now)
    if kinds & _TOO_MUCH:
        return Verdict(Meaning.SMALLER, messages, certain=True)
    if "something went wrong" in folded or "timeout" in folded or "timed out" in folded:
        return Verdict(Meaning.SMALLER, messages)
    if isinstance(data, dict) and kinds <= _OF_ONE_ITEM and all(error.get("path") for error in listed):
        return _FINE
    if any("extensions" in error for error in listed):
        return Verdict(Meaning.BROKEN, messages)
    return Verdict(Meaning.AGAIN, messages)


def _is_rate_limit(headers: Mapping[str, str], message: str) -> bool:
    folded = message.casefold()
    has_header = "retry-after" in headers or headers.get("x-ratelimit-remaining") == "0"
    return has_header or "rate limit" in folded or "abuse" in folded


def _wait_judgement(headers: Mapping[str, str], message: str, now: float) -> Verdict:
    says = message or "too many requests"
    if (seconds := _retry_after_seconds(headers.get("retry-after"), now)) is not None:
        return Verdict(Meaning.WAIT, says, seconds)
    if headers.get("x-ratelimit-remaining") == "0" and (reset := _header_number(headers.get("x-ratelimit-reset"))):
        remaining_seconds = reset - now
        return Verdict(Meaning.WAIT, says, remaining_seconds + 1 if remaining_seconds > 0 else None, primary=True)
    return Verdict(Meaning.WAIT, says)


def _retry_after_seconds(value: str | None, now: float) -> float | None:
    """Seconds to wait, from a number or a date."""
    if value is None:
        return None
    if (seconds := _header_number(value)) is not None:
        return min(max(seconds, 0.0), _MOST_SECONDS)
    try:
        until = parsedate_to_datetime(value)
        return min(max(until.astimezone(UTC).timestamp() - now, 0.0), _MOST_SECONDS)
    except (TypeError, ValueError, OverflowError):
        return None


def _header_number(value: str | None) -> float | None:
    return float(value) if value is not None and value.isascii() and value.isdigit() and len(value) < 16 else None


def remaining_requests(headers: Mapping[str, str]) -> tuple[int, float] | None:
    """The number of remaining requests, and the time of the reset (seconds since 1970); None if missing."""
    remaining, reset = (
        _header_number(headers.get("x-ratelimit-remaining")),
        _header_number(headers.get("x-ratelimit-reset")),
    )
    return None if remaining is None or reset is None else (int(remaining), reset)


def next_page_url(headers: Mapping[str, str]) -> str | None:
    """The address of the next page, from the `link` header.

    >>> next_page_url({"link": '<https://a.example/x?page=1>; rel="prev", <https://a.example/x?page=3>; rel="next"'})
    'https://a.example/x?page=3'
    """
    for part in headers.get("link", "").split(","):
        address, _, rest = part.strip().partition(">")
        if address.startswith("<") and 'rel="next"' in rest.replace(" ", ""):
            return address[1:]
    return None


def format_clock_time(seconds: float, now: float) -> str:
    """A time for a message, with its date if it is hours away.

    >>> format_clock_time(1_700_000_000, 1_700_000_000 - 60), format_clock_time(1_700_000_000, 1_700_000_000 - 86_400)
    ('22:13:20 UTC', '2023-11-14 22:13:20 UTC')
    """
    day = "%Y-%m-%d " if seconds - now > _HOURS else ""
    return f"{datetime.fromtimestamp(min(seconds, 2**36), UTC):{day}%H:%M:%S} UTC"


def _error_message(body: object) -> str:
    """The text of an error, without control characters and truncated."""
    message = body.get("message") if isinstance(body, dict) else None
    if not isinstance(message, str):
        return ""
    clean = " ".join("".join(letter if letter.isprintable() else " " for letter in message[:400]).split())
    return clean[:200].rstrip(".")
