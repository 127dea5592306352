"""Build the tables trends, verdicts, field_state, assistance and findings."""

from __future__ import annotations

from datetime import date
from typing import Final

import pyarrow as pa
import pyarrow.compute as pc

from ecotone import networks
from ecotone.pipeline.context import AnalysisContext
from ecotone.pipeline.interaction_tables import FORMULAS
from ecotone.pipeline.project_pool import ProjectTask, read_results
from ecotone.pipeline.project_steps import split_by_project
from ecotone.trends.ai_assistance import build_assistance_table
from ecotone.trends.field_state import build_field_state
from ecotone.trends.findings import build_findings
from ecotone.trends.trends_table import build_trends_table, numeric_signal_columns
from ecotone.trends.verdicts_table import build_verdicts_table

LANDSCAPE_COLUMNS: Final = tuple(
    column for signal in networks.ALL if signal.name in FORMULAS for column in signal.columns
)
"""The last columns of `signals`: a commit to any project changes them in all projects."""

PROJECTS_OF_ONE_TASK: Final = 200

ROWS_OF_ONE_MONTH: Final = 200
"""The trends of a month's signals take about as long as reading so many commits."""


def build_trend_tables(context: AnalysisContext) -> dict[str, pa.Table]:
    """The tables trends, verdicts, field_state, assistance and findings."""
    projects, signals, since = context.tables["projects"], context.tables["signals"], context.landscape.since
    coverage = context.tables["signal_coverage"]
    own = {
        **_project_trends(context),
        "field_monthly": build_field_state(projects, signals, since, coverage),
        "ai_assistance": build_assistance_table(projects, signals, context.joined.acts, coverage),
    }
    own["findings"] = build_findings({**context.tables, **own}, context.landscape.categories, since)
    return own


def _project_trends(context: AnalysisContext) -> dict[str, pa.Table]:
    """The tables trends and verdicts, put together from those of each project."""
    signals, coverage = context.tables["signals"], context.tables["signal_coverage"]
    first = context.landscape.since or pc.min(signals["month"]).as_py()
    rows_of = {
        "projects": split_by_project(context.tables["projects"]),
        "signals": split_by_project(signals.drop_columns(LANDSCAPE_COLUMNS)),
        "coverage": split_by_project(coverage),
    }
    tasks = []
    for project, own in sorted(rows_of["signals"].items()):
        arguments = (rows_of["projects"][project], own, rows_of["coverage"][project], first)
        tasks.append(ProjectTask(project, arguments, rows=ROWS_OF_ONE_MONTH * own.num_rows))
    parts = list(read_results(context.pool.run_step(build_project_trends, tasks), "trends", "verdicts"))
    tables = {name: pa.concat_tables([part[name] for part in parts]) for name in ("trends", "verdicts")}
    trends = pa.concat_tables([tables["trends"], _landscape_trends(context, signals, coverage, first)])
    return {**tables, "trends": trends.sort_by("project")}  # stable: the signals stay in the order of their columns


def _landscape_trends(context: AnalysisContext, signals: pa.Table, coverage: pa.Table, first: date) -> pa.Table:
    """The trends of the signals that depend on all projects."""
    others = [name for name in numeric_signal_columns(signals) if name not in LANDSCAPE_COLUMNS]
    signals = signals.drop_columns(others)
    coverage = coverage.filter(pc.is_in(coverage["signal"], value_set=pa.array(LANDSCAPE_COLUMNS)))
    names = sorted(pc.unique(signals["project"]).to_pylist())
    tasks = []
    for start in range(0, len(names), PROJECTS_OF_ONE_TASK):
        chosen = pa.array(names[start : start + PROJECTS_OF_ONE_TASK])
        own, known = (table.filter(pc.is_in(table["project"], value_set=chosen)) for table in (signals, coverage))
        tasks.append(ProjectTask(names[start], (own, first, known), rows=own.num_rows * len(LANDSCAPE_COLUMNS)))
    results = context.pool.run_step(build_landscape_trends, tasks)
    return pa.concat_tables([result.read_table("trends") for result in results])


def build_landscape_trends(signals: pa.Table, first: date, coverage: pa.Table) -> dict[str, pa.Table]:
    """The trends of some projects and signals, from these columns of public tables."""
    return {"trends": build_trends_table(signals, first, coverage)}


def build_project_trends(project: pa.Table, signals: pa.Table, coverage: pa.Table, first: date) -> dict[str, pa.Table]:
    """The trends and the verdict of one project, from its rows of public tables and the first month of the period."""
    return {
        "trends": build_trends_table(signals, first, coverage),
        "verdicts": build_verdicts_table(project, signals, first, coverage),
    }
