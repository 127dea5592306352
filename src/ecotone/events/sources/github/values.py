"""One value of somebody's JSON at a time: it is what it should be, or it is refused with a reason."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Final, TypeVar

_LOGIN: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,99}(\[bot\])?\Z")
_NODE: Final = re.compile(r"[A-Za-z0-9_=+/-]{1,200}\Z")
_MOMENT: Final = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d{1,9})?(?:Z|[+-]\d{2}:\d{2})\Z")

MOST: Final = 2**53
"""Whole numbers from here on are not kept exactly by every reader of JSON."""

LONGEST: Final = 1000
FIRST_YEAR: Final = 2000
LAST_YEAR: Final = 9997

Value = TypeVar("Value")


class Unreadable(ValueError):
    """A thing that is not what its source documents; the text says what is wrong with it."""


def field(value: object, name: str) -> object:
    """A key that must be there; its value may be null."""
    if not isinstance(value, dict):
        raise Unreadable(f"an object with {name} was expected")
    if name not in value:
        raise Unreadable(f"{name} is missing")
    found: object = value[name]
    return found


def optional(value: object, name: str) -> object:
    """A key that may be missing."""
    if not isinstance(value, dict):
        raise Unreadable(f"an object with {name} was expected")
    found: object = value.get(name)
    return found


def listed(value: object) -> list[object]:
    """A list; nothing for null."""
    if value is None:
        return []
    if not isinstance(value, list):
        raise Unreadable("a list was expected")
    return value


def whole(value: object, least: int = 1) -> int | None:
    """A whole number that any JSON reader keeps exactly; None for null."""
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int) or not least <= value < MOST:
        raise Unreadable("a number is out of range")
    return value


def moment(value: object, name: str) -> int | None:
    """Seconds since 1970 of a moment such as 2024-03-01T05:00:00Z; None for null."""
    if value is None:
        return None
    if not isinstance(value, str) or not _MOMENT.match(value):
        raise Unreadable(f"{name} is no moment")
    try:
        read = datetime.fromisoformat(value)
        seconds = int(read.astimezone(UTC).timestamp())
    except (ValueError, OverflowError) as error:
        raise Unreadable(f"{name} is no moment") from error
    if not FIRST_YEAR <= read.year <= LAST_YEAR:
        raise Unreadable(f"{name} is out of range")
    return seconds


def node(value: object) -> str | None:
    """An id of GraphQL; None for null."""
    if value is None:
        return None
    if not isinstance(value, str) or not _NODE.match(value):
        raise Unreadable("a node's id is no id")
    return value


def line(value: object) -> str | None:
    """A text as one line without control characters, cut to a bearable length; None for null and for nothing."""
    if value is None:
        return None
    if not isinstance(value, str):
        raise Unreadable("a text was expected")
    clean = " ".join("".join(letter if letter.isprintable() else " " for letter in value[:LONGEST]).split())
    return clean or None


def needed(value: Value | None, name: str) -> Value:
    """What must not be null."""
    if value is None:
        raise Unreadable(f"{name} is null")
    return value


def login(value: object) -> str:
    """An account's name."""
    if not isinstance(value, str) or not _LOGIN.match(value):
        raise Unreadable("login is no login")
    return value
