"""Expressions that several signals share: persons' acts, their commits, and months of contribution."""

from __future__ import annotations

import ibis.expr.types as ir


def by_people(acts: ir.Table) -> ir.Table:
    """The acts of persons: bots and AI agents left out."""
    return acts.filter(acts.actor_kind == "person")


def commits_by_people(acts: ir.Table) -> ir.Table:
    """The commits that persons wrote."""
    return by_people(acts).filter(lambda act: act.kind == "commit")


def commits_by_organisation(acts: ir.Table) -> ir.Table:
    """Persons' commits counted by (project, month, organisation); organisation NULL is the unknown."""
    return commits_by_people(acts).group_by("project", "month", "organisation").agg(commits=lambda act: act.count())


def contributor_months(acts: ir.Table) -> ir.Table:
    """Each month in which a person contributed: distinct (project, month, month_index, person).

    To contribute is to be author or co-author of a commit that landed; merge commits do not count.
    """
    rows = by_people(acts).filter(lambda act: act.kind.isin(("commit", "co_author")))
    return rows.select(
        "project",
        "month",
        "person",
        # 64 bits, so that it is compared with the spine's without a cast
        month_index=lambda act: act.month.year().cast("int64") * 12 + act.month.month() - 1,
    ).distinct()


def rows_per_month(rows: ir.Table) -> ir.Table:
    """How many rows each project-month has."""
    return rows.group_by("project", "month").agg(value=lambda row: row.count())


def share_of(rows: ir.Table, chosen: ir.BooleanColumn) -> ir.Table:
    """The share of the rows of each project-month that are chosen, 0 to 1; a condition that is NULL chooses none."""
    # engines differ in what they count where all conditions are NULL
    share = rows.count(where=chosen.fill_null(False)) / rows.count().nullif(0)
    return rows.group_by("project", "month").agg(value=share)
