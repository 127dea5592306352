"""Social cards: one or several projects on a PNG of 1200 x 630 pixels."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final
from xml.sax.saxutils import escape

import vl_convert

from ecotone.report.caption import sources
from ecotone.report.charts.labels import Frame, breadth, labels
from ecotone.report.charts.rows import curve as curve_rows
from ecotone.report.charts.rows import highest, line, milliseconds
from ecotone.report.charts.theme import LIGHT, STATIC_FONTS, Spec
from ecotone.report.field import Field, Project
from ecotone.report.fonts import require_font_for
from ecotone.report.input import DeclaredSignal, ReportInput
from ecotone.report.leaderboard import value_at
from ecotone.report.pages.side_by_side import last_common_month
from ecotone.report.palette import NAMED, colour
from ecotone.report.text import Text, change, month_name, number
from ecotone.report.words import say

WIDTH: Final = 1200
HEIGHT: Final = 630
MARGIN: Final = 64
PAPER: Final = "#fbfaf7"
PLOT: Final = (MARGIN, 236, 880, 280)  # left, top, width, height in pixels
SHOWN: Final = ("activity", "contributors", "organisations", "top_organisation_share", "assisted_share")
LONGEST: Final = 44  # letters of a title


def card(source: ReportInput, names: Sequence[str]) -> bytes:
    """Draw the card of the named projects as PNG.

    Raises UserError if no font can draw the language.
    """
    require_font_for(source.language)
    png: bytes = vl_convert.svg_to_png(card_svg(source, names), scale=1.0)
    return png


def card_svg(source: ReportInput, names: Sequence[str]) -> str:
    """The card as SVG; unknown values are left out."""
    field = Field(source, tuple(names))
    projects = [field.by_name[name] for name in names]
    parts = [
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="{PAPER}"/>',
        f'<rect width="{WIDTH}" height="10" fill="{NAMED["eco"]["light"]}"/>',
        *_head(field, projects),
        *_plot(field, projects),
        *_foot(field, projects),
    ]
    family = escape(STATIC_FONTS[source.language], {'"': "&quot;"})
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{HEIGHT}" viewBox="0 0 {WIDTH} {HEIGHT}"'
        f' font-family="{family}">{"".join(parts)}</svg>'
    )


def _text(x: float, y: float, size: float, text: str, ink: str = LIGHT.ink, weight: int = 400) -> str:
    printable = "".join(letter if letter.isprintable() else "\N{REPLACEMENT CHARACTER}" for letter in text)
    return (
        f'<text x="{x:g}" y="{y:g}" font-size="{size:g}" font-weight="{weight}" fill="{ink}">{escape(printable)}</text>'
    )


def _cut(text: str, longest: int) -> str:
    if breadth(text) <= longest:
        return text
    while breadth(text) > longest - 1:
        text = text[:-1]
    return f"{text}…"


def _head(field: Field, projects: Sequence[Project]) -> Iterator[str]:
    """The title, and one line under it."""
    language = field.source.language
    if len(projects) == 1:
        (project,) = projects
        title, shape = project.name, field.shape(project.name)
        category = next(one.title for one in field.categories if one.key == project.category)
        said = [category, say("card_since", month=month_name(project.first_event)), *([shape.title] if shape else [])]
        under = " · ".join(text.said(language) for text in said if text.en)
    else:
        title = " · ".join(project.label for project in projects)
        month = last_common_month(field, projects)
        under = say("card_common", month=month_name(month)).said(language) if month else ""
    yield _text(MARGIN, 108, 54 if breadth(title) <= 30 else 42, _cut(title, LONGEST), weight=700)
    yield _text(MARGIN, 148, 23, under, LIGHT.quiet)


def _plot(field: Field, projects: Sequence[Project]) -> Iterator[str]:
    """The main signal of all projects, labelled at the ends of the curves."""
    signal = field.main
    if signal is None:
        return
    left, top, width, height = PLOT
    month = last_common_month(field, projects) if len(projects) > 1 else None
    drawn = [row for project in projects for row in _rows(field, signal, project, month)]
    high, begin = highest(drawn), milliseconds(field.months[0])
    frame = Frame(width, height, WIDTH - MARGIN - left - width, begin, milliseconds(field.months[-1]), 0, high)
    yield _text(left, top - 22, 19, _axis(field, signal), LIGHT.quiet)
    yield f'<g transform="translate({left} {top})">'
    steps = [(value, height * (1 - value / high)) for value in _steps(high)]
    for _, y in steps:
        yield f'<path d="M0 {y:.1f}H{width}" stroke="{LIGHT.grid}" stroke-width="1.5"/>'
    for name, dash in _DASHES:
        for project in projects:
            path = line([row for row in drawn if row["k"] == project.slug], name, frame)
            stroke = f'stroke="{colour(project.colour)}" stroke-width="3.4" stroke-linejoin="round"{dash}'
            yield f'<path d="{path}" fill="none" {stroke}/>' * bool(path)
    yield f'<g paint-order="stroke" stroke="{PAPER}" stroke-width="6" stroke-linejoin="round">'
    yield from (_text(4, y - 6, 15, number(value, signal.unit), LIGHT.quiet) for value, y in steps)
    yield "</g>"
    for label in labels(drawn, frame):
        at, ink = (label["x"], label["y"]), label["c"]
        yield f'<text x="{at[0]}" y="{at[1]}" dy="0.35em" font-size="15" font-weight="700" fill="{ink}">'
        yield f"{escape(str(label['text']))}</text>"
    yield "</g>"
    for place in (0, len(field.months) - 1):
        x = left + (width - 62 if place else 0)
        yield _text(x, top + height + 24, 16, month_name(field.months[place]), LIGHT.quiet)


_DASHES: Final = (("y", ""), ("yp", ' stroke-dasharray="6 5" opacity="0.6"'), ("yd", ' stroke-dasharray="2 5"'))


def _steps(high: float) -> list[float]:
    """Three or four round axis values from 0 up."""
    unit = math.pow(10, math.floor(math.log10(high)))
    step = next(size * unit for size in (0.25, 0.5, 1, 2.5, 5) if high / (size * unit) < 4)
    return [step * place for place in range(int(high / step) + 1)]


def _rows(field: Field, signal: DeclaredSignal, project: Project, month: date | None) -> list[Spec]:
    """Rows of a project's curve; its label includes the value of `month`, if given."""
    series = field.series(signal.name)[project.name]
    times = [milliseconds(month) for month in field.months[series.first : series.first + len(series.values)]]
    at = None if month is None else field.months.index(month)
    value = value_at(field, signal.name, project, at)
    tag = project.label if at is None else f"{project.label} {number(value, signal.unit)}"
    style: Spec = {"k": project.slug, "name": project.name, "f": 1, "tag": tag, "c": colour(project.colour)}
    return curve_rows(style, times, series.values, series.states)


