"""Walks through a JSON text entry by entry, so that each has its line and a damaged file is read to the damage."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Final, NoReturn, TypeAlias

from ecotone.people.affiliation_files.values import Unreadable, excerpt

JsonValue: TypeAlias = "str | int | float | bool | list[JsonValue] | JsonObject | None"
_BLANK: Final = re.compile(r"[ \t\n\r]*")
_ENTRY_START: Final = re.compile(r"\{")


class JsonObject(dict[str, "JsonValue"]):
    """An object of the file; `doubled` is a key that stands in it twice."""

    __slots__ = ("doubled",)

    def __init__(self, pairs: list[tuple[str, JsonValue]]) -> None:
        super().__init__(pairs)
        self.doubled: str | None = None
        if len(self) != len(pairs):
            times = Counter(key for key, _ in pairs)
            self.doubled = next(key for key, count in times.items() if count > 1)


class Damaged(ValueError):
    """From `at` on, the text is not JSON."""

    def __init__(self, at: int, reason: str) -> None:
        super().__init__(reason)
        self.at = at


def _no_constant(text: str) -> NoReturn:
    raise ValueError(f"{text} is not a JSON number")


class JsonText:
    """A JSON text and the place that has been read to."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0
        self._line_of: tuple[int, int] = (0, 1)
        self._decoder = json.JSONDecoder(object_pairs_hook=JsonObject, parse_constant=_no_constant)
        self.skip()

    def line(self, at: int | None = None) -> int:
        """The line, from 1, of a place in the text; cheap where places come in order."""
        place = min(self.at if at is None else at, len(self.text))
        known, line = self._line_of if self._line_of[0] <= place else (0, 1)
        line += self.text.count("\n", known, place)
        self._line_of = (place, line)
        return line

    def value(self) -> JsonValue:
        """The value that begins here, read to its end; raises `Damaged`."""
        value: JsonValue
        try:
            value, self.at = self._decoder.raw_decode(self.text, self.at)
        except json.JSONDecodeError as problem:
            raise Damaged(problem.pos, f"not JSON: {problem.msg}") from None
        except RecursionError:
            raise Damaged(self.at, "nested too deeply") from None
        except ValueError as problem:  # a number with too many digits, NaN
            raise Damaged(self.at, f"not JSON: {excerpt(str(problem))}") from None
        self.skip()
        return value

    def items(self) -> Iterator[int]:
        """The place of each element of the array that begins here; the caller reads the value. Raises `Damaged`."""
        self.expect("[")
        if self.took("]"):
            return
        while True:
            yield self.at
            if self.took("]"):
                return
            self.expect(",")

    def beginning(self, at: int) -> str:
        """The text from a place on, as much as a refusal shows."""
        return self.text[at : at + 200]

    def members(self) -> Iterator[str]:
        """The key of each member of the object that begins here; the caller reads the value. Raises `Damaged`."""
        self.expect("{")
        if self.took("}"):
            return
        while True:
            if not self.is_at('"'):
                raise Damaged(self.at, "not JSON: a key in double quotes was expected")
            key = self.value()
            assert isinstance(key, str)
            self.expect(":")
            yield key
            if self.took("}"):
                return
            self.expect(",")

    def is_at(self, mark: str) -> bool:
        """Whether the text goes on with the mark."""
        return self.text.startswith(mark, self.at)

    def at_end(self) -> bool:
        """Whether nothing is left."""
        return self.at >= len(self.text)

    def to_next_object(self, after: int) -> bool:
        """Go to the next `{` behind a damaged place; whether there is one."""
        found = _ENTRY_START.search(self.text, after)
        self.at = found.start() if found else len(self.text)
        return found is not None

    def skip(self) -> None:
        """Go past blanks."""
        match = _BLANK.match(self.text, self.at)
        assert match is not None
        self.at = match.end()

    def expect(self, mark: str) -> None:
        """Go past the mark and blanks; raises `Damaged` where the text goes on otherwise."""
        if not self.took(mark):
            raise Damaged(self.at, f"not JSON: {mark!r} was expected")

    def took(self, mark: str) -> bool:
        """Go past the mark and blanks if the text goes on with it; whether it did."""
        if not self.is_at(mark):
            return False
        self.at += 1
        self.skip()
        return True


def fields(value: JsonValue, what: str) -> Mapping[str, JsonValue]:
    """The value as an object without a doubled key; raises `Unreadable`."""
    if not isinstance(value, JsonObject):
        raise Unreadable(f"{what} is not an object")
    if value.doubled is not None:
        raise Unreadable(f"the key {excerpt(value.doubled)!r} stands twice")
    return value


def text_of(entry: Mapping[str, JsonValue], key: str) -> str | None:
    """The text under a key; `None` where it is missing, null or blank. Raises `Unreadable`."""
    value = entry.get(key)
    if value is None:
        return None
    if not isinstance(value, str):
        raise Unreadable(f"{key!r} is not a text")
    return value if value.strip() else None


def shown(value: object) -> str:
    """The value as one short line, for a refusal."""
    try:
        return json.dumps(value, ensure_ascii=True)
    except (ValueError, RecursionError):
        return "(too large to show)"
