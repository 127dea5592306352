"""What a source of events is, and what it reports of a reading."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, Protocol

import pyarrow as pa


@dataclass(frozen=True, slots=True)
class Wanted:
    """One repository to read.

    location        an https, ssh or file URL, a local path, or a bundle
    branch          the branch to read; None for the one the repository calls its default
    observed_until  what the landscape says of when the history was seen; None if it says nothing
    aliases         names the repository had before
    """

    project: str
    repository: str
    location: str
    branch: str | None
    observed_until: datetime | None
    aliases: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Reading:
    """What one reading of one repository found; goes into the report's page on data."""

    source: str
    project: str
    repository: str
    location: str
    branch: str
    commits: int
    landed: int
    request_heads: int  # of this project's own sequence
    request_heads_served: int
    tags: int
    rejected: int
    shallow: bool
    observed_until: datetime
    note: str


@dataclass(frozen=True, slots=True)
class Known:
    """What the last reading of a repository left: its state, and its tables by name."""

    state: Mapping[str, Any]
    table: Callable[[str], pa.Table]


@dataclass(frozen=True, slots=True)
class Found:
    """What a reading found: tables to keep (None: the known ones still hold) and the state to note with them."""

    reading: Reading
    tables: Mapping[str, pa.Table] | None
    state: Mapping[str, Any]


class Source(Protocol):
    """A place events come from. One file or folder implements it; one line in `sources.ALL` declares it.

    `read` brings what is new into `folder`, which is the source's own, and says what is now known. It may be
    killed at any moment and called again. Among its tables are `events` (EVENT_SCHEMA) and `pulls` (PULL_SCHEMA).
    It raises `SourceUnavailable` (worth another try) or `SourceMalformed` (never), each with a sentence that
    names the repository and the next command.
    """

    name: str
    keeps: str  # the terms the bytes come under
    covers: frozenset[str]  # event kinds it can supply

    def read(self, wanted: Wanted, folder: Path, known: Known | None, now: datetime) -> Found:
        """Bring the repository up to date; `now` (naive UTC) is when a remote is observed."""
        ...

    def interrupt(self) -> None:
        """Give up at once whatever is being read in other threads: nothing of it is kept."""
        ...


@dataclass(frozen=True, slots=True)
class Period:
    """Moments [since, until) to read, naive UTC."""

    since: datetime
    until: datetime


@dataclass(frozen=True, slots=True)
class Brought:
    """What a feed knows of the wanted repositories in a period, all readings so far together.

    events        EVENT_SCHEMA; account and counterpart are logins; sorted by repository, created_at, event_id
    pulls         PULL_SCHEMA; one row a request the feed saw opened or merged
    coverage      COVERAGE_SCHEMA
    profiles      PROFILE_SCHEMA
    repositories  REPOSITORY_SCHEMA
    failures      (repository or place, one sentence) of what could not be read
    further       other tables of the feed's own, by name; `unclear` (event_id) lists closes that may be merges
    """

    events: pa.Table
    pulls: pa.Table
    coverage: pa.Table
    profiles: pa.Table
    repositories: pa.Table
    failures: tuple[tuple[str, str], ...] = ()
    further: Mapping[str, pa.Table] = field(default_factory=dict)


class Feed(Protocol):
    """A place that holds events of many repositories at once; read for a landscape and a period together.

    `bring` reads what is new into `folder`, which is the feed's own, and returns all it knows. It may be killed at
    any moment and called again; it asks for nothing twice. It raises `SourceUnavailable` or `SourceMalformed` only
    where nothing at all can be read, each with a sentence that names the next command.
    """

    name: str
    keeps: str  # the terms the bytes come under
    covers: frozenset[str]  # event kinds it can supply

    def bring(
        self,
        wanted: Sequence[Wanted],
        period: Period,
        folder: Path,
        now: datetime,
        heard: Callable[[str, int, int], None],
    ) -> Brought:
        """Bring the repositories up to date; `heard` is told what is read, how many done, of how many."""
        ...


@dataclass(frozen=True, slots=True)
class Published:
    """Monthly values that somebody else published: REFERENCE_SCHEMA by project, repository, series, month."""

    references: pa.Table
    failures: tuple[tuple[str, str], ...] = ()


class Reference(Protocol):
    """A place that publishes monthly values of repositories. They stand beside ours under its name, never in them.

    `published` reads what is new into `folder`, which is its own, and returns all it knows; it may be killed at any
    moment and called again, and asks for nothing twice. What cannot be had is named in `failures`; it never raises.
    """

    name: str
    keeps: str  # the terms the values come under

    def published(
        self,
        wanted: Sequence[Wanted],
        period: Period,
        folder: Path,
        now: datetime,
        heard: Callable[[str, int, int], None],
    ) -> Published:
        """What is published of the repositories in a period."""
        ...
