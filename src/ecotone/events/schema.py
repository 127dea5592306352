"""The shape of an event, whatever source it was read from."""

from __future__ import annotations

from typing import Final

import pyarrow as pa

KINDS: Final = (
    "commit", "co_author", "pull_opened", "pull_merged", "pull_closed", "review", "review_comment",
    "issue_opened", "issue_closed", "comment", "commit_comment", "discussion", "star", "fork", "release",
)  # fmt: skip

EXACT: Final = "exact"
APPROXIMATE: Final = "approximate"  # worked out from other acts; see the source's documentation
BEFORE_FIRST: Final = "before_first_commit"  # impossible: kept, and left out of months
AFTER_OBSERVED: Final = "after_observed_until"  # impossible: kept, and left out of months

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
        ("counterpart", pa.string()),  # an account too: the author of what was reviewed, merged, co-authored
        ("thread", pa.int64()),
        ("commit", pa.string()),
        ("time_quality", pa.string()),
    ]
)
"""What a source yields; `person`, `actor_kind` and `assisted_by` are added once people are known."""

PULL_SCHEMA: Final = pa.schema(
    [
        ("project", pa.string()),
        ("repository", pa.string()),
        ("number", pa.int64()),
        ("opened_at", pa.timestamp("us")),
        ("merged_at", pa.timestamp("us")),
        ("first_commit_at", pa.timestamp("us")),  # first and last commit of its own, where its head is there
        ("last_commit_at", pa.timestamp("us")),
        ("account", pa.string()),
        ("has_head", pa.bool_()),
        ("evidence", pa.string()),
    ]
)
"""One pull request: when it was opened and merged (NULL: not known, or not merged) and how that is known."""

COVERAGE_SCHEMA: Final = pa.schema(
    [
        ("source", pa.string()),
        ("repository", pa.string()),
        ("month", pa.date32()),
        ("state", pa.string()),
        ("observed", pa.int64()),
        ("expected", pa.int64()),
        ("note", pa.string()),
    ]
)
"""A source-repository-month; state: whole, partial, damaged, not_observed; observed and expected count events."""

PROFILE_SCHEMA: Final = pa.schema(
    [
        ("login", pa.string()),
        ("github_id", pa.string()),
        ("name", pa.string()),
        ("company", pa.string()),
        ("seen_at", pa.timestamp("us")),
    ]
)
"""What an account's public profile said on the day it was seen; NULL where it says nothing."""

REPOSITORY_SCHEMA: Final = pa.schema(
    [
        ("repository", pa.string()),
        ("repository_id", pa.int64()),
        ("name", pa.string()),  # as the source calls it, which a rename may have changed
        ("description", pa.string()),
        ("topics", pa.list_(pa.string())),
        ("language", pa.string()),
        ("stars", pa.int64()),
        ("seen_at", pa.timestamp("us")),
    ]
)
"""What a source says of a repository itself."""

STAR_WEEK_SCHEMA: Final = pa.schema([("repository", pa.string()), ("week", pa.date32()), ("stars", pa.int64())])
"""Stars of a week that begins on that day (UTC), as a source counts them; nobody is named."""

COUNT_SCHEMA: Final = pa.schema(
    [
        ("repository", pa.string()),
        ("month", pa.date32()),
        ("kind", pa.string()),  # one of KINDS, or pull_ended: closed or merged, the source cannot tell
        ("events", pa.int64()),
        ("actors", pa.int64()),  # distinct accounts, exact
        ("source", pa.string()),
    ]
)
"""How many acts of a kind a source counts in a repository and month, and by how many accounts."""

REFERENCE_SCHEMA: Final = pa.schema(
    [
        ("project", pa.string()),
        ("month", pa.date32()),
        ("series", pa.string()),
        ("value", pa.float64()),
        ("source", pa.string()),
        ("repository", pa.string()),
        ("interpolated", pa.bool_()),  # whoever published it says that the month was not measured
        ("measured", pa.float64()),  # what was measured where it is interpolated; else NULL
    ]
)
"""A monthly value that somebody else published of a repository, to stand beside ours and never in it."""
