"""Which project each commit counts in, where several repositories hold the same one.

Forks, mirrors, split-off and merged repositories hold commits of one another under the same object names. Each commit
counts once in a landscape: in the repository whose default branch had it first. If several had it at the same time,
the one that the landscape lists first has it. `fork_of` overrides: a fork has no commit that its parent has. Of two
repositories of one project of which one holds all that the other holds, such as a former address, the fuller one has
them.

Repositories that share FEWEST_SHARED commits, or that `fork_of` connects, also share commits that were rewritten: those
with the same author, subject, author time and committer time.

A project without any commit of its own is a second listing of the same history, such as a mirror. It keeps its commits,
because it would have none otherwise, unless the landscape states that it is a fork.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

COMMIT_SCHEMA: Final = pa.schema(
    [
        ("sha", pa.string()),
        ("landed_at", pa.int64()),  # when it reached the default branch, in seconds since 1970
        ("author_email", pa.string()),
        ("author_time", pa.int64()),
        ("committer_time", pa.int64()),
        ("subject", pa.string()),
    ]
)
"""One commit of a default branch."""

SHARED_SCHEMA: Final = pa.schema(
    [
        ("project", pa.string()),
        ("repository", pa.string()),
        ("owner_project", pa.string()),
        ("owner_repository", pa.string()),
        ("commits", pa.int64()),
        ("counted", pa.bool_()),
    ]
)
"""Commits that a repository shares with the one that had them first; `counted`: they count in both."""

FEWEST_SHARED: Final = 10

Codes = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class RepositoryCommits:
    """The commits of one repository's default branch.

    fork_of  the project or repository that it was forked from, as the landscape states
    commits  COMMIT_SCHEMA, each commit once
    """

    project: str
    repository: str
    fork_of: str | None
    commits: pa.Table


@dataclass(frozen=True, slots=True)
class CommitOwnership:
    """Where shared commits count.

    elsewhere  repository -> names of its commits that count in another repository; only where there are any
    shared     SHARED_SCHEMA, in the order of the landscape, most commits first
    """

    elsewhere: Mapping[str, pa.Array]
    shared: pa.Table


@dataclass(frozen=True, slots=True)
class _Rows:
    """One row per commit and repository that holds it.

    commit  a number of the commit, the same in all repositories
    holder  the position of the repository
    """

    commit: Codes
    holder: Codes
    landed: Codes

    def chosen(self, rows: NDArray[np.generic]) -> _Rows:
        return _Rows(self.commit[rows], self.holder[rows], self.landed[rows])


def assign_commits(repositories: Sequence[RepositoryCommits]) -> CommitOwnership:
    """Assign every commit to one repository; `repositories` in the order of the landscape."""
    if not repositories:
        return CommitOwnership({}, SHARED_SCHEMA.empty_table())
    table = pa.concat_tables([repository.commits for repository in repositories]).combine_chunks()
    holder = np.repeat(np.arange(len(repositories)), [each.commits.num_rows for each in repositories])
    stated = _ancestors(repositories)
    commit = _same_commits(table, holder, stated)
    project = _positions([repository.project for repository in repositories])
    fuller = _fuller_copies(commit, holder, project)
    ancestors = {fork: [*stated.get(fork, ()), *fuller.get(fork, ())] for fork in sorted({*stated, *fuller})}
    shared = np.flatnonzero(_is_shared(commit, holder))
    rows = _Rows(commit, holder, table["landed_at"].to_numpy()).chosen(shared)
    owner = _owners(rows, ancestors)
    counts = owner == rows.holder
    copies = _whole_copies(repositories, project, holder, rows, owner)
    for copy in copies:
        own = np.flatnonzero(project[rows.holder] == copy)
        counts[own] = _owners(rows.chosen(own), ancestors) == rows.holder[own]
    return _summary(repositories, rows, owner, counts, table["sha"].take(pa.array(shared)))


def _same_commits(table: pa.Table, holder: Codes, ancestors: Mapping[int, Sequence[int]]) -> Codes:
    """A number for each row, equal for equal commits of related repositories."""
    commit = _codes(table["sha"])
    related = _related(commit, holder, ancestors)
    rows = np.flatnonzero(np.isin(holder, sorted({repository for pair in related for repository in pair})))
    if not len(rows):
        return commit
    # the group of related repositories that a row belongs to
    group = _connect(int(holder.max()) + 1, related)[holder[rows]]
    written = table.take(pa.array(rows))
    keys = [
        group,
        _codes(written["author_email"]),
        written["author_time"].to_numpy(),
        written["committer_time"].to_numpy(),
        _codes(written["subject"]),
    ]
    order = np.lexsort(keys)
    fresh = np.zeros(len(rows), bool)
    for key in keys:
        fresh |= np.diff(key[order], prepend=key[order][0]) != 0
    rewritten = np.empty(len(rows), np.int64)
    rewritten[order] = np.cumsum(fresh)
    result = commit.copy()
    result[rows] = int(commit.max(initial=0)) + 1 + rewritten
    # unrelated repositories may hold one of these commits under the same name
    return _connect_names(commit, result)


def _connect_names(name: Codes, same: Codes) -> Codes:
    """Rows of one object name get one number: the smallest of theirs."""
    smallest = np.full(int(name.max()) + 1, np.iinfo(np.int64).max)
    np.minimum.at(smallest, name, same)
    replaced = smallest[name] != same
    if not replaced.any():
        return same
    by_number = dict(zip(same[replaced].tolist(), smallest[name][replaced].tolist(), strict=True))
    return np.array([by_number.get(number, number) for number in same.tolist()], np.int64)


def _related(commit: Codes, holder: Codes, ancestors: Mapping[int, Sequence[int]]) -> list[tuple[int, int]]:
    """Pairs of repositories that share FEWEST_SHARED commits by name, or that `fork_of` connects."""
    pairs = [(fork, ancestor) for fork, named in ancestors.items() for ancestor in named]
    shared = np.flatnonzero(_is_shared(commit, holder))
    order = shared[np.lexsort((holder[shared], commit[shared]))]
    # each holder of a commit other than the first one
    first = np.flatnonzero(np.diff(commit[order], prepend=-1))
    leader = np.repeat(holder[order[first]], np.diff(np.append(first, len(order))))
    candidates, counts = np.unique(np.stack([leader, holder[order]]), axis=1, return_counts=True)
    enough = (candidates[0] != candidates[1]) & (counts >= FEWEST_SHARED)
    return pairs + [(int(lower), int(upper)) for lower, upper in candidates[:, enough].T]


def _connect(count: int, pairs: Sequence[tuple[int, int]]) -> Codes:
    """The group of each position, where pairs connect positions."""
    group = np.arange(count)
    for lower, upper in pairs:
        group[group == group[upper]] = group[lower]
    return group


def _is_shared(commit: Codes, holder: Codes) -> NDArray[np.bool_]:
    """Whether more than one repository holds the commit of each row."""
    lowest = np.full(int(commit.max(initial=0)) + 1, np.iinfo(np.int64).max)
    np.minimum.at(lowest, commit, holder)
    several = np.zeros(len(lowest), bool)
    several[commit[holder != lowest[commit]]] = True
    return several[commit]


def _owners(rows: _Rows, ancestors: Mapping[int, Sequence[int]]) -> Codes:
    """The repository that owns the commit of each row."""
    _, commit = np.unique(rows.commit, return_inverse=True)
    count = int(commit.max(initial=-1)) + 1
    is_copy = np.zeros(len(commit), bool)
    for fork, parents in ancestors.items():
        of_parents = np.zeros(count, bool)
        of_parents[commit[np.isin(rows.holder, parents)]] = True
        is_copy |= (rows.holder == fork) & of_parents[commit]
    order = np.lexsort((rows.holder, rows.landed, is_copy, commit))
    first = order[np.flatnonzero(np.diff(commit[order], prepend=-1))]
    owners = np.empty(count, np.int64)
    owners[commit[first]] = rows.holder[first]
    return owners[commit]


def _ancestors(repositories: Sequence[RepositoryCommits]) -> dict[int, list[int]]:
    """Position of each fork -> positions of the repositories that it descends from by `fork_of`."""
    positions: dict[str, set[int]] = {}
    for position, repository in enumerate(repositories):
        for name in (repository.project, repository.repository):
            positions.setdefault(name.casefold(), set()).add(position)
    parents = [
        positions.get(repository.fork_of.casefold(), set()) if repository.fork_of else set()
        for repository in repositories
    ]
    ancestors_by_fork = {}
    for fork in range(len(repositories)):
        ancestors: set[int] = set()
        waiting = list(parents[fork])
        while waiting:
            ancestor = waiting.pop()
            if ancestor not in ancestors:
                ancestors.add(ancestor)
                waiting += parents[ancestor]
        if ancestors and fork not in ancestors:
            ancestors_by_fork[fork] = sorted(ancestors)
    return ancestors_by_fork


def _fuller_copies(commit: Codes, holder: Codes, project: Codes) -> dict[int, list[int]]:
    """Position of each repository -> the one of the same project that holds all its commits, and more or is first."""
    copies: dict[int, list[int]] = {}
    for position in range(len(project)):
        others = [
            candidate for candidate in np.flatnonzero(project == project[position]).tolist() if candidate != position
        ]
        own = commit[holder == position] if others else np.empty(0, np.int64)
        for candidate in others:
            theirs = commit[holder == candidate]
            fuller = (len(theirs), -candidate) > (len(own), -position)
            if len(own) and fuller and np.isin(own, theirs).all():
                copies[position] = [candidate]
                break
    return copies


def _whole_copies(
    repositories: Sequence[RepositoryCommits], project: Codes, holder: Codes, rows: _Rows, owner: Codes
) -> list[int]:
    """Projects that are no stated forks and have no commit of their own."""
    of_others = np.bincount(project[rows.holder[project[owner] != project[rows.holder]]], minlength=len(repositories))
    held = np.bincount(project[holder], minlength=len(repositories))
    forks = {int(project[position]) for position, repository in enumerate(repositories) if repository.fork_of}
    return [copy for copy in np.flatnonzero((held > 0) & (of_others == held)).tolist() if copy not in forks]


def _summary(
    repositories: Sequence[RepositoryCommits],
    rows: _Rows,
    owner: Codes,
    counts: NDArray[np.bool_],
    names: pa.ChunkedArray,
) -> CommitOwnership:
    elsewhere, summary = {}, []
    for position in np.unique(rows.holder[owner != rows.holder]).tolist():
        repository = repositories[position]
        shared = (rows.holder == position) & (owner != position)
        foreign = np.flatnonzero((rows.holder == position) & ~counts)
        if len(foreign):
            elsewhere[repository.repository] = names.take(pa.array(foreign)).combine_chunks()
        owners, commits = np.unique(owner[shared], return_counts=True)
        for count, name in sorted(zip((-commits).tolist(), owners.tolist(), strict=True)):
            summary.append(
                {
                    "project": repository.project,
                    "repository": repository.repository,
                    "owner_project": repositories[name].project,
                    "owner_repository": repositories[name].repository,
                    "commits": -count,
                    "counted": bool(counts[shared & (owner == name)].any()),
                }
            )
    return CommitOwnership(elsewhere, pa.Table.from_pylist(summary, schema=SHARED_SCHEMA))


def _codes(column: pa.ChunkedArray) -> Codes:
    encoded = column.combine_chunks().dictionary_encode()
    codes: Codes = encoded.indices.to_numpy(zero_copy_only=False).astype(np.int64)
    return codes


def _positions(names: Sequence[str]) -> Codes:
    """Each name's position in the order of first appearance."""
    return _codes(pa.chunked_array([names], pa.string()))


