"""Pages as data: path, template and context."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field

from ecotone.report.bilingual_text import Text
from ecotone.report.caption import Caption, field_caption
from ecotone.report.figure import Figure
from ecotone.report.interaction_data import InteractionData
from ecotone.report.privacy import NamedOrganisations
from ecotone.report.report_data import ReportData


@dataclass(frozen=True, slots=True)
class PageContext:
    """Data shared by all pages."""

    data: ReportData
    organisations: NamedOrganisations
    interaction_data: InteractionData


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """One file of the report.

    path            relative, with `/`
    figures         figures of the page; the template places them with `parts.figure(figures["key"])`
    scripts         further files of `assets/` (`curves.js`) and `data/` (`data/signal/activity.js`)
    charts          names in `charts.CHARTS` that those scripts draw, without those of the figures
    summary         one or a few sentences for readers who see only a link to the page
    writes_figures  whether `ecotone report --figures` writes its figures as files
    """

    path: str
    template: str
    title: Text
    context: Mapping[str, object]
    figures: tuple[Figure, ...] = field(default=())
    scripts: tuple[str, ...] = field(default=())
    charts: tuple[str, ...] = field(default=())
    summary: Text | None = None
    writes_figures: bool = True

    @property
    def root_path(self) -> str:
        """Relative path to the folder of the report."""
        return "../" * self.path.count("/")

    @property
    def has_charts(self) -> bool:
        """Whether scripts draw anything on the page."""
        return bool(self.figures or self.scripts)

    @property
    def chart_names(self) -> tuple[str, ...]:
        """Names of all charts on the page."""
        return tuple(sorted({*self.charts, *(figure.chart for figure in self.figures)}))

    @property
    def script_files(self) -> tuple[str, ...]:
        """Script files in loading order, without the library and the shared scripts."""
        data = [path for path in self.scripts if path.startswith("data/")]
        assets = [f"assets/{path}" for path in self.scripts if not path.startswith("data/")]
        figures = [f"data/figure/{figure.key}.js" for figure in self.figures]
        return (*(f"data/chart/{name}.js" for name in self.chart_names), *data, *figures, *assets)


@dataclass(frozen=True, slots=True)
class PageKind:
    """A kind of page; `menu_message` is the message of its menu entry, which links to `name`.html, or None."""

    name: str
    menu_message: str | None
    build_pages: Callable[[PageContext], Iterator[Page]]


def landscape_caption(context: PageContext, unit: Text, formula: str, signal: str | None = None) -> Caption:
    """Caption of a figure over all projects; `signal` is what it draws."""
    return field_caption(context.data, unit, formula, signal=signal)
