"""Schemas of events and of the other tables that sources yield."""

from __future__ import annotations

from typing import Final

import pyarrow as pa

KINDS: Final = (
    "commit", "merge", "co_author", "pull_opened", "pull_merged", "pull_closed", "review", "review_comment",
    "issue_opened", "issue_closed", "comment", "commit_comment", "discussion", "star", "fork", "release",
)  # fmt: skip

EXACT: Final = "exact"
APPROXIMATE: Final = "approximate"  # estimated from other events; see the source's documentation
BEFORE_FIRST: Final = "before_first_commit"  # impossible: kept, but not counted in any month
AFTER_OBSERVED: Final = "after_observed_until"  # impossible: kept, but not counted in any month

USABLE_TIMES: Final = (EXACT, APPROXIMATE)

EVENT_SCHEMA: Final = pa.schema(
    [
        ("event_id", pa.string()),
        ("source", pa.string()),
        ("kind", pa.string()),
        ("project", pa.string()),
        ("repository", pa.string()),
        ("created_at", pa.timestamp("us")),  # naive UTC
        ("utc_offset_minutes", pa.int16()),
        ("account", pa.string()),
        ("other_account", pa.string()),  # an account too: the author of what was reviewed, merged, co-authored
        ("thread", pa.int64()),
        ("commit", pa.string()),
        ("timestamp_quality", pa.string()),
    ]
)
"""One event of a source. The analysis adds `person`, `actor_kind` and `assisted_by`."""

PULL_SCHEMA: Final = pa.schema(
    [
        ("project", pa.string()),
        ("repository", pa.string()),
        ("number", pa.int64()),
        ("opened_at", pa.timestamp("us")),
        ("merged_at", pa.timestamp("us")),
        ("first_commit_at", pa.timestamp("us")),  # first and last commit of its own, if its head is known
        ("last_commit_at", pa.timestamp("us")),
        ("account", pa.string()),
        ("has_head", pa.bool_()),
        ("evidence", pa.string()),
    ]
)
"""One pull request: when it was opened and merged (NULL: unknown, or not merged), with the evidence."""

COVERAGE_SCHEMA: Final = pa.schema(
    [
        ("source", pa.string()),
        ("repository", pa.string()),
        ("month", pa.date32()),
        ("state", pa.string()),
        ("events_observed", pa.int64()),
        ("events_expected", pa.int64()),
        ("note", pa.string()),
    ]
)
"""One source, repository and month; state: complete, partial, damaged or not_observed."""

PROFILE_SCHEMA: Final = pa.schema(
    [
        ("login", pa.string()),
        ("github_id", pa.string()),
        ("name", pa.string()),
        ("company", pa.string()),
        ("seen_at", pa.timestamp("us")),
    ]
)
"""An account's public profile on the day it was read; NULL for empty fields."""

REPOSITORY_SCHEMA: Final = pa.schema(
    [
        ("repository", pa.string()),
        ("repository_id", pa.int64()),
        ("name", pa.string()),  # the source's name of it, which may be newer or older
        ("description", pa.string()),
        ("topics", pa.list_(pa.string())),
        ("language", pa.string()),
        ("stars", pa.int64()),
        ("seen_at", pa.timestamp("us")),
    ]
)
"""Metadata of a repository."""

COMMIT_AUTHOR_SCHEMA: Final = pa.schema([("repository", pa.string()), ("commit", pa.string()), ("login", pa.string())])
"""The login that a host names as the author of a commit; one commit represents all of its address."""

STAR_WEEK_SCHEMA: Final = pa.schema([("repository", pa.string()), ("week", pa.date32()), ("stars", pa.int64())])
"""Number of new stars in the week that begins on that day (UTC)."""

COUNT_SCHEMA: Final = pa.schema(
    [
        ("repository", pa.string()),
        ("month", pa.date32()),
        ("kind", pa.string()),  # one of KINDS, or pull_ended if the source cannot tell closed from merged
        ("events", pa.int64()),
        ("actors", pa.int64()),  # distinct accounts, exact
        ("source", pa.string()),
    ]
)
"""Number of events of a kind, and of their accounts, in a repository and month."""

REFERENCE_SCHEMA: Final = pa.schema(
    [
        ("project", pa.string()),
        ("month", pa.date32()),
        ("series", pa.string()),
        ("value", pa.float64()),
        ("source", pa.string()),
        ("repository", pa.string()),
        ("interpolated", pa.bool_()),  # the publisher marks the month as not measured
        ("measured", pa.float64()),  # the measured value if `value` is interpolated; else NULL
    ]
)
"""A monthly value of a repository that another project publishes, for comparison only."""
