"""The line reader: every line is read or refused with a reason; only the lines of wanted repositories are parsed.

Since 2015 a line begins with id, type, actor and repo, in this order, so what a line is about can be cut out of its
beginning. A line that begins otherwise is looked into more closely: first as one of 2011-2014, whose repository stands
anywhere, then by parsing it. What is cut out is checked to be what it seems; quotes inside texts are escaped, so no
text can pass for a key.
"""

from __future__ import annotations

import json
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

import orjson

NOT_JSON: Final = "not_json"
NOT_AN_EVENT: Final = "not_an_event"
NO_REPOSITORY: Final = "no_repository"
BAD_TIME: Final = "bad_time"
CUT_SHORT: Final = "cut_short"
TOO_LONG: Final = "too_long"
REASONS: Final = (NOT_JSON, NOT_AN_EVENT, NO_REPOSITORY, BAD_TIME, CUT_SHORT, TOO_LONG)

LONGEST: Final = 16 << 20
"""Bytes of a line; the archive's longest are some 2 MB."""

WITHOUT_LINES: Final = 4 << 20
"""Bytes without a line's end, from which on objects written one after the other are looked for."""

PLACELESS: Final = frozenset({"GistEvent", "FollowEvent"})
"""Events that have no repository by nature."""

Event = dict[str, Any]
"""One parsed line."""

# possessive and of single excluded signs: then it costs little more than finding those signs
_HEAD: Final = re.compile(
    rb'\{"id":"[^"]*+","type":"([^"]*+)","actor":\{[^}]*+\},"repo":\{"id":([^,]*+),"name":"([^"]*+)"'
)
_BRACE: Final = ord("}")

_OWNER: Final = re.compile(rb'"owner":"([^"\\]*)"')
_EARLY_ID: Final = re.compile(rb'"repository":\{"id":(\d+)')
_EARLY_TYPE: Final = re.compile(rb'"type":"(\w+Event)"')


@dataclass(frozen=True, slots=True)
class Search:
    """What is wanted, as it stands in lines.

    ids     repository ids, decimal
    names   `owner/name`, lower case
    owners  the owners among the names
    """

    ids: frozenset[bytes]
    names: frozenset[bytes]
    owners: frozenset[bytes]
    everything: bool = False

    @classmethod
    def of(cls, names: Iterable[str] = (), ids: Iterable[int] = (), *, everything: bool = False) -> Search:
        """A search for repositories of these names, whatever their capitals, and of these ids."""
        folded = frozenset(name.lower().encode() for name in names)
        owners = frozenset(name.partition(b"/")[0] for name in folded)
        return cls(frozenset(b"%d" % one for one in ids), folded, owners, everything)

    def wants(self, repository_id: object, name: str) -> bool:
        """Whether a repository is one of them, by its id or by its name.

        >>> Search.of(["Octo/Cat"], [7]).wants(None, "octo/cat"), Search.of([], [7]).wants(7, "renamed/cat")
        (True, True)
        """
        if self.everything or name.lower().encode(errors="replace") in self.names:
            return True
        return isinstance(repository_id, int) and b"%d" % repository_id in self.ids


@dataclass(slots=True)
class Tally:
    """What became of the lines: `lines` = `accepted` + all refused.

    lines    lines with something in them; objects written one after the other on a line count each
    types    accepted lines by the type of event
    refused  refused lines by reason
    """

    lines: int = 0
    types: dict[str, int] = field(default_factory=dict)
    refused: dict[str, int] = field(default_factory=dict)

    @property
    def accepted(self) -> int:
        """Lines that were read, wanted or not."""
        return sum(self.types.values())

    def refuse(self, reason: str) -> None:
        """Count a line as refused."""
        self.refused[reason] = self.refused.get(reason, 0) + 1

    def accept(self, kind: str) -> None:
        """Count a line as read."""
        self.types[kind] = self.types.get(kind, 0) + 1

    def take_back(self, kind: str, reason: str) -> None:
        """Refuse a line that had been accepted."""
        self.types[kind] -= 1
        if not self.types[kind]:
            del self.types[kind]
        self.refuse(reason)


