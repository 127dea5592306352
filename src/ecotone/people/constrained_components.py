"""Connected components under constraints: apply match rules by strength, reject matches that violate a constraint.

A component must not hold two GitHub ids, more than `LARGEST` accounts, two accounts that are declared different people,
two people that one `.mailmap` lists, or established names that have nothing in common. Otherwise all matches of its
weakest rule are rejected.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final, Protocol

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

Integers = NDArray[np.int64]
Flags = NDArray[np.bool_]

LARGEST: Final = 25
"""Largest number of accounts of one person."""
CERTAIN_LEVEL: Final = 1
"""Matches of this level and stronger ones may join differing names: a curator's, and those of one GitHub id."""

TWO_IDS: Final = "two GitHub ids"
TOO_MANY: Final = f"more than {LARGEST} accounts"
APART: Final = "kept apart by the landscape file"
LISTED_APART: Final = "two people of one .mailmap"
NAMES_DIFFER: Final = "two established names without a common part"

_REASONS: Final = np.array([None, TWO_IDS, TOO_MANY, NAMES_DIFFER, LISTED_APART, APART], object)


@dataclass(frozen=True, slots=True)
class Nodes:
    """The number of accounts of each node, and its GitHub id (-1: none)."""

    accounts: Integers
    github_id: Integers


@dataclass(frozen=True, slots=True)
class ListedPeople:
    """The people that files list, in parallel: node, file, and number of the person in the file.

    level  the level of matches that the files declare; only weaker matches must not join two of its people
    """

    node: Integers
    file: Integers
    person: Integers
    level: int


class EstablishedNames(Protocol):
    """The names that nodes sign with.

    lowest, highest  by node: a number of its first and last established name; -1 if it has none
    """

    lowest: Integers
    highest: Integers

    def differ(self, nodes: Sequence[int]) -> bool:
        """Whether the names of these nodes have nothing in common."""


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
    listed: ListedPeople | None = None,
    names: EstablishedNames | None = None,
) -> Components:
    """Apply matches level by level.

    first_nodes, second_nodes  the nodes of each match
    level                      0 is the strongest: declared by a curator, it may join two ids and differing names
    different_people           pairs of nodes that must not be joined
    listed                     people that files list; weaker matches must not join two of one file
    names                      names that must not meet in a component, unless level 0 or 1 joins them
    """
    component = np.arange(len(nodes.accounts))
    ids = nodes.github_id.copy()
    is_exempt = np.zeros(len(component), bool)
    rejection_reasons = np.full(len(first_nodes), None, object)
    for step in np.unique(level).tolist():
        chosen = np.flatnonzero(level == step)
        first, second = first_nodes[chosen], second_nodes[chosen]
        merged_component = _merge_components(component, component[first], component[second])
        violations = _find_violations(nodes.accounts, ids if step else np.full_like(ids, -1), merged_component)
        # a match within an existing component causes no violation
        crosses = component[first] != component[second]
        if names is not None and step > CERTAIN_LEVEL:
            joined = merged_component[first[crosses]]
            _mark_differing_names(violations, merged_component, joined, names, is_exempt)
        if listed is not None and step > listed.level:
            listed = _join_listed_people(listed, component)
            violations[_components_of_two_listed(listed, merged_component)] = _REASONS.tolist().index(LISTED_APART)
        violations = _mark_declared_apart(violations, merged_component, different_people)
        reason = violations[merged_component[first]]
        is_rejected = (reason > 0) & crosses
        rejection_reasons[chosen[is_rejected]] = _REASONS[reason[is_rejected]]
        accepted = chosen[~is_rejected]
        component = _merge_components(component, component[first_nodes[accepted]], component[second_nodes[accepted]])
        if step == 0:
            ids = _merge_declared_ids(ids, component)
        if names is not None and step <= CERTAIN_LEVEL:
            conflicts = np.zeros(len(component), np.int64)
            _mark_differing_names(conflicts, component, component[first_nodes[accepted]], names, is_exempt)
            is_exempt |= conflicts[component] > 0
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


