"""One repository's history as tables, exactly as read; everything else is worked out from it."""

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

_REQUEST_HEAD = re.compile(r"refs/(?:pull|merge-requests)/(\d{1,8})/head\Z")


@dataclass(frozen=True, slots=True)
class History:
    """What git says of a repository.

    commits     one row a commit reachable from any ref kept, sorted by committer time and name
    trailers    commit, key, value
    refs        full name and the commit it leads to; for tags the tagger's time and e-mail where annotated
    areas       commit of the first-parent line, directory (or root file) that it touched
    identities  each name and e-mail seen, and what `.mailmap` makes of them
    branch      full name of the default branch
    shallow     the history has an edge beyond which nothing is known
    """

    commits: pa.Table
    trailers: pa.Table
    refs: pa.Table
    areas: pa.Table
    identities: pa.Table
    branch: str
    shallow: bool
    rejected: int

    def tables(self) -> Mapping[str, pa.Table]:
        """The tables by name, as they are kept."""
        names = ("commits", "trailers", "refs", "areas", "identities")
        return {name: getattr(self, name) for name in names}

    def request_heads(self) -> dict[int, str]:
        """Pull-request number to the commit its head is at."""
        heads = {}
        for name, sha in zip(self.refs["name"].to_pylist(), self.refs["sha"].to_pylist(), strict=True):
            if match := _REQUEST_HEAD.match(name):
                heads[int(match[1])] = sha
        return heads
