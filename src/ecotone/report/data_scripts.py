"""Data files as classic scripts: a page opened from disk cannot fetch files but can load scripts."""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from functools import partial
from typing import Final

from ecotone.foundation.output_text import DIRECTIONS
from ecotone.report import palette
from ecotone.report.bilingual_text import Text, is_share
from ecotone.report.caption import sources_text
from ecotone.report.charts import CHARTS
from ecotone.report.charts.chart import Chart, compile_to_vega
from ecotone.report.charts.theme import THEMES, theme_config
from ecotone.report.dated_events import dated_events_json
from ecotone.report.figure import Figure
from ecotone.report.former_files import FormerFiles
from ecotone.report.highlighted_projects import find_highlighted_projects
from ecotone.report.messages import SCRIPT_MESSAGES
from ecotone.report.privacy import NamedOrganisations
from ecotone.report.project_series import LatestValues
from ecotone.report.report_data import Category, Project, ReportData
from ecotone.report.report_input import DeclaredSignal
from ecotone.report.series_encoding import SHARE_PLACES, decimal_places, encode_series

DIGITS: Final = 5  # significant digits of drawn numbers; tables keep all digits

# Characters that could end a script element or a line of JavaScript; those that turn text are replaced.
_ESCAPES: Final = {"<": "\\u003c", ">": "\\u003e", "&": "\\u0026", "\u2028": "\\u2028", "\u2029": "\\u2029"}
_TABLE: Final = str.maketrans(_ESCAPES | dict.fromkeys(DIRECTIONS, "\ufffd"))

Json = object


def to_script_json(value: Json) -> str:
    """JSON that is safe inside a script element and as JavaScript.

    >>> to_script_json({"a": "</data_script>"})
    '{"a":"\\\\u003c/data_script\\\\u003e"}'
    """
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    return text.translate(_TABLE)


def data_script(key: str, value: Json) -> bytes:
    """A classic script that stores a value in `window.ecotoneData`."""
    text = f"(window.ecotoneData=window.ecotoneData||{{}})[{to_script_json(key)}]={to_script_json(value)};\n"
    return text.encode("utf-8", "replace")


def round_for_display(value: float | None) -> float | None:
    """Round to five significant digits; from 1,000 on to an integer.

    >>> round_for_display(0.123456789), round_for_display(3.0), round_for_display(4073.48)
    (0.12346, 3, 4073)
    """
    if value is None or isinstance(value, int):
        return value
    if abs(value) >= 1000:
        return round(value)  # with one more digit, 4073.48 would be rounded twice, to 4074
    places = max(DIGITS - 1 - math.floor(math.log10(abs(value))), 0) if value else 0
    rounded = round(value, places)
    return int(rounded) if rounded == int(rounded) else rounded


def all_data_scripts(
    data: ReportData, organisations: NamedOrganisations, drawn: Iterable[Figure], former: FormerFiles
) -> Iterator[tuple[str, bytes]]:
    """Yield all data files of the report, in a fixed order."""
    yield landscape_data_script(data)
    yield themes_data_script()
    yield from chart_data_scripts(CHARTS, former)
    for signal in data.numeric_signals:
        yield f"data/signal/{signal.name}.js", data_script(f"signal/{signal.name}", _signal_json(data, signal))
    for project in data.projects:
        value = _project_json(data, project, organisations)
        yield f"data/project/{project.slug}.js", data_script(f"project/{project.slug}", value)
    yield from figure_data_scripts(drawn)


def landscape_data_script(data: ReportData) -> tuple[str, bytes]:
    """Period, projects, categories, signals, and the messages of the scripts."""
    return "data/landscape.js", data_script("landscape", _landscape_json(data))


def themes_data_script() -> tuple[str, bytes]:
    """Colours of the light and dark themes."""
    return "data/themes.js", data_script("themes", _themes_json())


def chart_data_scripts(names: Iterable[str], former: FormerFiles) -> Iterator[tuple[str, bytes]]:
    """Compiled charts by name."""
    for name in names:
        yield former.take_or_make(f"data/chart/{name}.js", "", partial(_chart_script, name))


def _chart_script(name: str) -> bytes:
    return data_script(f"chart/{name}", _chart_json(CHARTS[name]))


def figure_data_scripts(drawn: Iterable[Figure]) -> Iterator[tuple[str, bytes]]:
    """Rows of the figures."""
    for figure in drawn:
        yield f"data/figure/{figure.key}.js", data_script(f"figure/{figure.key}", figure_json(figure))


