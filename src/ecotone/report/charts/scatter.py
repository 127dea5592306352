"""Scatter plot with two logarithmic axes.

Figure rows: name · across and v (both above 0) · colour · label, written on `side` of the dot, on a phone on `narrow`.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from ecotone.report.charts import names
from ecotone.report.charts.chart import Chart, whole
from ecotone.report.charts.theme import TIP, Spec

HEIGHT: Final = 460
PADDING: Final = 24.0
WIDE: Final = 860.0
"""Plot width in pixels for which labels are placed."""
PHONE: Final = 230.0
NARROW: Final = 600
NUMBER: Final = "format(datum.value, datum.value < 10 ? '.3~r' : ',.4~r')"


def _axis(field: str) -> Spec:
    return {
        "field": field,
        "type": "quantitative",
        "scale": {"type": "log", "nice": False, "padding": PADDING},
        "axis": {"title": None, "labelExpr": NUMBER, "tickCount": 5, "grid": True},
    }


def sides(dots: Sequence[names.Dot]) -> list[dict[str, str | None]]:
    """For each dot (0 to 1 between the ends of the axes) the fields `side` and `narrow` (for phones)."""
    wide, narrow = (names.sides(_inner(dots, width), width, HEIGHT) for width in (WIDE, PHONE))
    return [{"side": one, "narrow": other} for one, other in zip(wide, narrow, strict=True)]


def _inner(dots: Sequence[names.Dot], width: float) -> list[names.Dot]:
    across, down = PADDING / width, PADDING / HEIGHT
    return [(name, across + x * (1 - 2 * across), down + y * (1 - 2 * down), radius) for name, x, y, radius in dots]


def scatter() -> Spec:
    """The specification without rows."""
    return whole(
        {
            "width": 760,
            "height": HEIGHT,
            "padding": {"left": 52, "right": 16, "top": 8, "bottom": 24},
            "encoding": {"x": _axis("across"), "y": _axis("v")},
            "layer": [
                {
                    "mark": {"type": "circle", "size": 90, "opacity": 0.95},
                    "encoding": {
                        "color": {"field": "c", "type": "nominal", "scale": None},
                        "tooltip": {"value": TIP},
                    },
                },
                *names.labels("8", {}, NARROW),
            ],
        }
    )


SCATTER: Final = Chart(name="scatter", spec=scatter)
