"""One repository's history as tables, exactly as read from git."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import pyarrow as pa
import pyarrow.compute as pc

from ecotone.events.sources.git.request_refs import parse_request_head

REF_SCHEMA: Final = pa.schema(
    [("name", pa.string()), ("sha", pa.string()), ("tag_time", pa.int64()), ("tagger_email", pa.string())]
)
AREA_SCHEMA: Final = pa.schema([("sha", pa.string()), ("area", pa.string())])
"""Commits of a first-parent line and the areas that they changed; NULL where the trees are absent."""
IDENTITY_SCHEMA: Final = pa.schema(
    [
        ("name", pa.string()),
        ("email", pa.string()),
        ("mailmap_name", pa.string()),
        ("mailmap_email", pa.string()),
        ("account", pa.string()),
        ("mailmap_account", pa.string()),
        ("listed_person", pa.int64()),
    ]
)

TABLE_NAMES: Final = ("commits", "trailers", "references", "refs", "areas", "identities")


@dataclass(frozen=True, slots=True)
class History:
    """The history of a repository.

    commits     one row per commit reachable from a kept ref, by committer time and sha
    trailers    commit, key, value
    references  pull requests and issues that the messages name, see log_parser.REFERENCE_SCHEMA
    refs        full name and commit; for annotated tags also the tagger's time and e-mail
    areas       commits of the first-parent line and the directories (or root files) they changed
    identities  every name and e-mail, their replacement by `.mailmap`, the accounts of both, and the number of the
                person that `.mailmap` lists
    branch      full name of the default branch
    shallow     whether the clone is shallow, so that older commits are missing
    cut         messages of which only the beginning was read
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
    cut: int = 0

    def tables_by_name(self) -> Mapping[str, pa.Table]:
        """The tables by name."""
        return {name: getattr(self, name) for name in TABLE_NAMES}

    def pull_request_heads(self) -> dict[int, str]:
        """Pull-request number -> the commit of its head."""
        heads = {}
        for name, sha in zip(self.refs["name"].to_pylist(), self.refs["sha"].to_pylist(), strict=True):
            if head := parse_request_head(name):
                heads[head.number] = sha
        return heads

    def has_own_numbers(self) -> bool:
        """Whether its requests have numbers of their own, and not those of all repositories of a server."""
        heads = map(parse_request_head, self.refs["name"].to_pylist())
        return all(head.own_numbers for head in heads if head is not None)


def with_accounts(commits: pa.Table, identities: pa.Table) -> pa.Table:
    """The commits with the accounts of authors and committers in place of their addresses."""
    known = _signature_keys(identities["name"], identities["email"])
    accounts = identities["account"].combine_chunks()
    for role in ("author", "committer"):
        name, email = f"{role}_name", f"{role}_email"
        if email not in commits.column_names:
            continue
        position = pc.index_in(_signature_keys(commits[name], commits[email]), value_set=known)
        replaced = pc.coalesce(accounts.take(position), commits[email])
        commits = commits.set_column(commits.schema.get_field_index(email), email, replaced)
    return commits


def accounts_by_signature(identities: pa.Table) -> dict[tuple[str, str], str]:
    """The account of each name and address."""
    columns = (identities[column].to_pylist() for column in ("name", "email", "account"))
    return {(name, email): account for name, email, account in zip(*columns, strict=True)}


def _signature_keys(names: pa.ChunkedArray, emails: pa.ChunkedArray) -> pa.Array:
    keys = pc.binary_join_element_wise(names, emails, "\0")
    return keys.combine_chunks() if isinstance(keys, pa.ChunkedArray) else keys
