"""Charts as SVG and PNG files for slides and papers, drawn without a browser."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, cast

import vl_convert

from ecotone.foundation.output_text import without_controls
from ecotone.report.bilingual_text import Text, is_share
from ecotone.report.caption import months_by_state, period_text, sources_text
from ecotone.report.charts import CHARTS
from ecotone.report.charts.chart import Chart
from ecotone.report.charts.curves import CURVES
from ecotone.report.charts.drawn_rows import (
    Curve,
    category_curve_rows,
    hidden_leader_row,
    month_axis_ticks,
    month_to_milliseconds,
    off_scale_rows,
    prepare_figure_rows,
    scale_top,
    split_drawn_rows,
)
from ecotone.report.charts.line_labels import WIDE_TEXT_LETTER, PlotFrame, place_line_labels, text_width, wrap_text
from ecotone.report.charts.theme import LIGHT, STATIC_FONTS, Spec, theme_config
from ecotone.report.figure import Figure
from ecotone.report.fonts import require_font_for
from ecotone.report.highlighted_projects import HighlightedProjects, find_highlighted_projects
from ecotone.report.interaction_data import InteractionData
from ecotone.report.messages import message, script_message
from ecotone.report.page import PageContext
from ecotone.report.pages import PAGES
from ecotone.report.palette import colour_code
from ecotone.report.privacy import suppress_small_organisations
from ecotone.report.report_data import Category, ReportData
from ecotone.report.report_input import DeclaredSignal, Language, ReportInput

FIGURES: Final = ("activity", "contributors")
WIDTH: Final = 860
PIXELS: Final = 2.0  # PNG pixels per SVG unit
SMALL: Final = 5.9  # average letter width in pixels of the subtitle and the caption
FOLDER: Final = "figures"


@dataclass(frozen=True, slots=True, kw_only=True)
class StaticChart:
    """A chart with its rows, title, caption lines and legend of (colour, text)."""

    chart: Chart
    language: Language
    title: str
    subtitle: str
    sets: dict[str, list[Spec]]
    parameters: Spec
    lines: tuple[str, ...]
    rows: int = 0
    legend: tuple[tuple[str, str], ...] = ()


def draw_static_figures(source: ReportInput, signals: tuple[str, ...] = FIGURES) -> Iterator[tuple[str, bytes]]:
    """Yield (relative path, bytes) of every figure: one per category, then those of the pages.

    A category whose leader is off-scale also gets a figure without it. Signals without data give no figure.
    Raises UserError if no font can draw the language.
    """
    require_font_for(source.language)
    data = ReportData(source)
    for signal in data.numeric_signals:
        if signal.name in signals:
            for category in data.chart_selections:
                yield from _category_figures(data, signal, category)
    context = PageContext(
        data, suppress_small_organisations(source.organisations, source.min_people), InteractionData(data)
    )
    for kind in PAGES:
        for page in kind.build_pages(context):
            for figure in page.figures if page.writes_figures else ():
                yield from _svg_and_png(f"{FOLDER}/{figure.key}", figure_chart(figure, source.language))


def _category_figures(data: ReportData, signal: DeclaredSignal, category: Category) -> Iterator[tuple[str, bytes]]:
    names = [project.name for project in category.projects]
    highlighted = find_highlighted_projects(names, data.latest_values(signal.name))
    path = f"{FOLDER}/{signal.name}-{category.slug}"
    yield from _svg_and_png(path, category_chart(data, signal, category, highlighted, without_leader=False))
    if highlighted.off_scale:
        without = category_chart(data, signal, category, highlighted, without_leader=True)
        yield from _svg_and_png(f"{path}-without-leader", without)


def _svg_and_png(path: str, drawing: StaticChart) -> Iterator[tuple[str, bytes]]:
    svg: str = vl_convert.vegalite_to_svg(json.dumps(without_controls(static_specification(drawing))))
    yield f"{path}.svg", svg.encode("utf-8", "replace")
    png: bytes = vl_convert.svg_to_png(svg, scale=PIXELS)
    yield f"{path}.png", png


def static_specification(drawing: StaticChart) -> Spec:
    """The Vega-Lite specification with rows, title and caption lines on white paper."""
    spec = drawing.chart.spec()
    height = drawing.chart.row_height * drawing.rows if drawing.chart.row_height else spec["height"]
    padding = cast("dict[str, int]", spec["padding"])
    right = padding["right"]
    subtitle = wrap_text(drawing.subtitle, WIDTH + right, SMALL)
    legend, rows_of_legend = _legend_rows(drawing, WIDTH + right)
    above = 62 + 16 * len(subtitle) + 20 * rows_of_legend + padding["top"]
    known = {str(entry["name"]) for entry in cast("list[Spec]", spec["params"])}
    alone = ("mark", "encoding", "transform")  # of a chart of one mark: title and caption must not inherit them
    own = {key: spec.pop(key) for key in alone if key in spec} if "layer" not in spec else {}
    layered = cast("list[Spec]", spec.pop("layer", None) or [own])
    return spec | {
        "width": WIDTH,
        "height": height,
        "padding": padding
        | {"top": above, "bottom": padding["bottom"] + 22 + 16 * len(_wrapped_caption_lines(drawing, right))},
        "background": LIGHT.paper,
        "config": theme_config(LIGHT, STATIC_FONTS[drawing.language]),
        "params": [{"name": name, "value": value} for name, value in drawing.parameters.items() if name in known],
        "datasets": drawing.sets | {"lines": _caption_line_rows(drawing, height), "legend": legend},
        "title": {
            "text": drawing.title,
            "subtitle": subtitle,
            "fontSize": 19,
            "subtitleFontSize": 12,
            "subtitlePadding": 5,
            "offset": 12 if legend else padding["top"] + 8,  # from the highest element
        },
        "layer": [
            *layered,
            _caption_layer(padding["left"]),
            *(_legend_mark_layers(-padding["top"] - 2) if legend else []),
        ],
    }


def category_chart(
    data: ReportData,
    signal: DeclaredSignal,
    category: Category,
    highlighted: HighlightedProjects,
    *,
    without_leader: bool,
) -> StaticChart:
    """The chart of a category in its default state on the page of trends."""
    curves, language = _category_curves(data, signal, category), data.source.language
    away_words = script_message("away").in_language(language)
    hidden = highlighted.leader if without_leader else None
    own_colours = {curve.name: curve.colour_index for curve in curves}
    drawn = category_curve_rows(curves, data.months, highlighted, LIGHT, hidden=hidden)
    aside = [
        row
        for curve in curves
        if curve.name == hidden
        for row in hidden_leader_row(
            curve, data.months, signal.unit, colour_code(highlighted.chart_colours(own_colours)[curve.name]), away_words
        )
    ]
    begin, finish, high = (
        month_to_milliseconds(data.months[0]),
        month_to_milliseconds(data.months[-1]),
        scale_top(drawn),
    )
    spec = CURVES.spec()
    right, height = cast("dict[str, int]", spec["padding"])["right"], cast(int, spec["height"])
    frame = PlotFrame(WIDTH, height, right, begin, finish, 0, high)
    return StaticChart(
        chart=CURVES,
        language=language,
        title=script_message(
            "chart_title",
            signal=_signal_title(signal),
            category=category.title,
            count=data.count_read(category.projects),
        ).in_language(language),
        subtitle=Text(signal.definition, signal.definition_zh).in_language(language),
        sets=split_drawn_rows(drawn, frame) | {"labels": place_line_labels(drawn, frame), "away": aside},
        parameters=_chart_parameters(begin, finish, high, is_share(signal.unit)),
        lines=tuple(line.in_language(language) for line in _caption_lines(data, signal, category, highlighted)),
    )


def figure_chart(figure: Figure, language: Language = "en") -> StaticChart:
    """A figure in its default state."""
    chart = CHARTS[figure.chart]
    unit = "share" if figure.is_share else ""
    drawn = prepare_figure_rows(figure.default_rows(), LIGHT, unit, as_curves=chart.curves, language=language)
    high = _axis_top(chart, drawn, share=figure.is_share)
    times = [cast(int, row["t"]) for row in drawn if "t" in row]
    ends = [cast(int, row["t_end"]) for row in drawn if "t_end" in row] if chart.month_axis == "columns" else times
    begin, finish = min(times, default=0), max(ends, default=1)
    filled: dict[str, list[Spec]] = {"rows": drawn}
    if chart.curves:
        spec = chart.spec()
        right, height = cast("dict[str, int]", spec["padding"])["right"], cast(int, spec["height"])
        frame = PlotFrame(WIDTH, height, right, begin, finish, 0, high)
        aside = off_scale_rows(figure.default_rows(), LIGHT, begin, finish, language)
        filled = split_drawn_rows(drawn, frame) | {"labels": place_line_labels(drawn, frame), "away": aside}
    chosen = [pick.options[0][1].in_language(language) for pick in figure.selectors if pick.options]
    caption = figure.caption
    return StaticChart(
        chart=chart,
        language=language,
        title=script_message("colon").in_language(language).join([figure.title.in_language(language), *chosen]),
        subtitle=figure.text.in_language(language),
        sets=filled,
        parameters=_chart_parameters(begin, finish, high, figure.is_share),
        lines=tuple(
            line.in_language(language)
            for line in (
                join_labelled_parts(unit=caption.unit, formula=Text.same(caption.formula), period=caption.period),
                join_labelled_parts(source=caption.source, coverage=caption.coverage),
            )
        ),
        rows=round(high),
        legend=tuple((colour_code(ink), text.in_language(language)) for ink, text in figure.legend),
    )


def _axis_top(chart: Chart, drawn: list[Spec], *, share: bool) -> float:
    """Upper end of the value axis: the last rank for ranks, 1 for stacked shares."""
    if chart.row_height:
        return max(
            (cast(float, row[chart.range_field]) for row in drawn if row.get(chart.range_field) is not None), default=1
        )
    if chart.range_field != "y1":
        return max(scale_top(drawn), scale_top(drawn, "high") if any(row.get("high") for row in drawn) else 0)
    sums: dict[object, float] = {}
    for row in drawn:
        sums[row["t"]] = sums.get(row["t"], 0.0) + cast(float, row.get("v") or 0)
    most = max(sums.values(), default=1.0)
    return 1.0 if share and most < 1.001 else most * 1.05


def _chart_parameters(begin: int, finish: int, high: float, percent: bool) -> Spec:
    return LIGHT.colour_parameters() | {
        "begin": begin,
        "finish": finish,
        "ticks": month_axis_ticks(begin, finish),
        "lo": 0,
        "hi": high,
        "percent": percent,
    }


def _category_curves(data: ReportData, signal: DeclaredSignal, category: Category) -> tuple[Curve, ...]:
    series, standings = data.signal_series(signal.name), data.latest_values(signal.name)
    return tuple(
        Curve(
            project.slug,
            project.name,
            project.label,
            project.colour_index,
            series[project.name],
            standings[project.name],
        )
        for project in category.projects
    )


def _signal_title(signal: DeclaredSignal) -> Text:
    return Text(signal.title, signal.title_zh)


def join_labelled_parts(**parts: Text) -> Text:
    """Join the labelled parts in one line; empty parts are left out."""
    pairs = [
        tuple(
            f"{message(key).in_language(tongue)}{script_message('colon').in_language(tongue)}{part.in_language(tongue)}"
            for tongue in ("en", "zh")
        )
        for key, part in parts.items()
        if part.en
    ]
    return Text(" · ".join(en for en, _ in pairs), " · ".join(zh for _, zh in pairs))


def _caption_lines(
    data: ReportData, signal: DeclaredSignal, category: Category, highlighted: HighlightedProjects
) -> tuple[Text, ...]:
    """Unit, formula, period, source and coverage."""
    counts = months_by_state(data, category.projects, signal.name)
    count = {letter: f"{months:,}" for letter, months in counts.items()}
    until = data.observed_until
    lines = (
        join_labelled_parts(
            unit=Text(signal.unit, signal.unit_zh),
            formula=Text.same(signal.formula),
            period=period_text(data),
            observed_until=Text.same(str(until or "")),
        ),
        join_labelled_parts(
            source=sources_text(data, signal=signal.name), coverage=message("figure_coverage", **count)
        ),
    )
    return (*lines, message("figure_riser")) if highlighted.riser else lines


def _wrapped_caption_lines(drawing: StaticChart, right: int) -> list[str]:
    """The wrapped lines below a chart."""
    return [line for text in drawing.lines for line in wrap_text(text, WIDTH + right, SMALL)]


def _caption_line_rows(drawing: StaticChart, height: object) -> list[Spec]:
    padding = cast("dict[str, int]", drawing.chart.spec()["padding"])
    below, right = padding["bottom"], padding["right"]
    tall = height if isinstance(height, int) else _height_of_steps(drawing, cast(Spec, height))
    return [
        {"text": text, "place": tall + below + 14 + 16 * index}
        for index, text in enumerate(_wrapped_caption_lines(drawing, right))
    ]


def _height_of_steps(drawing: StaticChart, height: Spec) -> int:
    """Height of a chart with one row of pixels per name."""
    return cast(int, height["step"]) * len({row["name"] for row in drawing.sets["rows"]})


def _legend_rows(drawing: StaticChart, room: float) -> tuple[list[Spec], int]:
    """Legend entries wrapped to `room` pixels, the lowest row at 0, and the number of rows."""
    places: list[tuple[int, float, str, str]] = []
    row, x = 0, 0.0
    for ink, text in drawing.legend:
        wide = text_width(text, WIDE_TEXT_LETTER) * SMALL + 36
        if x and x + wide > room:
            row, x = row + 1, 0.0
        places.append((row, x, ink, text))
        x += wide
    rows = row + 1 if places else 0
    return [{"x": x, "y": 20 * (at - rows + 1), "c": ink, "text": text} for at, x, ink, text in places], rows


def _legend_mark_layers(lift: int) -> list[Spec]:
    """Marks of the legend: squares and texts, `lift` pixels below the upper edge of the plot."""
    raw: Spec = {"type": "quantitative", "scale": None, "axis": None}
    position: Spec = {"x": raw | {"field": "x"}, "y": raw | {"field": "y"}}
    square: Spec = {"type": "point", "shape": "square", "filled": True, "size": 110, "opacity": 1}
    words: Spec = {"type": "text", "align": "left", "baseline": "middle", "fontSize": 11.5, "color": LIGHT.quiet}
    return [
        {
            "data": {"name": "legend"},
            "mark": square | {"xOffset": 6, "yOffset": lift - 14},
            "encoding": position | {"color": {"field": "c", "type": "nominal", "scale": None}},
        },
        {
            "data": {"name": "legend"},
            "mark": words | {"dx": 18, "dy": lift - 14},
            "encoding": position | {"text": {"field": "text", "type": "nominal"}},
        },
    ]


def _caption_layer(left_padding: int) -> Spec:
    return {
        "data": {"name": "lines"},
        "mark": {"type": "text", "align": "left", "fontSize": 10.5, "color": LIGHT.quiet},
        "encoding": {
            "x": {"value": -left_padding + 12},
            "y": {"field": "place", "type": "quantitative", "scale": None, "axis": None},
            "text": {"field": "text", "type": "nominal"},
        },
    }
