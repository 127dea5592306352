"""Read the README and the dependency manifests of a branch's newest tree; missing blobs are fetched."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Final

import pyarrow as pa

from ecotone.events.sources.git.command import Git, GitFailed

DOCUMENT_SCHEMA: Final = pa.schema([("path", pa.string()), ("kind", pa.string()), ("text", pa.string())])
"""One document; kind: readme or manifest."""

MOST_BYTES: Final = 1 << 19
"""Size of one document; larger ones are generated, and ignored."""
MOST_MANIFESTS: Final = 60
"""Number of manifests; those nearest to the root are read."""
MAX_PATH_PARTS: Final = 4
"""Parts of a manifest's path, the name included."""

MANIFEST: Final = re.compile(
    r"pyproject\.toml|requirements[\w.-]*\.txt|setup\.cfg|package\.json|Cargo\.toml|go\.mod|pom\.xml"
    r"|.*\.csproj|Directory\.Packages\.props"
)
README: Final = re.compile(r"readme(\.(md|markdown|rst|adoc|asciidoc|org|txt))?", re.IGNORECASE)
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


def read_documents(git: Git, clone: Path, branch: str) -> pa.Table:
    """DOCUMENT_SCHEMA, by path; documents that the remote does not have are left out.

    In a blobless clone, exactly these blobs are fetched, in one request.
    """
    try:
        listed = git.run("ls-tree", "-r", "-z", "--full-tree", branch, repository=clone)
        wanted = select_documents(listed)
        sizes = _read_blob_sizes(git, clone, wanted)
        if len(sizes) < len({entry.object_id for entry in wanted}):
            _fetch_missing_blobs(git, clone, wanted)
            sizes = _read_blob_sizes(git, clone, wanted)
        readable = [entry for entry in wanted if 0 < sizes.get(entry.object_id, 0) <= MOST_BYTES]
        texts = _read_blob_contents(git, clone, [entry.object_id for entry in readable])
    except GitFailed:
        return DOCUMENT_SCHEMA.empty_table()
    rows = [
        {"path": entry.path, "kind": entry.kind, "text": texts[entry.object_id].decode("utf-8", "replace")}
        for entry in sorted(readable, key=lambda entry: entry.path)
        if entry.object_id in texts and b"\0" not in texts[entry.object_id]
    ]
    return pa.Table.from_pylist(rows, schema=DOCUMENT_SCHEMA)


def select_documents(listed: bytes) -> list[DocumentFile]:
    """The README and the manifests in the output of `git ls-tree -r -z`, the README first."""
    files = [
        (path.decode("utf-8", "replace"), words[2].decode())
        for line in listed.split(b"\0")
        if line
        for head, _, path in [line.partition(b"\t")]
        for words in [head.split()]
        if words[0] in (b"100644", b"100755")
    ]
    return [*_select_readme(files), *_select_manifests(files)]


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


def _read_blob_sizes(git: Git, clone: Path, wanted: Iterable[DocumentFile]) -> dict[str, int]:
    """The size of each object; empty if the clone lacks one of them."""
    feed = "".join(f"{entry.object_id}\n" for entry in wanted).encode()
    try:
        output = git.run("cat-file", "--batch-check", repository=clone, feed=feed).decode()
    except GitFailed:
        return {}
    rows = (line.split() for line in output.splitlines())
    return {row[0]: int(row[2]) for row in rows if len(row) == 3 and row[1] == "blob"}


def _fetch_missing_blobs(git: Git, clone: Path, wanted: Iterable[DocumentFile]) -> None:
    """Fetch these objects from the clone's origin."""
    try:
        git.run("config", "--get", "remote.origin.promisor", repository=clone)
        git.run(
            "-c", "fetch.negotiationAlgorithm=noop", "fetch", "--quiet", "--no-tags", "--no-write-fetch-head",
            "--recurse-submodules=no", "--filter=blob:none", "--no-auto-maintenance", "--refmap=", "--stdin", "origin",
            repository=clone, feed="".join(f"{entry.object_id}\n" for entry in wanted).encode(),
        )  # fmt: skip
    except GitFailed:
        return  # a bundle, or a remote that does not serve blobs


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
