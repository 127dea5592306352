"""The table `findings`: sentences about the data, from one template per kind."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Final

import pyarrow as pa

from ecotone.trends.findings.agents import build_agent_findings
from ecotone.trends.findings.fields import build_field_findings
from ecotone.trends.findings.model import build_findings_table
from ecotone.trends.findings.projects import build_growth_findings, build_shape_findings
from ecotone.trends.project_panel import build_panel

MAIN_SIGNAL: Final = "activity"

KINDS: Final = (
    "dominance", "breadth", "styles", "riser", "ai_assistance", "products", "lag", "assisted project", "births",
    "languages", "coverage", "shape",
)  # fmt: skip
"""Every kind of finding, in the order of the table: findings about the field come first."""


def build_findings(
    tables: Mapping[str, pa.Table], categories: Mapping[str, str], period: date | None = None
) -> pa.Table:
    """The public table `findings`.

    tables      projects, signals, trends, assistance; signal_coverage, if there is one
    categories  category -> its Chinese name
    period      the first month of the period; None: the first in `signals`
    """
    projects, signals = tables["projects"], tables["signals"]
    main = [row for row in tables["trends"].to_pylist() if row["signal"] == MAIN_SIGNAL]
    members = {row["project"]: row["category"] or "" for row in projects.to_pylist()}
    sentences = [*build_shape_findings(main), *build_growth_findings(main, members, categories)]
    if MAIN_SIGNAL in signals.column_names:
        panel = build_panel(projects, signals, MAIN_SIGNAL, period, tables.get("signal_coverage"))
        sentences += build_field_findings(panel, categories)
    sentences += build_agent_findings(tables["ai_assistance"], categories)
    return build_findings_table(sentences, KINDS)
