"""Declared dependencies through time: the manifests of every month-end tree, parsed once per content."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import Final

import pyarrow as pa

from ecotone.events.sources.git.blob_reader import BlobReader
from ecotone.events.sources.git.declared_spans import (
    DeclaredFact,
    Package,
    find_included_files,
    follow_declarations,
    manifest_kinds,
)
from ecotone.events.sources.git.month_ends import OPEN, FileVersion, MonthEnd
from ecotone.events.sources.git.version_facts import Content, parse_new_contents
from ecotone.stack.manifests.declared import Declared
from ecotone.stack.manifests.included_files import INCLUDED_FILE, list_included_files
from ecotone.stack.manifests.line_numbers import find_lines_of_rows
from ecotone.stack.manifests.manifest_files import REQUIREMENTS, find_kind, find_place
from ecotone.stack.manifests.manifest_reader import decode_manifest, parse_manifest, parse_text

SNAPSHOT_SCHEMA: Final = pa.schema([("month", pa.int32()), ("commit", pa.string())])
"""The tree that represents a month; month: months since January of year 0."""

VERSION_SCHEMA: Final = pa.schema(
    [("path", pa.string()), ("object_id", pa.string()), ("since", pa.int32()), ("until", pa.int32())]
)
"""One content of one file in the snapshots of [since, until); `month_ends.OPEN`: the newest one too."""

CONTENT_SCHEMA: Final = pa.schema(
    [
        ("kind", pa.string()),
        ("object_id", pa.string()),
        ("ecosystem", pa.string()),
        ("package", pa.string()),
        ("scope", pa.string()),
        ("line", pa.int32()),
        ("gap", pa.string()),
    ]
)
"""One package of one content; NULL and a `gap` (absent, too_large, unreadable) if it could not be read.

line  NULL: no line spells it out; NOT_SOUGHT: no month needs it
"""

DECLARATION_SCHEMA: Final = pa.schema(
    [
        ("project", pa.string()),
        ("repository", pa.string()),
        ("ecosystem", pa.string()),
        ("package", pa.string()),
        ("scope", pa.string()),
        ("manifest", pa.string()),
        ("line", pa.int32()),
        ("commit", pa.string()),
        ("since", pa.date32()),
        ("until", pa.date32()),
    ]
)
"""A package that a manifest declares in every month-end tree of [since, until); until NULL: in the newest one too.

`line` of the manifest and `commit` are those of the month-end tree of `since`.
"""

GAP_SCHEMA: Final = pa.schema(
    [
        ("project", pa.string()),
        ("repository", pa.string()),
        ("manifest", pa.string()),
        ("since", pa.date32()),
        ("until", pa.date32()),
        ("reason", pa.string()),
        ("carried", pa.bool_()),
    ]
)
"""A manifest whose content could not be read in [since, until); reason: absent, too_large or unreadable.

carried  whether its last readable content stands for these months; else nothing of it is known
"""

NOT_SOUGHT: Final = 0
"""The line of a package in a content with which it does not begin to be declared."""


@dataclass(frozen=True, slots=True)
class ContentFacts:
    """What each content declares and in which line, and why the others could not be read."""

    packages: Mapping[Content, Mapping[Package, int | None]]
    gaps: Mapping[Content, str]

    @classmethod
    def from_table(cls, table: pa.Table) -> ContentFacts:
        """The facts of a CONTENT_SCHEMA; contents without any package are not in it."""
        packages: dict[Content, dict[Package, int | None]] = defaultdict(dict)
        gaps: dict[Content, str] = {}
        columns = (table[name].to_pylist() for name in CONTENT_SCHEMA.names)
        for kind, object_id, ecosystem, package, scope, line, gap in zip(*columns, strict=True):
            if gap is not None:
                gaps[kind, object_id] = gap
            else:
                packages[kind, object_id] |= {(ecosystem, package, scope): line} if package is not None else {}
        return cls(packages, gaps)

    def as_table(self) -> pa.Table:
        """CONTENT_SCHEMA, sorted; a content that declares nothing has one row of NULLs."""
        rows: list[tuple[str | int | None, ...]] = []
        for content, packages in self.packages.items():
            rows += [(*content, *package, line, None) for package, line in packages.items()]
            if not packages:
                rows.append((*content, None, None, None, None, None))
        rows += [(*content, None, None, None, None, gap) for content, gap in self.gaps.items()]
        rows.sort(key=lambda row: tuple(str(value or "") for value in row))
        return build_table(CONTENT_SCHEMA, rows)


def is_own_manifest(path: str) -> bool:
    """Whether a file of a tree is a manifest, and not a copy of another project's."""
    return find_kind(path) is not None and find_place(path) != "ignored"


