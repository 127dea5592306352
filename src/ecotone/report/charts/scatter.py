"""Dots on two axes, both by logarithm.

Figure rows: name · across · v · colour · label, written beside the dot on its `side` (start, end); both values above 0.
"""

from __future__ import annotations

from typing import Final

from ecotone.report.charts.chart import Chart, whole
from ecotone.report.charts.theme import TIP, Spec

HEIGHT: Final = 460
NUMBER: Final = "format(datum.value, datum.value < 10 ? '.3~r' : ',.4~r')"


def _axis(field: str) -> Spec:
    return {
        "field": field,
        "type": "quantitative",
        "scale": {"type": "log", "nice": False, "padding": 24},
        "axis": {"title": None, "labelExpr": NUMBER, "tickCount": 5, "grid": True},
    }


def _labels(side: str) -> Spec:
    step = 1 if side == "start" else -1
    return {
        "transform": [{"filter": f"datum.label && datum.side == '{side}'"}],
        "mark": {
            "type": "text",
            "align": "left" if step > 0 else "right",
            "baseline": "middle",
            "dx": 8 * step,
            "fontSize": 10.5,
            "color": {"expr": "ink"},
        },
        "encoding": {"text": {"field": "label", "type": "nominal"}},
    }


def scatter() -> Spec:
    """The specification without rows."""
    return whole(
        {
            "width": 760,
            "height": HEIGHT,
            "padding": {"left": 52, "right": 96, "top": 8, "bottom": 24},
            "encoding": {"x": _axis("across"), "y": _axis("v")},
            "layer": [
                {
                    "mark": {"type": "circle", "size": 90, "opacity": 0.95},
                    "encoding": {
                        "color": {"field": "c", "type": "nominal", "scale": None},
                        "tooltip": {"value": TIP},
                    },
                },
                _labels("start"),
                _labels("end"),
            ],
        }
    )


SCATTER: Final = Chart(name="scatter", spec=scatter)
