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

LONGEST_LINE: Final = 16 << 20
"""Longest accepted line in bytes; the archive's longest have about 2 MB."""

WITHOUT_LINES: Final = 4 << 20
"""Number of bytes without a line end after which the reader looks for concatenated objects."""

TYPES_WITHOUT_REPOSITORY: Final = frozenset({"GistEvent", "FollowEvent"})
"""Event types without a repository."""

Event = dict[str, Any]
"""One parsed line."""

TIMES_IN_FIRST_BLOCK: Final = 64
"""Lines of the first block whose times are sampled,"""

TIMES_IN_LATER_BLOCKS: Final = 2
"""and of every later block."""

JOINED_CHECK_BYTES: Final = 1 << 20
"""The reader looks for concatenated objects on one line in the first so many bytes"""

JOINED_CHECK_INTERVAL: Final = 8 << 20
"""of every so many; once it has found some, it looks everywhere."""

MOST_LINES: Final = 1_500_000
"""Lines after which a file is not read on, also empty ones; the archive's fullest hours have some 400,000."""

MOST_REFUSED: Final = 100_000
"""Refused lines after which a file is not read on."""

LARGEST_INTEGER: Final = 2**63 - 1

# possessive quantifiers over a single excluded character: hardly slower than a search for that character
_HEAD: Final = re.compile(
    rb'\{"id":"[^"]*+","type":"([^"\\]++)","actor":\{[^}]*+\},"repo":\{"id":(\d++),"name":"([^"\\]++)"'
)
_BRACE: Final = ord("}")
_JOINED: Final = re.compile(rb'\}[ \t]*\{"')
_BETWEEN: Final = re.compile(r"[ \t\r\n,]*")
_BYTE_ORDER_MARK: Final = b"\xef\xbb\xbf"  # byte order mark

_OWNER: Final = re.compile(rb'"owner":"([^"\\]*)"')
_NAME: Final = re.compile(rb'"name":"([^"\\]*)"')
_EARLY_ID: Final = re.compile(rb'"repository":\{"id":(\d+)')
_EARLY_TYPE: Final = re.compile(rb'"type":"(\w+Event)"')


@dataclass(frozen=True, slots=True)
class RepositorySearch:
    """The wanted repositories, as bytes to compare with lines.

    ids         repository ids, decimal
    names       `owner/name`, lower case
    owners      the owners in these names
    bare_names  the names without their owners
    """

    ids: frozenset[bytes]
    names: frozenset[bytes]
    owners: frozenset[bytes]
    bare_names: frozenset[bytes]
    everything: bool = False

    @classmethod
    def for_repositories(
        cls, names: Iterable[str] = (), ids: Iterable[int] = (), *, everything: bool = False
    ) -> RepositorySearch:
        """A search for repositories with these names (case-insensitive) or ids."""
        folded = frozenset(name.lower().encode() for name in names)
        owners, bare = (frozenset(name.partition(b"/")[part] for name in folded) for part in (0, 2))
        return cls(frozenset(b"%d" % number for number in ids), folded, owners, bare, everything)

    def includes_repository(self, repository_id: object, name: str) -> bool:
        """Whether a repository is wanted, by its id or by its name.

        >>> (
        ...     RepositorySearch.for_repositories(["Octo/Cat"], [7]).includes_repository(None, "octo/cat"),
        ...     RepositorySearch.for_repositories([], [7]).includes_repository(7, "renamed/cat"),
        ... )
        (True, True)
        """
        if self.everything or name.lower().encode(errors="replace") in self.names:
            return True
        return isinstance(repository_id, int) and b"%d" % repository_id in self.ids

    def guess_repository(self, line: bytes) -> str | None:
        """The wanted repository that an unreadable line seems to belong to."""
        if (head := _HEAD.match(line)) is not None:
            _, number, name = head.groups()
            return name.decode(errors="replace").lower() if number in self.ids or name.lower() in self.names else None
        owners, names = (
            {candidate.lower() for candidate in pattern.findall(line) if candidate.lower() in known}
            for pattern, known in ((_OWNER, self.owners), (_NAME, self.bare_names))
        )
        both = sorted(owner + b"/" + name for owner in owners for name in names)
        return next((candidate.decode() for candidate in both if candidate in self.names), None)


