"""Which tools call themselves AI tools: the share of a field by month, next to AI-assisted commits, and a list."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Final

from ecotone.report.bilingual_text import Text, format_month
from ecotone.report.figure import Column, Figure, Row, Selector
from ecotone.report.messages import message
from ecotone.report.page import PageContext, landscape_caption
from ecotone.report.report_data import Category, Project
from ecotone.report.report_input import TableRow
from ecotone.stack.label_terms import KINDS, LABEL
from ecotone.trends.tool_labels import ANY_KIND

FEWEST_KNOWN: Final = 5
"""With fewer tools no curve is drawn."""
CURVES: Final = (("label_curve", "share", "eco"), ("assisted_curve", "assisted_share", "tone"))
"""Message, column of the table `label_shares`, colour."""


@dataclass(frozen=True, slots=True)
class ToolRow:
    """When one tool first had a README, called itself an AI tool and an agent, and had a commit that names an agent."""

    project: Project
    months: tuple[Text, ...]
    now: Text


def list_tools(context: PageContext, category: Category) -> tuple[ToolRow, ...]:
    """The tools of a category, by the month in which they became AI tools; empty without the table."""
    names = {project.name: project for project in category.projects}
    rows = [row for row in _table_rows(context, "tool_labels") if row["project"] in names]
    rows.sort(key=lambda row: (row["first_label"] or date.max, row["project"].casefold()))
    return tuple(
        ToolRow(
            names[row["project"]],
            (
                Text.same(format_month(row["first_readme"])),
                _label_text(row),
                Text.same(format_month(row["first_agent"])),
                Text.same(format_month(row["first_assisted"])),
            ),
            message(
                "label_unknown" if row["labelled_now"] is None else f"label_{'yes' if row['labelled_now'] else 'no'}"
            ),
        )
        for row in rows
    )


def label_share_figure(context: PageContext, category: Category) -> Figure | None:
    """Share of a category's tools that call themselves AI tools, next to the share of commits that name an agent."""
    shares = {
        (row["kind"], row["month"]): row
        for row in _table_rows(context, "label_shares")
        if (row["scope_kind"], row["scope"]) == ("category", category.key) and row["projects_known"] >= FEWEST_KNOWN
    }
    kinds = [
        kind for kind in (ANY_KIND, *KINDS) if any(row["share"] for (key, _), row in shares.items() if key == kind)
    ]
    months = [month for month in context.data.months if (ANY_KIND, month) in shares]
    if not months or not kinds:
        return None
    rows: list[Row] = []
    for kind in kinds:
        for key, column, colour in CURVES:
            for month in months:
                row = shares[kind, month]
                bounded = row if column == "share" else {}
                rows.append(
                    {"kind": kind, "name": message(key), "month": month, "v": row[column],
                     "low": bounded.get("share_low"), "high": bounded.get("share_high"),
                     "with": bounded.get("projects_labelled"), "of": bounded.get("projects_known"),
                     "colour": colour, "f": 1, "tag": message(key)}
                )  # fmt: skip
    return Figure(
        key=f"labels-{category.slug}",
        title=message("label_heading"),
        text=message("label_text", least=FEWEST_KNOWN),
        chart="lines",
        rows=tuple(rows),
        columns=(
            Column("month", message("month"), "month"),
            Column("name", message("label_measure")),
            Column("v", message("label_unit"), "share"),
            Column("with", message("label_with"), "number"),
            Column("of", message("label_of"), "number"),
            Column("low", message("lowest"), "share"),
            Column("high", message("highest"), "share"),
        ),
        selectors=(Selector("kind", message("label_kind"), tuple((kind, message(f"label_{kind}")) for kind in kinds)),),
        caption=landscape_caption(context, message("label_unit"), LABEL, "assisted_share"),
    )


def _table_rows(context: PageContext, name: str) -> list[TableRow]:
    table = context.data.source.tables.get(name)
    return [] if table is None else table.to_pylist()


def _label_text(row: TableRow) -> Text:
    """The first month; said to be from the start where its first README has it."""
    month = format_month(row["first_label"])
    return message("label_from_start", month=month) if row["labelled_from_start"] else Text.same(month)
