"""Stacked columns by month, in the order of the rows.

Figure rows: month · name · v (a share of 1, or a count) · colour · optional s (coverage; drawn lighter unless w).
"""

from __future__ import annotations

from typing import Final, cast

from ecotone.report.charts.chart import MONTH_AXIS, Chart, complete_specification, value_axis
from ecotone.report.charts.theme import ROW_TOOLTIP, Spec


def _count_axis() -> Spec:
    """A value axis with integer ticks."""
    axis = value_axis("y0", ticks=5)
    return axis | {"axis": {**cast(Spec, axis["axis"]), "tickMinStep": 1}}


def build_stacked_chart() -> Spec:
    """The specification without rows."""
    parts: Spec = {"stack": "v", "groupby": ["t"], "as": ["y0", "y1"], "sort": [{"field": "i"}]}
    return complete_specification(
        {
            "width": 760,
            "height": 260,
            "padding": {"left": 46, "right": 24, "top": 10, "bottom": 26},
            "transform": [parts],
            "mark": {"type": "rect", "stroke": {"expr": "paper"}, "strokeWidth": 0.6},
            "encoding": {
                "x": MONTH_AXIS | {"field": "t"},
                "x2": {"field": "t_end"},
                "y": _count_axis(),
                "y2": {"field": "y1"},
                "fill": {"field": "c", "type": "nominal", "scale": None},
                "opacity": {"condition": {"test": "!datum.s || datum.s == 'w'", "value": 1}, "value": 0.45},
                "tooltip": {"value": ROW_TOOLTIP},
            },
        }
    )


STACK: Final = Chart(name="stack", spec=build_stacked_chart, range_field="y1", month_axis="columns")