@dataclass(frozen=True, slots=True)
class _Number:
    """A headline number and its label."""

    value: str
    what: str


def _numbers(field: Field, project: Project) -> list[_Number]:
    at = field.standings(field.main.name)[project.name].last_at if field.main else None
    declared = {signal.name: signal for signal in field.numeric}
    found = []
    for name in SHOWN:
        value = value_at(field, name, project, at) if name in declared else None
        if value is not None:
            title = Text(declared[name].title, declared[name].title_zh).said(field.source.language)
            found.append(_Number(number(value, declared[name].unit), title))
    return found


def _foot(field: Field, projects: Sequence[Project]) -> Iterator[str]:
    """The numbers right of the curve, and the line on the data at the bottom."""
    language = field.source.language
    if len(projects) == 1:
        standing = field.standings(field.main.name)[projects[0].name] if field.main else None
        found = _numbers(field, projects[0])
        if standing is not None and standing.momentum is not None:
            found.insert(1, _Number(change(standing.momentum), say("card_momentum").said(language)))
        left = PLOT[0] + PLOT[2] + 36
        if standing is not None and standing.last_at is not None:
            yield _text(left, PLOT[1] - 22, 19, month_name(field.month(standing.last_at)), LIGHT.quiet)
        for place, one in enumerate(found[:4]):
            yield _text(left, 274 + 72 * place, 36, one.value, weight=700)
            yield _text(left, 296 + 72 * place, 14, _cut(one.what, 30), LIGHT.quiet)
    yield f'<circle cx="{MARGIN + 11}" cy="586" r="11" fill="{NAMED["eco"]["light"]}"/>'
    yield f'<circle cx="{MARGIN + 22}" cy="586" r="11" fill="{NAMED["tone"]["light"]}" fill-opacity="0.82"/>'
    yield _text(MARGIN + 44, 593, 21, "Ecotone", weight=700)
    yield _text(MARGIN + 146, 592, 16, _note(field, projects).said(language), LIGHT.quiet)


def _note(field: Field, projects: Sequence[Project]) -> Text:
    """Formula, source and end of the data in one line."""
    until = max((day for project in projects if (day := project.observed_until)), default=None)
    parts = [
        *([Text.same(field.main.formula)] if field.main else []),
        say("card_source", source=sources(field, projects)),
        *([say("card_until", day=f"{until:%Y-%m-%d}")] if until else []),
        say("card_dashed"),
    ]
    return Text(" · ".join(part.en for part in parts), " · ".join(part.zh for part in parts))


def _axis(field: Field, signal: DeclaredSignal) -> str:
    return say("card_axis", signal=Text(signal.title, signal.title_zh), unit=Text(signal.unit, signal.unit_zh)).said(
        field.source.language
    )
