"""What a chart is: a Vega-Lite specification without rows, and what has to be filled in where it is drawn.

Data set `rows` holds a figure's rows as its file describes them; wherever it is drawn, every row also gets
  c  the colour its `colour` names, in the theme's own shade
  t, t_end  milliseconds (UTC) of its `month`, if it has one, and of the month after (or its `months` later)
and every chart is told through parameters of these names, of which it declares those it uses:
  paper ink quiet grid muted faint riser eco tone hatch   colours of the theme
  begin finish ticks   ends (milliseconds) and labelled months of the months' axis
  lo hi   ends of the values' axis       percent   whether values are drawn as per cent
  rungs   labelled values of a logarithmic axis
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Final, Literal

import vl_convert

from ecotone.report.charts.theme import LIGHT, Spec

PARAMETERS: Final[Mapping[str, object]] = {
    **LIGHT.parameters(),
    "begin": 0,
    "finish": 1,
    "ticks": [],
    "rungs": [],
    "lo": 0,
    "hi": 1,
    "percent": False,
}
"""Every parameter a chart may use, with what it is before it is filled in."""

MONTHS: Final[Spec] = {
    "type": "quantitative",
    "scale": {"nice": False, "zero": False, "domain": [{"expr": "begin"}, {"expr": "finish"}]},
    "axis": {
        "title": None,
        "grid": False,
        "values": {"expr": "ticks"},
        "labelExpr": "utcFormat(datum.value, '%Y-%m')",
        "labelFlush": False,
    },
}
"""An x axis of months; add `field`."""

NUMBER: Final = "percent ? format(datum.value, '.3~%') : format(datum.value, datum.value < 10 ? '.3~r' : ',.4~r')"
"""A label expression for an axis of values."""


def values(field: str, *, ticks: int = 6) -> Spec:
    """A y axis of values from `lo` to `hi`."""
    return {
        "field": field,
        "type": "quantitative",
        "scale": {"domain": [{"expr": "lo"}, {"expr": "hi"}], "nice": False, "zero": False},
        "axis": {"title": None, "tickCount": ticks, "labelExpr": NUMBER},
    }


@dataclass(frozen=True, slots=True, kw_only=True)
class Chart:
    """A chart under its name; a figure asks for it, and its file is data/chart/NAME.js.

    spec    Vega-Lite without rows, with a width to be replaced
    range   field whose values decide `lo` and `hi`; empty if the chart's own scales do
    month   whether the months' axis (`begin`, `finish`, `ticks`) is filled in: with `points` it ends where the last
            month begins, with `columns` where it ends
    curves  whether rows become curves with coverage and names at their ends (charts/rows.py, `curve` in figure.js)
    row     pixels; if set, the chart is `hi` times as high
    column  pixels; if set, the chart is at least so wide for every `other` among its rows, however narrow the page
    """

    name: str
    spec: Callable[[], Spec]
    range: str = ""
    month: Literal["", "points", "columns"] = ""
    curves: bool = False
    row: int = 0
    column: int = 0


def parameters(spec: Spec) -> list[Spec]:
    """The parameters that a specification uses, by looking for their names in it."""
    text = json.dumps(spec)
    return [{"name": name, "value": value} for name, value in PARAMETERS.items() if re.search(rf"\b{name}\b", text)]


def whole(spec: Spec, *, sets: Sequence[str] = ("rows",)) -> Spec:
    """A specification with its parameters and its empty data sets."""
    filled = {"data": {"name": "rows"}, "autosize": {"type": "none"}} | spec
    return filled | {"params": parameters(spec), "datasets": {name: [] for name in sets}}


@cache
def compiled(chart: Chart) -> str:
    """The chart as a Vega specification, which a browser draws without compiling it first; JSON."""
    vega: Spec = vl_convert.vegalite_to_vega(json.dumps(chart.spec()))
    kept = {key: value for key, value in vega.items() if key not in ("$schema", "background")}
    return json.dumps(kept, ensure_ascii=False, separators=(",", ":"))
