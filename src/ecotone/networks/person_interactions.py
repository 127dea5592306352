"""Interactions between people from single acts, and their sums between organisations."""

from __future__ import annotations

import tomllib
from importlib.resources import files
from typing import Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from ecotone.foundation.text_codes import encode_texts, plain_texts
from ecotone.networks.dictionary_encoding import sort_codes

Codes = npt.NDArray[np.int64]

_FILE: Final = tomllib.loads((files("ecotone.networks") / "data" / "interactions.toml").read_text("utf-8"))
WEIGHTS: Final[dict[str, float]] = _FILE["weights"]
"""Weight of one interaction by its kind (dimensionless)."""
BILLION: Final = 1_000_000_000
WINDOW_DAYS: Final[int] = _FILE["co_edit"]["window_days"]
HALF_LIFE_DAYS: Final[int] = _FILE["co_edit"]["half_life_days"]
WINDOW_MONTHS: Final[int] = _FILE["window"]["months"]
PERMUTATION_TEST: Final[dict[str, int]] = _FILE["chance"]
"""Minimum numbers of people and edges for the permutation test, and its number of permutations."""

PERSON_SCHEMA: Final = pa.schema(
    [
        ("project", pa.string()),
        ("month", pa.date32()),
        ("kind", pa.string()),
        ("from_person", pa.string()),
        ("to_person", pa.string()),
        ("from_organisation", pa.string()),
        ("to_organisation", pa.string()),
        ("weight", pa.float64()),
    ]
)
ORGANISATION_SCHEMA: Final = pa.schema(
    [
        ("project", pa.string()),
        ("month", pa.date32()),
        ("from_organisation", pa.string()),
        ("to_organisation", pa.string()),
        ("kind", pa.string()),
        ("weight", pa.float64()),
    ]
)
INTERACTION_OF_ACT: Final[dict[str, str]] = _FILE["acts"]
"""Kind of act -> kind of interaction."""
LANDED: Final = "landed"
"""Kind of a row that names the committer of another person's commit; not an event."""
_AUTHORED: Final = ("pull_merged", LANDED)
"""Acts whose `person` is the author and whose other_account acted; in all others `person` acted."""
_SIGNED: Final = ("co_author", "review")
"""Acts that can come from commit trailers."""
PERSONS: Final = frozenset({"person"})


def direct_interactions(acts: pa.Table, actor_kinds: frozenset[str] = PERSONS) -> pa.Table:
    """Interactions from merges, reviews, co-authorships and replies.

    The edge points from the author to the merger, reviewer or co-author, and from the person answered to the one who
    answers. Self-loops are left out. A person named twice in a commit, with two addresses, counts once.

    acts         project, month, kind, person, actor_kind, organisation, commit, thread, counterpart_person,
                 counterpart_actor_kind, counterpart_organisation (NULL without an other account)
    actor_kinds  actors to include: person, bot, agent
    returns      PERSON_SCHEMA, texts as codes, one row for each act, with the weight of its kind
    """
    named = pa.array(list(INTERACTION_OF_ACT))
    use = pc.and_(pc.is_in(acts["kind"], value_set=named), pc.is_valid(acts["counterpart_person"]))
    use = pc.and_(use, pc.fill_null(pc.not_equal(acts["person"], acts["counterpart_person"]), False))
    for column in ("actor_kind", "counterpart_actor_kind"):
        use = pc.and_(use, pc.is_in(acts[column], value_set=pa.array(sorted(actor_kinds))))
    rows = _drop_repeated_names(acts.filter(use))
    kind = pa.array(list(INTERACTION_OF_ACT.values())).take(pc.index_in(rows["kind"], value_set=named))
    authored = pc.is_in(rows["kind"], value_set=pa.array(_AUTHORED))

    def pick_party(own: str, other_account: str) -> pa.ChunkedArray:
        sides = plain_texts(rows.select([own, other_account]))
        return pc.if_else(authored, sides[own], sides[other_account]).dictionary_encode()

    columns = {
        "project": rows["project"],
        "month": rows["month"],
        "kind": kind,
        "from_person": pick_party("person", "counterpart_person"),
        "to_person": pick_party("counterpart_person", "person"),
        "from_organisation": pick_party("organisation", "counterpart_organisation"),
        "to_organisation": pick_party("counterpart_organisation", "organisation"),
        "weight": _kind_weights(kind),
    }
    return _sort_by_columns(encode_texts(pa.table(columns).select(PERSON_SCHEMA.names)))


def _drop_repeated_names(acts: pa.Table) -> pa.Table:
    """Drop acts in which the trailers of a commit name the same person again."""
    signed = pc.and_(pc.is_in(acts["kind"], value_set=pa.array(_SIGNED)), pc.is_valid(acts["commit"]))
    signed = pc.and_(signed, pc.is_null(acts["thread"])).to_numpy()
    keys = ["kind", "commit", "person", "counterpart_person"]
    rows = acts.select(keys).append_column("place", pa.array(np.arange(acts.num_rows))).filter(pa.array(signed))
    first = rows.group_by(keys, use_threads=False).aggregate([("place", "min")])["place_min"].to_numpy()
    keep = ~signed
    keep[first] = True
    return acts.filter(pa.array(keep))


