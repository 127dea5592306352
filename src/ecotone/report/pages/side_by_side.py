"""Comparison of projects: values of the last month that is whole for all, and curves."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from ecotone.report.bilingual_text import Text, format_month, format_number, is_share
from ecotone.report.caption import field_caption
from ecotone.report.figure import Column, Figure, Kind, Row
from ecotone.report.highlighted_projects import choose_chart_colours
from ecotone.report.messages import message
from ecotone.report.page import Page, PageContext
from ecotone.report.report_data import Project, ReportData
from ecotone.report.report_input import DeclaredSignal
from ecotone.report.verdicts_and_findings import FindingStatement, HistoryStatement, PresentStatement

COMPARED_SIGNALS: Final = (
    "activity", "contributors", "newcomers", "pull_requests_merged", "threads_opened", "merge_rate", "organisations",
    "top_organisation_share", "unknown_share", "contributor_absence_factor", "assisted_share", "releases",
)  # fmt: skip
"""Signals of the charts, in this order; signals without values are left out."""


@dataclass(frozen=True, slots=True)
class SignalRow:
    """A signal in the compared month: (value, bounds) of each project."""

    signal: DeclaredSignal
    cells: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class ProjectColumn:
    """Column head of a project."""

    project: Project
    category: Text
    shape: HistoryStatement | None
    present: PresentStatement | None
    statements: tuple[FindingStatement, ...]


def build_pages(context: PageContext, names: Sequence[str]) -> Iterator[Page]:
    """One page that compares the named projects."""
    data = context.data
    projects = [data.projects_by_name[name] for name in names]
    month = last_common_complete_month(data, projects)
    labels = " · ".join(project.label for project in projects)
    yield Page(
        path="index.html",
        template="side_by_side.html",
        title=message("side_title", names=labels),
        context={
            "columns": tuple(_project_column(data, project) for project in projects),
            "month": month,
            "lead": message("side_lead", count=len(projects), month=format_month(month))
            if month
            else message("side_lead_without", count=len(projects)),
            "lines": tuple(_signal_rows(context, projects, month)) if month else (),
            "caption": field_caption(data, message("each_its_own"), "", projects),
        },
        figures=tuple(_signal_figures(context, projects)),
    )


def last_common_complete_month(data: ReportData, projects: Sequence[Project]) -> date | None:
    """The last month in which the main signal is whole for all projects, or None."""
    if data.main_signal is None:
        return None
    series = data.signal_series(data.main_signal.name)
    whole = [set(series[project.name].whole_values()) for project in projects]
    return data.month_at(max(set.intersection(*whole), default=None))


def _project_column(data: ReportData, project: Project) -> ProjectColumn:
    title = next(item.title for item in data.categories if item.key == project.category)
    statements = tuple(
        item for item in data.finding_statements if item.subject == project.name and item.kind != "verdict"
    )
    return ProjectColumn(
        project, title, data.history_verdict(project.name), data.present_verdict(project.name), statements
    )


def _signal_rows(context: PageContext, projects: Sequence[Project], month: date) -> Iterator[SignalRow]:
    data = context.data
    at = data.months.index(month)
    for signal in data.signals:
        cells = tuple(_formatted_cell(context, signal, project, at) for project in projects)
        if any(value != format_number(None) for value, _ in cells):
            yield SignalRow(signal, cells)


def _formatted_cell(context: PageContext, signal: DeclaredSignal, project: Project, at: int) -> tuple[str, str]:
    """Formatted value and bounds; an organisation that must not be named is `*`."""
    data = context.data
    if signal.text:
        name = data.text_values(signal.name, project.name)[at - data.coverage_states[project.name].first]
        hidden = (project.name, data.months[at], name) in context.organisations.hidden
        return ("*" if hidden else name or format_number(None), "")

    def column_value(column: str) -> float | None:
        series = data.signal_series(column)[project.name]
        return series.values[at - series.first]

    value = column_value(signal.name)
    if value is None or not signal.bounds or not data.has_signal(f"{signal.name}_low"):
        return (format_number(value, signal.unit), "")
    low, high = column_value(f"{signal.name}_low"), column_value(f"{signal.name}_high")
    if low is None or high is None or low == high:
        return (format_number(value, signal.unit), "")
    return (format_number(value, signal.unit), f"{format_number(low, signal.unit)}–{format_number(high, signal.unit)}")


def _signal_figures(context: PageContext, projects: Sequence[Project]) -> Iterator[Figure]:
    data = context.data
    declared = {signal.name: signal for signal in data.numeric_signals}
    colours = choose_chart_colours(data.colour_indexes, [project.name for project in projects])
    for name in COMPARED_SIGNALS:
        if name not in declared:
            continue
        signal = declared[name]
        rows = tuple(row for project in projects for row in _curve_rows(data, signal, project, colours))
        if not any(row["v"] is not None for row in rows):
            continue
        kind: Kind = "share" if is_share(signal.unit) else "number"
        bounded = any(row["low"] is not None for row in rows)
        sides = tuple(Column(side, message(side), kind) for side in ("low", "high")) if bounded else ()
        yield Figure(
            key=f"side-{name}",
            title=Text(signal.title, signal.title_zh),
            text=Text(signal.definition, signal.definition_zh),
            chart="lines",
            rows=rows,
            columns=(
                Column("name", message("project"), "project"),
                Column("month", message("month"), "month"),
                Column("coverage", message("coverage")),
                Column("v", Text(signal.title, signal.title_zh), kind),
                *sides,
            ),
            caption=field_caption(data, Text(signal.unit, signal.unit_zh), signal.formula, projects, signal.name),
        )


def _curve_rows(
    data: ReportData, signal: DeclaredSignal, project: Project, colours: Mapping[str, int | str]
) -> Iterator[Row]:
    series = data.signal_series(signal.name)[project.name]
    sides = {
        side: data.signal_series(f"{signal.name}_{side}")[project.name].values
        for side in ("low", "high")
        if signal.bounds and data.has_signal(f"{signal.name}_{side}")
    }
    for step, (value, letter) in enumerate(zip(series.values, series.states, strict=True)):
        yield {
            "name": project.name,
            "month": data.months[series.first + step],
            "v": value,
            "s": letter,
            "coverage": message(f"legend_{_STATES[letter]}"),
            "low": sides["low"][step] if sides else None,
            "high": sides["high"][step] if sides else None,
            "colour": colours[project.name],
            "f": int(colours[project.name] != "muted"),
            "tag": project.label,
        }


_STATES: Final = {"w": "complete", "p": "partial", "d": "damaged", "n": "unobserved"}
