"""Evidence against a match: established full names that have nothing in common.

Two accounts that each sign a full name three times or more are different people if the names share no word and no
initial, and if neither the names nor the addresses share a part.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from ecotone.events.signed_accounts import (
    SHARED_LOCAL_PARTS,
    address_in_account,
    is_full_name,
    is_shared_address,
    name_words,
)
from ecotone.people.account_parsing import account_key, parse_accounts
from ecotone.people.constrained_components import Integers
from ecotone.people.match_rules import BRANCH, LEAST_USES, OPENER

LEAST_PART: Final = 3
"""Letters that a part of an address needs to be a name's."""

_JUDGED_RULES: Final = (BRANCH.name, OPENER.name)

NAME_USE_SCHEMA: Final = pa.schema([("account", pa.string()), ("name", pa.string()), ("uses", pa.int64())])
"""How many commits each account signed with each name."""


@dataclass(frozen=True, slots=True)
class _Traits:
    """What identifies the owner of some accounts."""

    words: frozenset[str]
    initials: frozenset[str]
    parts: frozenset[str]

    def agree_with(self, traits: _Traits) -> bool:
        """Whether both may be one person's."""
        return not (
            self.words.isdisjoint(traits.words)
            and self.initials.isdisjoint(traits.initials)
            and self.parts.isdisjoint(traits.parts)
            and not _names_in_parts(self.words, traits.parts)
            and not _names_in_parts(traits.words, self.parts)
        )


def find_matches_of_other_names(matches: pa.Table, names: pa.Table) -> NDArray[np.bool_]:
    """Which matches join accounts whose full names share no word, and none of them a part of the other's address.

    Only rules are judged that rest on whose branch it is, or who opened a request: it may be a colleague's.

    matches  match_rules.MATCH_SCHEMA
    names    account, name
    """
    judged = np.flatnonzero(pc.is_in(matches["rule"], value_set=pa.array(_JUDGED_RULES)).to_numpy())
    differs = np.zeros(len(matches), bool)
    ends = [matches[end].take(judged).to_pylist() for end in ("account", "other_account")]
    keys = pa.array(sorted({account_key(account) for accounts in ends for account in accounts}), pa.string())
    key_of_name = parse_accounts(pa.concat_arrays([pa.array([], pa.string()), *names["account"].chunks])).key
    is_wanted = pc.is_in(key_of_name, value_set=keys)
    words: dict[str, set[str]] = defaultdict(set)
    chosen = (key_of_name.filter(is_wanted), names["name"].filter(is_wanted))
    for key, name in zip(*(column.to_pylist() for column in chosen), strict=True):
        if is_full_name(name):
            words[key] |= {word for word in name_words(name) if len(word) > 1}
    for position, *accounts in zip(judged.tolist(), *ends, strict=True):
        first, second = (
            _Traits(frozenset(words[account_key(account)]), frozenset(), _address_parts(account))
            for account in accounts
        )
        differs[position] = bool(first.words and second.words) and not first.agree_with(second)
    return differs


class NameEvidence:
    """The established names of nodes.

    lowest, highest  by node: a number of its first and last established name; -1 if it has none
    """

    def __init__(self, accounts: pa.StringArray, node: Integers, node_count: int, name_uses: pa.Table) -> None:
        established = name_uses.filter(pc.greater_equal(name_uses["uses"], LEAST_USES))
        position = pc.index_in(established["account"], value_set=accounts)
        established = established.append_column("position", position).filter(pc.is_valid(position))
        names = established["name"].combine_chunks().dictionary_encode()
        is_full = np.array([_is_comparable(name) for name in names.dictionary.to_pylist()], bool)
        codes = names.indices.to_numpy().astype(np.int64)
        nodes = node[established["position"].to_numpy().astype(np.int64)]
        chosen = is_full[codes] if len(codes) else np.zeros(0, bool)
        self._codes, self._nodes = codes[chosen], nodes[chosen]
        self.highest = np.full(node_count, -1, np.int64)
        np.maximum.at(self.highest, self._nodes, self._codes)
        self.lowest = np.where(self.highest < 0, -1, np.iinfo(np.int64).max)
        np.minimum.at(self.lowest, self._nodes, self._codes)
        self._names = names.dictionary
        self._accounts = accounts
        self._node_order = np.argsort(node, kind="stable")
        self._sorted_nodes = node[self._node_order]
        by_node = np.argsort(self._nodes, kind="stable")
        self._nodes, self._codes = self._nodes[by_node], self._codes[by_node]
        self._traits: dict[int, _Traits] = {}

    def differ(self, nodes: Sequence[int]) -> bool:
        """Whether the established names of these nodes fall into groups that have nothing in common."""
        groups: list[list[_Traits]] = []
        for traits in [self._traits_of(node) for node in nodes]:
            joined = [group for group in groups if any(traits.agree_with(member) for member in group)]
            groups = [group for group in groups if group not in joined]
            groups.append([traits, *(member for group in joined for member in group)])
        return len(groups) > 1

    def _traits_of(self, node: int) -> _Traits:
        if node not in self._traits:
            first, last = np.searchsorted(self._nodes, [node, node + 1])
            names = [self._names[code].as_py() for code in self._codes[first:last].tolist()]
            first, last = np.searchsorted(self._sorted_nodes, [node, node + 1])
            accounts = [self._accounts[position].as_py() for position in self._node_order[first:last].tolist()]
            words = frozenset().union(*(name_words(name) for name in names))
            parts = frozenset().union(*(_address_parts(account) for account in accounts))
            self._traits[node] = _Traits(words, frozenset(word[0] for word in words), parts)
        return self._traits[node]


def count_names(commits: pa.Table, proper_names: dict[tuple[str, str], str]) -> pa.Table:
    """NAME_USE_SCHEMA of commits; a committer counts if it is another account than the author.

    commits       author_name, author_email, committer_name, committer_email
    proper_names  (account, name) -> the name that `.mailmap` gives
    """
    others = commits.filter(pc.not_equal(commits["author_email"], commits["committer_email"]))
    uses: dict[tuple[str, str], int] = defaultdict(int)
    for table, role in ((commits, "author"), (others, "committer")):
        grouped = table.group_by([f"{role}_email", f"{role}_name"], use_threads=False).aggregate([([], "count_all")])
        columns = (grouped[name].to_pylist() for name in (f"{role}_email", f"{role}_name", "count_all"))
        for account, name, count in zip(*columns, strict=True):
            uses[account, proper_names.get((account, name), name)] += count
    counted = ([account for account, _ in uses], [name for _, name in uses], list(uses.values()))
    arrays = [pa.array(column, field.type) for column, field in zip(counted, NAME_USE_SCHEMA, strict=True)]
    return pa.table(arrays, schema=NAME_USE_SCHEMA)


def _is_comparable(name: str) -> bool:
    """Whether a name is a full one in Latin letters; names in two scripts cannot be compared."""
    return is_full_name(name) and all(word.isascii() for word in name_words(name))


def _address_parts(account: str) -> frozenset[str]:
    """The words of the login or of the text before the at sign."""
    address = address_in_account(account)
    if "@" in address and is_shared_address(address):
        return frozenset()
    local = address.rpartition("@")[0].rpartition("+")[2] if "@" in address else address
    return frozenset(word for word in name_words(local) if len(word) >= LEAST_PART) - SHARED_LOCAL_PARTS


def _names_in_parts(words: frozenset[str], parts: frozenset[str]) -> bool:
    return any(len(word) >= LEAST_PART and word in part for word in words for part in parts)
