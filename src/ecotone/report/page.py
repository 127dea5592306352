"""What a page is before it is HTML: where it lies, its template, what the template is told."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field

from ecotone.report.caption import Caption, field_caption
from ecotone.report.field import Field
from ecotone.report.figure import Figure
from ecotone.report.meeting import Meeting
from ecotone.report.privacy import Organisations
from ecotone.report.text import Text


@dataclass(frozen=True, slots=True)
class Subject:
    """What every page is about."""

    field: Field
    organisations: Organisations
    meeting: Meeting


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """One file of the report.

    path     relative, with `/`
    figures  its figures, which its template places with `parts.figure(figures["key"])`
    scripts  further files of `assets/` (`curves.js`) and of `data/` (`data/signal/activity.js`) that it needs
    charts   names in `charts.CHARTS` that those scripts draw; the figures' own need not be said
    pictured  whether `ecotone report --figures` writes its figures as files; not for a page of which there are hundreds
    """

    path: str
    template: str
    title: Text
    context: Mapping[str, object]
    figures: tuple[Figure, ...] = field(default=())
    scripts: tuple[str, ...] = field(default=())
    charts: tuple[str, ...] = field(default=())
    pictured: bool = True

    @property
    def root(self) -> str:
        """The way back to the report's folder."""
        return "../" * self.path.count("/")

    @property
    def drawn(self) -> bool:
        """Whether anything is drawn by script."""
        return bool(self.figures or self.scripts)

    @property
    def charts_drawn(self) -> tuple[str, ...]:
        """Names of the charts that the page draws."""
        return tuple(sorted({*self.charts, *(figure.chart for figure in self.figures)}))

    @property
    def sources(self) -> tuple[str, ...]:
        """Script files in the order they must run, without the library's and the chart layer's own."""
        data = [path for path in self.scripts if path.startswith("data/")]
        assets = [f"assets/{path}" for path in self.scripts if not path.startswith("data/")]
        figures = [f"data/figure/{figure.key}.js" for figure in self.figures]
        return (*(f"data/chart/{name}.js" for name in self.charts_drawn), *data, *figures, *assets)


@dataclass(frozen=True, slots=True)
class PageKind:
    """A kind of page; `nav` is its entry in the menu, which leads to `name`.html, or None."""

    name: str
    nav: str | None
    pages: Callable[[Subject], Iterator[Page]]


def caption(subject: Subject, unit: Text, formula: str, signal: str | None = None) -> Caption:
    """The caption of a figure over the whole field; `signal` is what it draws."""
    return field_caption(subject.field, unit, formula, signal=signal)
