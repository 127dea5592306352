"""Choose the README of a tree, and make its text a document."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

import pyarrow as pa

from ecotone.events.sources.git.blob_reader import BlobReader
from ecotone.events.sources.git.month_ends import OPEN, FileVersion
from ecotone.foundation.notes import Note, note

DOCUMENT_SCHEMA: Final = pa.schema([("path", pa.string()), ("kind", pa.string()), ("text", pa.string())])
"""One document; kind: readme."""

README: Final = re.compile(
    r"readme(?:[._-](?P<language>[a-z]{2}(?:[_-][a-z]{2,4})?)(?=\.))?(?:\.(?:md|markdown|rst|adoc|asciidoc|org|txt))?",
    re.IGNORECASE,
)
"""Also a translation, such as README.zh-CN.md."""
README_FOLDERS: Final = ("", ".github", "docs")


def is_readme(path: str) -> bool:
    """Whether a file may be the README of its tree."""
    folder, _, name = path.rpartition("/")
    return folder in README_FOLDERS and README.fullmatch(name) is not None


def choose_readme(paths: Iterable[str]) -> str | None:
    """The README among the paths of a tree: at the root first, then no translation, then Markdown; None without."""

    def rank_of_path(path: str) -> tuple[int, bool, bool, str]:
        folder, _, name = path.rpartition("/")
        match = README.fullmatch(name)
        language = (match["language"] or "").lower() if match else ""
        return README_FOLDERS.index(folder), language not in ("", "en"), not path.lower().endswith(".md"), path

    return min(filter(is_readme, paths), key=rank_of_path, default=None)


def read_documents(reader: BlobReader, versions: Iterable[FileVersion]) -> tuple[pa.Table, list[Note]]:
    """The README of the newest tree (DOCUMENT_SCHEMA), and a note if it is absent or too large.

    There is none if the tree has none, or if it is empty or binary.
    """
    newest = {version.path: version.object_id for version in versions if version.until == OPEN}
    path = choose_readme(newest)
    if path is None:
        return DOCUMENT_SCHEMA.empty_table(), []
    size, limits = reader.sizes.get(newest[path]), reader.git.limits
    if size is None:
        return DOCUMENT_SCHEMA.empty_table(), [note("readme_absent")]
    if size > limits.manifest_bytes:
        return DOCUMENT_SCHEMA.empty_table(), [note("readme_large", limit=str(limits.manifest_kb))]
    texts = [content for _, content in reader.read_blobs([newest[path]]) if content and b"\0" not in content]
    rows = [{"path": path, "kind": "readme", "text": text.decode("utf-8", "replace")} for text in texts]
    return pa.Table.from_pylist(rows, schema=DOCUMENT_SCHEMA), []
