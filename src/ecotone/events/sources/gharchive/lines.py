"""Read the lines of hour files: accept or refuse each with a reason, and parse only those of wanted repositories.

Since 2015 a line begins with id, type, actor and repo, in this order, so a regular expression finds the repository in
its beginning. Other lines are tried as lines of 2011-2014, whose repository may be anywhere, and then parsed.
Quotes inside JSON texts are escaped, so no text can be mistaken for a key.
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
INCOMPLETE: Final = "incomplete"
REASONS: Final = (NOT_JSON, NOT_AN_EVENT, NO_REPOSITORY, BAD_TIME, CUT_SHORT, TOO_LONG, INCOMPLETE)

LONGEST: Final = 16 << 20
"""Longest accepted line in bytes; the archive's longest have about 2 MB."""

WITHOUT_LINES: Final = 4 << 20
"""Number of bytes without a line end after which the reader looks for concatenated objects."""

PLACELESS: Final = frozenset({"GistEvent", "FollowEvent"})
"""Event types without a repository."""

Event = dict[str, Any]
"""One parsed line."""

TIMED: Final = 64
"""Lines of the first block whose times are sampled,"""

TIMED_LATER: Final = 2
"""and of every later block."""

JOINED_IN: Final = 1 << 20
"""The reader looks for concatenated objects on one line in the first so many bytes"""

JOINED_EVERY: Final = 8 << 20
"""of every so many; once it has found some, it looks everywhere."""

LARGEST: Final = 2**63 - 1

# possessive quantifiers over a single excluded character: hardly slower than a search for that character
_HEAD: Final = re.compile(
    rb'\{"id":"[^"]*+","type":"([^"\\]++)","actor":\{[^}]*+\},"repo":\{"id":(\d++),"name":"([^"\\]++)"'
)
_BRACE: Final = ord("}")
_JOINED: Final = re.compile(rb'\}[ \t]*\{"')
_MARK: Final = b"\xef\xbb\xbf"  # byte order mark

_OWNER: Final = re.compile(rb'"owner":"([^"\\]*)"')
_NAME: Final = re.compile(rb'"name":"([^"\\]*)"')
_EARLY_ID: Final = re.compile(rb'"repository":\{"id":(\d+)')
_EARLY_TYPE: Final = re.compile(rb'"type":"(\w+Event)"')


@dataclass(frozen=True, slots=True)
class Search:
    """The wanted repositories, as bytes to compare with lines.

    ids         repository ids, decimal
    names       `owner/name`, lower case
    owners      the owners in these names
    bare_names  the names without their owners
    """

    ids: frozenset[bytes]
    names: frozenset[bytes]
    owners: frozenset[bytes]
    bare: frozenset[bytes]
    everything: bool = False

    @classmethod
    def of(cls, names: Iterable[str] = (), ids: Iterable[int] = (), *, everything: bool = False) -> Search:
        """A search for repositories with these names (case-insensitive) or ids."""
        folded = frozenset(name.lower().encode() for name in names)
        owners, bare = (frozenset(name.partition(b"/")[part] for name in folded) for part in (0, 2))
        return cls(frozenset(b"%d" % one for one in ids), folded, owners, bare, everything)

    def wants(self, repository_id: object, name: str) -> bool:
        """Whether a repository is wanted, by its id or by its name.

        >>> Search.of(["Octo/Cat"], [7]).wants(None, "octo/cat"), Search.of([], [7]).wants(7, "renamed/cat")
        (True, True)
        """
        if self.everything or name.lower().encode(errors="replace") in self.names:
            return True
        return isinstance(repository_id, int) and b"%d" % repository_id in self.ids

    def seems_to_want(self, line: bytes) -> str | None:
        """The wanted repository that an unreadable line seems to belong to."""
        if (head := _HEAD.match(line)) is not None:
            _, number, name = head.groups()
            return name.decode(errors="replace").lower() if number in self.ids or name.lower() in self.names else None
        owners, names = (
            {one.lower() for one in found.findall(line) if one.lower() in known}
            for found, known in ((_OWNER, self.owners), (_NAME, self.bare))
        )
        both = sorted(owner + b"/" + name for owner in owners for name in names)
        return next((one.decode() for one in both if one in self.names), None)


