"""The ranking: one row per project with its latest complete months."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Final

from ecotone.report.charts.sparkline import Sparkline, draw_sparkline
from ecotone.report.highlighted_projects import find_highlighted_projects
from ecotone.report.privacy import NamedOrganisations
from ecotone.report.project_series import LatestValues
from ecotone.report.report_data import Category, Project, ReportData
from ecotone.report.verdicts_and_findings import HistoryStatement, PresentStatement

CURVE_MONTHS: Final = 60
"""With decades on the axis of a small curve, a young project would be a few pixels wide."""


@dataclass(frozen=True, slots=True)
class RankingRow:
    """A project's row; None for unknown values.

    top_organisation  its name, "*" if it must not be named, None if unknown
    top_share         its share of commits by people (0..1), with bounds for unknown employers
    """

    project: Project
    category: Category
    latest: LatestValues
    last_month: date | None
    peak_month: date | None
    sparkline: Sparkline
    is_riser: bool
    contributors: float | None
    organisations: float | None
    top_organisation: str | None
    top_share: float | None
    top_low: float | None
    top_high: float | None
    unknown_share: float | None
    shape: HistoryStatement | None
    present: PresentStatement | None


def build_ranking_rows(data: ReportData, organisations: NamedOrganisations) -> tuple[RankingRow, ...]:
    """Projects by the mean of the three months compared, highest first; then those not whole in the last, by name."""
    if data.main_signal is None:
        return ()
    standings = data.latest_values(data.main_signal.name)
    risers = {
        find_highlighted_projects([project.name for project in category.projects], standings).riser
        for category in data.categories
    }
    rows = [
        _ranking_row(data, category, project, organisations, project.name in risers)
        for category in data.categories
        for project in category.projects
    ]
    return tuple(sorted(rows, key=_ranking_order))


def _ranking_order(row: RankingRow) -> tuple[bool, float, str]:
    recent = row.latest.recent if row.latest.compared else None
    return (not row.latest.compared, -(recent if recent is not None else -1.0), row.project.slug)


def _ranking_row(
    data: ReportData, category: Category, project: Project, organisations: NamedOrganisations, riser: bool
) -> RankingRow:
    assert data.main_signal is not None
    latest = data.latest_values(data.main_signal.name)[project.name]
    at = latest.last_at

    def latest_value(name: str) -> float | None:
        return signal_value_at(data, name, project, at)

    return RankingRow(
        project=project,
        category=category,
        latest=latest,
        last_month=data.month_at(at),
        peak_month=data.month_at(latest.peak_at),
        sparkline=_draw_recent_curve(data, project),
        is_riser=riser,
        contributors=latest_value("contributors"),
        organisations=latest_value("organisations"),
        top_organisation=_top_organisation_name(data, project, at, organisations),
        top_share=latest_value("top_organisation_share"),
        top_low=latest_value("top_organisation_share_low"),
        top_high=latest_value("top_organisation_share_high"),
        unknown_share=latest_value("unknown_share"),
        shape=data.history_verdict(project.name),
        present=data.present_verdict(project.name),
    )


def first_curve_month(data: ReportData) -> int:
    """Index of the first month that the small curves of the ranking and of the leading projects show."""
    return max(len(data.months) - CURVE_MONTHS, 0)


def _draw_recent_curve(data: ReportData, project: Project) -> Sparkline:
    """The last CURVE_MONTHS months; the whole period for a project that ended before them."""
    assert data.main_signal is not None
    series = data.signal_series(data.main_signal.name)[project.name]
    begin = first_curve_month(data)
    recent = any(value is not None for value in series.values[max(begin - series.first, 0) :])
    return draw_sparkline(series, len(data.months), begin if recent else 0)


def signal_value_at(data: ReportData, name: str, project: Project, at: int | None) -> float | None:
    """Value of a signal of a project at a month index; None if there is none."""
    if at is None or not data.has_signal(name):
        return None
    series = data.signal_series(name)[project.name]
    return series.values[at - series.first]


def _top_organisation_name(
    data: ReportData, project: Project, at: int | None, organisations: NamedOrganisations
) -> str | None:
    if at is None or not data.has_signal("top_organisation"):
        return None
    name = data.text_values("top_organisation", project.name)[at - data.coverage_states[project.name].first]
    if not name:
        return None
    return "*" if (project.name, data.months[at], name) in organisations.hidden else name
