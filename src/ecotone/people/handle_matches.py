"""Matches between accounts of one project that share a distinctive login: as login, before the at sign, or as name.

A login alone is weak evidence. It counts where it is distinctive (long enough, and neither a word of the person's own
full name nor of several people's) and where the names agree: one full name, or a login where a full name could stand.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import combinations
from typing import Final

import pyarrow as pa

from ecotone.events.signed_accounts import SHARED_LOCAL_PARTS, is_full_name, is_shared_address, name_words
from ecotone.people.account_parsing import parse_account
from ecotone.people.match_rules import HANDLE, match_table

LEAST_LETTERS: Final = 6
"""Fewest letters and digits of a distinctive login; with one full name one less is enough."""
MOST_ACCOUNTS: Final = 6
"""A login that more accounts of a project share is a role's."""
LEAST_NAMESAKES: Final = 2
"""Fewest full names with a word that make it a common one: first names and family names are no distinctive logins."""

_SEPARATOR: Final = re.compile(r"[-_.]")


@dataclass(frozen=True, slots=True)
class _Holder:
    """An account with what it shows of a person."""

    account: str
    is_login: bool
    handle: str
    full_names: frozenset[frozenset[str]]
    single_names: frozenset[str]


def find_handle_matches(identities: pa.Table) -> pa.Table:
    """MATCH_SCHEMA; `identities` has the `name` and `email` (an account) of the signatures of one project."""
    names: dict[str, set[str]] = defaultdict(set)
    for name, account in zip(identities["name"].to_pylist(), identities["email"].to_pylist(), strict=True):
        names[account].add(name)
    holders = [holder for account, signed in names.items() if (holder := _read_holder(account, signed))]
    return match_table(_match_holders(holders, _find_common_words(names.values())))


def _match_holders(holders: Iterable[_Holder], common_words: frozenset[str]) -> list[tuple[str, str, str, str]]:
    by_handle: dict[str, dict[str, _Holder]] = defaultdict(dict)
    for holder in holders:
        for handle in (holder.handle, *(() if holder.is_login else map(_plain_handle, holder.single_names))):
            by_handle[handle][holder.account] = holder
    rows = []
    for handle, sharing in by_handle.items():
        if len(handle) < LEAST_LETTERS - 1 or handle in common_words or not 2 <= len(sharing) <= MOST_ACCOUNTS:
            continue
        for first, second in combinations(sorted(sharing.values(), key=lambda holder: holder.account), 2):
            if evidence := _compare_holders(first, second, handle):
                rows.append((first.account, second.account, HANDLE.name, evidence))
    return rows


def _compare_holders(first: _Holder, second: _Holder, handle: str) -> str | None:
    """The evidence that two accounts that share a login are one person's; None if it is too weak."""
    if any(handle in words for words in first.full_names | second.full_names):
        return None
    if first.full_names & second.full_names and first.handle == second.handle == handle:
        return f"one full name, and both are '{handle}'"
    if first.is_login == second.is_login or len(handle) < LEAST_LETTERS:
        return None
    login, address = (first, second) if first.is_login else (second, first)
    if login.handle != handle or not _names_may_agree(login, address):
        return None
    if address.handle == handle:
        return f"the login '{handle}' is also the address's, and the names do not differ"
    return f"the address signs with the login '{handle}' as its name"


def _names_may_agree(first: _Holder, second: _Holder) -> bool:
    """Whether no full name of one account differs wholly from all full names of the other."""
    if not first.full_names or not second.full_names:
        return True
    return any(words & other_words for words in first.full_names for other_words in second.full_names)


def _read_holder(account: str, names: Iterable[str]) -> _Holder | None:
    parsed = parse_account(account)
    is_address = parsed.key.startswith("email:")
    if not parsed.login and (not is_address or is_shared_address(account)):
        return None
    raw = parsed.login or account.casefold().rpartition("@")[0].partition("+")[0]
    if raw in SHARED_LOCAL_PARTS or "[bot]" in account:
        return None
    full = frozenset(name_words(name) for name in names if is_full_name(name))
    single = {name.casefold() for name in names if " " not in name} - SHARED_LOCAL_PARTS
    return _Holder(account, parsed.login is not None, _plain_handle(raw), full, frozenset(single))


def _plain_handle(text: str) -> str:
    return _SEPARATOR.sub("", text.casefold())


def _find_common_words(names: Iterable[set[str]]) -> frozenset[str]:
    """The words of several full names of a project."""
    full = {name_words(name) for signed in names for name in signed if is_full_name(name)}
    counts = Counter(word for words in full for word in words)
    return frozenset(word for word, count in counts.items() if count >= LEAST_NAMESAKES)
