"""Matches between accounts of one project under one full name that hardly two of its people have.

A name alone is weak evidence, unless it is rare: what counts is how many namesakes a project of this size is expected
to have if its people's names were put together from the words that their names have (the weight that record linkage
gives to rare values). An account counts only if its full names have words in common.

source  Fellegi and Sunter (1969), A Theory for Record Linkage, doi 10.1080/01621459.1969.10501049
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping
from itertools import combinations, pairwise
from math import prod
from typing import Final

import pyarrow as pa

from ecotone.events.signed_accounts import is_full_name, name_words
from ecotone.people.account_parsing import is_shared_account, parse_account
from ecotone.people.match_rules import DISTINCTIVE, match_table

MOST_NAMESAKES: Final = 0.01
"""Most expected namesakes of a distinctive name."""
FEWEST_NAMES: Final = 100
"""A word of a smaller project's names is as rare as among so many: few names tell too little of how common a word is.

Of 2,768 accounts with a user id in 57 projects 4 have a namesake with another in the same project; one person in twelve
signs with several addresses. Of 3,000 projects of 80 such accounts, drawn from all, 21 have namesakes.
"""
MOST_ACCOUNTS: Final = 6
"""A name that more accounts of a project sign is a role's or an example's."""

Words = frozenset[str]


def find_name_matches(identities: pa.Table) -> pa.Table:
    """MATCH_SCHEMA; the table has the `name` and `email` (an account) of the signatures of one repository."""
    names = _full_names(zip(identities["email"].to_pylist(), identities["name"].to_pylist(), strict=True))
    holders: dict[Words, list[str]] = defaultdict(list)
    for account, signed in names.items():
        for words in signed:
            holders[words].append(account)
    expected = expected_namesakes(names.values())
    rows: list[tuple[str, str, str, str]] = []
    for words, accounts in holders.items():
        if 1 < len(accounts) <= MOST_ACCOUNTS and expected[words] <= MOST_NAMESAKES and not _has_two_ids(accounts):
            evidence = f"one full name, of which {expected[words]:.3f} namesakes are expected in the project"
            rows.extend((*pair, DISTINCTIVE.name, evidence) for pair in pairwise(sorted(accounts)))
    return match_table(rows)


def expected_namesakes(signed: Iterable[Collection[Words]]) -> Mapping[Words, float]:
    """Expected number of other people with each name, among as many people as there are groups of names.

    Names that one account signs are of one group: forms of one person's name. A word's share is that among FEWEST_NAMES
    names at least.

    signed  the names of each account

    >>> names = [frozenset(name.split()) for name in ("ada example", "bo example", "cy example", "dee sample")]
    >>> expected_namesakes([[name] for name in names])[names[0]]  # of 4 people: one of 100 is Ada, three are Examples
    0.0012
    """
    first: dict[Words, Words] = {}

    def find_first(words: Words) -> Words:
        while first.setdefault(words, words) != words:
            first[words] = first[first[words]]
            words = first[words]
        return words

    for names in signed:
        group = list(names)
        for words in group:
            first[find_first(words)] = find_first(group[0])
    people = {(find_first(words), word) for words in list(first) for word in words}
    counts, size = Counter(word for _, word in people), len({group for group, _ in people})
    return {words: size * prod(counts[word] / max(size + 1, FEWEST_NAMES) for word in words) for words in first}


def _full_names(signatures: Iterable[tuple[str, str]]) -> dict[str, set[Words]]:
    """The words of the full names, without initials, of each account whose names are forms of one."""
    names: dict[str, set[Words]] = defaultdict(set)
    for account, name in signatures:
        if account and name and is_full_name(name) and not is_shared_account(account):
            names[account].add(frozenset(word for word in name_words(name) if len(word) > 1))
    return {
        account: signed
        for account, signed in names.items()
        if all(first & second for first, second in combinations(signed, 2))
    }


def _has_two_ids(accounts: Iterable[str]) -> bool:
    return len({parse_account(account).github_id for account in accounts} - {None}) > 1
