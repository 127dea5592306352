"""Bars in the order of the rows, labelled with their values.

Figure rows: name · v · colour · optional low, high (a whisker) and text (written instead of the value).
"""

from __future__ import annotations

from typing import Final

from ecotone.report.charts.chart import NUMBER_LABEL, Chart, complete_specification
from ecotone.report.charts.theme import ROW_TOOLTIP, Spec

ROW: Final = 24  # pixels per bar


def build_bar_chart() -> Spec:
    """The specification without rows; its height depends on the number of rows."""
    y: Spec = {
        "field": "name",
        "type": "nominal",
        "sort": None,
        "axis": {"title": None, "ticks": False, "domain": False, "labelLimit": 150, "labelPadding": 8},
    }
    x: Spec = {
        "field": "v",
        "type": "quantitative",
        "scale": {"domain": [0, {"expr": "hi"}], "nice": False},
        "axis": {"title": None, "tickCount": 4, "labelExpr": NUMBER_LABEL, "grid": True},
    }
    whisker: Spec = {
        "transform": [{"filter": "isValid(datum.low) && isValid(datum.high)"}],
        "mark": {"type": "rule", "color": {"expr": "ink"}, "strokeWidth": 1.2},
        "encoding": {"x": x | {"field": "low"}, "x2": {"field": "high"}},
    }
    return complete_specification(
        {
            "width": 760,
            "height": {"step": ROW},
            "padding": {"left": 166, "right": 70, "top": 4, "bottom": 24},
            "encoding": {"y": y},
            "layer": [
                {
                    "mark": {"type": "bar", "height": {"band": 0.68}, "cornerRadiusEnd": 2},
                    "encoding": {
                        "x": x,
                        "color": {"field": "c", "type": "nominal", "scale": None},
                        "tooltip": {"value": ROW_TOOLTIP},
                    },
                },
                whisker,
                {
                    "mark": {"type": "text", "align": "left", "dx": 6, "fontSize": 11, "color": {"expr": "quiet"}},
                    "encoding": {
                        "x": x | {"field": "reach"},
                        "text": {"field": "shown", "type": "nominal"},
                    },
                },
            ],
        }
    )


BARS: Final = Chart(name="bars", spec=build_bar_chart, range_field="v")
