"""Charts as SVG and PNG files for slides and papers, drawn without a browser."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, cast

import vl_convert

from ecotone.report.caption import months_by_state, period, sources
from ecotone.report.charts import CHARTS
from ecotone.report.charts.chart import Chart
from ecotone.report.charts.curves import CURVES
from ecotone.report.charts.labels import WIDE_IN_TEXT, Frame, breadth, labels, wrapped
from ecotone.report.charts.rows import Curve, away, highest, milliseconds, prepared, rows, set_aside, sets, ticks
from ecotone.report.charts.theme import LIGHT, STATIC_FONTS, Spec, config
from ecotone.report.field import Category, Field
from ecotone.report.figure import Figure
from ecotone.report.fonts import require_font_for
from ecotone.report.input import DeclaredSignal, Language, ReportInput
from ecotone.report.leaders import Leaders, leaders
from ecotone.report.meeting import Meeting
from ecotone.report.page import Subject
from ecotone.report.pages import PAGES
from ecotone.report.palette import colour
from ecotone.report.privacy import organisations
from ecotone.report.text import Text, is_share
from ecotone.report.words import say, told

FIGURES: Final = ("activity", "contributors")
WIDTH: Final = 860
PIXELS: Final = 2.0  # PNG pixels per SVG unit
SMALL: Final = 5.9  # average letter width in pixels of the subtitle and the caption
FOLDER: Final = "figures"


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawing:
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


def figures(source: ReportInput, signals: tuple[str, ...] = FIGURES) -> Iterator[tuple[str, bytes]]:
    """Yield (relative path, bytes) of every figure: one per category, then those of the pages.

    A category whose leader is off-scale also gets a figure without it. Signals without data give no figure.
    Raises UserError if no font can draw the language.
    """
    require_font_for(source.language)
    field = Field(source)
    for signal in field.numeric:
        if signal.name in signals:
            for category in field.views:
                yield from _of_field(field, signal, category)
    subject = Subject(field, organisations(source.organisations, source.min_people), Meeting(field))
    for kind in PAGES:
        for page in kind.pages(subject):
            for figure in page.figures if page.pictured else ():
                yield from _both(f"{FOLDER}/{figure.key}", drawing_of(figure, source.language))


def _of_field(field: Field, signal: DeclaredSignal, category: Category) -> Iterator[tuple[str, bytes]]:
    names = [project.name for project in category.projects]
    found = leaders(names, field.standings(signal.name))
    path = f"{FOLDER}/{signal.name}-{category.slug}"
    yield from _both(path, drawing_of_field(field, signal, category, found, without_leader=False))
    if found.off_scale:
        without = drawing_of_field(field, signal, category, found, without_leader=True)
        yield from _both(f"{path}-without-leader", without)


def _both(path: str, drawing: Drawing) -> Iterator[tuple[str, bytes]]:
    svg: str = vl_convert.vegalite_to_svg(json.dumps(specification(drawing)))
    yield f"{path}.svg", svg.encode("utf-8", "replace")
    png: bytes = vl_convert.svg_to_png(svg, scale=PIXELS)
    yield f"{path}.png", png


def specification(drawing: Drawing) -> Spec:
    """The Vega-Lite specification with rows, title and caption lines on white paper."""
    spec = drawing.chart.spec()
    height = drawing.chart.row * drawing.rows if drawing.chart.row else spec["height"]
    padding = cast("dict[str, int]", spec["padding"])
    right = padding["right"]
    subtitle = wrapped(drawing.subtitle, WIDTH + right, SMALL)
    legend, rows_of_legend = _legend(drawing, WIDTH + right)
    above = 62 + 16 * len(subtitle) + 20 * rows_of_legend + padding["top"]
    known = {str(entry["name"]) for entry in cast("list[Spec]", spec["params"])}
    alone = ("mark", "encoding", "transform")  # of a chart of one mark: title and caption must not inherit them
    own = {key: spec.pop(key) for key in alone if key in spec} if "layer" not in spec else {}
    layered = cast("list[Spec]", spec.pop("layer", None) or [own])
    return spec | {
        "width": WIDTH,
        "height": height,
        "padding": padding | {"top": above, "bottom": padding["bottom"] + 22 + 16 * len(_below(drawing, right))},
        "background": LIGHT.paper,
        "config": config(LIGHT, STATIC_FONTS[drawing.language]),
        "params": [{"name": name, "value": value} for name, value in drawing.parameters.items() if name in known],
        "datasets": drawing.sets | {"lines": _placed(drawing, height), "legend": legend},
        "title": {
            "text": drawing.title,
            "subtitle": subtitle,
            "fontSize": 19,
            "subtitleFontSize": 12,
            "subtitlePadding": 5,
            "offset": 12 if legend else padding["top"] + 8,  # from the highest element
        },
        "layer": [*layered, _footer(padding["left"]), *(_legend_marks(-padding["top"] - 2) if legend else [])],
    }


def drawing_of_field(
    field: Field, signal: DeclaredSignal, category: Category, found: Leaders, *, without_leader: bool
) -> Drawing:
    """The chart of a category in its default state on the page of trends."""
    curves, language = _curves(field, signal, category), field.source.language
    away_words = told("away").said(language)
    hidden = found.leader if without_leader else None
    drawn = rows(curves, field.months, found, LIGHT, hidden=hidden)
    aside = [
        row
        for curve in curves
        if curve.name == hidden
        for row in away(curve, field.months, signal.unit, _ink(curve, found), away_words)
    ]
    begin, finish, high = milliseconds(field.months[0]), milliseconds(field.months[-1]), highest(drawn)
    spec = CURVES.spec()
    right, height = cast("dict[str, int]", spec["padding"])["right"], cast(int, spec["height"])
    frame = Frame(WIDTH, height, right, begin, finish, 0, high)
    return Drawing(
        chart=CURVES,
        language=language,
        title=told("chart_title", signal=_title(signal), category=category.title, count=len(category.projects)).said(
            language
        ),
        subtitle=Text(signal.definition, signal.definition_zh).said(language),
        sets=sets(drawn, frame) | {"labels": labels(drawn, frame), "away": aside},
        parameters=_parameters(begin, finish, high, is_share(signal.unit)),
        lines=tuple(line.said(language) for line in _lines(field, signal, category, found)),
    )


def drawing_of(figure: Figure, language: Language = "en") -> Drawing:
    """A figure in its default state."""
    chart = CHARTS[figure.chart]
    unit = "share" if figure.share else ""
    drawn = prepared(figure.shown_first(), LIGHT, unit, as_curves=chart.curves, language=language)
    high = _top(chart, drawn, share=figure.share)
    times = [cast(int, row["t"]) for row in drawn if "t" in row]
    ends = [cast(int, row["t_end"]) for row in drawn if "t_end" in row] if chart.month == "columns" else times
    begin, finish = min(times, default=0), max(ends, default=1)
    filled: dict[str, list[Spec]] = {"rows": drawn}
    if chart.curves:
        spec = chart.spec()
        right, height = cast("dict[str, int]", spec["padding"])["right"], cast(int, spec["height"])
        frame = Frame(WIDTH, height, right, begin, finish, 0, high)
        aside = set_aside(figure.shown_first(), LIGHT, begin, finish, language)
        filled = sets(drawn, frame) | {"labels": labels(drawn, frame), "away": aside}
    chosen = [pick.options[0][1].said(language) for pick in figure.picks if pick.options]
    caption = figure.caption
    return Drawing(
        chart=chart,
        language=language,
        title=told("colon").said(language).join([figure.title.said(language), *chosen]),
        subtitle=figure.text.said(language),
        sets=filled,
        parameters=_parameters(begin, finish, high, figure.share),
        lines=tuple(
            line.said(language)
            for line in (
                labelled(unit=caption.unit, formula=Text.same(caption.formula), period=caption.period),
                labelled(source=caption.source, coverage=caption.coverage),
            )
        ),
        rows=round(high),
        legend=tuple((colour(ink), text.said(language)) for ink, text in figure.legend),
    )


def _top(chart: Chart, drawn: list[Spec], *, share: bool) -> float:
    """Upper end of the value axis: the last rank for ranks, 1 for stacked shares."""
    if chart.row:
        return max((cast(float, row[chart.range]) for row in drawn if row.get(chart.range) is not None), default=1)
    if chart.range != "y1":
        return max(highest(drawn), highest(drawn, "high") if any(row.get("high") for row in drawn) else 0)
    sums: dict[object, float] = {}
    for row in drawn:
        sums[row["t"]] = sums.get(row["t"], 0.0) + cast(float, row.get("v") or 0)
    most = max(sums.values(), default=1.0)
    return 1.0 if share and most < 1.001 else most * 1.05


def _parameters(begin: int, finish: int, high: float, percent: bool) -> Spec:
    return LIGHT.parameters() | {
        "begin": begin,
        "finish": finish,
        "ticks": ticks(begin, finish),
        "lo": 0,
        "hi": high,
        "percent": percent,
    }


def _ink(curve: Curve, found: Leaders) -> str:
    return LIGHT.riser if curve.name == found.riser else colour(curve.place)


def _curves(field: Field, signal: DeclaredSignal, category: Category) -> tuple[Curve, ...]:
    series, standings = field.series(signal.name), field.standings(signal.name)
    return tuple(
        Curve(project.slug, project.name, project.label, project.colour, series[project.name], standings[project.name])
        for project in category.projects
    )


def _title(signal: DeclaredSignal) -> Text:
    return Text(signal.title, signal.title_zh)


def labelled(**parts: Text) -> Text:
    """Join the labelled parts in one line; empty parts are left out."""
    said = [
        tuple(f"{say(key).said(tongue)}{told('colon').said(tongue)}{part.said(tongue)}" for tongue in ("en", "zh"))
        for key, part in parts.items()
        if part.en
    ]
    return Text(" · ".join(en for en, _ in said), " · ".join(zh for _, zh in said))


def _lines(field: Field, signal: DeclaredSignal, category: Category, found: Leaders) -> tuple[Text, ...]:
    """Unit, formula, period, source and coverage."""
    counts = months_by_state(field, category.projects, signal.name)
    count = {letter: f"{months:,}" for letter, months in counts.items()}
    until = field.observed_until
    lines = (
        labelled(
            unit=Text(signal.unit, signal.unit_zh),
            formula=Text.same(signal.formula),
            period=period(field),
            observed_until=Text.same(str(until or "")),
        ),
        labelled(source=sources(field, signal=signal.name), coverage=say("figure_coverage", **count)),
    )
    return (*lines, say("figure_riser")) if found.riser else lines


def _below(drawing: Drawing, right: int) -> list[str]:
    """The wrapped lines below a chart."""
    return [line for text in drawing.lines for line in wrapped(text, WIDTH + right, SMALL)]


def _placed(drawing: Drawing, height: object) -> list[Spec]:
    padding = cast("dict[str, int]", drawing.chart.spec()["padding"])
    below, right = padding["bottom"], padding["right"]
    tall = height if isinstance(height, int) else _steps(drawing, cast(Spec, height))
    return [
        {"text": text, "place": tall + below + 14 + 16 * place} for place, text in enumerate(_below(drawing, right))
    ]


def _steps(drawing: Drawing, height: Spec) -> int:
    """Height of a chart with one row of pixels per name."""
    return cast(int, height["step"]) * len({row["name"] for row in drawing.sets["rows"]})


def _legend(drawing: Drawing, room: float) -> tuple[list[Spec], int]:
    """Legend entries wrapped to `room` pixels, the lowest row at 0, and the number of rows."""
    places: list[tuple[int, float, str, str]] = []
    row, x = 0, 0.0
    for ink, text in drawing.legend:
        wide = breadth(text, WIDE_IN_TEXT) * SMALL + 36
        if x and x + wide > room:
            row, x = row + 1, 0.0
        places.append((row, x, ink, text))
        x += wide
    rows = row + 1 if places else 0
    return [{"x": x, "y": 20 * (at - rows + 1), "c": ink, "text": text} for at, x, ink, text in places], rows


def _legend_marks(lift: int) -> list[Spec]:
    """Marks of the legend: squares and texts, `lift` pixels below the upper edge of the plot."""
    raw: Spec = {"type": "quantitative", "scale": None, "axis": None}
    place: Spec = {"x": raw | {"field": "x"}, "y": raw | {"field": "y"}}
    square: Spec = {"type": "point", "shape": "square", "filled": True, "size": 110, "opacity": 1}
    words: Spec = {"type": "text", "align": "left", "baseline": "middle", "fontSize": 11.5, "color": LIGHT.quiet}
    return [
        {
            "data": {"name": "legend"},
            "mark": square | {"xOffset": 6, "yOffset": lift - 14},
            "encoding": place | {"color": {"field": "c", "type": "nominal", "scale": None}},
        },
        {
            "data": {"name": "legend"},
            "mark": words | {"dx": 18, "dy": lift - 14},
            "encoding": place | {"text": {"field": "text", "type": "nominal"}},
        },
    ]


def _footer(left: int) -> Spec:
    return {
        "data": {"name": "lines"},
        "mark": {"type": "text", "align": "left", "fontSize": 10.5, "color": LIGHT.quiet},
        "encoding": {
            "x": {"value": -left + 12},
            "y": {"field": "place", "type": "quantitative", "scale": None, "axis": None},
            "text": {"field": "text", "type": "nominal"},
        },
    }
