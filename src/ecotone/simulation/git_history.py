"""The history of a simulated project: commits, pull requests, issues and releases."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from ecotone.simulation.world import Project, Second


class Signature(NamedTuple):
    """Name, address and time as git stores them; lone surrogates in the name are bytes that are not UTF-8."""

    name: str
    email: str
    second: Second
    offset_minutes: int


@dataclass(frozen=True, slots=True)
class CommitChange:
    """One commit.

    person      number of the author, None for a bot or an agent
    co_authors  numbers of the co-authors
    assisted    the message of a person names an AI agent
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
class PullRequest:
    """A pull request; `head`: its commits; `merge_method`: squash, merge, or None if it did not land."""

    number: int
    opened_at: Second
    merged_at: Second | None
    merge_method: str | None
    head: tuple[CommitChange, ...]


@dataclass(frozen=True, slots=True)
class Issue:
    """An issue; git shows it only as a gap in the sequence of numbers."""

    number: int
    opened_at: Second


@dataclass(frozen=True, slots=True)
class Landing:
    """A commit of the default branch's first-parent line and the pull request it merged, if any."""

    change: CommitChange
    pull: PullRequest | None = None

    @property
    def is_merge(self) -> bool:
        """Whether it is a merge commit, which brings the commits of its pull request."""
        return self.pull is not None and self.pull.merge_method == "merge"


@dataclass(frozen=True, slots=True)
class Release:
    """A tag on the landing at this position; lightweight without a tagger."""

    tag: str
    landing: int
    released_at: Second
    tagger: Signature | None


@dataclass(frozen=True, slots=True)
class ProjectHistory:
    """The history of a project; landings in order, starting with the first commit."""

    project: Project
    landings: tuple[Landing, ...]
    pulls: tuple[PullRequest, ...]
    issues: tuple[Issue, ...]
    releases: tuple[Release, ...]
    mailmap: str
    accounts: Mapping[int, frozenset[str]]  # person -> addresses in lower case, as signed in this project

    def list_landed_changes(self) -> Iterator[CommitChange]:
        """Every commit of the default branch, merge commits included."""
        for landing in self.landings:
            if landing.is_merge and landing.pull is not None:
                yield from landing.pull.head
            yield landing.change

    def list_authored_changes(self) -> Iterator[CommitChange]:
        """Every commit of the default branch that is not a merge commit."""
        for landing in self.landings:
            if landing.is_merge and landing.pull is not None:
                yield from landing.pull.head
            else:
                yield landing.change

    def has_impossible_date(self, change: CommitChange) -> bool:
        """Whether the author date is before the first commit or after the end of observation."""
        return not self._is_observed(change.author.second)

    def counted_second(self, change: CommitChange) -> Second | None:
        """When a commit counts: when it was written, else when it was committed; None if neither was observed."""
        seconds = (change.author.second, change.committer.second)
        return next((second for second in seconds if self._is_observed(second)), None)

    def _is_observed(self, second: Second) -> bool:
        return self.landings[0].change.author.second <= second < self.project.observed_until
