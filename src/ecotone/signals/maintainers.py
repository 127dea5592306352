"""Signals of the core team: who can merge, how much of the work is theirs, and how newcomers reach that circle."""

from __future__ import annotations

from typing import Final

import ibis
import ibis.expr.types as ir

from ecotone.foundation.declaration import Example
from ecotone.foundation.months import parse_month
from ecotone.signals.contributions import commits_by_people, contributor_months, share_of
from ecotone.signals.declare import signal
from ecotone.signals.example_rows import act_rows as acts_of
from ecotone.signals.example_rows import core_row, landing_rows, month_rows

YEAR: Final = 12
"""Months that a window covers, the month itself included."""
MIN_LANDINGS: Final = 10
"""Landings of others' work in a window, from which on their concentration is given."""

MAY: Final = parse_month("2024-05")
JUNE: Final = parse_month("2024-06")
NO_CORE: Final = "git shows no one with write access up to the month"
NO_CORE_ZH: Final = "截至当月，git 中看不出谁有写权限"


def _month_index(month: ir.DateValue) -> ir.IntegerValue:
    return month.year().cast("int64") * 12 + month.month() - 1


def _members(core: ir.Table) -> ir.Table:
    """(project, person, since_index, days_to_access)."""
    since = core.since.date()
    return core.select("project", "person", "days_to_access", since_index=_month_index(since))


def _months_with_core(months: ir.Table, core: ir.Table) -> ir.Table:
    """(project, month, month_index): the months in which at least one member is known."""
    first = _members(core).group_by("project").agg(first_index=lambda row: row.since_index.min())
    rows = months.select("project", "month", "month_index").join(first, ["project"])
    return rows.filter(rows.month_index >= rows.first_index).select("project", "month", "month_index")


def _rows_of_window(months: ir.Table, rows: ir.Table) -> ir.Table:
    """The rows of the twelve months that end with each month; `rows` have project and row_index."""
    both = months.select("project", "month", "month_index").join(rows, ["project"])
    in_window = (both.row_index <= both.month_index) & (both.row_index > both.month_index - YEAR)
    return both.filter(in_window)


def _landings_of_window(access: ir.Table, months: ir.Table) -> ir.Table:
    """(project, month, all_landings, known_landings, most): landings of others' work in the months of each window.

    known_landings  those of a known lander; the commits of one author that one person landed within a minute are one
    most            by the person who landed most
    """
    rows = access.filter(
        (access.other_person.notnull()) & access.ground.isin(("merged a branch", "committed another's work", "landed"))
    )
    minute = (rows.created_at.epoch_seconds() / 60).floor().cast("int64")
    rows = rows.select(
        "project", "person", "other_person", row_index=_month_index(rows.month), minute=minute
    ).distinct()
    rows = rows.group_by("project", "person", "row_index").agg(landings=rows.count())
    rows = (
        _rows_of_window(months, rows)
        .group_by("project", "month", "person")
        .agg(landings=lambda row: row.landings.sum())
    )
    known = rows.person.notnull()
    return rows.group_by("project", "month").agg(
        all_landings=rows.landings.sum(),
        known_landings=known.ifelse(rows.landings, 0).sum(),
        most=known.ifelse(rows.landings, 0).max(),
    )


def _without_unknown_landers(months: ir.Table, access: ir.Table) -> ir.Table:
    """(project, month): the months in whose window the landers of most landings are known."""
    sums = _landings_of_window(access, months)
    unknown = sums.filter(sums.known_landings * 2 < sums.all_landings).select("project", "month")
    return months.select("project", "month").anti_join(unknown, ["project", "month"])


@signal(
    title="Maintainers",
    title_zh="维护者",
    unit="people",
    unit_zh="人",
    definition_zh=(
        "截至当月已显示写权限、且最近十二个月内仍有贡献或写操作的人数。写权限由 git 中的两项证据判定，"
        "因此是能够看出的人数，可能少于实际人数。"
    ),
    source="Ecotone; write access as shown by git",
    source_zh="Ecotone；依据 git 所显示的写权限",
    theme="core",
    formula="maintainers/ecotone-1",
    null_means=f"{NO_CORE}, or none of them was active in the twelve months",
    null_means_zh=f"{NO_CORE_ZH}，或其中无人在十二个月内活动",
    example=Example(
        rows={
            "acts": [*acts_of("2023-05", "a"), *acts_of("2024-05", "bx"), *acts_of("2024-06", "b")],
            "access": landing_rows("2023-07", "c"),
            "core": [core_row("a", "2023-05-10"), core_row("b", "2024-06-30"), core_row("c", "2023-07-01")],
            "months": month_rows("2024-04", 3),
        },
        # a was active for the last time in May 2023, c in July 2023; b is a member from June on
        answer={("p", parse_month("2024-04")): 2, ("p", MAY): 1, ("p", JUNE): 2},
    ),
)
def maintainers(acts: ir.Table, access: ir.Table, core: ir.Table, months: ir.Table) -> ir.Table:
    """People who can merge: those who have shown write access and were active in the twelve months up to the month.

    Write access is shown by two pieces of evidence in git: see docs/explain/core-team.md. It is the number that
    git shows; people who only press the button of a squash merge leave no trace and are missing.
    """
    active = contributor_months(acts).select("project", "person", row_index="month_index")
    known = access.filter(access.person.notnull())
    active = active.union(known.select("project", "person", row_index=_month_index(known.month)), distinct=True)
    active = active.join(_members(core), ["project", "person"])
    rows = _rows_of_window(months, active)
    people = rows.filter(rows.since_index <= rows.month_index).select("project", "month", "person").distinct()
    return people.group_by("project", "month").agg(value=people.count())


