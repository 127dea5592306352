"""One signal of one project: its curve, its bounds, and its coverage behind it.

Rows (data set `rows`): k · t, t_end milliseconds UTC · v, low, high · s state ·
  when, shown, bounds, coverage for the pointer.
The months' axis gets its ticks where it is drawn.
Parameters: begin, finish (milliseconds), lo, hi (the scales' ends), paper, ink.
"""

from __future__ import annotations

from ecotone.report.charts.activity import touching
from ecotone.report.charts.theme import TIP, Spec, Theme, hatch


def _y(field: str) -> Spec:
    return {
        "field": field,
        "type": "quantitative",
        "scale": {"domain": [{"expr": "lo"}, {"expr": "hi"}], "nice": False, "zero": False},
        "axis": {"title": None, "tickCount": 3, "format": "~s"},
    }


def _band(test: str, fill: object, opacity: float) -> Spec:
    """A column the height of the plot behind every month that passes a test."""
    return {
        "transform": [{"filter": test}],
        "mark": {"type": "rect", "fill": fill, "opacity": opacity},
        "encoding": {"x2": {"field": "t_end"}},
    }


def _line(calculate: str, dash: list[float] | None = None) -> Spec:
    return {
        "transform": [{"calculate": calculate, "as": "y"}],
        "mark": {
            "type": "line",
            "color": {"expr": "ink"},
            "strokeWidth": 1.8,
            "strokeDash": dash or [1, 0],
            "strokeJoin": "round",
        },
        "encoding": {"y": _y("y")},
    }


def _points() -> Spec:
    alone = "!isValid(datum.v_before) && !isValid(datum.v_after)"
    return {
        "transform": [
            {"filter": f"isValid(datum.v) && (datum.end || datum.s != 'w' || ({alone}))"},
            {"calculate": "datum.s == 'w' ? ink : paper", "as": "fill"},
        ],
        "mark": {"type": "point", "stroke": {"expr": "ink"}, "size": 22, "strokeWidth": 1.4, "opacity": 1},
        "encoding": {"y": _y("v"), "fill": {"field": "fill", "type": "nominal", "scale": None}},
    }


def _hover() -> Spec:
    """A full-height column a month that answers the pointer."""
    return {
        "mark": {"type": "rect", "fill": {"expr": "ink"}},
        "params": [
            {
                "name": "over",
                "select": {"type": "point", "on": "pointerover", "clear": "pointerout", "fields": ["t"]},
            }
        ],
        "encoding": {
            "x2": {"field": "t_end"},
            "opacity": {"condition": {"param": "over", "empty": False, "value": 0.12}, "value": 0},
            "tooltip": {"value": TIP},
        },
    }


def small(theme: Theme) -> Spec:
    """The specification without rows; width and parameters are filled in where it is drawn."""
    bounds: Spec = {
        "transform": [{"filter": "isValid(datum.low) && isValid(datum.high)"}],
        "mark": {"type": "area", "color": {"expr": "ink"}, "opacity": 0.18, "line": False},
        "encoding": {"y": _y("low"), "y2": {"field": "high"}},
    }
    return {
        "width": 280,
        "height": 110,
        "padding": {"left": 38, "right": 8, "top": 6, "bottom": 20},
        "autosize": {"type": "none"},
        "params": [
            {"name": "begin", "value": 0},
            {"name": "finish", "value": 1},
            {"name": "lo", "value": 0},
            {"name": "hi", "value": 1},
            {"name": "paper", "value": theme.paper},
            {"name": "ink", "value": theme.ink},
        ],
        "data": {"name": "rows"},
        "datasets": {"rows": []},
        "transform": [
            {
                "window": [
                    {"op": "lag", "field": "s", "as": "s_before"},
                    {"op": "lead", "field": "s", "as": "s_after"},
                    {"op": "lag", "field": "v", "as": "v_before"},
                    {"op": "lead", "field": "v", "as": "v_after"},
                ],
                "sort": [{"field": "t"}],
            }
        ],
        "encoding": {
            "x": {
                "field": "t",
                "type": "quantitative",
                "scale": {"nice": False, "zero": False, "domain": [{"expr": "begin"}, {"expr": "finish"}]},
                "axis": {"title": None, "values": [], "labelExpr": "utcFormat(datum.value, '%Y-%m')"},
            }
        },
        "layer": [
            _band("datum.s == 'n'", theme.muted, 0.28),
            _band("datum.s == 'd'", hatch(theme), 0.75),
            _band("datum.s == 'p'", theme.muted, 0.14),
            bounds,
            _line("datum.s == 'w' ? datum.v : null"),
            _line(touching("p"), [4, 3]),
            _line(touching("d"), [1.5, 3]),
            _points(),
            _hover(),
        ],
    }
