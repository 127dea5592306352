"""Pages as data: path, template and context."""

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
    """Data shared by all pages."""

    field: Field
    organisations: Organisations
    meeting: Meeting


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """One file of the report.

    path     relative, with `/`
    figures  figures of the page; the template places them with `parts.figure(figures["key"])`
    scripts  further files of `assets/` (`curves.js`) and `data/` (`data/signal/activity.js`)
    charts   names in `charts.CHARTS` that those scripts draw, without those of the figures
    pictured  whether `ecotone report --figures` writes its figures as files
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
        """Relative path to the folder of the report."""
        return "../" * self.path.count("/")

    @property
    def drawn(self) -> bool:
        """Whether scripts draw anything on the page."""
        return bool(self.figures or self.scripts)

    @property
    def charts_drawn(self) -> tuple[str, ...]:
        """Names of all charts on the page."""
        return tuple(sorted({*self.charts, *(figure.chart for figure in self.figures)}))

    @property
    def sources(self) -> tuple[str, ...]:
        """Script files in loading order, without the library and the shared scripts."""
        data = [path for path in self.scripts if path.startswith("data/")]
        assets = [f"assets/{path}" for path in self.scripts if not path.startswith("data/")]
        figures = [f"data/figure/{figure.key}.js" for figure in self.figures]
        return (*(f"data/chart/{name}.js" for name in self.charts_drawn), *data, *figures, *assets)


@dataclass(frozen=True, slots=True)
class PageKind:
    """A kind of page; `nav` is the message of its menu entry, which links to `name`.html, or None."""

    name: str
    nav: str | None
    pages: Callable[[Subject], Iterator[Page]]


def caption(subject: Subject, unit: Text, formula: str, signal: str | None = None) -> Caption:
    """Caption of a figure over all projects; `signal` is what it draws."""
    return field_caption(subject.field, unit, formula, signal=signal)