@dataclass(slots=True)
class LineCounts:
    """Line counts: `lines` = `accepted_lines` + all refused.

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
    def accepted_lines(self) -> int:
        """The number of accepted lines, wanted or not."""
        return sum(self.types.values())

    def count_refused(self, reason: str) -> None:
        """Count a refused line."""
        self.refused[reason] = self.refused.get(reason, 0) + 1

    def count_accepted(self, kind: str) -> None:
        """Count an accepted line."""
        self.types[kind] = self.types.get(kind, 0) + 1

    def count_lost(self, name: str) -> None:
        """Count a refused line of a wanted repository."""
        self.lost[name] = self.lost.get(name, 0) + 1

    def refuse_accepted(self, kind: str, reason: str, name: str) -> None:
        """Turn an accepted line of a wanted repository into a refused one."""
        self.types[kind] -= 1
        if not self.types[kind]:
            del self.types[kind]
        self.count_refused(reason)
        self.count_lost(name.lower())


class LineReader:
    """Reads blocks of bytes, which may end anywhere, and yields the events of wanted repositories."""

    def __init__(self, search: RepositorySearch) -> None:
        self._search = search
        self._rest = b""
        self._next_check = WITHOUT_LINES
        self._skipping = False
        self._position = 0
        self._are_joined = False
        self._fast_counts: defaultdict[bytes, int] = defaultdict(int)
        self._line_ends = 0
        self._lines = 0
        self._tally = LineCounts()

    @property
    def line_counts(self) -> LineCounts:
        """The line counts so far."""
        counts = self._tally
        for kind, count in self._fast_counts.items():
            name = kind.decode(errors="replace")
            counts.types[name] = counts.types.get(name, 0) + count
        self._fast_counts.clear()
        counts.lines += self._lines
        self._lines = 0
        return counts

    @property
    def is_overfull(self) -> bool:
        """Whether there were more lines, or more lines that are no events, than an hour has; no more are read."""
        lines = max(self._line_ends, self._tally.lines + self._lines)
        return lines > MOST_LINES or sum(self._tally.refused.values()) > MOST_REFUSED

    def read_blocks(self, blocks: Iterable[bytes]) -> Iterator[Event]:
        """The events of wanted repositories; call `read_last_line` after the last block."""
        for block in blocks:
            if self.is_overfull:
                break
            yield from self.read_block(block)

    def read_block(self, block: bytes) -> list[Event]:
        """The events of wanted repositories on the lines that end in this block."""
        if self.is_overfull:
            self._rest = b""
            return []
        self._line_ends += block.count(b"\n")
        if self._skipping:
            _, newline, block = block.partition(b"\n")
            if not newline:
                return []
            self._skipping = False
        if len(self._rest) > len(block) and b"\n" not in block:
            return self._extend_line(block)
        return self._read_lines(self._rest + block)

    def read_last_line(self, *, cut: bool = False) -> list[Event]:
        """The events on the last line, which has no line end; `cut`: it may be incomplete."""
        rest, self._rest = self._rest, b""
        if self._skipping or self.is_overfull or not rest.strip():
            return []
        reason = CUT_SHORT if cut else NOT_JSON
        self._sample_time(rest)
        return self._parse_line(rest.removeprefix(_BYTE_ORDER_MARK), reason)

    def refuse_event(self, event: Event, reason: str) -> None:
        """Refuse a yielded event, because a required field is missing or invalid."""
        repository = repository_of(event)
        self._tally.refuse_accepted(event["type"], reason, repository[1] if repository else "")

    def _read_lines(self, block: bytes) -> list[Event]:
        """Process whole lines; this loop dominates the run time."""
        events: list[Event] = []
        find, head, counts = block.find, _HEAD.match, self._fast_counts
        ids, names, everything = self._search.ids, self._search.names, self._search.everything
        start, fast = 0, 0
        joined = self._find_joined_objects(block, 0)
        self._sample_times(block)
        while (end := find(b"\n", start)) >= 0:
            beginning = head(block, start, end)
            if beginning is not None and block[end - 1] == _BRACE and end <= joined:
                kind, number, name = beginning.groups()
                if everything or number in ids or name.lower() in names:
                    events += self._parse_line(
                        block[start:end], NOT_JSON, "" if everything else name.decode(errors="replace")
                    )
                else:
                    counts[kind] += 1
                    fast += 1
            elif end > start:
                events += self._read_other_line(block[start:end])
                if joined < end:
                    joined = self._find_joined_objects(block, end)
            start = end + 1
        self._lines += fast
        self._position += start
        self._rest = block[start:]
        self._next_check = WITHOUT_LINES
        return events

    def _find_joined_objects(self, block: bytes, start: int) -> int:
        """The position of concatenated objects from `start` on; a position after the block if there are none."""
        match = None
        if self._are_joined or self._position % JOINED_CHECK_INTERVAL < JOINED_CHECK_BYTES:
            match = _JOINED.search(block, start)
        self._are_joined |= match is not None
        return len(block) + 1 if match is None else match.start()

    def _read_other_line(self, line: bytes) -> list[Event]:
        """Process a line without the beginning that lines have since 2015."""
        line = line.removeprefix(_BYTE_ORDER_MARK).strip()
        if not line:
            return []
        owners = _OWNER.findall(line)
        kind = _EARLY_TYPE.search(line)
        object_like = line.startswith(b"{") and line.endswith(b"}")
        if not owners or kind is None or not object_like or b'"repository":{' not in line or _JOINED.search(line):
            return self._parse_line(line, NOT_JSON)
        if self._search.everything or any(owner.lower() in self._search.owners for owner in owners):
            return self._parse_line(line, NOT_JSON)
        if self._search.ids and not self._search.ids.isdisjoint(_EARLY_ID.findall(line)):
            return self._parse_line(line, NOT_JSON)
        self._lines += 1
        self._fast_counts[kind[1]] += 1
        return []

    def _parse_line(self, line: bytes, reason: str, named_repository: str = "") -> list[Event]:
        """Parse a line, or each of its concatenated objects; returns the events of wanted repositories.

        seems  the wanted repository that its beginning names; an event of another repository is then refused
        """
        try:
            read = [orjson.loads(line)]
        except orjson.JSONDecodeError:
            read, rest = _split_joined_objects(line)
            if rest.strip() or not read:
                self._lines += 1
                self._tally.count_refused(reason)
                if reason != CUT_SHORT and (name := self._search.guess_repository(rest)) is not None:
                    self._tally.count_lost(name)
            return self._select_wanted_events(read)
        events = self._select_wanted_events(read, expected=bool(named_repository))
        if named_repository and not events:
            self._tally.count_lost(named_repository.lower())
        return events

    def _select_wanted_events(self, values: list[object], *, expected: bool = False) -> list[Event]:
        """The events of wanted repositories; `expected`: refuse an event of another repository."""
        self._lines += len(values)
        events = []
        for event in values:
            if not isinstance(event, dict) or not isinstance(event.get("type"), str):
                self._tally.count_refused(NOT_AN_EVENT)
                continue
            repository = repository_of(event)
            if repository is None and event["type"] not in TYPES_WITHOUT_REPOSITORY:
                self._tally.count_refused(NO_REPOSITORY)
            elif repository is not None and self._search.includes_repository(*repository):
                self._tally.count_accepted(event["type"])
                events.append(event)
            elif expected:
                self._tally.count_refused(NOT_AN_EVENT)
            else:
                self._tally.count_accepted(event["type"])
        return events

    def _extend_line(self, block: bytes) -> list[Event]:
        """Extend a line without an end: concatenated objects, or a line that is too long."""
        self._rest += block
        events: list[Event] = []
        if len(self._rest) >= self._next_check and not self._rest.startswith(b'{"id":"'):
            read, self._rest = _split_joined_objects(self._rest)
            self._next_check = max(WITHOUT_LINES, 2 * len(self._rest))
            events = self._select_wanted_events(read)
        if len(self._rest) > LONGEST_LINE:
            self._lines += 1
            self._tally.count_refused(TOO_LONG)
            if (name := self._search.guess_repository(self._rest)) is not None:
                self._tally.count_lost(name)
            self._rest, self._skipping = b"", True
        return events

    def _sample_times(self, block: bytes) -> None:
        """Sample the times of some lines, spread evenly over the block."""
        count = TIMES_IN_LATER_BLOCKS if self._tally.times else TIMES_IN_FIRST_BLOCK
        last = 0
        for part in range(count):
            start = max(block.find(b"\n", len(block) * part // count) + 1 if part else 0, last)
            end = block.find(b"\n", start)
            if end < 0:
                return
            self._sample_time(block[start:end])
            last = end + 1

    def _sample_time(self, line: bytes) -> None:
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
    if isinstance(value, int) and not isinstance(value, bool) and -LARGEST_INTEGER <= value <= LARGEST_INTEGER:
        return value
    return None


def _split_joined_objects(line: bytes) -> tuple[list[object], bytes]:
    """Concatenated JSON objects, hardly more than MOST_REFUSED, and the rest that cannot be parsed."""
    # latin-1 maps each byte to one character, so positions in the text are positions in the bytes
    text, decoder, position = line.decode("latin-1"), json.JSONDecoder(), 0
    read: list[object] = []
    while position < len(text) and len(read) <= MOST_REFUSED:
        position = _BETWEEN.match(text, position).end()  # type: ignore[union-attr]  # matches also nothing
        try:
            _, end = decoder.raw_decode(text, position)
            read.append(orjson.loads(line[position:end]))
        except (ValueError, RecursionError):
            break
        position = end
    return read, line[position:]