@dataclass(slots=True)
class Tally:
    """Line counts: `lines` = `accepted` + all refused.

    lines    non-empty lines; concatenated objects on one line count separately
    types    accepted lines by event type
    refused  refused lines by reason
    lost     refused lines of wanted repositories, by name in lower case
    times    `created_at` of lines sampled over the file
    """

    lines: int = 0
    types: dict[str, int] = field(default_factory=dict)
    refused: dict[str, int] = field(default_factory=dict)
    lost: dict[str, int] = field(default_factory=dict)
    times: list[object] = field(default_factory=list)

    @property
    def accepted(self) -> int:
        """The number of accepted lines, wanted or not."""
        return sum(self.types.values())

    def refuse(self, reason: str) -> None:
        """Count a refused line."""
        self.refused[reason] = self.refused.get(reason, 0) + 1

    def accept(self, kind: str) -> None:
        """Count an accepted line."""
        self.types[kind] = self.types.get(kind, 0) + 1

    def lose(self, name: str) -> None:
        """Count a refused line of a wanted repository."""
        self.lost[name] = self.lost.get(name, 0) + 1

    def take_back(self, kind: str, reason: str, name: str) -> None:
        """Turn an accepted line of a wanted repository into a refused one."""
        self.types[kind] -= 1
        if not self.types[kind]:
            del self.types[kind]
        self.refuse(reason)
        self.lose(name.lower())