@signal(
    title="Work by maintainers",
    title_zh="维护者的工作占比",
    unit="share",
    unit_zh="占比",
    definition_zh="当月人类作者的提交中，作者已显示写权限的占比；十二个月内多数合入者无从得知时不给出。",
    source="Ecotone; write access as shown by git",
    source_zh="Ecotone；依据 git 所显示的写权限",
    theme="core",
    formula="core_share/ecotone-1",
    null_means=f"no person's commit landed in the month, or {NO_CORE}, or most landers of the year are not known",
    null_means_zh=f"当月没有人类作者的提交进入默认分支，或{NO_CORE_ZH}，或一年内多数合入者无从得知",
    example=Example(
        rows={
            "acts": [
                *acts_of("2024-04", "a"),
                *acts_of("2024-05", "aaab"),
                *acts_of("2024-05", "bb", actor_kind="bot"),
                *acts_of("2024-06", "ab"),
                *acts_of("2024-07", "ab"),
            ],
            # two of three landings of the year up to July have no known lander
            "access": [*landing_rows("2024-06", "a"), *landing_rows("2024-07", "--")],
            "core": [core_row("a", "2024-05-31"), core_row("b", "2024-06-01")],
            "months": month_rows("2024-04", 4),
        },
        answer={("p", MAY): 0.75, ("p", JUNE): 1.0},
    ),
)
def core_share(acts: ir.Table, access: ir.Table, core: ir.Table, months: ir.Table) -> ir.Table:
    """Share of persons' commits in the month by people who have months_shown write access up to its end.

    NULL if git does not show who landed most of others' work in the twelve months: then members are missing.
    """
    months_shown = _months_with_core(months, core).join(_without_unknown_landers(months, access), ["project", "month"])
    rows = commits_by_people(acts).join(months_shown, ["project", "month"])
    rows = rows.select("project", "month", "month_index", "person").left_join(_members(core), ["project", "person"])
    return share_of(rows, (rows.since_index <= rows.month_index).fill_null(False))


@signal(
    title="Owner's team among the unknown",
    title_zh="归属未知者中的项目方团队占比",
    unit="share",
    unit_zh="占比",
    definition_zh=(
        "当月人类作者的提交中，作者雇主未知、但属于项目方团队的占比：该作者有写权限，"
        "且该项目当年或上一年至少三位雇主已知的核心成员中有八成属于同一雇主。项目方团队不等于雇主，这些提交仍计为归属未知。"
    ),
    source="Ecotone; write access as shown by git, and the known employers of the core team",
    source_zh="Ecotone；依据 git 所显示的写权限与核心团队的已知雇主",
    theme="core",
    formula="owner_team_share/ecotone-2",
    null_means="no person's commit landed in the month",
    null_means_zh="当月没有人类作者的提交进入默认分支",
    example=Example(
        rows={
            "acts": [
                *acts_of("2024-05", "a", basis="team"),
                *acts_of("2024-05", "b", basis="signed", organisation="x"),
                *acts_of("2024-05", "cc"),
                *acts_of("2024-06", "b", basis="signed", organisation="x"),
            ]
        },
        answer={("p", MAY): 0.25, ("p", JUNE): 0.0},
    ),
)
def owner_team_share(acts: ir.Table) -> ir.Table:
    """Share of persons' commits by people of unknown employer who are in the team of the repository's owner.

    The team is never mixed with employers: such commits stay in `unknown_share`. See docs/explain/core-team.md.
    """
    rows = commits_by_people(acts)
    return share_of(rows, (rows.basis == "team").fill_null(False))


