"""Whose work it is: organisations, their shares, and how few hold half of it.

All of it counts persons' commits in the month. An organisation is known or NULL; what cannot be attributed
is never left out silently: shares are over all persons' commits, or the declaration says otherwise.
"""

from __future__ import annotations

from typing import Final

import ibis
import ibis.expr.types as ir

from ecotone.foundation.declaration import Example
from ecotone.foundation.months import parse_month
from ecotone.signals.bounds import BILLION, billionths_of, commit_parts, diversity_with_bounds, sum_parts
from ecotone.signals.contributions import commits_by_organisation, commits_by_people, rows_per_month, share_of
from ecotone.signals.declare import signal
from ecotone.signals.example_rows import act_rows as acts_of
from ecotone.signals.example_rows import commits_by_organisation_rows

UNKNOWN: Final = "(unknown)"
"""What the public table `organisations` calls the work whose organisation is not known."""

MAY: Final = parse_month("2024-05")
JUNE: Final = parse_month("2024-06")
JULY: Final = parse_month("2024-07")
HILL: Final = "Hill (1973), Ecology 54:427, doi 10.2307/1934352"
NONE_KNOWN: Final = "no commit of a known organisation landed in the month"
NONE_KNOWN_ZH: Final = "当月没有归属已知组织的提交"
NO_PERSON: Final = "no person's commit landed in the month"
NO_PERSON_ZH: Final = "当月没有人类作者的提交进入默认分支"


def _with_known_organisation(acts: ir.Table) -> ir.Table:
    """Persons' commits of known organisations, counted by (project, month, organisation)."""
    return commits_by_organisation(acts).filter(lambda row: row.organisation.notnull())


def _fewest_for_half(counts: ir.Table, counted_column: str) -> ir.Table:
    """The smallest number of `who` (largest first) that together made at least half of a month's commits.

    Equal counts are ordered by name; the number does not depend on it.
    """
    of_month = ibis.window(group_by=("project", "month"))
    so_far = ibis.cumulative_window(
        group_by=("project", "month"), order_by=(counts.commits.desc(), counts[counted_column])
    )
    ranked = counts.mutate(
        before=counts.commits.sum().over(so_far) - counts.commits,
        total=counts.commits.sum().over(of_month),
    )
    return rows_per_month(ranked.filter(ranked.before * 2 < ranked.total))


@signal(
    title="Organisations",
    title_zh="组织数",
    unit="organisations",
    unit_zh="个组织",
    definition_zh=(
        "当月有成员的提交合入默认分支的已知组织数；归属未知的提交不计为组织。"
        "下界假定未知者都属于已知组织或不属于任何组织，上界假定每位未知者各属一个新组织。"
    ),
    source="CHAOSS, Organizational Diversity",
    theme="organisations",
    when_empty=0,
    bounds=True,
    example=Example(
        rows={
            "acts": [
                *commits_by_organisation_rows("2024-05", x=2, y=1, unknown=3),
                *commits_by_organisation_rows("2024-06", unknown=1),
            ]
        },
        answer={("p", MAY): (2, 2, 3), ("p", JUNE): (0, 0, 1)},
    ),
)
def organisations(acts: ir.Table) -> ir.Table:
    """Known organisations whose people's commits landed in the month; the unknown is not counted as one.

    The high bound holds if every person of unknown organisation works for a new one.
    """
    sums = sum_parts(commit_parts(acts))
    return sums.select("project", "month", value="known", low="known", high=sums.known + sums.lone)


