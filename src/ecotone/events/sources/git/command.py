"""Run git so that it never prompts, never runs hooks, never reads the user's settings and never fails silently."""

from __future__ import annotations

import os
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

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


class GitFailed(Exception):  # noqa: N818 - named for what happened
    """git ended with an error; `message` is what it wrote."""

    def __init__(self, arguments: Sequence[str], code: int, message: str) -> None:
        super().__init__(f"git {' '.join(arguments[:3])} ended with {code}: {message}")
        self.code = code
        self.message = message


@dataclass(frozen=True, slots=True)
class Git:
    """git, with a settings file of ours and, while it runs, a lock that its children hold too."""

    settings: Path
    lock: int | None = None

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

    def run(self, *arguments: str, repository: Path | None = None, feed: bytes = b"", lazy: bool = False) -> bytes:
        """Everything git writes; raises GitFailed on any exit code but 0."""
        done = subprocess.run(
            self._command(arguments, repository),
            input=feed,
            capture_output=True,
            env=self.environment(lazy),
            pass_fds=self._inherited(),
            check=False,
        )
        if done.returncode:
            raise GitFailed(arguments, done.returncode, done.stderr.decode("utf-8", "replace").strip())
        return done.stdout

    def stream(self, *arguments: str, repository: Path, feed: bytes = b"") -> Iterator[bytes]:
        """What git writes, in pieces of at most 4 MiB; raises GitFailed at the end if it failed."""
        with tempfile.TemporaryFile() as given, tempfile.TemporaryFile() as complaints:
            given.write(feed)
            given.seek(0)
            process = subprocess.Popen(
                self._command(arguments, repository),
                stdin=given,
                stdout=subprocess.PIPE,
                stderr=complaints,
                env=self.environment(),
                pass_fds=self._inherited(),
            )
            try:
                assert process.stdout is not None
                while piece := process.stdout.read(CHUNK_BYTES):
                    yield piece
                code = process.wait()
            finally:
                if process.poll() is None:
                    process.kill()
                    process.wait()
                if process.stdout:
                    process.stdout.close()
            if code:
                complaints.seek(0)
                raise GitFailed(arguments, code, complaints.read().decode("utf-8", "replace").strip())

    def _command(self, arguments: Sequence[str], repository: Path | None) -> list[str]:
        place = ["--git-dir", str(repository)] if repository else []
        return ["git", *place, *arguments]

    def _inherited(self) -> tuple[int, ...]:
        return () if self.lock is None else (self.lock,)
