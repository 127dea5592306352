"""Logins of commit authors: one commit for each address is asked for, and an answer joins login and address."""

from __future__ import annotations

from datetime import datetime

import pyarrow as pa
import pytest

from ecotone.events.schema import COMMIT_AUTHOR_SCHEMA, EVENT_SCHEMA
from ecotone.people.actor_classification import NAME_SCHEMA
from ecotone.people.commit_logins import commit_author_matches, find_commits_without_login
from ecotone.people.identity_resolution import resolve_identities

ADDRESS = "ada@mail.example"


def commits(*rows: tuple[str, str, int]) -> pa.Table:
    """Account, commit and day of commits in one repository."""
    return pa.Table.from_pylist(
        [
            {"kind": "commit", "repository": "team/repo", "account": account, "commit": sha,
             "created_at": datetime.fromisoformat(f"2025-01-{day:02}")}
            for account, sha, day in rows
        ],
        schema=EVENT_SCHEMA,
    )  # fmt: skip


def authors(**logins: str) -> pa.Table:
    rows = [{"repository": "team/repo", "commit": sha, "login": login} for sha, login in logins.items()]
    return pa.Table.from_pylist(rows, schema=COMMIT_AUTHOR_SCHEMA)


def test_the_oldest_commit_of_each_address_is_asked_for() -> None:
    events = commits((ADDRESS, "b", 2), ("bo@mail.example", "c", 3), (ADDRESS, "a", 1))
    assert find_commits_without_login(events) == [(ADDRESS, "a"), ("bo@mail.example", "c")]


@pytest.mark.parametrize(
    "account",
    ["12+ada@users.noreply.github.com", "ada", "you@example.com", "root@host", "Ada Example <root@host> (team/repo)"],
)
def test_an_account_with_a_login_or_without_a_person_is_not_asked_for(account: str) -> None:
    assert find_commits_without_login(commits((account, "a", 1))) == []


def test_a_named_author_joins_the_address_with_the_login_and_says_why() -> None:
    matches = commit_author_matches(commits((ADDRESS, "a", 1), (ADDRESS, "b", 2)), authors(a="Ada", z="zed"))
    assert matches.to_pylist() == [
        {"account": "Ada", "other_account": ADDRESS, "rule": "author at GitHub",
         "evidence": "GitHub names the login as the author of a"},
    ]  # fmt: skip
    resolved = resolve_identities(
        ["5+ada@users.noreply.github.com", ADDRESS], matches, NAME_SCHEMA.empty_table()
    ).people
    assert len(set(resolved["person"].to_pylist())) == 1
    evidence = dict(zip(resolved["account"].to_pylist(), resolved["evidence"].to_pylist(), strict=True))
    assert "author at GitHub" in evidence[ADDRESS]
