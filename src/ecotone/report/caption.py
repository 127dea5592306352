"""The caption of every figure and table: unit, formula, period, source and coverage."""

from __future__ import annotations

from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass

from ecotone.report.bilingual_text import Text, format_month
from ecotone.report.messages import message
from ecotone.report.project_series import DAMAGED, PARTIAL, UNOBSERVED, WHOLE
from ecotone.report.report_data import Project, ReportData


@dataclass(frozen=True, slots=True, kw_only=True)
class Caption:
    """The caption of a figure."""

    unit: Text
    formula: str
    period: Text
    source: Text
    coverage: Text


def field_caption(
    data: ReportData, unit: Text, formula: str, projects: Sequence[Project] | None = None, signal: str | None = None
) -> Caption:
    """The caption of a figure over the whole field, or over some of its projects.

    signal  the signal that is drawn; None: what git shows
    """
    chosen = data.projects if projects is None else projects
    counts = months_by_state(data, chosen, signal)
    total = sum(counts.values())
    percent = {letter: _percent_text(count / total if total else 0.0) for letter, count in counts.items()}
    return Caption(
        unit=unit,
        formula=formula,
        period=period_text(data),
        source=sources_text(data, chosen, signal),
        coverage=message("coverage_of", **percent),
    )


def project_caption(data: ReportData, project: Project, unit: Text, formula: str) -> Caption:
    """The caption of a figure about one project, whose period begins with the project."""
    begin = data.month_at(data.coverage_states[project.name].first)
    read = sorted({reading.source for reading in data.source.readings if reading.project == project.name})
    return Caption(
        unit=unit,
        formula=formula,
        period=message("span", since=format_month(begin), until=format_month(data.source.until)),
        source=Text(", ".join(read), "、".join(read)) if read else message("no_source"),
        coverage=message("coverage_of_project", **months_by_state(data, [project])),
    )


def months_by_state(field: ReportData, projects: Sequence[Project], signal: str | None = None) -> dict[str, int]:
    """Project-months of the period by the letter of their state: of a signal, or else of git."""
    git = {project.name: field.coverage_states[project.name].states for project in projects}
    states = git if signal is None else field.signal_states(signal)
    text = "".join(states[project.name] for project in projects)
    return {letter: text.count(letter) for letter in (WHOLE, PARTIAL, DAMAGED, UNOBSERVED)}


def period_text(data: ReportData) -> Text:
    """The report's period in words."""
    return message("span", since=format_month(data.source.since), until=format_month(data.source.until))


def sources_text(data: ReportData, projects: Sequence[Project] | None = None, signal: str | None = None) -> Text:
    """The sources that were read, or those that a signal rests on, with the number of projects of each."""
    wanted = {project.name for project in (data.projects if projects is None else projects)}
    read: dict[str, AbstractSet[str]] = {}
    if signal is not None and data.is_from_feeds(signal):
        read = {feed: names & wanted for feed, names in data.feed_projects.items() if names & wanted}
    else:
        for reading in data.source.readings:
            if reading.project in wanted:
                read[reading.source] = {*read.get(reading.source, ()), reading.project}
    if not read:
        return message("no_source")
    if len(wanted) == 1:
        return Text(", ".join(sorted(read)), "、".join(sorted(read)))
    parts = [message("sources_of", sources=name, projects=len(read[name])) for name in sorted(read)]
    return Text("; ".join(part.en for part in parts), "；".join(part.zh for part in parts))


def _percent_text(share: float) -> str:
    """A share in per cent; a share below one is never rounded to 100%."""
    if 0 < share < 0.001:
        return "<0.1%"
    if 0.999 < share < 1:
        return ">99.9%"
    return f"{share * 100:.1f}%".replace(".0%", "%")
