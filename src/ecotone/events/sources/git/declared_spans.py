"""From the contents of manifests to what each of them declares in which months, with the files that it includes."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from posixpath import dirname, normpath
from typing import Final, NamedTuple, Protocol

from ecotone.events.sources.git.month_ends import OPEN, FileVersion
from ecotone.events.sources.git.version_facts import Content, follow_facts
from ecotone.stack.manifests.declared import DEVELOPMENT, EXAMPLE, OPTIONAL, RUNTIME
from ecotone.stack.manifests.included_files import INCLUDED_FILE
from ecotone.stack.manifests.manifest_files import REQUIREMENTS, find_kind, find_place, may_be_included
from ecotone.stack.manifests.manifest_reader import scope_of_path

SCOPES: Final = (RUNTIME, OPTIONAL, DEVELOPMENT, EXAMPLE)
"""From what a project ships to what it does not."""
MOST_INCLUDES: Final = 20_000

Package = tuple[str, str, str]
"""Ecosystem, package and scope."""


class ReadContents(Protocol):
    """What each content declares, and why the others could not be read."""

    @property
    def packages(self) -> Mapping[Content, Mapping[Package, int | None]]:
        """The packages of each content that was read."""

    @property
    def gaps(self) -> Mapping[Content, str]:
        """The reasons of the others."""


class DeclaredFact(NamedTuple):
    """A package that a manifest declares in every snapshot of [since, until).

    content, written  the content with which that begins, and the package as this content has it: without the scope
                      that the path gives
    """

    path: str
    package: Package
    content: Content
    written: Package
    since: int
    until: int


class UnreadSpan(NamedTuple):
    """Months [since, until) in which a manifest could not be read; carried: its last readable content stands."""

    path: str
    since: int
    until: int
    reason: str
    carried: bool


def follow_declarations(
    versions: Sequence[FileVersion], facts: ReadContents
) -> tuple[list[DeclaredFact], list[UnreadSpan]]:
    """What every manifest declares, and when it could not be read.

    versions  by path and month
    """
    declared: list[DeclaredFact] = []
    unread: list[UnreadSpan] = []
    kinds = manifest_kinds(versions)
    included = find_included_files(versions, kinds, facts)
    kinds |= dict.fromkeys(included, REQUIREMENTS)
    for path, mine in _versions_by_path(versions).items():
        if not (kind := kinds.get(path)):
            continue
        scope_of = scope_of_path(path, kind)
        spans = []
        for version, readable in _last_readable(kind, mine, facts):
            content = kind, readable or ""
            gap = facts.gaps.get((kind, version.object_id))
            for since, until, scope in _included_months(version, included.get(path)):
                spans.append((since, until, _scoped_packages(content, facts, scope_of, scope)))
                if gap:
                    unread.append(UnreadSpan(path, since, until, gap, readable is not None))
        declared += [
            DeclaredFact(path, package, *origin, since, until) for package, origin, since, until in follow_facts(spans)
        ]
    return declared, unread


def manifest_kinds(versions: Iterable[FileVersion]) -> dict[str, str]:
    """The kind of each file that is a manifest by its name."""
    paths = {version.path for version in versions}
    return {path: kind for path in paths if find_place(path) != "ignored" and (kind := find_kind(path))}


@dataclass(frozen=True, slots=True)
class IncludedSpan:
    """Months [since, until) in which a manifest includes a file, and the scope of what it then declares."""

    since: int
    until: int
    scope: str


def find_included_files(
    versions: Sequence[FileVersion], kinds: Mapping[str, str], facts: ReadContents
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


def _last_readable(
    kind: str, versions: Iterable[FileVersion], facts: ReadContents
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
    content: Content, facts: ReadContents, scope_of: Callable[[str], str], needed_for: str
) -> dict[Package, tuple[Content, Package]]:
    """The packages of a content with the scope of their file, or a later one for which alone the file is included."""
    scopes = {scope: max(scope_of(scope), needed_for, key=SCOPES.index) for scope in SCOPES}
    return {
        (row[0], row[1], scopes[row[2]]): (content, row)
        for row in facts.packages.get(content, {})
        if row[0] != INCLUDED_FILE
    }