def read_contents(
    reader: BlobReader, versions: Sequence[FileVersion], earlier: ContentFacts | None = None
) -> ContentFacts:
    """Parse every content of a manifest that the last reading did not parse, and of the files that manifests include.

    The caller has fetched the blobs of the manifests (`BlobReader.fetch_blobs`); those of included files are here.
    """
    packages, gaps = dict(earlier.packages if earlier else {}), dict(earlier.gaps if earlier else {})
    kinds = manifest_kinds(versions)
    while True:
        wanted = {(kind, version.object_id) for version in versions if (kind := kinds.get(version.path))}
        facts = ContentFacts(*parse_new_contents(reader, wanted, _parse_packages, packages, gaps))
        unread = find_included_files(versions, kinds, facts).keys() - kinds.keys()
        if not unread:
            return _with_lines(reader, facts, follow_declarations(versions, facts)[0])
        packages, gaps = {**packages, **facts.packages}, {**gaps, **facts.gaps}
        kinds |= dict.fromkeys(unread, REQUIREMENTS)
        objects = {version.object_id for version in versions if version.path in unread}
        reader.fetch_blobs({each for each in objects if (REQUIREMENTS, each) not in packages})


def _parse_packages(kind: str, content: bytes) -> dict[Package, int | None]:
    """What a manifest declares, and what it includes. Raises UnreadableManifest."""
    rows = sorted(parse_manifest(kind, content))
    return {**dict.fromkeys(rows, NOT_SOUGHT), **dict.fromkeys(list_included_files(kind, content))}


def _with_lines(reader: BlobReader, facts: ContentFacts, followed: Iterable[DeclaredFact]) -> ContentFacts:
    """The facts with the line of each package in the content with which it begins to be declared."""
    begun: dict[Content, set[Package]] = defaultdict(set)
    for fact in followed:
        begun[fact.content].add(fact.written)
    sought: dict[str, dict[str, list[Declared]]] = defaultdict(dict)
    for (kind, object_id), rows in sorted(begun.items()):
        if any(facts.packages[kind, object_id][row] == NOT_SOUGHT for row in rows):
            sought[object_id][kind] = [Declared(*row) for row in sorted(rows)]
    lines: dict[Content, Mapping[Declared, int]] = {}
    for object_id, stored in reader.read_blobs(sought):
        text = decode_manifest(stored)
        for kind, declared in sought[object_id].items():
            lines[kind, object_id] = find_lines_of_rows(text, declared, partial(parse_text, kind))
    packages: dict[Content, dict[Package, int | None]] = {content: {} for content in facts.packages}
    for content, listed in facts.packages.items():
        located = lines.get(content)
        for row, line in listed.items():
            if row[0] != INCLUDED_FILE:
                line = line if located is None else located.get(Declared(*row))
                line = line if row in begun[content] else NOT_SOUGHT
            packages[content][row] = line
    return ContentFacts(packages, facts.gaps)


def build_declarations(
    project: str,
    repository: str,
    month_ends: Sequence[MonthEnd],
    versions: Sequence[FileVersion],
    facts: ContentFacts,
) -> tuple[pa.Table, pa.Table]:
    """DECLARATION_SCHEMA and GAP_SCHEMA of one repository, sorted.

    In months in which a manifest cannot be read, what it last declared stands; nothing, if it was never readable.

    versions  by path and month
    """
    commits = {end.month: end.commit for end in month_ends}
    followed, unread = follow_declarations(versions, facts)
    declared = [
        (project, repository, *fact.package, fact.path, facts.packages[fact.content][fact.written] or None,
         commits[fact.since], month_date(fact.since), month_date(fact.until))
        for fact in followed
    ]  # fmt: skip
    declared.sort(key=lambda row: (*map(str, row[2:6]), str(row[8])))
    gaps = [
        (project, repository, gap.path, month_date(gap.since), month_date(gap.until), gap.reason, gap.carried)
        for gap in unread
    ]
    return build_table(DECLARATION_SCHEMA, declared), build_table(GAP_SCHEMA, gaps)


def month_date(month: int) -> date | None:
    """The first day of a month that is counted from January of year 0; None for `OPEN`."""
    return None if month == OPEN else date(month // 12, month % 12 + 1, 1)


def snapshot_table(month_ends: Iterable[MonthEnd]) -> pa.Table:
    """SNAPSHOT_SCHEMA."""
    return build_table(SNAPSHOT_SCHEMA, month_ends)


def version_table(versions: Iterable[FileVersion]) -> pa.Table:
    """VERSION_SCHEMA."""
    return build_table(VERSION_SCHEMA, versions)


def build_table(schema: pa.Schema, rows: Iterable[Sequence[object]]) -> pa.Table:
    """A table of rows."""
    columns = list(zip(*rows, strict=True)) or [()] * len(schema)
    arrays = [pa.array(column, field.type) for column, field in zip(columns, schema, strict=True)]
    return pa.table(arrays, schema=schema)