def _landscape_json(data: ReportData) -> Json:
    index_of = {project.name: index for index, project in enumerate(data.projects)}
    return {
        "since": [data.source.since.year, data.source.since.month],
        "months": len(data.months),
        "projects": [
            {
                "k": project.slug,
                "name": project.name,
                "label": project.label,
                "colour": project.colour_index,
                "first": data.coverage_states[project.name].first,
                "s": data.coverage_states[project.name].states,
                "shape": _history_json(data, project),
                "now": _present_json(data, project),
            }
            for project in data.projects
        ],
        "categories": [
            {
                "k": category.slug,
                "title": language_pair(category.title),
                "members": [index_of[project.name] for project in category.projects],
            }
            for category in data.chart_selections
        ],
        "signals": [_signal_metadata_json(data, signal) for signal in data.signals],
        "themes": {key: list(titles) for key, titles in data.source.themes.items()},
        "main": data.main_signal.name if data.main_signal else None,
        "words": {word.key: [word.en, word.zh] for word in SCRIPT_MESSAGES},
    }


def language_pair(text: Text) -> Json:
    """A text for the scripts: [English, Chinese]."""
    return [text.en, text.zh]


def _history_json(data: ReportData, project: Project) -> Json:
    shape = data.history_verdict(project.name)
    return None if shape is None else [*(shape.title.en, shape.title.zh), round_for_display(shape.confidence)]


def _present_json(data: ReportData, project: Project) -> Json:
    present = data.present_verdict(project.name)
    return None if present is None else [present.title.en, present.title.zh, present.key]


def _signal_metadata_json(data: ReportData, signal: DeclaredSignal) -> Json:
    return {
        "d": 0 if signal.text else _signal_decimal_places(data, signal),
        "theme": signal.theme,
        "source": {
            category.slug: language_pair(sources_text(data, category.projects, signal.name))
            for category in data.chart_selections
        },
        "name": signal.name,
        "title": [signal.title, signal.title_zh],
        "unit": [signal.unit, signal.unit_zh],
        "definition": [signal.definition, signal.definition_zh],
        "formula": signal.formula,
        "share": is_share(signal.unit),
        "text": signal.text,
    }


def _themes_json() -> Json:
    """By theme: library configuration, chart parameters, palette and named colours."""
    return {
        theme.name: {
            "config": theme_config(theme),
            "parameters": theme.colour_parameters(),
            "palette": palette.LIGHT if theme.name == "light" else palette.DARK,
            "named": {name: shades[theme.name] for name, shades in palette.NAMED.items()},
        }
        for theme in THEMES
    }


def _chart_json(chart: Chart) -> Json:
    return {
        "spec": json.loads(compile_to_vega(chart)),
        "range": chart.range_field,
        "month": chart.month_axis,
        "curves": chart.curves,
        "row": chart.row_height,
        "column": chart.column_width,
    }


def _signal_json(data: ReportData, signal: DeclaredSignal) -> Json:
    """One signal of all projects; values are encoded by `encode_series`."""
    series, standings = data.signal_series(signal.name), data.latest_values(signal.name)
    decimals = _signal_decimal_places(data, signal)
    content: dict[str, Json] = {
        "m": [encode_series(series[project.name].values, decimals) for project in data.projects],
        "standings": [_latest_values_json(standings[project.name]) for project in data.projects],
        "leaders": [_highlighted_json(data, category, standings) for category in data.chart_selections],
    }
    states = [_own_states(data, signal, project) for project in data.projects]
    if any(states):
        content["s"] = states
    for side in _bound_sides(data, signal):
        bound = data.signal_series(f"{signal.name}_{side}")
        content[side] = [encode_series(bound[project.name].values, decimals) for project in data.projects]
    return content


def _own_states(field: ReportData, signal: DeclaredSignal, project: Project) -> str | None:
    """A signal's states where they differ from the project's."""
    states = field.signal_states(signal.name)[project.name]
    return None if states == field.coverage_states[project.name].states else states


def _bound_sides(data: ReportData, signal: DeclaredSignal) -> Sequence[str]:
    return ("low", "high") if signal.bounds and data.has_signal(f"{signal.name}_low") else ()


def _signal_decimal_places(data: ReportData, signal: DeclaredSignal) -> int:
    """Decimal places of a signal and its bounds."""
    names = (signal.name, *(f"{signal.name}_{side}" for side in _bound_sides(data, signal)))
    values = [value for name in names for series in data.signal_series(name).values() for value in series.values]
    return decimal_places(values, share=is_share(signal.unit))


