"""Source-independent event ids, used for deduplication.

They name a repository as the landscape does, not as the source does.
"""

from __future__ import annotations

from datetime import datetime


def commit_event_id(repository: str, sha: str) -> str:
    """The id of a commit."""
    return f"{repository}@{sha}"


def thread_event_id(repository: str, number: int, kind: str) -> str:
    """The id of an event that happens to a thread once: pull_opened, pull_merged, issue_opened.

    >>> thread_event_id("octo/cat", 7, "pull_opened")
    'octo/cat#7:pull_opened'
    """
    return f"{repository}#{number}:{kind}"


def closing_event_id(repository: str, number: int, kind: str, moment: datetime) -> str:
    """The id of an event that may recur in a thread (issue_closed, pull_closed); `moment` is naive UTC."""
    return f"{repository}#{number}:{kind}@{moment:%Y%m%dT%H%M%S}"


def conversation_event_id(repository: str, kind: str, native: int | str) -> str:
    """The id of a review, a comment or a discussion; `native` is GitHub's number of it, not of the archived event.

    >>> conversation_event_id("octo/cat", "comment", 12)
    'octo/cat:comment/12'
    """
    return f"{repository}:{kind}/{native}"


def star_or_fork_id(repository: str, kind: str, login: str, moment: datetime) -> str:
    """The id of a star or a fork; `moment` is naive UTC."""
    return f"{repository}:{kind}/{login.casefold()}@{moment:%Y%m%dT%H%M%S}"


def release_event_id(repository: str, tag: str) -> str:
    """The id of a release."""
    return f"{repository}:refs/tags/{tag}"
