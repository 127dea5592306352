"""Pushes to the default branch and to the branches of pull requests inside the repository."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from ecotone.simulation.feeds.discussions import DiscussionSampler
from ecotone.simulation.feeds.feed_model import NOTHING, PushedCommit, PushRecord, Thread
from ecotone.simulation.git_history import Landing, ProjectHistory, PullRequest
from ecotone.simulation.git_writer import BranchTips


def list_project_pushes(
    history: ProjectHistory, tips: BranchTips, company: DiscussionSampler, threads: Mapping[int, Thread]
) -> tuple[PushRecord, ...]:
    """Every push of a project, ordered by time."""
    pushes = []
    before = NOTHING
    for landing, sha in zip(history.landings, tips.landed, strict=True):
        pushes.append(_make_landing_push(landing, sha, before, company, threads, tips))
        before = sha
    for pull in history.pulls:
        thread = threads[pull.number]
        if thread.head_in_repository:
            pushes += _list_branch_pushes(thread, pull)
    return tuple(sorted(pushes, key=lambda push: push.at))


def _list_branch_pushes(thread: Thread, pull: PullRequest) -> Iterator[PushRecord]:
    """The pushes to a pull request's branch: one before it is opened, one for each later commit."""
    commits = [PushedCommit(sha, change, distinct=True) for sha, change in zip(thread.head, pull.head, strict=True)]
    first = [change for change in commits if change.change.committer.second <= pull.opened_at] or commits[:1]
    yield PushRecord(pull.opened_at - 5, thread.by, thread.head_ref, NOTHING, tuple(first))
    before = first[-1].sha
    for change in commits[len(first) :]:
        yield PushRecord(change.change.committer.second + 2, thread.by, thread.head_ref, before, (change,))
        before = change.sha


def _make_landing_push(
    landing: Landing, sha: str, before: str, company: DiscussionSampler, threads: Mapping[int, Thread], tips: BranchTips
) -> PushRecord:
    """The push of a landing; a merge includes the commits of its pull request."""
    change, pull = landing.change, landing.pull
    commits = [PushedCommit(sha, change, distinct=True)]
    if pull is None:
        return PushRecord(change.committer.second, company.find_author_account(change), "main", before, tuple(commits))
    thread = threads[pull.number]
    if pull.merge_method == "merge":
        brought = zip(tips.commits[pull.number], pull.head, strict=True)
        commits = [
            PushedCommit(name, change, distinct=not thread.head_in_repository) for name, change in brought
        ] + commits
    assert thread.merged_by is not None
    return PushRecord(change.committer.second, thread.merged_by, "main", before, tuple(commits))
