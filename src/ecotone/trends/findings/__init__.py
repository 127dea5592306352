"""The table `findings`: sentences about the data, from one template per kind."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Final

import pyarrow as pa

from ecotone.trends.finding import findings_table
from ecotone.trends.of_agents import agent_findings
from ecotone.trends.of_fields import field_findings
from ecotone.trends.of_projects import riser_findings, shape_findings
from ecotone.trends.panel import panel_of

MAIN: Final = "activity"

KINDS: Final = (
    "dominance", "breadth", "styles", "riser", "assistance", "products", "lag", "assisted project", "births",
    "languages", "coverage", "shape",
)  # fmt: skip
"""Every kind of finding, in the order of the table: findings about the field come first."""


def findings(tables: Mapping[str, pa.Table], categories: Mapping[str, str], period: date | None = None) -> pa.Table:
    """The public table `findings`.

    tables      projects, signals, trends, assistance; signal_coverage, if there is one
    categories  category -> its Chinese name
    period      the first month of the period; None: the first in `signals`
    """
    projects, signals = tables["projects"], tables["signals"]
    main = [row for row in tables["trends"].to_pylist() if row["signal"] == MAIN]
    members = {row["project"]: row["category"] or "" for row in projects.to_pylist()}
    found = [*shape_findings(main), *riser_findings(main, members, categories)]
    if MAIN in signals.column_names:
        panel = panel_of(projects, signals, MAIN, period, tables.get("signal_coverage"))
        found += field_findings(panel, categories)
    found += agent_findings(tables["assistance"], categories)
    return findings_table(found, KINDS)
