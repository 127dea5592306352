"""Network diagram: projects as dots, linked by lines.

Figure rows: mark `tie` (x, y, x2, y2, w) · `dot` (x, y, size, colour, name, label, side, narrow).
Positions are from 0 to 1, y downwards; sizes from 0 to 1. `label` is written on `side`, on a phone on `narrow`.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from ecotone.report.charts import dot_labels
from ecotone.report.charts.chart import Chart, complete_specification
from ecotone.report.charts.theme import ROW_TOOLTIP, Spec

HEIGHT: Final = 620
MARGIN: Final = 0.04
WIDE: Final = 860.0
"""Chart width in pixels for which labels are placed."""
PHONE: Final = 300.0
NARROW: Final = 640
RADIUS: Final = "5 + 11 * sqrt(datum.size)"


def _position_axis(field: str, *, down: bool = False) -> Spec:
    ends = [-MARGIN, 1 + MARGIN]
    return {
        "field": field,
        "type": "quantitative",
        "scale": {"domain": ends, "nice": False, "zero": False, "reverse": down},
        "axis": None,
    }


def _mark_filter(mark: str) -> list[Spec]:
    return [{"filter": f"datum.mark == '{mark}'"}]


def network_label_sides(dots: Sequence[dot_labels.Dot]) -> list[dict[str, str | None]]:
    """For each dot the fields `side` and `narrow` (for phones)."""
    inner = [(name, (x + MARGIN) / (1 + 2 * MARGIN), (y + MARGIN) / (1 + 2 * MARGIN), r) for name, x, y, r in dots]
    wide, narrow = (dot_labels.choose_label_sides(inner, width, HEIGHT) for width in (WIDE, PHONE))
    return [{"side": wide_side, "narrow": narrow_side} for wide_side, narrow_side in zip(wide, narrow, strict=True)]


def build_network_chart() -> Spec:
    """The specification without rows."""
    return complete_specification(
        {
            "width": 760,
            "height": HEIGHT,
            "padding": {"left": 8, "right": 8, "top": 8, "bottom": 8},
            "layer": [
                {
                    "transform": _mark_filter("tie"),
                    "mark": {"type": "rule", "color": {"expr": "quiet"}, "opacity": 0.32},
                    "encoding": {
                        "x": _position_axis("x"),
                        "y": _position_axis("y", down=True),
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
                    "transform": _mark_filter("dot"),
                    "mark": {"type": "circle", "opacity": 0.95, "stroke": {"expr": "paper"}, "strokeWidth": 1.2},
                    "encoding": {
                        "x": _position_axis("x"),
                        "y": _position_axis("y", down=True),
                        "size": {
                            "field": "size",
                            "type": "quantitative",
                            "scale": {"domain": [0, 1], "range": [50, 700]},
                            "legend": None,
                        },
                        "color": {"field": "c", "type": "nominal", "scale": None},
                        "tooltip": {"value": ROW_TOOLTIP},
                    },
                },
                *dot_labels.dot_label_layers(
                    RADIUS,
                    {"x": _position_axis("x"), "y": _position_axis("y", down=True)},
                    NARROW,
                    "datum.mark == 'dot'",
                ),
            ],
        }
    )


NETWORK: Final = Chart(name="network", spec=build_network_chart)
