"""Which accounts belong to one person, by declared rules, each join with its evidence.

Nothing is guessed: two accounts are one person only where a rule of `ties.RULES` says so, and what contradicts
a GitHub id is not believed. A person keeps the id of the previous table as long as most accounts stay together.
"""

from __future__ import annotations

import hashlib
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from ecotone.people.accounts import NOREPLY, Account, parse
from ecotone.people.actors import ActorKind, actor_kind
from ecotone.people.joining import Integers, Joined, Nodes, join
from ecotone.people.ties import OVERRIDE, RULES, SAME_ACCOUNT, TIE_SCHEMA

PEOPLE_SCHEMA: Final = pa.schema(
    [("account", pa.string()), ("person", pa.string()), ("actor_kind", pa.string()), ("evidence", pa.string())]
)
LINK_SCHEMA: Final = pa.schema([*TIE_SCHEMA, ("refused", pa.string())])
"""Ties with why they were not used; NULL where they were."""

_LEVEL: Final = {rule.name: rule.level for rule in RULES}


@dataclass(frozen=True, slots=True)
class People:
    """Who is who.

    table  PEOPLE_SCHEMA, by account
    links  LINK_SCHEMA: every tie that was looked at
    """

    table: pa.Table
    links: pa.Table


@dataclass(frozen=True, slots=True)
class _Places:
    """Where accounts stand among the nodes: one node a distinct GitHub id, login or address."""

    accounts: Sequence[str]
    node: Integers  # of each account
    index: Mapping[str, int]  # key -> node
    keys: Sequence[str]
    one: Integers  # ties between an id and the login it goes by
    other: Integers
    github_id: Integers


def resolve(
    accounts: Iterable[str],
    ties: pa.Table,
    names: Mapping[str, Sequence[str]],
    previous: pa.Table | None = None,
    apart: Sequence[tuple[str, str]] = (),
    habits: Mapping[str, str] | None = None,
) -> People:
    """Every account with its person, what kind of actor it is, and the evidence.

    accounts  what acts are signed with: e-mails and logins
    ties      TIE_SCHEMA: joins beyond the spelling of the account itself
    names     account -> the names it signed with
    previous  the last table, so that persons keep their ids
    apart     pairs of accounts that are two people, whatever rules say
    habits    account -> what speaks for a machine; shown as evidence, it decides nothing
    """
    ends = [*ties["account"].to_pylist(), *ties["other"].to_pylist(), *(end for pair in apart for end in pair)]
    places = _places(sorted({*accounts, *ends}))
    kinds = [_kind_of(account, names) for account in places.accounts]
    usable = _between_people(ties, places, kinds)
    joined = _join(places, ties, usable, apart)
    person = _persons(places, joined.component, previous)
    refused = np.array(["a bot's or an agent's account"] * ties.num_rows, object)
    refused[usable] = [reason or None for reason in joined.refused[len(places.one) :]]
    links = ties.append_column("refused", pa.array(refused, pa.string())).cast(LINK_SCHEMA)
    evidence = _evidence(places, links, kinds, habits or {})
    columns = [places.accounts, person, [kind.kind for kind in kinds], evidence]
    table = pa.table([pa.array(column, pa.string()) for column in columns], schema=PEOPLE_SCHEMA)
    wanted = pc.is_in(table["person"], value_set=_persons_with(table, accounts))
    return People(table.filter(wanted), links)


def person_id(anchor: str) -> str:
    """A short stable id that does not give the address away."""
    return "p" + hashlib.sha256(anchor.encode()).hexdigest()[:15]


def _persons_with(table: pa.Table, accounts: Iterable[str]) -> pa.Array:
    listed = pc.is_in(table["account"], value_set=pa.array(sorted(set(accounts)), pa.string()))
    return pc.unique(table.filter(listed)["person"])


def _places(listed: Sequence[str]) -> _Places:
    """Nodes of accounts. A login that two ids went by was given to somebody else: then only the ids count."""
    parsed = [parse(account) for account in listed]
    ids_of: dict[str, set[str]] = defaultdict(set)
    for one in parsed:
        if one.github_id and one.login:
            ids_of[one.login].add(one.github_id)
    index: dict[str, int] = {}
    node = [index.setdefault(_node_key(one), len(index)) for one in parsed]
    goes_by: set[tuple[int, int]] = set()
    for login, ids in ids_of.items():
        if len(ids) == 1:
            (only,) = ids
            goes_by.add((index[f"id:{only}"], index.setdefault(f"login:{login}", len(index))))
    keys = list(index)
    number = {key: place for place, key in enumerate(key for key in keys if key.startswith("id:"))}
    pairs = np.array(sorted(goes_by), np.int64).reshape(-1, 2)
    return _Places(
        accounts=listed,
        node=np.array(node, np.int64),
        index=index,
        keys=keys,
        one=pairs[:, 0],
        other=pairs[:, 1],
        github_id=np.array([number.get(key, -1) for key in keys], np.int64),
    )


