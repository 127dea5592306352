"""Reconstruct pull requests from git: from the heads that the server keeps, and from the commits that landed them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from ecotone.events import thread_numbers
from ecotone.events.sources.git.branch_lines import BranchLines
from ecotone.events.sources.git.commit_graph import CommitGraph
from ecotone.events.sources.git.landing_forms import EXPLICIT, RequestReference, parse_branch_owner
from ecotone.events.sources.git.landing_rules import (
    Landing,
    LandingColumns,
    commits_of_heads,
    find_landings,
    find_landings_without_heads,
    heads_belong_to_project,
)
from ecotone.events.sources.git.replayed_commits import landing_times

NOT_RECOGNISED = "head only"
"""The evidence of a request that no rule recognises as landed."""


@dataclass(frozen=True, slots=True)
class CommitColumns:
    """The columns of a history that pull requests are reconstructed from; positions are those of the graph.

    landed_by   the commit of the default branch's first-parent line that brought each commit, or NOT_LANDED
    references  commit -> the pull requests and issues that its message names, strongest first
    """

    graph: CommitGraph
    landed_by: Sequence[int]
    author_name: Sequence[str]
    author_email: Sequence[str]
    author_time: Sequence[int]
    committer_email: Sequence[str]
    committer_time: Sequence[int]
    subject: Sequence[str]
    references: Mapping[int, Sequence[RequestReference]]

    def to_landing_columns(self) -> LandingColumns:
        """The columns that landings are found from; commits replayed together count when they first landed."""
        named = {
            commit: references[0].number
            for commit, references in self.references.items()
            if references[0].kind in EXPLICIT
        }
        return LandingColumns(
            parents=self.graph.parents,
            author_name=self.author_name,
            author_email=self.author_email,
            author_time=self.author_time,
            committer_email=self.committer_email,
            committer_time=landing_times(self.graph.parents, self.author_time, self.committer_time, named),
            subject=self.subject,
            references=self.references,
        )


@dataclass(frozen=True, slots=True)
class PullRequest:
    """One pull request; times in seconds since 1970, None if unknown."""

    number: int
    head: int | None
    first_own: int | None
    last_own: int | None
    opened: int | None
    merged: int | None
    landing: int | None  # the commit that landed it
    account: str | None
    login: str | None  # owner of the branch, from a merge commit
    evidence: str  # where it is known from, and the rule by which it landed
    own_commits: tuple[int, ...] = ()  # the commits that its head adds, newest first


def reconstruct_pull_requests(
    commits: CommitColumns,
    lines: BranchLines,
    heads: Mapping[int, int],
    repository: str,
    *,
    own_numbers: bool = True,
) -> tuple[list[PullRequest], thread_numbers.NumberSequence, bool]:
    """Every pull request in git, the bounds from their numbers, and whether the heads are the project's own.

    heads        number -> position of the head's commit
    own_numbers  whether the repository has its own sequence of numbers; bounds are derived from no other

    The heads of a copy belong to the copy's own sequence of numbers and are ignored. A request is then known only by
    the commit that landed it. With own heads, a landed number without a head is not a request of this repository: it
    is an issue, a ticket of another tracker, or a request of another repository.
    """
    columns = commits.to_landing_columns()
    own = bool(heads) and heads_belong_to_project(columns, lines.on_main, heads)
    if own:
        requests = _requests_with_heads(columns, lines, heads, repository)
    else:
        landings = find_landings_without_heads(columns, lines.on_main, repository)
        requests = {number: _request_without_head(columns, number, first) for number, (first, *_) in landings.items()}
    sequence = _build_number_sequence(requests.values() if own_numbers else ())
    opened = _opening_bounds_by_number(sequence)
    dated = [_with_opening_time(request, opened.get(number)) for number, request in sorted(requests.items())]
    return dated, sequence, own


def _requests_with_heads(
    columns: LandingColumns, lines: BranchLines, heads: Mapping[int, int], repository: str
) -> dict[int, PullRequest]:
    own_commits = commits_of_heads(columns, lines, heads)
    landings = find_landings(columns, lines, heads, own_commits, repository)
    requests = {}
    for number, head in heads.items():
        own, landing = own_commits[number], landings.get(number)
        requests[number] = PullRequest(
            number=number,
            head=head,
            first_own=columns.author_time[own[-1]],
            last_own=columns.author_time[own[0]],
            opened=None,
            merged=landing.moment if landing else None,
            landing=landing.commit if landing else None,
            account=columns.author_email[own[-1]],
            login=_branch_owner(columns, number, landing) if landing else None,
            evidence=f"head; {landing.reason}" if landing else NOT_RECOGNISED,
            own_commits=tuple(own),
        )
    return requests


def _request_without_head(columns: LandingColumns, number: int, landing: Landing) -> PullRequest:
    # the author of a merge commit is the merger; the request's author is that of the branch's last commit
    parents = columns.parents[landing.commit]
    author = parents[-1] if len(parents) > 1 else landing.commit
    return PullRequest(
        number=number,
        head=None,
        first_own=None,
        last_own=None,
        opened=None,
        merged=landing.moment,
        landing=landing.commit,
        account=columns.author_email[author],
        login=_branch_owner(columns, number, landing),
        evidence=landing.reason,
    )


def _branch_owner(columns: LandingColumns, number: int, landing: Landing) -> str | None:
    """The owner of the merged branch, if the merge names this request."""
    references = columns.references.get(landing.commit, ())
    named = references and references[0].number == number
    return parse_branch_owner(columns.subject[landing.commit]) if named else None


def _build_number_sequence(requests: Iterable[PullRequest]) -> thread_numbers.NumberSequence:
    listed = sorted(requests, key=lambda request: request.number)
    number = np.array([request.number for request in listed], np.int64)
    start = np.array([_value_or_default(request.first_own, thread_numbers.NO_START) for request in listed], np.int64)
    landing = np.array([_value_or_default(request.merged, thread_numbers.UNKNOWN) for request in listed], np.int64)
    return thread_numbers.remove_contradictions(number, start, landing)


def _opening_bounds_by_number(sequence: thread_numbers.NumberSequence) -> dict[int, tuple[int, int]]:
    if not len(sequence.number):
        return {}
    earliest, latest = sequence.opening_time_bounds()
    return {
        number: (early, late)
        for number, early, late in zip(sequence.number.tolist(), earliest.tolist(), latest.tolist(), strict=True)
    }


def _with_opening_time(request: PullRequest, bounds: tuple[int, int] | None) -> PullRequest:
    """The request with its opening: the latest start of all numbers up to its own, but not after its landing."""
    if request.head is None:
        return request
    opened = request.first_own
    if bounds and bounds[0] != thread_numbers.NO_START:
        opened = bounds[0]
    if opened is not None and request.merged is not None:
        opened = min(opened, request.merged)
    return replace(request, opened=opened)


def _value_or_default(value: int | None, default: int) -> int:
    return default if value is None else value