def without_shared_commits(
    events: pa.Table, pulls: pa.Table, elsewhere: Mapping[str, pa.Array]
) -> tuple[pa.Table, pa.Table]:
    """The events and pull requests without those that rest on commits that count in another repository.

    events  EVENT_SCHEMA: commits, co-authors, reviews, releases, and requests with the commit that landed them
    pulls   PULL_SCHEMA: a request that such a commit landed is not this repository's
    """
    for repository, commits in elsewhere.items():
        here = pc.equal(events["repository"], repository)
        foreign = pc.and_(here, pc.is_in(events["commit"], value_set=commits))
        is_opening = pc.equal(events["kind"], "pull_opened")
        landed = events.filter(pc.and_(foreign, pc.equal(events["kind"], "pull_merged")))["thread"]
        landed = pc.unique(landed.combine_chunks())
        opened = pc.and_(here, pc.is_in(events["thread"], value_set=landed))
        events = events.filter(pc.invert(pc.if_else(is_opening, opened, foreign)))
        foreign_pulls = pc.and_(pc.equal(pulls["repository"], repository), pc.is_in(pulls["number"], value_set=landed))
        pulls = pulls.filter(pc.invert(foreign_pulls))
    return events, pulls


def without_repeated_requests(
    events: pa.Table, pulls: pa.Table, elsewhere: Collection[str]
) -> tuple[pa.Table, pa.Table]:
    """The events and pull requests of one project without requests that a copy of a repository serves again.

    elsewhere  repositories with commits that count in another one: their requests that another repository of the
               project has, with the same number and head, are the other one's
    """
    openings = events.filter(pc.equal(events["kind"], "pull_opened"))
    columns = (openings[name].to_pylist() for name in ("repository", "thread", "commit"))
    heads: dict[tuple[int, str], list[str]] = {}
    for repository, number, head in zip(*columns, strict=True):
        if head is not None:
            heads.setdefault((number, head), []).append(repository)
    for copy in elsewhere:
        numbers = [
            number
            for (number, _), holders in heads.items()
            if copy in holders and any(holder != copy and holder not in elsewhere for holder in holders)
        ]
        if numbers:
            repeated = pa.array(numbers, pa.int64())
            is_request = pc.is_in(events["kind"], value_set=pa.array(["pull_opened", "pull_merged"]))
            of_copy = pc.and_(pc.equal(events["repository"], copy), pc.is_in(events["thread"], value_set=repeated))
            events = events.filter(pc.invert(pc.and_(is_request, of_copy)))
            of_copy = pc.and_(pc.equal(pulls["repository"], copy), pc.is_in(pulls["number"], value_set=repeated))
            pulls = pulls.filter(pc.invert(of_copy))
    return events, pulls