@signal(
    title="Merge concentration",
    title_zh="合并集中度",
    unit="share",
    unit_zh="占比",
    definition_zh=(
        "截至当月的十二个月内，合入他人工作最多的一人所占的份额（只计合入者可知的合入）。"
        "合入者可知的合入少于 10 次或不足全部合入的一半时不给出。"
    ),
    source="Ecotone; the Berger-Parker index of those who land others' work",
    source_zh="Ecotone；合入他人工作者的 Berger-Parker 指数",
    theme="core",
    formula="merge_concentration/ecotone-1",
    null_means="fewer than 10 landings of others' work in the twelve months, or most of their landers are not known",
    null_means_zh="十二个月内合入他人工作少于 10 次，或多数合入者无从得知",
    example=Example(
        rows={
            "access": [
                *landing_rows("2023-06", "b" * 5),  # a year before June: counts in May only
                *landing_rows("2024-05", "aaaaa-----"),
                *landing_rows("2024-06", "bcdef", ground="committed another's work"),
            ],
            "months": month_rows("2024-04", 3),
        },
        answer={("p", MAY): 0.5, ("p", JUNE): 0.5},
    ),
)
def merge_concentration(access: ir.Table, months: ir.Table) -> ir.Table:
    """Share of the landings of others' work, in the twelve months up to the month, by the person who landed most.

    Landings with a known lander count; the commits of one author that one person landed within a minute are one
    landing. NULL with fewer than 10 such landings, or if the landers of most landings are not known.
    """
    sums = _landings_of_window(access, months)
    enough = (sums.known_landings >= MIN_LANDINGS) & (sums.known_landings * 2 >= sums.all_landings)
    return sums.filter(enough).select("project", "month", value=sums.most / sums.known_landings.nullif(0))


@signal(
    title="New maintainers",
    title_zh="新晋维护者",
    unit="people",
    unit_zh="人",
    definition_zh="当月首次显示写权限、且此前先以贡献者身份参与的人数；一开始就有写权限的人不计。",
    source="Ecotone; write access as shown by git",
    source_zh="Ecotone；依据 git 所显示的写权限",
    theme="core",
    formula="new_maintainers/ecotone-1",
    null_means=NO_CORE,
    null_means_zh=NO_CORE_ZH,
    example=Example(
        rows={
            "core": [core_row("a", "2024-05-01"), core_row("b", "2024-05-31", 40), core_row("c", "2024-06-01", 9)],
            "months": month_rows("2024-04", 4),
        },
        answer={("p", MAY): 1, ("p", JUNE): 1, ("p", parse_month("2024-07")): 0},
    ),
)
def new_maintainers(core: ir.Table, months: ir.Table) -> ir.Table:
    """Contributors whose write access was first shown in the month; those who began with write access do not count."""
    members = _members(core).filter(lambda row: row.days_to_access.notnull())
    reached = members.group_by("project", month_index=members.since_index).agg(reached=members.count())
    rows = _months_with_core(months, core).left_join(reached, ["project", "month_index"])
    return rows.select("project", "month", value=rows.reached.fill_null(0).cast("int64"))


@signal(
    title="Time to maintainer",
    title_zh="成为维护者用时",
    unit="days",
    unit_zh="天",
    definition_zh=(
        "截至当月的十二个月内新晋的维护者，从首次贡献到首次需要写权限的操作所用天数的中位数；"
        "人数为偶数时取中间两个的平均。"
    ),
    source="Ecotone; write access as shown by git",
    source_zh="Ecotone；依据 git 所显示的写权限",
    theme="core",
    formula="time_to_maintainer/ecotone-1",
    null_means="no contributor became a maintainer in the twelve months",
    null_means_zh="十二个月内没有贡献者成为维护者",
    example=Example(
        rows={
            "core": [
                core_row("a", "2023-05-31", 7),  # thirteen months before June
                core_row("b", "2024-05-01", 40),
                core_row("c", "2024-06-01", 10),
                core_row("d", "2024-06-01"),  # began with write access
            ],
            "months": month_rows("2024-04", 3),
        },
        answer={("p", parse_month("2024-04")): 7.0, ("p", MAY): 40.0, ("p", JUNE): 25.0},
    ),
)
def time_to_maintainer(core: ir.Table, months: ir.Table) -> ir.Table:
    """Median days from first contribution to first act that needs write access, of a year's new maintainers.

    Those whose write access was first shown in the twelve months up to the month and who contributed before it. Of an
    even number, the mean of the middle two.
    """
    members = _members(core).filter(lambda row: row.days_to_access.notnull())
    members = members.select("project", "person", "days_to_access", row_index="since_index")
    rows = _rows_of_window(months, members)
    of_month = ibis.window(group_by=("project", "month"))
    ranked = rows.mutate(
        rank=ibis.row_number().over(ibis.window(group_by=("project", "month"), order_by=("days_to_access", "person"))),
        size=rows.count().over(of_month),
    )
    middle = ranked.filter((ranked["rank"] * 2 >= ranked["size"] - 2) & (ranked["rank"] * 2 <= ranked["size"]))
    return middle.group_by("project", "month").agg(value=middle.days_to_access.mean())
