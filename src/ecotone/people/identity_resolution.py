"""Identity resolution: cluster accounts into people by match rules, with the evidence of each match.

Only match rules link accounts, and no cluster holds two GitHub ids. A person keeps the id of the previous
table as long as most of the accounts stay together.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from ecotone.people.account_parsing import add_prefix, parse_accounts, person_id
from ecotone.people.actor_classification import classify_accounts, combine_chunks
from ecotone.people.actor_rules import ActorKind
from ecotone.people.constrained_components import (
    NAMES_DIFFER,
    Components,
    Flags,
    Integers,
    ListedPeople,
    Nodes,
    find_constrained_components,
)
from ecotone.people.match_rules import MAILMAP, MATCH_SCHEMA, OVERRIDE, RULES, SAME_ACCOUNT
from ecotone.people.name_evidence import NameEvidence, find_matches_of_other_names

PEOPLE_SCHEMA: Final = pa.schema(
    [("account", pa.string()), ("person", pa.string()), ("actor_kind", pa.string()), ("evidence", pa.string())]
)
IDENTITY_MATCH_SCHEMA: Final = pa.schema([*MATCH_SCHEMA, ("refused", pa.string())])
"""Matches with the reason for their rejection; NULL where they were used."""

LISTED_SCHEMA: Final = pa.schema([("account", pa.string()), ("file", pa.int64()), ("person", pa.int64())])
"""The people that `.mailmap` files list: two people of one file are different people for weaker rules."""

_RULE_NAMES: Final = pa.array([rule.name for rule in RULES], pa.string())


@dataclass(frozen=True, slots=True)
class ResolvedIdentities:
    """Resolved identities.

    people   PEOPLE_SCHEMA, by account
    matches  IDENTITY_MATCH_SCHEMA: all candidate matches
    """

    people: pa.Table
    matches: pa.Table


@dataclass(frozen=True, slots=True)
class _AccountNodes:
    """Accounts as nodes: one node per distinct GitHub id, login or address."""

    accounts: pa.StringArray
    is_noreply: Flags  # which accounts are no-reply addresses
    node: Integers  # of each account
    keys: pa.StringArray  # of each node
    first_nodes: Integers  # matches between an id and its login
    second_nodes: Integers


@dataclass(frozen=True, slots=True)
class _CodedMatches:
    """Matches as numbers: the rows of both accounts, and the position of the rule in RULES."""

    first_rows: Integers
    second_rows: Integers
    rule: Integers


def resolve_identities(
    accounts: Iterable[str],
    matches: pa.Table,
    names: pa.Table,
    previous: pa.Table | None = None,
    different_people: Sequence[tuple[str, str]] = (),
    signs_of_automation: Mapping[str, str] | None = None,
    listed_people: pa.Table | None = None,
    name_uses: pa.Table | None = None,
) -> ResolvedIdentities:
    """Assign a person and an actor kind to each account, with the evidence.

    accounts  e-mails and logins of events
    matches   MATCH_SCHEMA: matches found by rules
    names     NAME_SCHEMA: the names that accounts signed with
    previous  the last table, so that people keep their ids
    different_people     pairs of accounts; they overrule all matches
    signs_of_automation  by account; a supporting evidence for its kind
    listed_people        LISTED_SCHEMA
    name_uses            name_evidence.NAME_USE_SCHEMA
    """
    separate = pa.array([end for pair in different_people for end in pair], pa.string())
    listed, (wanted_rows, first_rows, second_rows, separate_rows) = _encode_sorted(
        [
            pa.array(list(accounts), pa.string()),
            combine_chunks(matches["account"]),
            combine_chunks(matches["other_account"]),
            separate,
        ]
    )
    nodes = _map_accounts_to_nodes(listed)
    kinds = classify_accounts(listed, names, signs_of_automation or {})
    coded_matches = _CodedMatches(first_rows, second_rows, _index_in(matches["rule"], _RULE_NAMES))
    differ = find_matches_of_other_names(matches, names)
    usable = _usable_matches(coded_matches, kinds, differ)
    against = _EvidenceAgainst(
        nodes.node[separate_rows].reshape(-1, 2),
        _list_people_of_nodes(nodes, listed_people) if listed_people is not None else None,
        NameEvidence(nodes.accounts, nodes.node, len(nodes.keys), name_uses) if name_uses is not None else None,
    )
    components = _connect_accounts(nodes, coded_matches, usable, against)
    rejection_reasons = np.full(matches.num_rows, "a bot's or an agent's account", object)
    rejection_reasons[differ] = NAMES_DIFFER
    rejection_reasons[usable] = components.rejection_reasons[len(nodes.first_nodes) :]
    links = matches.append_column("refused", pa.array(rejection_reasons, pa.string())).cast(IDENTITY_MATCH_SCHEMA)
    component = components.component[nodes.node]
    is_wanted = np.zeros(len(nodes.keys), bool)
    is_wanted[component[wanted_rows]] = True
    columns = [
        nodes.accounts,
        _assign_person_ids(nodes, components.component, previous),
        _replace_values(
            np.full(len(component), "person", object), {position: kind.kind for position, kind in kinds.items()}
        ),
        _evidence_texts(
            nodes, coded_matches, pc.is_null(links["refused"]).to_numpy(), kinds, signs_of_automation or {}
        ),
    ]
    return ResolvedIdentities(pa.table(columns, schema=PEOPLE_SCHEMA).filter(pa.array(is_wanted[component])), links)


def _map_accounts_to_nodes(accounts: pa.StringArray) -> _AccountNodes:
    """Map accounts to nodes. A login that two ids used was reassigned: then only the ids count."""
    parsed = parse_accounts(accounts)
    by_id = add_prefix("id:", parsed.github_id)
    own = pc.coalesce(by_id, parsed.key)
    pairs = pa.table([parsed.key, by_id], names=["login", "id"]).filter(pc.is_valid(by_id))
    pairs = pairs.group_by(["login", "id"], use_threads=False).aggregate([])
    ids = pairs.group_by("login", use_threads=False).aggregate([("id", "count")])
    single = pc.is_in(pairs["login"], value_set=combine_chunks(ids.filter(pc.equal(ids["id_count"], 1))["login"]))
    goes_by = pairs.filter(single)
    keys, (node, id_nodes, login_nodes) = _dictionary_encode(
        [own, combine_chunks(goes_by["id"]), combine_chunks(goes_by["login"])]
    )
    return _AccountNodes(
        accounts=accounts,
        is_noreply=parsed.is_noreply,
        node=node,
        keys=keys,
        first_nodes=id_nodes,
        second_nodes=login_nodes,
    )


def _usable_matches(matches: _CodedMatches, kinds: Mapping[int, ActorKind], differ: Flags) -> Integers:
    """Positions of the usable matches: their names do not differ, and only a curator may link a bot's account."""
    automatic = np.array(sorted(kinds), np.int64)
    bots = np.isin(matches.first_rows, automatic) | np.isin(matches.second_rows, automatic)
    return np.flatnonzero(~differ & (~bots | (matches.rule == RULES.index(OVERRIDE))))