class LineReader:
    """Reads blocks of bytes, which may end anywhere, and yields the events of wanted repositories."""

    def __init__(self, search: Search) -> None:
        self._search = search
        self._rest = b""
        self._look_at = WITHOUT_LINES
        self._skipping = False
        self._behind = 0
        self._are_joined = False
        self._fast: defaultdict[bytes, int] = defaultdict(int)
        self._lines = 0
        self._tally = Tally()

    @property
    def tally(self) -> Tally:
        """The line counts so far."""
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
        """The events on the last line, which has no line end; `cut`: it may be incomplete."""
        rest, self._rest = self._rest, b""
        if self._skipping or not rest.strip():
            return []
        reason = CUT_SHORT if cut else NOT_JSON
        self._note_time(rest)
        return self._parsed(rest.removeprefix(_MARK), reason)

    def take_back(self, event: Event, reason: str) -> None:
        """Refuse a yielded event, because a required field is missing or invalid."""
        place = repository_of(event)
        self._tally.take_back(event["type"], reason, place[1] if place else "")

    def _scan(self, block: bytes) -> list[Event]:
        """Process whole lines; this loop dominates the run time."""
        found: list[Event] = []
        find, head, counts = block.find, _HEAD.match, self._fast
        ids, names, everything = self._search.ids, self._search.names, self._search.everything
        start, fast = 0, 0
        joined = self._joined(block, 0)
        self._note_times(block)
        while (end := find(b"\n", start)) >= 0:
            beginning = head(block, start, end)
            if beginning is not None and block[end - 1] == _BRACE and end <= joined:
                kind, number, name = beginning.groups()
                if everything or number in ids or name.lower() in names:
                    found += self._parsed(
                        block[start:end], NOT_JSON, "" if everything else name.decode(errors="replace")
                    )
                else:
                    counts[kind] += 1
                    fast += 1
            elif end > start:
                found += self._looked_into(block[start:end])
                if joined < end:
                    joined = self._joined(block, end)
            start = end + 1
        self._lines += fast
        self._behind += start
        self._rest = block[start:]
        self._look_at = WITHOUT_LINES
        return found

    def _joined(self, block: bytes, start: int) -> int:
        """The position of concatenated objects from `start` on; a position after the block if there are none."""
        found = None
        if self._are_joined or self._behind % JOINED_EVERY < JOINED_IN:
            found = _JOINED.search(block, start)
        self._are_joined |= found is not None
        return len(block) + 1 if found is None else found.start()

    def _looked_into(self, line: bytes) -> list[Event]:
        """Process a line without the beginning that lines have since 2015."""
        line = line.removeprefix(_MARK).strip()
        if not line:
            return []
        owners = _OWNER.findall(line)
        kind = _EARLY_TYPE.search(line)
        object_like = line.startswith(b"{") and line.endswith(b"}")
        if not owners or kind is None or not object_like or b'"repository":{' not in line or _JOINED.search(line):
            return self._parsed(line, NOT_JSON)
        if self._search.everything or any(owner.lower() in self._search.owners for owner in owners):
            return self._parsed(line, NOT_JSON)
        if self._search.ids and not self._search.ids.isdisjoint(_EARLY_ID.findall(line)):
            return self._parsed(line, NOT_JSON)
        self._lines += 1
        self._fast[kind[1]] += 1
        return []

    def _parsed(self, line: bytes, reason: str, seems: str = "") -> list[Event]:
        """Parse a line, or each of its concatenated objects; returns the events of wanted repositories.

        seems  the wanted repository that its beginning names; an event of another repository is then refused
        """
        try:
            read = [orjson.loads(line)]
        except orjson.JSONDecodeError:
            read, rest = _one_after_the_other(line)
            if rest.strip() or not read:
                self._lines += 1
                self._tally.refuse(reason)
                if reason != CUT_SHORT and (name := self._search.seems_to_want(rest)) is not None:
                    self._tally.lose(name)
            return self._wanted_of(read)
        found = self._wanted_of(read, expected=bool(seems))
        if seems and not found:
            self._tally.lose(seems.lower())
        return found

    def _wanted_of(self, read: list[object], *, expected: bool = False) -> list[Event]:
        """The events of wanted repositories; `expected`: refuse an event of another repository."""
        self._lines += len(read)
        found = []
        for event in read:
            if not isinstance(event, dict) or not isinstance(event.get("type"), str):
                self._tally.refuse(NOT_AN_EVENT)
                continue
            place = repository_of(event)
            if place is None and event["type"] not in PLACELESS:
                self._tally.refuse(NO_REPOSITORY)
            elif place is not None and self._search.wants(*place):
                self._tally.accept(event["type"])
                found.append(event)
            elif expected:
                self._tally.refuse(NOT_AN_EVENT)
            else:
                self._tally.accept(event["type"])
        return found

    def _grow(self, block: bytes) -> list[Event]:
        """Extend a line without an end: concatenated objects, or a line that is too long."""
        self._rest += block
        found: list[Event] = []
        if len(self._rest) >= self._look_at and not self._rest.startswith(b'{"id":"'):
            read, self._rest = _one_after_the_other(self._rest)
            self._look_at = max(WITHOUT_LINES, 2 * len(self._rest))
            found = self._wanted_of(read)
        if len(self._rest) > LONGEST:
            self._lines += 1
            self._tally.refuse(TOO_LONG)
            if (name := self._search.seems_to_want(self._rest)) is not None:
                self._tally.lose(name)
            self._rest, self._skipping = b"", True
        return found

    def _note_times(self, block: bytes) -> None:
        """Sample the times of some lines, spread evenly over the block."""
        many = TIMED_LATER if self._tally.times else TIMED
        last = 0
        for part in range(many):
            start = max(block.find(b"\n", len(block) * part // many) + 1 if part else 0, last)
            end = block.find(b"\n", start)
            if end < 0:
                return
            self._note_time(block[start:end])
            last = end + 1

    def _note_time(self, line: bytes) -> None:
        try:
            event = orjson.loads(line)
        except orjson.JSONDecodeError:
            return
        if isinstance(event, dict):
            self._tally.times.append(event.get("created_at"))


def repository_of(event: Mapping[str, Any]) -> tuple[int | None, str] | None:
    """Id and name of an event's repository, in the format of any year; None if missing."""
    repo = event.get("repo")
    if isinstance(repo, dict):
        name = repo.get("name")
        return (number_of(repo.get("id")), name) if isinstance(name, str) and "/" in name else None
    repository = event.get("repository")
    if isinstance(repository, dict):
        name, owner = repository.get("name"), repository.get("owner")
        if isinstance(name, str) and isinstance(owner, str) and name and owner:
            return number_of(repository.get("id")), f"{owner}/{name}"
    return None


def number_of(value: object) -> int | None:
    """An integer, also from text or an integral float; None for anything else.

    >>> [number_of(value) for value in (7, "7", 7.0, "7a", 7.5, True, None)]
    [7, 7, 7, None, None, None, None]
    """
    if (isinstance(value, str) and len(value) < 20 and value.isascii() and value.isdigit()) or (
        isinstance(value, float) and value.is_integer()
    ):
        value = int(value)
    if isinstance(value, int) and not isinstance(value, bool) and -LARGEST <= value <= LARGEST:
        return value
    return None


def _one_after_the_other(line: bytes) -> tuple[list[object], bytes]:
    """Concatenated JSON objects, and the rest that cannot be parsed."""
    # latin-1 maps each byte to one character, so positions in the text are positions in the bytes
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
