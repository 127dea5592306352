"""Read blobs of a repository; those that a clone lacks are fetched from its remote in one request."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from ecotone.events.sources.git.command import Git, GitFailed
from ecotone.events.sources.git.error_messages import find_reached_limit


@dataclass(slots=True)
class BlobReader:
    """Blobs by object id.

    view          the repository that git reads, with a git that knows its objects. It has no promisor, so that git
                  reports an absent blob and does not fetch each one by itself
    fetches_into  the clone whose remote is asked for absent blobs; None if there is no host to ask
    sizes         object id -> bytes, of what was asked for and is there
    """

    git: Git
    view: Path
    fetches_into: Path | None
    sizes: dict[str, int] = field(default_factory=dict)
    fetched: int = 0

    def fetch_blobs(self, object_ids: Collection[str]) -> None:
        """Learn the sizes of these blobs; those that the clone lacks are fetched in one request."""
        self._read_sizes(object_ids)
        absent = sorted(set(object_ids) - self.sizes.keys())
        if absent and self.fetches_into and _fetch_objects(self.git, self.fetches_into, absent):
            self._read_sizes(absent)
            self.fetched += len(self.sizes.keys() & set(absent))

    def read_blobs(self, object_ids: Iterable[str]) -> Iterator[tuple[str, bytes]]:
        """Object ids and contents of the blobs that are there."""
        feed = "".join(f"{object_id}\n" for object_id in object_ids).encode()
        if feed:
            yield from _parse_batch_output(
                self.git.stream_output("cat-file", "--batch", "--buffer", repository=self.view, feed=feed)
            )

    def _read_sizes(self, object_ids: Collection[str]) -> None:
        if not object_ids:
            return
        feed = "".join(f"{object_id}\n" for object_id in object_ids).encode()
        output = self.git.run("cat-file", "--batch-check", "--buffer", repository=self.view, feed=feed).decode()
        rows = (line.split() for line in output.splitlines())
        self.sizes.update({row[0]: int(row[2]) for row in rows if len(row) == 3 and row[1] == "blob"})


def _fetch_objects(git: Git, clone: Path, object_ids: Iterable[str]) -> bool:
    """Fetch these objects from the clone's origin; whether it gave them. Raises GitFailed if a limit is reached."""
    try:
        git.run_remote(
            "-c", "fetch.negotiationAlgorithm=noop", "fetch", "--progress", "--no-tags", "--no-write-fetch-head",
            "--recurse-submodules=no", "--filter=blob:none", "--no-auto-maintenance", "--refmap=", "--stdin", "origin",
            repository=clone, feed="".join(f"{object_id}\n" for object_id in object_ids).encode(),
        )  # fmt: skip
    except GitFailed as failed:
        if find_reached_limit(failed):
            raise
        return False  # a remote that does not serve blobs
    return True


def _parse_batch_output(pieces: Iterable[bytes]) -> Iterator[tuple[str, bytes]]:
    """Object ids and contents, from the output of `git cat-file --batch`; holds one piece and one blob at a time."""
    waiting = bytearray()
    source = iter(pieces)

    def fill_until(length: int) -> bool:
        while len(waiting) < length:
            piece = next(source, None)
            if piece is None:
                return False
            waiting.extend(piece)
        return True

    while fill_until(1):
        end = waiting.find(b"\n")
        while end < 0:
            if not fill_until(len(waiting) + 1):
                return
            end = waiting.find(b"\n")
        words = bytes(waiting[:end]).split()
        if len(words) != 3:
            del waiting[: end + 1]  # "... missing"
            continue
        after = end + 1 + int(words[2])
        if not fill_until(after + 1):
            return
        yield words[0].decode(), bytes(waiting[end + 1 : after])
        del waiting[: after + 1]


def empty_tree_id(git: Git, view: Path) -> str:
    """The name of the tree without files."""
    return git.run("hash-object", "-t", "tree", "--stdin", repository=view).decode().strip()


def tree_ids(git: Git, clone: Path, commits: Iterable[str]) -> Mapping[str, str]:
    """Commit -> the id of its tree."""
    listed = list(dict.fromkeys(commits))
    feed = "".join(f"{commit}^{{tree}}\n" for commit in listed).encode()
    output = git.run("cat-file", "--batch-check=%(objectname) %(objecttype)", repository=clone, feed=feed).decode()
    rows = [line.split() for line in output.splitlines()]
    return {commit: row[0] for commit, row in zip(listed, rows, strict=True) if row[1:] == ["tree"]}
