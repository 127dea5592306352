"""Bounds of organisation signals under unknown organisations; the proofs are in docs/explain/unknown-bounds.md.

A person of unknown organisation may work for a known one, for one that is not known yet, or for none. In each case
the value lies within the bounds.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import ibis
import ibis.expr.types as ir

from ecotone.signals.contributions import commits_by_people

BILLION: Final = 1_000_000_000
KEY: Final = ("project", "month")


def commit_parts(acts: ir.Table) -> ir.Table:
    """Persons' commits of a month in parts: a row for each known organisation and each unattributed person.

    project, month, organisation (NULL: unknown), lone (the person; empty: known), commits, squares, billionths
    """
    rows = commits_by_people(acts)
    rows = rows.mutate(lone=rows.organisation.isnull().ifelse(rows.person, ""))
    counted = rows.group_by(*KEY, "organisation", "lone").agg(commits=lambda row: row.count())
    return counted.mutate(squares=counted.commits * counted.commits, billionths=billionths_of(counted.commits))


def sum_parts(rows: ir.Table) -> ir.Table:
    """Sums of a month's parts: of the known ones commits, squares, billionths, top, known (how many); of the others
    unknown (commits) and lone (persons); and everything, the commits of both."""
    is_known = rows.organisation.notnull()
    return rows.group_by(*KEY).agg(
        commits=is_known.ifelse(rows.commits, 0).sum(),
        squares=is_known.ifelse(rows.squares, 0).sum(),
        billionths=is_known.ifelse(rows.billionths, 0).sum(),
        top=is_known.ifelse(rows.commits, 0).max(),
        known=rows.count(where=is_known),
        unknown=is_known.ifelse(0, rows.commits).sum(),
        lone=rows.count(where=~is_known),
        everything=rows.commits.sum(),
    )


def diversity_with_bounds(
    rows: ir.Table, value: ir.Value, low: ir.Value, up_to: Callable[[ir.Table], ir.Value], sums: ir.Table
) -> ir.Table:
    """A diversity with its bounds: the high one is the largest over the known and the smallest unknown parts.

    value, low  over `sums`
    up_to       the diversity of all parts up to one, from `commits_so_far`, `squares_so_far`, `billionths_so_far`
    """
    order = (rows.organisation.isnull(), rows.commits, rows.organisation, rows.lone)
    so_far = ibis.cumulative_window(group_by=KEY, order_by=order)
    growing = rows.mutate(
        commits_so_far=rows.commits.sum().over(so_far),
        squares_so_far=rows.squares.sum().over(so_far),
        billionths_so_far=rows.billionths.sum().over(so_far),
        known_so_far=rows.count(where=rows.organisation.notnull()).over(so_far),
        known=rows.count(where=rows.organisation.notnull()).over(ibis.window(group_by=KEY)),
    )
    # a set of parts holds every known one
    high = (
        growing.filter(growing.known_so_far == growing.known)
        .mutate(reached=up_to)
        .group_by(*KEY)
        .agg(high=lambda row: row.reached.max())
    )
    measured = sums.mutate(value=value, low=low).select(*KEY, "value", "low")
    return measured.join(high, KEY).select(*KEY, "value", "low", "high")


def billionths_of(commits: ir.Value) -> ir.Value:
    """n ln n in whole billionths; 0 for none."""
    return (commits * ibis.greatest(commits, 1).ln() * BILLION).round()
