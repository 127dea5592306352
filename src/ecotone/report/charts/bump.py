"""Bump chart: ranks over time.

Figure rows, one per project and step: name · month · rank (1 is first) · colour · f (1 highlighted, 0 context) ·
end (true on the last rank, which is labelled) · tag (label).
"""

from __future__ import annotations

from typing import Final

from ecotone.report.charts.chart import MONTH_AXIS, Chart, complete_specification
from ecotone.report.charts.theme import ROW_TOOLTIP, Spec

ROW: Final = 26  # pixels between ranks

_INK: Final[Spec] = {"field": "c", "type": "nominal", "scale": None}
_ROOM: Final = "width < 560 ? 92 : 140"  # maximum label width in pixels


def build_bump_chart() -> Spec:
    """The specification without rows; ranks from `lo` to `hi`, the first on top."""
    y: Spec = {
        "field": "rank",
        "type": "quantitative",
        "scale": {"domain": [{"expr": "hi + 0.5"}, {"expr": "0.5"}], "nice": False, "zero": False},
        "axis": {
            "title": None,
            "values": {"expr": "sequence(1, hi + 1)"},
            "labelExpr": "format(datum.value, 'd')",
            "grid": False,
            "ticks": False,
            "offset": 12,
        },
    }
    curve: Spec = {
        "mark": {"type": "line", "interpolate": "monotone", "strokeJoin": "round", "strokeCap": "round"},
        "encoding": {
            "y": y,
            "detail": {"field": "name", "type": "nominal"},
            "color": _INK,
            "strokeWidth": {"condition": {"test": "datum.f > 0", "value": 2.6}, "value": 1.3},
        },
    }
    point: Spec = {
        "transform": [{"calculate": "datum.f ? 46 : 18", "as": "size"}],
        "mark": {"type": "point", "filled": True, "opacity": 1, "stroke": {"expr": "paper"}},
        "encoding": {
            "y": y,
            "color": _INK,
            "size": {"field": "size", "type": "quantitative", "scale": None},
            "tooltip": {"value": ROW_TOOLTIP},
        },
    }
    paper: Spec = {"expr": "paper"}
    rim: Spec = {"fill": paper, "stroke": paper, "strokeWidth": 4, "strokeJoin": "round", "opacity": 0.9}
    return complete_specification(
        {
            "width": 760,
            "height": 12 * ROW,
            "padding": {"left": 40, "right": 150, "top": 8, "bottom": 26},
            "encoding": {"x": MONTH_AXIS | {"field": "t"}},
            "layer": [curve, point, _end_label_layer(y, rim), _end_label_layer(y, {})],
        }
    )


def _end_label_layer(y: Spec, style: Spec) -> Spec:
    """The label at the end of a curve; with `style`, its outline."""
    ink: Spec = {
        "condition": {"test": "datum.f > 0", "field": "c", "type": "nominal", "scale": None},
        "value": {"expr": "quiet"},
    }
    return {
        "transform": [{"filter": "datum.end"}],
        "mark": {
            "type": "text",
            "align": "left",
            "baseline": "middle",
            "dx": 9,
            "fontSize": 11,
            "limit": {"expr": _ROOM},
        }
        | style,
        "encoding": {"y": y, "text": {"field": "tag", "type": "nominal"}} | ({} if style else {"color": ink}),
    }


BUMP: Final = Chart(name="bump", spec=build_bump_chart, range_field="rank", month_axis="points", row_height=ROW)
