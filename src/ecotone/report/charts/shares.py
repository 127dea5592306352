"""Organisations' shares of a project, stacked to the whole, the unknown on top.

Rows (data set `rows`): t, t_end milliseconds UTC · y0, y1 (0..1) · c colour · s state · name, when, shown, coverage.
Rows (data set `damaged`): t, t_end.
The months' axis gets its ticks where it is drawn. Parameters: begin, finish (milliseconds).
"""

from __future__ import annotations

from ecotone.report.charts.theme import TIP, Spec, Theme, hatch


def shares(theme: Theme) -> Spec:
    """The specification without rows; width and colours are filled in where it is drawn."""
    return {
        "width": 760,
        "height": 240,
        "padding": {"left": 46, "right": 12, "top": 8, "bottom": 24},
        "autosize": {"type": "none"},
        "params": [{"name": "begin", "value": 0}, {"name": "finish", "value": 1}],
        "data": {"name": "rows"},
        "datasets": {"rows": [], "damaged": []},
        "encoding": {
            "x": {
                "field": "t",
                "type": "quantitative",
                "scale": {"nice": False, "zero": False, "domain": [{"expr": "begin"}, {"expr": "finish"}]},
                "axis": {"title": None, "values": [], "labelExpr": "utcFormat(datum.value, '%Y-%m')"},
            },
            "x2": {"field": "t_end"},
        },
        "layer": [
            {
                "mark": {"type": "rect", "stroke": theme.paper, "strokeWidth": 0.6},
                "encoding": {
                    "y": {
                        "field": "y0",
                        "type": "quantitative",
                        "scale": {"domain": [0, 1]},
                        "axis": {"title": None, "tickCount": 5, "format": "%"},
                    },
                    "y2": {"field": "y1"},
                    "fill": {"field": "c", "type": "nominal", "scale": None},
                    "opacity": {
                        "condition": {"test": "datum.s == 'w'", "value": 1},
                        "value": 0.45,
                    },
                    "tooltip": {"value": TIP},
                },
            },
            {
                "data": {"name": "damaged"},
                "mark": {"type": "rect", "fill": hatch(theme), "opacity": 0.35, "tooltip": None},
            },
        ],
    }
