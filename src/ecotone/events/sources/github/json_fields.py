"""Read single values of untrusted JSON: each has its documented type, or is refused with a reason."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Final, TypeVar

_LOGIN: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,99}(\[bot\])?\Z")
_NODE: Final = re.compile(r"[A-Za-z0-9_=+/-]{1,200}\Z")
_MOMENT: Final = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d{1,9})?(?:Z|[+-]\d{2}:\d{2})\Z")

INTEGER_LIMIT: Final = 2**53
"""Larger integers are not exact in every JSON reader."""

LONGEST_TEXT: Final = 1000
FIRST_YEAR: Final = 2000
LAST_YEAR: Final = 9997

Value = TypeVar("Value")


class UnreadableValue(ValueError):
    """A value differs from its documented format; the text says how."""


def required_field(value: object, name: str) -> object:
    """The value of a required key; it may be null."""
    if not isinstance(value, dict):
        raise UnreadableValue(f"an object with {name} was expected")
    if name not in value:
        raise UnreadableValue(f"{name} is missing")
    content: object = value[name]
    return content


def optional_field(value: object, name: str) -> object:
    """The value of an optional key; None if missing."""
    if not isinstance(value, dict):
        raise UnreadableValue(f"an object with {name} was expected")
    content: object = value.get(name)
    return content


def list_or_empty(value: object) -> list[object]:
    """A list; empty for null."""
    if value is None:
        return []
    if not isinstance(value, list):
        raise UnreadableValue("a list was expected")
    return value


def exact_integer(value: object, least: int = 1) -> int | None:
    """An integer that is exact in every JSON reader; None for null."""
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int) or not least <= value < INTEGER_LIMIT:
        raise UnreadableValue("a number is out of range")
    return value


def unix_seconds(value: object, name: str) -> int | None:
    """A time such as 2024-03-01T05:00:00Z as seconds since 1970; None for null."""
    if value is None:
        return None
    if not isinstance(value, str) or not _MOMENT.match(value):
        raise UnreadableValue(f"{name} is not a valid time")
    try:
        read = datetime.fromisoformat(value)
        seconds = int(read.astimezone(UTC).timestamp())
    except (ValueError, OverflowError) as error:
        raise UnreadableValue(f"{name} is not a valid time") from error
    if not FIRST_YEAR <= read.year <= LAST_YEAR:
        raise UnreadableValue(f"{name} is out of range")
    return seconds


def node_id(value: object) -> str | None:
    """A GraphQL node id; None for null."""
    if value is None:
        return None
    if not isinstance(value, str) or not _NODE.match(value):
        raise UnreadableValue("the node id is invalid")
    return value


def single_line(value: object) -> str | None:
    """A text as one line without control characters, truncated; None for null and empty texts."""
    if value is None:
        return None
    if not isinstance(value, str):
        raise UnreadableValue("a text was expected")
    clean = " ".join("".join(letter if letter.isprintable() else " " for letter in value[:LONGEST_TEXT]).split())
    return clean or None


def not_null(value: Value | None, name: str) -> Value:
    """A value that must not be null."""
    if value is None:
        raise UnreadableValue(f"{name} is null")
    return value


def valid_login(value: object) -> str:
    """The name of an account."""
    if not isinstance(value, str) or not _LOGIN.match(value):
        raise UnreadableValue("the login is invalid")
    return value
