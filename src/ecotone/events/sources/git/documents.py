"""Read the README and the dependency manifests of a branch's newest tree; missing blobs are fetched."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing, suppress
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Final

import pyarrow as pa

from ecotone.events.sources.git.command import Git, GitFailed
from ecotone.foundation.limits import LimitReached
from ecotone.foundation.notes import Note, note

DOCUMENT_SCHEMA: Final = pa.schema([("path", pa.string()), ("kind", pa.string()), ("text", pa.string())])
"""One document; kind: readme or manifest."""

MOST_MANIFESTS: Final = 60
"""Number of manifests; those nearest to the root are read."""
MAX_PATH_PARTS: Final = 4
"""Parts of a manifest's path, the name included."""

MANIFEST: Final = re.compile(
    r"pyproject\.toml|requirements[\w.-]*\.txt|setup\.cfg|package\.json|Cargo\.toml|go\.mod|pom\.xml"
    r"|.*\.csproj|Directory\.Packages\.props"
)
README: Final = re.compile(r"readme(\.(md|markdown|rst|adoc|asciidoc|org|txt))?", re.IGNORECASE)
_DOCUMENT: Final = re.compile(rf"{MANIFEST.pattern}|(?i:{README.pattern})|\.mailmap")
README_FOLDERS: Final = ("", ".github", "docs")
FOREIGN_FOLDERS: Final = frozenset(
    {"node_modules", "vendor", "third_party", "third-party", "3rdparty", "external", "deps", "fixtures", "testdata",
     "test", "tests", "__tests__", "examples", "example", "samples", "templates", "template", "cookbook", "docs"}
)  # fmt: skip
"""Folders whose manifests are not the project's own."""


@dataclass(frozen=True, slots=True)
class DocumentFile:
    """A file of the tree and the id of its blob."""

    path: str
    kind: str
    object_id: str


@dataclass(frozen=True, slots=True)
class Documents:
    """The documents of a tree (DOCUMENT_SCHEMA), by path, and notes on those that are left out."""

    table: pa.Table
    gaps: tuple[Note, ...]


def read_documents(git: Git, view: Path, branch: str, repository: str, fetches_into: Path | None = None) -> Documents:
    """Read the documents of a branch's newest tree. Raises GitFailed, and LimitReached for a tree that is too large.

    fetches_into  a clone that fetches absent ones from its origin, with `.mailmap`, in one request
    """
    wanted, mailmap = select_documents(_list_tree(git, view, branch, repository))
    objects = list(dict.fromkeys([*(entry.object_id for entry in wanted), *mailmap]))
    sizes = _read_blob_sizes(git, view, objects)
    if fetches_into and len(sizes) < len(objects):
        _fetch_blobs(git, fetches_into, [name for name in objects if name not in sizes])
        sizes = _read_blob_sizes(git, view, objects)
    most = git.limits.manifest_bytes
    readable = [entry for entry in wanted if 0 < sizes.get(entry.object_id, 0) <= most]
    texts = _read_blob_contents(git, view, [entry.object_id for entry in readable])
    rows = [
        {"path": entry.path, "kind": entry.kind, "text": texts[entry.object_id].decode("utf-8", "replace")}
        for entry in sorted(readable, key=lambda entry: entry.path)
        if entry.object_id in texts and b"\0" not in texts[entry.object_id]
    ]
    absent = sum(entry.object_id not in sizes for entry in wanted)
    large = sum(sizes.get(entry.object_id, 0) > most for entry in wanted)
    gaps = (
        *([note("documents_absent", count=absent)] if absent else []),
        *([note("mailmap_absent")] if any(name not in sizes for name in mailmap) else []),
        *([note("documents_large", count=large, limit=str(git.limits.manifest_kb))] if large else []),
    )
    return Documents(pa.Table.from_pylist(rows, schema=DOCUMENT_SCHEMA), gaps)


