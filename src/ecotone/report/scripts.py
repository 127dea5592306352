"""Data as classic scripts: a page opened from disk may not fetch files, but it may load scripts."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Sequence
from typing import Final

from ecotone.report import palette
from ecotone.report.charts.activity import activity
from ecotone.report.charts.shares import shares
from ecotone.report.charts.small import small
from ecotone.report.charts.theme import THEMES, config
from ecotone.report.field import Category, Field, Project
from ecotone.report.input import DeclaredSignal
from ecotone.report.leaders import leaders
from ecotone.report.privacy import Organisations
from ecotone.report.series import Standing
from ecotone.report.text import is_share
from ecotone.report.words import SCRIPT_WORDS

DIGITS: Final = 5  # of a number that is drawn; the tables hold every digit

# What would end a script element or a line of JavaScript early.
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
    """A classic script that puts a value where the pages' own script looks for it."""
    text = f"(window.ecotoneData=window.ecotoneData||{{}})[{script_json(key)}]={script_json(value)};\n"
    return text.encode("utf-8", "replace")


def short(value: float | None) -> float | None:
    """A number with five significant digits, from a thousand on a whole one, as readers get it.

    >>> short(0.123456789), short(3.0), short(4073.48)
    (0.12346, 3, 4073)
    """
    if value is None or isinstance(value, int):
        return value
    if abs(value) >= 1000:
        return round(value)  # with a digit more, 4073.48 would be rounded twice, to 4074
    places = max(DIGITS - 1 - math.floor(math.log10(abs(value))), 0) if value else 0
    rounded = round(value, places)
    return int(rounded) if rounded == int(rounded) else rounded


def shorten(values: Sequence[float | None]) -> list[float | None]:
    """`short` of every value."""
    return [short(value) for value in values]


def data_scripts(field: Field, organisations: Organisations) -> Iterator[tuple[str, bytes]]:
    """Every data file of the report, in a fixed order."""
    yield "data/landscape.js", script("landscape", _landscape(field))
    yield "data/charts.js", script("charts", _charts())
    for signal in field.numeric:
        yield f"data/signal/{signal.name}.js", script(f"signal/{signal.name}", _signal(field, signal))
    for project in field.projects:
        value = _project(field, project, organisations)
        yield f"data/project/{project.slug}.js", script(f"project/{project.slug}", value)


def _landscape(field: Field) -> Json:
    places = {project.name: place for place, project in enumerate(field.projects)}
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
            }
            for project in field.projects
        ],
        "categories": [
            {
                "k": category.slug,
                "title": [category.title.en, category.title.zh],
                "members": [places[project.name] for project in category.projects],
            }
            for category in field.categories
        ],
        "signals": [_signal_words(signal) for signal in field.signals],
        "main": field.main.name if field.main else None,
        "words": {word.key: [word.en, word.zh] for word in SCRIPT_WORDS},
    }


def _signal_words(signal: DeclaredSignal) -> Json:
    return {
        "name": signal.name,
        "title": [signal.title, signal.title_zh],
        "unit": [signal.unit, signal.unit_zh],
        "definition": [signal.definition, signal.definition_zh],
        "formula": signal.formula,
        "share": is_share(signal.unit),
        "text": signal.text,
    }


def _charts() -> Json:
    return {
        "activity": activity(interactive=True),
        "small": {theme.name: small(theme) for theme in THEMES},
        "shares": {theme.name: shares(theme) for theme in THEMES},
        "themes": {
            theme.name: {
                "config": config(theme),
                "paper": theme.paper,
                "ink": theme.ink,
                "quiet": theme.quiet,
                "muted": theme.muted,
                "riser": theme.riser,
                "palette": palette.LIGHT if theme.name == "light" else palette.DARK,
                "bands": palette.BANDS[theme.name],
                "smaller": palette.SMALLER[theme.name],
                "others": palette.OTHERS[theme.name],
                "unknown": palette.UNKNOWN[theme.name],
            }
            for theme in THEMES
        },
    }


def _signal(field: Field, signal: DeclaredSignal) -> Json:
    quarterly = field.quarterly(signal.name)
    series = field.series(signal.name)
    standings = field.standings(signal.name)
    return {
        "m": [shorten(series[project.name].values) for project in field.projects],
        "q": [
            [found.first, shorten(found.values), found.states]
            for project in field.projects
            for found in [quarterly[project.name]]
        ],
        "standings": [_standing(standings[project.name]) for project in field.projects],
        "leaders": [_leaders(field, category, standings) for category in field.categories],
    }


def _standing(found: Standing) -> Json:
    return [short(found.last), found.last_at, short(found.momentum), short(found.peak), found.peak_at]


def _leaders(field: Field, category: Category, standings: dict[str, Standing]) -> Json:
    places = {project.name: place for place, project in enumerate(field.projects)}
    found = leaders([project.name for project in category.projects], standings)
    return {
        "leader": None if found.leader is None else places[found.leader],
        "off": found.off_scale,
        "riser": None if found.riser is None else places[found.riser],
        "focus": [places[name] for name in found.focus],
    }


def _project(field: Field, project: Project, organisations: Organisations) -> Json:
    signals: dict[str, Json] = {}
    for signal in field.signals:
        if signal.text:
            signals[signal.name] = {"v": _shown_texts(field, project, signal.name, organisations)}
            continue
        entry: dict[str, Json] = {"v": shorten(field.series(signal.name)[project.name].values)}
        if signal.bounds and field.has(f"{signal.name}_low"):
            entry["low"] = shorten(field.series(f"{signal.name}_low")[project.name].values)
            entry["high"] = shorten(field.series(f"{signal.name}_high")[project.name].values)
        signals[signal.name] = entry
    return {"k": project.slug, "signals": signals, "organisations": _shares(field, project, organisations)}


def _shown_texts(field: Field, project: Project, name: str, organisations: Organisations) -> list[str | None]:
    """A text signal, with the names of organisations that are too small replaced by an asterisk."""
    first = field.states[project.name].first
    return [
        "*" if text and (project.name, field.months[first + step], text) in organisations.hidden else text
        for step, text in enumerate(field.texts(name, project.name))
    ]


def _shares(field: Field, project: Project, organisations: Organisations) -> Json:
    """The organisations drawn, and by position their bands: (place in that list or a negative, people, share)."""
    top = organisations.top(project.name)
    months = organisations.named.get(project.name, {})
    rows = []
    for position, month in enumerate(field.months):
        shares_of_month = months.get(month)
        if shares_of_month:
            rows.append([position, organisations.bands(shares_of_month, top)])
    return {"names": list(top), "months": rows}
