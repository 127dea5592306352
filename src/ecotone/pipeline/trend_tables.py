"""Build the tables trends, field_state, assistance and findings."""

from __future__ import annotations

import pyarrow as pa

from ecotone.pipeline.context import AnalysisContext
from ecotone.trends.ai_assistance import build_assistance_table
from ecotone.trends.field_state import build_field_state
from ecotone.trends.findings import build_findings
from ecotone.trends.trends_table import build_trends_table


def build_trend_tables(context: AnalysisContext) -> dict[str, pa.Table]:
    """The tables trends, field_state, assistance and findings."""
    projects, signals, since = context.tables["projects"], context.tables["signals"], context.landscape.since
    coverage = context.tables["signal_coverage"]
    own = {
        "trends": build_trends_table(signals, since, coverage),
        "field_monthly": build_field_state(projects, signals, since, coverage),
        "ai_assistance": build_assistance_table(projects, signals, context.joined.acts, coverage),
    }
    own["findings"] = build_findings({**context.tables, **own}, context.landscape.categories, since)
    return own
