"""The ranking: one row per project with its latest complete months."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from ecotone.report.charts.spark import Spark, spark
from ecotone.report.field import Category, Field, Project
from ecotone.report.leaders import leaders
from ecotone.report.privacy import Organisations
from ecotone.report.series import Standing
from ecotone.report.trends import Shape


@dataclass(frozen=True, slots=True)
class Row:
    """A project's row; None for unknown values.

    top_organisation  its name, "*" if it must not be named, None if unknown
    top               its share of commits by people (0..1), with bounds for unknown employers
    """

    project: Project
    category: Category
    standing: Standing
    last_month: date | None
    peak_month: date | None
    spark: Spark
    riser: bool
    contributors: float | None
    organisations: float | None
    top_organisation: str | None
    top: float | None
    top_low: float | None
    top_high: float | None
    unknown: float | None
    shape: Shape | None


def leaderboard(field: Field, organisations: Organisations) -> tuple[Row, ...]:
    """All projects by the latest complete month of the main signal, highest first."""
    if field.main is None:
        return ()
    standings = field.standings(field.main.name)
    risers = {
        leaders([project.name for project in category.projects], standings).riser for category in field.categories
    }
    rows = [
        _row(field, category, project, organisations, project.name in risers)
        for category in field.categories
        for project in category.projects
    ]
    return tuple(sorted(rows, key=_order))


def _order(row: Row) -> tuple[float, str]:
    last = row.standing.last
    return (-(last if last is not None else -1.0), row.project.slug)


def _row(field: Field, category: Category, project: Project, organisations: Organisations, riser: bool) -> Row:
    assert field.main is not None
    found = field.standings(field.main.name)[project.name]
    at = found.last_at

    def value(name: str) -> float | None:
        return value_at(field, name, project, at)

    return Row(
        project=project,
        category=category,
        standing=found,
        last_month=field.month(at),
        peak_month=field.month(found.peak_at),
        spark=spark(field.series(field.main.name)[project.name], len(field.months)),
        riser=riser,
        contributors=value("contributors"),
        organisations=value("organisations"),
        top_organisation=_top_name(field, project, at, organisations),
        top=value("top_organisation_share"),
        top_low=value("top_organisation_share_low"),
        top_high=value("top_organisation_share_high"),
        unknown=value("unknown_share"),
        shape=field.shape(project.name),
    )


def value_at(field: Field, name: str, project: Project, at: int | None) -> float | None:
    """Value of a signal of a project at a month index; None if there is none."""
    if at is None or not field.has(name):
        return None
    series = field.series(name)[project.name]
    return series.values[at - series.first]


def _top_name(field: Field, project: Project, at: int | None, organisations: Organisations) -> str | None:
    if at is None or not field.has("top_organisation"):
        return None
    name = field.texts("top_organisation", project.name)[at - field.states[project.name].first]
    if not name:
        return None
    return "*" if (project.name, field.months[at], name) in organisations.hidden else name
