"""Queries on the table `github_events`. All values are query parameters; none is inserted into the text."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Final

TRIMMED_SINCE: Final = datetime.fromisoformat("2025-10-07")
"""From here on the feed lacks `merged` and sizes; the zeros in the table mean nothing."""

MERGED_ACTION_SINCE: Final = datetime.fromisoformat("2026-01-01")
"""From here on a merge has the action `merged`, and `closed` means not merged; between the two dates it is unknown."""

DUPLICATE_MERGE_SECONDS: Final = 60
"""Seconds within which a merge may be reported as `merged` and as `closed`."""

PULL_ENDED: Final = "pull_ended"
"""Closed or merged: the source does not say which."""

_TYPES: Final = (
    "'IssuesEvent', 'IssueCommentEvent', 'PullRequestEvent', 'PullRequestReviewEvent', 'PullRequestReviewCommentEvent',"
    " 'CommitCommentEvent', 'WatchEvent', 'ForkEvent', 'ReleaseEvent'"
)

_KIND: Final = """CASE
    WHEN event_type = 'IssuesEvent' AND action = 'opened' THEN 'issue_opened'
    WHEN event_type = 'IssuesEvent' AND action = 'closed' THEN 'issue_closed'
    WHEN event_type = 'IssueCommentEvent' AND action IN ('created', 'none') THEN 'comment'
    WHEN event_type = 'PullRequestEvent' AND action = 'opened' THEN 'pull_opened'
    WHEN event_type = 'PullRequestEvent' AND action = 'merged' THEN 'pull_merged'
    WHEN event_type = 'PullRequestEvent' AND action = 'closed' AND created_at < {trimmed:DateTime} AND merged = 1
        THEN 'pull_merged'
    WHEN event_type = 'PullRequestEvent' AND action = 'closed'
        AND (created_at < {trimmed:DateTime} OR created_at >= {merged_since:DateTime}) THEN 'pull_closed'
    WHEN event_type = 'PullRequestEvent' AND action = 'closed' THEN 'pull_ended'
    WHEN event_type = 'PullRequestReviewEvent' AND action = 'created' THEN 'review'
    WHEN event_type = 'PullRequestReviewCommentEvent' AND action IN ('created', 'none') THEN 'review_comment'
    WHEN event_type = 'CommitCommentEvent' THEN 'commit_comment'
    WHEN event_type = 'WatchEvent' THEN 'star'
    WHEN event_type = 'ForkEvent' THEN 'fork'
    WHEN event_type = 'ReleaseEvent' AND action = 'published' THEN 'release'
    ELSE '' END"""

_WHERE_CLAUSE: Final = f"""event_type IN ({_TYPES})
    AND repo_name IN {{names:Array(String)}}
    AND created_at >= {{since:DateTime}} AND created_at < {{until:DateTime}}"""

COUNT_QUERY: Final = f"""
SELECT repo_name, month, kind, count() AS events, uniqExact(actor_login) AS actors
FROM (
    SELECT DISTINCT repo_name, toYYYYMM(created_at) AS month, {_KIND} AS kind,
        actor_login, created_at, number, comment_id, release_tag_name, commit_id
    FROM github_events
    WHERE {_WHERE_CLAUSE}
) AS acts
WHERE kind <> ''
GROUP BY repo_name, month, kind
ORDER BY repo_name, month, kind
FORMAT JSONCompact"""  # noqa: S608 - parts of our own; values are parameters
"""Events and distinct accounts by repository, month and kind; the archive's duplicates count once."""

EVENT_QUERY: Final = f"""
SELECT DISTINCT repo_name, {_KIND} AS kind, toUnixTimestamp(created_at) AS moment, actor_login, number, comment_id,
    creator_user_login, release_tag_name, commit_id
FROM github_events
WHERE {_WHERE_CLAUSE}
ORDER BY repo_name, moment, kind, actor_login, number, comment_id
FORMAT JSONCompact"""  # noqa: S608 - parts of our own; values are parameters
"""One row for each event."""

PULSE_QUERY: Final = """SELECT
  toUnixTimestamp(created_at) - toUnixTimestamp(created_at) % 3600 AS hour, count() AS events
FROM github_events
WHERE event_type = 'ReleaseEvent' AND created_at >= {since:DateTime} AND created_at < {until:DateTime}
GROUP BY hour
ORDER BY hour
FORMAT JSONCompact"""
"""Releases of all of GitHub by hour: few enough to read, many enough to show which hours the table lost."""

NEWEST_QUERY: Final = """SELECT toUnixTimestamp(max(created_at)) AS newest FROM github_events
WHERE created_at < {until:DateTime} FORMAT JSONCompact"""
"""The time of the newest event, for tables without releases; only used on small servers."""


def query_parameters(names: Sequence[str], since: int, until: int) -> dict[str, str]:
    """The parameters of COUNTS and ROWS; times in seconds since 1970."""
    return {
        "names": array_parameter(names),
        "trimmed": f"{TRIMMED_SINCE:%Y-%m-%d %H:%M:%S}",
        "merged_since": f"{MERGED_ACTION_SINCE:%Y-%m-%d %H:%M:%S}",
        **range_parameters(since, until),
    }


def range_parameters(since: int, until: int) -> dict[str, str]:
    """The parameters of a time range."""
    return {"since": _format_datetime(since), "until": _format_datetime(until)}


def array_parameter(values: Sequence[str]) -> str:
    r"""A parameter of type Array(String).

    >>> print(array_parameter(["octo/cat", "it's\\"]))
    ['octo/cat','it\'s\\']
    """
    escaped = (value.replace("\\", "\\\\").replace("'", "\\'") for value in values)
    return "[" + ",".join(f"'{value}'" for value in escaped) + "]"


def _format_datetime(seconds: int) -> str:
    return f"{datetime.fromtimestamp(seconds, UTC):%Y-%m-%d %H:%M:%S}"
