"""Contributor turnover: newcomers, returning and inactive contributors."""

from __future__ import annotations

from typing import Final

import ibis
import ibis.expr.types as ir

from ecotone.foundation.declaration import Example
from ecotone.foundation.months import parse_month
from ecotone.signals.contributions import contributor_months, rows_per_month
from ecotone.signals.declare import signal
from ecotone.signals.example_rows import act_rows as acts_of
from ecotone.signals.example_rows import month_rows

AWAY_MONTHS: Final = 6
"""Months without a contribution after which a person counts as inactive."""

MAY: Final = parse_month("2024-05")
JUNE: Final = parse_month("2024-06")


def _with_first_month(acts: ir.Table) -> ir.Table:
    """Contributor-months, each with the index of the person's first one in the project."""
    rows = contributor_months(acts)
    of_person = ibis.window(group_by=("project", "person"))
    return rows.mutate(first_index=rows.month_index.min().over(of_person))


@signal(
    title="Newcomers",
    title_zh="新贡献者",
    unit="people",
    unit_zh="人",
    definition_zh="当月首次为该项目贡献代码的人数；统计区间之前的历史同样计入判断。",
    source="CHAOSS, New Contributors",
    theme="newcomers",
    when_empty=0,
    example=Example(
        rows={
            "acts": [
                *acts_of("2019-01", "c"),  # history before the period makes c no newcomer
                *acts_of("2024-05", "aabc"),
                *acts_of("2024-06", "b", project="q"),  # new to q, though not to p
                *acts_of("2024-06", "ab"),
                *acts_of("2024-06", "d", "co_author"),
                *acts_of("2024-06", "e", "review"),  # a review is no contribution yet
            ]
        },
        answer={("p", parse_month("2019-01")): 1, ("p", MAY): 2, ("p", JUNE): 1, ("q", JUNE): 1},
    ),
)
def newcomers(acts: ir.Table) -> ir.Table:
    """Contributors whose first contribution to the project, ever, is in the month."""
    return rows_per_month(_with_first_month(acts).filter(lambda row: row.month_index == row.first_index))


@signal(
    title="Returning contributors",
    title_zh="老贡献者",
    unit="people",
    unit_zh="人",
    definition_zh="当月的贡献者中，此前某个月已为该项目贡献过代码的人数。",
    source="Ecotone; the contributors of the month who are not CHAOSS's New Contributors",
    source_zh="Ecotone；当月贡献者中不属于 CHAOSS 之 New Contributors 者",
    theme="newcomers",
    when_empty=0,
    example=Example(
        rows={
            "acts": [
                *acts_of("2019-01", "c"),
                *acts_of("2024-05", "aabc"),  # a came back within the month: not returning
                *acts_of("2024-06", "ab"),
                *acts_of("2024-06", "d", "co_author"),
            ]
        },
        answer={("p", MAY): 1, ("p", JUNE): 2},
    ),
)
def returning(acts: ir.Table) -> ir.Table:
    """Contributors of the month who had contributed to the project in an earlier month."""
    return rows_per_month(_with_first_month(acts).filter(lambda row: row.month_index > row.first_index))


@signal(
    title="Departed contributors",
    title_zh="流失的贡献者",
    unit="people",
    unit_zh="人",
    definition_zh="六个月前曾为该项目贡献代码、而在截至当月的六个月里再无贡献的人数；之后若再次贡献，则计为老贡献者。",
    source="CHAOSS, Inactive Contributors, six months",
    source_zh="CHAOSS，Inactive Contributors；以六个月为限",
    theme="newcomers",
    when_empty=0,
    example=Example(
        rows={
            "acts": [
                *acts_of("2023-11", "abc"),
                *acts_of("2024-05", "b"),  # at the last moment: not inactive in May
                *acts_of("2024-06", "c"),  # a month too late: inactive in May, returning in June
                *acts_of("2023-12", "d"),
            ],
            "months": month_rows("2024-04", 3),
        },
        answer={("p", MAY): 2, ("p", JUNE): 1},
    ),
)
def inactive_contributors(acts: ir.Table, months: ir.Table) -> ir.Table:
    """People who contributed six months before the month and in none of the six months that end with it."""
    rows = contributor_months(acts)
    following = rows.month_index.lead().over(ibis.window(group_by=("project", "person"), order_by="month_index"))
    last = rows.mutate(following=following).filter(
        lambda row: row.following.isnull() | (row.following - row.month_index > AWAY_MONTHS)
    )
    gone = last.select("project", "person", month_index=last.month_index + AWAY_MONTHS)
    return rows_per_month(gone.join(months.select("project", "month", "month_index"), ["project", "month_index"]))
