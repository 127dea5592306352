"""Run git without prompts, hooks and settings of others; every failure raises an error."""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Generator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Final

from ecotone.events.sources.git.processes import (
    HOST_TIMEOUT,
    HostSilent,
    TransferTooLarge,
    read_process_output,
    run_process,
)
from ecotone.events.sources.git.user_settings import Setting, build_ssh_command, read_user_settings
from ecotone.foundation.errors import OLDEST_GIT, GitMissing, SourceUnavailable
from ecotone.foundation.limits import DEFAULT_LIMITS, ReadingLimits
from ecotone.foundation.location import Location

CHUNK_BYTES: Final = 1 << 22
LONGEST_ANSWER: Final = 1 << 28  # bytes

SETTINGS: Final = """\
[gc]
\tauto = 0
[maintenance]
\tauto = false
[core]
\thooksPath = /dev/null
[pack]
\tthreads = 1
[transfer]
\tunpackLimit = 1
[advice]
\tdetachedHead = false
[http]
\tlowSpeedLimit = 1000
\tlowSpeedTime = 60
[init]
\tdefaultBranch = main
"""
"""The settings of git, in addition to those of `user_settings` for a host. One thread per repository,
because several are read at once. What a host sends stays one pack, so that its bytes and objects can be counted."""

HOST_PROTOCOLS: Final = "https:http:ssh:git"
BUNDLE_PROTOCOLS: Final = "file"
NO_PROTOCOLS: Final = ""
"""Protocols that git may use, separated by colons."""

SMALLEST_FILE: Final = 1 << 12
"""Bytes. A file may always become so long, and a file of one page less than the limit was cut by it."""

READING_SHARE: Final = 4
"""A git that reads may use the memory limit divided by this; only what unpacks a host's answer needs more."""


_PROGRESS: Final = re.compile(
    r"(?:remote: )?(?:Enumerating|Counting|Compressing|Receiving|Resolving|Unpacking|Checking|Fetching|Total) .*"
    r"|Cloning into .*|From .*|[*+=!t-]? *(?:\[(?:new|deleted|up to date|tag).*|[0-9a-f]{6,}\.\.\.?[0-9a-f]{6,} .*)",
)
"""Progress lines and summaries of git, which are not errors."""


def check_git_version() -> str:
    """The output of `git --version`. Raises GitMissing if git is missing or too old, SourceUnavailable if it fails."""
    path = shutil.which("git")
    if path is None:
        raise GitMissing
    asked = subprocess.run([path, "--version"], capture_output=True, text=True, check=False)
    if asked.returncode:
        raise SourceUnavailable(
            f"`{path} --version` ended with {asked.returncode}. Run the same command again, or install git again."
        )
    version = asked.stdout.strip()
    numbers = re.search(r"(?<!\d)(\d{1,6})\.(\d{1,6})", version)
    if numbers is None or (int(numbers[1]), int(numbers[2])) < OLDEST_GIT:
        raise GitMissing(version)
    return version


class GitFailed(Exception):
    """git ended with an error; `message` is its output."""

    def __init__(self, arguments: Sequence[str], code: int, message: str) -> None:
        super().__init__(f"git {' '.join(arguments[:3])} ended with {code}: {message}")
        self.code = code
        self.message = message


@dataclass(slots=True)
class ReceivedBytes:
    """What hosts have sent so far: packs, lists of refs and messages, in bytes."""

    total: int = 0