@signal(
    title="Effective organisations (q=1)",
    title_zh="有效组织数（q=1）",
    unit="organisations",
    unit_zh="个组织",
    definition_zh=(
        "已知组织提交占比的香农熵取指数（一阶希尔数）：若各组织份额均等，需要多少个组织才与当月同样多样。保留六位小数。"
    ),
    source=f"{HILL}; exponential of Shannon's entropy",
    source_zh=f"{HILL}；香农熵的指数",
    theme="organisations",
    bounds=True,
    null_means=f"{NONE_KNOWN}; the bounds stand as long as a person's commit did",
    null_means_zh=f"{NONE_KNOWN_ZH}；只要有人类作者的提交，上下界仍然给出",
    example=Example(
        rows={
            "acts": [
                *commits_by_organisation_rows(
                    "2024-05", x=2, y=1, z=1, unknown=5
                ),  # exp(0.5 ln 2 + 0.5 ln 4); 7, 1, 1; 5, 2, 1, 1
                *commits_by_organisation_rows("2024-06", x=3),
                *commits_by_organisation_rows("2024-07", unknown=1),
            ]
        },
        answer={
            ("p", MAY): (2.828427, 1.981272, 3.155225),
            ("p", JUNE): (1.0, 1.0, 1.0),
            ("p", JULY): (None, 1.0, 1.0),
        },
    ),
)
def organisation_diversity_q1(acts: ir.Table) -> ir.Table:
    """Hill number of order 1 over known organisations' commits: how many equal ones would be as diverse.

    To six decimals: exp(ln N - sum(n ln n) / N), the sum in whole billionths so that its order does not matter.
    The bounds are those of docs/explain/unknown-bounds.md.
    """

    def effective_number(total: ir.Value, billionths: ir.Value) -> ir.Value:
        return (total.ln() - billionths / BILLION / total.nullif(0)).exp().round(6)

    rows = commit_parts(acts)
    sums = sum_parts(rows)
    return diversity_with_bounds(
        rows,
        value=effective_number(sums.commits.nullif(0), sums.billionths),
        low=effective_number(
            sums.everything, sums.billionths - billionths_of(sums.top) + billionths_of(sums.top + sums.unknown)
        ),
        up_to=lambda row: effective_number(row.commits_so_far, row.billionths_so_far),
        sums=sums,
    )


@signal(
    title="Effective organisations (q=2)",
    title_zh="有效组织数（q=2）",
    unit="organisations",
    unit_zh="个组织",
    definition_zh="已知组织提交占比平方和的倒数（二阶希尔数）：比一阶更看重大组织，小组织几乎不影响结果。",
    source=f"{HILL}; the inverse of Simpson's and Herfindahl's index",
    source_zh=f"{HILL}；辛普森指数（即赫芬达尔指数）的倒数",
    theme="organisations",
    bounds=True,
    null_means=f"{NONE_KNOWN}; the bounds stand as long as a person's commit did",
    null_means_zh=f"{NONE_KNOWN_ZH}；只要有人类作者的提交，上下界仍然给出",
    example=Example(
        rows={
            "acts": [
                *commits_by_organisation_rows("2024-05", x=2, y=1, z=1, unknown=5),
                *commits_by_organisation_rows("2024-06", unknown=1),
            ]
        },
        answer={("p", MAY): (16 / 6, 81 / 51, 16 / 6), ("p", JUNE): (None, 1.0, 1.0)},
    ),
)
def organisation_diversity_q2(acts: ir.Table) -> ir.Table:
    """Hill number of order 2 over known organisations' commits; large ones weigh more than at order 1.

    The bounds are those of docs/explain/unknown-bounds.md.
    """
    rows = commit_parts(acts)
    sums = sum_parts(rows)
    grown = sums.top + sums.unknown
    return diversity_with_bounds(
        rows,
        value=sums.commits * sums.commits / sums.squares.nullif(0),
        low=sums.everything * sums.everything / (sums.squares - sums.top * sums.top + grown * grown).nullif(0),
        up_to=lambda row: row.commits_so_far * row.commits_so_far / row.squares_so_far.nullif(0),
        sums=sums,
    )