def add_counterparts(acts: pa.Table, people: pa.Table, known: pa.Table | None = None) -> pa.Table:
    """The acts that have an other account, with the other account's person, actor kind and organisation.

    The organisation is that of the other account's newest act up to this one, in any project, else of their first act
    after it; NULL for a person without acts.

    acts     created_at, person, organisation, other_account (an account)
    people   account, person, actor_kind
    known    acts that give the organisations of people: created_at, person, organisation; default `acts`
    """
    among = acts if known is None else known
    paired = acts.filter(pc.is_valid(acts["other_account"]))
    position = pc.index_in(paired["other_account"], value_set=people["account"].combine_chunks())
    person, kind = (people[name].combine_chunks().take(position) for name in ("person", "actor_kind"))
    names = pc.unique(people["person"])
    nearest = find_nearest_acts(
        _name_positions(among["person"], names),
        _unix_seconds(among),
        _name_positions(person, names),
        _unix_seconds(paired),
    )
    organisation = among["organisation"].take(pa.array(nearest, mask=nearest < 0))
    paired = paired.append_column("counterpart_person", person).append_column("counterpart_actor_kind", kind)
    return paired.append_column("counterpart_organisation", organisation)


def find_nearest_acts(person: Codes, time: Codes, query_person: Codes, query_time: Codes) -> Codes:
    """The position of a person's newest act up to a time, or else of their first one after it; -1 without acts.

    person, time              (n,), the acts, in whole seconds
    query_person, query_time  (m,); person -1 has no acts
    """
    positions = np.full(len(query_person), -1, np.int64)
    if not len(person) or not len(query_person):
        return positions
    first = min(int(time.min()), int(query_time.min()))
    width = max(int(time.max()), int(query_time.max())) - first + 1
    keys = person * width + (time - first)
    order = np.argsort(keys, kind="stable")
    keys = keys[order]
    insertion = np.searchsorted(keys, query_person * width + (query_time - first), side="right")
    for candidate in (np.minimum(insertion, len(order) - 1), np.maximum(insertion - 1, 0)):
        theirs = (person[order[candidate]] == query_person) & (query_person >= 0)
        positions[theirs] = order[candidate][theirs]
    return positions


def _unix_seconds(acts: pa.Table) -> Codes:
    return np.asarray(acts["created_at"].cast(pa.timestamp("s"), safe=False).cast(pa.int64()).to_numpy())


def sum_person_interactions(*parts: pa.Table) -> pa.Table:
    """Interactions of all kinds, summed by project, month, kind, the two people and their organisations."""
    return _sum_equal_rows(pa.concat_tables([encode_texts(part) for part in parts]).unify_dictionaries(), PERSON_SCHEMA)


def sum_organisation_interactions(interactions: pa.Table) -> pa.Table:
    """Public table `interactions`: weights between organisations by project, month and kind.

    interactions  PERSON_SCHEMA
    returns       ORGANISATION_SCHEMA, sorted by its columns; an unknown organisation is NULL and not left out
    """
    return _sum_equal_rows(interactions.select(ORGANISATION_SCHEMA.names), ORGANISATION_SCHEMA)


def _kind_weights(kind: pa.ChunkedArray) -> pa.ChunkedArray:
    names = pa.array(list(WEIGHTS))
    return pa.array(list(WEIGHTS.values()), pa.float64()).take(pc.index_in(kind, value_set=names))


def _sum_equal_rows(table: pa.Table, schema: pa.Schema) -> pa.Table:
    """Sum the weights of equal rows, sorted by column; in whole billionths, so the order of rows does not matter."""
    keys = [name for name in schema.names if name != "weight"]
    billionths = pc.round(pc.multiply(table["weight"], BILLION)).cast(pa.int64()).to_numpy()
    codes = [sort_codes(table[name]) for name in keys]
    order = np.lexsort(codes[::-1])
    fresh = np.zeros(len(order), dtype=bool)
    fresh[:1] = True
    for code in codes:
        fresh[1:] |= code[order][1:] != code[order][:-1]
    first = np.flatnonzero(fresh)
    total = np.add.reduceat(billionths[order], first) if len(first) else billionths
    rows = table.select(keys).take(pa.array(order[first]))
    return rows.append_column("weight", pa.array(total / BILLION)).select(schema.names).cast(schema)


def _sort_by_columns(table: pa.Table) -> pa.Table:
    """The rows sorted by their columns from left to right, NULL last."""
    return table.take(pa.array(np.lexsort([sort_codes(column) for column in table.columns][::-1])))


def _name_positions(column: pa.ChunkedArray, names: pa.Array) -> Codes:
    """The position of each value among the names; -1 for NULL."""
    positions = pc.fill_null(pc.index_in(column, value_set=names), -1)
    return np.asarray(positions.to_numpy(), dtype=np.int64)
