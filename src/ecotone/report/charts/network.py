"""Network diagram: projects as dots, linked by lines.

Figure rows: mark `tie` (x, y, x2, y2, w) · `dot` (x, y, size, colour, name, label, side, narrow).
Positions are from 0 to 1, y downwards; sizes from 0 to 1. `label` is written on `side`, on a phone on `narrow`.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from ecotone.report.charts import names
from ecotone.report.charts.chart import Chart, whole
from ecotone.report.charts.theme import TIP, Spec

HEIGHT: Final = 620
MARGIN: Final = 0.04
WIDE: Final = 860.0
"""Chart width in pixels for which labels are placed."""
PHONE: Final = 300.0
NARROW: Final = 640
RADIUS: Final = "5 + 11 * sqrt(datum.size)"


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


def sides(dots: Sequence[names.Dot]) -> list[dict[str, str | None]]:
    """For each dot the fields `side` and `narrow` (for phones)."""
    inner = [(name, (x + MARGIN) / (1 + 2 * MARGIN), (y + MARGIN) / (1 + 2 * MARGIN), r) for name, x, y, r in dots]
    wide, narrow = (names.sides(inner, width, HEIGHT) for width in (WIDE, PHONE))
    return [{"side": one, "narrow": other} for one, other in zip(wide, narrow, strict=True)]


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
                *names.labels(RADIUS, {"x": _place("x"), "y": _place("y", down=True)}, NARROW, "datum.mark == 'dot'"),
            ],
        }
    )


NETWORK: Final = Chart(name="network", spec=network)
