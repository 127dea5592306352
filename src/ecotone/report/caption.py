"""What stands under every figure and table: unit, formula, period, source and coverage."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ecotone.report.field import Field, Project
from ecotone.report.series import DAMAGED, PARTIAL, UNOBSERVED, WHOLE
from ecotone.report.text import Text, month_name
from ecotone.report.words import say


@dataclass(frozen=True, slots=True, kw_only=True)
class Caption:
    """There is no figure without unit, source, period and coverage."""

    unit: Text
    formula: str
    period: Text
    source: Text
    coverage: Text


def field_caption(field: Field, unit: Text, formula: str, projects: Sequence[Project] | None = None) -> Caption:
    """The caption of a figure over the whole field, or over some of its projects."""
    chosen = field.projects if projects is None else projects
    text = "".join(field.states[project.name].states for project in chosen)
    percent = {
        letter: _percent(text.count(letter) / len(text) if text else 0.0)
        for letter in (WHOLE, PARTIAL, DAMAGED, UNOBSERVED)
    }
    return Caption(
        unit=unit,
        formula=formula,
        period=period(field),
        source=sources(field, chosen),
        coverage=say("coverage_of", **percent),
    )


def project_caption(field: Field, project: Project, unit: Text, formula: str) -> Caption:
    """The caption of a figure about one project."""
    text = field.states[project.name].states
    counts = {letter: text.count(letter) for letter in (WHOLE, PARTIAL, DAMAGED, UNOBSERVED)}
    read = sorted({reading.source for reading in field.source.readings if reading.project == project.name})
    return Caption(
        unit=unit,
        formula=formula,
        period=period(field),
        source=Text(", ".join(read), "、".join(read)) if read else say("no_source"),
        coverage=say("coverage_of_project", **counts),
    )


def period(field: Field) -> Text:
    """The report's period in words."""
    return say("span", since=month_name(field.source.since), until=month_name(field.source.until))


def sources(field: Field, projects: Sequence[Project] | None = None) -> Text:
    """The sources that were read, with the number of projects each was read for."""
    wanted = {project.name for project in (field.projects if projects is None else projects)}
    read: dict[str, set[str]] = {}
    for reading in field.source.readings:
        if reading.project in wanted:
            read.setdefault(reading.source, set()).add(reading.project)
    if not read:
        return say("no_source")
    if len(wanted) == 1:
        return Text(", ".join(sorted(read)), "、".join(sorted(read)))
    parts = [say("sources_of", sources=name, projects=len(read[name])) for name in sorted(read)]
    return Text("; ".join(part.en for part in parts), "；".join(part.zh for part in parts))


def _percent(share: float) -> str:
    """A share in per cent, never rounded to a whole it is not."""
    if 0 < share < 0.001:
        return "<0.1%"
    if 0.999 < share < 1:
        return ">99.9%"
    return f"{share * 100:.1f}%".replace(".0%", "%")
