"""Build the tables trends, verdicts, field_state, assistance and findings."""

from __future__ import annotations

from datetime import date
from typing import Final

import pyarrow as pa
import pyarrow.compute as pc

from ecotone.pipeline.context import AnalysisContext
from ecotone.pipeline.project_pool import ProjectTask, read_results
from ecotone.pipeline.project_steps import split_by_project
from ecotone.trends.ai_assistance import build_assistance_table
from ecotone.trends.field_state import build_field_state
from ecotone.trends.findings import build_findings
from ecotone.trends.trends_table import build_trends_table
from ecotone.trends.verdicts_table import build_verdicts_table

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
    names = ("projects", "signals", "signal_coverage")
    rows_of = {name: split_by_project(context.tables[name]) for name in names}
    first = context.landscape.since or pc.min(context.tables["signals"]["month"]).as_py()
    tasks = []
    for project, signals in sorted(rows_of["signals"].items()):
        own = (rows_of["projects"][project], signals, rows_of["signal_coverage"][project], first)
        tasks.append(ProjectTask(project, own, rows=ROWS_OF_ONE_MONTH * signals.num_rows))
    parts = list(read_results(context.pool.run_step(build_project_trends, tasks), "trends", "verdicts"))
    return {name: pa.concat_tables([part[name] for part in parts]) for name in ("trends", "verdicts")}


def build_project_trends(project: pa.Table, signals: pa.Table, coverage: pa.Table, first: date) -> dict[str, pa.Table]:
    """The trends and the verdict of one project, from its rows of public tables and the first month of the period."""
    return {
        "trends": build_trends_table(signals, first, coverage),
        "verdicts": build_verdicts_table(project, signals, first, coverage),
    }