def _find_violations(accounts: Integers, ids: Integers, component: Integers) -> Integers:
    """The violation of each component, by its lowest node: 0 none, else a position in `_REASONS`."""
    count = len(component)
    violations = np.zeros(count, np.int64)
    violations[np.bincount(component, accounts, count) > LARGEST] = 2
    known = ids >= 0
    lowest, highest = np.full(count, np.iinfo(np.int64).max), np.full(count, -1)
    np.minimum.at(lowest, component[known], ids[known])
    np.maximum.at(highest, component[known], ids[known])
    violations[lowest < highest] = 1
    return violations


def _mark_declared_apart(
    violations: Integers, component: Integers, different_people: tuple[Integers, Integers]
) -> Integers:
    together = component[different_people[0]] == component[different_people[1]]
    violations[component[different_people[0][together]]] = _REASONS.tolist().index(APART)
    return violations


def _mark_differing_names(
    violations: Integers, component: Integers, joined: Integers, names: EstablishedNames, is_exempt: Flags
) -> None:
    """Mark the joined components whose established names have nothing in common."""
    count = len(component)
    holders = np.flatnonzero((names.highest >= 0) & ~is_exempt)
    holders = holders[np.isin(component[holders], np.unique(joined))]
    lowest, highest = np.full(count, np.iinfo(np.int64).max), np.full(count, -1)
    np.minimum.at(lowest, component[holders], names.lowest[holders])
    np.maximum.at(highest, component[holders], names.highest[holders])
    holders = holders[(lowest < highest)[component[holders]]]
    holders = holders[np.argsort(component[holders], kind="stable")]
    roots, starts = np.unique(component[holders], return_index=True)
    for root, members in zip(roots.tolist(), np.split(holders, starts[1:]), strict=False):
        if len(members) <= LARGEST and names.differ(members.tolist()) and not violations[root]:
            violations[root] = _REASONS.tolist().index(NAMES_DIFFER)


def _join_listed_people(listed: ListedPeople, component: Integers) -> ListedPeople:
    """The same people; those of one file who are in one component are one."""
    if not len(listed.node):
        return listed
    files = int(listed.file.max()) + 1
    _, group = np.unique(component[listed.node] * files + listed.file, return_inverse=True)
    _, person = np.unique(listed.person * files + listed.file, return_inverse=True)
    links = coo_array(
        (np.ones(len(group), np.int8), (group, group.max() + 1 + person)),
        shape=(int(group.max() + person.max()) + 2,) * 2,
    )
    _, label = connected_components(links, directed=False)
    return replace(listed, person=label[group].astype(np.int64))


def _components_of_two_listed(listed: ListedPeople, component: Integers) -> Integers:
    """The components that hold two people of one file."""
    if not len(listed.node):
        return np.zeros(0, np.int64)
    files = int(listed.file.max()) + 1
    keys, group = np.unique(component[listed.node] * files + listed.file, return_inverse=True)
    lowest = np.full(len(keys), np.iinfo(np.int64).max)
    highest = np.full(len(keys), -1)
    np.minimum.at(lowest, group, listed.person)
    np.maximum.at(highest, group, listed.person)
    two: Integers = np.unique(keys[lowest < highest] // files)
    return two


def _merge_declared_ids(ids: Integers, component: Integers) -> Integers:
    """Replace the ids that a curator joined by the lowest of them."""
    known = ids >= 0
    lowest = np.full(len(ids), np.iinfo(np.int64).max)
    np.minimum.at(lowest, component[known], ids[known])
    merged = ids.copy()
    merged[known] = lowest[component[known]]
    renamed = dict(zip(ids[known].tolist(), merged[known].tolist(), strict=True))
    return np.array([renamed.get(github_id, -1) for github_id in ids.tolist()], np.int64)