@signal(
    title="Top organisation",
    title_zh="贡献最多的组织",
    unit="name",
    unit_zh="名称",
    definition_zh="当月成员提交最多的已知组织；数量相同时取名称排序在前者。",
    source="Ecotone",
    theme="organisations",
    text=True,
    null_means=NONE_KNOWN,
    null_means_zh=NONE_KNOWN_ZH,
    example=Example(
        rows={
            "acts": [
                *commits_by_organisation_rows("2024-05", y=2, x=2, z=1, unknown=5),  # a tie goes to x
                *commits_by_organisation_rows("2024-06", x=1, y=2),
                *commits_by_organisation_rows("2024-07", unknown=1),
            ]
        },
        answer={("p", MAY): "x", ("p", JUNE): "y"},
    ),
)
def top_organisation(acts: ir.Table) -> ir.Table:
    """The known organisation whose people made the most commits; of equals, the first by name."""
    rows = _with_known_organisation(acts)
    largest_first = ibis.window(group_by=("project", "month"), order_by=(rows.commits.desc(), rows.organisation))
    ranked = rows.mutate(rank=ibis.row_number().over(largest_first))
    return ranked.filter(ranked.rank == 0).select("project", "month", value="organisation")


@signal(
    title="Share of the top organisation",
    title_zh="最大组织占比",
    unit="share",
    unit_zh="占比",
    definition_zh=(
        "贡献最多的已知组织占当月人类作者全部提交（含归属未知者）的比例；下界假定未知者都不属于它，上界假定都属于它。"
    ),
    source="Ecotone; after CHAOSS, Organizational Diversity",
    source_zh="Ecotone；参照 CHAOSS，Organizational Diversity",
    theme="organisations",
    bounds=True,
    null_means=f"{NONE_KNOWN}; the bounds stand as long as a person's commit did",
    null_means_zh=f"{NONE_KNOWN_ZH}；只要有人类作者的提交，上下界仍然给出",
    example=Example(
        rows={
            "acts": [
                *commits_by_organisation_rows("2024-05", x=5, y=2, unknown=3),
                *commits_by_organisation_rows("2024-06", x=1),
                *commits_by_organisation_rows("2024-07", unknown=2),
            ]
        },
        answer={("p", MAY): (0.5, 0.5, 0.8), ("p", JUNE): (1.0, 1.0, 1.0), ("p", JULY): (None, 0.0, 1.0)},
    ),
)
def top_organisation_share(acts: ir.Table) -> ir.Table:
    """Share of all persons' commits, unknown ones included, made by the known organisation with the most.

    The low bound holds if none of the unknown work is the top organisation's, the high bound if all of it is.
    """
    rows = commits_by_organisation(acts)
    is_known = rows.organisation.notnull()
    sums = rows.group_by("project", "month").agg(
        total=rows.commits.sum(),
        unknown=is_known.ifelse(0, rows.commits).sum(),
        top=is_known.ifelse(rows.commits, 0).max(),  # 0 is "none known": a counted organisation has a commit
    )
    low = sums.top / sums.total.nullif(0)
    return sums.select(
        "project",
        "month",
        value=(sums.top > 0).ifelse(low, ibis.null()),
        low=low,
        high=(sums.top + sums.unknown) / sums.total.nullif(0),
    )


@signal(
    title="Unknown organisation",
    title_zh="归属未知占比",
    unit="share",
    unit_zh="占比",
    definition_zh="当月人类作者的提交中，提交者所属组织未知的占比。",
    source="Ecotone",
    theme="organisations",
    null_means=NO_PERSON,
    null_means_zh=NO_PERSON_ZH,
    example=Example(
        rows={
            "acts": [
                *commits_by_organisation_rows("2024-05", x=3, unknown=1),
                *acts_of("2024-05", "bb", actor_kind="bot"),
                *commits_by_organisation_rows("2024-06", x=1),
            ]
        },
        answer={("p", MAY): 0.25, ("p", JUNE): 0.0},
    ),
)
def unknown_share(acts: ir.Table) -> ir.Table:
    """Share of persons' commits in the month whose author's organisation is not known."""
    rows = commits_by_people(acts)
    return share_of(rows, rows.organisation.isnull())


