"""Connected components under constraints: apply match rules by strength, reject matches that violate a constraint.

A component must not hold two GitHub ids, more than `LARGEST` accounts, or two accounts that are declared different
people. Otherwise all matches of its weakest rule are rejected.
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
"""Largest number of accounts of one person."""

TWO_IDS: Final = "two GitHub ids"
TOO_MANY: Final = f"more than {LARGEST} accounts"
APART: Final = "kept apart by the landscape file"


@dataclass(frozen=True, slots=True)
class Nodes:
    """The number of accounts of each node, and its GitHub id (-1: none)."""

    accounts: Integers
    github_id: Integers


@dataclass(frozen=True, slots=True)
class Joined:
    """The components and the rejected matches.

    component          the lowest node of each node's component
    rejection_reasons  one per match; None if it was used
    """

    component: Integers
    refused: Sequence[str | None]


def join(nodes: Nodes, one: Integers, other: Integers, level: Integers, apart: tuple[Integers, Integers]) -> Joined:
    """Apply matches level by level.

    first_nodes, second_nodes  the nodes of each match
    level                      0 is the strongest: declared by a curator, it may join two ids
    different_people           pairs of nodes that must not be joined
    """
    component = np.arange(len(nodes.accounts))
    ids = nodes.github_id.copy()
    refused = np.full(len(one), None, object)
    for step in np.unique(level).tolist():
        chosen = np.flatnonzero(level == step)
        reached = _connect(component, component[one[chosen]], component[other[chosen]])
        wrong = _violations(nodes.accounts, ids if step else np.full_like(ids, -1), reached, apart)
        reason = wrong[reached[one[chosen]]]
        # a match within an existing component causes no violation
        undone = (reason > 0) & (component[one[chosen]] != component[other[chosen]])
        refused[chosen[undone]] = np.array([None, TWO_IDS, TOO_MANY, APART], object)[reason[undone]]
        kept = chosen[~undone]
        component = _connect(component, component[one[kept]], component[other[kept]])
        if step == 0:
            ids = _declared_one(ids, component)
    return Joined(component, refused.tolist())


def _connect(component: Integers, one: Integers, other: Integers) -> Integers:
    """Merge components along edges; each component is identified by its lowest node."""
    count = len(component)
    links = coo_array((np.ones(len(one), np.int8), (one, other)), shape=(count, count))
    _, label = connected_components(links, directed=False)
    label = label[component]
    lowest = np.full(count, count, np.int64)
    np.minimum.at(lowest, label, np.arange(count))
    connected: Integers = lowest[label]
    return connected


def _violations(accounts: Integers, ids: Integers, component: Integers, apart: tuple[Integers, Integers]) -> Integers:
    """The violation of each component, by its lowest node: 0 none, 1 two ids, 2 size, 3 declared different."""
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
    """Replace the ids that a curator joined by the lowest of them."""
    known = ids >= 0
    lowest = np.full(len(ids), np.iinfo(np.int64).max)
    np.minimum.at(lowest, component[known], ids[known])
    merged = ids.copy()
    merged[known] = lowest[component[known]]
    renamed = dict(zip(ids[known].tolist(), merged[known].tolist(), strict=True))
    return np.array([renamed.get(one, -1) for one in ids.tolist()], np.int64)
