"""Charts: a Vega-Lite specification without rows, data sets and parameters.

The data set `rows` holds the rows of a figure, as the module of the chart describes them, with these additional fields:
  c  the colour of `colour` in the theme
  t, t_end  milliseconds (UTC) of `month_axis` and of the following month (or `months` later)
A chart declares those of these parameters that it uses:
  paper ink quiet grid muted faint riser eco tone hatch   colours of the theme
  begin finish ticks   ends (milliseconds) and labelled months of the time axis
  lo hi   ends of the value axis       percent   whether values are drawn as per cent
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
    **LIGHT.colour_parameters(),
    "begin": 0,
    "finish": 1,
    "ticks": [],
    "rungs": [],
    "lo": 0,
    "hi": 1,
    "percent": False,
}
"""All parameters of charts with default values."""

MONTH_AXIS: Final[Spec] = {
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
"""Encoding of the time axis, without `field`."""

NUMBER_LABEL: Final = "percent ? format(datum.value, '.3~%') : format(datum.value, datum.value < 10 ? '.3~r' : ',.4~r')"
"""Label expression of a value axis."""


def value_axis(field: str, *, ticks: int = 6) -> Spec:
    """Encoding of a y axis from `lo` to `hi`."""
    return {
        "field": field,
        "type": "quantitative",
        "scale": {"domain": [{"expr": "lo"}, {"expr": "hi"}], "nice": False, "zero": False},
        "axis": {"title": None, "tickCount": ticks, "labelExpr": NUMBER_LABEL},
    }


@dataclass(frozen=True, slots=True, kw_only=True)
class Chart:
    """A named chart; its file is data/chart/NAME.js.

    spec          Vega-Lite without rows; the width is replaced
    range_field   field that determines `lo` and `hi`; empty if the scales of the chart do
    month_axis    kind of time axis: `points` ends at the start of the last month, `columns` at its end
    curves        whether rows are drawn as curves with coverage and labels (charts/drawn_rows.py, figure.js)
    row_height    height in pixels per rank, if set
    column_width  minimum width in pixels per distinct value of `other`, if set
    """

    name: str
    spec: Callable[[], Spec]
    range_field: str = ""
    month_axis: Literal["", "points", "columns"] = ""
    curves: bool = False
    row_height: int = 0
    column_width: int = 0


def used_parameters(spec: Spec) -> list[Spec]:
    """The parameters whose names occur in a specification."""
    text = json.dumps(spec)
    return [{"name": name, "value": value} for name, value in PARAMETERS.items() if re.search(rf"\b{name}\b", text)]


def complete_specification(spec: Spec, *, sets: Sequence[str] = ("rows",)) -> Spec:
    """Add parameters and empty data sets to a specification."""
    filled = {"data": {"name": "rows"}, "autosize": {"type": "none"}} | spec
    return filled | {"params": used_parameters(spec), "datasets": {name: [] for name in sets}}


@cache
def compile_to_vega(chart: Chart) -> str:
    """The compiled Vega specification as JSON."""
    vega: Spec = vl_convert.vegalite_to_vega(json.dumps(chart.spec()))
    specification = {key: value for key, value in vega.items() if key not in ("$schema", "background")}
    return json.dumps(specification, ensure_ascii=False, separators=(",", ":"))
