"""The protocol of a source of events, what it is asked, and what it returns."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, Protocol

import pyarrow as pa

from ecotone.foundation.landscape import SourceOptions
from ecotone.foundation.limits import DEFAULT_LIMITS, ReadingLimits
from ecotone.foundation.notes import Note

Progress = Callable[[str, int, int], None]
"""Called with what is being read, how many are done, and how many there are."""


Failures = tuple[tuple[str, Note], ...]
"""What could not be read: a repository or an address, and the note that says why and what to do."""


@dataclass(frozen=True, slots=True)
class RepositoryTarget:
    """One repository to read.

    location        an https, ssh or file URL, a local path, or a bundle
    branch          the branch to read; None for the repository's default branch
    observed_until  end of observation that the landscape states; None if it states none
    aliases         former names of the repository
    author_lines    keys of lines in commit messages that name an author; None for the usual ones
    limits          what reading it may use
    """

    project: str
    repository: str
    location: str
    branch: str | None
    observed_until: datetime | None
    aliases: tuple[str, ...] = ()
    author_lines: tuple[str, ...] | None = None
    limits: ReadingLimits = DEFAULT_LIMITS


@dataclass(frozen=True, slots=True)
class Period:
    """Moments [since, until) to read, naive UTC."""

    since: datetime
    until: datetime


@dataclass(frozen=True, slots=True)
class AuthoredCommit:
    """The oldest commit of an account without a known login in a repository."""

    account: str
    repository: str
    commit: str


@dataclass(frozen=True, slots=True)
class ReadSummary:
    """Summary of one reading of one history, shown on the report's data page.

    request_heads         pull-request heads that belong to this repository's own numbering
    request_heads_served  pull-request heads that the server offers
    note                  notes as `foundation.notes.write_notes` writes them
    description, licence  what the newest tree says of itself; None where it says nothing
    clone_remade          whether the kept clone was damaged, and was made again; not kept
    """

    source: str
    project: str
    repository: str
    location: str
    branch: str
    commits: int
    landed: int
    request_heads: int
    request_heads_served: int
    tags: int
    rejected: int
    shallow: bool
    observed_until: datetime
    note: str
    description: str | None = None
    licence: str | None = None
    clone_remade: bool = False


@dataclass(frozen=True, slots=True)
class PreviousRead:
    """State and tables that the last reading of a repository left."""

    state: Mapping[str, Any]
    table: Callable[[str], pa.Table]


@dataclass(frozen=True, slots=True)
class ReadRequest:
    """What a source is asked to read.

    repositories    all repositories of the landscape; exactly one for the source of histories
    folder          a folder of the source's own, kept between runs
    now             naive UTC
    options         the source's own `Options`
    known           what the last reading of this repository left (source of histories only)
    repository_ids  repository -> ids at its host, where another source knows them
    gaps            repository -> periods that no mirror of the archive has whole; None if no mirror was read
    unnamed_authors commits by authors whose login is unknown (sources whose role `names_authors` only)
    """

    repositories: Sequence[RepositoryTarget]
    period: Period
    folder: Path
    now: datetime
    progress: Progress
    options: Any
    known: PreviousRead | None = None
    repository_ids: Mapping[str, tuple[int, ...]] = field(default_factory=dict)
    gaps: Mapping[str, Sequence[Period]] | None = None
    unnamed_authors: Sequence[AuthoredCommit] = ()

    @property
    def aliases(self) -> dict[str, tuple[str, ...]]:
        """Former names by repository, where there are any."""
        return {wanted.repository: wanted.aliases for wanted in self.repositories if wanted.aliases}


@dataclass(frozen=True, slots=True)
class ReadResult:
    """What a source knows after reading: this reading and all readings before it.

    tables       by name; None if the tables of the last reading still hold. A source of events returns `events`
                 (EVENT_SCHEMA), `pulls` (PULL_SCHEMA) and, unless it reads histories, `coverage`, `profiles` and
                 `repositories`
    event_kinds  kinds that this reading can supply, which may depend on the options
    failures     (repository or address, note) for what could not be read
    state        saved with the tables and handed back in `ReadRequest.known`
    reading      the summary of a history
    """

    tables: Mapping[str, pa.Table] | None
    event_kinds: frozenset[str] = frozenset()
    failures: Failures = ()
    state: Mapping[str, Any] = field(default_factory=dict)
    reading: ReadSummary | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Role:
    """How a source takes part in a run.

    reads_histories   it reads one repository at a time and needs no table in the landscape; one source does so
    event_rank        where several sources report an event, the one with the lowest rank is believed; None: no events
    mirrors_archive   it holds a copy of a public archive, whose gaps another source may fill
    fills_gaps        it reads only the gaps of the mirrors, if any mirror is read
    numbers_reviews   its reviews carry the host's numbers
    knows_ids         its table `repositories` has the host's ids
    names_authors     its table `commit_authors` has the logins of the authors of commits
    extra_tables      tables that the analysis keeps apart from events: name -> schema
    """

    reads_histories: bool = False
    event_rank: int | None = None
    mirrors_archive: bool = False
    fills_gaps: bool = False
    numbers_reviews: bool = True
    knows_ids: bool = False
    names_authors: bool = False
    extra_tables: Mapping[str, pa.Schema] = field(default_factory=dict)


class Source(Protocol):
    """A source of events. A folder in `events/sources` implements it; a line in `SOURCE_NAMES` registers it.

    `read` may be killed at any moment and called again. It raises `SourceUnavailable` (worth another try) or
    `SourceMalformed` (not worth one) where it can read nothing at all.
    """

    name: str
    title: str  # as readers know it
    licence: str  # the terms of the data
    event_kinds: frozenset[str]  # kinds of events that it can supply
    Options: type[SourceOptions]  # keys of its table in a landscape file
    role: Role = Role()

    def read(self, request: ReadRequest) -> ReadResult:
        """Read what is new into the request's folder and return all that is known."""
        ...


@dataclass(frozen=True, slots=True)
class FeedTables:
    """Tables of a feed: events of many repositories in a period.

    events        EVENT_SCHEMA; account and other_account are logins; sorted by repository, created_at, event_id
    pulls         PULL_SCHEMA; one row per pull request that was seen opened or merged
    coverage      COVERAGE_SCHEMA
    profiles      PROFILE_SCHEMA
    repositories  REPOSITORY_SCHEMA
    failures      (repository or address, note) for what could not be read
    extra_tables  tables of this feed only; `unclear` (event_id) lists closed pull requests that may be merged
    """

    events: pa.Table
    pulls: pa.Table
    coverage: pa.Table
    profiles: pa.Table
    repositories: pa.Table
    failures: Failures = ()
    extra_tables: Mapping[str, pa.Table] = field(default_factory=dict)

    def as_result(self, event_kinds: frozenset[str]) -> ReadResult:
        """The same as a source returns it."""
        tables = {
            "events": self.events,
            "pulls": self.pulls,
            "coverage": self.coverage,
            "profiles": self.profiles,
            "repositories": self.repositories,
        }
        return ReadResult(tables | dict(sorted(self.extra_tables.items())), event_kinds, self.failures)
