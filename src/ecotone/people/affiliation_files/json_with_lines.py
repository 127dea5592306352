"""Read a JSON text entry by entry, with line numbers, up to the first damage."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Final, NoReturn, TypeAlias

from ecotone.people.affiliation_files.field_parsers import Unreadable, printable_excerpt

JsonValue: TypeAlias = "str | int | float | bool | list[JsonValue] | JsonObject | None"
_BLANK: Final = re.compile(r"[ \t\n\r]*")
_ENTRY_START: Final = re.compile(r"\{")


class JsonObject(dict[str, "JsonValue"]):
    """A JSON object; `repeated_key` is a key that occurs twice."""

    __slots__ = ("repeated_key",)

    def __init__(self, pairs: list[tuple[str, JsonValue]]) -> None:
        super().__init__(pairs)
        self.repeated_key: str | None = None
        if len(self) != len(pairs):
            times = Counter(key for key, _ in pairs)
            self.repeated_key = next(key for key, count in times.items() if count > 1)


class DamagedJson(ValueError):
    """The text is not JSON from `position` on."""

    def __init__(self, at: int, reason: str) -> None:
        super().__init__(reason)
        self.position = at


def _refuse_constant(text: str) -> NoReturn:
    raise ValueError(f"{text} is not a JSON number")


class JsonReader:
    """A JSON text with a current position."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.position = 0
        self._line_of: tuple[int, int] = (0, 1)
        self._decoder = json.JSONDecoder(object_pairs_hook=JsonObject, parse_constant=_refuse_constant)
        self.skip_white_space()

    def line_number(self, at: int | None = None) -> int:
        """The line number of a position; fast for ascending positions."""
        position = min(self.position if at is None else at, len(self.text))
        known, line = self._line_of if self._line_of[0] <= position else (0, 1)
        line += self.text.count("\n", known, position)
        self._line_of = (position, line)
        return line

    def read_value(self) -> JsonValue:
        """Read the value at the current position; raises `DamagedJson`."""
        value: JsonValue
        try:
            value, self.position = self._decoder.raw_decode(self.text, self.position)
        except json.JSONDecodeError as problem:
            raise DamagedJson(problem.pos, f"not JSON: {problem.msg}") from None
        except RecursionError:
            raise DamagedJson(self.position, "nested too deeply") from None
        except ValueError as problem:  # a number with too many digits, NaN
            raise DamagedJson(self.position, f"not JSON: {printable_excerpt(str(problem))}") from None
        self.skip_white_space()
        return value

    def iterate_items(self) -> Iterator[int]:
        """Iterate over the positions of an array's elements; the caller reads each value. Raises `DamagedJson`."""
        self.expect_mark("[")
        if self.read_mark("]"):
            return
        while True:
            yield self.position
            if self.read_mark("]"):
                return
            self.expect_mark(",")

    def excerpt_from(self, at: int) -> str:
        """The text from a position on, cut for a refusal."""
        return self.text[at : at + 200]

    def iterate_members(self) -> Iterator[str]:
        """Iterate over the keys of an object; the caller reads each value. Raises `DamagedJson`."""
        self.expect_mark("{")
        if self.read_mark("}"):
            return
        while True:
            if not self.is_at('"'):
                raise DamagedJson(self.position, "not JSON: a key in double quotes was expected")
            key = self.read_value()
            assert isinstance(key, str)
            self.expect_mark(":")
            yield key
            if self.read_mark("}"):
                return
            self.expect_mark(",")

    def is_at(self, mark: str) -> bool:
        """Whether the mark is at the current position."""
        return self.text.startswith(mark, self.position)

    def at_end(self) -> bool:
        """Whether the position is the end of the text."""
        return self.position >= len(self.text)

    def move_to_next_object(self, after: int) -> bool:
        """Move to the next `{` after a damaged position; False if there is none."""
        match = _ENTRY_START.search(self.text, after)
        self.position = match.start() if match else len(self.text)
        return match is not None

    def skip_white_space(self) -> None:
        """Skip white space."""
        match = _BLANK.match(self.text, self.position)
        assert match is not None
        self.position = match.end()

    def expect_mark(self, mark: str) -> None:
        """Read the mark and white space; raises `DamagedJson` for any other text."""
        if not self.read_mark(mark):
            raise DamagedJson(self.position, f"not JSON: {mark!r} was expected")

    def read_mark(self, mark: str) -> bool:
        """Read the mark and white space if the mark is here; returns whether it was."""
        if not self.is_at(mark):
            return False
        self.position += 1
        self.skip_white_space()
        return True


def fields_of_object(value: JsonValue, what: str) -> Mapping[str, JsonValue]:
    """The value as an object without repeated keys; raises `Unreadable`."""
    if not isinstance(value, JsonObject):
        raise Unreadable(f"{what} is not an object")
    if value.repeated_key is not None:
        raise Unreadable(f"the key {printable_excerpt(value.repeated_key)!r} occurs twice")
    return value


def text_field(entry: Mapping[str, JsonValue], key: str) -> str | None:
    """The text of a key; `None` if missing, null or blank. Raises `Unreadable`."""
    value = entry.get(key)
    if value is None:
        return None
    if not isinstance(value, str):
        raise Unreadable(f"{key!r} is not a text")
    return value if value.strip() else None


def json_excerpt(value: object) -> str:
    """The value as one line, for a refusal."""
    try:
        return json.dumps(value, ensure_ascii=True)
    except (ValueError, RecursionError):
        return "(too large to show)"
