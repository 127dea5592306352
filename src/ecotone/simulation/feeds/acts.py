"""The data model of a feed: threads, pushes, stars, releases, and the public events of a project."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Final

from ecotone.simulation.feeds.accounts import Account, Accounts
from ecotone.simulation.history import Change
from ecotone.simulation.world import NEVER, Project, Second, World

TOLD: Final = (
    "commit", "pull_opened", "pull_merged", "pull_closed", "review", "review_comment", "issue_opened",
    "issue_closed", "comment", "commit_comment", "discussion", "star", "fork", "release",
)  # fmt: skip
"""Kinds of acts that are counted; a push tells of its commits."""

NOTHING: Final = "0" * 40
"""What a new branch had before."""


@dataclass(frozen=True, slots=True)
class Remark:
    """A comment, a review, or a comment of a review.

    number  the forge's id of it
    state   of a review: approved | changes_requested | commented
    review  of a review's comment: the number of its review
    """

    kind: str  # comment | review | review_comment
    number: int
    at: Second
    by: Account
    state: str = ""
    review: int = 0


@dataclass(frozen=True, slots=True)
class Thread:
    """An issue, a pull request or a discussion.

    native      the forge's id of it (of a pull request: not that of its issue, which is `issue`)
    head        object names of a pull request's commits; the last is its head
    base        object name of what it was started from
    inside      its branch is in the repository itself
    """

    number: int
    kind: str  # issue | pull | discussion
    native: int
    issue: int
    opened_at: Second
    by: Account
    title: str
    closed_at: Second | None = None
    closed_by: Account | None = None
    merged_at: Second | None = None
    merged_by: Account | None = None
    landing: str | None = None
    head: tuple[str, ...] = ()
    head_times: tuple[Second, ...] = ()
    base: str = ""
    inside: bool = False
    remarks: tuple[Remark, ...] = ()

    @property
    def head_ref(self) -> str:
        """The branch a pull request was made from."""
        return f"change-{self.number}"

    def head_at(self, moment: Second) -> str:
        """The head of a pull request at a time."""
        return self.head[max(bisect_right(self.head_times, moment) - 1, 0)]


@dataclass(frozen=True, slots=True)
class PushedCommit:
    """One commit of a push; distinct: no branch had it before."""

    sha: str
    change: Change
    distinct: bool


@dataclass(frozen=True, slots=True)
class Push:
    """Commits that arrived together."""

    at: Second
    by: Account
    branch: str
    before: str
    commits: tuple[PushedCommit, ...]


@dataclass(frozen=True, slots=True)
class Mark:
    """A star or a fork."""

    at: Second
    by: Account


@dataclass(frozen=True, slots=True)
class Published:
    """A release; `at` is up to some minutes after its tag."""

    number: int
    tag: str
    sha: str
    at: Second
    by: Account


@dataclass(frozen=True, slots=True)
class CommitComment:
    """A comment on a commit."""

    number: int
    sha: str
    at: Second
    by: Account


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
    pushes: tuple[Push, ...]
    stars: tuple[Mark, ...]
    forks: tuple[Mark, ...]
    releases: tuple[Published, ...]
    commit_comments: tuple[CommitComment, ...]

    def name_at(self, moment: Second) -> str:
        """The name of the repository at a time."""
        return self.names[bisect_right([since for since, _ in self.names], moment) - 1][1]

    def thread(self, number: int) -> Thread:
        """The thread of this number; KeyError if there is none."""
        if 1 <= number <= len(self.threads) and self.threads[number - 1].number == number:
            return self.threads[number - 1]
        raise KeyError(number)


@dataclass(frozen=True, slots=True)
class Act:
    """One public event.

    kind         one of TOLD, or `push` (which stands for its commits), or `created` (a repository, a branch or a tag)
    subject      at most one of the fields after it is not None
    counterpart  the author of the thread, or who merged
    """

    kind: str
    at: Second
    by: Account
    feed: ProjectFeed
    counterpart: Account | None = None
    thread: Thread | None = None
    remark: Remark | None = None
    push: Push | None = None
    release: Published | None = None
    commit_comment: CommitComment | None = None
    ref: str = ""


@dataclass(frozen=True, slots=True)
class Feeds:
    """The activity of a field on the forge; `acts` are ordered by time."""

    world: World
    accounts: Accounts
    projects: tuple[ProjectFeed, ...]
    acts: tuple[Act, ...]


def acts_of(feed: ProjectFeed) -> list[Act]:
    """Every public event of a project, ordered by time."""
    found = [*_made(feed), *_of_threads(feed)]
    found += [Act("star", one.at, one.by, feed) for one in feed.stars]
    found += [Act("fork", one.at, one.by, feed) for one in feed.forks]
    found += [Act("release", one.at, one.by, feed, release=one) for one in feed.releases]
    found += [Act("commit_comment", one.at, one.by, feed, commit_comment=one) for one in feed.commit_comments]
    return sorted(found, key=lambda act: act.at)  # stable: what is of one second stays in the order made


def _made(feed: ProjectFeed) -> Iterator[Act]:
    """Events of created repositories, branches and tags, and pushes."""
    yield Act("created", feed.founded_at, feed.pushes[0].by, feed)
    for push in feed.pushes:
        if push.before == NOTHING and push.branch != "main":
            yield Act("created", push.at, push.by, feed, ref=push.branch)
        yield Act("push", push.at, push.by, feed, push=push)


def _of_threads(feed: ProjectFeed) -> Iterator[Act]:
    for thread in feed.threads:
        opened = {"issue": "issue_opened", "pull": "pull_opened", "discussion": "discussion"}[thread.kind]
        yield Act(opened, thread.opened_at, thread.by, feed, thread=thread)
        for remark in thread.remarks:
            yield Act(remark.kind, remark.at, remark.by, feed, thread.by, thread, remark)
        if thread.merged_at is not None and thread.merged_by is not None:
            yield Act("pull_merged", thread.merged_at, thread.by, feed, thread.merged_by, thread)
        elif thread.closed_at is not None and thread.closed_by is not None:
            closed = "pull_closed" if thread.kind == "pull" else "issue_closed"
            yield Act(closed, thread.closed_at, thread.closed_by, feed, thread.by, thread)


def known_at(thread: Thread, moment: Second) -> Thread | None:
    """A thread as known at a time; None before it was opened."""
    if thread.opened_at >= moment:
        return None
    remarks = tuple(one for one in thread.remarks if one.at < moment)
    if (thread.closed_at or thread.merged_at or NEVER) >= moment:
        return replace(
            thread, remarks=remarks, closed_at=None, closed_by=None, merged_at=None, merged_by=None, landing=None
        )
    return replace(thread, remarks=remarks)
