"""One repository's history as tables, exactly as read from git."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import pyarrow as pa

REF_SCHEMA: Final = pa.schema(
    [("name", pa.string()), ("sha", pa.string()), ("tag_time", pa.int64()), ("tagger_email", pa.string())]
)
AREA_SCHEMA: Final = pa.schema([("sha", pa.string()), ("area", pa.string())])
IDENTITY_SCHEMA: Final = pa.schema(
    [
        ("name", pa.string()),
        ("email", pa.string()),
        ("mailmap_name", pa.string()),
        ("mailmap_email", pa.string()),
    ]
)

TABLE_NAMES: Final = ("commits", "trailers", "references", "refs", "areas", "identities")

_REQUEST_HEAD = re.compile(r"refs/(?:pull|merge-requests)/(\d{1,8})/head\Z")


@dataclass(frozen=True, slots=True)
class History:
    """The history of a repository.

    commits     one row per commit reachable from a kept ref, by committer time and sha
    trailers    commit, key, value
    references  pull requests and issues that the messages name, see log_parser.REFERENCE_SCHEMA
    refs        full name and commit; for annotated tags also the tagger's time and e-mail
    areas       commits of the first-parent line and the directories (or root files) they changed
    identities  every name and e-mail, and their replacement by `.mailmap`
    branch      full name of the default branch
    shallow     whether the clone is shallow, so that older commits are missing
    """

    commits: pa.Table
    trailers: pa.Table
    references: pa.Table
    refs: pa.Table
    areas: pa.Table
    identities: pa.Table
    branch: str
    shallow: bool
    rejected: int

    def tables_by_name(self) -> Mapping[str, pa.Table]:
        """The tables by name."""
        return {name: getattr(self, name) for name in TABLE_NAMES}

    def pull_request_heads(self) -> dict[int, str]:
        """Pull-request number -> the commit of its head."""
        heads = {}
        for name, sha in zip(self.refs["name"].to_pylist(), self.refs["sha"].to_pylist(), strict=True):
            if match := _REQUEST_HEAD.match(name):
                heads[int(match[1])] = sha
        return heads
