"""Pushes to the default branch and to the branches of pull requests inside the repository."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from ecotone.simulation.feeds.acts import NOTHING, Push, PushedCommit, Thread
from ecotone.simulation.feeds.talking import Company
from ecotone.simulation.git_writer import Tips
from ecotone.simulation.history import History, Landing, Pull


def pushes_of(history: History, tips: Tips, company: Company, threads: Mapping[int, Thread]) -> tuple[Push, ...]:
    """Every push of a project, ordered by time."""
    found = []
    before = NOTHING
    for landing, sha in zip(history.landings, tips.landed, strict=True):
        found.append(_landed(landing, sha, before, company, threads, tips))
        before = sha
    for pull in history.pulls:
        thread = threads[pull.number]
        if thread.inside:
            found += _branch(thread, pull)
    return tuple(sorted(found, key=lambda push: push.at))


def _branch(thread: Thread, pull: Pull) -> Iterator[Push]:
    """The pushes to a pull request's branch: one before it is opened, one for each later commit."""
    commits = [PushedCommit(sha, one, distinct=True) for sha, one in zip(thread.head, pull.head, strict=True)]
    first = [one for one in commits if one.change.committer.second <= pull.opened_at] or commits[:1]
    yield Push(pull.opened_at - 5, thread.by, thread.head_ref, NOTHING, tuple(first))
    before = first[-1].sha
    for one in commits[len(first) :]:
        yield Push(one.change.committer.second + 2, thread.by, thread.head_ref, before, (one,))
        before = one.sha


def _landed(
    landing: Landing, sha: str, before: str, company: Company, threads: Mapping[int, Thread], tips: Tips
) -> Push:
    """The push of a landing; a merge includes the commits of its pull request."""
    change, pull = landing.change, landing.pull
    commits = [PushedCommit(sha, change, distinct=True)]
    if pull is None:
        return Push(change.committer.second, company.author(change), "main", before, tuple(commits))
    thread = threads[pull.number]
    if pull.way == "merge":
        brought = zip(tips.commits[pull.number], pull.head, strict=True)
        commits = [PushedCommit(name, one, distinct=not thread.inside) for name, one in brought] + commits
    assert thread.merged_by is not None
    return Push(change.committer.second, thread.merged_by, "main", before, tuple(commits))
