"""Identity resolution: cluster accounts into people by match rules, with the evidence of each match.

Only match rules link accounts, and no cluster holds two GitHub ids. A person keeps the id of the previous
table as long as most of the accounts stay together.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from ecotone.people.accounts import parse_all, prefixed
from ecotone.people.actors import ActorKind
from ecotone.people.joining import Flags, Integers, Joined, Nodes, join
from ecotone.people.kinds import kinds_of, whole
from ecotone.people.ties import OVERRIDE, RULES, SAME_ACCOUNT, TIE_SCHEMA

PEOPLE_SCHEMA: Final = pa.schema(
    [("account", pa.string()), ("person", pa.string()), ("actor_kind", pa.string()), ("evidence", pa.string())]
)
LINK_SCHEMA: Final = pa.schema([*TIE_SCHEMA, ("refused", pa.string())])
"""Matches with the reason for their rejection; NULL where they were used."""

_RULE_NAMES: Final = pa.array([rule.name for rule in RULES], pa.string())


@dataclass(frozen=True, slots=True)
class People:
    """Resolved identities.

    people   PEOPLE_SCHEMA, by account
    matches  IDENTITY_MATCH_SCHEMA: all candidate matches
    """

    table: pa.Table
    links: pa.Table


@dataclass(frozen=True, slots=True)
class _Places:
    """Accounts as nodes: one node per distinct GitHub id, login or address."""

    accounts: pa.StringArray
    hidden: Flags  # which accounts are no-reply addresses
    node: Integers  # of each account
    keys: pa.StringArray  # of each node
    one: Integers  # matches between an id and its login
    other: Integers


@dataclass(frozen=True, slots=True)
class _Ties:
    """Matches as numbers: the rows of both accounts, and the position of the rule in RULES."""

    one: Integers
    other: Integers
    rule: Integers


def resolve(
    accounts: Iterable[str],
    ties: pa.Table,
    names: pa.Table,
    previous: pa.Table | None = None,
    apart: Sequence[tuple[str, str]] = (),
    habits: Mapping[str, str] | None = None,
) -> People:
    """Assign a person and an actor kind to each account, with the evidence.

    accounts  e-mails and logins of events
    matches   MATCH_SCHEMA: matches found by rules
    names     NAME_SCHEMA: the names that accounts signed with
    previous  the last table, so that people keep their ids
    different_people     pairs of accounts; they overrule all matches
    signs_of_automation  by account; evidence only
    """
    separate = pa.array([end for pair in apart for end in pair], pa.string())
    listed, (wanted, one, other, separate_rows) = _in_order(
        [pa.array(list(accounts), pa.string()), whole(ties["account"]), whole(ties["other"]), separate]
    )
    places = _places(listed)
    kinds = kinds_of(listed, names)
    tied = _Ties(one, other, _index(ties["rule"], _RULE_NAMES))
    usable = _between_people(tied, kinds)
    joined = _join(places, tied, usable, separate_rows)
    refused = np.full(ties.num_rows, "a bot's or an agent's account", object)
    refused[usable] = joined.refused[len(places.one) :]
    links = ties.append_column("refused", pa.array(refused, pa.string())).cast(LINK_SCHEMA)
    component = joined.component[places.node]
    held = np.zeros(len(places.keys), bool)
    held[component[wanted]] = True
    columns = [
        places.accounts,
        _persons(places, joined.component, previous),
        _with_some(np.full(len(component), "person", object), {place: kind.kind for place, kind in kinds.items()}),
        _evidence(places, tied, pc.is_null(links["refused"]).to_numpy(), kinds, habits or {}),
    ]
    return People(pa.table(columns, schema=PEOPLE_SCHEMA).filter(pa.array(held[component])), links)


def person_id(anchor: str) -> str:
    """A short stable id that does not reveal the address."""
    return "p" + hashlib.sha256(anchor.encode()).hexdigest()[:15]


def _places(accounts: pa.StringArray) -> _Places:
    """Map accounts to nodes. A login that two ids used was reassigned: then only the ids count."""
    parsed = parse_all(accounts)
    by_id = prefixed("id:", parsed.github_id)
    own = pc.coalesce(by_id, parsed.key)
    pairs = pa.table([parsed.key, by_id], names=["login", "id"]).filter(pc.is_valid(by_id))
    pairs = pairs.group_by(["login", "id"], use_threads=False).aggregate([])
    ids = pairs.group_by("login", use_threads=False).aggregate([("id", "count")])
    single = pc.is_in(pairs["login"], value_set=whole(ids.filter(pc.equal(ids["id_count"], 1))["login"]))
    goes_by = pairs.filter(single)
    keys, (node, one, other) = _coded([own, whole(goes_by["id"]), whole(goes_by["login"])])
    return _Places(accounts=accounts, hidden=parsed.hidden, node=node, keys=keys, one=one, other=other)


def _between_people(ties: _Ties, kinds: Mapping[int, ActorKind]) -> Integers:
    """Positions of the usable matches: only a curator may link a bot's account."""
    automatic = np.array(sorted(kinds), np.int64)
    bots = np.isin(ties.one, automatic) | np.isin(ties.other, automatic)
    return np.flatnonzero(~bots | (ties.rule == RULES.index(OVERRIDE)))


def _join(places: _Places, ties: _Ties, usable: Integers, separate: Integers) -> Joined:
    level = np.array([rule.level for rule in RULES], np.int64)[ties.rule[usable]]
    known = pc.starts_with(places.keys, "id:").to_numpy(zero_copy_only=False)
    pairs = places.node[separate].reshape(-1, 2)
    return join(
        Nodes(np.bincount(places.node, minlength=len(places.keys)), np.where(known, np.arange(len(known)), -1)),
        np.concatenate([places.one, places.node[ties.one[usable]]]),
        np.concatenate([places.other, places.node[ties.other[usable]]]),
        np.concatenate([np.full(len(places.one), SAME_ACCOUNT.level), level]),
        (pairs[:, 0], pairs[:, 1]),
    )


