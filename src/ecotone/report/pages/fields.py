"""Pages of the categories: curves without an off-scale leader, the leader's share, project styles and findings."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

from ecotone.foundation.display_names import capitalise_acronyms, chinese_name
from ecotone.report.bilingual_text import Text, format_change, format_month, format_number, lower_first_letter
from ecotone.report.figure import Column, Figure, Row
from ecotone.report.highlighted_projects import HighlightedProjects, find_highlighted_projects
from ecotone.report.messages import message, script_message
from ecotone.report.page import Page, PageContext, landscape_caption
from ecotone.report.project_series import WHOLE
from ecotone.report.report_data import MIN_COMPLETE_SHARE, Category, ReportData
from ecotone.report.report_input import DeclaredSignal, TableRow
from ecotone.report.tool_label_figure import label_share_figure, list_tools
from ecotone.report.verdicts_and_findings import FindingStatement

STYLES: Final = 6  # largest styles that are drawn
QUARTER: Final = 3


@dataclass(frozen=True, slots=True)
class CategoryState:
    """Headline numbers of a category in its last observed month."""

    month: Text
    numbers: tuple[tuple[str, Text], ...]


@dataclass(frozen=True, slots=True)
class CategorySection:
    """Contents of a category page; `address` is the fragment that selects it on the page of trends."""

    category: Category
    state: CategoryState | None
    statements: tuple[FindingStatement, ...]
    address: str
    riser: str | None
    hidden: str | None


def build_pages(context: PageContext) -> Iterator[Page]:
    """One page for all fields and one for each."""
    data = context.data
    if data.main_signal is None or len(data.categories) < 2:
        return
    states = _category_state_rows(data)
    parts: list[CategorySection] = []
    charts: dict[str, Figure] = {}
    for category in data.categories:
        names = [project.name for project in category.projects]
        highlighted = find_highlighted_projects(names, data.latest_values(data.main_signal.name))
        hidden = highlighted.leader if highlighted.off_scale else None
        part = CategorySection(
            category,
            _category_state(states.get(("category", category.key), [])),
            tuple(statement for statement in data.finding_statements if statement.subject == category.key),
            f"field={category.slug}" + ("&leader=hidden" if hidden else ""),
            highlighted.riser,
            hidden,
        )
        parts.append(part)
        page = _category_page(context, data.main_signal, part, highlighted, states)
        if len(names) > 1:  # one curve is no comparison
            charts[category.slug] = page.figures[0]
        yield page
    yield Page(
        path="fields.html",
        template="fields.html",
        title=message("fields_title"),
        context={"sections": parts, "charts": charts},
        figures=tuple(charts.values()),
        writes_figures=False,  # its figures are those of the fields' own pages
    )


def _category_page(
    context: PageContext,
    main: DeclaredSignal,
    part: CategorySection,
    highlighted: HighlightedProjects,
    states: Mapping[tuple[str, str], list[TableRow]],
) -> Page:
    key, figures = part.category.key, [_curves_figure(context, main, part, highlighted)]
    own = states.get(("category", key), [])
    if own and len(part.category.projects) > 1:
        styles = {name: rows for (kind, name), rows in states.items() if kind == f"style of {key}"}
        optional_figures = (
            _leader_share_figure(context, part.category, own),
            _style_share_figure(context, part.category, styles),
            _new_and_inactive_figure(context, part, own),
        )
        figures += [figure for figure in optional_figures if figure is not None]
    figures += [figure] if (figure := label_share_figure(context, part.category)) else []
    return Page(
        path=f"field/{part.category.slug}.html",
        template="field.html",
        title=part.category.title,
        context={
            "section": part,
            "lead": message("field_lead", count=context.data.count_read(part.category.projects)),
            "tools": list_tools(context, part.category),
        },
        figures=tuple(figures),
    )


def _curves_figure(
    context: PageContext, main: DeclaredSignal, part: CategorySection, highlighted: HighlightedProjects
) -> Figure:
    data = context.data
    series = data.signal_series(main.name)
    weight = dict.fromkeys(highlighted.highlighted, 1) | ({highlighted.riser: 2} if highlighted.riser else {})
    colours = highlighted.chart_colours({member.name: member.colour_index for member in part.category.projects})
    rows: list[Row] = []
    for project in sorted(part.category.projects, key=lambda member: (weight.get(member.name, 0), member.name)):
        if project.name == part.hidden:
            continue
        heavy, own = weight.get(project.name, 0), series[project.name]
        rise = data.latest_values(main.name)[project.name].momentum
        rows += [
            {"name": project.name, "month": data.months[own.first + step], "v": value, "s": state,
             "colour": colours[project.name] if heavy else "muted", "f": heavy,
             "tag": f"{format_change(rise)} {project.label}" if heavy == 2 else project.label}
            for step, (value, state) in enumerate(zip(own.values, own.states, strict=True))
        ]  # fmt: skip
    unit, title = Text(main.unit, main.unit_zh), Text(lower_first_letter(main.title), main.title_zh)
    rows += _off_scale_rows(data, main, part)
    return Figure(
        key=f"field-{part.category.slug}",
        title=message("field_curves_heading", field=part.category.title, signal=title),
        text=_curves_figure_text(data, main, part),
        chart="lines",
        rows=tuple(rows),
        columns=(
            Column("month", message("month"), "month"),
            Column("name", message("project"), "project"),
            Column("v", Text(main.title, main.title_zh), "number"),
        ),
        caption=landscape_caption(context, unit, main.formula, main.name),
    )


def _off_scale_rows(data: ReportData, main: DeclaredSignal, part: CategorySection) -> Iterator[Row]:
    """The row that marks the peak of the hidden project."""
    if part.hidden is None:
        return
    standing, project = data.latest_values(main.name)[part.hidden], data.projects_by_name[part.hidden]
    month = data.month_at(standing.peak_at)
    words = {"name": project.label, "peak": format_number(standing.peak), "month": format_month(month)}
    yield {
        "name": project.name, "month": month, "v": standing.peak, "colour": project.colour_index,
        "away": script_message("away", **words), "away_short": script_message("away_short", **words),
    }  # fmt: skip


def _curves_figure_text(data: ReportData, main: DeclaredSignal, part: CategorySection) -> Text:
    hidden = part.hidden
    rest = message("field_curves_text" if part.riser not in (None, hidden) else "field_no_riser_text")
    if hidden is None:
        return rest
    standing = data.latest_values(main.name)[hidden]
    return message(
        "field_hidden_text",
        leader=data.projects_by_name[hidden].label,
        peak=format_number(standing.peak),
        month=format_month(data.month_at(standing.peak_at)),
        rest=rest,
    )


def _category_state_rows(data: ReportData) -> dict[tuple[str, str], list[TableRow]]:
    """Rows of `field_monthly` for the main signal within the period, sorted by month.

    Keys are ("category", name) and ("style of CATEGORY", name).
    """
    table = data.source.tables.get("field_monthly")
    rows_by_scope: dict[tuple[str, str], list[TableRow]] = {}
    if table is None or data.main_signal is None:
        return rows_by_scope
    for row in table.to_pylist():
        within = data.source.since <= row["month"] <= data.source.until
        if row["signal"] != data.main_signal.name or not within:
            continue
        if row["scope_kind"] == "category":
            rows_by_scope.setdefault(("category", row["scope"]), []).append(row)
        if row["scope_kind"] == "style":
            rows_by_scope.setdefault((f"style of {row['parent']}", row["scope"]), []).append(row)
    return {scope: sorted(rows, key=lambda row: row["month"]) for scope, rows in rows_by_scope.items()}


def _category_state(rows: list[TableRow]) -> CategoryState | None:
    if not rows:
        return None
    # the latest months often cover a few projects only, whose shares would mislead
    last = next((row for row in reversed(rows) if (row["observed_at_least"] or 0.0) >= MIN_COMPLETE_SHARE), rows[-1])
    alone = last["projects_known"] == 1  # the only project always leads
    numbers = [
        *([] if alone else [(format_number(last["leader_share"], "share"), message("leader_share"))]),
        *([] if alone else [(format_number(last["effective_projects"]), message("effective_projects"))]),
        (f"{last['projects_observed']} / {last['projects_known']}", message("observed_projects")),
        (format_change(last["growth"]), message("growth_year")),
    ]
    month = last["month"]
    return CategoryState(
        message("latest_state", month=format_month(month if isinstance(month, date) else None)),
        tuple((value, words) for value, words in numbers),
    )


def _leader_share_figure(context: PageContext, category: Category, states: list[TableRow]) -> Figure:
    by_month = {row["month"]: row for row in states}
    rows: list[Row] = []
    for month in context.data.months:
        row = by_month.get(month, {})
        value = row.get("leader_share")
        rows.append(
            {"name": message("leader_share"), "month": month, "v": value, "low": row.get("leader_share_low"),
             "high": row.get("leader_share_high"), "s": WHOLE, "colour": "eco", "f": 1, "tag": "",
             "leader": row["leader"] if row.get("leader") else None}
        )  # fmt: skip
    return Figure(
        key=f"leader-{category.slug}",
        title=message("leader_heading", field=category.title),
        text=message("leader_text"),
        chart="lines",
        rows=tuple(rows),
        columns=(
            Column("month", message("month"), "month"),
            Column("leader", message("leader"), "project"),
            Column("v", message("leader_share"), "share"),
            Column("low", message("lowest"), "share"),
            Column("high", message("highest"), "share"),
        ),
        caption=landscape_caption(context, message("leader_unit"), "leader_share/ecotone-1"),
    )


def _style_share_figure(
    context: PageContext, category: Category, styles: Mapping[str, list[TableRow]]
) -> Figure | None:
    """Shares of the category's activity by project style; None for fewer than two styles."""
    listed = sorted(styles, key=lambda name: (-sum(row["total"] or 0.0 for row in styles[name]), name))[:STYLES]
    if len(listed) < 2:
        return None
    names = [project.name for project in category.projects]
    rows: list[Row] = []
    for index, style in enumerate(listed):
        by_month = {row["month"]: row for row in styles[style]}
        for at, month in enumerate(context.data.months):
            row = by_month.get(month, {})
            rows.append(
                {"name": Text(capitalise_acronyms(style), chinese_name(style)), "month": month, "v": row.get("share"),
                 "low": row.get("share_low"), "high": row.get("share_high"),
                 "s": context.data.aggregate_state(names, at), "colour": f"band{index}", "f": 1, "tag": ""}
            )  # fmt: skip
    return Figure(
        key=f"styles-{category.slug}",
        title=message("styles_heading", field=category.title),
        text=message("styles_text"),
        chart="lines",
        rows=tuple(rows),
        columns=(
            Column("month", message("month"), "month"),
            Column("name", message("style")),
            Column("v", message("leader_unit"), "share"),
            Column("low", message("lowest"), "share"),
            Column("high", message("highest"), "share"),
        ),
        caption=landscape_caption(context, message("leader_unit"), "field_monthly/ecotone-1"),
    )


