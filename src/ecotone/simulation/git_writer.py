"""Write a history as a bare git repository with the heads of pull requests."""

from __future__ import annotations

import os
import subprocess
import tempfile
from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from ecotone.foundation.errors import EcotoneError, GitMissing
from ecotone.simulation.commit_messages import AREAS, HOSTILE_PATH
from ecotone.simulation.git_history import CommitChange, Landing, ProjectHistory, PullRequest, Signature

BRANCH: Final = b"refs/heads/main"
TOPIC: Final = b"refs/heads/topic"  # where heads are built; gone when the stream ends
CONTENTS: Final = 97  # distinct file contents, written once and used in turn: files differ, packs stay small
NO_COMMIT: Final = b"0" * 40
SETTINGS: Final = ("-c", "core.fsync=none", "-c", "core.compression=0", "-c", "fastimport.unpackLimit=0")


@dataclass(frozen=True, slots=True)
class BranchTips:
    """The tip of the default branch and the heads of the pull requests, by number.

    landed   the default branch's first-parent line, in the order of the history's landings
    commits  of each pull request's head, oldest first
    """

    main: str
    heads: tuple[tuple[int, str], ...]
    landed: tuple[str, ...] = ()
    commits: Mapping[int, tuple[str, ...]] = field(default_factory=dict)


def write_repository(history: ProjectHistory, repository: Path) -> BranchTips:
    """Write a history as a new bare repository.

    Raises EcotoneError if git fails, GitMissing if there is no git. The user's git settings are ignored.
    """
    initialise_repository(repository)
    exported = repository / "marks"
    stream = _FastImportStream(history)
    run_fast_import(
        *("--git-dir", str(repository), *SETTINGS, "fast-import", "--quiet", "--force", "--depth=0"),
        f"--export-marks={exported}",
        feed=stream.write_stream(),
    )
    names = dict(line.split() for line in exported.read_text(encoding="ascii").splitlines())
    exported.unlink()
    heads = tuple((number, names[f":{mark}"]) for number, mark in sorted(stream.heads.items()))
    _write_heads(repository, heads)
    return BranchTips(
        main=names[f":{stream.main}"],
        heads=heads,
        landed=tuple(names[f":{mark}"] for mark in stream.landed),
        commits={number: tuple(names[f":{mark}"] for mark in marks) for number, marks in stream.head_commits.items()},
    )


def initialise_repository(repository: Path) -> None:
    """Make an empty bare repository. Raises as `run_fast_import`."""
    run_fast_import("init", "--quiet", "--bare", "--template=", "--initial-branch=main", str(repository))


def _write_heads(repository: Path, heads: Sequence[tuple[int, str]]) -> None:
    """Write all heads into `packed-refs`; one file for each head takes too long."""
    lines = sorted((f"refs/pull/{number}/head", sha) for number, sha in heads)
    text = "# pack-refs with: peeled fully-peeled sorted \n" + "".join(f"{sha} {ref}\n" for ref, sha in lines)
    (repository / "packed-refs").write_text(text, encoding="ascii")


