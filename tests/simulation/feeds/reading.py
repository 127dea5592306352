"""Read archive files as plainly as possible, to count what they tell independently of any reader."""

from __future__ import annotations

import gzip
import json
import zlib
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from ecotone.simulation.feeds import FieldFeeds

ACTIONS = {
    ("IssuesEvent", "opened"): "issue_opened",
    ("IssuesEvent", "closed"): "issue_closed",
    ("PullRequestEvent", "opened"): "pull_opened",
    ("PullRequestEvent", "closed"): "pull_closed",
    ("PullRequestEvent", "merged"): "pull_merged",
}
PLAIN = {
    "IssueCommentEvent": "comment",
    "PullRequestReviewEvent": "review",
    "PullRequestReviewCommentEvent": "review_comment",
    "CommitCommentEvent": "commit_comment",
    "DiscussionEvent": "discussion",
    "WatchEvent": "star",
    "ForkEvent": "fork",
    "ReleaseEvent": "release",
}


def lines(path: Path) -> list[bytes]:
    """The lines of a file, as far as it can be unpacked."""
    return zlib.decompressobj(31).decompress(path.read_bytes()).splitlines()


def events(folder: Path) -> Iterator[tuple[str, dict[str, Any]]]:
    """Every event of every whole file with the name of its file."""
    for path in sorted(folder.iterdir()):
        for line in gzip.decompress(path.read_bytes()).splitlines():
            yield path.name, json.loads(line)


def repository_of(event: dict[str, Any]) -> str | None:
    if "repository" in event:
        return f"{event['repository']['owner']}/{event['repository']['name']}"
    return (event.get("repo") or {}).get("name")


def kind_of(event: dict[str, Any]) -> str | None:
    payload = event["payload"]
    kind = PLAIN.get(event["type"]) or ACTIONS.get((event["type"], payload.get("action")))
    return "pull_merged" if kind == "pull_closed" and payload["pull_request"].get("merged") else kind


def moment_of(event: dict[str, Any]) -> datetime:
    return datetime.fromisoformat(event["created_at"]).astimezone(UTC).replace(tzinfo=None)


def wanted(feeds: FieldFeeds) -> set[str]:
    return {name for feed in feeds.projects for _, name in feed.names}


def counted(folder: Path, feeds: FieldFeeds) -> Counter[tuple[str, str, str]]:
    """How many acts of a kind a project has in a month (by what the repository was called then)."""
    names = wanted(feeds)
    found: Counter[tuple[str, str, str]] = Counter()
    for _, event in events(folder):
        name, kind = repository_of(event), kind_of(event)
        if name in names and kind is not None:
            found[name, f"{moment_of(event):%Y-%m}", kind] += 1
    return found
