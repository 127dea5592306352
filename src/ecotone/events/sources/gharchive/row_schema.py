"""Schema of a stored line: a normalised row, independent of the archive's format in any year."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

import pyarrow as pa

_COMMIT: Final = pa.struct([("sha", pa.string()), ("email", pa.string()), ("distinct", pa.bool_())])

ROW_SCHEMA: Final = pa.schema(
    [
        ("hour", pa.timestamp("us")),  # in the file name
        ("id", pa.string()),  # the archive's; NULL before 2015
        ("type", pa.string()),
        ("action", pa.string()),
        ("created_at", pa.timestamp("us")),  # naive UTC
        ("repository_id", pa.int64()),
        ("name", pa.string()),  # of the repository, at the time
        ("organisation", pa.string()),
        ("actor", pa.string()),
        ("actor_id", pa.int64()),
        ("thread", pa.int64()),
        ("is_pull", pa.bool_()),  # whether the thread is a pull request
        ("author", pa.string()),  # of the thread
        ("speaker", pa.string()),  # of the comment, review or release, where it is not the actor
        ("native", pa.string()),  # GitHub's own number of a comment, a review, a discussion; a release's tag
        ("review", pa.int64()),  # the review that a comment belongs to
        ("review_state", pa.string()),
        ("merged", pa.bool_()),  # NULL: the line does not say
        ("merged_by", pa.string()),
        ("commit", pa.string()),
        ("ref", pa.string()),
        ("before", pa.string()),
        ("size", pa.int64()),  # commits of a push; NULL: the line does not say
        ("commits", pa.list_(_COMMIT)),
        ("thread_opened_at", pa.timestamp("us")),
        ("thread_merged_at", pa.timestamp("us")),
        ("default_branch", pa.string()),
        ("description", pa.string()),
        ("language", pa.string()),
        ("stars", pa.int64()),
        ("topics", pa.list_(pa.string())),
        ("profile_name", pa.string()),
        ("profile_company", pa.string()),
    ]
)
"""One line of a wanted repository; NULL if the line lacks a value."""

Row = dict[str, object]
"""A row of KEPT_SCHEMA; missing keys are NULL."""


def table_from_rows(rows: Iterable[Row]) -> pa.Table:
    """Rows as a table."""
    return pa.Table.from_pylist(list(rows), schema=ROW_SCHEMA)
