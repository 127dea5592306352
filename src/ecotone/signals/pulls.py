"""Signals of pull requests: opened, merged, merge rate, time to merge; and threads opened."""

from __future__ import annotations

from typing import Final

import ibis
import ibis.expr.types as ir

from ecotone.foundation.declaration import Example
from ecotone.foundation.months import parse_month
from ecotone.signals.contributions import rows_per_month, share_of
from ecotone.signals.declare import signal
from ecotone.signals.example_rows import act_rows as acts_of
from ecotone.signals.example_rows import month_rows, opened_threads_row, pull_row

DAY_SECONDS: Final = 86_400
MERGE_WITHIN_SECONDS: Final = 30 * DAY_SECONDS

MIN_UNRECOGNISED: Final = 10
"""Pull requests of a year that, if none was merged, show that merges are not recognised."""
MIN_UNRECOGNISED_ANYWHERE: Final = 5
"""The same for a project of which no pull request was ever recognised as merged."""

MAY: Final = parse_month("2024-05")
JUNE: Final = parse_month("2024-06")
NOT_READ: Final = "the project's pull requests could not be read in the month"
NOT_READ_ZH: Final = "该月无法读取项目的拉取请求"


def _with_time_to_merge(pulls: ir.Table) -> ir.Table:
    """The pull requests whose opening has a moment, with `seconds` from opening to merge.

    A merge dated before its opening (two clocks disagree) took no time.
    """
    rows = pulls.filter(pulls.opened_at.notnull())
    taken = rows.merged_at.epoch_seconds() - rows.opened_at.epoch_seconds()
    # NULL stays NULL: in some engines greatest(NULL, 0) is 0
    return rows.mutate(seconds=(taken < 0).ifelse(0, taken))


def _months_with_recognised_landings(pulls: ir.Table, months: ir.Table, acts: ir.Table) -> ir.Table:
    """(project, month): the months that are not part of a year in which landings are not recognised.

    Such a year is any twelve months in a row in which at least MIN_UNRECOGNISED pull requests were opened (at least
    30 days before the end of observation), none of them was ever merged, and the branch got at least as many commits.
    MIN_UNRECOGNISED_ANYWHERE are enough if no pull request of the project was ever merged.
    """
    seconds = pulls.opened_at.epoch_seconds()
    opened = pulls.filter(pulls.opened_month.notnull()).select(
        "project", month=pulls.opened_month, seconds=seconds, merged=pulls.merged_month.notnull().cast("int64")
    )
    ends = months.select("project", "month", until=months.observed_until.epoch_seconds())
    old_enough = opened.join(ends, ["project", "month"]).filter(
        lambda row: row.seconds + MERGE_WITHIN_SECONDS <= row.until
    )
    requests = old_enough.group_by("project", "month").agg(opened=old_enough.count(), merged=old_enough.merged.sum())
    landed = rows_per_month(acts.filter(acts.kind.isin(("commit", "merge")))).rename(landed="value")
    rows = months.select("project", "month").left_join(requests, ["project", "month"])
    rows = rows.select("project", "month", "opened", "merged").left_join(landed, ["project", "month"])
    counts = {name: rows[name].fill_null(0).cast("int64") for name in ("opened", "merged", "landed")}
    rows = rows.select("project", "month", **counts)
    year = ibis.window(group_by="project", order_by="month", preceding=0, following=11)
    sums = rows.select(
        "project",
        "month",
        opened=rows.opened.sum().over(year),
        merged=rows.merged.sum().over(year),
        landed=rows.landed.sum().over(year),
        ever=rows.merged.sum().over(ibis.window(group_by="project")),
    )
    enough = (sums.opened >= MIN_UNRECOGNISED) | ((sums.ever == 0) & (sums.opened >= MIN_UNRECOGNISED_ANYWHERE))
    unrecognised = (sums.merged == 0) & enough & (sums.landed >= sums.opened)
    flagged = sums.select("project", "month", unrecognised=unrecognised.cast("int64"))
    containing = ibis.window(group_by="project", order_by="month", preceding=11, following=0)
    marked = flagged.select("project", "month", unrecognised=flagged.unrecognised.max().over(containing))
    return marked.filter(marked.unrecognised == 0).select("project", "month")


