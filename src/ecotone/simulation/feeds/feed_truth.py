"""The truth of the feeds: every event, the events left in the files, and the correctness of profiles."""

from __future__ import annotations

import json
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any, Final

from ecotone.simulation.feeds.accounts import Account
from ecotone.simulation.feeds.acts import TOLD, Act, Feeds, ProjectFeed
from ecotone.simulation.feeds.eras import TRIMMED, told, written
from ecotone.simulation.feeds.faults import Faults
from ecotone.simulation.feeds.hours import Written
from ecotone.simulation.world import moment_of

# 1: first public form
FORMAT_VERSION: Final = 1
ONCE: Final = ("pull_opened", "pull_merged", "issue_opened")
AGAIN: Final = ("pull_closed", "issue_closed")

Row = dict[str, Any]
"""A JSON object."""


def identifiers(act: Act) -> Iterator[str]:
    """The identifiers of an event in the tables; a push has one for each new commit of the default branch.

    They contain the last name of the repository.
    """
    name = act.feed.project.repository
    moment = f"{moment_of(act.at):%Y%m%dT%H%M%S}"
    if act.kind == "push" and act.push is not None and act.push.branch == "main":
        yield from (f"{name}@{commit.sha}" for commit in act.push.commits)
    elif act.remark is not None:
        yield f"{name}:{act.kind}/{act.remark.number}"
    elif act.thread is not None and act.kind == "discussion":
        yield f"{name}:discussion/{act.thread.native}"
    elif act.thread is not None:
        yield f"{name}#{act.thread.number}:{act.kind}" + ("" if act.kind in ONCE else f"@{moment}")
    elif act.commit_comment is not None:
        yield f"{name}:commit_comment/{act.commit_comment.number}"
    elif act.release is not None:
        yield f"{name}:refs/tags/{act.release.tag}"
    elif act.kind in ("star", "fork"):
        yield f"{name}:{act.kind}/{act.by.login.casefold()}@{moment}"


def act_rows(feeds: Feeds, hours: Written | None = None) -> Iterator[Row]:
    """One row for each event, by time; `lost`: the fault that removed it, `untold`: no archive has it."""
    for position, act in enumerate(feeds.acts):
        lost = hours.lost.get(position) if hours else None
        if not told(act.kind, act.at):
            lost = "untold"
        for identifier in identifiers(act):
            kind = "commit" if act.kind == "push" else act.kind
            yield {
                "project": act.feed.project.repository,
                "kind": kind,
                "id": identifier,
                "event": hours.numbers[position] if hours else None,
                "created_at": written(act.at),
                "account": act.by.login,
                "person": act.by.key,
                "counterpart": act.counterpart.login if act.counterpart else None,
                "thread": act.thread.number if act.thread else None,
                "lost": "untold" if kind == "commit" and act.at >= TRIMMED else lost,
            }


def acts_bytes(feeds: Feeds, hours: Written | None = None) -> bytes:
    """The rows as JSON lines."""
    return b"".join(_json(row).encode("ascii") + b"\n" for row in act_rows(feeds, hours))


def feeds_truth_bytes(feeds: Feeds, hours: Written | None = None, faults: Faults | None = None) -> bytes:
    """JSON: projects with monthly counts, profiles and damaged files; the same input gives the same bytes."""
    rows = list(act_rows(feeds, hours))
    lists = {
        "projects": [_project(feeds, feed, rows) for feed in feeds.projects],
        "profiles": [_profile(feeds, account) for account in feeds.accounts.met()],
        "damage": [
            {"file": one.file, "fault": one.fault, "lines": one.lines, "readable": one.readable, "acts": one.acts}
            for one in (hours.damage if hours else ())
        ],
    }
    plain = {
        "version": FORMAT_VERSION,
        "seed": feeds.world.seed,
        "faults": sorted(faults.names) if faults else [],
        "files": {"first": hours.files[0], "last": hours.files[-1], "count": len(hours.files)} if hours else None,
    }
    parts = [f"{_json(key)}: {_json(value)}" for key, value in plain.items()]
    parts += [f"{_json(key)}: [\n" + ",\n".join(map(_json, found)) + "\n]" for key, found in lists.items()]
    return ("{\n" + ",\n".join(parts) + "\n}\n").encode("ascii")


def _project(feeds: Feeds, feed: ProjectFeed, rows: list[Row]) -> Row:
    """A project with monthly counts: of all events, and of the events left in the files."""
    mine = [row for row in rows if row["project"] == feed.project.repository and row["kind"] in TOLD]
    true = Counter((row["created_at"][:7], row["kind"]) for row in mine)
    there = Counter((row["created_at"][:7], row["kind"]) for row in mine if row["lost"] is None)
    last = bisect_right(feeds.world.month_starts, feed.project.observed_until - 1)
    months = [f"{month:%Y-%m}" for month in feeds.world.months[feed.project.first_month : last]]
    return {
        "project": feed.project.repository,
        "repository_id": feed.number,
        "names": [{"name": name, "since": written(since) if since else None} for since, name in feed.names],
        "stars": len(feed.stars),
        "months": [{"month": month, "true": _kinds(true, month), "in_files": _kinds(there, month)} for month in months],
    }


def _kinds(counts: Mapping[tuple[str, str], int], month: str) -> dict[str, int]:
    return {kind: counts[month, kind] for kind in TOLD if (month, kind) in counts}


def _profile(feeds: Feeds, account: Account) -> Row:
    """An account's profile at the end of the period and whether its company text is right."""
    return {
        "login": account.login,
        "github_id": account.number,
        "type": account.type,
        "person": account.key,
        "name": account.name,
        "company": account.company_at(feeds.world.month_starts[-1]),
        "says": account.says,
    }


def _json(value: object) -> str:
    return json.dumps(value, separators=(",", ":"), sort_keys=True)
