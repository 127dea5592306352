"""What a tool says that it is, month by month: terms in the README and the manifests at the root of month-end trees."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

import pyarrow as pa

from ecotone.events.sources.git.blob_reader import BlobReader
from ecotone.events.sources.git.documents import choose_readme, is_readme
from ecotone.events.sources.git.manifests import build_table, month_date
from ecotone.events.sources.git.month_ends import FileVersion, MonthEnd
from ecotone.events.sources.git.version_facts import Content, follow_facts, parse_new_contents
from ecotone.stack.label_terms import (
    DESCRIBING_MANIFESTS,
    FoundTerm,
    find_terms_of_manifest,
    find_terms_of_readme,
)
from ecotone.stack.manifests.manifest_reader import decode_manifest

README: Final = "readme"

TEXT_TERM_SCHEMA: Final = pa.schema(
    [
        ("reading", pa.string()),
        ("object_id", pa.string()),
        ("kind", pa.string()),
        ("term", pa.string()),
        ("section", pa.string()),
        ("line", pa.int32()),
        ("gap", pa.string()),
    ]
)
"""One term of one content, read as `readme` or as a manifest of this name; NULL without any; a `gap` if unreadable."""

_SPAN: Final = (("commit", pa.string()), ("since", pa.date32()), ("until", pa.date32()))
TERM_SCHEMA: Final = pa.schema(
    [
        ("project", pa.string()),
        ("repository", pa.string()),
        ("file", pa.string()),
        ("kind", pa.string()),
        ("term", pa.string()),
        ("section", pa.string()),
        ("line", pa.int32()),
        *_SPAN,
    ]
)
"""A term that a file has in every month-end tree of [since, until); `line` and `commit` are those of `since`."""

README_SCHEMA: Final = pa.schema(
    [("project", pa.string()), ("repository", pa.string()), ("file", pa.string()), *_SPAN[1:], ("gap", pa.string())]
)
"""The README of the month-end trees of [since, until); a `gap` (absent, too_large, unreadable) if it was not read."""


@dataclass(frozen=True, slots=True)
class TextFacts:
    """The terms of each content, and why the others could not be read."""

    terms: Mapping[Content, Sequence[FoundTerm]]
    gaps: Mapping[Content, str]

    @classmethod
    def from_table(cls, table: pa.Table) -> TextFacts:
        """The facts of a TEXT_TERM_SCHEMA."""
        terms: dict[Content, list[FoundTerm]] = defaultdict(list)
        gaps: dict[Content, str] = {}
        for reading, object_id, kind, term, section, line, gap in zip(
            *(column.to_pylist() for column in table.columns), strict=True
        ):
            if gap is not None:
                gaps[reading, object_id] = gap
            else:
                terms[reading, object_id] += [FoundTerm(kind, term, section, line)] if kind is not None else []
        return cls(terms, gaps)

    def as_table(self) -> pa.Table:
        """TEXT_TERM_SCHEMA, sorted."""
        rows: list[tuple[str | int | None, ...]] = []
        for reading, terms in self.terms.items():
            rows += [(*reading, *term, None) for term in terms] or [(*reading, *(None,) * 5)]
        rows += [(*reading, *(None,) * 4, gap) for reading, gap in self.gaps.items()]
        rows.sort(key=lambda row: tuple(str(value or "") for value in row))
        return build_table(TEXT_TERM_SCHEMA, rows)


def describing_versions(versions: Iterable[FileVersion]) -> list[tuple[str, FileVersion]]:
    """How each file is read that says what its tool is: the README of each month, and manifests at the root."""
    listed = list(versions)
    readmes = _readme_of_each_month([version for version in listed if is_readme(version.path)])
    manifests = [(version.path, version) for version in listed if version.path in DESCRIBING_MANIFESTS]
    return [(README, version) for version in readmes] + manifests


def _readme_of_each_month(versions: Sequence[FileVersion]) -> Iterator[FileVersion]:
    """The README among the files of each month; one version for months in a row with the same content."""
    ends = sorted({end for version in versions for end in (version.since, version.until)})
    current: FileVersion | None = None
    for since, until in pairwise(ends):
        alive = {version.path: version for version in versions if version.since <= since < version.until}
        path = choose_readme(alive)
        chosen = None if path is None else alive[path]._replace(since=since, until=until)
        if current and chosen and current[:2] == chosen[:2] and current.until == since:
            current = current._replace(until=until)
            continue
        if current:
            yield current
        current = chosen
    if current:
        yield current


def read_texts(
    reader: BlobReader, described: Iterable[tuple[str, FileVersion]], earlier: TextFacts | None = None
) -> TextFacts:
    """Find the terms of every content that the last reading did not read. The caller has fetched the blobs."""
    known = earlier or TextFacts({}, {})
    wanted = {(reading, version.object_id) for reading, version in described}
    return TextFacts(*parse_new_contents(reader, wanted, _terms_of_content, known.terms, known.gaps))


def _terms_of_content(reading: str, content: bytes) -> list[FoundTerm]:
    """Raises UnreadableManifest."""
    text = decode_manifest(content)
    return find_terms_of_readme(text) if reading == README else find_terms_of_manifest(reading, text)


def build_self_descriptions(
    project: str,
    repository: str,
    month_ends: Sequence[MonthEnd],
    described: Sequence[tuple[str, FileVersion]],
    facts: TextFacts,
) -> tuple[pa.Table, pa.Table]:
    """TERM_SCHEMA and README_SCHEMA of one repository, sorted."""
    commits = {end.month: end.commit for end in month_ends}
    by_file: dict[tuple[str, str], list[FileVersion]] = defaultdict(list)
    for reading, version in described:
        by_file[reading, version.path].append(version)
    listed_terms: list[tuple[object, ...]] = []
    readmes: list[tuple[object, ...]] = []
    for (reading, path), mine in by_file.items():
        spans = (
            (version.since, version.until,
             {term[:3]: term for term in facts.terms.get((reading, version.object_id), ())})
            for version in mine
        )  # fmt: skip
        listed_terms += [
            (project, repository, path, *term, commits[since], month_date(since), month_date(until))
            for _, term, since, until in follow_facts(spans)
        ]
        if reading == README:
            readmes += [
                (project, repository, path, month_date(version.since), month_date(version.until),
                 facts.gaps.get((reading, version.object_id)))
                for version in mine
            ]  # fmt: skip
    listed_terms.sort(key=lambda row: tuple(map(str, row)))
    readmes.sort(key=lambda row: tuple(map(str, row)))
    return build_table(TERM_SCHEMA, listed_terms), build_table(README_SCHEMA, readmes)
