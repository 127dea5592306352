"""Per-organisation totals, partners and presence in projects."""

from __future__ import annotations

from typing import Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from ecotone.networks.dictionary_encoding import sort_codes
from ecotone.networks.person_activity import months_since_zero
from ecotone.networks.person_interactions import WINDOW_MONTHS

NO_WORK: Final = ("release", "star", "fork")
PRESENCE_SCHEMA: Final = pa.schema(
    [
        ("project", pa.string()),
        ("month", pa.date32()),
        ("person", pa.string()),
        ("organisation", pa.string()),
        ("acts", pa.int64()),
        ("commits", pa.int64()),
    ]
)


def count_presence(acts: pa.Table) -> pa.Table:
    """Acts and commits of persons by project, month and organisation (NULL: unknown).

    Releases, stars and forks are left out: tags are often automated, stars and forks are not work.

    acts     project, month, kind, person, actor_kind, organisation
    returns  PRESENCE_SCHEMA, by its columns
    """
    idle = pc.is_in(acts["kind"], value_set=pa.array(NO_WORK))
    keys = ["project", "month", "person", "organisation"]
    rows = acts.select([*keys, "kind"]).filter(pc.and_(pc.equal(acts["actor_kind"], "person"), pc.invert(idle)))
    rows = rows.select(keys).append_column("commit", pc.equal(rows["kind"], "commit").cast(pa.int64()))
    counted = rows.group_by(keys, use_threads=False).aggregate([("commit", "count"), ("commit", "sum")])
    order = np.lexsort([sort_codes(counted[name]) for name in reversed(keys)])
    return counted.take(pa.array(order)).rename_columns(PRESENCE_SCHEMA.names).cast(PRESENCE_SCHEMA)


def total_by_columns(present: pa.Table, by: tuple[str, ...]) -> pa.Table:
    """Distinct people, distinct projects, acts and commits by some columns; known organisations only.

    present  PRESENCE_SCHEMA and any further columns of `by`
    returns  by, people, projects, acts, commits
    """
    known = present.filter(pc.is_valid(present["organisation"]))
    sums = [("person", "count_distinct"), ("project", "count_distinct"), ("acts", "sum"), ("commits", "sum")]
    grouped = known.group_by(list(by), use_threads=False).aggregate(sums)
    return grouped.rename_columns([*by, "people", "projects", "acts", "commits"])


def summarise_organisations(
    present: pa.Table, interactions: pa.Table, brokerage: pa.Table, min_people: int
) -> pa.Table:
    """One row for each organisation with at least `min_people` people, most commits first.

    present       PRESENCE_SCHEMA
    interactions  public table of that name; the strongest partner has the largest weight in both directions together
    brokerage     public table of that name; only non-overlapping windows count
    returns       organisation, people, projects, commits, acts, share (of all persons' commits), strongest_partner,
                  partner_weight (NULL: no partner), brokerage
    """
    summary = total_by_columns(present, ("organisation",))
    summary = summary.filter(pc.greater_equal(summary["people"], min_people))
    share = pc.divide(summary["commits"].cast(pa.float64()), float(max(pc.sum(present["commits"]).as_py() or 0, 1)))
    partner_table = partner_weights(interactions, summary["organisation"])
    first = partner_table.sort_by([("organisation", "ascending"), ("weight", "descending"), ("partner", "ascending")])
    first = first.group_by("organisation", use_threads=False).aggregate([("partner", "first"), ("weight", "first")])
    partner_rows = pc.index_in(summary["organisation"], value_set=first["organisation"].combine_chunks())
    roles = (
        non_overlapping_windows(brokerage).group_by("organisation", use_threads=False).aggregate([("brokerage", "sum")])
    )
    of_roles = pc.index_in(summary["organisation"], value_set=roles["organisation"].combine_chunks())
    table = pa.table(
        {
            "organisation": summary["organisation"],
            "people": summary["people"],
            "projects": summary["projects"],
            "commits": summary["commits"],
            "acts": summary["acts"],
            "share": pc.round(share, 6),
            "strongest_partner": first["partner_first"].take(partner_rows),
            "partner_weight": pc.round(first["weight_first"].take(partner_rows), 6),
            "brokerage": pc.fill_null(roles["brokerage_sum"].take(of_roles), 0),
        }
    )
    return table.sort_by([("commits", "descending"), ("acts", "descending"), ("organisation", "ascending")])


def partner_weights(interactions: pa.Table, named: pa.ChunkedArray) -> pa.Table:
    """Interaction weight of each pair of the `named` organisations, once from each side.

    returns  organisation, partner, weight; both directions together, over all projects and months
    """
    both = from_both_sides(interactions)
    allowed = pc.unique(named)
    both = both.filter(
        pc.and_(pc.is_in(both["organisation"], value_set=allowed), pc.is_in(both["partner"], value_set=allowed))
    )
    summed = both.group_by(["organisation", "partner"], use_threads=False).aggregate([("weight", "sum")])
    return summed.rename_columns(["organisation", "partner", "weight"])


def from_both_sides(interactions: pa.Table) -> pa.Table:
    """Interactions between two different known organisations, once from each side.

    returns  project, month, organisation, partner, weight, given (weight from organisation to partner)
    """
    source, target = interactions["from_organisation"], interactions["to_organisation"]
    rows = interactions.filter(pc.fill_null(pc.not_equal(source, target), False))
    parts = []
    for own, partner, outgoing in (("from", "to", True), ("to", "from", False)):
        weight = rows["weight"]
        nothing = pa.array(np.zeros(rows.num_rows))
        parts.append(
            pa.table(
                {
                    "project": rows["project"],
                    "month": rows["month"],
                    "organisation": rows[f"{own}_organisation"],
                    "partner": rows[f"{partner}_organisation"],
                    "weight": weight,
                    "given": weight if outgoing else nothing,
                }
            )
        )
    return pa.concat_tables(parts)


def non_overlapping_windows(table: pa.Table, months: int = WINDOW_MONTHS) -> pa.Table:
    """The rows of non-overlapping windows: every `months`-th month, back from the last one."""
    if not table.num_rows:
        return table
    index = months_since_zero(table["month"])
    return table.filter(pa.array((index.max() - index) % months == 0))
