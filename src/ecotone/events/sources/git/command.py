"""Run git so that it never prompts, never runs hooks, never reads the user's settings and never fails silently."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Final

from ecotone.events.sources.git.children import PATIENCE, Children, Silent, listen
from ecotone.foundation.errors import GIT_NEEDED, GitMissing

CHUNK_BYTES: Final = 1 << 22

SETTINGS: Final = """\
[safe]
\tdirectory = *
[gc]
\tauto = 0
[maintenance]
\tauto = false
[core]
\thooksPath = /dev/null
[uploadpack]
\tallowFilter = true
[protocol "ext"]
\tallow = never
[pack]
\tthreads = 1
[advice]
\tdetachedHead = false
[http]
\tlowSpeedLimit = 1000
\tlowSpeedTime = 60
[init]
\tdefaultBranch = main
"""
"""The only settings git sees. One thread a repository: several repositories are read at once."""


_PROGRESS: Final = re.compile(
    r"(?:remote: )?(?:Enumerating|Counting|Compressing|Receiving|Resolving|Unpacking|Checking|Fetching|Total) .*"
    r"|Cloning into .*|From .*|[*+=!t-]? *(?:\[(?:new|deleted|up to date|tag).*|[0-9a-f]{6,}\.\.\.?[0-9a-f]{6,} .*)",
)
"""What git says of its progress, and of what it has done: no complaint."""


def git_version() -> str:
    """What `git --version` says. Raises GitMissing if there is no git, or one that is too old."""
    path = shutil.which("git")
    if path is None:
        raise GitMissing
    said = subprocess.run([path, "--version"], capture_output=True, text=True, check=False).stdout.strip()
    numbers = re.search(r"(\d+)\.(\d+)", said)
    if numbers is None or (int(numbers[1]), int(numbers[2])) < GIT_NEEDED:
        raise GitMissing(said)
    return said


class GitFailed(Exception):
    """git ended with an error; `message` is what it wrote."""

    def __init__(self, arguments: Sequence[str], code: int, message: str) -> None:
        super().__init__(f"git {' '.join(arguments[:3])} ended with {code}: {message}")
        self.code = code
        self.message = message


@dataclass(frozen=True, slots=True)
class Git:
    """git, with a settings file of ours and, while it runs, a lock that its children hold too.

    patience  seconds without a word from a host after which it is given up
    """

    settings: Path
    lock: int | None = None
    children: Children = field(default_factory=Children)
    patience: float = PATIENCE

    def environment(self, lazy: bool = False) -> dict[str, str]:
        """The caller's environment without its git settings; nothing can prompt; blobs come only if `lazy`."""
        kept = {key: value for key, value in os.environ.items() if not key.startswith("GIT_")}
        return kept | {
            "GIT_CONFIG_GLOBAL": str(self.settings),
            "GIT_CONFIG_NOSYSTEM": "1",
            "GIT_ATTR_NOSYSTEM": "1",
            "GIT_TERMINAL_PROMPT": "0",
            "GIT_ASKPASS": "true",
            "SSH_ASKPASS": "true",
            "GIT_SSH_COMMAND": "ssh -oBatchMode=yes -oConnectTimeout=20 -oServerAliveInterval=30",
            "GIT_NO_LAZY_FETCH": "0" if lazy else "1",
            "GIT_NO_REPLACE_OBJECTS": "1",
            "LC_ALL": "C",
        }

    def run(self, *arguments: str, repository: Path | None = None, feed: bytes = b"") -> bytes:
        """Everything git writes; raises GitFailed on any exit code but 0, and Stopped."""
        with self._started(arguments, repository, subprocess.PIPE) as process:
            out, err = process.communicate(feed)
        return _whole(arguments, process.returncode, out, err)

    def talk(self, *arguments: str, repository: Path | None = None, feed: bytes = b"", lazy: bool = False) -> bytes:
        """`run` with another host: one that says nothing for too long is given up. Raises GitFailed and Stopped."""
        with tempfile.TemporaryFile() as given:
            given.write(feed)
            given.seek(0)
            try:
                with self._started(arguments, repository, given, lazy=lazy) as process:
                    out, err = listen(process, self.patience)
            except Silent:
                silence = f"timed out: nothing was heard for {self.patience:g} seconds"
                raise GitFailed(arguments, -1, silence) from None
        return _whole(arguments, process.returncode, out, err)

    def stream(self, *arguments: str, repository: Path, feed: bytes = b"") -> Iterator[bytes]:
        """What git writes, in pieces of at most 4 MiB; raises GitFailed at the end if it failed, and Stopped."""
        with tempfile.TemporaryFile() as given, tempfile.TemporaryFile() as complaints:
            given.write(feed)
            given.seek(0)
            with self._started(arguments, repository, given, complaints) as process:
                assert process.stdout is not None
                while piece := process.stdout.read(CHUNK_BYTES):
                    yield piece
            complaints.seek(0)
            _whole(arguments, process.returncode, b"", complaints.read())

    def _started(
        self,
        arguments: Sequence[str],
        repository: Path | None,
        stdin: int | IO[bytes],
        stderr: int | IO[bytes] = subprocess.PIPE,
        lazy: bool = False,
    ) -> AbstractContextManager[subprocess.Popen[bytes]]:
        return self.children.started(
            self._command(arguments, repository),
            stdin=stdin,
            stdout=subprocess.PIPE,
            stderr=stderr,
            env=self.environment(lazy),
            pass_fds=self._inherited(),
        )

    def _command(self, arguments: Sequence[str], repository: Path | None) -> list[str]:
        place = ["--git-dir", str(repository)] if repository else []
        return ["git", *place, *arguments]

    def _inherited(self) -> tuple[int, ...]:
        return () if self.lock is None else (self.lock,)


def _whole(arguments: Sequence[str], code: int, out: bytes, err: bytes) -> bytes:
    """What was written, if git ended well. Raises GitFailed with its complaints."""
    if code:
        said = (line.strip() for line in re.split(r"[\r\n]+", err.decode("utf-8", "replace")))
        complaints = [line for line in said if line and not _PROGRESS.fullmatch(line)]
        raise GitFailed(arguments, code, "\n".join(complaints))
    return out
