"""Logins of commit authors: which commits to ask a host about, and what its answers show of accounts.

A host finds the login by the address of the author, so one commit of an account stands for all of them.
"""

from __future__ import annotations

from typing import Final

import pyarrow as pa
import pyarrow.compute as pc

from ecotone.events.schema import EVENT_SCHEMA
from ecotone.people.account_parsing import are_shared_accounts, parse_accounts
from ecotone.people.match_rules import COMMIT_AUTHOR, match_table

_SHOWN_DIGITS: Final = 12
"""Digits of a commit's id in the evidence."""


def find_commits_without_login(events: pa.Table) -> list[tuple[str, str]]:
    """Account and id of its oldest commit, for each address that names no login and that one person alone uses.

    The oldest commit stays the same from run to run, so that it is asked for once.

    events  EVENT_SCHEMA, of one repository
    """
    commits = _commits_of(events)
    accounts = pc.drop_null(pc.unique(commits["account"]))
    parsed = parse_accounts(accounts)
    is_wanted = pc.and_not(
        pc.and_(pc.is_null(parsed.login), pc.starts_with(parsed.key, "email:")), are_shared_accounts(parsed)
    )
    chosen = commits.filter(pc.is_in(commits["account"], value_set=accounts.filter(is_wanted)))
    ordered = chosen.sort_by([(name, "ascending") for name in ("account", "created_at", "commit")])
    first = ordered.group_by("account", use_threads=False).aggregate([("commit", "first")])
    return list(zip(first["account"].to_pylist(), first["commit_first"].to_pylist(), strict=True))


def commit_author_matches(events: pa.Table, authors: pa.Table) -> pa.Table:
    """MATCH_SCHEMA: matches between accounts of commits and the logins that their host names as authors.

    events   EVENT_SCHEMA, of git
    authors  COMMIT_AUTHOR_SCHEMA
    """
    commits = _commits_of(events).select(["repository", "commit", "account"])
    commits = commits.filter(pc.is_in(commits["commit"], value_set=authors["commit"].combine_chunks()))
    named = commits.join(authors, ["repository", "commit"], join_type="inner")
    rows = zip(*(named[name].to_pylist() for name in ("account", "login", "commit")), strict=True)
    return match_table(
        (account, login, COMMIT_AUTHOR.name, f"GitHub names the login as the author of {commit[:_SHOWN_DIGITS]}")
        for account, login, commit in sorted(rows)
        if account is not None
    )


def _commits_of(events: pa.Table) -> pa.Table:
    """repository, account, commit, created_at of commits; texts are no longer dictionary-encoded."""
    schema = pa.schema([EVENT_SCHEMA.field(name) for name in ("repository", "account", "commit", "created_at")])
    return events.filter(pc.equal(events["kind"], "commit")).select(schema.names).cast(schema)
