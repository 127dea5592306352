"""Projects as dots on a map, tied by lines; areas may lie behind them.

Figure rows: mark `tie` (x, y, x2, y2, w) · `dot` (x, y, size, colour, name, label, side) · `area` (x, y, size, name).
Places run from 0 to 1, y downwards; sizes from 0 to 1. `label` is written on the `side` (start, end) of a dot.
"""

from __future__ import annotations

from typing import Final

from ecotone.report.charts.chart import Chart, whole
from ecotone.report.charts.theme import TIP, Spec

HEIGHT: Final = 620
MARGIN: Final = 0.04


def _place(field: str, *, down: bool = False) -> Spec:
    ends = [-MARGIN, 1 + MARGIN]
    return {
        "field": field,
        "type": "quantitative",
        "scale": {"domain": ends, "nice": False, "zero": False, "reverse": down},
        "axis": None,
    }


def _only(mark: str) -> list[Spec]:
    return [{"filter": f"datum.mark == '{mark}'"}]


def _labels(side: str) -> Spec:
    step = 1 if side == "start" else -1
    return {
        "transform": [{"filter": f"datum.mark == 'dot' && datum.label && datum.side == '{side}'"}],
        "mark": {
            "type": "text",
            "align": "left" if step > 0 else "right",
            "baseline": "middle",
            "dx": {"expr": f"{step} * (5 + 11 * sqrt(datum.size))"},
            "fontSize": 10.5,
            "color": {"expr": "ink"},
        },
        "encoding": {
            "x": _place("x"),
            "y": _place("y", down=True),
            "text": {"field": "label", "type": "nominal"},
        },
    }


def network() -> Spec:
    """The specification without rows."""
    return whole(
        {
            "width": 760,
            "height": HEIGHT,
            "padding": {"left": 8, "right": 8, "top": 8, "bottom": 8},
            "layer": [
                {
                    "transform": _only("tie"),
                    "mark": {"type": "rule", "color": {"expr": "quiet"}, "opacity": 0.32},
                    "encoding": {
                        "x": _place("x"),
                        "y": _place("y", down=True),
                        "x2": {"field": "x2"},
                        "y2": {"field": "y2"},
                        "strokeWidth": {
                            "field": "w",
                            "type": "quantitative",
                            "scale": {"domain": [0, 1], "range": [0.5, 4]},
                            "legend": None,
                        },
                    },
                },
                {
                    "transform": _only("dot"),
                    "mark": {"type": "circle", "opacity": 0.95, "stroke": {"expr": "paper"}, "strokeWidth": 1.2},
                    "encoding": {
                        "x": _place("x"),
                        "y": _place("y", down=True),
                        "size": {
                            "field": "size",
                            "type": "quantitative",
                            "scale": {"domain": [0, 1], "range": [50, 700]},
                            "legend": None,
                        },
                        "color": {"field": "c", "type": "nominal", "scale": None},
                        "tooltip": {"value": TIP},
                    },
                },
                _labels("start"),
                _labels("end"),
            ],
        }
    )


NETWORK: Final = Chart(name="network", spec=network)
