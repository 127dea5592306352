"""Who meets whom in one act: person to person, then organisation to organisation."""

from __future__ import annotations

import tomllib
from importlib.resources import files
from typing import Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

_FILE: Final = tomllib.loads((files("ecotone.networks") / "data" / "interactions.toml").read_text("utf-8"))
WEIGHTS: Final[dict[str, float]] = _FILE["weights"]
"""Weight of one interaction by its kind (dimensionless)."""
VERSION: Final[str] = _FILE["version"]
BILLION: Final = 1_000_000_000
WINDOW_DAYS: Final[int] = _FILE["co_edit"]["window_days"]
HALF_LIFE_DAYS: Final[int] = _FILE["co_edit"]["half_life_days"]

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
_KIND_OF_ACT: Final = {"pull_merged": "merge", "review": "review", "co_author": "co_author", "comment": "reply"}


def direct(acts: pa.Table, *, machines: bool = False) -> pa.Table:
    """Interactions that one act shows: merges, reviews, co-authorships, replies.

    Directed from whose work it is to who acted on it: author -> merger, author -> reviewer, author -> co-author,
    who was answered -> who answers. An act of a person on their own work is none.

    acts      project, month, kind, person, actor_kind, organisation, and of the other party counterpart_person,
              counterpart_actor_kind, counterpart_organisation (NULL where there is none)
    machines  whether bots and AI agents take part
    returns   PERSON_SCHEMA, one row an act, each with its kind's weight
    """
    named = pa.array(list(_KIND_OF_ACT))
    use = pc.and_(pc.is_in(acts["kind"], value_set=named), pc.is_valid(acts["counterpart_person"]))
    use = pc.and_(use, pc.fill_null(pc.not_equal(acts["person"], acts["counterpart_person"]), False))
    if not machines:
        for column in ("actor_kind", "counterpart_actor_kind"):
            use = pc.and_(use, pc.fill_null(pc.equal(acts[column], "person"), False))
    rows = acts.filter(use)
    kind = pa.array(list(_KIND_OF_ACT.values())).take(pc.index_in(rows["kind"], value_set=named))
    # a merge names the author first and who landed it second; elsewhere the act is the second party's
    authored = pc.equal(rows["kind"], "pull_merged")

    def party(own: str, other: str) -> pa.ChunkedArray:
        return pc.if_else(authored, rows[own], rows[other])

    columns = {
        "project": rows["project"],
        "month": rows["month"],
        "kind": kind,
        "from_person": party("person", "counterpart_person"),
        "to_person": party("counterpart_person", "person"),
        "from_organisation": party("organisation", "counterpart_organisation"),
        "to_organisation": party("counterpart_organisation", "organisation"),
        "weight": _weights_of(kind),
    }
    return _ordered(pa.table(columns).select(PERSON_SCHEMA.names).cast(PERSON_SCHEMA))


def with_counterparts(
    acts: pa.Table, counterpart: pa.ChunkedArray, people: pa.Table, organisations: pa.Table
) -> pa.Table:
    """The acts with who the other party is: the columns that `direct` needs.

    counterpart    account of the other party, beside each act (NULL where there is none)
    people         account, person, actor_kind
    organisations  account, organisation
    """
    for name, table, column in (
        ("counterpart_person", people, "person"),
        ("counterpart_actor_kind", people, "actor_kind"),
        ("counterpart_organisation", organisations, "organisation"),
    ):
        position = pc.index_in(counterpart, value_set=table["account"].combine_chunks())
        acts = acts.append_column(name, table[column].combine_chunks().take(position))
    return acts


def person_interactions(*parts: pa.Table) -> pa.Table:
    """Interactions of all kinds, summed by project, month, kind, the two people and their organisations."""
    return _summed(pa.concat_tables(list(parts)), PERSON_SCHEMA)


def organisation_interactions(interactions: pa.Table) -> pa.Table:
    """Public table `interactions`: who meets whom between organisations, by project, month and kind.

    interactions  PERSON_SCHEMA
    returns       ORGANISATION_SCHEMA, in its order; a NULL organisation is one not known, never left out
    """
    return _summed(interactions.select(ORGANISATION_SCHEMA.names), ORGANISATION_SCHEMA)


def trailing(interactions: pa.Table, months: int = 3) -> pa.Table:
    """Each month with the sum of itself and the months before it: (months) in all.

    interactions  PERSON_SCHEMA or ORGANISATION_SCHEMA
    returns       the same columns. A month appears where any month of its window has rows, up to the last month
                  of the input, so a pair's ties outlive it by months - 1 and then end
    """
    if months < 1:
        raise ValueError(f"a window of {months} months is none; give 1 or more")
    if not interactions.num_rows:
        return interactions
    index = pc.add(pc.multiply(pc.year(interactions["month"]), 12), pc.subtract(pc.month(interactions["month"]), 1))
    start = index.to_numpy()
    last = int(start.max())
    shifted = np.concatenate([start + step for step in range(months)])
    source = np.tile(np.arange(len(start)), months)
    inside = shifted <= last
    rows = interactions.take(pa.array(source[inside]))
    first = np.array(shifted[inside] - 1970 * 12, dtype="datetime64[M]").astype("datetime64[D]")
    rows = rows.set_column(rows.schema.get_field_index("month"), "month", pa.array(first))
    return _summed(rows, interactions.schema)


def _weights_of(kind: pa.ChunkedArray) -> pa.ChunkedArray:
    names = pa.array(list(WEIGHTS))
    return pa.array(list(WEIGHTS.values()), pa.float64()).take(pc.index_in(kind, value_set=names))


def _summed(table: pa.Table, schema: pa.Schema) -> pa.Table:
    """Weights added up over equal rows, in the order of the columns; in whole billionths, so in any order the same."""
    keys = [name for name in schema.names if name != "weight"]
    billionths = pc.round(pc.multiply(table["weight"], BILLION)).cast(pa.int64())
    rows = table.select(keys).append_column("billionths", billionths)
    summed = rows.group_by(keys, use_threads=False).aggregate([("billionths", "sum")])
    weight = pc.divide(summed["billionths_sum"].cast(pa.float64()), float(BILLION))
    return _ordered(summed.select(keys).append_column("weight", weight).select(schema.names).cast(schema))


def _ordered(table: pa.Table) -> pa.Table:
    """The rows by their columns from left to right, NULL last; text is compared once for each distinct value."""
    codes = [_ranks(column) for column in table.columns]
    return table.take(pa.array(np.lexsort(codes[::-1])))


def _ranks(column: pa.ChunkedArray) -> npt.NDArray[np.int64]:
    distinct = pc.unique(column).drop_null().sort()
    position = pc.index_in(column, value_set=distinct)
    return np.asarray(pc.fill_null(position, len(distinct)).to_numpy(), dtype=np.int64)
