"""Run git without prompts, hooks and the user's settings; every failure raises an error."""

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

from ecotone.events.sources.git.processes import HOST_TIMEOUT, GitProcesses, HostSilent, read_process_output
from ecotone.foundation.errors import OLDEST_GIT, GitMissing

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
"""The only settings of git. One thread per repository, because several are read at once."""


_PROGRESS: Final = re.compile(
    r"(?:remote: )?(?:Enumerating|Counting|Compressing|Receiving|Resolving|Unpacking|Checking|Fetching|Total) .*"
    r"|Cloning into .*|From .*|[*+=!t-]? *(?:\[(?:new|deleted|up to date|tag).*|[0-9a-f]{6,}\.\.\.?[0-9a-f]{6,} .*)",
)
"""Progress lines and summaries of git, which are not errors."""


def check_git_version() -> str:
    """The output of `git --version`. Raises GitMissing if git is missing or too old."""
    path = shutil.which("git")
    if path is None:
        raise GitMissing
    version = subprocess.run([path, "--version"], capture_output=True, text=True, check=False).stdout.strip()
    numbers = re.search(r"(\d+)\.(\d+)", version)
    if numbers is None or (int(numbers[1]), int(numbers[2])) < OLDEST_GIT:
        raise GitMissing(version)
    return version


class GitFailed(Exception):
    """git ended with an error; `message` is its output."""

    def __init__(self, arguments: Sequence[str], code: int, message: str) -> None:
        super().__init__(f"git {' '.join(arguments[:3])} ended with {code}: {message}")
        self.code = code
        self.message = message


@dataclass(frozen=True, slots=True)
class Git:
    """Runs git with our settings file, and with a lock file that its child processes inherit.

    patience  seconds of silence from a host after which git is terminated
    """

    settings: Path
    lock: int | None = None
    processes: GitProcesses = field(default_factory=GitProcesses)
    patience: float = HOST_TIMEOUT

    def build_environment(self, lazy: bool = False) -> dict[str, str]:
        """The environment of git: no user settings, no prompts; missing blobs are fetched only if `lazy`."""
        inherited = {key: value for key, value in os.environ.items() if not key.startswith("GIT_")}
        return inherited | {
            # absolute, because git changes its folder when it serves a local repository
            "GIT_CONFIG_GLOBAL": str(self.settings.absolute()),
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
        """The standard output of git. Raises GitFailed on any exit code but 0, and Stopped."""
        with self._start_process(arguments, repository, subprocess.PIPE) as process:
            out, err = process.communicate(feed)
        return _require_success(arguments, process.returncode, out, err)

    def run_remote(
        self, *arguments: str, repository: Path | None = None, feed: bytes = b"", lazy: bool = False
    ) -> bytes:
        """Like `run`, for a remote host: git is terminated if the host is silent. Raises GitFailed and Stopped."""
        with tempfile.TemporaryFile() as stdin_file:
            stdin_file.write(feed)
            stdin_file.seek(0)
            try:
                with self._start_process(arguments, repository, stdin_file, lazy=lazy) as process:
                    out, err = read_process_output(process, self.patience)
            except HostSilent:
                silence = f"timed out: the host was silent for {self.patience:g} seconds"
                raise GitFailed(arguments, -1, silence) from None
        return _require_success(arguments, process.returncode, out, err)

    def stream_output(self, *arguments: str, repository: Path, feed: bytes = b"") -> Iterator[bytes]:
        """The standard output of git, in pieces of at most 4 MiB. Raises GitFailed at the end, and Stopped."""
        with tempfile.TemporaryFile() as stdin_file, tempfile.TemporaryFile() as complaints:
            stdin_file.write(feed)
            stdin_file.seek(0)
            with self._start_process(arguments, repository, stdin_file, complaints) as process:
                assert process.stdout is not None
                while piece := process.stdout.read(CHUNK_BYTES):
                    yield piece
            complaints.seek(0)
            _require_success(arguments, process.returncode, b"", complaints.read())

    def _start_process(
        self,
        arguments: Sequence[str],
        repository: Path | None,
        stdin: int | IO[bytes],
        stderr: int | IO[bytes] = subprocess.PIPE,
        lazy: bool = False,
    ) -> AbstractContextManager[subprocess.Popen[bytes]]:
        return self.processes.run_process(
            self._build_command_line(arguments, repository),
            stdin=stdin,
            stdout=subprocess.PIPE,
            stderr=stderr,
            env=self.build_environment(lazy),
            pass_fds=self._inherited_descriptors(),
        )

    def _build_command_line(self, arguments: Sequence[str], repository: Path | None) -> list[str]:
        repository_options = ["--git-dir", str(repository)] if repository else []
        return ["git", *repository_options, *arguments]

    def _inherited_descriptors(self) -> tuple[int, ...]:
        return () if self.lock is None else (self.lock,)


def _require_success(arguments: Sequence[str], code: int, out: bytes, err: bytes) -> bytes:
    """The output `out`. Raises GitFailed with the error lines if the exit code is not 0."""
    if code:
        lines = (line.strip() for line in re.split(r"[\r\n]+", err.decode("utf-8", "replace")))
        complaints = [line for line in lines if line and not _PROGRESS.fullmatch(line)]
        raise GitFailed(arguments, code, "\n".join(complaints))
    return out