@dataclass(frozen=True, slots=True)
class Git:
    """Runs git with our settings file, and with a lock file that its child processes inherit.

    git finds no repository by itself: it runs in the root folder, and is told the repository or that there is none.

    limits    what one process may use
    objects   a folder of objects that git reads beside the repository's own
    patience  seconds of silence from a host after which git is terminated
    location  what is read; git is told its hidden parts in the environment, outside all arguments and files
    trees     whether the trees of commits can be read; a clone without them (`--filter=tree:0`) has commits alone
    """

    settings: Path
    lock: int | None = None
    limits: ReadingLimits = DEFAULT_LIMITS
    objects: Path | None = None
    patience: float = HOST_TIMEOUT
    location: str = ""
    received: ReceivedBytes = field(default_factory=ReceivedBytes)
    trees: bool = True

    def build_environment(self, repository: Path | None, protocols: str) -> dict[str, str]:
        """The environment of git: no prompts, and only these protocols; the user's settings only for a host."""
        inherited = {key: value for key, value in os.environ.items() if not key.startswith("GIT_")}
        followed: tuple[Setting, ...] = ()
        if protocols == HOST_PROTOCOLS:
            followed = read_user_settings()
            inherited["HOME"] = str(self.settings.absolute().parent)  # curl would read .netrc in the user's own
            if isinstance(self.location, Location) and self.location.has_secret:
                followed += ((f"url.{self.location.address}.insteadOf", str(self.location)),)
        environment = {
            "GIT_DIR": str(repository.absolute()) if repository else os.devnull,
            "GIT_CONFIG_GLOBAL": str(self.settings.absolute()),
            "GIT_CONFIG_NOSYSTEM": "1",
            "GIT_CONFIG_COUNT": str(len(followed)),
            "GIT_ATTR_NOSYSTEM": "1",
            "GIT_TERMINAL_PROMPT": "0",
            "GIT_ASKPASS": "true",
            "SSH_ASKPASS": "true",
            "GIT_SSH_COMMAND": build_ssh_command(followed),
            "GIT_ALLOW_PROTOCOL": protocols,
            "GIT_NO_LAZY_FETCH": "1",
            "GIT_NO_REPLACE_OBJECTS": "1",
            "LC_ALL": "C",
        }
        if self.objects is not None:
            environment["GIT_ALTERNATE_OBJECT_DIRECTORIES"] = _quote_path(self.objects)
        for number, (key, value) in enumerate(followed):  # not in a file, because a value may be a secret
            environment |= {f"GIT_CONFIG_KEY_{number}": key, f"GIT_CONFIG_VALUE_{number}": value}
        return inherited | environment

    def run(self, *arguments: str, repository: Path | None = None, feed: bytes = b"") -> bytes:
        """The standard output of git, which reads only what is on the disk. Raises GitFailed on any exit code but 0."""
        with self._start_process(arguments, repository, subprocess.PIPE) as process:
            out, err = process.communicate(feed)
        return _require_success(arguments, process.returncode, out, err)

    def run_remote(
        self,
        *arguments: str,
        repository: Path | None = None,
        feed: bytes = b"",
        protocols: str = HOST_PROTOCOLS,
        longest: int = LONGEST_ANSWER,
        into: Path | None = None,
    ) -> bytes:
        """Like `run`, for a remote host or a bundle: git is terminated if the host is silent. Raises GitFailed.

        longest  bytes of output after which git is terminated. Raises OutputTooLong
        into     the git folder that packs are received in, if it is not `repository`
        """
        folder = into or repository
        allowance = max(self.limits.received_bytes - self.received.total, SMALLEST_FILE)
        packs_before = _bytes_of_packs(folder)
        with tempfile.TemporaryFile() as stdin_file:
            stdin_file.write(feed)
            stdin_file.seek(0)
            try:
                with self._start_process(
                    arguments, repository, stdin_file, protocols=protocols, file_bytes=allowance
                ) as process:
                    out, err = read_process_output(process, self.patience, longest, allowance)
            except HostSilent:
                silence = f"timed out: the host was silent for {self.patience:g} seconds"
                raise GitFailed(arguments, -1, silence) from None
            except TransferTooLarge:
                raise GitFailed(arguments, -signal.SIGXFSZ, "the host sent too much") from None
        self.received.total += len(out) + len(err) + _bytes_of_packs(folder) - packs_before
        is_cut = process.returncode and _bytes_of_packs(folder, "tmp_pack_*") > allowance - SMALLEST_FILE
        if self.received.total > self.limits.received_bytes or is_cut:
            raise GitFailed(arguments, -signal.SIGXFSZ, "the host sent too much")
        return _require_success(arguments, process.returncode, out, err)

    def stream_output(self, *arguments: str, repository: Path, feed: bytes = b"") -> Generator[bytes]:
        """The standard output of git, in pieces of at most 4 MiB. Raises GitFailed at the end."""
        with tempfile.TemporaryFile() as stdin_file, tempfile.TemporaryFile() as complaints:
            stdin_file.write(feed)
            stdin_file.seek(0)
            with self._start_process(arguments, repository, stdin_file, complaints) as process:
                assert process.stdout is not None
                while piece := process.stdout.read(CHUNK_BYTES):
                    yield piece
            complaints.seek(0)
            _require_success(arguments, process.returncode, b"", complaints.read(CHUNK_BYTES))

    def _start_process(
        self,
        arguments: Sequence[str],
        repository: Path | None,
        stdin: int | IO[bytes],
        stderr: int | IO[bytes] = subprocess.PIPE,
        protocols: str = NO_PROTOCOLS,
        file_bytes: int | None = None,
    ) -> AbstractContextManager[subprocess.Popen[bytes]]:
        receives = "clone" in arguments or "fetch" in arguments
        return run_process(
            ["git", *arguments],
            memory=self.limits.memory_bytes // (1 if receives else READING_SHARE),
            file_bytes=file_bytes or self.limits.received_bytes,
            cwd="/",
            stdin=stdin,
            stdout=subprocess.PIPE,
            stderr=stderr,
            env=self.build_environment(repository, protocols),
            pass_fds=() if self.lock is None else (self.lock,),
        )


def _bytes_of_packs(repository: Path | None, pattern: str = "*.pack") -> int:
    return sum(path.stat().st_size for path in repository.glob(f"objects/pack/{pattern}")) if repository else 0


def _quote_path(path: Path) -> str:
    """A path in a list of git's, in which colons separate."""
    escaped = str(path).replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return f'"{escaped}"'


def _require_success(arguments: Sequence[str], code: int, out: bytes, err: bytes) -> bytes:
    """The output `out`. Raises GitFailed with the error lines if the exit code is not 0."""
    if code:
        lines = (line.strip() for line in re.split(r"[\r\n]+", err.decode("utf-8", "replace")))
        complaints = [line for line in lines if line and not _PROGRESS.fullmatch(line)]
        raise GitFailed(arguments, code, "\n".join(complaints))
    return out
