"""Scatter plot with two logarithmic axes.

Figure rows: name · across and v (both above 0) · colour · label, written on `side` of the dot, on a phone on `narrow`.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from ecotone.report.charts import dot_labels
from ecotone.report.charts.chart import Chart, complete_specification
from ecotone.report.charts.theme import ROW_TOOLTIP, Spec

HEIGHT: Final = 460
PADDING: Final = 24.0
WIDE: Final = 860.0
"""Plot width in pixels for which labels are placed."""
PHONE: Final = 230.0
NARROW: Final = 600
NUMBER: Final = "format(datum.value, datum.value < 10 ? '.3~r' : ',.4~r')"


def _log_axis(field: str) -> Spec:
    return {
        "field": field,
        "type": "quantitative",
        "scale": {"type": "log", "nice": False, "padding": PADDING},
        "axis": {"title": None, "labelExpr": NUMBER, "tickCount": 5, "grid": True},
    }


def scatter_label_sides(dots: Sequence[dot_labels.Dot]) -> list[dict[str, str | None]]:
    """For each dot (0 to 1 between the ends of the axes) the fields `side` and `narrow` (for phones)."""
    wide, narrow = (
        dot_labels.choose_label_sides(_inside_padding(dots, width), width, HEIGHT) for width in (WIDE, PHONE)
    )
    return [{"side": wide_side, "narrow": narrow_side} for wide_side, narrow_side in zip(wide, narrow, strict=True)]


def _inside_padding(dots: Sequence[dot_labels.Dot], width: float) -> list[dot_labels.Dot]:
    across, down = PADDING / width, PADDING / HEIGHT
    return [(name, across + x * (1 - 2 * across), down + y * (1 - 2 * down), radius) for name, x, y, radius in dots]


def build_scatter_chart() -> Spec:
    """The specification without rows."""
    return complete_specification(
        {
            "width": 760,
            "height": HEIGHT,
            "padding": {"left": 52, "right": 16, "top": 8, "bottom": 24},
            "encoding": {"x": _log_axis("across"), "y": _log_axis("v")},
            "layer": [
                {
                    "mark": {"type": "circle", "size": 90, "opacity": 0.95},
                    "encoding": {
                        "color": {"field": "c", "type": "nominal", "scale": None},
                        "tooltip": {"value": ROW_TOOLTIP},
                    },
                },
                *dot_labels.dot_label_layers("8", {}, NARROW),
            ],
        }
    )


SCATTER: Final = Chart(name="scatter", spec=build_scatter_chart)
