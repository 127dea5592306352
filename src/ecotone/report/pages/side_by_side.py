"""Comparison of projects: values of the last month that is whole for all, and curves."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from ecotone.report.caption import field_caption
from ecotone.report.field import Field, Project
from ecotone.report.figure import Column, Figure, Kind, Row
from ecotone.report.input import DeclaredSignal
from ecotone.report.page import Page, Subject
from ecotone.report.series import WHOLE
from ecotone.report.text import Text, is_share, month_name, number
from ecotone.report.trends import Shape, Statement
from ecotone.report.words import say

DRAWN: Final = (
    "activity", "contributors", "newcomers", "pull_requests_merged", "threads_opened", "merge_rate", "organisations",
    "top_organisation_share", "unknown_share", "contributor_absence_factor", "assisted_share", "releases",
)  # fmt: skip
"""Signals of the charts, in this order; signals without values are left out."""


@dataclass(frozen=True, slots=True)
class Line:
    """A signal in the compared month: (value, bounds) of each project."""

    signal: DeclaredSignal
    cells: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Head:
    """Column head of a project."""

    project: Project
    category: Text
    shape: Shape | None
    statements: tuple[Statement, ...]


def pages(subject: Subject, names: Sequence[str]) -> Iterator[Page]:
    """One page that compares the named projects."""
    field = subject.field
    projects = [field.by_name[name] for name in names]
    month = last_common_month(field, projects)
    labels = " · ".join(project.label for project in projects)
    yield Page(
        path="index.html",
        template="side_by_side.html",
        title=say("side_title", names=labels),
        context={
            "columns": tuple(_column(field, project) for project in projects),
            "month": month,
            "lead": say("side_lead", count=len(projects), month=month_name(month))
            if month
            else say("side_lead_without", count=len(projects)),
            "lines": tuple(_lines(subject, projects, month)) if month else (),
            "caption": field_caption(field, say("each_its_own"), "", projects),
        },
        figures=tuple(_figures(subject, projects)),
    )


def last_common_month(field: Field, projects: Sequence[Project]) -> date | None:
    """The last month that is whole for all projects, or None."""
    whole = []
    for project in projects:
        states = field.states[project.name]
        whole.append({states.first + step for step, letter in enumerate(states.states) if letter == WHOLE})
    return field.month(max(set.intersection(*whole), default=None))


def _column(field: Field, project: Project) -> Head:
    title = next(one.title for one in field.categories if one.key == project.category)
    said = tuple(one for one in field.statements if one.subject == project.name)
    return Head(project, title, field.shape(project.name), said)


def _lines(subject: Subject, projects: Sequence[Project], month: date) -> Iterator[Line]:
    field = subject.field
    at = field.months.index(month)
    for signal in field.signals:
        cells = tuple(_cell(subject, signal, project, at) for project in projects)
        if any(value != number(None) for value, _ in cells):
            yield Line(signal, cells)


def _cell(subject: Subject, signal: DeclaredSignal, project: Project, at: int) -> tuple[str, str]:
    """Formatted value and bounds; an organisation that must not be named is `*`."""
    field = subject.field
    if signal.text:
        name = field.texts(signal.name, project.name)[at - field.states[project.name].first]
        hidden = (project.name, field.months[at], name) in subject.organisations.hidden
        return ("*" if hidden else name or number(None), "")

    def value(column: str) -> float | None:
        series = field.series(column)[project.name]
        return series.values[at - series.first]

    found = value(signal.name)
    if found is None or not signal.bounds or not field.has(f"{signal.name}_low"):
        return (number(found, signal.unit), "")
    low, high = value(f"{signal.name}_low"), value(f"{signal.name}_high")
    if low is None or high is None or low == high:
        return (number(found, signal.unit), "")
    return (number(found, signal.unit), f"{number(low, signal.unit)}–{number(high, signal.unit)}")


def _figures(subject: Subject, projects: Sequence[Project]) -> Iterator[Figure]:
    field = subject.field
    declared = {signal.name: signal for signal in field.numeric}
    for name in DRAWN:
        if name not in declared:
            continue
        signal = declared[name]
        rows = tuple(row for project in projects for row in _curve(field, signal, project))
        if not any(row["v"] is not None for row in rows):
            continue
        kind: Kind = "share" if is_share(signal.unit) else "number"
        bounded = any(row["low"] is not None for row in rows)
        sides = tuple(Column(side, say(side), kind) for side in ("low", "high")) if bounded else ()
        yield Figure(
            key=f"side-{name}",
            title=Text(signal.title, signal.title_zh),
            text=Text(signal.definition, signal.definition_zh),
            chart="lines",
            rows=rows,
            columns=(
                Column("name", say("project"), "project"),
                Column("month", say("month"), "month"),
                Column("coverage", say("coverage")),
                Column("v", Text(signal.title, signal.title_zh), kind),
                *sides,
            ),
            caption=field_caption(field, Text(signal.unit, signal.unit_zh), signal.formula, projects, signal.name),
        )


def _curve(field: Field, signal: DeclaredSignal, project: Project) -> Iterator[Row]:
    series = field.series(signal.name)[project.name]
    sides = {
        side: field.series(f"{signal.name}_{side}")[project.name].values
        for side in ("low", "high")
        if signal.bounds and field.has(f"{signal.name}_{side}")
    }
    for step, (value, letter) in enumerate(zip(series.values, series.states, strict=True)):
        yield {
            "name": project.name,
            "month": field.months[series.first + step],
            "v": value,
            "s": letter,
            "coverage": say(f"legend_{_STATES[letter]}"),
            "low": sides["low"][step] if sides else None,
            "high": sides["high"][step] if sides else None,
            "colour": project.colour,
            "tag": project.label,
        }


_STATES: Final = {"w": "whole", "p": "partial", "d": "damaged", "n": "unobserved"}
