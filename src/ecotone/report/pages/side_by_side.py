"""Comparison of projects: who leads, the answers on each, curves, and the last month that is whole for all."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from statistics import fmean
from typing import Final

from ecotone.report.bilingual_text import Text, format_month, format_number, is_share, lower_first_letter
from ecotone.report.caption import field_caption
from ecotone.report.charts.sparkline import Sparkline
from ecotone.report.company_sentences import company_verdict_label, find_company_answer
from ecotone.report.figure import Column, Figure, Kind, Row
from ecotone.report.highlighted_projects import choose_chart_colours
from ecotone.report.messages import message
from ecotone.report.overview_answer import assisted_sums_by_project
from ecotone.report.page import Page, PageContext
from ecotone.report.project_series import RECENT
from ecotone.report.ranking_rows import build_ranking_rows
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
    """A project's small curve and answers, and its head of a column.

    level     the mean of the main signal over the months compared
    assisted  its share of commits with AI agents in the six months to the last of these
    """

    project: Project
    category: Text
    sparkline: Sparkline | None
    level: str
    company: Text | None
    company_verdict: str
    assisted: str
    shape: HistoryStatement | None
    present: PresentStatement | None
    statements: tuple[FindingStatement, ...]


@dataclass(frozen=True, slots=True)
class CommonMonths:
    """The last months in which the main signal is whole for all, three at most, and each project's mean over them."""

    first: date
    last: date
    levels: Mapping[str, float]


def build_pages(context: PageContext, names: Sequence[str]) -> Iterator[Page]:
    """One page that compares the named projects."""
    data = context.data
    projects = [data.projects_by_name[name] for name in names]
    months = last_common_months(data, projects)
    month = months.last if months else None
    labels = " · ".join(project.label for project in projects)
    yield Page(
        path="index.html",
        template="side_by_side.html",
        title=message("side_title", names=labels),
        context={
            "columns": _project_columns(context, projects, months),
            "month": month,
            "main": data.main_signal,
            "answer": _leader_sentence(data, months),
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
    months = last_common_months(data, projects)
    return months.last if months else None


def last_common_months(data: ReportData, projects: Sequence[Project]) -> CommonMonths | None:
    """The last month in which the main signal is whole for all, with those before it that are; None: there is none."""
    if data.main_signal is None:
        return None
    series = data.signal_series(data.main_signal.name)
    whole = {project.name: series[project.name].whole_values() for project in projects}
    common = set.intersection(*map(set, whole.values()))
    if not common:
        return None
    last = max(common)
    first = next((last - step + 1 for step in range(1, RECENT) if last - step not in common), last - RECENT + 1)
    levels = {name: fmean(values[at] for at in range(first, last + 1)) for name, values in whole.items()}
    return CommonMonths(data.months[first], data.months[last], levels)


def _leader_sentence(data: ReportData, months: CommonMonths | None) -> Text | None:
    """Who has most of the main signal, and what the others have; None if nothing is compared, or two have most."""
    if months is None or data.main_signal is None or len(months.levels) < 2:
        return None
    signal = data.main_signal
    leader, *others = sorted(months.levels, key=lambda name: (-months.levels[name], name))
    if months.levels[leader] == months.levels[others[0]]:
        return None
    first, last = format_month(months.first), format_month(months.last)
    named = [f"{name} ({format_number(months.levels[name], signal.unit)})" for name in others]
    return message(
        "side_leads",
        name=leader,
        value=format_number(months.levels[leader], signal.unit),
        signal=Text(lower_first_letter(signal.title), signal.title_zh),
        others=Text(", ".join(named), "、".join(named)),
        period=Text.same(last) if first == last else Text(f"{first} to {last}", f"{first} 至 {last}"),
    )


def _project_columns(
    context: PageContext, projects: Sequence[Project], months: CommonMonths | None
) -> tuple[ProjectColumn, ...]:
    data = context.data
    curves = {row.project.name: row.sparkline for row in build_ranking_rows(data, context.organisations)}
    assisted = assisted_sums_by_project(data, months.last if months else None)
    unit = data.main_signal.unit if data.main_signal else ""
    columns = []
    for project in projects:
        answer, sums = find_company_answer(data, project.name), assisted.get(project.name)
        columns.append(
            ProjectColumn(
                project=project,
                category=next(item.title for item in data.categories if item.key == project.category),
                sparkline=curves.get(project.name),
                level=format_number(months.levels[project.name] if months else None, unit),
                company=company_verdict_label(answer) if data.employer_rows else None,
                company_verdict=answer.verdict if answer else "unclear",
                assisted=format_number(sums.share if sums else None, "share"),
                shape=data.history_verdict(project.name),
                present=data.present_verdict(project.name),
                statements=tuple(
                    item for item in data.finding_statements if item.subject == project.name and item.kind != "verdict"
                ),
            )
        )
    return tuple(columns)


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
