"""Join nodes into components, the strongest rule first, and refuse joins that cannot be right.

Arrays in, arrays out. A component that would hold two GitHub ids, more than `LARGEST` accounts, or two accounts
that are to be kept apart is split at its weakest rule: none of that rule's ties inside it is used.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

Integers = NDArray[np.int64]
Flags = NDArray[np.bool_]

LARGEST: Final = 25
"""Accounts of one person, at most; nobody's work machines and addresses are more."""

TWO_IDS: Final = "two GitHub ids"
TOO_MANY: Final = f"more than {LARGEST} accounts"
APART: Final = "kept apart by the landscape file"


@dataclass(frozen=True, slots=True)
class Nodes:
    """What is joined: how many accounts each node stands for, and its GitHub id (-1: it has none)."""

    accounts: Integers
    github_id: Integers


@dataclass(frozen=True, slots=True)
class Joined:
    """The components, and which ties made them.

    component  of each node; the lowest node in it
    refused    why a tie was not used, one a tie; None where it was
    """

    component: Integers
    refused: Sequence[str | None]


def join(nodes: Nodes, one: Integers, other: Integers, level: Integers, apart: tuple[Integers, Integers]) -> Joined:
    """Use ties level by level.

    one, other  the ends of each tie, as nodes
    level       of each tie, 0 the strongest; level 0 is a curator's word, which may join two ids
    apart       pairs of nodes that must not be joined
    """
    component = np.arange(len(nodes.accounts))
    ids = nodes.github_id.copy()
    refused = np.full(len(one), None, object)
    for step in np.unique(level).tolist():
        chosen = np.flatnonzero(level == step)
        reached = _connect(component, component[one[chosen]], component[other[chosen]])
        wrong = _violations(nodes.accounts, ids if step else np.full_like(ids, -1), reached, apart)
        reason = wrong[reached[one[chosen]]]
        # ends that were one before the rule spoke are not what is wrong
        undone = (reason > 0) & (component[one[chosen]] != component[other[chosen]])
        refused[chosen[undone]] = np.array([None, TWO_IDS, TOO_MANY, APART], object)[reason[undone]]
        kept = chosen[~undone]
        component = _connect(component, component[one[kept]], component[other[kept]])
        if step == 0:
            ids = _declared_one(ids, component)
    return Joined(component, refused.tolist())


def _connect(component: Integers, one: Integers, other: Integers) -> Integers:
    """Components with these joined as well; each is named by its lowest node."""
    count = len(component)
    links = coo_array((np.ones(len(one), np.int8), (one, other)), shape=(count, count))
    _, label = connected_components(links, directed=False)
    label = label[component]
    lowest = np.full(count, count, np.int64)
    np.minimum.at(lowest, label, np.arange(count))
    connected: Integers = lowest[label]
    return connected


def _violations(accounts: Integers, ids: Integers, component: Integers, apart: tuple[Integers, Integers]) -> Integers:
    """What is wrong with each component, by its lowest node: 0 nothing, 1 ids, 2 size, 3 kept apart."""
    count = len(component)
    wrong = np.zeros(count, np.int64)
    wrong[np.bincount(component, accounts, count) > LARGEST] = 2
    known = ids >= 0
    lowest, highest = np.full(count, np.iinfo(np.int64).max), np.full(count, -1)
    np.minimum.at(lowest, component[known], ids[known])
    np.maximum.at(highest, component[known], ids[known])
    wrong[lowest < highest] = 1
    together = component[apart[0]] == component[apart[1]]
    wrong[component[apart[0][together]]] = 3
    return wrong


def _declared_one(ids: Integers, component: Integers) -> Integers:
    """Ids that a curator joined count as one."""
    known = ids >= 0
    lowest = np.full(len(ids), np.iinfo(np.int64).max)
    np.minimum.at(lowest, component[known], ids[known])
    merged = ids.copy()
    merged[known] = lowest[component[known]]
    renamed = dict(zip(ids[known].tolist(), merged[known].tolist(), strict=True))
    return np.array([renamed.get(one, -1) for one in ids.tolist()], np.int64)