def _list_tree(git: Git, clone: Path, branch: str, repository: str) -> Iterator[tuple[str, str]]:
    """Path and object of each ordinary file in the tree. Raises LimitReached."""
    entries, rest = 0, b""
    with closing(git.stream_output("ls-tree", "-r", "-z", "--full-tree", branch, repository=clone)) as pieces:
        for piece in pieces:
            *lines, rest = (rest + piece).split(b"\0")
            entries += len(lines)
            if entries > git.limits.tree_entries:
                raise LimitReached(repository, "tree_entries", git.limits)
            for line in lines:
                head, _, path = line.partition(b"\t")
                if path.count(b"/") > git.limits.tree_depth:
                    raise LimitReached(repository, "tree_depth", git.limits)
                if head.startswith((b"100644", b"100755")):
                    yield path.decode("utf-8", "replace"), head.split()[2].decode()


def select_documents(files: Iterable[tuple[str, str]]) -> tuple[list[DocumentFile], list[str]]:
    """The README and the manifests of a tree, the README first; and the objects of its `.mailmap`, if there is one.

    files  path and object of each file
    """
    named = [(path, name) for path, name in files if _DOCUMENT.fullmatch(path.rpartition("/")[2])]
    return [*_select_readme(named), *_select_manifests(named)], [name for path, name in named if path == ".mailmap"]


def _select_readme(files: Iterable[tuple[str, str]]) -> list[DocumentFile]:
    candidates = []
    for path, object_id in files:
        folder, _, name = path.rpartition("/")
        if folder in README_FOLDERS and README.fullmatch(name):
            rank = (README_FOLDERS.index(folder), not name.lower().endswith(".md"), path)
            candidates.append((rank, DocumentFile(path, "readme", object_id)))
    return [min(candidates)[1]] if candidates else []


def _select_manifests(files: Iterable[tuple[str, str]]) -> list[DocumentFile]:
    candidates = []
    for path, object_id in files:
        parts = PurePosixPath(path).parts
        own = not FOREIGN_FOLDERS & {part.casefold() for part in parts[:-1]}
        if own and len(parts) <= MAX_PATH_PARTS and MANIFEST.fullmatch(parts[-1]):
            candidates.append((len(parts), path, object_id))
    return [DocumentFile(path, "manifest", object_id) for _, path, object_id in sorted(candidates)[:MOST_MANIFESTS]]


def _read_blob_sizes(git: Git, clone: Path, objects: Sequence[str]) -> dict[str, int]:
    """The size of each blob that the repository has."""
    feed = "".join(f"{name}\n" for name in objects).encode()
    output = git.run("cat-file", "--batch-check", repository=clone, feed=feed).decode()
    rows = (line.split() for line in output.splitlines())
    return {row[0]: int(row[2]) for row in rows if len(row) == 3 and row[1] == "blob"}


def _fetch_blobs(git: Git, clone: Path, objects: Sequence[str]) -> None:
    """Fetch these objects from the clone's origin, if it serves them."""
    with suppress(GitFailed):
        git.run_remote(
            "-c", "fetch.negotiationAlgorithm=noop", "fetch", "--progress", "--no-tags", "--no-write-fetch-head",
            "--recurse-submodules=no", "--filter=blob:none", "--no-auto-maintenance", "--refmap=", "--stdin", "origin",
            repository=clone, feed="".join(f"{name}\n" for name in objects).encode(),
        )  # fmt: skip


def _read_blob_contents(git: Git, clone: Path, objects: Sequence[str]) -> dict[str, bytes]:
    feed = "".join(f"{object_id}\n" for object_id in objects).encode()
    return dict(_parse_batch_output(git.run("cat-file", "--batch", repository=clone, feed=feed)))


def _parse_batch_output(output: bytes) -> Iterator[tuple[str, bytes]]:
    """Object ids and contents, from the output of `git cat-file --batch`."""
    at = 0
    while at < len(output):
        end = output.index(b"\n", at)
        words = output[at:end].split()
        if len(words) != 3:
            at = end + 1  # "... missing"
            continue
        size = int(words[2])
        yield words[0].decode(), output[end + 1 : end + 1 + size]
        at = end + size + 2
