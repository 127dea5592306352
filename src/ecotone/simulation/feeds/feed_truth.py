"""The truth of the feeds: every event, the events left in the files, and the correctness of profiles."""

from __future__ import annotations

import json
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any, Final

from ecotone.simulation.feeds.archive_eras import TRIMMED, format_utc_time, is_event_published
from ecotone.simulation.feeds.archive_faults import ArchiveFaults
from ecotone.simulation.feeds.feed_accounts import FeedAccount
from ecotone.simulation.feeds.feed_model import TOLD, FeedEvent, FieldFeeds, ProjectFeed
from ecotone.simulation.feeds.hour_files import WrittenHours
from ecotone.simulation.world import to_datetime

# 1: first public form
FORMAT_VERSION: Final = 1
ONCE: Final = ("pull_opened", "pull_merged", "issue_opened")
AGAIN: Final = ("pull_closed", "issue_closed")

Row = dict[str, Any]
"""A JSON object."""


def collect_identifiers(act: FeedEvent) -> Iterator[str]:
    """The identifiers of an event in the tables; a push has one for each new commit of the default branch.

    They contain the last name of the repository.
    """
    name = act.feed.project.repository
    moment = f"{to_datetime(act.at):%Y%m%dT%H%M%S}"
    if act.kind == "push" and act.push is not None and act.push.branch == "main":
        yield from (f"{name}@{commit.sha}" for commit in act.push.commits)
    elif act.remark is not None:
        yield f"{name}:{act.kind}/{act.remark.number}"
    elif act.thread is not None and act.kind == "discussion":
        yield f"{name}:discussion/{act.thread.database_id}"
    elif act.thread is not None:
        yield f"{name}#{act.thread.number}:{act.kind}" + ("" if act.kind in ONCE else f"@{moment}")
    elif act.commit_comment is not None:
        yield f"{name}:commit_comment/{act.commit_comment.number}"
    elif act.release is not None:
        yield f"{name}:refs/tags/{act.release.tag}"
    elif act.kind in ("star", "fork"):
        yield f"{name}:{act.kind}/{act.by.login.casefold()}@{moment}"


def list_event_rows(feeds: FieldFeeds, hours: WrittenHours | None = None) -> Iterator[Row]:
    """One row for each event, by time; `lost`: the fault that removed it, `untold`: no archive has it."""
    for position, act in enumerate(feeds.acts):
        lost = hours.lost.get(position) if hours else None
        if not is_event_published(act.kind, act.at):
            lost = "untold"
        for identifier in collect_identifiers(act):
            kind = "commit" if act.kind == "push" else act.kind
            yield {
                "project": act.feed.project.repository,
                "kind": kind,
                "id": identifier,
                "event": hours.numbers[position] if hours else None,
                "created_at": format_utc_time(act.at),
                "account": act.by.login,
                "person": act.by.key,
                "other_account": act.other_account.login if act.other_account else None,
                "thread": act.thread.number if act.thread else None,
                "lost": "untold" if kind == "commit" and act.at >= TRIMMED else lost,
            }


def encode_event_rows(feeds: FieldFeeds, hours: WrittenHours | None = None) -> bytes:
    """The rows as JSON lines."""
    return b"".join(_encode_json(row).encode("ascii") + b"\n" for row in list_event_rows(feeds, hours))


def encode_feeds_truth(
    feeds: FieldFeeds, hours: WrittenHours | None = None, faults: ArchiveFaults | None = None
) -> bytes:
    """JSON: projects with monthly counts, profiles and damaged files; the same input gives the same bytes."""
    rows = list(list_event_rows(feeds, hours))
    lists = {
        "projects": [_describe_project(feeds, feed, rows) for feed in feeds.projects],
        "profiles": [_describe_profile(feeds, account) for account in feeds.accounts.list_known_accounts()],
        "damage": [
            {"file": item.file, "fault": item.fault, "lines": item.lines, "readable": item.readable, "acts": item.acts}
            for item in (hours.damage if hours else ())
        ],
    }
    plain = {
        "version": FORMAT_VERSION,
        "seed": feeds.world.seed,
        "faults": sorted(faults.names) if faults else [],
        "files": {"first": hours.files[0], "last": hours.files[-1], "count": len(hours.files)} if hours else None,
    }
    parts = [f"{_encode_json(key)}: {_encode_json(value)}" for key, value in plain.items()]
    parts += [
        f"{_encode_json(key)}: [\n" + ",\n".join(map(_encode_json, feeds_truth)) + "\n]"
        for key, feeds_truth in lists.items()
    ]
    return ("{\n" + ",\n".join(parts) + "\n}\n").encode("ascii")


def _describe_project(feeds: FieldFeeds, feed: ProjectFeed, rows: list[Row]) -> Row:
    """A project with monthly counts: of all events, and of the events left in the files."""
    mine = [row for row in rows if row["project"] == feed.project.repository and row["kind"] in TOLD]
    true = Counter((row["created_at"][:7], row["kind"]) for row in mine)
    there = Counter((row["created_at"][:7], row["kind"]) for row in mine if row["lost"] is None)
    last = bisect_right(feeds.world.month_starts, feed.project.observed_until - 1)
    months = [f"{month:%Y-%m}" for month in feeds.world.months[feed.project.first_month : last]]
    return {
        "project": feed.project.repository,
        "repository_id": feed.number,
        "names": [{"name": name, "since": format_utc_time(since) if since else None} for since, name in feed.names],
        "stars": len(feed.stars),
        "months": [
            {"month": month, "true": _count_event_kinds(true, month), "in_files": _count_event_kinds(there, month)}
            for month in months
        ],
    }


def _count_event_kinds(counts: Mapping[tuple[str, str], int], month: str) -> dict[str, int]:
    return {kind: counts[month, kind] for kind in TOLD if (month, kind) in counts}


def _describe_profile(feeds: FieldFeeds, account: FeedAccount) -> Row:
    """An account's profile at the end of the period and whether its company text is right."""
    return {
        "login": account.login,
        "github_id": account.number,
        "type": account.type,
        "person": account.key,
        "name": account.name,
        "company": account.find_company_at(feeds.world.month_starts[-1]),
        "says": account.company_state,
    }


def _encode_json(value: object) -> str:
    return json.dumps(value, separators=(",", ":"), sort_keys=True)