def _latest_values_json(latest: LatestValues) -> Json:
    return [
        round_for_display(latest.last),
        latest.last_at,
        round_for_display(latest.momentum),
        round_for_display(latest.peak),
        latest.peak_at,
    ]


def _highlighted_json(data: ReportData, category: Category, standings: dict[str, LatestValues]) -> Json:
    index_of = {project.name: index for index, project in enumerate(data.projects)}
    highlighted = find_highlighted_projects([project.name for project in category.projects], standings)
    return {
        "leader": None if highlighted.leader is None else index_of[highlighted.leader],
        "off": highlighted.off_scale,
        "riser": None if highlighted.riser is None else index_of[highlighted.riser],
        "focus": [index_of[name] for name in highlighted.highlighted],
    }


def _project_json(data: ReportData, project: Project, organisations: NamedOrganisations) -> Json:
    """Data of a project's page: its text signals, its organisations and its dated events."""
    named = [signal.name for signal in data.signals if signal.text]
    return {
        "k": project.slug,
        "texts": {name: _text_signal_json(data, project, name, organisations) for name in named},
        "organisations": _organisation_bands_json(data, project, organisations),
        "events": dated_events_json(data, project.name),
    }


def _text_signal_json(data: ReportData, project: Project, name: str, organisations: NamedOrganisations) -> Json:
    """A text signal as [names, encoded indexes by month]; small organisations are an asterisk."""
    first = data.coverage_states[project.name].first
    texts = [
        "*" if text and (project.name, data.months[first + step], text) in organisations.hidden else text
        for step, text in enumerate(data.text_values(name, project.name))
    ]
    names = sorted({text for text in texts if text})
    return [names, encode_series([None if not text else float(names.index(text)) for text in texts], 0)]


def _organisation_bands_json(data: ReportData, project: Project, organisations: NamedOrganisations) -> Json:
    """The drawn organisations, and bands as [index or negative, encoded people, encoded shares] by month."""
    top = organisations.largest_organisations(project.name)
    months = organisations.named.get(project.name, {})
    cells_by_band: dict[int, list[tuple[float | None, float | None]]] = {}
    for position, month in enumerate(data.months):
        for band, people, share in organisations.share_bands(months.get(month, {}), top):
            cells = cells_by_band.setdefault(band, [(None, None)] * len(data.months))
            cells[position] = (people, share)
    order = sorted(cells_by_band, key=lambda band: (band < 0, abs(band)))
    return {
        "names": list(top),
        "bands": [
            [
                band,
                encode_series([cell[0] for cell in cells_by_band[band]], 0),
                encode_series([cell[1] for cell in cells_by_band[band]], SHARE_PLACES),
            ]
            for band in order
        ],
    }


def figure_json(figure: Figure) -> Json:
    """A figure for the scripts: cells by field, texts, columns and controls."""
    fields = list(dict.fromkeys(field for row in figure.rows for field in row))
    return {
        "chart": figure.chart,
        "title": language_pair(figure.title),
        "text": language_pair(figure.text),
        "unit": language_pair(figure.caption.unit),
        "formula": figure.caption.formula,
        "coverage": language_pair(figure.caption.coverage),
        "source": language_pair(figure.caption.source),
        "period": language_pair(figure.caption.period),
        "share": figure.is_share,
        "fields": fields,
        "length": len(figure.rows),
        "cells": [_encode_column([_cell_json(row.get(field)) for row in figure.rows]) for field in fields],
        "columns": [[column.field, language_pair(column.title), column.kind] for column in figure.columns],
        "picks": [pick.field for pick in figure.selectors],
    }


def _encode_column(cells: list[Json]) -> Json:
    """Cells of a field; repeated ones as {"of": distinct cells, "at": encoded indexes}."""
    different: dict[str, Json] = {}
    for cell in cells:
        different.setdefault(json.dumps(cell, ensure_ascii=False), cell)
    if 3 * len(different) > 2 * len(cells) or len(different) < 1:
        return cells
    index_of = {key: index for index, key in enumerate(different)}
    at = [float(index_of[json.dumps(cell, ensure_ascii=False)]) for cell in cells]
    return {"of": list(different.values()), "at": encode_series(at, 0)}


def _cell_json(value: object) -> Json:
    if isinstance(value, Text):
        return language_pair(value)
    if isinstance(value, date):
        return f"{value:%Y-%m}"
    return round_for_display(value) if isinstance(value, float) else value
