"""Tables published with a report, without accounts, people and organisations below the minimum size."""

from __future__ import annotations

import pyarrow as pa
import pyarrow.compute as pc

from ecotone.report.privacy import SMALLER, suppress_small_organisations


def public_organisations_table(table: pa.Table, min_people: int) -> pa.Table:
    """The table `organisations`, with small organisations of a project-month merged as `(smaller)`."""
    folded = suppress_small_organisations(table, min_people).named
    rows = [
        {
            "project": project,
            "month": month,
            "organisation": name,
            **_share_cells(share.people, share.events, share.share),
        }
        for project, months in folded.items()
        for month, shares in months.items()
        for name, share in shares.items()
    ]
    rows.sort(key=lambda row: (row["project"], row["month"], row["organisation"]))
    return pa.Table.from_pylist(rows, schema=table.schema)


def public_signals_table(table: pa.Table, organisations_table: pa.Table, min_people: int) -> pa.Table:
    """The table `signals`; a top organisation below the minimum size is called `(smaller)`."""
    if "top_organisation" not in table.column_names:
        return table
    hidden = suppress_small_organisations(organisations_table, min_people).hidden
    keys = zip(*(table[name].to_pylist() for name in ("project", "month", "top_organisation")), strict=True)
    mask = pa.array([key in hidden for key in keys], pa.bool_())
    column = pc.if_else(mask, SMALLER, table["top_organisation"])
    return table.set_column(table.schema.get_field_index("top_organisation"), "top_organisation", column)


def _share_cells(people: int, events: float, share: float) -> dict[str, float]:
    return {"people": people, "events": round(events), "share": share}


def public_employer_shares_table(table: pa.Table, min_people: int) -> pa.Table:
    """The table `employer_shares`, with organisations of fewer known people in the period called `(smaller)`.

    Whether such an organisation is the repository's owner is left out, because the owner's name would tell which it is.
    """
    is_small = pc.and_(pc.is_valid(table["organisation"]), pc.less(table["people"], min_people))
    named = pc.if_else(is_small, pa.scalar(SMALLER), table["organisation"])
    owner, team = (
        pc.if_else(is_small, pa.scalar(None, table[name].type), table[name]) for name in ("is_owner", "team_share")
    )
    for name, column in (("organisation", named), ("is_owner", owner), ("team_share", team)):
        table = table.set_column(table.schema.get_field_index(name), name, column)
    return table
