"""Classify many accounts: one pre-filter, then the actor rules on the remaining accounts."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Container
from typing import Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from ecotone.events.signed_accounts import address_in_account, split_name_account
from ecotone.people.account_parsing import NOREPLY
from ecotone.people.actor_rules import ActorKind, classify_actor, may_match_rules

NAME_SCHEMA: Final = pa.schema([("account", pa.string()), ("name", pa.string())])
"""The names that accounts signed with."""


def classify_accounts(
    accounts: pa.StringArray, names: pa.Table, machine_like: Container[str] = ()
) -> dict[int, ActorKind]:
    """The kind of each account that is not a person's, by position.

    A rule on names counts only if it matches all names of the account, except for a name that repeats the login; for an
    account that behaves like a machine it is enough that it matches one of them. Where the account is a name with an
    address, this is the name: `.mailmap` may have given it to a machine's account.

    accounts  distinct
    names     NAME_SCHEMA
    machine_like  accounts whose commits show signs of automation
    """
    addresses = _addresses_in_accounts(accounts)
    names = _replace_names_by_accounts(accounts, names)
    matching_names = names.filter(may_match_rules("name", combine_chunks(names["name"])))
    parts = pc.or_(may_match_rules("email", addresses), may_match_rules("login", _possible_logins(addresses)))
    may_match = pc.or_(parts, pc.is_in(accounts, value_set=combine_chunks(matching_names["account"])))
    chosen = accounts.filter(may_match)
    signed: dict[str, list[str]] = defaultdict(list)
    candidate_names = names.filter(pc.is_in(names["account"], value_set=chosen))
    for account, name in zip(candidate_names["account"].to_pylist(), candidate_names["name"].to_pylist(), strict=True):
        signed[account].append(name)
    kind_by_position = {}
    for position, account in zip(np.flatnonzero(may_match).tolist(), chosen.to_pylist(), strict=True):
        kind = _kind_of_account(account, sorted(signed.get(account, ("",))), account in machine_like)
        if kind is not None:
            kind_by_position[position] = kind
    return kind_by_position


def _replace_names_by_accounts(accounts: pa.StringArray, names: pa.Table) -> pa.Table:
    """NAME_SCHEMA with the name in the account itself wherever there is one."""
    parts = [
        (account, split_name_account(account)) for account in accounts.filter(_may_contain_name(accounts)).to_pylist()
    ]
    rows = [{"account": account, "name": named[0]} for account, named in parts if named]
    own = pa.Table.from_pylist(rows, schema=NAME_SCHEMA)
    others = names.filter(pc.invert(pc.is_in(names["account"], value_set=combine_chunks(own["account"]))))
    return pa.concat_tables([others.select(NAME_SCHEMA.names).cast(NAME_SCHEMA), own])


def _may_contain_name(accounts: pa.StringArray) -> pa.BooleanArray:
    return pc.match_substring(accounts, ">")


def _kind_of_account(account: str, names: list[str], is_machine_like: bool) -> ActorKind | None:
    """The kind on which all names agree, apart from those that repeat the login; None: a person."""
    address = address_in_account(account)
    email = address if "@" in address else None
    login = _login_of_account(account) if address == account else None
    telling = [name for name in names if not login or name.casefold() != login.casefold()] or names
    kinds = [classify_actor(name, email, login) for name in telling]
    if is_machine_like:
        kinds = [kind for kind in kinds if kind.kind != "person"] or kinds
    first = kinds[0]
    return first if first.kind != "person" and all(kind.kind == first.kind for kind in kinds) else None


def _login_of_account(account: str) -> str | None:
    """The login of the account in its own case, which the rules need (`SomeBot`)."""
    if match := NOREPLY.match(account.strip()):
        return match[2]
    return None if "@" in account else account.strip()


def _addresses_in_accounts(accounts: pa.StringArray) -> pa.StringArray:
    named = _may_contain_name(accounts)
    inside = pa.array([address_in_account(account) for account in accounts.filter(named).to_pylist()], pa.string())
    return pc.replace_with_mask(accounts, named, inside)


def _possible_logins(accounts: pa.StringArray) -> pa.StringArray:
    """The part of each account that may be a login: the text before `@`."""
    return pc.replace_substring_regex(pc.utf8_trim_whitespace(accounts), r"^(?:[^@+]*\+)?([^@]*)@.*$", r"\1")


def combine_chunks(column: pa.Array | pa.ChunkedArray) -> pa.Array:
    """The column as one array."""
    return column.combine_chunks() if isinstance(column, pa.ChunkedArray) else column