def _new_and_inactive_figure(context: PageContext, part: CategorySection, states: list[TableRow]) -> Figure | None:
    """Numbers of new and inactive projects by quarter; None if all are zero."""
    months = context.data.months
    kinds = (("births", message("began"), "eco"), ("deaths", message("fell_silent"), "others"))
    counts: Counter[tuple[date, str]] = Counter()
    for row in states:
        quarter = date(row["month"].year, (row["month"].month - 1) // QUARTER * QUARTER + 1, 1)
        counts.update({(max(quarter, months[0]), key): row[key] or 0 for key, *_ in kinds})
    if not any(counts.values()):
        return None
    quarters = sorted({quarter for quarter, _ in counts})
    return Figure(
        key=f"lives-{part.category.slug}",
        title=message("lives_heading", field=part.category.title),
        text=message("lives_text"),
        chart="stack",
        rows=tuple(
            {"month": quarter, "months": QUARTER, "name": name, "v": counts[quarter, key], "colour": colour}
            for quarter in quarters
            for key, name, colour in kinds
        ),
        columns=(
            Column("month", message("quarter_from"), "month"),
            Column("name", message("event_word")),
            Column("v", message("group_size"), "number"),
        ),
        legend=tuple((colour, name) for _, name, colour in kinds),
        caption=landscape_caption(context, message("moves_unit"), "field_monthly/ecotone-1"),
    )