def _persons(places: _Places, component: Integers, previous: pa.Table | None) -> pa.StringArray:
    """The person id of each account: the previous id if there is one, else derived from the first account."""
    roots = np.flatnonzero(component == np.arange(len(component)))
    anchors = _anchors(places.keys, component, roots).to_pylist()
    kept = _kept_ids(places, component, previous)
    used = set(kept.values())
    named = [kept.get(root) or person_id(anchor) for root, anchor in zip(roots.tolist(), anchors, strict=True)]
    if len(set(named)) < len(named):  # after a split, or a hash collision
        for place in sorted(range(len(named)), key=lambda place: anchors[place]):
            again = 0
            while roots[place] not in kept and (again == 0 or named[place] in used):
                named[place] = person_id(anchors[place] if again == 0 else f"{anchors[place]}#{again}")
                again += 1
            used.add(named[place])
    return pa.array(named, pa.string()).take(pa.array(np.searchsorted(roots, component[places.node])))


def _anchors(keys: pa.StringArray, component: Integers, roots: Integers) -> pa.StringArray:
    """The first key of each component: a login if there is one, then an id, then an address."""
    rank = np.full(len(keys), 2, np.int8)
    for place, prefix in enumerate(("login:", "id:")):
        rank[pc.starts_with(keys, prefix).to_numpy(zero_copy_only=False)] = place
    best = np.full(len(keys), 2, np.int8)
    np.minimum.at(best, component, rank)
    first = np.flatnonzero(rank == best[component])
    order = first[np.argsort(component[first], kind="stable")]
    held = component[order]
    several = np.append(held[1:] == held[:-1], False) | np.append(False, held[1:] == held[:-1])
    if several.any():
        chosen = order[several]
        rows = pa.table([component[chosen], keys.take(pa.array(chosen))], names=["root", "key"])
        order[several] = chosen[pc.sort_indices(rows, [("root", "ascending"), ("key", "ascending")]).to_numpy()]
    return keys.take(pa.array(order[np.searchsorted(held, roots)]))


def _kept_ids(places: _Places, component: Integers, previous: pa.Table | None) -> dict[int, str]:
    """Component -> the previous id of most of its accounts; an id is given to one component only."""
    if previous is None:
        return {}
    again = previous.filter(pc.is_in(previous["account"], value_set=places.accounts))
    votes = pa.table(
        [again["person"], component[places.node[_index(again["account"], places.accounts)]]], names=["person", "root"]
    )
    counted = votes.group_by(["person", "root"], use_threads=False).aggregate([([], "count_all")])
    order = [("count_all", "descending"), ("person", "ascending")]
    kept: dict[int, str] = {}
    taken: set[str] = set()
    ordered = counted.sort_by(order)
    for person, root in zip(ordered["person"].to_pylist(), ordered["root"].to_pylist(), strict=True):
        if person not in taken and root not in kept:
            kept[root] = person
            taken.add(person)
    return kept


def _evidence(
    places: _Places, ties: _Ties, used: Flags, kinds: Mapping[int, ActorKind], habits: Mapping[str, str]
) -> pa.StringArray:
    """The evidence for each account: the account itself, then the rules that linked it."""
    said = places.hidden.astype(np.int64)
    for place in range(len(RULES)):
        chosen = used & (ties.rule == place)
        said[np.concatenate([ties.one[chosen], ties.other[chosen]])] |= 2 << place
    sentences = np.array([_sentence(code) for code in range(2 << len(RULES))], object)
    more = {place: [f"{kind.kind}: {kind.rule}"] for place, kind in kinds.items() if kind.rule}
    if habits:
        shown = pc.index_in(places.accounts, value_set=pa.array(list(habits), pa.string()))
        said_of = list(habits.values())
        for place in np.flatnonzero(shown.is_valid()).tolist():
            more.setdefault(place, []).append(said_of[shown[place].as_py()])
    return _with_some(
        sentences[said], {place: "; ".join([sentences[said[place]], *rows]) for place, rows in more.items()}
    )


def _sentence(code: int) -> str:
    """The evidence text of a code: the lowest bit is a no-reply address, then one bit per rule."""
    first = SAME_ACCOUNT.says if code & 1 else "the account itself"
    return "; ".join([first, *(rule.name for place, rule in enumerate(RULES) if code & 2 << place)])


def _with_some(values: NDArray[np.object_], some: Mapping[int, str]) -> pa.StringArray:
    values[list(some)] = list(some.values())
    return pa.array(values, pa.string())


def _coded(parts: Sequence[pa.StringArray]) -> tuple[pa.StringArray, list[Integers]]:
    """The distinct values of all parts, and the index of each value among them."""
    coded = pa.concat_arrays(parts).dictionary_encode()
    codes = coded.indices.to_numpy().astype(np.int64)
    return coded.dictionary, np.split(codes, np.cumsum([len(part) for part in parts])[:-1])


def _in_order(parts: Sequence[pa.StringArray]) -> tuple[pa.StringArray, list[Integers]]:
    """The distinct values, sorted, and the index of each value among them."""
    values, codes = _coded(parts)
    order = pc.sort_indices(values).to_numpy()
    rank = np.empty(len(order), np.int64)
    rank[order] = np.arange(len(order))
    return values.take(pa.array(order)), [rank[part] for part in codes]


def _index(values: pa.Array | pa.ChunkedArray, known: pa.StringArray) -> Integers:
    found: Integers = pc.index_in(values, value_set=known).to_numpy().astype(np.int64)
    return found
