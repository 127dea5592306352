"""The table `findings`: sentences about the data, from one template per kind."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Final

import pyarrow as pa
import pyarrow.compute as pc

from ecotone.foundation.landscape import UNCATEGORISED
from ecotone.signals.common_activity import comparable_activity
from ecotone.trends.comparison_month import momenta_of_compared_projects
from ecotone.trends.findings.agents import build_agent_findings
from ecotone.trends.findings.fields import build_field_findings
from ecotone.trends.findings.model import ACTIVITY_MEASURES, build_findings_table
from ecotone.trends.findings.projects import build_growth_findings, build_verdict_findings
from ecotone.trends.project_panel import build_panel

KINDS: Final = (
    "dominance", "breadth", "styles", "riser", "ai_assistance", "products", "lag", "assisted project", "births",
    "languages", "coverage", "verdict",
)  # fmt: skip
"""Every kind of finding, in the order of the table: findings about the field come first."""


def build_findings(
    tables: Mapping[str, pa.Table], categories: Mapping[str, str], period: date | None = None
) -> pa.Table:
    """The public table `findings`.

    tables      projects, signals, trends, ai_assistance; verdicts and signal_coverage, if there are any
    categories  category -> its Chinese name
    period      the first month of the period; None: the first in `signals`
    """
    categories = {UNCATEGORISED: "未分类项目", **categories}
    projects, signals = tables["projects"], tables["signals"]
    signal = comparable_activity(signals, tables.get("signal_coverage"))
    measure = ACTIVITY_MEASURES[signal]
    main = tables["trends"].filter(pc.equal(tables["trends"]["signal"], signal)).to_pylist()
    members = {row["project"]: row["category"] or "" for row in projects.to_pylist()}
    verdicts = tables["verdicts"].to_pylist() if "verdicts" in tables else []
    present = {row["project"]: row["now"] for row in verdicts}
    sizes = {row["project"]: row["peak"] for row in main}
    sentences = list(build_verdict_findings(verdicts, sizes))
    if signal in signals.column_names:
        panel = build_panel(projects, signals, signal, period, tables.get("signal_coverage"))
        momenta = momenta_of_compared_projects(panel)
        sentences += build_growth_findings(momenta, members, categories, present, measure)
        sentences += build_field_findings(panel, categories, measure)
    sentences += build_agent_findings(tables["ai_assistance"], categories)
    return build_findings_table(sentences, KINDS)
