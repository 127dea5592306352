"""Read a JSON text entry by entry, with line numbers, up to the first damage."""

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
    """A JSON object; `repeated_key` is a key that occurs twice."""

    __slots__ = ("doubled",)

    def __init__(self, pairs: list[tuple[str, JsonValue]]) -> None:
        super().__init__(pairs)
        self.doubled: str | None = None
        if len(self) != len(pairs):
            times = Counter(key for key, _ in pairs)
            self.doubled = next(key for key, count in times.items() if count > 1)


class Damaged(ValueError):
    """The text is not JSON from `position` on."""

    def __init__(self, at: int, reason: str) -> None:
        super().__init__(reason)
        self.at = at


def _no_constant(text: str) -> NoReturn:
    raise ValueError(f"{text} is not a JSON number")


class JsonText:
    """A JSON text with a current position."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0
        self._line_of: tuple[int, int] = (0, 1)
        self._decoder = json.JSONDecoder(object_pairs_hook=JsonObject, parse_constant=_no_constant)
        self.skip()

    def line(self, at: int | None = None) -> int:
        """The line number of a position; fast for ascending positions."""
        place = min(self.at if at is None else at, len(self.text))
        known, line = self._line_of if self._line_of[0] <= place else (0, 1)
        line += self.text.count("\n", known, place)
        self._line_of = (place, line)
        return line

    def value(self) -> JsonValue:
        """Read the value at the current position; raises `DamagedJson`."""
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
        """Iterate over the positions of an array's elements; the caller reads each value. Raises `DamagedJson`."""
        self.expect("[")
        if self.took("]"):
            return
        while True:
            yield self.at
            if self.took("]"):
                return
            self.expect(",")

    def beginning(self, at: int) -> str:
        """The text from a position on, cut for a refusal."""
        return self.text[at : at + 200]

    def members(self) -> Iterator[str]:
        """Iterate over the keys of an object; the caller reads each value. Raises `DamagedJson`."""
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
        """Whether the mark is at the current position."""
        return self.text.startswith(mark, self.at)

    def at_end(self) -> bool:
        """Whether the position is the end of the text."""
        return self.at >= len(self.text)

    def to_next_object(self, after: int) -> bool:
        """Move to the next `{` after a damaged position; False if there is none."""
        found = _ENTRY_START.search(self.text, after)
        self.at = found.start() if found else len(self.text)
        return found is not None

    def skip(self) -> None:
        """Skip white space."""
        match = _BLANK.match(self.text, self.at)
        assert match is not None
        self.at = match.end()

    def expect(self, mark: str) -> None:
        """Read the mark and white space; raises `DamagedJson` for any other text."""
        if not self.took(mark):
            raise Damaged(self.at, f"not JSON: {mark!r} was expected")

    def took(self, mark: str) -> bool:
        """Read the mark and white space if the mark is here; returns whether it was."""
        if not self.is_at(mark):
            return False
        self.at += 1
        self.skip()
        return True


def fields(value: JsonValue, what: str) -> Mapping[str, JsonValue]:
    """The value as an object without repeated keys; raises `Unreadable`."""
    if not isinstance(value, JsonObject):
        raise Unreadable(f"{what} is not an object")
    if value.doubled is not None:
        raise Unreadable(f"the key {excerpt(value.doubled)!r} occurs twice")
    return value


def text_of(entry: Mapping[str, JsonValue], key: str) -> str | None:
    """The text of a key; `None` if missing, null or blank. Raises `Unreadable`."""
    value = entry.get(key)
    if value is None:
        return None
    if not isinstance(value, str):
        raise Unreadable(f"{key!r} is not a text")
    return value if value.strip() else None


def shown(value: object) -> str:
    """The value as one line, for a refusal."""
    try:
        return json.dumps(value, ensure_ascii=True)
    except (ValueError, RecursionError):
        return "(too large to show)"
