"""Signals that only event sources supply: issues, comments, reviews, stars, forks, response times."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import ibis
import ibis.expr.types as ir

from ecotone.foundation.declaration import Example
from ecotone.foundation.months import parse_month
from ecotone.signals.contributions import by_people, rows_per_month, share_of
from ecotone.signals.coverage import COMPLETE
from ecotone.signals.declare import Signal, signal
from ecotone.signals.example_rows import act_rows as acts_of
from ecotone.signals.example_rows import month_rows, thread_act

UNANSWERED_SECONDS: Final = 15 * 86_400
"""OpenDigger, response time: what is not answered in 15 days counts as not answered."""
DAY_SECONDS: Final = 86_400
OPENINGS: Final = ("issue_opened", "pull_opened")
ANSWERS: Final = ("comment", "review", "review_comment", "issue_closed", "pull_closed", "pull_merged")
SPEAKING: Final = (*OPENINGS, "comment", "review", "review_comment")

MAY: Final = parse_month("2024-05")
EMPTY: Final = "no event source observed the month whole"
EMPTY_ZH: Final = "该月没有事件来源的完整观测"


def _count_of_kind(
    kind: str, *, title: str, title_zh: str, unit: str, unit_zh: str, definition_zh: str, source: str
) -> Callable[[Callable[[ir.Table], ir.Table]], Signal]:
    """A signal that counts acts of one kind as event sources saw them."""
    return signal(
        title=title,
        title_zh=title_zh,
        unit=unit,
        unit_zh=unit_zh,
        definition_zh=definition_zh,
        source=source,
        theme="conversation",
        inputs=("git", "stars" if kind in ("star", "fork") else "conversation"),
        when_empty=0,
        null_means=EMPTY,
        null_means_zh=EMPTY_ZH,
        example=Example(
            rows={"feed_acts": [*acts_of("2024-05", "aab", kind), *acts_of("2024-05", "c", "fork_of_another_kind")]},
            answer={("p", MAY): 3},
        ),
    )


@_count_of_kind(
    "issue_opened",
    title="Issues opened",
    title_zh="新建议题",
    unit="issues",
    unit_zh="个",
    definition_zh="当月新建的议题数，机器人和 AI 智能体新建的也计入。",
    source="CHAOSS, Issues New",
)
def issues_opened(feed_acts: ir.Table) -> ir.Table:
    """Issues opened in the month, by persons, bots and AI agents."""
    return rows_per_month(feed_acts.filter(feed_acts.kind == "issue_opened"))


@_count_of_kind(
    "issue_closed",
    title="Issues closed",
    title_zh="关闭的议题",
    unit="issues",
    unit_zh="次",
    definition_zh="当月关闭议题的次数；关闭后重新打开再关闭的，每次都计。",
    source="CHAOSS, Issues Closed",
)
def issues_closed(feed_acts: ir.Table) -> ir.Table:
    """Closings of issues in the month; one that is reopened and closed again counts each time."""
    return rows_per_month(feed_acts.filter(feed_acts.kind == "issue_closed"))


@_count_of_kind(
    "comment",
    title="Comments",
    title_zh="评论",
    unit="comments",
    unit_zh="条",
    definition_zh="当月议题与拉取请求下的评论数，代码评审评论另计。",
    source="OpenDigger, issue_comments",
)
def comments(feed_acts: ir.Table) -> ir.Table:
    """Comments on issues and pull requests in the month; those on lines of code are not among them."""
    return rows_per_month(feed_acts.filter(feed_acts.kind == "comment"))


@_count_of_kind(
    "review",
    title="Reviews",
    title_zh="评审",
    unit="reviews",
    unit_zh="次",
    definition_zh="当月提交的代码评审数；一次评审附带的多条评论只算一次。",
    source="OpenDigger, change_requests_reviews",
)
def reviews(feed_acts: ir.Table) -> ir.Table:
    """Reviews of pull requests submitted in the month; the comments within a review are not counted again."""
    return rows_per_month(feed_acts.filter(feed_acts.kind == "review"))


@_count_of_kind(
    "star",
    title="Stars given",
    title_zh="新增星标",
    unit="stars",
    unit_zh="个",
    definition_zh="当月新增的星标数；取消星标从不公开，因此不扣除。",
    source="OpenDigger, stars",
)
def stars(feed_acts: ir.Table) -> ir.Table:
    """Stars given in the month; those taken back are not public and not subtracted."""
    return rows_per_month(feed_acts.filter(feed_acts.kind == "star"))


@_count_of_kind(
    "fork",
    title="Forks",
    title_zh="复刻",
    unit="forks",
    unit_zh="次",
    definition_zh="当月新增的复刻数。",
    source="CHAOSS, Forks",
)
def forks(feed_acts: ir.Table) -> ir.Table:
    """Forks made in the month."""
    return rows_per_month(feed_acts.filter(feed_acts.kind == "fork"))


@signal(
    title="Speakers",
    title_zh="讨论参与者",
    unit="people",
    unit_zh="人",
    definition_zh="当月新建过议题或拉取请求、发表过评论或评审的人数，机器人和 AI 智能体不计。",
    source="OpenDigger, participants, without bots",
    source_zh="OpenDigger，participants；不含机器人",
    theme="conversation",
    inputs=("git", "conversation"),
    when_empty=0,
    null_means=EMPTY,
    null_means_zh=EMPTY_ZH,
    example=Example(
        rows={
            "feed_acts": [
                *acts_of("2024-05", "aab", "comment"),
                *acts_of("2024-05", "c", "issue_opened"),
                *acts_of("2024-05", "d", "star"),
                *acts_of("2024-05", "e", "comment", actor_kind="bot"),
            ]
        },
        answer={("p", MAY): 3},
    ),
)
def discussion_participants(feed_acts: ir.Table) -> ir.Table:
    """People who opened an issue or pull request, commented or reviewed in the month; no bots, no AI agents."""
    rows = by_people(feed_acts).filter(lambda act: act.kind.isin(SPEAKING))
    return rows_per_month(rows.select("project", "month", "person").distinct())


def _first_answers(feed_acts: ir.Table, months: ir.Table) -> ir.Table:
    """Threads opened in months that can be judged: project, month, seconds to the first answer (NULL: none in time).

    A month is judged if the one after it is observed too, and the 15 days after its end are.
    """
    following = months.filter(months.conversation_state == COMPLETE).select(
        "project", month_index=months.month_index - 1
    )
    over = months.month_end.epoch_seconds() + UNANSWERED_SECONDS <= months.observed_until.epoch_seconds()
    judged = (
        months.filter(over).select("project", "month", "month_index").semi_join(following, ["project", "month_index"])
    )
    people = by_people(feed_acts)
    openings = people.filter(people.kind.isin(OPENINGS)).select("project", "month", "thread", "person", "created_at")
    openings = openings.semi_join(judged, ["project", "month"])
    answers = people.filter(people.kind.isin(ANSWERS)).select(
        "project", "thread", answerer=people.person, answered_at=people.created_at
    )
    both = openings.inner_join(answers, ["project", "thread"])
    # whole days between timestamps are not enough, and engines disagree on intervals: seconds since the epoch
    waited = both.mutate(seconds=both.answered_at.epoch_seconds() - both.created_at.epoch_seconds())
    by_others = waited.filter(
        (waited.answerer != waited.person) & (waited.seconds >= 0) & (waited.seconds <= UNANSWERED_SECONDS)
    )
    first = by_others.group_by("project", "thread").agg(seconds=by_others.seconds.min())
    return openings.left_join(first, ["project", "thread"]).select("project", "month", "seconds")


_THREADS: Final = (
    thread_act("2024-05-01", "a", "issue_opened", 1),
    thread_act("2024-05-01T06:00:00", "a", "comment", 1),  # their own word is no answer
    thread_act("2024-05-03", "b", "comment", 1),  # 2 days
    thread_act("2024-05-31", "a", "pull_opened", 2),
    thread_act("2024-06-15", "b", "review", 2),  # 15 days to the second: in time
    thread_act("2024-05-10", "a", "issue_opened", 3),
    thread_act("2024-05-25T00:00:01", "b", "comment", 3),  # a second too late
    thread_act("2024-05-10", "a", "issue_opened", 4),
    thread_act("2024-05-10", "m", "comment", 4, actor_kind="bot"),  # a bot's answer is none
    thread_act("2024-06-20", "a", "issue_opened", 5),  # June: July is not observed
    thread_act("2024-06-20", "b", "issue_closed", 5),
)


@signal(
    title="Answered share",
    title_zh="答复率",
    unit="share",
    unit_zh="占比",
    definition_zh="当月由人新建的议题与拉取请求中，15 天以内（含恰好 15 天）得到他人答复的占比；机器人的答复不算。",
    source="After OpenDigger, response time: unanswered after 15 days",
    source_zh="参照 OpenDigger，response time：超过 15 天视为未答复",
    theme="conversation",
    inputs=("git", "conversation"),
    null_means="no thread was opened in the month, or the month after it is not observed whole",
    null_means_zh="当月没有新建议题或拉取请求，或次月未被完整观测",
    example=Example(
        rows={"feed_acts": _THREADS, "months": month_rows("2024-05", 2, observed_until="2024-07-20")},
        answer={("p", MAY): 0.5},
    ),
)
def response_rate_15d(feed_acts: ir.Table, months: ir.Table) -> ir.Table:
    """Share of the threads that people opened in the month which somebody else answered within 15 days.

    An answer is a comment, a review, a close or a merge by another person; a bot's is none.
    """
    rows = _first_answers(feed_acts, months)
    return share_of(rows, rows.seconds.notnull())


@signal(
    title="Median time to first response",
    title_zh="首次答复用时中位数",
    unit="days",
    unit_zh="天",
    definition_zh="当月由人新建且 15 天以内得到他人答复的议题与拉取请求，首次答复用时的中位数（天）。",
    source="CHAOSS, Time to First Response; bots left out",
    source_zh="CHAOSS，Time to First Response；不含机器人",
    theme="conversation",
    inputs=("git", "conversation"),
    null_means="no thread of the month was answered within 15 days, or the month after it is not observed whole",
    null_means_zh="当月没有 15 天内得到答复的议题或拉取请求，或次月未被完整观测",
    example=Example(
        rows={"feed_acts": _THREADS, "months": month_rows("2024-05", 2, observed_until="2024-07-20")},
        answer={("p", MAY): 8.5},
    ),
)
def time_to_first_response_median(feed_acts: ir.Table, months: ir.Table) -> ir.Table:
    """Median days until somebody else answered, over the month's threads answered within 15 days.

    Of an even number, the mean of the middle two.
    """
    rows = _first_answers(feed_acts, months).filter(lambda row: row.seconds.notnull())
    ranked = rows.mutate(
        rank=ibis.row_number().over(ibis.window(group_by=("project", "month"), order_by="seconds")),
        size=rows.count().over(ibis.window(group_by=("project", "month"))),
    )
    middle = ranked.filter((ranked.rank * 2 >= ranked.size - 2) & (ranked.rank * 2 <= ranked.size))
    return middle.group_by("project", "month").agg(value=middle.seconds.mean() / DAY_SECONDS)
