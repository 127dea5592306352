"""Read the people that a tree lists as its maintainers: MAINTAINERS, OWNERS, CODEOWNERS, COMMITTERS and their tables.

The text is a stranger's: every pattern is linear, and files, lines and entries are capped. Sections and keys of former
members list no one.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Final

import pyarrow as pa

from ecotone.events.sources.git.blob_reader import BlobReader
from ecotone.events.sources.git.month_ends import FileVersion

LARGEST_FILE: Final = 1 << 20
MAX_LINE: Final = 1_000
MAX_LINES: Final = 20_000
MAX_ENTRIES: Final = 5_000
MAX_DEPTH: Final = 1
"""Folders above a file; a list deeper in the tree is about a part that may be somebody else's."""

ROLE_SCHEMA: Final = pa.schema(
    [
        ("path", pa.string()),
        ("since", pa.int64()),
        ("until", pa.int64()),
        ("login", pa.string()),
        ("name", pa.string()),
        ("address", pa.string()),
        ("organisation", pa.string()),
    ]
)
"""One listed person in the snapshots of the months [since, until), months since January of year 0.

organisation  the employer that a table gives; NULL: it gives none
"""

_FILE: Final = re.compile(
    r"(maintainers|owners|owners_aliases|committers|codeowners)(\.(md|txt|rst|csv|yml|yaml))?", re.IGNORECASE
)
_LOGIN: Final = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,38})\Z")
_MENTION: Final = re.compile(r"(?<![\w@/.])@([A-Za-z0-9][A-Za-z0-9-]{0,38})(?![\w/-])")
_PROFILE: Final = re.compile(r"https?://(?:www\.)?github\.com/([A-Za-z0-9][A-Za-z0-9-]{0,38})(?![\w/-])", re.IGNORECASE)
_ADDRESS: Final = re.compile(r"<([^<>@\s]{1,64}@[^<>@\s]{1,255})>")
_BARE_ADDRESS: Final = re.compile(r"[^<>@\s|,]{1,64}@[\w.-]{1,255}\Z")
_LINK: Final = re.compile(r"\[([^\[\]]{1,100})\]\([^()\s]{0,300}\)")
_BULLET: Final = re.compile(r"\s{0,8}(?:[-*+] |\d{1,3}\. |M: ?|Maintainer: ?)")
_OTHER_KEY: Final = re.compile(r"\s{0,8}(?:[A-LN-Z]:|reviewer)", re.IGNORECASE)
_HEADING: Final = re.compile(r"#{1,6} |\S.{0,99}:\s*\Z")
_FORMER: Final = re.compile(r"emerit|former|retired|inactive|alumni|past|previous|honorary", re.IGNORECASE)
_NOT_WRITERS: Final = re.compile(r"reviewer|contributor|triage|former|emerit|label", re.IGNORECASE)
_COLUMNS: Final = (
    ("organisation", re.compile(r"affiliation|company|organi[sz]ation|employer", re.IGNORECASE)),
    ("address", re.compile(r"e-?mail", re.IGNORECASE)),
    ("login", re.compile(r"git ?hub|gitlab|user ?name|handle|login|nick|account|\bid\b", re.IGNORECASE)),
    ("name", re.compile(r"name|maintainer|committer|member|owner|lead|who", re.IGNORECASE)),
)
_NO_EMPLOYER: Final = re.compile(
    r"[-\s]*\Z|n/?a\Z|none\Z|unknown\Z|independent|individual|self|freelance|volunteer", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class ListedPerson:
    """A person that a file lists, by at least one of login, name and address."""

    login: str | None = None
    name: str | None = None
    address: str | None = None
    organisation: str | None = None


def is_role_file(path: str) -> bool:
    """Whether a file may list the maintainers of its tree.

    >>> [is_role_file(path) for path in ("MAINTAINERS.md", ".github/CODEOWNERS", "src/a/OWNERS", "owners.py")]
    [True, True, False, False]
    """
    return path.count("/") <= MAX_DEPTH and _FILE.fullmatch(path.rpartition("/")[2]) is not None


def read_roles(reader: BlobReader, versions: Iterable[FileVersion]) -> pa.Table:
    """ROLE_SCHEMA of every version of the files; absent, binary and too large ones list no one."""
    listed = [version for version in versions if is_role_file(version.path)]
    wanted = {version.object_id for version in listed if 0 < reader.sizes.get(version.object_id, 0) <= LARGEST_FILE}
    texts = {key: content for key, content in reader.read_blobs(sorted(wanted)) if b"\0" not in content}
    parsed: dict[tuple[str, str], list[ListedPerson]] = {}
    rows = []
    for version in listed:
        if version.object_id in texts:
            name = version.path.rpartition("/")[2]
            key = (name, version.object_id)
            if key not in parsed:
                parsed[key] = parse_role_file(name, texts[version.object_id].decode("utf-8", "replace"))
            rows += [
                {"path": version.path, "since": version.since, "until": version.until, **asdict(person)}
                for person in parsed[key]
            ]
    return pa.Table.from_pylist(rows, schema=ROLE_SCHEMA)


def parse_role_file(name: str, text: str) -> list[ListedPerson]:
    """The people that a file lists, each once.

    >>> people = parse_role_file("CODEOWNERS", "* @ada @team/core ben@mail.example")
    >>> [person.login or person.address for person in people]
    ['ada', 'ben@mail.example']
    """
    lines = [line[:MAX_LINE] for line in text.splitlines()[:MAX_LINES]]
    if name.casefold().startswith("codeowners"):
        people = _parse_code_owners(lines)
    elif name.casefold().endswith(".csv"):
        people = _parse_table(csv.reader(lines))
    elif name.casefold().startswith("owners"):
        people = _parse_owner_lists(lines)
    else:
        people = _parse_prose(lines)
    unique: dict[ListedPerson, None] = {}
    for person in people:
        if person.login or person.name or person.address:
            unique[person] = None
        if len(unique) >= MAX_ENTRIES:
            break
    return list(unique)


def _parse_code_owners(lines: Iterable[str]) -> Iterator[ListedPerson]:
    """Logins and addresses behind the patterns; teams are no one in particular."""
    for line in lines:
        for word in line.partition("#")[0].split()[1:]:
            if _BARE_ADDRESS.match(word) and not word.startswith("@"):
                yield ListedPerson(address=word)
            elif word.startswith("@") and _LOGIN.match(word[1:]):
                yield ListedPerson(login=word[1:])


def _parse_owner_lists(lines: Iterable[str]) -> Iterator[ListedPerson]:
    """The lists of a YAML file of owners: approvers and the like, without reviewers and former members."""
    counts = True
    for line in lines:
        content = line.partition("#")[0].rstrip()
        entry = content.strip()
        if entry.startswith("- ") and counts:
            word = entry[2:].strip().strip("\"'").removeprefix("@")
            if _LOGIN.match(word):
                yield ListedPerson(login=word)
            elif _BARE_ADDRESS.match(word):
                yield ListedPerson(address=word)
        elif entry.endswith(":"):
            counts = not _NOT_WRITERS.search(entry)


def _parse_prose(lines: Sequence[str]) -> Iterator[ListedPerson]:
    """Tables and lists of a text, except below headings of former members."""
    table: list[list[str]] = []
    former = False
    for line in (*lines, ""):
        stripped = line.strip()
        if stripped.startswith("|") and not former:
            table.append([cell.strip() for cell in stripped.strip("|").split("|")])
            continue
        yield from _parse_table(table)
        table = []
        if _HEADING.match(stripped):
            former = bool(_FORMER.search(stripped))
        elif not former and (bullet := _BULLET.match(line)):
            yield _parse_entry(line[bullet.end() :])
        elif not former and _ADDRESS.search(line) and not _OTHER_KEY.match(line):
            yield _parse_entry(line)


def _parse_table(rows: Iterable[Sequence[str]]) -> Iterator[ListedPerson]:
    """The rows below a header that names a column of people."""
    header: dict[str, int] | None = None
    for row in rows:
        if header is None:
            header = _find_columns(row)
        elif header and not all(set(cell) <= set("-: ") for cell in row):
            yield _parse_row({name: row[index] for name, index in header.items() if index < len(row)})


def _find_columns(header: Sequence[str]) -> dict[str, int]:
    """The first column of each kind, each column of one kind; empty if none holds people."""
    columns: dict[str, int] = {}
    for index, cell in enumerate(header):
        kind = next((name for name, pattern in _COLUMNS if pattern.search(cell) and name not in columns), None)
        if kind:
            columns[kind] = index
    return columns if {"login", "name", "address"} & columns.keys() else {}


def _parse_row(cells: Mapping[str, str]) -> ListedPerson:
    entry = _parse_entry(cells.get("name", ""))
    login_cell, organisation = cells.get("login", ""), _plain_text(cells.get("organisation", ""))
    login = _first_login(login_cell)
    if login is None and _LOGIN.match(_plain_text(login_cell).removeprefix("@")):
        login = _plain_text(login_cell).removeprefix("@")
    address = _plain_text(cells.get("address", "")).strip("<>")
    return ListedPerson(
        login=login or entry.login,
        name=entry.name,
        address=address if _BARE_ADDRESS.match(address) else entry.address,
        organisation=None if _NO_EMPLOYER.match(organisation) else organisation[:100],
    )


def _parse_entry(text: str) -> ListedPerson:
    """The name before an address, a login or a remark; a name has at least two words."""
    address = _ADDRESS.search(text)
    name = re.split(r"[<(@:,|]| - | – |https?://", _plain_text(text), maxsplit=1)[0].strip(" *_`\"'")
    words = name.split()
    is_name = 2 <= len(words) <= 5 and len(name) <= 60 and not any(sign.isdigit() for sign in name)
    is_name = is_name and not (words[0][0].islower() or words[-1][0].islower())
    return ListedPerson(
        login=_first_login(text),
        name=name if is_name else None,
        address=address[1] if address else None,
    )


def _first_login(text: str) -> str | None:
    match = _PROFILE.search(text) or _MENTION.search(text)
    return match[1] if match else None


def _plain_text(text: str) -> str:
    """A cell without the targets of its links."""
    return _LINK.sub(r"\1", text).strip()