@signal(
    title="Contributor absence factor",
    title_zh="贡献者缺席因子",
    unit="people",
    unit_zh="人",
    definition_zh="合计完成当月人类作者提交量一半及以上所需的最少人数；恰好一半即算达到。数值越低，越依赖少数人。",
    source="CHAOSS, Contributor Absence Factor, at one half",
    source_zh="CHAOSS，Contributor Absence Factor；以半数为准",
    theme="organisations",
    null_means=NO_PERSON,
    null_means_zh=NO_PERSON_ZH,
    example=Example(
        rows={
            "acts": [
                *acts_of("2024-05", "aaaaabbbcc"),  # exactly half by one is enough
                *acts_of("2024-06", "aaaabbbbcc"),  # 4 of 10 is not
                *acts_of("2024-06", "z" * 10, actor_kind="bot"),
            ]
        },
        answer={("p", MAY): 1, ("p", JUNE): 2},
    ),
)
def contributor_absence_factor(acts: ir.Table) -> ir.Table:
    """The fewest people who together made at least half of the month's commits; exactly half is enough.

    Only persons' commits count, in the half and in the whole.
    """
    people = commits_by_people(acts).group_by("project", "month", "person")
    return _fewest_for_half(people.agg(commits=lambda act: act.count()), "person")


@signal(
    title="Elephant factor",
    title_zh="大象因子",
    unit="organisations",
    unit_zh="个组织",
    definition_zh="合计完成已知组织当月提交量一半及以上所需的最少组织数；归属未知的提交不在其内，恰好一半即算达到。",
    source="CHAOSS, Elephant Factor, at one half, low meaning concentrated",
    source_zh="CHAOSS，Elephant Factor；以半数为准，数值低表示集中",
    theme="organisations",
    bounds=True,
    null_means=f"{NONE_KNOWN}; the bounds stand as long as a person's commit did",
    null_means_zh=f"{NONE_KNOWN_ZH}；只要有人类作者的提交，上下界仍然给出",
    example=Example(
        rows={
            "acts": [
                *commits_by_organisation_rows("2024-05", x=5, y=3, z=2, unknown=20),
                *commits_by_organisation_rows("2024-06", x=4, y=4, z=2),
                *commits_by_organisation_rows("2024-07", unknown=1),
            ]
        },
        answer={("p", MAY): (1, 1, 2), ("p", JUNE): (2, 2, 2), ("p", JULY): (None, 1, 1)},
    ),
)
def elephant_factor(acts: ir.Table) -> ir.Table:
    """The fewest known organisations that together made at least half of their commits; half is enough.

    Commits of unknown organisation are left out of the whole. The low bound holds if all of it is the largest
    organisation's; the high bound is half of the organisations there could be, for no more are ever needed.
    """
    sums = sum_parts(commit_parts(acts))
    ranked = _with_known_organisation(acts).join(
        sums.select("project", "month", "unknown", whole="commits"), ("project", "month")
    )
    order = (ranked.commits.desc(), ranked.organisation)
    largest_first = ibis.window(group_by=("project", "month"), order_by=order)
    so_far = ibis.cumulative_window(group_by=("project", "month"), order_by=order)
    ranked = ranked.mutate(
        rank=ibis.row_number().over(largest_first),
        before=ranked.commits.sum().over(so_far) - ranked.commits,
    )
    needed = ranked.group_by("project", "month").agg(
        value=ranked.count(where=ranked.before * 2 < ranked.whole),
        low=ranked.count(
            where=(ranked["rank"] == 0) | ((ranked.before + ranked.unknown) * 2 < ranked.whole + ranked.unknown)
        ),
    )
    both = sums.left_join(needed, ("project", "month"))
    half = ((sums.known + sums.lone + 1) / 2).floor().cast("int64")
    return both.select("project", "month", value="value", low=both.low.fill_null(1), high=half)


def organisations_table(acts: ir.Table) -> ir.Table:
    """The public table `organisations`: who of each organisation did how much in each project-month.

    people  distinct persons with a commit
    events  persons' commits
    share   of all persons' commits of the project-month, 0 to 1; the unknown is the row '(unknown)'
    """
    key = ("project", "month", "organisation")
    rows = commits_by_people(acts).mutate(organisation=lambda act: act.organisation.fill_null(UNKNOWN))
    events = rows.group_by(*key).agg(events=rows.count())
    people = rows.select(*key, "person").distinct().group_by(*key).agg(people=lambda row: row.count())
    both = people.join(events, key)
    total = both.events.sum().over(ibis.window(group_by=("project", "month")))
    return both.select(*key, "people", "events", share=both.events / total.nullif(0))