class LineReader:
    """Reads blocks of bytes, however they are cut, and yields the events of wanted repositories."""

    def __init__(self, search: Search) -> None:
        self._search = search
        self._rest = b""
        self._look_at = WITHOUT_LINES
        self._skipping = False
        self._fast: defaultdict[bytes, int] = defaultdict(int)
        self._lines = 0
        self._tally = Tally()

    @property
    def tally(self) -> Tally:
        """What became of the lines so far."""
        found = self._tally
        for kind, count in self._fast.items():
            name = kind.decode(errors="replace")
            found.types[name] = found.types.get(name, 0) + count
        self._fast.clear()
        found.lines += self._lines
        self._lines = 0
        return found

    def read(self, blocks: Iterable[bytes]) -> Iterator[Event]:
        """The events of wanted repositories; call `finish` after the last block."""
        for block in blocks:
            yield from self.feed(block)

    def feed(self, block: bytes) -> list[Event]:
        """The events of wanted repositories on the lines that end in this block."""
        if self._skipping:
            _, newline, block = block.partition(b"\n")
            if not newline:
                return []
            self._skipping = False
        if len(self._rest) > len(block) and b"\n" not in block:
            return self._grow(block)
        return self._scan(self._rest + block)

    def finish(self, *, cut: bool = False) -> list[Event]:
        """The events on the last line, which has no end; where the stream was cut it is refused unless it is whole."""
        rest, self._rest = self._rest, b""
        if self._skipping or not rest.strip():
            return []
        reason = CUT_SHORT if cut else NOT_JSON
        return self._parsed(rest, reason)

    def take_back(self, kind: str, reason: str) -> None:
        """Refuse a yielded event after all: it does not say what it must."""
        self._tally.take_back(kind, reason)

    def _scan(self, block: bytes) -> list[Event]:
        """Go through whole lines; the loop is the reader's cost, so it does no more than it must."""
        found: list[Event] = []
        find, head, counts = block.find, _HEAD.match, self._fast
        ids, names, everything = self._search.ids, self._search.names, self._search.everything
        start, fast = 0, 0
        while (end := find(b"\n", start)) >= 0:
            beginning = head(block, start, end)
            if beginning is not None and block[end - 1] == _BRACE:
                kind, number, name = beginning.groups()
                if everything or number in ids or name.lower() in names:
                    found += self._parsed(block[start:end], NOT_JSON)
                else:
                    counts[kind] += 1
                    fast += 1
            elif end > start:
                found += self._looked_into(block[start:end])
            start = end + 1
        self._lines += fast
        self._rest = block[start:]
        self._look_at = WITHOUT_LINES
        return found

    def _looked_into(self, line: bytes) -> list[Event]:
        """A line that does not begin as lines since 2015 do."""
        line = line.strip()
        if not line:
            return []
        owners = _OWNER.findall(line)
        kind = _EARLY_TYPE.search(line)
        object_like = line.startswith(b"{") and line.endswith(b"}")
        if not owners or kind is None or not object_like or b'"repository":{' not in line or b"}{" in line:
            return self._parsed(line, NOT_JSON)
        if self._search.everything or any(owner.lower() in self._search.owners for owner in owners):
            return self._parsed(line, NOT_JSON)
        if self._search.ids and not self._search.ids.isdisjoint(_EARLY_ID.findall(line)):
            return self._parsed(line, NOT_JSON)
        self._lines += 1
        self._fast[kind[1]] += 1
        return []

    def _parsed(self, line: bytes, reason: str) -> list[Event]:
        """Parse a line: its event if a wanted repository's; objects one after the other are parsed each."""
        try:
            read = [orjson.loads(line)]
        except orjson.JSONDecodeError:
            read, rest = _one_after_the_other(line)
            if rest.strip() or not read:
                self._lines += 1
                self._tally.refuse(reason)
        return self._wanted_of(read)

    def _wanted_of(self, read: list[object]) -> list[Event]:
        self._lines += len(read)
        found = []
        for event in read:
            if not isinstance(event, dict) or not isinstance(event.get("type"), str):
                self._tally.refuse(NOT_AN_EVENT)
            elif self._is_wanted(event):
                found.append(event)
        return found

    def _is_wanted(self, event: Event) -> bool:
        place = repository_of(event)
        if place is None and event["type"] not in PLACELESS:
            self._tally.refuse(NO_REPOSITORY)
            return False
        self._tally.accept(event["type"])
        return place is not None and self._search.wants(*place)

    def _grow(self, block: bytes) -> list[Event]:
        """A line that goes on and on: objects without line ends, or one that is too long."""
        self._rest += block
        found: list[Event] = []
        if len(self._rest) >= self._look_at and not self._rest.startswith(b'{"id":"'):
            read, self._rest = _one_after_the_other(self._rest)
            self._look_at = max(WITHOUT_LINES, 2 * len(self._rest))
            found = self._wanted_of(read)
        if len(self._rest) > LONGEST:
            self._rest, self._skipping = b"", True
            self._lines += 1
            self._tally.refuse(TOO_LONG)
        return found


def repository_of(event: Mapping[str, Any]) -> tuple[int | None, str] | None:
    """Id and name of an event's repository, in the words of any era; None where it does not say."""
    repo = event.get("repo")
    if isinstance(repo, dict):
        name, number = repo.get("name"), repo.get("id")
        if isinstance(name, str) and "/" in name:
            return (number if isinstance(number, int) else None), name
        return None
    repository = event.get("repository")
    if isinstance(repository, dict):
        name, owner, number = repository.get("name"), repository.get("owner"), repository.get("id")
        if isinstance(name, str) and isinstance(owner, str) and name and owner:
            return (number if isinstance(number, int) else None), f"{owner}/{name}"
    return None


def _one_after_the_other(line: bytes) -> tuple[list[object], bytes]:
    """Objects written without line ends between them, and what is left that is none."""
    # one character a byte: places in the text are places in the bytes, and JSON's own signs are ASCII
    text, decoder, read, place = line.decode("latin-1"), json.JSONDecoder(), [], 0
    while place < len(text):
        while place < len(text) and text[place] in " \t\r\n,":
            place += 1
        try:
            _, end = decoder.raw_decode(text, place)
            read.append(orjson.loads(line[place:end]))
        except (ValueError, RecursionError):
            break
        place = end
    return read, line[place:]
