"""Shares of commits by persons that AI agents assisted, by AI agents and by bots."""

from __future__ import annotations

from typing import Final

import ibis.expr.types as ir

from ecotone.foundation.declaration import Example
from ecotone.foundation.months import parse_month
from ecotone.signals.contributions import commits_by_people, share_of
from ecotone.signals.declare import signal
from ecotone.signals.example_rows import act_rows as acts_of

MAY: Final = parse_month("2024-05")
NO_COMMIT: Final = "no commit landed in the month"
NO_COMMIT_ZH: Final = "当月没有提交进入默认分支"


@signal(
    title="Assisted by an AI agent",
    title_zh="AI 智能体辅助占比",
    unit="share",
    unit_zh="占比",
    definition_zh="当月人类作者的提交中，明确标注有 AI 智能体协助的占比；未标注的协助无从得知。",
    source="Ecotone; trailers and marks that agents leave in commit messages",
    source_zh="Ecotone；依据智能体在提交说明中留下的署名行与标记",
    theme="actors",
    null_means="no person's commit landed in the month",
    null_means_zh="当月没有人类作者的提交进入默认分支",
    example=Example(
        rows={
            "acts": [
                *acts_of("2024-05", "aaa"),
                *acts_of("2024-05", "b", assisted_by="agent x"),
                *acts_of("2024-05", "c", actor_kind="agent", assisted_by="agent x"),
                *acts_of("2024-05", "d", "co_author", assisted_by="agent x"),
            ]
        },
        answer={("p", MAY): 0.25},
    ),
)
def assisted_share(acts: ir.Table) -> ir.Table:
    """Share of persons' commits that name an AI agent as helper; help that is not named is not counted."""
    rows = commits_by_people(acts)
    return share_of(rows, rows.assisted_by.notnull())


@signal(
    title="Commits by bots",
    title_zh="机器人提交占比",
    unit="share",
    unit_zh="占比",
    definition_zh="当月全部提交中，由机器人（如依赖更新、自动发布）提交的占比；AI 智能体另计。",
    source="Ecotone; accounts classified by the rules for actors",
    source_zh="Ecotone；依据区分账号类型的规则",
    theme="actors",
    null_means=NO_COMMIT,
    null_means_zh=NO_COMMIT_ZH,
    example=Example(
        rows={
            "acts": [
                *acts_of("2024-05", "aa"),
                *acts_of("2024-05", "b", actor_kind="bot"),
                *acts_of("2024-05", "c", actor_kind="agent"),
                *acts_of("2024-05", "b", "pull_opened", actor_kind="bot"),
            ]
        },
        answer={("p", MAY): 0.25},
    ),
)
def bot_share(acts: ir.Table) -> ir.Table:
    """Share of all commits that bots made; AI agents are counted apart."""
    rows = acts.filter(acts.kind == "commit")
    return share_of(rows, rows.actor_kind == "bot")


@signal(
    title="Commits by AI agents",
    title_zh="AI 智能体提交占比",
    unit="share",
    unit_zh="占比",
    definition_zh="当月全部提交中，以 AI 智能体为作者的占比；人类作者由智能体辅助的提交不在此列。",
    source="Ecotone; accounts classified by the rules for actors",
    source_zh="Ecotone；依据区分账号类型的规则",
    theme="actors",
    null_means=NO_COMMIT,
    null_means_zh=NO_COMMIT_ZH,
    example=Example(
        rows={
            "acts": [
                *acts_of("2024-05", "a"),
                *acts_of("2024-05", "b", assisted_by="agent x"),
                *acts_of("2024-05", "c", actor_kind="bot"),
                *acts_of("2024-05", "dd", actor_kind="agent"),
            ]
        },
        answer={("p", MAY): 0.4},
    ),
)
def agent_share(acts: ir.Table) -> ir.Table:
    """Share of all commits whose author is an AI agent; persons helped by one are not among them."""
    rows = acts.filter(acts.kind == "commit")
    return share_of(rows, rows.actor_kind == "agent")
