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

PROJECTS_OF_ONE_TASK: Final = 16
"""Whose influence is looked at together."""

ROWS_OF_ONE_VALUE: Final = 30
"""The trends of one signal take, for a month, about as long as reading so many commits."""


def start_trends(context: AnalysisContext) -> dict[str, pa.Table]:
    """Begin to look for trends and verdicts, which takes long, in other processes."""
    signals, coverage = context.tables["signals"], context.tables["signal_coverage"]
    first = context.landscape.since or pc.min(signals["month"]).as_py()
    pool, started = context.pool, context.started
    landscape_tasks = _landscape_tasks(signals, coverage, first)
    started[build_landscape_trends.__name__] = pool.start_step(build_landscape_trends, landscape_tasks)
    project_tasks = _project_tasks(context.tables["projects"], signals, coverage, first)
    started[build_project_trends.__name__] = pool.start_step(build_project_trends, project_tasks)
    return {}


def build_trend_tables(context: AnalysisContext) -> dict[str, pa.Table]:
    """The tables trends, verdicts, field_state, assistance and findings."""
    projects, signals, since = context.tables["projects"], context.tables["signals"], context.landscape.since
    coverage = context.tables["signal_coverage"]
    own = {
        "field_monthly": build_field_state(projects, signals, since, coverage),
        "ai_assistance": build_assistance_table(projects, signals, context.joined.acts, coverage),
        **_read_trends(context),
    }
    own["findings"] = build_findings({**context.tables, **own}, context.landscape.categories, since)
    return own


def _read_trends(context: AnalysisContext) -> dict[str, pa.Table]:
    """The tables trends and verdicts, put together from the parts that were started."""
    own, landscape = (
        list(read_results(context.started[step.__name__]())) for step in (build_project_trends, build_landscape_trends)
    )
    trends = pa.concat_tables([part["trends"] for part in (*own, *landscape)])
    return {
        "trends": trends.sort_by("project"),  # stable: the signals stay in the order of their columns
        "verdicts": pa.concat_tables([part["verdicts"] for part in own]),
    }


def _project_tasks(projects: pa.Table, signals: pa.Table, coverage: pa.Table, first: date) -> list[ProjectTask]:
    """A task for the own signals of each project."""
    own_signals = signals.drop_columns(LANDSCAPE_COLUMNS)
    rows_of_month = ROWS_OF_ONE_VALUE * len(numeric_signal_columns(own_signals))
    parts = [split_by_project(table) for table in (projects, own_signals, coverage)]
    return [
        ProjectTask(project, (*(part[project] for part in parts), first), rows=rows_of_month * own.num_rows)
        for project, own in sorted(parts[1].items())
    ]


def _landscape_tasks(signals: pa.Table, coverage: pa.Table, first: date) -> list[ProjectTask]:
    """Tasks for the signals that depend on all projects: some projects each."""
    others = [name for name in numeric_signal_columns(signals) if name not in LANDSCAPE_COLUMNS]
    signals = signals.drop_columns(others)
    coverage = coverage.filter(pc.is_in(coverage["signal"], value_set=pa.array(LANDSCAPE_COLUMNS)))
    names = sorted(pc.unique(signals["project"]).to_pylist())
    tasks = []
    for start in range(0, len(names), PROJECTS_OF_ONE_TASK):
        chosen = pa.array(names[start : start + PROJECTS_OF_ONE_TASK])
        own, known = (table.filter(pc.is_in(table["project"], value_set=chosen)) for table in (signals, coverage))
        rows = ROWS_OF_ONE_VALUE * len(LANDSCAPE_COLUMNS) * own.num_rows
        tasks.append(ProjectTask(names[start], (own, first, known), rows=rows))
    return tasks


def build_landscape_trends(signals: pa.Table, first: date, coverage: pa.Table) -> dict[str, pa.Table]:
    """The trends of some projects and signals, from these columns of public tables."""
    return {"trends": build_trends_table(signals, first, coverage)}


def build_project_trends(project: pa.Table, signals: pa.Table, coverage: pa.Table, first: date) -> dict[str, pa.Table]:
    """The trends and the verdict of one project, from its rows of public tables and the first month of the period."""
    return {
        "trends": build_trends_table(signals, first, coverage),
        "verdicts": build_verdicts_table(project, signals, first, coverage),
    }
