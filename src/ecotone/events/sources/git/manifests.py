"""Declared dependencies through time: the manifests of every month-end tree, parsed once per content."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial
from itertools import pairwise
from posixpath import dirname, normpath
from typing import Final

import pyarrow as pa

from ecotone.events.sources.git.blob_reader import BlobReader
from ecotone.events.sources.git.month_ends import OPEN, FileVersion, MonthEnd
from ecotone.events.sources.git.version_facts import Content, follow_facts, parse_new_contents
from ecotone.stack.manifests.declared import DEVELOPMENT, EXAMPLE, OPTIONAL, RUNTIME
from ecotone.stack.manifests.included_files import INCLUDED_FILE, list_included_files
from ecotone.stack.manifests.line_numbers import find_lines_of_rows
from ecotone.stack.manifests.manifest_files import REQUIREMENTS, find_kind, find_place, may_be_included
from ecotone.stack.manifests.manifest_reader import decode_manifest, parse_manifest, parse_text, scope_of_path

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
"""One package of one content; NULL and a `gap` (absent, too_large, unreadable) if it could not be read."""

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

SCOPES: Final = (RUNTIME, OPTIONAL, DEVELOPMENT, EXAMPLE)
"""From what a project ships to what it does not."""
MOST_INCLUDES: Final = 20_000

Package = tuple[str, str, str]
"""Ecosystem, package and scope."""


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
        facts = ContentFacts(*parse_new_contents(reader, wanted, _packages_with_lines, packages, gaps))
        unread = find_included_files(versions, kinds, facts).keys() - kinds.keys()
        if not unread:
            return facts
        packages, gaps = {**packages, **facts.packages}, {**gaps, **facts.gaps}
        kinds |= dict.fromkeys(unread, REQUIREMENTS)
        objects = {version.object_id for version in versions if version.path in unread}
        reader.fetch_blobs({each for each in objects if (REQUIREMENTS, each) not in packages})


def manifest_kinds(versions: Iterable[FileVersion]) -> dict[str, str]:
    """The kind of each file that is a manifest by its name."""
    paths = {version.path for version in versions}
    return {path: kind for path in paths if find_place(path) != "ignored" and (kind := find_kind(path))}


def _packages_with_lines(kind: str, content: bytes) -> dict[Package, int | None]:
    """What a manifest declares, and the line of each package; what it includes. Raises UnreadableManifest."""
    rows = sorted(parse_manifest(kind, content))
    lines = find_lines_of_rows(decode_manifest(content), rows, partial(parse_text, kind))
    return {**{row: lines.get(row) for row in rows}, **dict.fromkeys(list_included_files(kind, content))}


@dataclass(frozen=True, slots=True)
class IncludedSpan:
    """Months [since, until) in which a manifest includes a file, and the scope of what it then declares."""

    since: int
    until: int
    scope: str


def find_included_files(
    versions: Sequence[FileVersion], kinds: Mapping[str, str], facts: ContentFacts
) -> Mapping[str, list[IncludedSpan]]:
    """The files that are manifests only because another one includes them: path -> when, and for which scope."""
    including = {
        content: [(path, scope) for ecosystem, path, scope in packages if ecosystem == INCLUDED_FILE]
        for content, packages in facts.packages.items()
    }
    by_path = _versions_by_path(versions) if any(including.values()) else {}
    included: dict[str, list[IncludedSpan]] = defaultdict(list)
    waiting = [
        (path, kind, IncludedSpan(0, OPEN, RUNTIME))
        for path, kind in sorted(kinds.items())
        if path in by_path and find_kind(path)
    ]
    for path, kind, within in waiting:  # grows
        scope_of = scope_of_path(path, kind)
        for version, readable in _last_readable(kind, by_path[path], facts):
            for written, scope in including.get((kind, readable or ""), ()):
                target = normpath(f"{dirname(path)}/{written}").lstrip("/")
                if target not in by_path or not may_be_included(target):
                    continue
                needed_for = max(scope_of(scope), within.scope, key=SCOPES.index)
                span = IncludedSpan(max(within.since, version.since), min(within.until, version.until), needed_for)
                if span.since < span.until and span not in included[target] and len(waiting) < MOST_INCLUDES:
                    included[target].append(span)
                    waiting.append((target, REQUIREMENTS, span))
    return included


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
    declared: list[tuple[object, ...]] = []
    gaps: list[tuple[object, ...]] = []
    kinds = manifest_kinds(versions)
    included = find_included_files(versions, kinds, facts)
    kinds |= dict.fromkeys(included, REQUIREMENTS)
    for path, mine in _versions_by_path(versions).items():
        if not (kind := kinds.get(path)):
            continue
        spans = []
        for version, readable in _last_readable(kind, mine, facts):
            packages = facts.packages.get((kind, readable or ""), {})
            gap = facts.gaps.get((kind, version.object_id))
            for since, until, scope in _included_months(version, included.get(path)):
                spans.append((since, until, _scoped_packages(packages, scope_of_path(path, kind), scope)))
                if gap:
                    months = month_date(since), month_date(until)
                    gaps.append((project, repository, path, *months, gap, readable is not None))
        declared += [
            (project, repository, *package, path, line, commits[since], month_date(since), month_date(until))
            for package, line, since, until in follow_facts(spans)
        ]
    declared.sort(key=lambda row: (*map(str, row[2:6]), str(row[8])))
    return build_table(DECLARATION_SCHEMA, declared), build_table(GAP_SCHEMA, gaps)


def _last_readable(
    kind: str, versions: Iterable[FileVersion], facts: ContentFacts
) -> Iterator[tuple[FileVersion, str | None]]:
    """Each version of one path with its content, or the last one before it that was readable; None if none was."""
    end, readable = -1, None
    for version in versions:
        if (kind, version.object_id) not in facts.gaps:
            readable = version.object_id
        elif version.since != end:  # the file was gone in between
            readable = None
        end = version.until
        yield version, readable


def _versions_by_path(versions: Iterable[FileVersion]) -> Mapping[str, list[FileVersion]]:
    by_path: dict[str, list[FileVersion]] = defaultdict(list)
    for version in versions:
        by_path[version.path].append(version)
    return by_path


def _included_months(version: FileVersion, spans: Sequence[IncludedSpan] | None) -> Iterator[tuple[int, int, str]]:
    """The months of a version in which it is a manifest, and the first scope for which it is; all, if by its name."""
    if spans is None:
        yield version.since, version.until, RUNTIME
        return
    ends = {version.since, version.until, *(end for span in spans for end in (span.since, span.until))}
    for since, until in pairwise(sorted(end for end in ends if version.since <= end <= version.until)):
        scopes = [span.scope for span in spans if span.since <= since < span.until]
        if scopes:
            yield since, until, min(scopes, key=SCOPES.index)


def _scoped_packages(
    packages: Mapping[Package, int | None], scope_of: Callable[[str], str], needed_for: str
) -> dict[Package, int | None]:
    """The packages with the scope of their file, or a later one for which alone the file is included."""
    return {
        (ecosystem, package, max(scope_of(scope), needed_for, key=SCOPES.index)): line
        for (ecosystem, package, scope), line in packages.items()
        if ecosystem != INCLUDED_FILE
    }


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
