"""The signals `influence` and `openrank_landscape`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

import pyarrow as pa
import pyarrow.compute as pc

from ecotone.foundation.declaration import Example, Row
from ecotone.foundation.months import parse_month
from ecotone.foundation.text_codes import plain_texts
from ecotone.networks import influence as kernels
from ecotone.networks.network_signal import NetworkSignal

MAY: Final = parse_month("2024-05")


def _example_act(month: str, kind: str, thread: int | None = None) -> Row:
    return {
        "project": "p", "month": parse_month(month), "kind": kind, "account": "a", "person": "a",
        "actor_kind": "person", "thread": thread,
    }  # fmt: skip


def _make_row_function(formula: str, name: str) -> Callable[[Mapping[str, pa.Table]], pa.Table]:
    def influence_rows(tables: Mapping[str, pa.Table]) -> pa.Table:
        table = kernels.compute_influence(
            tables["acts"], kernels.load_formula(formula), tables.get("crowds"), people=False
        )
        return project_influence(table, formula, name)

    return influence_rows


def project_influence(influence: pa.Table, formula: str, name: str) -> pa.Table:
    """Projects' rows of one formula in the public table `influence`: project, month, and the value as `name`."""
    wanted = pc.and_(pc.equal(influence["subject_kind"], "project"), pc.equal(influence["formula"], formula))
    rows = plain_texts(influence.filter(wanted).select(["subject", "month", "influence"]))
    return rows.rename_columns(["project", "month", name])


influence: Final = NetworkSignal(
    name="influence",
    title="Influence",
    title_zh="影响力",
    unit="people of middling activity",
    unit_zh="个中等活跃者",
    definition=(
        "A PageRank-like score on the network of people and projects: each person starts with last month's decayed"
        " value plus this month's work, and values spread along who works where until they converge. Computed from"
        " git alone, over the projects of this landscape."
    ),
    definition_zh=(
        "人们带给项目、又经由项目相互传递的分量：每人上月的数值衰减后，加上当月工作，"
        "沿“谁在哪里工作”的联系反复分配直至平衡。"
        "只用 git 可见的行为，范围限于所收集的项目。"
    ),
    source="after OpenDigger's global OpenRank; the differences and their reasons are in docs/explain/influence.md",
    source_zh="参照 OpenDigger 的全域 OpenRank；差异及理由见 docs/explain/influence.md",
    example=Example(
        # activity 3 * 14.695 = 44.085, start s = 1 / (1 + exp(0.10425 * (44.08 - 44.085))) = 0.50013; one edge, so
        # v_p = 0.7 (0.95 v_a + B / 2), v_a = 0.5 s + 0.5 (0.95 v_p + B / 2), B = 0.85 * 0.05 (v_p + v_a): v_p is
        # 0.26379, B 0.02746, and half of B is added to each
        rows={"acts": [_example_act("2024-05", "commit")] * 3},
        answer={("p", MAY): 0.277521},
    ),
    formula=kernels.ECOTONE,
    inputs=("git", "landed_requests", "thread_numbers"),
    null_means="the month was not observed, or its thread numbers or landed requests are not known",
    null_means_zh="该月未被观测，或其议题与请求编号、已合入的请求未知",
    when_empty=0,
    theme="influence",
    reads=("acts",),
    rows=_make_row_function(kernels.ECOTONE, "influence"),
)

openrank_landscape: Final = NetworkSignal(
    name="openrank_landscape",
    title="OpenRank kernel over this landscape only",
    title_zh="OpenRank 算法（仅限所收集的项目）",
    unit="people of middling activity",
    unit_zh="个中等活跃者",
    definition=(
        "OpenDigger's kernel, weights and constants over the projects of this landscape only: not the published"
        " OpenRank, which is computed over all of GitHub and has other values."
    ),
    definition_zh=(
        "用 OpenDigger 公开的算法、权重与常数，仅在所收集的项目之间计算："
        "不是其公布的 OpenRank 值，后者在整个 GitHub 上计算，数值不同。"
    ),
    source="OpenDigger, src/cron/tasks/globalOpenrank.ts",
    example=Example(
        # activity 40.679, start 0.41226; the same three equations give 0.22876, the published rule of freezing a node
        # that moved by less than 0.01 gives a little less
        rows={"acts": [_example_act("2024-05", "pull_opened", 1)]},
        answer={("p", MAY): 0.227779},
    ),
    formula=kernels.OPENRANK,
    null_means="the month was not observed",
    null_means_zh="该月未被观测",
    when_empty=0,
    theme="influence",
    reads=("acts",),
    rows=_make_row_function(kernels.OPENRANK, "openrank_landscape"),
)
