"""Data files as classic scripts: a page opened from disk cannot fetch files but can load scripts."""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from typing import Final

from ecotone.report import palette
from ecotone.report.caption import sources
from ecotone.report.charts import CHARTS
from ecotone.report.charts.chart import Chart, compiled
from ecotone.report.charts.theme import THEMES, config
from ecotone.report.encoding import SHARE_PLACES, encode, places
from ecotone.report.field import Category, Field, Project
from ecotone.report.figure import Figure
from ecotone.report.input import DeclaredSignal
from ecotone.report.leaders import leaders
from ecotone.report.privacy import Organisations
from ecotone.report.series import Standing
from ecotone.report.text import Text, is_share
from ecotone.report.words import SCRIPT_WORDS

DIGITS: Final = 5  # significant digits of drawn numbers; tables keep all digits

# Characters that could end a script element or a line of JavaScript.
_ESCAPES: Final = {"<": "\\u003c", ">": "\\u003e", "&": "\\u0026", "\u2028": "\\u2028", "\u2029": "\\u2029"}
_TABLE: Final = str.maketrans(_ESCAPES)

Json = object


def script_json(value: Json) -> str:
    """JSON that is safe inside a script element and as JavaScript.

    >>> script_json({"a": "</script>"})
    '{"a":"\\\\u003c/script\\\\u003e"}'
    """
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    return text.translate(_TABLE)


def script(key: str, value: Json) -> bytes:
    """A classic script that stores a value in `window.ecotoneData`."""
    text = f"(window.ecotoneData=window.ecotoneData||{{}})[{script_json(key)}]={script_json(value)};\n"
    return text.encode("utf-8", "replace")


def short(value: float | None) -> float | None:
    """Round to five significant digits; from 1,000 on to an integer.

    >>> short(0.123456789), short(3.0), short(4073.48)
    (0.12346, 3, 4073)
    """
    if value is None or isinstance(value, int):
        return value
    if abs(value) >= 1000:
        return round(value)  # with one more digit, 4073.48 would be rounded twice, to 4074
    places = max(DIGITS - 1 - math.floor(math.log10(abs(value))), 0) if value else 0
    rounded = round(value, places)
    return int(rounded) if rounded == int(rounded) else rounded


def data_scripts(field: Field, organisations: Organisations, drawn: Iterable[Figure]) -> Iterator[tuple[str, bytes]]:
    """Yield all data files of the report, in a fixed order."""
    yield landscape_script(field)
    yield themes_script()
    yield from chart_scripts(CHARTS)
    for signal in field.numeric:
        yield f"data/signal/{signal.name}.js", script(f"signal/{signal.name}", _signal(field, signal))
    for project in field.projects:
        value = _project(field, project, organisations)
        yield f"data/project/{project.slug}.js", script(f"project/{project.slug}", value)
    yield from figure_scripts(drawn)


def landscape_script(field: Field) -> tuple[str, bytes]:
    """Period, projects, categories, signals, and the messages of the scripts."""
    return "data/landscape.js", script("landscape", _landscape(field))


def themes_script() -> tuple[str, bytes]:
    """Colours of the light and dark themes."""
    return "data/themes.js", script("themes", _themes())


def chart_scripts(names: Iterable[str]) -> Iterator[tuple[str, bytes]]:
    """Compiled charts by name."""
    for name in names:
        yield f"data/chart/{name}.js", script(f"chart/{name}", _chart(CHARTS[name]))


def figure_scripts(drawn: Iterable[Figure]) -> Iterator[tuple[str, bytes]]:
    """Rows of the figures."""
    for figure in drawn:
        yield f"data/figure/{figure.key}.js", script(f"figure/{figure.key}", figure_data(figure))


def _landscape(field: Field) -> Json:
    at = {project.name: place for place, project in enumerate(field.projects)}
    return {
        "since": [field.source.since.year, field.source.since.month],
        "months": len(field.months),
        "projects": [
            {
                "k": project.slug,
                "name": project.name,
                "label": project.label,
                "colour": project.colour,
                "first": field.states[project.name].first,
                "s": field.states[project.name].states,
                "shape": _shape(field, project),
            }
            for project in field.projects
        ],
        "categories": [
            {
                "k": category.slug,
                "title": pair(category.title),
                "members": [at[project.name] for project in category.projects],
            }
            for category in field.views
        ],
        "signals": [_signal_words(field, signal) for signal in field.signals],
        "themes": {key: list(titles) for key, titles in field.source.themes.items()},
        "main": field.main.name if field.main else None,
        "words": {word.key: [word.en, word.zh] for word in SCRIPT_WORDS},
    }


def pair(text: Text) -> Json:
    """A text for the scripts: [English, Chinese]."""
    return [text.en, text.zh]


def _shape(field: Field, project: Project) -> Json:
    found = field.shape(project.name)
    return None if found is None else [*(found.title.en, found.title.zh), short(found.confidence)]


def _signal_words(field: Field, signal: DeclaredSignal) -> Json:
    return {
        "d": 0 if signal.text else _places(field, signal),
        "theme": signal.theme,
        "source": pair(sources(field, signal=signal.name)),
        "name": signal.name,
        "title": [signal.title, signal.title_zh],
        "unit": [signal.unit, signal.unit_zh],
        "definition": [signal.definition, signal.definition_zh],
        "formula": signal.formula,
        "share": is_share(signal.unit),
        "text": signal.text,
    }


def _themes() -> Json:
    """By theme: library configuration, chart parameters, palette and named colours."""
    return {
        theme.name: {
            "config": config(theme),
            "parameters": theme.parameters(),
            "palette": palette.LIGHT if theme.name == "light" else palette.DARK,
            "named": {name: shades[theme.name] for name, shades in palette.NAMED.items()},
        }
        for theme in THEMES
    }


