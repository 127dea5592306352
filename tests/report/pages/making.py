"""The made-up field with the tables of networks, landscape and trends, small enough to be counted by hand."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pyarrow as pa

from ecotone.networks.organisation_summary import PRESENCE_SCHEMA
from ecotone.report import ReportInput
from ecotone.report.bilingual_text import Text
from ecotone.report.interaction_data import InteractionData
from ecotone.report.page import PageContext
from ecotone.report.privacy import suppress_small_organisations
from ecotone.report.report_data import ReportData

LAST = date(2025, 11, 1)
EARLIER = date(2024, 11, 1)  # a month before the twelve that a matrix shows


def with_tables(source: ReportInput, **tables: list[dict[str, object]] | pa.Table) -> ReportInput:
    given = {name: rows if isinstance(rows, pa.Table) else pa.Table.from_pylist(rows) for name, rows in tables.items()}
    return replace(source, tables={**source.tables, **given})


def subject_of(source: ReportInput) -> PageContext:
    field = ReportData(source)
    return PageContext(
        field, suppress_small_organisations(source.organisations, source.min_people), InteractionData(field)
    )


def english(value: object) -> object:
    return value.en if isinstance(value, Text) else value


def met(project: str, one: str | None, other: str | None, weight: float, month: date = LAST) -> dict[str, object]:
    return {
        "project": project, "month": month, "from_organisation": one, "to_organisation": other, "kind": "merge",
        "weight": float(weight),
    }  # fmt: skip


def presence(*rows: tuple[str, str, str | None, int]) -> pa.Table:
    """Project, person, organisation, commits; all in the last month."""
    names = ("project", "person", "organisation", "commits")
    listed = [{**dict(zip(names, row, strict=True)), "month": LAST, "acts": row[3]} for row in rows]
    return pa.Table.from_pylist(listed, schema=PRESENCE_SCHEMA)


def nothing(**columns: pa.DataType) -> pa.Table:
    return pa.schema(columns).empty_table()


BROKERAGE = nothing(
    project=pa.string(), month=pa.date32(), organisation=pa.string(), people=pa.int64(), coordinator=pa.int64(),
    consultant=pa.int64(), gatekeeper=pa.int64(), representative=pa.int64(), liaison=pa.int64(), brokerage=pa.int64(),
)  # fmt: skip
COHESION = nothing(
    subject_kind=pa.string(), subject=pa.string(), month=pa.date32(), cross_organisation_share=pa.float64(),
    cross_organisation_share_low=pa.float64(), cross_organisation_share_high=pa.float64(),
)  # fmt: skip
