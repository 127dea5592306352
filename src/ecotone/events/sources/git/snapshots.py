"""Read manifests, READMEs and lists of maintainers of month-end trees; one request fetches all missing blobs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

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
from ecotone.events.sources.git.self_description import SelfDescription, is_licence_file, read_self_description
from ecotone.foundation.notes import Note, note


def read_snapshots(
    reader: BlobReader, month_ends: Sequence[MonthEnd], wanted: RepositoryTarget, known: PreviousRead | None
) -> tuple[Mapping[str, pa.Table], SelfDescription, list[Note]]:
    """The tables snapshots, file_versions, manifest_contents, declarations, manifest_gaps, documents and roles.

    Also what the newest tree says of itself, and notes.

    known  the last reading by the same version of this code; what it has parsed is not parsed again
    """
    earlier, facts = _load_earlier(known) if known else (((), ()), None)
    versions = read_file_versions(reader.git, reader.view, month_ends, _is_read, earlier)
    unparsed = {version.object_id for version in versions} - _parsed_objects(facts)
    reader.fetch_blobs(unparsed)
    contents = read_contents(reader, versions, facts)
    declarations, gaps = build_declarations(wanted.project, wanted.repository, month_ends, versions, contents)
    documents, notes = read_documents(reader, versions)
    if count := len(set(gaps["manifest"].to_pylist())):
        notes.append(note("manifests_unreadable", count=count))
    tables = {
        "snapshots": snapshot_table(month_ends),
        "file_versions": version_table(versions),
        "manifest_contents": contents.as_table(),
        "declarations": declarations,
        "manifest_gaps": gaps,
        "documents": documents,
        "roles": read_roles(reader, versions),
    }
    readme = next(iter(documents["text"].to_pylist()), None)
    return tables, read_self_description(reader, versions, readme), notes


def _is_read(path: str) -> bool:
    return is_own_manifest(path) or is_readme(path) or is_role_file(path) or is_licence_file(path)


def _parsed_objects(facts: ContentFacts | None) -> set[str]:
    return {object_id for _, object_id in facts.packages} if facts else set()


def _load_earlier(known: PreviousRead) -> tuple[tuple[list[MonthEnd], list[FileVersion]], ContentFacts]:
    ends, versions = (
        list(zip(*(table[name].to_pylist() for name in table.column_names), strict=True))
        for table in (known.table("snapshots"), known.table("file_versions"))
    )
    facts = ContentFacts.from_table(known.table("manifest_contents"))
    return ([MonthEnd(*row) for row in ends], [FileVersion(*row) for row in versions]), facts