@signal(
    title="Pull requests opened",
    title_zh="新建拉取请求",
    unit="pull requests",
    unit_zh="个",
    definition_zh="当月新建的拉取请求数，不论由人、机器人还是 AI 智能体提出。",
    source="CHAOSS, Change Requests",
    theme="pulls",
    when_empty=0,
    inputs=("git", "pull_request_heads"),
    null_means=NOT_READ,
    null_means_zh=NOT_READ_ZH,
    example=Example(
        rows={
            "pulls": [
                pull_row(1, "2024-05-31T23:59:59", "2024-06-01"),
                pull_row(2, "2024-06-01"),
                pull_row(3, "2024-06-02"),
                pull_row(4, None, "2024-06-03"),
            ]
        },
        answer={("p", MAY): 1, ("p", JUNE): 2},
    ),
)
def pull_requests_opened(pulls: ir.Table) -> ir.Table:
    """Pull requests opened in the month, by persons, bots and AI agents."""
    opened = pulls.filter(pulls.opened_month.notnull())
    return rows_per_month(opened.select("project", month=opened.opened_month))


@signal(
    title="Pull requests merged",
    title_zh="合并的拉取请求",
    unit="pull requests",
    unit_zh="个",
    definition_zh="当月被合并的拉取请求数，不论何时提出、由谁提出。",
    source="CHAOSS, Change Requests Accepted",
    theme="pulls",
    when_empty=0,
    inputs=("git", "landed_requests"),
    null_means="landed requests are not known: they begin later or ended before",
    null_means_zh="已合入的请求未知：请求尚未开始或已经结束",
    example=Example(
        rows={
            "pulls": [
                pull_row(1, "2024-05-30", "2024-06-01"),
                pull_row(2, "2024-06-01"),
                pull_row(3, None, "2024-06-30"),
            ]
        },
        answer={("p", JUNE): 2},
    ),
)
def pull_requests_merged(pulls: ir.Table) -> ir.Table:
    """Pull requests merged in the month, regardless of when and by whom they were opened.

    Known from the commits that land them even where pull-request heads are not served. A pull request merged into an
    integration or release branch counts then, not when that branch reaches the default branch.
    """
    merged = pulls.filter(pulls.merged_month.notnull())
    return rows_per_month(merged.select("project", month=merged.merged_month))


@signal(
    title="Merge rate",
    title_zh="合并率",
    unit="share",
    unit_zh="占比",
    definition_zh="当月新建的拉取请求中，在提出后 30 天以内（含恰好 30 天）被合并的占比。",
    source="After CHAOSS, Change Request Acceptance Ratio, by month of opening",
    source_zh="参照 CHAOSS，Change Request Acceptance Ratio；按提出月份统计",
    theme="pulls",
    inputs=("git", "pull_request_heads"),
    formula="merge_rate/ecotone-2",
    null_means=(
        "no pull request was opened in the month, or the 30 days after its end are not observed, or the project's way"
        " of landing pull requests is not recognised"
    ),
    null_means_zh="当月没有新建拉取请求，或月末之后的 30 天尚未观测完整，或无法识别该项目合入拉取请求的方式",
    example=Example(
        rows={
            "pulls": [
                pull_row(1, "2024-05-01", "2024-05-31"),  # 30 days to the second: within
                pull_row(2, "2024-05-01", "2024-05-31T00:00:01"),  # a second too late
                pull_row(3, "2024-05-31"),  # not merged
                pull_row(4, "2024-05-31", "2024-05-30"),  # clocks disagree: at once
                pull_row(5, "2024-06-01", "2024-06-01"),  # June is not over for 30 days
                # five of q, and none merged while five commits landed: merges are not recognised
                *({**pull_row(number, "2024-05-02"), "project": "q"} for number in range(1, 6)),
            ],
            "months": [
                *month_rows("2024-05", 2, observed_until="2024-07-01"),
                *month_rows("2024-05", 2, observed_until="2024-07-01", project="q"),
            ],
            "acts": acts_of("2024-05", "abcde", project="q"),
        },
        answer={("p", MAY): 0.5},
    ),
)
def merge_rate(pulls: ir.Table, months: ir.Table, acts: ir.Table) -> ir.Table:
    """Share of the pull requests opened in the month that were merged within 30 days of their opening.

    Exactly 30 days are within. A pull request whose moment of opening is unknown is left out. A month is
    judged once the 30 days after its end are observed, and if the project's way of landing is recognised around it:
    see `_months_with_recognised_landings`.
    """
    over = months.month_end.epoch_seconds() + MERGE_WITHIN_SECONDS <= months.observed_until.epoch_seconds()
    judged = months.filter(over).select("project", "month")
    judged = judged.join(_months_with_recognised_landings(pulls, months, acts), ["project", "month"])
    opened = _with_time_to_merge(pulls).select("project", "seconds", month=pulls.opened_month)
    rows = opened.join(judged, ["project", "month"])
    return share_of(rows, rows.seconds <= MERGE_WITHIN_SECONDS)


