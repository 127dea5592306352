"""Small multiple: one signal of one project with bounds and coverage.

Rows (data set `rows`): t, t_end milliseconds UTC · v, low, high · s state · y, yp, yd, dot, end as in
  charts/curves.py · when, shown, bounds, coverage for the tooltip.
"""

from __future__ import annotations

from typing import Final

from ecotone.report.charts.chart import MONTHS, Chart, whole
from ecotone.report.charts.theme import TIP, Spec

_SHORT: Final = (
    "percent ? format(datum.value, '.3~%') : abs(datum.value) < 1 ? format(datum.value, '.2~r')"
    " : format(datum.value, '.3~s')"
)
"""Short label expression: 1.5k for 1,500."""


def _y(field: str) -> Spec:
    return {
        "field": field,
        "type": "quantitative",
        "scale": {"domain": [{"expr": "lo"}, {"expr": "hi"}], "nice": False, "zero": False},
        "axis": {"title": None, "tickCount": 3, "labelExpr": _SHORT},
    }


def _band(test: str, fill: str, opacity: float) -> Spec:
    """A full-height background for every month that passes a test."""
    return {
        "transform": [{"filter": test}],
        "mark": {"type": "rect", "fill": {"expr": fill}, "opacity": opacity},
        "encoding": {"x2": {"field": "t_end"}},
    }


def _line(field: str, dash: list[float] | None = None) -> Spec:
    return {
        "transform": [{"filter": f"isDefined(datum.{field})"}],
        "mark": {
            "type": "line",
            "color": {"expr": "eco"},
            "strokeWidth": 1.8,
            "strokeDash": dash or [1, 0],
            "strokeJoin": "round",
        },
        "encoding": {"y": _y(field)},
    }


def _points() -> Spec:
    return {
        "transform": [
            {"filter": "datum.dot"},
            {"calculate": "datum.s == 'w' ? eco : paper", "as": "fill"},
        ],
        "mark": {"type": "point", "stroke": {"expr": "eco"}, "size": 22, "strokeWidth": 1.4, "opacity": 1},
        "encoding": {"y": _y("v"), "fill": {"field": "fill", "type": "nominal", "scale": None}},
    }


def _hover() -> Spec:
    """A transparent full-height column per month for the tooltip."""
    return {
        "mark": {"type": "rect", "fill": {"expr": "eco"}, "opacity": 0},
        "encoding": {"x2": {"field": "t_end"}, "tooltip": {"value": TIP}},
    }


def small() -> Spec:
    """The specification without rows."""
    bounds: Spec = {
        "transform": [{"filter": "isValid(datum.low) && isValid(datum.high)"}],
        "mark": {"type": "area", "color": {"expr": "eco"}, "opacity": 0.18, "line": False},
        "encoding": {"y": _y("low"), "y2": {"field": "high"}},
    }
    return whole(
        {
            "width": 280,
            "height": 110,
            "padding": {"left": 38, "right": 8, "top": 6, "bottom": 20},
            "encoding": {"x": MONTHS | {"field": "t"}},
            "layer": [
                _band("datum.s == 'n'", "muted", 0.28),
                _band("datum.s == 'd'", "hatch", 0.75),
                _band("datum.s == 'p'", "muted", 0.14),
                bounds,
                _line("y"),
                _line("yp", [4, 3]),
                _line("yd", [1.5, 3]),
                _points(),
                _hover(),
            ],
        }
    )


SMALL: Final = Chart(name="small", spec=small, range="v", month="columns")
