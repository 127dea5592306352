"""Commits by and with AI agents: shares by category, products, projects, and the commits themselves."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

import pyarrow as pa
import pyarrow.compute as pc

from ecotone.report.field import Field, Project
from ecotone.report.figure import Column, Figure, Pick, Row
from ecotone.report.input import TableRow
from ecotone.report.page import Page, Subject, caption
from ecotone.report.text import Text, month_name
from ecotone.report.words import say

ANY: Final = "(any)"
OTHERS: Final = "others"
PRODUCTS: Final = 6
LAST: Final = 6
LEAST: Final = 20
"""Minimum number of commits of a project in its last months for a meaningful share."""
LISTED: Final = 25
KINDS: Final = ("assistance", "products", "lag", "assisted project")


@dataclass(frozen=True, slots=True)
class Evidence:
    """Commits of one project that name an agent."""

    project: Project
    month: str
    product: str
    commits: tuple[str, ...]


def pages(subject: Subject) -> Iterator[Page]:
    """One page."""
    table = subject.field.source.tables.get("assistance")
    if table is None or not table.num_rows:
        return
    table = _within(subject.field, table)
    figures = tuple(
        figure
        for figure in (
            _shares(subject, table),
            _products(subject, table),
            _projects(subject, table),
            _breadth(subject, table),
        )
        if figure is not None
    )
    yield Page(
        path="collaborators.html",
        template="collaborators.html",
        title=say("collaborators_title"),
        context={
            "statements": [one for one in subject.field.statements if one.kind in KINDS],
            "evidence": _evidence(subject.field, table),
        },
        figures=figures,
    )


def _within(field: Field, table: pa.Table) -> pa.Table:
    months = pc.and_(
        pc.greater_equal(table["month"], pa.scalar(field.source.since, pa.date32())),
        pc.less_equal(table["month"], pa.scalar(field.source.until, pa.date32())),
    )
    return table.filter(months)


def _of(table: pa.Table, kind: str, *, every_product: bool) -> list[TableRow]:
    rows = table.filter(pc.equal(table["scope_kind"], kind))
    test = pc.equal(rows["product"], ANY)
    found: list[TableRow] = rows.filter(pc.invert(test) if every_product else test).to_pylist()
    return found


def _lines(
    subject: Subject, values: dict[tuple[str, date], float | None], names: Sequence[tuple[str, Text]]
) -> tuple[Row, ...]:
    """One curve per name over the months of the report; unknown months are gaps."""
    return tuple(
        {"name": title, "month": month, "v": values.get((key, month)), "colour": f"band{place % 6}", "f": 1,
         "tag": title}
        for place, (key, title) in enumerate(names)
        for month in subject.field.months
    )  # fmt: skip


def _shares(subject: Subject, table: pa.Table) -> Figure | None:
    rows = _of(table, "category", every_product=False)
    values = {(row["scope"], row["month"]): row["share"] for row in rows}
    highest = {key: max((v or 0.0 for (name, _), v in values.items() if name == key), default=0.0)
               for key in {name for name, _ in values}}  # fmt: skip
    listed = [
        (category.key, category.title) for category in subject.field.categories if highest.get(category.key, 0.0) > 0
    ]
    if not listed:
        return None
    return Figure(
        key="assisted-share",
        title=say("assisted_heading"),
        text=say("assisted_text"),
        chart="lines",
        rows=_lines(subject, values, listed),
        columns=(
            Column("month", say("month"), "month"),
            Column("name", say("category_name")),
            Column("v", say("assisted_unit"), "share"),
        ),
        caption=caption(subject, say("assisted_unit"), "assistance/ecotone-1", "assisted_share"),
    )


def _products(subject: Subject, table: pa.Table) -> Figure | None:
    rows = [*_of(table, "field", every_product=True), *_of(table, "category", every_product=True)]
    totals: Counter[str] = Counter()
    for row in rows:
        if row["scope_kind"] == "field":
            totals[row["product"]] += _commits(row)
    if not totals:
        return None
    first = [name for name, _ in sorted(totals.items(), key=lambda item: (-item[1], item[0]))[:PRODUCTS]]
    named = (*first, *([OTHERS] if len(totals) > PRODUCTS else []))
    scopes: dict[str, dict[tuple[str, date], int]] = defaultdict(lambda: defaultdict(int))
    for row in rows:
        name = row["product"] if row["product"] in first else OTHERS
        scopes["" if row["scope_kind"] == "field" else row["scope"]][name, row["month"]] += _commits(row)
    options = [("", say("all_fields"))] + [
        (category.key, category.title) for category in subject.field.categories if category.key in scopes
    ]
    titles = {name: Text.same(name) for name in first} | {OTHERS: say("other_products")}
    members = {"": [one.name for one in subject.field.projects]} | {
        category.key: [one.name for one in category.projects] for category in subject.field.categories
    }
    drawn: tuple[Row, ...] = tuple(
        {"scope": scope, "month": month, "name": titles[name], "v": scopes[scope].get((name, month), 0), "s": state,
         "colour": OTHERS if name == OTHERS else f"band{place}"}
        for scope, _ in options
        for at, month in enumerate(subject.field.months)
        for state in subject.field.seen(members[scope], at)
        for place, name in enumerate(named)
    )  # fmt: skip
    return Figure(
        key="assisted-products",
        title=say("products_heading"),
        text=say("products_text"),
        chart="stack",
        rows=drawn,
        columns=(
            Column("month", say("month"), "month"),
            Column("name", say("product")),
            Column("v", say("named_commits"), "number"),
        ),
        picks=(Pick("scope", say("pick_category"), tuple(options)),),
        legend=tuple((OTHERS if name == OTHERS else f"band{place}", titles[name]) for place, name in enumerate(named)),
        caption=caption(subject, say("products_unit"), "assistance/ecotone-1"),
    )


def _projects(subject: Subject, table: pa.Table) -> Figure | None:
    months: dict[str, list[TableRow]] = defaultdict(list)
    for row in sorted(_of(table, "project", every_product=False), key=lambda row: row["month"]):
        if row["coverage"] == "whole" and row["scope"] in subject.field.by_name:
            months[row["scope"]].append(row)
    found = []
    for name, rows in months.items():
        commits = sum(row["commits"] for row in rows[-LAST:])
        named = sum(_commits(row) for row in rows[-LAST:])
        if commits >= LEAST and named:
            found.append((named / commits, name, named, commits, rows[-1]["month"]))
    if not found:
        return None
    found.sort(key=lambda row: (-row[0], row[1]))
    drawn: tuple[Row, ...] = tuple(
        {"name": subject.field.by_name[name].label, "project": name, "v": share, "named": named,
         "commits": commits, "until": month_name(month), "colour": "eco"}
        for share, name, named, commits, month in found[:LISTED]
    )  # fmt: skip
    return Figure(
        key="assisted-projects",
        title=say("assisted_projects_heading"),
        text=say("assisted_projects_text", least=LEAST),
        chart="bars",
        rows=drawn,
        columns=(
            Column("project", say("project"), "project"),
            Column("v", say("assisted_unit"), "share"),
            Column("named", say("named_commits"), "number"),
            Column("commits", say("of_commits"), "number"),
            Column("until", say("last_month")),
        ),
        caption=caption(subject, say("assisted_unit"), "assistance/ecotone-1", "assisted_share"),
    )


def _breadth(subject: Subject, table: pa.Table) -> Figure | None:
    rows = [row for row in _of(table, "field", every_product=False) if row["projects_observed"]]
    if not rows:
        return None
    title = say("projects_with_heading")
    values = {(row["scope"], row["month"]): row["projects_with"] / row["projects_observed"] for row in rows}
    return Figure(
        key="assisted-breadth",
        title=title,
        text=say("projects_with_text"),
        chart="lines",
        rows=_lines(subject, dict(values), [("all", say("all_fields"))]),
        columns=(Column("month", say("month"), "month"), Column("v", say("projects_with_unit"), "share")),
        caption=caption(subject, say("projects_with_unit"), "assistance/ecotone-1"),
    )


def _evidence(field: Field, table: pa.Table) -> list[Evidence]:
    """The latest commits that name an agent, by project."""
    newest: dict[str, TableRow] = {}
    for row in _of(table, "project", every_product=True):
        if row["examples"] and row["scope"] in field.by_name:
            before = newest.get(row["scope"])
            if before is None or (row["month"], _commits(row)) > (before["month"], _commits(before)):
                newest[row["scope"]] = row
    return [
        Evidence(field.by_name[name], month_name(row["month"]), row["product"], tuple(row["examples"].split()))
        for name, row in sorted(newest.items(), key=lambda item: item[0].casefold())
    ]


def _commits(row: TableRow) -> int:
    """Number of commits that name an agent as co-author or author."""
    named: int = row["assisted"] + row["made"]
    return named
