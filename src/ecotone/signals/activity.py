"""Signals of activity: commits, participants, contributors, releases, and activity as one number."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from importlib.resources import files
from typing import Final

import ibis
import ibis.expr.types as ir

from ecotone.foundation.declaration import Example
from ecotone.foundation.months import parse_month
from ecotone.signals.contributions import by_people, contributor_months, rows_per_month
from ecotone.signals.declare import signal
from ecotone.signals.example_rows import act_rows as acts_of
from ecotone.signals.example_rows import opened_threads_row, pull_row

ECOTONE: Final = "activity/ecotone-2"
LANDED: Final = "activity_landed/ecotone-1"
COMMITTED: Final = "activity_commits/ecotone-1"
OPENDIGGER: Final = "activity/opendigger-2023"
MILLION: Final = 1_000_000

_FORMULAS: Final = tomllib.loads((files("ecotone.signals") / "data" / "activity.toml").read_text("utf-8"))
WEIGHTS: Final[Mapping[str, Mapping[str, float]]] = {name: part["weights"] for name, part in _FORMULAS.items()}
"""Weight of one act by its kind, by formula (dimensionless)."""

MAY: Final = parse_month("2024-05")


def _weights_and_origin(formula: str, *, zh: bool = False) -> str:
    """The formula's weights and where they come from, for the glossary; `zh`: in Chinese.

    >>> _weights_and_origin("activity/opendigger-2023")[:33]
    'Weights: comment 0.5252, issue_op'
    """
    weights = ", ".join(f"{kind} {weight:g}" for kind, weight in WEIGHTS[formula].items())
    if zh:
        return f"权重：{weights}。{_FORMULAS[formula]['origin_zh']}。"
    return f"Weights: {weights}. {_FORMULAS[formula]['origin']}."


def _root_of_weighted_acts(acts: ir.Table, weights: Mapping[str, float]) -> ir.Table:
    """(project, month, millionths): the square root of each actor's weighted acts in a month.

    In whole millionths, because a sum of integers does not depend on the order in which an engine adds.
    """
    kinds = list(weights)
    weighed = acts.filter(acts.kind.isin(kinds))
    counts = weighed.group_by("project", "month", "person").agg(
        **{kind: weighed.count(where=weighed.kind == kind) for kind in kinds}
    )
    # added in the order of the file: the same bits on every engine
    total = sum((counts[kind] * weights[kind] for kind in kinds[1:]), counts[kinds[0]] * weights[kinds[0]])
    return counts.select("project", "month", millionths=(total.sqrt() * MILLION).round())


def _other_threads(pulls: ir.Table, threads: ir.Table, weight: float) -> ir.Table:
    """(project, month, millionths): the threads opened less the requests landed, where threads are known."""
    merged = pulls.filter(pulls.merged_month.notnull())
    landed = merged.group_by("project", month=merged.merged_month).agg(landed=merged.count())
    known = threads.filter(threads.threads_opened.notnull()).left_join(landed, ["project", "month"])
    others = ibis.greatest(known.threads_opened - known.landed.fill_null(0), 0.0)
    return known.select("project", "month", millionths=(others * weight * MILLION).round())


@signal(
    title="Commits",
    title_zh="提交数",
    unit="commits",
    unit_zh="次提交",
    definition_zh="当月进入默认分支的提交数，不含合并提交，不论作者是人、机器人还是 AI 智能体。",
    formula="commits/ecotone-2",
    source="Git history of the default branch",
    source_zh="默认分支的 git 历史",
    theme="activity",
    when_empty=0,
    example=Example(
        rows={
            "acts": [
                *acts_of("2024-05", "aab"),
                *acts_of("2024-05", "c", actor_kind="bot"),
                *acts_of("2024-05", "d", "co_author"),
            ]
        },
        answer={("p", MAY): 4},
    ),
)
def commits(acts: ir.Table) -> ir.Table:
    """Commits of the default branch in the month, by persons, bots and AI agents; merge commits are not among them.

    A merge commit has two or more parents, regardless of what it changes.
    """
    return rows_per_month(acts.filter(acts.kind == "commit"))


@signal(
    title="Merge commits",
    title_zh="合并提交数",
    unit="merge commits",
    unit_zh="次合并提交",
    definition_zh="当月进入默认分支的合并提交数（有两个或更多父提交），不论作者是人、机器人还是 AI 智能体。",
    source="Git history of the default branch",
    source_zh="默认分支的 git 历史",
    theme="activity",
    when_empty=0,
    example=Example(
        rows={
            "acts": [
                *acts_of("2024-05", "aab"),
                *acts_of("2024-05", "a", "merge"),
                *acts_of("2024-05", "c", "merge", actor_kind="bot"),
            ]
        },
        answer={("p", MAY): 2},
    ),
)
def merges(acts: ir.Table) -> ir.Table:
    """Merge commits of the default branch in the month, by persons, bots and AI agents.

    A merge commit has two or more parents: a click on a merge button, or a branch merged by hand.
    """
    return rows_per_month(acts.filter(acts.kind == "merge"))


@signal(
    title="Participants",
    title_zh="参与者",
    unit="people",
    unit_zh="人",
    definition_zh="当月有过任何公开行为的人数；发布版本和点星标不计，机器人和 AI 智能体不计。",
    source="CHAOSS, Contributors, with stars and releases left out",
    source_zh="CHAOSS，Contributors；不含点星标与发布版本",
    theme="activity",
    when_empty=0,
    example=Example(
        rows={
            "acts": [
                *acts_of("2024-05", "aa"),
                *acts_of("2024-05", "b", "review"),
                *acts_of("2024-05", "c", "star"),
                *acts_of("2024-05", "d", "release"),
                *acts_of("2024-05", "e", actor_kind="agent"),
            ]
        },
        answer={("p", MAY): 2},
    ),
)
def participants(acts: ir.Table) -> ir.Table:
    """People with any public act in the month; releases and stars do not count, nor do bots and AI agents."""
    rows = by_people(acts).filter(lambda act: ~act.kind.isin(("release", "star")))
    return rows_per_month(rows.select("project", "month", "person").distinct())


@signal(
    title="Contributors",
    title_zh="贡献者",
    unit="people",
    unit_zh="人",
    definition_zh="当月有代码合入默认分支的人数，作者和共同作者都算；机器人和 AI 智能体不计。",
    source="CHAOSS, Contributors, for landed commits",
    source_zh="CHAOSS，Contributors；只计已合入的提交",
    theme="activity",
    when_empty=0,
    example=Example(
        rows={
            "acts": [
                *acts_of("2024-05", "aab"),
                *acts_of("2024-05", "ac", "co_author"),
                *acts_of("2024-05", "d", "review"),
                *acts_of("2024-05", "e", actor_kind="bot"),
            ]
        },
        answer={("p", MAY): 3},
    ),
)
def contributors(acts: ir.Table) -> ir.Table:
    """People who were author or co-author of a commit that landed in the month; no bots, no AI agents.

    Who only merged is a participant, not a contributor.
    """
    return rows_per_month(contributor_months(acts))


@signal(
    title="Activity",
    title_zh="活跃度",
    unit="points",
    unit_zh="分",
    definition_zh=(
        "每人当月已合入工作的活跃度（activity_landed）之和，加上其他新建议题与请求每个半分："
        "即当月新建数减去当月合入的请求数，不论由谁合入，不低于零。每个月的构成项都相同；编号或请求未知的月份为空。"
    ),
    source=_weights_and_origin(ECOTONE),
    source_zh=_weights_and_origin(ECOTONE, zh=True),
    theme="activity",
    formula=ECOTONE,
    inputs=("git", "landed_requests", "thread_numbers"),
    null_means="thread numbers or landed requests of the month are not known; activity_commits needs neither",
    null_means_zh="该月的议题与请求编号或已合入的请求未知；activity_commits 两者都不需要",
    example=Example(
        rows={
            "acts": [
                *acts_of("2024-05", "aaaa"),  # sqrt(4 * 1.4695) = 2.424459
                *acts_of("2024-05", "b", "pull_merged"),  # sqrt(6.1018) = 2.470182
                *acts_of("2024-05", "d", "pull_merged", actor_kind="bot"),
                *acts_of("2024-06", "a"),  # 1.212229
                *acts_of("2024-08", "a"),
            ],
            "pulls": [
                pull_row(1, "2024-04-03", "2024-05-03"),
                pull_row(2, None, "2024-05-04"),
                pull_row(3, "2024-06-03", "2024-06-04"),
                pull_row(4, "2024-06-03", "2024-06-04"),
            ],
            # May: 5 threads less 2 landed, 3 * 0.5; June: 1 less 2; July: nothing landed; August: not known
            "threads": [
                opened_threads_row("2024-05", 5),
                opened_threads_row("2024-06", 1),
                opened_threads_row("2024-07", 3),
            ],
        },
        answer={("p", MAY): 6.394641, ("p", parse_month("2024-06")): 1.212229, ("p", parse_month("2024-07")): 1.5},
    ),
)
def activity(acts: ir.Table, pulls: ir.Table, threads: ir.Table) -> ir.Table:
    """The sum over people of the square root of their landed work (activity_landed), plus half a point a thread.

    The threads are the issues and pull requests opened in the month, less the requests that landed in it, by
    anybody, but not less than none. Every month has the same terms: where threads are not known there is no value.
    """
    landed = _root_of_weighted_acts(by_people(acts), WEIGHTS[LANDED])
    others = _other_threads(pulls, threads, WEIGHTS[ECOTONE]["other_thread"])
    both = others.union(landed.semi_join(others, ["project", "month"]))
    return both.group_by("project", "month").agg(value=both.millionths.sum() / MILLION)


@signal(
    title="Activity, landed work only",
    title_zh="活跃度（仅已合入工作）",
    unit="points",
    unit_zh="分",
    definition_zh=(
        "先对每个人当月合入的提交、共同署名、拉取请求与评审加权求和并开平方，再对所有人求和。"
        "合入的请求计给提出者，计在合入当月。开平方使一人做很多事不及多人各做一些。"
    ),
    source=_weights_and_origin(LANDED),
    source_zh=_weights_and_origin(LANDED, zh=True),
    theme="activity",
    formula=LANDED,
    when_empty=0,
    inputs=("git", "landed_requests"),
    null_means="landed requests are not known: they begin later or ended before; activity_commits needs none",
    null_means_zh="已合入的请求未知：请求尚未开始或已经结束；activity_commits 不需要请求",
    example=Example(
        rows={
            "acts": [
                *acts_of("2024-05", "aaaa"),  # sqrt(4 * 1.4695) = 2.424459
                *acts_of("2024-05", "b"),  # sqrt(2 * 1.4695) = 1.714351
                *acts_of("2024-05", "b", "co_author"),
                *acts_of("2024-05", "c", "pull_opened"),  # not landed
                *acts_of("2024-05", "c", "pull_merged"),  # sqrt(6.1018 + 0.7427) = 2.616200
                *acts_of("2024-05", "c", "review"),
                *acts_of("2024-05", "d", actor_kind="bot"),
                *acts_of("2024-06", "a"),
            ]
        },
        answer={("p", MAY): 6.755010, ("p", parse_month("2024-06")): 1.212229},
    ),
)
def activity_landed(acts: ir.Table) -> ir.Table:
    """The sum over people of the square root of their landed work: commits, co-authorships, requests and reviews.

    A request that landed counts for its author, in the month of landing. The square root makes many people with a
    few acts each weigh more than one person with many.
    """
    roots = _root_of_weighted_acts(by_people(acts), WEIGHTS[LANDED])
    return roots.group_by("project", "month").agg(value=roots.millionths.sum() / MILLION)


@signal(
    title="Activity, commits only",
    title_zh="活跃度（仅提交）",
    unit="points",
    unit_zh="分",
    definition_zh="先对每个人当月合入的提交与共同署名加权求和并开平方，再对所有人求和。不论请求何时开始，每个月的构成项都相同。",
    source=_weights_and_origin(COMMITTED),
    source_zh=_weights_and_origin(COMMITTED, zh=True),
    theme="activity",
    formula=COMMITTED,
    when_empty=0,
    example=Example(
        rows={
            "acts": [
                *acts_of("2024-05", "aaaa"),  # sqrt(4 * 1.4695) = 2.424459
                *acts_of("2024-05", "b"),  # sqrt(2 * 1.4695) = 1.714351
                *acts_of("2024-05", "b", "co_author"),
                *acts_of("2024-05", "c", "pull_merged"),  # its commits count
                *acts_of("2024-05", "d", actor_kind="bot"),
            ]
        },
        answer={("p", MAY): 4.13881},
    ),
)
def activity_commits(acts: ir.Table) -> ir.Table:
    """The sum over people of the square root of their landed commits and co-authorships, weighed as in activity_landed.

    It has the same terms in every month of a history whose requests begin or end in its middle.
    """
    roots = _root_of_weighted_acts(by_people(acts), WEIGHTS[COMMITTED])
    return roots.group_by("project", "month").agg(value=roots.millionths.sum() / MILLION)


@signal(
    title="Activity (OpenDigger)",
    title_zh="活跃度（OpenDigger）",
    unit="points",
    unit_zh="分",
    definition_zh=(
        "OpenDigger 的活跃度：对每人当月的议题评论、新建议题、新建拉取请求、"
        "评审评论和被合并的拉取请求加权求和并开平方，再对所有人求和；机器人也计入，保留两位小数。"
    ),
    source=_weights_and_origin(OPENDIGGER),
    source_zh=_weights_and_origin(OPENDIGGER, zh=True),
    theme="activity",
    formula=OPENDIGGER,
    when_empty=0,
    inputs=("git", "conversation"),
    null_means="issues, comments and reviews were not observed in the month",
    null_means_zh="该月的议题、评论和评审未被观测",
    example=Example(
        rows={
            "feed_acts": [
                *acts_of("2024-05", "a", "comment"),
                *acts_of("2024-05", "a", "issue_opened"),
                *acts_of("2024-05", "a", "pull_opened"),
                *acts_of("2024-05", "a", "review_comment"),
                *acts_of("2024-05", "a", "pull_merged"),  # a: sqrt(9.5932) = 3.0973
                *acts_of("2024-05", "bbbb", "comment", actor_kind="bot"),  # b: sqrt(2.1008) = 1.4494
                *acts_of("2024-05", "ccc"),  # commits do not count
            ]
        },
        answer={("p", MAY): 4.55},
    ),
)
def activity_opendigger_2023(feed_acts: ir.Table) -> ir.Table:
    """Sum over actors, bots included, of the square root of their weighted issue and pull-request acts.

    To two decimals, as published.
    """
    roots = _root_of_weighted_acts(feed_acts, WEIGHTS[OPENDIGGER])
    return roots.group_by("project", "month").agg(value=(roots.millionths.sum() / MILLION).round(2))


@signal(
    title="Releases",
    title_zh="发布次数",
    unit="releases",
    unit_zh="次",
    definition_zh="当月的发布次数，即 git 标签或发布事件的数量。",
    source="CHAOSS, Release Frequency",
    theme="activity",
    when_empty=0,
    example=Example(
        rows={"acts": [*acts_of("2024-05", "aa", "release"), *acts_of("2024-05", "a")]},
        answer={("p", MAY): 2},
    ),
)
def releases(acts: ir.Table) -> ir.Table:
    """Releases published in the month."""
    return rows_per_month(acts.filter(acts.kind == "release"))
