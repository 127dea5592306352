"""Read a repository as the pipeline does, with what is known kept in memory."""

from __future__ import annotations

import subprocess
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import pyarrow as pa

from ecotone.events.sources.base import Period, PreviousRead, ReadRequest, ReadResult, RepositoryTarget
from ecotone.events.sources.git.command import SETTINGS, Git
from ecotone.events.sources.git.source import GitSource

NOW = datetime.fromisoformat("2025-06-01")


def wanted_at(location: Path | str, branch: str | None = None, name: str = "o/r") -> RepositoryTarget:
    return RepositoryTarget(name, name, str(location), branch, None)


def request_for(wanted: RepositoryTarget, folder: Path, known: PreviousRead | None = None) -> ReadRequest:
    """What the pipeline asks of git for one repository."""
    return ReadRequest((wanted,), Period(NOW, NOW), folder, NOW, lambda *_: None, GitSource.Options(), known)


@dataclass(slots=True)
class Reader:
    """One repository, read again and again into the same folder."""

    folder: Path
    location: Path | str
    branch: str | None = None
    tables: dict[str, pa.Table] | None = None
    state: dict[str, Any] | None = None
    known_again: bool = False  # whether the last reading found nothing new

    def read(self) -> ReadResult:
        known = None
        if self.state is not None and self.tables is not None:
            known = PreviousRead(self.state, self.tables.__getitem__)
        found = GitSource().read(request_for(wanted_at(self.location, self.branch), self.folder, known))
        self.known_again = found.tables is None
        if found.tables is not None:
            self.tables = dict(found.tables)
        self.state = dict(found.state)
        return found


def read_once(folder: Path, location: Path | str, branch: str | None = None) -> tuple[ReadResult, dict[str, pa.Table]]:
    reader = Reader(folder, location, branch)
    found = reader.read()
    assert reader.tables is not None
    return found, reader.tables


def our_git(folder: Path) -> Git:
    folder.mkdir(parents=True, exist_ok=True)
    settings = folder / "settings"
    settings.write_text(SETTINGS)
    return Git(settings)


def plain_git(repository: Path, *arguments: str, check: bool = True) -> bytes:
    command = ["git", "-c", "safe.directory=*", "--git-dir", str(repository), *arguments]
    return subprocess.run(command, check=check, capture_output=True).stdout
