"""What a page is before it is HTML: where it lies, its template, what the template is told."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field

from ecotone.report.field import Field, Project
from ecotone.report.privacy import Organisations
from ecotone.report.series import DAMAGED, PARTIAL, UNOBSERVED, WHOLE
from ecotone.report.text import Text, month_name
from ecotone.report.words import say


@dataclass(frozen=True, slots=True)
class Subject:
    """What every page is about."""

    field: Field
    organisations: Organisations


@dataclass(frozen=True, slots=True, kw_only=True)
class Caption:
    """What stands under every figure and table; there is none without unit, source, period and coverage."""

    unit: Text
    formula: str
    period: Text
    source: Text
    coverage: Text


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """One file of the report.

    path     relative, with `/`
    scripts  data files the page's charts need, relative to the report; none = no charts
    """

    path: str
    template: str
    title: Text
    context: Mapping[str, object]
    scripts: tuple[str, ...] = field(default=())

    @property
    def root(self) -> str:
        """The way back to the report's folder."""
        return "../" * self.path.count("/")


@dataclass(frozen=True, slots=True)
class PageKind:
    """A kind of page; `nav` is its entry in the menu, which leads to `name`.html, or None."""

    name: str
    nav: str | None
    pages: Callable[[Subject], Iterator[Page]]


def caption(subject: Subject, unit: Text, formula: str) -> Caption:
    """The caption of a figure over the whole field."""
    field = subject.field
    shares = field.coverage_shares
    percent = {letter: _percent(shares[letter]) for letter in (WHOLE, PARTIAL, DAMAGED, UNOBSERVED)}
    return Caption(
        unit=unit,
        formula=formula,
        period=period(field),
        source=sources(field),
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


def sources(field: Field) -> Text:
    """The sources that were read, with the number of projects each was read for."""
    read: dict[str, set[str]] = {}
    for reading in field.source.readings:
        read.setdefault(reading.source, set()).add(reading.project)
    if not read:
        return say("no_source")
    parts = [say("sources_of", sources=name, projects=len(read[name])) for name in sorted(read)]
    return Text("; ".join(part.en for part in parts), "；".join(part.zh for part in parts))


def _percent(share: float) -> str:
    """A share in per cent, never rounded to a whole it is not."""
    if 0 < share < 0.001:
        return "<0.1%"
    if 0.999 < share < 1:
        return ">99.9%"
    return f"{share * 100:.1f}%".replace(".0%", "%")
