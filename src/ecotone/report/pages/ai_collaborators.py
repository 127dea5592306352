"""Commits by and with AI agents: shares by category, products, projects, and the commits themselves."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

import pyarrow as pa
import pyarrow.compute as pc

from ecotone.foundation.months import add_months
from ecotone.report.bilingual_text import Text, format_month
from ecotone.report.figure import Column, Figure, Row, Selector
from ecotone.report.messages import message
from ecotone.report.page import Page, PageContext, landscape_caption
from ecotone.report.palette import band_colour
from ecotone.report.report_data import Project, ReportData
from ecotone.report.report_input import TableRow

ANY: Final = "(any)"
OTHERS: Final = "others"
PRODUCTS: Final = 6
RECENT_MONTHS: Final = 6
MIN_COMMITS: Final = 20
"""Minimum number of commits of a project in its last months for a meaningful share."""
MAX_PROJECTS: Final = 25
MONTHS_BEFORE: Final = 12
"""Months drawn before the first commit that names an agent: decades of zeros would hide what followed."""
KINDS: Final = ("ai_assistance", "products", "lag", "assisted project")


@dataclass(frozen=True, slots=True)
class AgentCommits:
    """Commits of one project that name an agent."""

    project: Project
    month: str
    product: str
    commits: tuple[str, ...]


def build_pages(context: PageContext) -> Iterator[Page]:
    """One page."""
    table = context.data.source.tables.get("ai_assistance")
    if table is None or not table.num_rows:
        return
    table = _rows_in_period(context.data, table)
    figures = tuple(
        figure
        for figure in (
            _category_share_figure(context, table),
            _product_figure(context, table),
            _project_share_figure(context, table),
            _projects_with_agents_figure(context, table),
        )
        if figure is not None
    )
    yield Page(
        path="collaborators.html",
        template="collaborators.html",
        title=message("collaborators_title"),
        context={
            "statements": [statement for statement in context.data.finding_statements if statement.kind in KINDS],
            "evidence": _latest_agent_commits(context.data, table),
        },
        figures=figures,
    )


def _rows_in_period(data: ReportData, table: pa.Table) -> pa.Table:
    months = pc.and_(
        pc.greater_equal(table["month"], pa.scalar(data.source.since, pa.date32())),
        pc.less_equal(table["month"], pa.scalar(data.source.until, pa.date32())),
    )
    return table.filter(months)


def _rows_of_kind(table: pa.Table, kind: str, *, every_product: bool) -> list[TableRow]:
    rows = table.filter(pc.equal(table["scope_kind"], kind))
    test = pc.equal(rows["product"], ANY)
    selected: list[TableRow] = rows.filter(pc.invert(test) if every_product else test).to_pylist()
    return selected


def _line_rows(
    context: PageContext, values: dict[tuple[str, date], float | None], names: Sequence[tuple[str, Text]]
) -> tuple[Row, ...]:
    """One curve per name over the drawn months; unknown months are gaps."""
    months = _drawn_months(context.data, (month for (_, month), value in values.items() if value))
    return tuple(
        {"name": title, "month": month, "v": values.get((key, month)), "colour": band_colour(index), "f": 1,
         "tag": title}
        for index, (key, title) in enumerate(names)
        for month in months
    )  # fmt: skip


def _drawn_months(data: ReportData, named: Iterable[date]) -> tuple[date, ...]:
    """The months from a year before the first in which an agent is named; all of them if none is."""
    begin = add_months(min(named, default=data.months[0]), -MONTHS_BEFORE)
    return tuple(month for month in data.months if month >= begin)


def _category_share_figure(context: PageContext, table: pa.Table) -> Figure | None:
    rows = _rows_of_kind(table, "category", every_product=False)
    values = {(row["scope"], row["month"]): row["share"] for row in rows}
    highest = {key: max((v or 0.0 for (name, _), v in values.items() if name == key), default=0.0)
               for key in {name for name, _ in values}}  # fmt: skip
    listed = [
        (category.key, category.title) for category in context.data.categories if highest.get(category.key, 0.0) > 0
    ]
    if not listed:
        return None
    return Figure(
        key="assisted-share",
        title=message("assisted_heading"),
        text=message("assisted_text"),
        chart="lines",
        rows=_line_rows(context, values, listed),
        columns=(
            Column("month", message("month"), "month"),
            Column("name", message("category_name")),
            Column("v", message("assisted_unit"), "share"),
        ),
        caption=landscape_caption(context, message("assisted_unit"), "ai_assistance/ecotone-1", "assisted_share"),
    )


def _product_figure(context: PageContext, table: pa.Table) -> Figure | None:
    rows = [*_rows_of_kind(table, "field", every_product=True), *_rows_of_kind(table, "category", every_product=True)]
    totals: Counter[str] = Counter()
    for row in rows:
        if row["scope_kind"] == "field":
            totals[row["product"]] += _agent_commit_count(row)
    if not totals:
        return None
    first = [name for name, _ in sorted(totals.items(), key=lambda item: (-item[1], item[0]))[:PRODUCTS]]
    named = (*first, *([OTHERS] if len(totals) > PRODUCTS else []))
    scopes: dict[str, dict[tuple[str, date], int]] = defaultdict(lambda: defaultdict(int))
    for row in rows:
        name = row["product"] if row["product"] in first else OTHERS
        scopes["" if row["scope_kind"] == "field" else row["scope"]][name, row["month"]] += _agent_commit_count(row)
    options = [("", message("all_fields"))] + [
        (category.key, category.title) for category in context.data.categories if category.key in scopes
    ]
    titles = {name: Text.same(name) for name in first} | {OTHERS: message("other_products")}
    members = {"": [project.name for project in context.data.projects]} | {
        category.key: [project.name for project in category.projects] for category in context.data.categories
    }
    months = _drawn_months(context.data, (row["month"] for row in rows if _agent_commit_count(row)))
    begin = len(context.data.months) - len(months)
    drawn: tuple[Row, ...] = tuple(
        {"scope": scope, "month": month, "name": titles[name], "v": scopes[scope].get((name, month), 0), "s": state,
         "colour": OTHERS if name == OTHERS else f"band{index}"}
        for scope, _ in options
        for at, month in enumerate(months, begin)
        for state in context.data.aggregate_state(members[scope], at)
        for index, name in enumerate(named)
    )  # fmt: skip
    return Figure(
        key="assisted-products",
        title=message("products_heading"),
        text=message("products_text"),
        chart="stack",
        rows=drawn,
        columns=(
            Column("month", message("month"), "month"),
            Column("name", message("product")),
            Column("v", message("named_commits"), "number"),
        ),
        selectors=(Selector("scope", message("pick_category"), tuple(options)),),
        legend=tuple((OTHERS if name == OTHERS else f"band{index}", titles[name]) for index, name in enumerate(named)),
        caption=landscape_caption(context, message("products_unit"), "ai_assistance/ecotone-1"),
    )


def _project_share_figure(context: PageContext, table: pa.Table) -> Figure | None:
    months: dict[str, list[TableRow]] = defaultdict(list)
    for row in sorted(_rows_of_kind(table, "project", every_product=False), key=lambda row: row["month"]):
        if row["coverage"] == "complete" and row["scope"] in context.data.projects_by_name:
            months[row["scope"]].append(row)
    candidates = []
    for name, rows in months.items():
        commits = sum(row["commits"] for row in rows[-RECENT_MONTHS:])
        named = sum(_agent_commit_count(row) for row in rows[-RECENT_MONTHS:])
        if commits >= MIN_COMMITS and named:
            candidates.append((named / commits, name, named, commits, rows[-1]["month"]))
    if not candidates:
        return None
    candidates.sort(key=lambda row: (-row[0], row[1]))
    drawn: tuple[Row, ...] = tuple(
        {"name": context.data.projects_by_name[name].label, "project": name, "v": share, "named": named,
         "commits": commits, "until": format_month(month), "colour": "eco"}
        for share, name, named, commits, month in candidates[:MAX_PROJECTS]
    )  # fmt: skip
    return Figure(
        key="assisted-projects",
        title=message("assisted_projects_heading"),
        text=message("assisted_projects_text", least=MIN_COMMITS),
        chart="bars",
        rows=drawn,
        columns=(
            Column("project", message("project"), "project"),
            Column("v", message("assisted_unit"), "share"),
            Column("named", message("named_commits"), "number"),
            Column("commits", message("of_commits"), "number"),
            Column("until", message("last_month")),
        ),
        caption=landscape_caption(context, message("assisted_unit"), "ai_assistance/ecotone-1", "assisted_share"),
    )


def _projects_with_agents_figure(context: PageContext, table: pa.Table) -> Figure | None:
    rows = [row for row in _rows_of_kind(table, "field", every_product=False) if row["projects_observed"]]
    if not rows:
        return None
    title = message("projects_with_heading")
    values = {(row["scope"], row["month"]): row["projects_with"] / row["projects_observed"] for row in rows}
    return Figure(
        key="assisted-breadth",
        title=title,
        text=message("projects_with_text"),
        chart="lines",
        rows=_line_rows(context, dict(values), [("all", message("all_fields"))]),
        columns=(Column("month", message("month"), "month"), Column("v", message("projects_with_unit"), "share")),
        caption=landscape_caption(context, message("projects_with_unit"), "ai_assistance/ecotone-1"),
    )


def _latest_agent_commits(data: ReportData, table: pa.Table) -> list[AgentCommits]:
    """The latest commits that name an agent, by project."""
    newest: dict[str, TableRow] = {}
    for row in _rows_of_kind(table, "project", every_product=True):
        if row["examples"] and row["scope"] in data.projects_by_name:
            before = newest.get(row["scope"])
            if before is None or (row["month"], _agent_commit_count(row)) > (
                before["month"],
                _agent_commit_count(before),
            ):
                newest[row["scope"]] = row
    return [
        AgentCommits(
            data.projects_by_name[name], format_month(row["month"]), row["product"], tuple(row["examples"].split())
        )
        for name, row in sorted(newest.items(), key=lambda item: item[0].casefold())
    ]


def _agent_commit_count(row: TableRow) -> int:
    """Number of commits that name an agent as co-author or author."""
    named: int = row["assisted"] + row["made"]
    return named
