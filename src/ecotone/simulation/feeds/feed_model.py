"""The data model of a feed: threads, pushes, stars, releases, and the public events of a project."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Final

from ecotone.simulation.feeds.feed_accounts import AccountRegistry, FeedAccount
from ecotone.simulation.git_history import CommitChange
from ecotone.simulation.world import NEVER, Project, Second, World

TOLD: Final = (
    "commit", "pull_opened", "pull_merged", "pull_closed", "review", "review_comment", "issue_opened",
    "issue_closed", "comment", "commit_comment", "discussion", "star", "fork", "release",
)  # fmt: skip
"""Kinds of acts that are counted; a push tells of its commits."""

NOTHING: Final = "0" * 40
"""What a new branch had before."""


@dataclass(frozen=True, slots=True)
class Comment:
    """A comment, a review, or a comment of a review.

    number  the forge's id of it
    state   of a review: approved | changes_requested | commented
    review  of a review's comment: the number of its review
    """

    kind: str  # comment | review | review_comment
    number: int
    at: Second
    by: FeedAccount
    state: str = ""
    review: int = 0


@dataclass(frozen=True, slots=True)
class Thread:
    """An issue, a pull request or a discussion.

    database_id         the forge's id of it (of a pull request: not that of its issue, which is `issue_id`)
    head                object names of a pull request's commits; the last is its head
    base                object name of what it was started from
    head_in_repository  its branch is in the repository itself
    """

    number: int
    kind: str  # issue | pull | discussion
    database_id: int
    issue_id: int
    opened_at: Second
    by: FeedAccount
    title: str
    closed_at: Second | None = None
    closed_by: FeedAccount | None = None
    merged_at: Second | None = None
    merged_by: FeedAccount | None = None
    landing: str | None = None
    head: tuple[str, ...] = ()
    head_times: tuple[Second, ...] = ()
    base: str = ""
    head_in_repository: bool = False
    remarks: tuple[Comment, ...] = ()

    @property
    def head_ref(self) -> str:
        """The branch a pull request was made from."""
        return f"change-{self.number}"

    def find_head_at(self, moment: Second) -> str:
        """The head of a pull request at a time."""
        return self.head[max(bisect_right(self.head_times, moment) - 1, 0)]


@dataclass(frozen=True, slots=True)
class PushedCommit:
    """One commit of a push; distinct: no branch had it before."""

    sha: str
    change: CommitChange
    distinct: bool


@dataclass(frozen=True, slots=True)
class PushRecord:
    """Commits that arrived together."""

    at: Second
    by: FeedAccount
    branch: str
    before: str
    commits: tuple[PushedCommit, ...]


@dataclass(frozen=True, slots=True)
class StarOrFork:
    """A star or a fork."""

    at: Second
    by: FeedAccount


@dataclass(frozen=True, slots=True)
class PublishedRelease:
    """A release; `at` is up to some minutes after its tag."""

    number: int
    tag: str
    sha: str
    at: Second
    by: FeedAccount


@dataclass(frozen=True, slots=True)
class CommitComment:
    """A comment on a commit."""

    number: int
    sha: str
    at: Second
    by: FeedAccount


@dataclass(frozen=True, slots=True)
class ProjectFeed:
    """The complete activity of one project on the forge.

    number  the forge's id of the repository; a rename does not change it
    names   (since, owner/name) in time order, the first since ALWAYS
    """

    position: int
    project: Project
    number: int
    names: tuple[tuple[Second, str], ...]
    founded_at: Second
    description: str
    topics: tuple[str, ...]
    threads: tuple[Thread, ...]
    pushes: tuple[PushRecord, ...]
    stars: tuple[StarOrFork, ...]
    forks: tuple[StarOrFork, ...]
    releases: tuple[PublishedRelease, ...]
    commit_comments: tuple[CommitComment, ...]

    def find_name_at(self, moment: Second) -> str:
        """The name of the repository at a time."""
        return self.names[bisect_right([since for since, _ in self.names], moment) - 1][1]

    def find_thread(self, number: int) -> Thread:
        """The thread of this number; KeyError if there is none."""
        if 1 <= number <= len(self.threads) and self.threads[number - 1].number == number:
            return self.threads[number - 1]
        raise KeyError(number)


@dataclass(frozen=True, slots=True)
class FeedEvent:
    """One public event.

    kind         one of TOLD, or `push` (which stands for its commits), or `created` (a repository, a branch or a tag)
    subject      at most one of the fields after it is not None
    other_account  the author of the thread, or who merged
    """

    kind: str
    at: Second
    by: FeedAccount
    feed: ProjectFeed
    other_account: FeedAccount | None = None
    thread: Thread | None = None
    remark: Comment | None = None
    push: PushRecord | None = None
    release: PublishedRelease | None = None
    commit_comment: CommitComment | None = None
    ref: str = ""


@dataclass(frozen=True, slots=True)
class FieldFeeds:
    """The activity of a field on the forge; `acts` are ordered by time."""

    world: World
    accounts: AccountRegistry
    projects: tuple[ProjectFeed, ...]
    acts: tuple[FeedEvent, ...]


def list_project_events(feed: ProjectFeed) -> list[FeedEvent]:
    """Every public event of a project, ordered by time."""
    events = [*_list_creation_events(feed), *_list_thread_events(feed)]
    events += [FeedEvent("star", item.at, item.by, feed) for item in feed.stars]
    events += [FeedEvent("fork", item.at, item.by, feed) for item in feed.forks]
    events += [FeedEvent("release", item.at, item.by, feed, release=item) for item in feed.releases]
    events += [
        FeedEvent("commit_comment", item.at, item.by, feed, commit_comment=item) for item in feed.commit_comments
    ]
    return sorted(events, key=lambda act: act.at)  # stable: what is of one second stays in the order made


def _list_creation_events(feed: ProjectFeed) -> Iterator[FeedEvent]:
    """Events of created repositories, branches and tags, and pushes."""
    yield FeedEvent("created", feed.founded_at, feed.pushes[0].by, feed)
    for push in feed.pushes:
        if push.before == NOTHING and push.branch != "main":
            yield FeedEvent("created", push.at, push.by, feed, ref=push.branch)
        yield FeedEvent("push", push.at, push.by, feed, push=push)


def _list_thread_events(feed: ProjectFeed) -> Iterator[FeedEvent]:
    for thread in feed.threads:
        opened = {"issue": "issue_opened", "pull": "pull_opened", "discussion": "discussion"}[thread.kind]
        yield FeedEvent(opened, thread.opened_at, thread.by, feed, thread=thread)
        for remark in thread.remarks:
            yield FeedEvent(remark.kind, remark.at, remark.by, feed, thread.by, thread, remark)
        if thread.merged_at is not None and thread.merged_by is not None:
            yield FeedEvent("pull_merged", thread.merged_at, thread.by, feed, thread.merged_by, thread)
        elif thread.closed_at is not None and thread.closed_by is not None:
            closed = "pull_closed" if thread.kind == "pull" else "issue_closed"
            yield FeedEvent(closed, thread.closed_at, thread.closed_by, feed, thread.by, thread)


def thread_as_known_at(thread: Thread, moment: Second) -> Thread | None:
    """A thread as known at a time; None before it was opened."""
    if thread.opened_at >= moment:
        return None
    remarks = tuple(remark for remark in thread.remarks if remark.at < moment)
    if (thread.closed_at or thread.merged_at or NEVER) >= moment:
        return replace(
            thread, remarks=remarks, closed_at=None, closed_by=None, merged_at=None, merged_by=None, landing=None
        )
    return replace(thread, remarks=remarks)
