"""Social cards: one or several projects on a PNG of 1200 x 630 pixels."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final
from xml.sax.saxutils import escape

import vl_convert

from ecotone.foundation.output_text import make_printable
from ecotone.report.bilingual_text import Text, format_change, format_month, format_number
from ecotone.report.caption import sources_text
from ecotone.report.charts.drawn_rows import curve_rows as curve_rows
from ecotone.report.charts.drawn_rows import month_to_milliseconds, scale_top, svg_line_path
from ecotone.report.charts.line_labels import PlotFrame, place_line_labels, text_width
from ecotone.report.charts.theme import LIGHT, STATIC_FONTS, Spec
from ecotone.report.fonts import require_font_for
from ecotone.report.messages import message
from ecotone.report.pages.side_by_side import last_common_complete_month
from ecotone.report.palette import NAMED, colour_code
from ecotone.report.ranking_rows import signal_value_at
from ecotone.report.report_data import Project, ReportData
from ecotone.report.report_input import DeclaredSignal, ReportInput

WIDTH: Final = 1200
HEIGHT: Final = 630
MARGIN: Final = 64
PAPER: Final = "#fbfaf7"
PLOT: Final = (MARGIN, 236, 880, 280)  # left, top, width, height in pixels
HEADLINE_SIGNALS: Final = ("activity", "contributors", "organisations", "top_organisation_share", "assisted_share")
LONGEST: Final = 44  # letters of a title
LONGEST_LINE: Final = 100


def draw_social_card(source: ReportInput, names: Sequence[str]) -> bytes:
    """Draw the card of the named projects as PNG.

    Raises UserError if no font can draw the language.
    """
    require_font_for(source.language)
    png: bytes = vl_convert.svg_to_png(social_card_svg(source, names), scale=1.0)
    return png


def social_card_svg(source: ReportInput, names: Sequence[str]) -> str:
    """The card as SVG; unknown values are left out."""
    data = ReportData(source, tuple(names))
    return draw_curve_card(data, [data.projects_by_name[name] for name in names])


def draw_curve_card(data: ReportData, projects: Sequence[Project], heading: tuple[str, str] | None = None) -> str:
    """The card of some projects as SVG; `heading`: title and the line under it, if not those of the projects."""
    parts = [
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="{PAPER}"/>',
        f'<rect width="{WIDTH}" height="10" fill="{NAMED["eco"]["light"]}"/>',
        *_title_lines(*(heading or _project_heading(data, projects))),
        *_plot_elements(data, projects, with_values=heading is None),
        *_numbers_and_footer(data, projects),
    ]
    family = escape(STATIC_FONTS[data.source.language], {'"': "&quot;"})
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{HEIGHT}" viewBox="0 0 {WIDTH} {HEIGHT}"'
        f' font-family="{family}">{"".join(parts)}</svg>'
    )


def _svg_text(x: float, y: float, size: float, text: str, ink: str = LIGHT.ink, weight: int = 400) -> str:
    escaped = escape(make_printable(text))
    return f'<text x="{x:g}" y="{y:g}" font-size="{size:g}" font-weight="{weight}" fill="{ink}">{escaped}</text>'


def _truncate_text(text: str, longest: int) -> str:
    if text_width(text) <= longest:
        return text
    while text_width(text) > longest - 1:
        text = text[:-1]
    return f"{text}…"


def _project_heading(data: ReportData, projects: Sequence[Project]) -> tuple[str, str]:
    """The title of projects, and one line under it."""
    language = data.source.language
    if len(projects) == 1:
        (project,) = projects
        title, shape, present = project.name, data.history_verdict(project.name), data.present_verdict(project.name)
        category = next(item.title for item in data.categories if item.key == project.category)
        subtitle_parts = [
            category,
            message("card_since", month=format_month(project.first_event)),
            *([shape.title] if shape else []),
            *([message("card_now", word=present.title)] if present else []),
        ]
        under = " · ".join(text.in_language(language) for text in subtitle_parts if text.en)
    else:
        title = " · ".join(project.label for project in projects)
        month = last_common_complete_month(data, projects)
        under = message("card_common", month=format_month(month)).in_language(language) if month else ""
    return title, under


def _title_lines(title: str, under: str) -> Iterator[str]:
    yield _svg_text(MARGIN, 108, 54 if text_width(title) <= 30 else 42, _truncate_text(title, LONGEST), weight=700)
    yield _svg_text(MARGIN, 148, 23, _truncate_text(under, LONGEST_LINE), LIGHT.quiet)


def _plot_elements(data: ReportData, projects: Sequence[Project], *, with_values: bool) -> Iterator[str]:
    """The main signal of all projects, labelled at the ends of the curves."""
    signal = data.main_signal
    if signal is None:
        return
    left_edge, top, width, height = PLOT
    month = last_common_complete_month(data, projects) if len(projects) > 1 and with_values else None
    drawn = [row for project in projects for row in _project_curve_rows(data, signal, project, month)]
    high, begin = scale_top(drawn), month_to_milliseconds(data.months[0])
    frame = PlotFrame(
        width, height, WIDTH - MARGIN - left_edge - width, begin, month_to_milliseconds(data.months[-1]), 0, high
    )
    yield _svg_text(left_edge, top - 22, 19, _axis_title(data, signal), LIGHT.quiet)
    yield f'<g transform="translate({left_edge} {top})">'
    steps = [(value, height * (1 - value / high)) for value in _axis_steps(high)]
    for _, y in steps:
        yield f'<path d="M0 {y:.1f}H{width}" stroke="{LIGHT.grid}" stroke-width="1.5"/>'
    for name, dash in _DASHES:
        for project in projects:
            path = svg_line_path([row for row in drawn if row["k"] == project.slug], name, frame)
            line_colour = (
                LIGHT.quiet if name == "yp" else colour_code(project.colour_index)
            )  # a partial month is no decline
            stroke = f'stroke="{line_colour}" stroke-width="3.4" stroke-linejoin="round"{dash}'
            yield f'<path d="{path}" fill="none" {stroke}/>' * bool(path)
    yield f'<g paint-order="stroke" stroke="{PAPER}" stroke-width="6" stroke-linejoin="round">'
    yield from (_svg_text(4, y - 6, 15, format_number(value, signal.unit), LIGHT.quiet) for value, y in steps)
    yield "</g>"
    for label in place_line_labels(drawn, frame) if len(projects) > 1 else ():  # a single one is the title
        at, ink = (label["x"], label["y"]), label["c"]
        yield f'<text x="{at[0]}" y="{at[1]}" dy="0.35em" font-size="15" font-weight="700" fill="{ink}">'
        yield f"{escape(str(label['text']))}</text>"
    yield "</g>"
    for index in (0, len(data.months) - 1):
        x = left_edge + (width - 62 if index else 0)
        yield _svg_text(x, top + height + 24, 16, format_month(data.months[index]), LIGHT.quiet)


_DASHES: Final = (("y", ""), ("yp", ' stroke-dasharray="6 5" opacity="0.6"'), ("yd", ' stroke-dasharray="2 5"'))


def _axis_steps(high: float) -> list[float]:
    """Three or four round axis values from 0 up."""
    unit = math.pow(10, math.floor(math.log10(high)))
    step = next(size * unit for size in (0.25, 0.5, 1, 2.5, 5) if high / (size * unit) < 4)
    return [step * index for index in range(int(high / step) + 1)]


def _project_curve_rows(data: ReportData, signal: DeclaredSignal, project: Project, month: date | None) -> list[Spec]:
    """Rows of a project's curve; its label includes the value of `month`, if given."""
    series = data.signal_series(signal.name)[project.name]
    times = [month_to_milliseconds(month) for month in data.months[series.first : series.first + len(series.values)]]
    at = None if month is None else data.months.index(month)
    value = signal_value_at(data, signal.name, project, at)
    tag = project.label if at is None else f"{project.label} {format_number(value, signal.unit)}"
    style: Spec = {"k": project.slug, "name": project.name, "f": 1, "tag": tag, "c": colour_code(project.colour_index)}
    return curve_rows(style, times, series.values, series.states)


