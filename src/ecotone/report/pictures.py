"""Figures for slides and papers: the chart of every field as SVG and PNG, drawn without a browser."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Final

import vl_convert

from ecotone.report.charts.activity import PADDING, PARAMETERS, activity, layers
from ecotone.report.charts.labels import Frame, labels
from ecotone.report.charts.rows import Curve, away, highest, milliseconds, rows
from ecotone.report.charts.theme import LIGHT, STATIC_FONT, Spec, config
from ecotone.report.field import Category, Field
from ecotone.report.input import DeclaredSignal, ReportInput
from ecotone.report.leaders import Leaders, leaders
from ecotone.report.page import period, sources
from ecotone.report.palette import colour
from ecotone.report.series import DAMAGED, PARTIAL, WHOLE
from ecotone.report.words import SCRIPT_WORDS

FIGURES: Final = ("activity",)
WIDTH: Final = 860
HEIGHT: Final = 460
PIXELS: Final = 2.0  # PNG pixels a unit of the SVG

AWAY: Final = next(word.en for word in SCRIPT_WORDS if word.key == "away")


def figures(source: ReportInput, signals: tuple[str, ...] = FIGURES) -> Iterator[tuple[str, bytes]]:
    """(relative path, bytes) of every figure, in English.

    A field whose leader is off-scale gets a figure without it too. Signals that were not measured give no figure.
    """
    field = Field(source)
    for signal in field.numeric:
        if signal.name in signals:
            for category in field.categories:
                yield from _figures(field, signal, category)


def _figures(field: Field, signal: DeclaredSignal, category: Category) -> Iterator[tuple[str, bytes]]:
    names = [project.name for project in category.projects]
    found = leaders(names, field.standings(signal.name))
    path = f"figures/{signal.name}-{category.slug}"
    yield from _both(path, figure(field, signal, category, found, without_leader=False))
    if found.off_scale:
        yield from _both(f"{path}-without-leader", figure(field, signal, category, found, without_leader=True))


def _both(path: str, spec: Spec) -> Iterator[tuple[str, bytes]]:
    svg: str = vl_convert.vegalite_to_svg(json.dumps(spec))
    yield f"{path}.svg", svg.encode("utf-8", "replace")
    png: bytes = vl_convert.svg_to_png(svg, scale=PIXELS)
    yield f"{path}.png", png


def figure(field: Field, signal: DeclaredSignal, category: Category, found: Leaders, *, without_leader: bool) -> Spec:
    """The chart of a field with its rows, title, and the lines that say what it shows."""
    curves = _curves(field, signal, category)
    hidden = found.leader if without_leader else None
    drawn = rows(curves, field.months, found, LIGHT, hidden=hidden)
    aside = [
        row
        for curve in curves
        if curve.name == hidden
        for row in away(curve, field.months, signal.unit, _ink(curve, found), AWAY)
    ]
    begin, finish, high = milliseconds(field.months[0]), milliseconds(field.months[-1]), highest(drawn)
    parameters = dict(PARAMETERS) | {"begin": begin, "finish": finish, "hi": high}
    names = labels(drawn, Frame(WIDTH, HEIGHT, PADDING["right"], begin, finish, 0, high))
    return activity(interactive=False) | {
        "width": WIDTH,
        "height": HEIGHT,
        "padding": dict(PADDING) | {"top": 104, "bottom": 96},
        "background": LIGHT.paper,
        "config": config(LIGHT, STATIC_FONT),
        "params": [{"name": name, "value": value} for name, value in parameters.items()],
        "datasets": {"rows": drawn, "labels": names, "away": aside, "lines": _lines(field, signal, category, found)},
        "title": {
            "text": f"{signal.title}: {category.title.en}",
            "subtitle": signal.definition,
            "fontSize": 19,
            "subtitleFontSize": 12,
            "subtitlePadding": 5,
            "offset": 34,
        },
        "layer": [*layers(interactive=False), _footer()],
    }


def _ink(curve: Curve, found: Leaders) -> str:
    return LIGHT.riser if curve.name == found.riser else colour(curve.place)


def _curves(field: Field, signal: DeclaredSignal, category: Category) -> tuple[Curve, ...]:
    series, standings = field.series(signal.name), field.standings(signal.name)
    return tuple(
        Curve(project.slug, project.name, project.label, project.colour, series[project.name], standings[project.name])
        for project in category.projects
    )


def _lines(field: Field, signal: DeclaredSignal, category: Category, found: Leaders) -> list[Spec]:
    """Unit, formula, period, source and coverage, under the plot."""
    text = "".join(field.states[project.name].states for project in category.projects)
    count = {letter: f"{text.count(letter):,}" for letter in (WHOLE, PARTIAL, DAMAGED)}
    until = field.observed_until
    lines = (
        f"Unit: {signal.unit} · Formula: {signal.formula} · Period: {period(field).en}"
        + (f" · Observed until {until}" if until else ""),
        f"Source: {sources(field).en} · Coverage: {count[WHOLE]} project-months whole, {count[PARTIAL]} in part"
        f" (dashed, hollow), {count[DAMAGED]} damaged (dotted); gaps were not observed",
        "Blue: fastest riser, last three whole months against the nine before" * bool(found.riser),
    )
    return [{"text": text, "place": HEIGHT + 40 + 16 * place} for place, text in enumerate(lines) if text]


def _footer() -> Spec:
    return {
        "data": {"name": "lines"},
        "mark": {"type": "text", "align": "left", "fontSize": 10.5, "color": LIGHT.quiet},
        "encoding": {
            "x": {"value": -PADDING["left"] + 12},
            "y": {"field": "place", "type": "quantitative", "scale": None, "axis": None},
            "text": {"field": "text", "type": "nominal"},
        },
    }
