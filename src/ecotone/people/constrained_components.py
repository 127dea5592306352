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
class Components:
    """The components and the rejected matches.

    component          the lowest node of each node's component
    rejection_reasons  one per match; None if it was used
    """

    component: Integers
    rejection_reasons: Sequence[str | None]


def find_constrained_components(
    nodes: Nodes,
    first_nodes: Integers,
    second_nodes: Integers,
    level: Integers,
    different_people: tuple[Integers, Integers],
) -> Components:
    """Apply matches level by level.

    first_nodes, second_nodes  the nodes of each match
    level                      0 is the strongest: declared by a curator, it may join two ids
    different_people           pairs of nodes that must not be joined
    """
    component = np.arange(len(nodes.accounts))
    ids = nodes.github_id.copy()
    rejection_reasons = np.full(len(first_nodes), None, object)
    for step in np.unique(level).tolist():
        chosen = np.flatnonzero(level == step)
        merged_component = _merge_components(component, component[first_nodes[chosen]], component[second_nodes[chosen]])
        violations = _find_violations(
            nodes.accounts, ids if step else np.full_like(ids, -1), merged_component, different_people
        )
        reason = violations[merged_component[first_nodes[chosen]]]
        # a match within an existing component causes no violation
        is_rejected = (reason > 0) & (component[first_nodes[chosen]] != component[second_nodes[chosen]])
        rejection_reasons[chosen[is_rejected]] = np.array([None, TWO_IDS, TOO_MANY, APART], object)[reason[is_rejected]]
        accepted = chosen[~is_rejected]
        component = _merge_components(component, component[first_nodes[accepted]], component[second_nodes[accepted]])
        if step == 0:
            ids = _merge_declared_ids(ids, component)
    return Components(component, rejection_reasons.tolist())


def _merge_components(component: Integers, first_nodes: Integers, second_nodes: Integers) -> Integers:
    """Merge components along edges; each component is identified by its lowest node."""
    count = len(component)
    links = coo_array((np.ones(len(first_nodes), np.int8), (first_nodes, second_nodes)), shape=(count, count))
    _, label = connected_components(links, directed=False)
    label = label[component]
    lowest = np.full(count, count, np.int64)
    np.minimum.at(lowest, label, np.arange(count))
    connected: Integers = lowest[label]
    return connected


def _find_violations(
    accounts: Integers, ids: Integers, component: Integers, different_people: tuple[Integers, Integers]
) -> Integers:
    """The violation of each component, by its lowest node: 0 none, 1 two ids, 2 size, 3 declared different."""
    count = len(component)
    violations = np.zeros(count, np.int64)
    violations[np.bincount(component, accounts, count) > LARGEST] = 2
    known = ids >= 0
    lowest, highest = np.full(count, np.iinfo(np.int64).max), np.full(count, -1)
    np.minimum.at(lowest, component[known], ids[known])
    np.maximum.at(highest, component[known], ids[known])
    violations[lowest < highest] = 1
    together = component[different_people[0]] == component[different_people[1]]
    violations[component[different_people[0][together]]] = 3
    return violations


def _merge_declared_ids(ids: Integers, component: Integers) -> Integers:
    """Replace the ids that a curator joined by the lowest of them."""
    known = ids >= 0
    lowest = np.full(len(ids), np.iinfo(np.int64).max)
    np.minimum.at(lowest, component[known], ids[known])
    merged = ids.copy()
    merged[known] = lowest[component[known]]
    renamed = dict(zip(ids[known].tolist(), merged[known].tolist(), strict=True))
    return np.array([renamed.get(github_id, -1) for github_id in ids.tolist()], np.int64)
