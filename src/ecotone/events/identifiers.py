"""Names of acts: the same act has the same name whichever source tells of it, so that it is counted once.

A repository stands in them under the name the landscape gives it, whatever the source calls it.
"""

from __future__ import annotations

from datetime import datetime


def commit_id(repository: str, sha: str) -> str:
    """A commit."""
    return f"{repository}@{sha}"


def thread_id(repository: str, number: int, kind: str) -> str:
    """What happens to a thread once: pull_opened, pull_merged, issue_opened.

    >>> thread_id("octo/cat", 7, "pull_opened")
    'octo/cat#7:pull_opened'
    """
    return f"{repository}#{number}:{kind}"


def closing_id(repository: str, number: int, kind: str, moment: datetime) -> str:
    """What may happen to a thread again and again: issue_closed, pull_closed; `moment` to the second, naive UTC."""
    return f"{repository}#{number}:{kind}@{moment:%Y%m%dT%H%M%S}"


def said_id(repository: str, kind: str, native: int | str) -> str:
    """A review, a comment or a discussion, by the number GitHub gave *it* (not the event that told of it).

    >>> said_id("octo/cat", "comment", 12)
    'octo/cat:comment/12'
    """
    return f"{repository}:{kind}/{native}"


def marked_id(repository: str, kind: str, login: str, moment: datetime) -> str:
    """A star or a fork: who, and when to the second (naive UTC)."""
    return f"{repository}:{kind}/{login.casefold()}@{moment:%Y%m%dT%H%M%S}"


def release_id(repository: str, tag: str) -> str:
    """A release, by its tag."""
    return f"{repository}:refs/tags/{tag}"
