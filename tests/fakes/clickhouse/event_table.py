"""The archive's events as rows of ClickHouse's table `github_events`: its columns, and its zeros for the unknown."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any, Final

import pyarrow as pa

from ecotone.simulation.feeds.api_objects import Object
from ecotone.simulation.feeds.archive_eras import UTC_HOURS, format_utc_time, is_event_published
from ecotone.simulation.feeds.event_objects import EventWriter
from ecotone.simulation.feeds.feed_model import FeedEvent, FieldFeeds
from ecotone.simulation.feeds.hour_files import WrittenHours, assign_event_numbers, find_hour_file
from ecotone.simulation.world import Second, to_datetime

_TEXT, _WHOLE, _SMALL, _TIME, _WORDS = pa.string(), pa.uint32(), pa.uint8(), pa.timestamp("s"), pa.list_(pa.string())
EPOCH: Final = datetime(1970, 1, 1)  # noqa: DTZ001 - the tables' times are naive UTC

COLUMNS: Final = pa.schema(
    [
        ("file_time", _TIME), ("event_type", _TEXT), ("actor_login", _TEXT), ("repo_name", _TEXT),
        ("created_at", _TIME), ("updated_at", _TIME), ("action", _TEXT),
        ("comment_id", pa.uint64()), ("body", _TEXT), ("path", _TEXT),
        ("position", pa.int32()), ("line", pa.int32()), ("ref", _TEXT), ("ref_type", _TEXT),
        ("creator_user_login", _TEXT), ("number", _WHOLE), ("title", _TEXT), ("labels", _WORDS), ("state", _TEXT),
        ("locked", _SMALL), ("assignee", _TEXT), ("assignees", _WORDS), ("comments", _WHOLE),
        ("author_association", _TEXT), ("closed_at", _TIME), ("merged_at", _TIME), ("merge_commit_sha", _TEXT),
        ("requested_reviewers", _WORDS), ("requested_teams", _WORDS), ("head_ref", _TEXT), ("head_sha", _TEXT),
        ("base_ref", _TEXT), ("base_sha", _TEXT), ("merged", _SMALL), ("mergeable", _SMALL), ("rebaseable", _SMALL),
        ("mergeable_state", _TEXT), ("merged_by", _TEXT), ("review_comments", _WHOLE),
        ("maintainer_can_modify", _SMALL), ("commits", _WHOLE), ("additions", _WHOLE), ("deletions", _WHOLE),
        ("changed_files", _WHOLE), ("diff_hunk", _TEXT), ("original_position", _WHOLE), ("commit_id", _TEXT),
        ("original_commit_id", _TEXT), ("push_size", _WHOLE), ("push_distinct_size", _WHOLE), ("member_login", _TEXT),
        ("release_tag_name", _TEXT), ("release_name", _TEXT), ("review_state", _TEXT),
    ]
)  # fmt: skip
_WORDY: Final = {"action": "none", "ref_type": "none", "state": "none", "author_association": "NONE",
                 "mergeable_state": "unknown", "review_state": "none"}  # fmt: skip


def event_table(feeds: FieldFeeds, hours: WrittenHours | None, *, ambiguous: bool) -> pa.Table:
    """One row an event that the written hours still tell of, in the table's own order."""
    rows = sorted(
        _rows(feeds, hours, ambiguous), key=lambda row: (row["event_type"], row["repo_name"], row["created_at"])
    )
    columns = [pa.array([row.get(one.name, _default(one)) for row in rows], one.type) for one in COLUMNS]
    return pa.table(columns, schema=COLUMNS)


def _rows(feeds: FieldFeeds, hours: WrittenHours | None, ambiguous: bool) -> Iterator[Object]:
    writer = EventWriter(feeds, ambiguous=ambiguous)
    numbers = assign_event_numbers(feeds.acts)
    for position, act in enumerate(feeds.acts):
        if act.kind == "discussion" or not is_event_published(act.kind, act.at) or (hours and position in hours.lost):
            continue  # the column of types has no word for discussions
        event = writer.make_event(act, numbers[position])
        row = _row(event, act)
        row["file_time"] = _hour(find_hour_file(act, numbers[position])[0])
        yield row


def _default(column: Any) -> Any:
    """What stands where an event says nothing: never NULL."""
    if column.name in _WORDY:
        return _WORDY[column.name]
    if column.type == _TEXT:
        return ""
    return EPOCH if column.type == _TIME else [] if column.type == _WORDS else 0


def _row(event: Object, act: FeedEvent) -> Object:
    payload = event["payload"]
    issue = payload.get("issue") or {}
    pull = payload.get("pull_request") or {}
    said = payload.get("comment") or payload.get("review") or {}
    about = issue or pull
    first_era = act.at < UTC_HOURS
    found: Object = {
        "event_type": event["type"],
        "actor_login": event["actor"]["login"],
        "repo_name": event["repo"]["name"],
        "created_at": to_datetime(act.at),
        "updated_at": _moment(said.get("updated_at") or about.get("updated_at")),
        "action": payload.get("action") or "none",
        "comment_id": payload["comment"]["id"] if "comment" in payload else 0,
        "body": said.get("body") or about.get("body") or "",
        "ref": payload.get("ref") or "",
        "ref_type": payload.get("ref_type") or "none",
        "creator_user_login": _login(about.get("user")),
        "number": 0 if first_era and act.remark is not None else about.get("number") or 0,
        "title": about.get("title") or "",
        "state": about.get("state") or "none",
        "comments": about.get("comments") or 0,
        "author_association": said.get("author_association") or about.get("author_association") or "NONE",
        "closed_at": _moment(about.get("closed_at")),
        "merged_at": _moment(pull.get("merged_at")),
        "merge_commit_sha": pull.get("merge_commit_sha") or "",
        "merged": int(bool(pull.get("merged"))),
        "merged_by": _login(pull.get("merged_by")),
        "commit_id": said.get("commit_id") or "",
        "original_commit_id": said.get("original_commit_id") or "",
        "path": said.get("path") or "",
        "diff_hunk": said.get("diff_hunk") or "",
        "push_size": payload.get("size") or 0,
        "push_distinct_size": payload.get("distinct_size") or 0,
        "review_state": (payload.get("review") or {}).get("state") or "none",
    }
    for end in ("head", "base"):
        found |= {f"{end}_{name}": pull[end][name] for name in ("ref", "sha")} if end in pull else {}
    for name in ("commits", "additions", "deletions", "changed_files", "review_comments"):
        found[name] = pull.get(name) or 0
    release = payload.get("release") or {}
    return found | {"release_tag_name": release.get("tag_name") or "", "release_name": release.get("name") or ""}


def _login(user: Object | None) -> str:
    return str(user["login"]) if user else ""


def _moment(text: str | None) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=None) if text else EPOCH


def _hour(second: Second) -> datetime:
    return datetime.fromisoformat(format_utc_time(second // 3600 * 3600)).replace(tzinfo=None)