def _chart(chart: Chart) -> Json:
    return {
        "spec": json.loads(compiled(chart)),
        "range": chart.range,
        "month": chart.month,
        "curves": chart.curves,
        "row": chart.row,
        "column": chart.column,
    }


def _signal(field: Field, signal: DeclaredSignal) -> Json:
    """One signal of all projects; values are encoded by `encode_series`."""
    series, standings = field.series(signal.name), field.standings(signal.name)
    decimals = _places(field, signal)
    found: dict[str, Json] = {
        "m": [encode(series[project.name].values, decimals) for project in field.projects],
        "standings": [_standing(standings[project.name]) for project in field.projects],
        "leaders": [_leaders(field, category, standings) for category in field.views],
    }
    states = [_own_states(field, signal, project) for project in field.projects]
    if any(states):
        found["s"] = states
    for side in _sides(field, signal):
        bound = field.series(f"{signal.name}_{side}")
        found[side] = [encode(bound[project.name].values, decimals) for project in field.projects]
    return found


def _own_states(field: Field, signal: DeclaredSignal, project: Project) -> str | None:
    """A signal's states where they differ from the project's."""
    states = field.signal_states(signal.name)[project.name]
    return None if states == field.states[project.name].states else states


def _sides(field: Field, signal: DeclaredSignal) -> Sequence[str]:
    return ("low", "high") if signal.bounds and field.has(f"{signal.name}_low") else ()


def _places(field: Field, signal: DeclaredSignal) -> int:
    """Decimal places of a signal and its bounds."""
    names = (signal.name, *(f"{signal.name}_{side}" for side in _sides(field, signal)))
    values = [value for name in names for series in field.series(name).values() for value in series.values]
    return places(values, share=is_share(signal.unit))


def _standing(found: Standing) -> Json:
    return [short(found.last), found.last_at, short(found.momentum), short(found.peak), found.peak_at]


def _leaders(field: Field, category: Category, standings: dict[str, Standing]) -> Json:
    at = {project.name: place for place, project in enumerate(field.projects)}
    found = leaders([project.name for project in category.projects], standings)
    return {
        "leader": None if found.leader is None else at[found.leader],
        "off": found.off_scale,
        "riser": None if found.riser is None else at[found.riser],
        "focus": [at[name] for name in found.focus],
    }


def _project(field: Field, project: Project, organisations: Organisations) -> Json:
    """Data of a project's page: its text signals and its organisations."""
    named = [signal.name for signal in field.signals if signal.text]
    return {
        "k": project.slug,
        "texts": {name: _shown_texts(field, project, name, organisations) for name in named},
        "organisations": _shares(field, project, organisations),
    }


def _shown_texts(field: Field, project: Project, name: str, organisations: Organisations) -> Json:
    """A text signal as [names, encoded indexes by month]; small organisations are an asterisk."""
    first = field.states[project.name].first
    shown = [
        "*" if text and (project.name, field.months[first + step], text) in organisations.hidden else text
        for step, text in enumerate(field.texts(name, project.name))
    ]
    names = sorted({text for text in shown if text})
    return [names, encode([None if not text else float(names.index(text)) for text in shown], 0)]


def _shares(field: Field, project: Project, organisations: Organisations) -> Json:
    """The drawn organisations, and bands as [index or negative, encoded people, encoded shares] by month."""
    top = organisations.top(project.name)
    months = organisations.named.get(project.name, {})
    found: dict[int, list[tuple[float | None, float | None]]] = {}
    for position, month in enumerate(field.months):
        for band, people, share in organisations.bands(months.get(month, {}), top):
            cells = found.setdefault(band, [(None, None)] * len(field.months))
            cells[position] = (people, share)
    order = sorted(found, key=lambda band: (band < 0, abs(band)))
    return {
        "names": list(top),
        "bands": [
            [
                band,
                encode([cell[0] for cell in found[band]], 0),
                encode([cell[1] for cell in found[band]], SHARE_PLACES),
            ]
            for band in order
        ],
    }


def figure_data(figure: Figure) -> Json:
    """A figure for the scripts: cells by field, texts, columns and controls."""
    fields = list(dict.fromkeys(field for row in figure.rows for field in row))
    return {
        "chart": figure.chart,
        "title": pair(figure.title),
        "text": pair(figure.text),
        "unit": pair(figure.caption.unit),
        "formula": figure.caption.formula,
        "coverage": pair(figure.caption.coverage),
        "source": pair(figure.caption.source),
        "period": pair(figure.caption.period),
        "share": figure.share,
        "fields": fields,
        "length": len(figure.rows),
        "cells": [_column([_cell(row.get(field)) for row in figure.rows]) for field in fields],
        "columns": [[column.field, pair(column.title), column.kind] for column in figure.columns],
        "picks": [pick.field for pick in figure.picks],
    }


def _column(cells: list[Json]) -> Json:
    """Cells of a field; repeated ones as {"of": distinct cells, "at": encoded indexes}."""
    different: dict[str, Json] = {}
    for cell in cells:
        different.setdefault(json.dumps(cell, ensure_ascii=False), cell)
    if 3 * len(different) > 2 * len(cells) or len(different) < 1:
        return cells
    places_of = {key: place for place, key in enumerate(different)}
    at = [float(places_of[json.dumps(cell, ensure_ascii=False)]) for cell in cells]
    return {"of": list(different.values()), "at": encode(at, 0)}


def _cell(value: object) -> Json:
    if isinstance(value, Text):
        return pair(value)
    if isinstance(value, date):
        return f"{value:%Y-%m}"
    return short(value) if isinstance(value, float) else value