def run_fast_import(*arguments: str, feed: Iterator[bytes] | None = None) -> None:
    """Run git on a stream; its error output goes to a file, so that no pipe blocks.

    Raises EcotoneError if git fails, GitMissing if there is no git.
    """
    environment = {key: value for key, value in os.environ.items() if not key.startswith("GIT_")}
    environment |= {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1", "LC_ALL": "C"}
    with tempfile.TemporaryFile() as complaints:
        try:
            process = subprocess.Popen(
                ("git", *arguments),
                bufsize=1 << 20,
                stdin=subprocess.PIPE,
                stdout=complaints,
                stderr=complaints,
                env=environment,
            )
        except FileNotFoundError:
            raise GitMissing from None
        with process:
            assert process.stdin is not None
            try:
                for piece in feed or ():
                    process.stdin.write(piece)
                process.stdin.close()
            except BrokenPipeError:
                pass  # git stopped early and has said why
        if process.returncode:
            complaints.seek(0)
            complaint = complaints.read().decode("utf-8", "replace").strip()
            raise EcotoneError(f"git {' '.join(arguments[:3])} ended with {process.returncode}: {complaint}")


class _FastImportStream:
    """The fast-import stream of one history, and the marks of the commits that references point to."""

    def __init__(self, history: ProjectHistory) -> None:
        self.history = history
        self.last = CONTENTS  # the last mark given; the first ones are file contents
        self.main = 0
        self.heads: dict[int, int] = {}
        self.landed: list[int] = []
        self.head_commits: dict[int, list[int]] = {}
        self._times: list[int] = []

    def write_stream(self) -> Iterator[bytes]:
        """The stream in pieces: contents, landings with their merged heads, open heads, tags."""
        for content in range(1, CONTENTS + 1):
            yield b"blob\nmark :%d\n%s" % (content, _encode_data(b"%d\n" % content))
        first, *others = self.history.landings
        yield self._write_commit(BRANCH, first.change, files=self._make_first_files())
        self._move_main_branch(first)
        for landing in others:
            yield from self._write_landing(landing)
        for pull in self.history.pulls:
            if pull.merged_at is None:
                yield from self._write_pull_head(pull)
        yield from self._write_tags()
        if self.heads:
            yield b"reset %s\nfrom %s\n\n" % (TOPIC, NO_COMMIT)

    def _write_landing(self, landing: Landing) -> Iterator[bytes]:
        pull = landing.pull
        if pull is not None:
            yield from self._write_pull_head(pull)
        if pull is not None and pull.merge_method == "merge":
            files = {change.path: content for content, change in self._pair_contents(pull)}
            yield self._write_commit(BRANCH, landing.change, merged=self.heads[pull.number], files=files)
        else:
            yield self._write_commit(BRANCH, landing.change)
        self._move_main_branch(landing)

    def _move_main_branch(self, landing: Landing) -> None:
        self.main = self.last
        self.landed.append(self.last)
        self._times.append(landing.change.committer.second)

    def _write_pull_head(self, pull: PullRequest) -> Iterator[bytes]:
        """The commits of a pull request, on top of the default branch at the time of the first.

        Only commits of a true merge change files: reading back an older tree takes git too long, and nothing reads
        the files of other heads.
        """
        earlier = bisect_right(self._times, pull.head[0].committer.second)
        base = self.landed[max(earlier - 1, 0)]
        lands_as_it_is = pull.merge_method == "merge"
        for content, change in self._pair_contents(pull):
            files = {change.path: content} if lands_as_it_is else {}
            yield self._write_commit(TOPIC, change, parent=base, files=files)
            base = 0
            self.head_commits.setdefault(pull.number, []).append(self.last)
        self.heads[pull.number] = self.last

    def _pair_contents(self, pull: PullRequest) -> Iterator[tuple[int, CommitChange]]:
        """Each commit of a head with the mark of its file content."""
        for step, change in enumerate(pull.head):
            yield (pull.number * 3 + step) % CONTENTS + 1, change

    def _make_first_files(self) -> dict[str, int]:
        files = {f"{area}/file-0.txt": position for position, area in enumerate(AREAS, 1)}
        return files | {HOSTILE_PATH: 1}

    def _write_commit(
        self,
        branch: bytes,
        change: CommitChange,
        *,
        parent: int = 0,
        merged: int = 0,
        files: dict[str, int] | None = None,
    ) -> bytes:
        """One commit; parent 0 is the tip of the branch. Without `files` it changes the path of the change."""
        self.last += 1
        touched = files if files is not None else {change.path: self.last % CONTENTS + 1}
        return b"".join(
            [
                b"commit %s\nmark :%d\n" % (branch, self.last),
                b"author %s\ncommitter %s\n" % (_encode_signature(change.author), _encode_signature(change.committer)),
                _encode_data(_encode_text(change.message)),
                b"from :%d\n" % parent if parent else b"",
                b"merge :%d\n" % merged if merged else b"",
                *(b"M 100644 :%d %s\n" % (content, _encode_text(path)) for path, content in touched.items()),
                b"M 100644 inline .mailmap\n" + _encode_data(_encode_text(self.history.mailmap))
                if not self.landed and self.history.mailmap
                else b"",
                b"\n",
            ]
        )

    def _write_tags(self) -> Iterator[bytes]:
        for release in self.history.releases:
            tag, mark = _encode_text(release.tag), self.landed[release.landing]
            if release.tagger is None:
                yield b"reset refs/tags/%s\nfrom :%d\n\n" % (tag, mark)
            else:
                tagger = _encode_signature(release.tagger)
                yield b"tag %s\nfrom :%d\ntagger %s\n%s" % (tag, mark, tagger, _encode_data(tag + b"\n"))


def _encode_data(content: bytes) -> bytes:
    return b"data %d\n%s\n" % (len(content), content)


def _encode_text(text: str) -> bytes:
    """Encode text as UTF-8; lone surrogates become the bytes that they stand for."""
    return text.encode("utf-8", "surrogateescape")


def _encode_signature(signature: Signature) -> bytes:
    sign = "-" if signature.offset_minutes < 0 else "+"
    hours, minutes = divmod(abs(signature.offset_minutes), 60)
    return _encode_text(f"{signature.name} <{signature.email}> {signature.second} {sign}{hours:02d}{minutes:02d}")
