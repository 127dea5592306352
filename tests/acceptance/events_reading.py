"""Read a simulated feed: in this process, or as a process of its own that may be killed or kept short of memory.

python tests/acceptance/events_reading.py TASK.json     reads and prints a digest of everything the feed knows
"""

from __future__ import annotations

import hashlib
import json
import resource
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Final

from ecotone.events.sources.base import FeedTables, Period, RepositoryTarget
from ecotone.events.sources.gharchive.feed_reader import GHArchiveReader
from ecotone.events.sources.gharchive.locations import RetryLimits
from ecotone.events.sources.github.feed_reader import GitHubReader
from ecotone.events.sources.http import Clock
from ecotone.events.sources.secret import Token

TABLES: Final = ("events", "pulls", "coverage", "profiles", "repositories")
QUICK: Final = RetryLimits(attempts=6, wait=0.01, longest=0.05)
Heard = Callable[[str, int, int], None]


@dataclass(frozen=True, slots=True)
class Task:
    """What to read: feed is `gharchive` or `github`, place a folder or an address."""

    feed: str
    place: str
    folder: str
    repositories: tuple[str, ...]
    since: str
    until: str
    now: str
    ids: Mapping[str, Sequence[int]] = field(default_factory=dict)
    archive: str | None = None
    quick: bool = True  # waits are over at once

    def write(self, path: Path) -> Path:
        """Write it where a process of its own finds it."""
        path.write_text(json.dumps({name: getattr(self, name) for name in self.__slots__}))
        return path

    @staticmethod
    def read(path: Path) -> Task:
        """The task of a file."""
        found = json.loads(path.read_text())
        return Task(**found | {"repositories": tuple(found["repositories"])})

    def wanted(self) -> list[RepositoryTarget]:
        """The repositories, each a project of its own."""
        return [RepositoryTarget(name, name, f"https://github.com/{name}", None, None) for name in self.repositories]

    def period(self) -> Period:
        """From when until when."""
        return Period(datetime.fromisoformat(self.since), datetime.fromisoformat(self.until))


class Hurry:
    """A clock that stands still but for the waits, which take no time."""

    def __init__(self) -> None:
        self.ahead = 0.0
        self.waited = 0.0

    def now(self) -> float:
        """The moment, all waits included."""
        return time.time() + self.ahead

    def sleep(self, seconds: float) -> None:
        """Let time pass at once."""
        self.ahead += seconds
        self.waited += seconds

    def clock(self) -> Clock:
        """As the readers take it."""
        return Clock(self.now, self.sleep)


def bring(task: Task, heard: Heard, tokens: Sequence[str] | None = None, hurry: Hurry | None = None) -> FeedTables:
    """Read a task; tokens None: from the environment."""
    now = datetime.fromisoformat(task.now)
    folder = Path(task.folder)
    folder.mkdir(parents=True, exist_ok=True)
    if task.feed == "gharchive":
        archive = GHArchiveReader(
            task.place, ids=task.ids, archive=task.archive, patience=QUICK if task.quick else None
        )
        return archive.read_period(task.wanted(), task.period(), folder, now, heard)
    github = github_feed(task, tokens, hurry)
    return github.read_period(task.wanted(), task.period(), folder, now, heard)


def github_feed(task: Task, tokens: Sequence[str] | None = None, hurry: Hurry | None = None) -> GitHubReader:
    """The API's reader of a task."""
    clock = (hurry or Hurry()).clock() if task.quick else Clock()
    return GitHubReader(task.place, None if tokens is None else [Token(one) for one in tokens], clock=clock)


def digest(brought: FeedTables) -> str:
    """The same for the same knowledge."""
    tables = {name: getattr(brought, name) for name in TABLES} | dict(sorted(brought.extra_tables.items()))
    found = hashlib.sha256()
    for name, table in tables.items():
        # rows, not buffers: the bytes of a buffer may differ where nothing is said
        found.update(f"{name} {table.schema} {table.to_pylist()}".encode())
    return found.hexdigest()


def main() -> None:
    """Read the task of a file; print what came of it and the most memory that it took, in kilobytes."""
    brought = bring(Task.read(Path(sys.argv[1])), lambda *_: None)
    found = {
        "digest": digest(brought),
        "events": brought.events.num_rows,
        "failures": list(brought.failures),
        "peak": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss,
    }
    print(json.dumps(found))


if __name__ == "__main__":
    main()
