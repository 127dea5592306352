"""What happened in a simulated project, ready to be written and to be counted."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from ecotone.simulation.world import Project, Second


class Signature(NamedTuple):
    """Who and when, as git stores it; the name may hold lone surrogates (bytes that are not UTF-8)."""

    name: str
    email: str
    second: Second
    offset_minutes: int


@dataclass(frozen=True, slots=True)
class Change:
    """One commit.

    person      number of the author, None for a bot or an agent
    co_authors  numbers of the people named as such
    assisted    the message names an AI agent beside a person
    """

    author: Signature
    committer: Signature
    message: str
    path: str
    actor_kind: str  # person | bot | agent
    person: int | None
    co_authors: tuple[int, ...] = ()
    assisted: bool = False


@dataclass(frozen=True, slots=True)
class Pull:
    """A pull request; `head` are its commits, `way` how it landed (squash | merge), None if it did not."""

    number: int
    opened_at: Second
    merged_at: Second | None
    way: str | None
    head: tuple[Change, ...]


@dataclass(frozen=True, slots=True)
class Issue:
    """A thread that git does not show: only its number is missing from the sequence."""

    number: int
    opened_at: Second


@dataclass(frozen=True, slots=True)
class Landing:
    """A commit of the default branch's first-parent line and the pull request it merged, if any."""

    change: Change
    pull: Pull | None = None


@dataclass(frozen=True, slots=True)
class Release:
    """A tag on the landing at this position; without a tagger it is a light one."""

    tag: str
    landing: int
    released_at: Second
    tagger: Signature | None


@dataclass(frozen=True, slots=True)
class History:
    """A project's life. Landings are in the order they landed; the first is the first commit."""

    project: Project
    landings: tuple[Landing, ...]
    pulls: tuple[Pull, ...]
    issues: tuple[Issue, ...]
    releases: tuple[Release, ...]
    mailmap: str
    accounts: Mapping[int, frozenset[str]]  # person -> addresses in lower case, as signed in this project

    def landed(self) -> Iterator[Change]:
        """Every commit of the default branch; with a true merge come the commits it merged."""
        for landing in self.landings:
            if landing.pull is not None and landing.pull.way == "merge":
                yield from landing.pull.head
            yield landing.change

    def impossible(self, change: Change) -> bool:
        """Whether a commit claims to be older than the first or later than the last day seen."""
        first = self.landings[0].change.author.second
        return not first <= change.author.second < self.project.observed_until