def _node_key(account: Account) -> str:
    return f"id:{account.github_id}" if account.github_id else account.key


def _kind_of(account: str, names: Mapping[str, Sequence[str]]) -> ActorKind:
    """A rule on names counts only if every name that the account signed with agrees."""
    parsed = parse(account)
    email = account if "@" in account else None
    kinds = [actor_kind(name, email, parsed.login) for name in names.get(account) or ("",)]
    first = kinds[0]
    if first.kind != "person" and all(kind.kind == first.kind for kind in kinds):
        return first
    return ActorKind("person")


def _between_people(ties: pa.Table, places: _Places, kinds: Sequence[ActorKind]) -> Integers:
    """Positions of the ties that may be used: a bot's account is joined only where a curator says so."""
    automatic = {account for account, kind in zip(places.accounts, kinds, strict=True) if kind.kind != "person"}
    if not automatic:
        return np.arange(ties.num_rows)
    ends = pa.array(sorted(automatic), pa.string())
    bots = pc.or_(pc.is_in(ties["account"], value_set=ends), pc.is_in(ties["other"], value_set=ends))
    return np.flatnonzero(pc.or_(pc.invert(bots), pc.equal(ties["rule"], OVERRIDE.name)).to_numpy())


def _join(places: _Places, ties: pa.Table, usable: Integers, apart: Sequence[tuple[str, str]]) -> Joined:
    node_of = dict(zip(places.accounts, places.node.tolist(), strict=True))
    chosen = ties.take(pa.array(usable))
    ends = [np.array([node_of[end] for end in chosen[name].to_pylist()], np.int64) for name in ("account", "other")]
    level = np.array([_LEVEL[rule] for rule in chosen["rule"].to_pylist()], np.int64)
    pairs = np.array([(node_of[one], node_of[other]) for one, other in apart], np.int64).reshape(-1, 2)
    return join(
        Nodes(np.bincount(places.node, minlength=len(places.keys)), places.github_id),
        np.concatenate([places.one, ends[0]]),
        np.concatenate([places.other, ends[1]]),
        np.concatenate([np.full(len(places.one), SAME_ACCOUNT.level), level]),
        (pairs[:, 0], pairs[:, 1]),
    )


def _persons(places: _Places, component: Integers, previous: pa.Table | None) -> list[str]:
    """The id of each account's person: the previous one where there was one, else made from the first account."""
    anchors: dict[int, str] = {}
    # a login outlives an address, and says more than a number
    for key, root in sorted(zip(places.keys, component.tolist(), strict=True), key=lambda pair: _anchor_order(pair[0])):
        anchors.setdefault(root, key)
    of_account = component[places.node].tolist()
    kept = _kept_ids(dict(zip(places.accounts, of_account, strict=True)), previous)
    used = set(kept.values())
    named: dict[int, str] = {}
    for root in sorted(set(of_account), key=lambda root: anchors[root]):
        anchor, again = anchors[root], 0
        found = kept.get(root)
        while found is None:
            fresh = person_id(anchor if again == 0 else f"{anchor}#{again}")
            again += 1
            if fresh not in used:
                found = fresh
        used.add(found)
        named[root] = found
    return [named[root] for root in of_account]


def _anchor_order(key: str) -> tuple[int, str]:
    return (("login", "id", "email").index(key.partition(":")[0]), key)


def _kept_ids(component: Mapping[str, int], previous: pa.Table | None) -> dict[int, str]:
    """Component -> the id that most of its accounts had; an id goes to one component only."""
    if previous is None:
        return {}
    votes: Counter[tuple[str, int]] = Counter()
    for account, person in zip(previous["account"].to_pylist(), previous["person"].to_pylist(), strict=True):
        if account in component:
            votes[person, component[account]] += 1
    kept: dict[int, str] = {}
    taken: set[str] = set()
    for (person, root), _ in sorted(votes.items(), key=lambda item: (-item[1], item[0][0])):
        if person not in taken and root not in kept:
            kept[root] = person
            taken.add(person)
    return kept


def _evidence(places: _Places, links: pa.Table, kinds: Sequence[ActorKind], habits: Mapping[str, str]) -> list[str]:
    """What holds each account to its person: the account itself, then the rules that joined it."""
    used = links.filter(pc.is_null(links["refused"]))
    rules: dict[str, set[str]] = defaultdict(set)
    for one, other, rule in zip(*(used[name].to_pylist() for name in ("account", "other", "rule")), strict=True):
        rules[one].add(rule)
        rules[other].add(rule)
    rows = []
    for account, kind in zip(places.accounts, kinds, strict=True):
        first = SAME_ACCOUNT.says if NOREPLY.match(account.strip()) else "the account itself"
        more = sorted(rules.get(account, ()), key=lambda name: _LEVEL[name])
        said = [f"{kind.kind}: {kind.rule}"] if kind.rule else []
        said += [habits[account]] if account in habits else []
        rows.append("; ".join([first, *more, *said]))
    return rows
