"""Small multiple: one signal of one project with bounds and coverage.

Rows (data set `rows`): t, t_end milliseconds UTC · v, low, high · s state · y, yp, yd, dot, end as in
  charts/curves.py · when, shown, bounds, coverage, events for the tooltip.
Rows (data set `events`): t · c colour · shape · lane, from the top.
"""

from __future__ import annotations

from typing import Final

from ecotone.report.charts.chart import MONTH_AXIS, Chart, complete_specification
from ecotone.report.charts.theme import ROW_TOOLTIP, Spec

_SHORT: Final = (
    "percent ? format(datum.value, '.3~%') : abs(datum.value) < 1 ? format(datum.value, '.2~r')"
    " : format(datum.value, '.3~s')"
)
"""Short label expression: 1.5k for 1,500."""

LANES: Final = 3
LANE_HEIGHT: Final = 10
"""Pixels."""


def _value_axis(field: str) -> Spec:
    return {
        "field": field,
        "type": "quantitative",
        "scale": {"domain": [{"expr": "lo"}, {"expr": "hi"}], "nice": False, "zero": False},
        "axis": {"title": None, "tickCount": 3, "labelExpr": _SHORT},
    }


def _coverage_band_layer(test: str, fill: str, opacity: float) -> Spec:
    """A full-height background for every month that passes a test."""
    return {
        "transform": [{"filter": test}],
        "mark": {"type": "rect", "fill": {"expr": fill}, "opacity": opacity},
        "encoding": {"x2": {"field": "t_end"}},
    }


def _line_layer(field: str, dash: list[float] | None = None) -> Spec:
    return {
        "transform": [{"filter": f"isDefined(datum.{field})"}],
        "mark": {
            "type": "line",
            "color": {"expr": "eco"},
            "strokeWidth": 1.8,
            "strokeDash": dash or [1, 0],
            "strokeJoin": "round",
        },
        "encoding": {"y": _value_axis(field)},
    }


def _point_layer() -> Spec:
    return {
        "transform": [
            {"filter": "datum.dot"},
            {"calculate": "datum.s == 'w' ? eco : paper", "as": "fill"},
        ],
        "mark": {"type": "point", "stroke": {"expr": "eco"}, "size": 22, "strokeWidth": 1.4, "opacity": 1},
        "encoding": {"y": _value_axis("v"), "fill": {"field": "fill", "type": "nominal", "scale": None}},
    }


def _hover_layer() -> Spec:
    """A transparent full-height column per month for the tooltip."""
    return {
        "mark": {"type": "rect", "fill": {"expr": "eco"}, "opacity": 0},
        "encoding": {"x2": {"field": "t_end"}, "tooltip": {"value": ROW_TOOLTIP}},
    }


def _event_layers() -> list[Spec]:
    """A thin line in the month of each event, and its symbol in its lane."""
    line: Spec = {"data": {"name": "events"}, "mark": {"type": "rule", "stroke": {"expr": "muted"}, "opacity": 0.5}}
    return [line, *(_lane_layer(lane) for lane in range(LANES))]


def _lane_layer(lane: int) -> Spec:
    return {
        "data": {"name": "events"},
        "transform": [{"filter": f"datum.lane == {lane}"}],
        "mark": {"type": "point", "filled": True, "size": 34, "opacity": 1},
        "encoding": {
            "fill": {"field": "c", "type": "nominal", "scale": None},
            "shape": {"field": "shape", "type": "nominal", "scale": None},
            "y": {"value": 5 + LANE_HEIGHT * lane},
        },
    }


def build_small_multiple() -> Spec:
    """The specification without rows."""
    bounds: Spec = {
        "transform": [{"filter": "isValid(datum.low) && isValid(datum.high)"}],
        "mark": {"type": "area", "color": {"expr": "eco"}, "opacity": 0.18, "line": False},
        "encoding": {"y": _value_axis("low"), "y2": {"field": "high"}},
    }
    return complete_specification(
        {
            "width": 280,
            "height": 110,
            "padding": {"left": 38, "right": 8, "top": 6, "bottom": 20},
            "encoding": {"x": MONTH_AXIS | {"field": "t"}},
            "layer": [
                _coverage_band_layer("datum.s == 'n'", "muted", 0.28),
                _coverage_band_layer("datum.s == 'd'", "hatch", 0.75),
                _coverage_band_layer("datum.s == 'p'", "muted", 0.14),
                bounds,
                *_event_layers(),
                _line_layer("y"),
                _line_layer("yp", [4, 3]),
                _line_layer("yd", [1.5, 3]),
                _point_layer(),
                _hover_layer(),
            ],
        },
        sets=("rows", "events"),
    )


SMALL: Final = Chart(name="small", spec=build_small_multiple, range_field="v", month_axis="columns")