@dataclass(frozen=True, slots=True)
class _EvidenceAgainst:
    """What keeps nodes apart: pairs that a curator declares, people that files list, and names."""

    pairs: Integers
    listed: ListedPeople | None
    names: NameEvidence | None


def _list_people_of_nodes(nodes: _AccountNodes, listed: pa.Table) -> ListedPeople:
    known = listed.filter(pc.is_in(listed["account"], value_set=nodes.accounts))
    file, person = (known[column].to_numpy().astype(np.int64) for column in ("file", "person"))
    return ListedPeople(nodes.node[_index_in(known["account"], nodes.accounts)], file, person, MAILMAP.level)


def _connect_accounts(
    nodes: _AccountNodes, matches: _CodedMatches, usable: Integers, against: _EvidenceAgainst
) -> Components:
    level = np.array([rule.level for rule in RULES], np.int64)[matches.rule[usable]]
    known = pc.starts_with(nodes.keys, "id:").to_numpy(zero_copy_only=False)
    return find_constrained_components(
        Nodes(np.bincount(nodes.node, minlength=len(nodes.keys)), np.where(known, np.arange(len(known)), -1)),
        np.concatenate([nodes.first_nodes, nodes.node[matches.first_rows[usable]]]),
        np.concatenate([nodes.second_nodes, nodes.node[matches.second_rows[usable]]]),
        np.concatenate([np.full(len(nodes.first_nodes), SAME_ACCOUNT.level), level]),
        (against.pairs[:, 0], against.pairs[:, 1]),
        against.listed,
        against.names,
    )


def _assign_person_ids(nodes: _AccountNodes, component: Integers, previous: pa.Table | None) -> pa.StringArray:
    """The person id of each account: the previous id if there is one, else derived from the first account."""
    roots = np.flatnonzero(component == np.arange(len(component)))
    anchors = _first_keys(nodes.keys, component, roots).to_pylist()
    previous_ids = _previous_ids(nodes, component, previous)
    used_ids = set(previous_ids.values())
    named = [previous_ids.get(root) or person_id(anchor) for root, anchor in zip(roots.tolist(), anchors, strict=True)]
    if len(set(named)) < len(named):  # after a split, or a hash collision
        for position in sorted(range(len(named)), key=lambda position: anchors[position]):
            again = 0
            while roots[position] not in previous_ids and (again == 0 or named[position] in used_ids):
                named[position] = person_id(anchors[position] if again == 0 else f"{anchors[position]}#{again}")
                again += 1
            used_ids.add(named[position])
    return pa.array(named, pa.string()).take(pa.array(np.searchsorted(roots, component[nodes.node])))


