"""Read manifests, READMEs and lists of maintainers of month-end trees; one request fetches all missing blobs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pyarrow as pa

from ecotone.events.sources.base import PreviousRead, RepositoryTarget
from ecotone.events.sources.git.blob_reader import BlobReader
from ecotone.events.sources.git.documents import is_readme, read_documents
from ecotone.events.sources.git.manifests import (
    ContentFacts,
    build_declarations,
    is_own_manifest,
    read_contents,
    snapshot_table,
    version_table,
)
from ecotone.events.sources.git.month_ends import FileVersion, MonthEnd, read_file_versions
from ecotone.events.sources.git.role_files import is_role_file, read_roles
from ecotone.events.sources.git.self_descriptions import (
    TextFacts,
    build_self_descriptions,
    describing_versions,
    read_texts,
)
from ecotone.events.sources.git.tree_description import TreeDescription, is_licence_file, read_tree_description
from ecotone.events.sources.git.tree_members import NamedChild, TreeMembers, build_named_children, tree_name_table
from ecotone.foundation.notes import Note, note
from ecotone.stack.manifests.manifest_files import may_be_included


def read_snapshots(
    reader: BlobReader, month_ends: Sequence[MonthEnd], wanted: RepositoryTarget, known: PreviousRead | None
) -> tuple[Mapping[str, pa.Table], TreeDescription, list[Note]]:
    """The tables of what month-end trees say: manifests, READMEs and lists of maintainers; the newest one; notes.

    known  the last reading by the same version of this code; what it has parsed is not parsed again

    All are empty if trees cannot be read: what files said is unknown.
    """
    if not reader.git.trees:
        month_ends, known = (), None
    earlier = _load_earlier(known) if known else _Earlier()
    members = TreeMembers()
    members.continue_reading(reader, month_ends, earlier.month_ends, earlier.tree_names)
    before = earlier.month_ends, earlier.versions
    versions = read_file_versions(reader.git, reader.view, month_ends, _is_read, before, members.note_change)
    facts, texts = earlier.facts, earlier.texts
    described = describing_versions(versions)
    wanted_versions = [version for version in versions if _is_always_read(version.path)]
    unparsed = {version.object_id for version in (*wanted_versions, *(version for _, version in described))}
    reader.fetch_blobs(unparsed - _parsed_objects(facts))
    contents = read_contents(reader, versions, facts)
    declarations, gaps = build_declarations(wanted.project, wanted.repository, month_ends, versions, contents)
    documents, notes = read_documents(reader, versions)
    if not reader.git.trees:
        notes.append(note("trees_absent"))
    texts = read_texts(reader, described, texts)
    named = members.find_spans()
    terms, readmes = build_self_descriptions(wanted.project, wanted.repository, month_ends, described, texts)
    if count := len(set(gaps["manifest"].to_pylist())):
        notes.append(note("manifests_unreadable", count=count))
    tables = {
        "snapshots": snapshot_table(month_ends),
        "file_versions": version_table(versions),
        "manifest_contents": contents.as_table(),
        "declarations": declarations,
        "manifest_gaps": gaps,
        "documents": documents,
        "text_terms": texts.as_table(),
        "tool_terms": terms,
        "readmes": readmes,
        "tree_names": tree_name_table(named),
        "named_children": build_named_children(wanted.project, wanted.repository, named),
        "roles": read_roles(reader, versions),
    }
    readme = next(iter(documents["text"].to_pylist()), None)
    return tables, read_tree_description(reader, versions, readme), notes


def _is_read(path: str) -> bool:
    return _is_always_read(path) or is_readme(path) or may_be_included(path)


def _is_always_read(path: str) -> bool:
    return is_own_manifest(path) or is_role_file(path) or is_licence_file(path)


def _parsed_objects(facts: ContentFacts | None) -> set[str]:
    return {object_id for _, object_id in facts.packages} if facts else set()


@dataclass(frozen=True, slots=True)
class _Earlier:
    """What the last reading left."""

    month_ends: Sequence[MonthEnd] = ()
    versions: Sequence[FileVersion] = ()
    facts: ContentFacts | None = None
    texts: TextFacts | None = None
    tree_names: Sequence[NamedChild] = ()


def _load_earlier(known: PreviousRead) -> _Earlier:
    ends, versions, names = (
        list(zip(*(table[name].to_pylist() for name in table.column_names), strict=True))
        for table in map(known.table, ("snapshots", "file_versions", "tree_names"))
    )
    return _Earlier(
        [MonthEnd(*row) for row in ends],
        [FileVersion(*row) for row in versions],
        ContentFacts.from_table(known.table("manifest_contents")),
        TextFacts.from_table(known.table("text_terms")),
        [NamedChild(*row) for row in names],
    )
