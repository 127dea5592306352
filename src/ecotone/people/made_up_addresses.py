"""Addresses at the domain of a code host that are a login with an at sign: their users do not work for the host."""

from __future__ import annotations

from collections import defaultdict
from typing import Final

import pyarrow as pa
import pyarrow.compute as pc

from ecotone.events.signed_accounts import address_in_account, is_full_name
from ecotone.people.account_parsing import email_domain

CODE_HOSTS: Final = frozenset({"github.com", "gitlab.com", "gitee.com", "gitcode.com", "bitbucket.org", "codeberg.org"})
"""Domains under which everybody knows logins, and the host's staff have addresses."""


def find_made_up_addresses(names: pa.Table) -> frozenset[str]:
    """The accounts at a code host's domain that sign with what stands before the at sign and never with a full name.

    >>> accounts = ["ada@github.com", "bo@github.com", "bo@github.com", "cy@org.example"]
    >>> names = pa.table({"account": accounts, "name": ["Ada", "bo", "Bo Example", "cy"]})
    >>> sorted(find_made_up_addresses(names))
    ['ada@github.com']
    """
    pattern = "@(?:" + "|".join(sorted(CODE_HOSTS)).replace(".", r"\.") + ")"
    chosen = names.filter(pc.match_substring_regex(names["account"], pattern, ignore_case=True))
    signed: dict[str, list[str]] = defaultdict(list)
    for account, name in zip(chosen["account"].to_pylist(), chosen["name"].to_pylist(), strict=True):
        if email_domain(account) in CODE_HOSTS:
            signed[account].append(name)
    return frozenset(
        account
        for account, own_names in signed.items()
        if not any(map(is_full_name, own_names))
        and _letters_of(address_in_account(account).rpartition("@")[0]) in map(_letters_of, own_names)
    )


def _letters_of(text: str) -> str:
    return "".join(sign for sign in text.casefold() if sign.isalnum())
