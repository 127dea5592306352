"""Stacked shares of organisations in a project, the unknown on top.

Rows (data set `rows`): t, t_end milliseconds UTC · y0, y1 (0..1) · c colour · s state · name, when, shown, coverage.
Rows (data set `damaged`): t, t_end.
"""

from __future__ import annotations

from typing import Final

from ecotone.report.charts.chart import MONTH_AXIS, Chart, complete_specification
from ecotone.report.charts.theme import ROW_TOOLTIP, Spec


def build_shares_chart() -> Spec:
    """The specification without rows."""
    return complete_specification(
        {
            "width": 760,
            "height": 240,
            "padding": {"left": 46, "right": 12, "top": 8, "bottom": 24},
            "encoding": {"x": MONTH_AXIS | {"field": "t"}, "x2": {"field": "t_end"}},
            "layer": [
                {
                    "mark": {"type": "rect", "stroke": {"expr": "paper"}, "strokeWidth": 0.6},
                    "encoding": {
                        "y": {
                            "field": "y0",
                            "type": "quantitative",
                            "scale": {"domain": [0, 1]},
                            "axis": {"title": None, "tickCount": 5, "format": "%"},
                        },
                        "y2": {"field": "y1"},
                        "fill": {"field": "c", "type": "nominal", "scale": None},
                        "opacity": {"condition": {"test": "datum.s == 'w'", "value": 1}, "value": 0.45},
                        "tooltip": {"value": ROW_TOOLTIP},
                    },
                },
                {
                    "data": {"name": "damaged"},
                    "mark": {"type": "rect", "fill": {"expr": "hatch"}, "opacity": 0.35, "tooltip": None},
                },
            ],
        },
        sets=("rows", "damaged"),
    )


SHARES: Final = Chart(name="shares", spec=build_shares_chart, month_axis="columns")
