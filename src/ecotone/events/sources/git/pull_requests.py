"""Reconstruct pull requests from git: from the heads that the server keeps, and from commits that name a number."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from statistics import median_low
from typing import Final

import numpy as np

from ecotone.events import thread_numbers
from ecotone.events.sources.git.commit_graph import NOT_LANDED, CommitGraph
from ecotone.events.sources.git.subject_numbers import PullReference

DAY: Final = 86400
FEWEST_IN_COMMON: Final = 5
OWN_SHARE: Final = 0.1
FIRST_HEADS: Final = 9  # lowest-numbered heads whose median dates the start of the sequence


@dataclass(frozen=True, slots=True)
class CommitColumns:
    """The columns of a history that pull requests are reconstructed from; positions are those of the graph."""

    graph: CommitGraph
    landed_by: Sequence[int]
    author_time: Sequence[int]
    author_email: Sequence[str]
    committer_time: Sequence[int]
    pull_references: Mapping[int, PullReference]  # of landed commits only


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
    evidence: str


def reconstruct_pull_requests(
    commits: CommitColumns, heads: Mapping[int, int]
) -> tuple[list[PullRequest], thread_numbers.NumberSequence, bool]:
    """Every pull request in git, the bounds from their numbers, and whether the heads are the project's own.

    heads   number -> position of the head's commit

    The heads of a mirror belong to the mirror's own sequence of numbers: their times show it, and they are ignored.
    A request is then known only by the commit that landed it. With own heads, a landed number without a head is not
    a request of this repository: it is an issue, or a request of another repository.
    """
    naming_by_number = _naming_commits_by_number(commits)
    own = heads_belong_to_project(
        commits, heads, {number: naming_commits[0] for number, naming_commits in naming_by_number.items()}
    )
    landings = _choose_landing_commits(commits, naming_by_number, heads if own else {})
    if own:
        requests = _requests_with_heads(commits, heads, landings)
    else:
        requests = {number: _request_without_head(commits, number, landing) for number, landing in landings.items()}
    sequence = _build_number_sequence(requests.values())
    opened = _opening_bounds_by_number(sequence)
    dated = [_with_opening_time(request, opened.get(number)) for number, request in sorted(requests.items())]
    return dated, sequence, own


def _naming_commits_by_number(commits: CommitColumns) -> dict[int, list[int]]:
    """Number -> the landed commits that name it, in order of landing."""
    keys_by_number: dict[int, list[tuple[int, int, int]]] = {}
    for commit, named in commits.pull_references.items():
        landing = commits.landed_by[commit]
        key = (commits.committer_time[landing], commits.committer_time[commit], commit)
        keys_by_number.setdefault(named.number, []).append(key)
    return {number: [key[2] for key in sorted(keys)] for number, keys in keys_by_number.items()}


def _choose_landing_commits(
    commits: CommitColumns, landings: Mapping[int, list[int]], heads: Mapping[int, int]
) -> dict[int, int]:
    """Number -> the commit that landed it.

    An imported history names numbers of another sequence, which recur in this one. Commits that landed before the
    first requests of this repository belong to the other sequence.
    """
    lowest = sorted(heads)[:FIRST_HEADS]
    if not lowest:
        return {number: naming_commits[0] for number, naming_commits in landings.items()}
    began = median_low(commits.author_time[heads[number]] for number in lowest) - 31 * DAY
    chosen = {}
    for number, naming_commits in landings.items():
        if number in heads:
            earliest = commits.author_time[heads[number]] - 31 * DAY
        else:
            earliest = began if number >= lowest[0] else 0
        later = [commit for commit in naming_commits if commits.committer_time[commits.landed_by[commit]] >= earliest]
        if later:
            chosen[number] = later[0]
    return chosen


def heads_belong_to_project(commits: CommitColumns, heads: Mapping[int, int], landings: Mapping[int, int]) -> bool:
    """Whether the heads belong to the sequence that landed commits name.

    In the project's own repository the head of a landed request is not younger than its landing; in a mirror,
    whose requests are numbered from 1 again, it nearly always is. If too few numbers can be compared, the heads
    are taken as own unless landed commits name ten times as many numbers.
    """
    if not heads:
        return False
    common = [
        commits.author_time[head] <= commits.committer_time[landings[number]] + DAY
        for number, head in heads.items()
        if number in landings
    ]
    if len(common) >= FEWEST_IN_COMMON:
        return sum(common) * 2 >= len(common)
    return len(heads) >= OWN_SHARE * len(landings)


def _requests_with_heads(
    commits: CommitColumns, heads: Mapping[int, int], landings: Mapping[int, int]
) -> dict[int, PullRequest]:
    positions = frozenset(heads.values())
    requests = {}
    for number, head in heads.items():
        own = commits.graph.commits_of_head(head, commits.landed_by, positions)
        merging_commit = commits.landed_by[head]
        landing: int | None = None
        evidence = "head only"
        if number in landings:
            landing, evidence = landings[number], "head, and a landed commit names it"
        elif merging_commit != NOT_LANDED:
            landing, evidence = merging_commit, "head, reachable from the default branch"
        named = commits.pull_references.get(landing) if landing is not None else None
        requests[number] = PullRequest(
            number=number,
            head=head,
            first_own=commits.author_time[own[-1]],
            last_own=commits.author_time[own[0]],
            opened=None,
            merged=_landing_time(commits, landing),
            landing=landing,
            account=commits.author_email[own[-1]],
            login=named.login if named and named.number == number else None,
            evidence=evidence,
        )
    return requests


def _request_without_head(commits: CommitColumns, number: int, commit: int) -> PullRequest:
    # the author of a merge commit is the merger; the request's author is that of the branch's last commit
    parents = commits.graph.parents[commit]
    author = parents[-1] if len(parents) > 1 else commit
    return PullRequest(
        number=number,
        head=None,
        first_own=None,
        last_own=None,
        opened=None,
        merged=_landing_time(commits, commit),
        landing=commit,
        account=commits.author_email[author],
        login=commits.pull_references[commit].login,
        evidence="a landed commit names it",
    )


def _landing_time(commits: CommitColumns, commit: int | None) -> int | None:
    return None if commit is None else commits.committer_time[commits.landed_by[commit]]


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
