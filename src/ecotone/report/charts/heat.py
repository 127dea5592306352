"""Heat map of a matrix.

Figure rows: name (row) · other (column) · v. Rows and columns are in order of first appearance.
"""

from __future__ import annotations

from typing import Final

from ecotone.report.charts.chart import Chart, complete_specification
from ecotone.report.charts.theme import ROW_TOOLTIP, Spec

ROW: Final = 26  # pixels per row
COLUMN: Final = 18  # minimum pixels per column, so that column labels do not overlap


def _matrix_axes() -> Spec:
    return {
        "x": {
            "field": "other",
            "type": "nominal",
            "sort": None,
            "axis": {
                "orient": "top",
                "title": None,
                "labelAngle": -60,
                "labelAlign": "left",
                "labelLimit": 140,
                "ticks": False,
                "domain": False,
                "labelOverlap": False,
            },
        },
        "y": {
            "field": "name",
            "type": "nominal",
            "sort": None,
            "axis": {"title": None, "labelLimit": 140, "ticks": False, "domain": False},
        },
    }


def _cell_layer() -> Spec:
    return {
        "mark": {"type": "rect", "invalid": None, "stroke": {"expr": "paper"}, "strokeWidth": 1.5, "cornerRadius": 2},
        "encoding": {
            "color": {
                "field": "v",
                "type": "quantitative",
                "legend": None,
                "scale": {
                    "type": "sqrt",
                    "domain": [0, {"expr": "hi"}],
                    "range": [{"expr": "faint"}, {"expr": "eco"}],
                },
            },
            "tooltip": {"value": ROW_TOOLTIP},
        },
    }


def _value_text_layer() -> Spec:
    return {
        # a number that does not fit its cell is in the table and in the tooltip
        "mark": {"type": "text", "fontSize": 10, "opacity": {"expr": "bandwidth('x') < 28 ? 0 : 1"}},
        "encoding": {
            "text": {"field": "shown", "type": "nominal"},
            "color": {
                "condition": {"test": "datum.v > hi * 0.45", "value": {"expr": "paper"}},
                "value": {"expr": "ink"},
            },
        },
    }


def build_heat_map() -> Spec:
    """The specification without rows; its height depends on the number of rows."""
    return complete_specification(
        {
            "width": 760,
            "height": {"step": ROW},
            "padding": {"left": 150, "right": 56, "top": 128, "bottom": 8},
            "encoding": _matrix_axes(),
            "layer": [_cell_layer(), _value_text_layer()],
        }
    )


HEAT: Final = Chart(name="heat", spec=build_heat_map, range_field="v", column_width=COLUMN)