@dataclass(frozen=True, slots=True)
class _HeadlineNumber:
    """A headline number and its label."""

    value: str
    label: str


def _headline_numbers(data: ReportData, project: Project) -> list[_HeadlineNumber]:
    at = data.latest_values(data.main_signal.name)[project.name].last_at if data.main_signal else None
    declared = {signal.name: signal for signal in data.numeric_signals}
    numbers = []
    for name in HEADLINE_SIGNALS:
        value = signal_value_at(data, name, project, at) if name in declared else None
        if value is not None:
            title = Text(declared[name].title, declared[name].title_zh).in_language(data.source.language)
            numbers.append(_HeadlineNumber(format_number(value, declared[name].unit), title))
    return numbers


def _numbers_and_footer(data: ReportData, projects: Sequence[Project]) -> Iterator[str]:
    """The numbers right of the curve, and the line on the data at the bottom."""
    language = data.source.language
    if len(projects) == 1:
        standing = data.latest_values(data.main_signal.name)[projects[0].name] if data.main_signal else None
        numbers = _headline_numbers(data, projects[0])
        if standing is not None and standing.momentum is not None:
            numbers.insert(
                1, _HeadlineNumber(format_change(standing.momentum), message("card_momentum").in_language(language))
            )
        left_edge = PLOT[0] + PLOT[2] + 36
        if standing is not None and standing.last_at is not None:
            yield _svg_text(left_edge, PLOT[1] - 22, 19, format_month(data.month_at(standing.last_at)), LIGHT.quiet)
        for index, headline in enumerate(numbers[:4]):
            yield _svg_text(left_edge, 274 + 72 * index, 36, headline.value, weight=700)
            yield _svg_text(left_edge, 296 + 72 * index, 14, _truncate_text(headline.label, 30), LIGHT.quiet)
    yield f'<circle cx="{MARGIN + 11}" cy="586" r="11" fill="{NAMED["eco"]["light"]}"/>'
    yield f'<circle cx="{MARGIN + 22}" cy="586" r="11" fill="{NAMED["tone"]["light"]}" fill-opacity="0.82"/>'
    yield _svg_text(MARGIN + 44, 593, 21, "Ecotone", weight=700)
    yield _svg_text(MARGIN + 146, 592, 16, _footer_text(data, projects).in_language(language), LIGHT.quiet)


def _footer_text(data: ReportData, projects: Sequence[Project]) -> Text:
    """Formula, source and end of the data in one line."""
    until = max((day for project in projects if (day := project.observed_until)), default=None)
    parts = [
        *([Text.same(data.main_signal.formula)] if data.main_signal else []),
        message("card_source", source=sources_text(data, projects)),
        *([message("card_until", day=f"{until:%Y-%m-%d}")] if until else []),
        message("card_dashed"),
    ]
    return Text(" · ".join(part.en for part in parts), " · ".join(part.zh for part in parts))


def _axis_title(data: ReportData, signal: DeclaredSignal) -> str:
    return message(
        "card_axis", signal=Text(signal.title, signal.title_zh), unit=Text(signal.unit, signal.unit_zh)
    ).in_language(data.source.language)
