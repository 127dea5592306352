"""The public tables of what tools say that they are, from what was collected of every repository."""

from __future__ import annotations

from datetime import date

import pyarrow as pa
import pyarrow.compute as pc

from ecotone.events.sources.git.manifests import SNAPSHOT_SCHEMA, month_date
from ecotone.events.sources.git.self_descriptions import README_SCHEMA, TERM_SCHEMA
from ecotone.pipeline.context import AnalysisContext
from ecotone.trends.tool_labels import build_label_tables, find_tool_months

SCHEMAS = {"tool_terms": TERM_SCHEMA, "readmes": README_SCHEMA, "snapshots": SNAPSHOT_SCHEMA}


def build_tables_of_labels(context: AnalysisContext) -> dict[str, pa.Table]:
    """The tables tool_terms, readmes, tool_labels and label_shares; the table ai_assistance is there."""
    collected: dict[str, list[pa.Table]] = {"tool_terms": [], "readmes": []}
    windows: dict[tuple[str, str], date] = {}
    for reading in context.readings:
        tables = {
            name: context.collected.read_table_or(reading.repository, name, schema.empty_table())
            for name, schema in SCHEMAS.items()
        }
        newest = pc.max(tables["snapshots"]["month"]).as_py()
        last = newest and month_date(newest)
        if last:
            windows[reading.project, reading.repository] = last
            for name, listed in collected.items():
                listed.append(tables[name])
    terms, readmes = (
        pa.concat_tables([SCHEMAS[name].empty_table(), *listed]).sort_by([("project", "ascending")])
        for name, listed in collected.items()
    )
    months = find_tool_months(terms, readmes, windows)
    return {
        "tool_terms": terms,
        "readmes": readmes,
        **build_label_tables(context.tables["projects"], months, context.tables["ai_assistance"]),
    }