def _first_keys(keys: pa.StringArray, component: Integers, roots: Integers) -> pa.StringArray:
    """The first key of each component: a login if there is one, then an id, then an address."""
    rank = np.full(len(keys), 2, np.int8)
    for key_rank, prefix in enumerate(("login:", "id:")):
        rank[pc.starts_with(keys, prefix).to_numpy(zero_copy_only=False)] = key_rank
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


def _previous_ids(nodes: _AccountNodes, component: Integers, previous: pa.Table | None) -> dict[int, str]:
    """Component -> the previous id of most of its accounts; an id is given to one component only."""
    if previous is None:
        return {}
    known_accounts = previous.filter(pc.is_in(previous["account"], value_set=nodes.accounts))
    votes = pa.table(
        [known_accounts["person"], component[nodes.node[_index_in(known_accounts["account"], nodes.accounts)]]],
        names=["person", "root"],
    )
    counted = votes.group_by(["person", "root"], use_threads=False).aggregate([([], "count_all")])
    order = [("count_all", "descending"), ("person", "ascending")]
    previous_id: dict[int, str] = {}
    taken: set[str] = set()
    ordered = counted.sort_by(order)
    for person, root in zip(ordered["person"].to_pylist(), ordered["root"].to_pylist(), strict=True):
        if person not in taken and root not in previous_id:
            previous_id[root] = person
            taken.add(person)
    return previous_id


def _evidence_texts(
    nodes: _AccountNodes,
    matches: _CodedMatches,
    used: Flags,
    kinds: Mapping[int, ActorKind],
    signs_of_automation: Mapping[str, str],
) -> pa.StringArray:
    """The evidence for each account: the account itself, then the rules that linked it."""
    codes = nodes.is_noreply.astype(np.int64)
    for position in range(len(RULES)):
        chosen = used & (matches.rule == position)
        codes[np.concatenate([matches.first_rows[chosen], matches.second_rows[chosen]])] |= 2 << position
    sentences = np.array([_evidence_sentence(code) for code in range(2 << len(RULES))], object)
    extra_evidence = {position: [f"{kind.kind}: {kind.rule}"] for position, kind in kinds.items() if kind.rule}
    if signs_of_automation:
        sign_index = pc.index_in(nodes.accounts, value_set=pa.array(list(signs_of_automation), pa.string()))
        sign_texts = list(signs_of_automation.values())
        for position in np.flatnonzero(sign_index.is_valid()).tolist():
            extra_evidence.setdefault(position, []).append(sign_texts[sign_index[position].as_py()])
    return _replace_values(
        sentences[codes],
        {position: "; ".join([sentences[codes[position]], *rows]) for position, rows in extra_evidence.items()},
    )


def _evidence_sentence(code: int) -> str:
    """The evidence text of a code: the lowest bit is a no-reply address, then one bit per rule."""
    first = SAME_ACCOUNT.evidence if code & 1 else "the account itself"
    return "; ".join([first, *(rule.name for rule_position, rule in enumerate(RULES) if code & 2 << rule_position)])


def _replace_values(values: NDArray[np.object_], replacements: Mapping[int, str]) -> pa.StringArray:
    values[list(replacements)] = list(replacements.values())
    return pa.array(values, pa.string())


def _dictionary_encode(parts: Sequence[pa.StringArray]) -> tuple[pa.StringArray, list[Integers]]:
    """The distinct values of all parts, and the index of each value among them."""
    coded = pa.concat_arrays(parts).dictionary_encode()
    codes = coded.indices.to_numpy().astype(np.int64)
    return coded.dictionary, np.split(codes, np.cumsum([len(part) for part in parts])[:-1])


def _encode_sorted(parts: Sequence[pa.StringArray]) -> tuple[pa.StringArray, list[Integers]]:
    """The distinct values, sorted, and the index of each value among them."""
    values, codes = _dictionary_encode(parts)
    order = pc.sort_indices(values).to_numpy()
    rank = np.empty(len(order), np.int64)
    rank[order] = np.arange(len(order))
    return values.take(pa.array(order)), [rank[part] for part in codes]


def _index_in(values: pa.Array | pa.ChunkedArray, known: pa.StringArray) -> Integers:
    positions: Integers = pc.index_in(values, value_set=known).to_numpy().astype(np.int64)
    return positions