@signal(
    title="Median time to merge",
    title_zh="合并用时中位数",
    unit="days",
    unit_zh="天",
    definition_zh="当月被合并的拉取请求，从提出到合并所用天数的中位数；个数为偶数时取中间两个的平均。",
    source="After CHAOSS, Change Requests Duration",
    source_zh="参照 CHAOSS，Change Requests Duration",
    theme="pulls",
    inputs=("git", "pull_request_heads"),
    null_means="no pull request with a known opening was recognised as merged in the month",
    null_means_zh="当月没有识别出已知提出时间的拉取请求被合并",
    example=Example(
        rows={
            "pulls": [
                pull_row(1, "2024-05-01", "2024-05-04"),  # 3 days
                pull_row(2, "2024-05-01", "2024-05-08"),  # 7 days
                pull_row(3, "2024-05-01", "2024-05-02"),  # 1 day
                pull_row(4, "2024-05-01", "2024-06-10"),  # 40 days
                pull_row(5, "2024-06-01", "2024-06-03"),  # 2 days
                pull_row(6, "2024-06-30T12:00:00", "2024-06-30"),  # clocks disagree: 0 days
                pull_row(7, "2024-06-30T06:00:00", "2024-06-30"),  # the same
                pull_row(8, None, "2024-06-30"),
                pull_row(9, "2024-06-30"),
            ]
        },
        answer={("p", MAY): 3.0, ("p", JUNE): 1.0},
    ),
)
def time_to_merge_median(pulls: ir.Table) -> ir.Table:
    """Median days from opening to merge of the pull requests merged in the month.

    Of an even number, the mean of the middle two. Ranked here, because ClickHouse's median is an estimate.
    """
    merged = _with_time_to_merge(pulls).filter(lambda row: row.merged_month.notnull() & row.seconds.notnull())
    rows = merged.select("project", "seconds", month=merged.merged_month)
    of_month = ibis.window(group_by=("project", "month"))
    ranked = rows.mutate(
        rank=ibis.row_number().over(ibis.window(group_by=("project", "month"), order_by="seconds")),
        size=rows.count().over(of_month),
    )
    middle = ranked.filter((ranked.rank * 2 >= ranked.size - 2) & (ranked.rank * 2 <= ranked.size))
    return middle.group_by("project", "month").agg(value=middle.seconds.mean() / DAY_SECONDS)


@signal(
    title="Issues and pull requests opened",
    title_zh="新建议题与拉取请求",
    unit="threads",
    unit_zh="个",
    definition_zh="当月新建的议题与拉取请求总数，由两者共用的连续编号推算，并给出上下界。",
    source="Ecotone; issues and pull requests of a repository share one run of numbers",
    source_zh="Ecotone；同一仓库的议题与拉取请求共用一套编号",
    theme="pulls",
    inputs=("git", "thread_numbers"),
    bounds=True,
    null_means="the numbers seen in the month do not bound how many were opened",
    null_means_zh="该月所见编号不足以界定新建数量",
    example=Example(
        rows={"threads": [opened_threads_row("2024-05", 12, 10, 15)]},
        answer={("p", MAY): (12.0, 10.0, 15.0)},
    ),
)
def threads_opened(threads: ir.Table) -> ir.Table:
    """Issues and pull requests opened in the month, estimated from the numbers they share, with bounds."""
    return threads.select(
        "project",
        "month",
        value=threads.threads_opened,
        low=threads.threads_opened_low,
        high=threads.threads_opened_high,
    )
