"""Classify many accounts: one pre-filter, then the actor rules on the remaining accounts."""

from __future__ import annotations

from collections import defaultdict
from typing import Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from ecotone.people.accounts import NOREPLY
from ecotone.people.actors import ActorKind, actor_kind, suspects

NAME_SCHEMA: Final = pa.schema([("account", pa.string()), ("name", pa.string())])
"""The names that accounts signed with."""


def kinds_of(accounts: pa.StringArray, names: pa.Table) -> dict[int, ActorKind]:
    """The kind of each account that is not a person's, by position.

    A rule on names counts only if it matches all names of the account.

    accounts  distinct
    names     NAME_SCHEMA
    """
    named = names.filter(suspects("name", whole(names["name"])))
    parts = pc.or_(suspects("email", accounts), suspects("login", _logins(accounts)))
    asked = pc.or_(parts, pc.is_in(accounts, value_set=whole(named["account"])))
    chosen = accounts.filter(asked)
    signed: dict[str, list[str]] = defaultdict(list)
    theirs = names.filter(pc.is_in(names["account"], value_set=chosen))
    for account, name in zip(theirs["account"].to_pylist(), theirs["name"].to_pylist(), strict=True):
        signed[account].append(name)
    found = {}
    for position, account in zip(np.flatnonzero(asked).tolist(), chosen.to_pylist(), strict=True):
        kind = _kind_of(account, sorted(signed.get(account, ("",))))
        if kind is not None:
            found[position] = kind
    return found


def _kind_of(account: str, names: list[str]) -> ActorKind | None:
    """The kind on which all names agree; None: a person."""
    email = account if "@" in account else None
    kinds = [actor_kind(name, email, _login(account)) for name in names]
    first = kinds[0]
    return first if first.kind != "person" and all(kind.kind == first.kind for kind in kinds) else None


def _login(account: str) -> str | None:
    """The login of the account in its own case, which the rules need (`SomeBot`)."""
    if match := NOREPLY.match(account.strip()):
        return match[2]
    return None if "@" in account else account.strip()


def _logins(accounts: pa.StringArray) -> pa.StringArray:
    """The part of each account that may be a login: the text before `@`."""
    return pc.replace_substring_regex(pc.utf8_trim_whitespace(accounts), r"^(?:[^@+]*\+)?([^@]*)@.*$", r"\1")


def whole(column: pa.Array | pa.ChunkedArray) -> pa.Array:
    """The column as one array."""
    return column.combine_chunks() if isinstance(column, pa.ChunkedArray) else column
