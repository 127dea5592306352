"""Parse the output of `git log` into columns."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import compress
from typing import Final

import pyarrow as pa

from ecotone.events.sources.git.credit_lines import (
    fenced_lines,
    find_credit_lines,
    is_person_key,
    parse_credit_key,
    parse_credited_people,
)
from ecotone.events.sources.git.landing_forms import parse_request_references
from ecotone.events.sources.git.repeated_credits import LISTED_COMMITS, list_squashed_subjects
from ecotone.foundation.limits import DEFAULT_LIMITS

LOG_ARGUMENTS: Final = (
    "log",
    "-z",
    "--date=raw",
    "--no-show-signature",
    "--no-mailmap",  # the blob may be missing; names are mapped afterwards, once each
    "--encoding=UTF-8",
    "--format=%H%x00%P%x00%an%x00%ae%x00%ad%x00%cn%x00%ce%x00%cd%x00%s%x00"
    "%(trailers:only=true,unfold=true,separator=%x1e,key_value_separator=%x1f)%x00%b",
)
FIELDS: Final = 11
LONGEST_SIGNATURE: Final = 1_000
"""Characters of a name or address that are read."""
LONGEST_LINE: Final = 4_000
"""Characters of a subject or trailer that are read."""
LATEST_SECOND: Final = 253_402_300_799  # 9999-12-31T23:59:59Z; git accepts dates beyond any calendar

COMMIT_SCHEMA: Final = pa.schema(
    [
        ("sha", pa.string()),
        ("parents", pa.string()),  # separated by a space, first parent first
        ("author_name", pa.string()),
        ("author_email", pa.string()),
        ("author_time", pa.int64()),  # seconds since 1970, UTC
        ("author_offset", pa.int16()),  # minutes east of UTC
        ("committer_name", pa.string()),
        ("committer_email", pa.string()),
        ("committer_time", pa.int64()),
        ("committer_offset", pa.int16()),
        ("subject", pa.string()),
    ]
)
REFERENCE_SCHEMA: Final = pa.schema(
    [
        ("sha", pa.string()),
        ("number", pa.int64()),
        ("kind", pa.string()),  # a word of landing_forms.KINDS
        ("form", pa.string()),
        ("repository", pa.string()),  # NULL if the message names none
    ]
)
"""A pull request or issue that a message names."""

TRAILER_SCHEMA: Final = pa.schema([("sha", pa.string()), ("key", pa.string()), ("value", pa.string())])

_OBJECT: Final = re.compile(r"(?:[0-9a-f]{40}|[0-9a-f]{64})\Z")
_SECOND: Final = re.compile(r"-?[0-9]{1,20}\Z")
_MARKED: Final = re.compile(r"\x02(?:[0-9a-f]{40}|[0-9a-f]{64})\Z")  # marks a commit among file names


@dataclass(slots=True)
class ParsedLog:
    """Columns of the commits, their trailers and references, and the numbers of malformed records and cut messages."""

    commits: dict[str, list[object]] = field(default_factory=lambda: {name: [] for name in COMMIT_SCHEMA.names})
    trailers: list[tuple[str, str, str]] = field(default_factory=list)
    references: list[tuple[str, int, str, str, str | None]] = field(default_factory=list)
    rejected: int = 0
    cut: int = 0

    def build_commit_table(self) -> pa.Table:
        """The commits, in the order read."""
        return pa.table(self.commits, schema=COMMIT_SCHEMA)

    def build_trailer_table(self) -> pa.Table:
        """The trailers, in the order read: commit, key in lower case, value."""
        columns = list(zip(*self.trailers, strict=True)) or [(), (), ()]
        return pa.table([pa.array(column, pa.string()) for column in columns], schema=TRAILER_SCHEMA)

    def build_reference_table(self) -> pa.Table:
        """The references, in the order read; those of one commit from the strongest to the weakest."""
        columns = list(zip(*self.references, strict=True)) or [()] * len(REFERENCE_SCHEMA)
        arrays = [pa.array(column, field.type) for column, field in zip(columns, REFERENCE_SCHEMA, strict=True)]
        return pa.table(arrays, schema=REFERENCE_SCHEMA)


def split_records(pieces: Iterable[bytes], size: int) -> Iterator[list[str]]:
    """Split a stream of NUL-terminated fields into lists whose length is a multiple of `size`.

    Bytes that are not UTF-8 become U+FFFD. A truncated last record is yielded as it is.
    """
    rest = b""
    for piece in pieces:
        text = rest + piece
        cut = _end_of_complete_records(text, size)
        rest = text[cut:]
        if cut:
            yield text[: cut - 1].decode("utf-8", "replace").split("\0")
    if rest:
        yield rest.removesuffix(b"\0").decode("utf-8", "replace").split("\0")


def _end_of_complete_records(text: bytes, size: int) -> int:
    end = text.rfind(b"\0") + 1
    for _ in range(text.count(b"\0") % size):
        end = text.rfind(b"\0", 0, end - 1) + 1
    return end


def parse_log(pieces: Iterable[bytes], longest: int = DEFAULT_LIMITS.message_bytes) -> ParsedLog:
    """Parse the output of `git` with `LOG_ARGUMENTS`.

    Records with a missing field or an invalid object name are counted as rejected.

    longest  characters of a message that are read
    """
    parsed = ParsedLog()
    for fields in split_records(pieces, FIELDS):
        whole = len(fields) - len(fields) % FIELDS
        parsed.rejected += whole != len(fields)
        columns = [fields[position:whole:FIELDS] for position in range(FIELDS)]
        if not all(map(_OBJECT.match, columns[0])):
            columns = _drop_invalid_records(parsed, columns)
        parsed.cut += sum(len(body) > longest for body in columns[-1])
        for texts, most in zip(columns, _longest_fields(longest), strict=True):
            if any(len(text) > most for text in texts):
                texts[:] = [text[:most] for text in texts]
        _add_parsed_columns(parsed, columns)
    return parsed


def _longest_fields(longest_message: int) -> tuple[int, ...]:
    """Characters of each field that are read; the list of parents is whole."""
    person = (LONGEST_SIGNATURE, LONGEST_SIGNATURE, LONGEST_SIGNATURE)  # name, address, date
    return (sys.maxsize, sys.maxsize, *person, *person, min(LONGEST_LINE, longest_message), *[longest_message] * 2)


def _drop_invalid_records(parsed: ParsedLog, columns: list[list[str]]) -> list[list[str]]:
    good = [bool(_OBJECT.match(sha)) for sha in columns[0]]
    parsed.rejected += good.count(False)
    return [list(compress(column, good)) for column in columns]


def _add_parsed_columns(parsed: ParsedLog, columns: list[list[str]]) -> None:
    shas, parents, names, emails, dates, c_names, c_emails, c_dates, subjects, trailers, bodies = columns
    commits = parsed.commits
    commits["sha"] += shas
    commits["parents"] += parents
    commits["author_name"] += names
    commits["author_email"] += emails
    commits["committer_name"] += c_names
    commits["committer_email"] += c_emails
    commits["subject"] += subjects
    for prefix, raw in (("author", dates), ("committer", c_dates)):
        moments = [parse_raw_date(date) for date in raw]
        commits[f"{prefix}_time"] += [second for second, _ in moments]
        commits[f"{prefix}_offset"] += [offset for _, offset in moments]
    for sha, subject, block, body in zip(shas, subjects, trailers, bodies, strict=True):
        parsed.references += [
            (sha, reference.number, reference.kind, reference.form, reference.repository)
            for reference in parse_request_references(subject, body)
        ]
        if body:
            named = parse_trailers(block, body, subject)
            parsed.trailers += [(sha, key, value) for key, value in named]
            if "* " in body and any(key == "co-authored-by" for key, _ in named):
                listed_text = "\n".join(list_squashed_subjects(body))
                parsed.trailers += [(sha, LISTED_COMMITS, listed_text)] if listed_text else []


def parse_raw_date(raw: str) -> tuple[int, int]:
    """Seconds since 1970 and minutes east of UTC from git's raw date; unreadable parts are 0.

    >>> parse_raw_date("1700000000 +0530")
    (1700000000, 330)
    >>> parse_raw_date("99999999999999 -9999")
    (253402300799, 0)
    """
    second, _, zone = raw.partition(" ")
    moment = int(second) if _SECOND.match(second) else 0
    offset = 0
    if len(zone) == 5 and zone[1:].isdecimal():
        offset = int(zone[1:3]) * 60 + int(zone[3:])
        offset = (-offset if zone[0] == "-" else offset) if offset <= 14 * 60 else 0
    return min(max(moment, 0), LATEST_SECOND), offset


def parse_trailers(block: str, body: str, subject: str = "") -> list[tuple[str, str]]:
    """Trailers in order, each once: those from git's parser, then credits in the body and signatures of tools.

    Squash merges leave credits in the middle of a message, which git's own parser ignores. A credit of several people
    becomes one trailer for each, and people are written as `Name <address>`.

    block   git's trailers, separated by U+001E, key and value by U+001F
    body    the whole message without its subject
    """
    pairs = [
        (key[:LONGEST_LINE].strip().lower(), value[:LONGEST_LINE].strip())
        for key, separator, value in (line.partition("\x1f") for line in block.split("\x1e"))
        if separator and value.strip()
    ]
    if "```" in body or "~~~" in body:
        pairs = _without_fenced_lines(pairs, body)
    if len(body) > len(block):
        pairs += find_credit_lines(subject, body)
    trailers: dict[tuple[str, str], None] = {}
    for key, value in pairs:
        credited = parse_credit_key(key)
        people = parse_credited_people(value, credited) if is_person_key(credited) else []
        trailers |= dict.fromkeys((credited, person) for person in people) if people else {(key, value): None}
    return list(trailers)


def _without_fenced_lines(pairs: list[tuple[str, str]], body: str) -> list[tuple[str, str]]:
    """The trailers that are not examples in fenced text."""
    lines = body.splitlines()
    inside = fenced_lines(lines)
    fenced = {lines[index].strip().casefold() for index in inside}
    plain = {line.strip().casefold() for index, line in enumerate(lines) if index not in inside}
    examples = fenced - plain
    return [(key, value) for key, value in pairs if f"{key}: {value}".casefold() not in examples]


AREA_ARGUMENTS: Final = (
    "log",
    "-z",
    "--no-mailmap",
    "--first-parent",
    "--diff-merges=first-parent",
    "--root",
    "--name-only",
    "--no-renames",
    "--format=%x02%H",
)


def parse_changed_areas(pieces: Iterable[bytes]) -> tuple[list[str], list[str]]:
    """Commits and the areas they changed, as parallel lists, from the output of `git` with `AREA_ARGUMENTS`.

    An area is a directory, or a file in the root, because most commits change the root.
    """
    shas: list[str] = []
    areas: list[str] = []
    current = ""
    touched: dict[str, None] = {}
    for fields in split_records(pieces, 1):
        for text in fields:
            name = text.removeprefix("\n")
            if _MARKED.match(name):
                shas += [current] * len(touched)
                areas += touched
                current, touched = name[1:], {}
            elif name:
                directory, slash, _ = name.rpartition("/")
                touched[directory if slash else name] = None
    shas += [current] * len(touched)
    areas += touched
    return shas, areas
