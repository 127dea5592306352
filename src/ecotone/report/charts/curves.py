"""Line charts of time series with labels at the ends and coverage.

Figure rows (chart `build_figure_line_chart`), one per curve and step, in drawing and time order:
  name · month · v value or None · optional: s coverage (w p d n; default w) · low, high bounds ·
  colour · f emphasis (2 highest, 1 highlighted, 0 context without label; default 1) · tag (label)
and one row per off-scale curve: name · month and v of its peak · colour · away, away_short (its message)

They become drawn rows (charts/drawn_rows.py; `curveRows` in assets/figure.js):
  k key of the curve · name · t · v · s · c colour · w line width · f · low, high ·
  y, yp, yd  value of the solid, the dashed (partial) and the dotted (damaged) line; a segment of the latter two ends
             with None, elsewhere they are absent ·
  dot draw a point · end the last value of a curve · named the value next to the label, the last of a whole month
  if any · tag label
`split_drawn_rows` and `splitRows` (assets/figure.js) fill the data sets: `rows`, `part` and `damaged` get one row per
curve with c, w and `path` (its solid, dashed and dotted line in pixels), `dots` and `band` rows with a point or bounds.
Rows of the data set `labels` (see charts/line_labels.py): a drawn row with x0, y0 · x, y in pixels · text · line.
Rows of the data set `away`: t · text · align, of an off-scale curve.
"""

from __future__ import annotations

from typing import Final, cast

from ecotone.report.charts.chart import MONTH_AXIS, Chart, complete_specification, used_parameters, value_axis
from ecotone.report.charts.theme import Spec

PADDING: Final = {"left": 52, "right": 150, "top": 26, "bottom": 26}
SETS: Final = ("rows", "part", "damaged", "dots", "band", "labels", "away")

_RAW: Final[Spec] = {"type": "quantitative", "scale": None, "axis": None}  # pixels
_PIXELS: Final = 4  # at this mark size, coordinates of a shape are pixels
_INK: Final[Spec] = {"field": "c", "type": "nominal", "scale": None}


def _bounds_band_layer() -> Spec:
    """The band between low and high bounds."""
    return {
        "data": {"name": "band"},
        "mark": {"type": "area", "opacity": 0.13, "line": False},
        "encoding": {
            "y": value_axis("low"),
            "y2": {"field": "high"},
            "detail": {"field": "k", "type": "nominal"},
            "color": _INK,
        },
    }


def _line_layer(rows: str, dash: list[float] | None = None, *, faint: bool = False) -> Spec:
    """Curves as shapes: one mark per curve is redrawn ten times faster than one mark per month."""
    mark: Spec = {"type": "point", "filled": False, "size": _PIXELS, "strokeJoin": "round", "strokeCap": "butt"}
    grey: Spec = {"stroke": {"expr": "quiet"}} if faint else {}
    return {
        "data": {"name": rows},
        "mark": mark | ({"strokeDash": dash} if dash else {"strokeCap": "round"}) | grey,
        "encoding": {
            "x": {"value": 0},
            "y": {"value": 0},
            "shape": {"field": "path", "type": "nominal", "scale": None},
            **({} if faint else {"stroke": _INK}),
            "strokeWidth": {"value": 1.2} if faint else {"field": "w", "type": "quantitative", "scale": None},
            "opacity": {"value": 0.6 if faint else 1},
        },
    }


def _point_layer() -> Spec:
    """Points of ends, partial months (hollow), damaged months (crosses) and isolated values."""
    return {
        "data": {"name": "dots"},
        "transform": [
            {"calculate": "datum.s == 'w' ? datum.c : paper", "as": "fill"},
            {"calculate": "datum.s == 'p' ? quiet : datum.c", "as": "rim"},
            {"calculate": "datum.s == 'd' ? 'cross' : 'circle'", "as": "shape"},
            {"calculate": "datum.end && datum.f ? 36 : 14", "as": "size"},
        ],
        "mark": {"type": "point", "strokeWidth": 1.4, "opacity": 1},
        "encoding": {
            "y": value_axis("v"),
            "stroke": _INK | {"field": "rim"},
            "fill": {"field": "fill", "type": "nominal", "scale": None},
            "shape": {"field": "shape", "type": "nominal", "scale": None},
            "size": {"field": "size", "type": "quantitative", "scale": None},
        },
    }


def _label_layers() -> list[Spec]:
    """Labels of the highlighted curves, with an outline in the background colour."""
    hairline: Spec = {
        "data": {"name": "labels"},
        "transform": [{"filter": "datum.line"}],
        "mark": {"type": "rule", "strokeWidth": 0.8, "opacity": 0.7},
        "encoding": {
            "x": _RAW | {"field": "x0"},
            "y": _RAW | {"field": "y0"},
            "x2": {"field": "x"},
            "y2": {"field": "y"},
            "color": _INK,
        },
    }
    paper: Spec = {"expr": "paper"}
    rim: Spec = {"fill": paper, "stroke": paper, "strokeWidth": 4, "strokeJoin": "round", "opacity": 0.9}
    return [hairline, _label_text_layer(rim), _label_text_layer({})]


def _label_text_layer(style: Spec) -> Spec:
    plain: Spec = {"type": "text", "align": "left", "baseline": "middle", "fontSize": 11, "fontWeight": "bold"}
    return {
        "data": {"name": "labels"},
        "mark": plain | style,
        "encoding": {
            "x": _RAW | {"field": "x"},
            "y": _RAW | {"field": "y"},
            "text": {"field": "text", "type": "nominal"},
        }
        | ({} if style else {"color": _INK}),
    }


def _off_scale_layers() -> list[Spec]:
    """The arrow at the top edge that marks an off-scale curve."""
    arrow: Spec = {
        "data": {"name": "away"},
        "mark": {"type": "point", "shape": "triangle-up", "filled": True, "size": 70, "opacity": 1},
        "encoding": {"y": {"value": -4}, "color": _INK},
    }
    return [arrow, _off_scale_text_layer("left", 9), _off_scale_text_layer("right", -9)]


def _off_scale_text_layer(side: str, shift: int) -> Spec:
    return {
        "data": {"name": "away"},
        "transform": [{"filter": f"datum.align == '{side}'"}],
        "mark": {
            "type": "text",
            "align": side,
            "baseline": "middle",
            "dx": shift,
            "fontSize": 11.5,
            "fontWeight": "bold",
        },
        "encoding": {
            "y": {"value": -5},
            "text": {"field": "text", "type": "nominal"},
            "color": _INK,
        },
    }


def curve_layers() -> list[Spec]:
    """Layers of the chart from back to front."""
    return [
        _bounds_band_layer(),
        _line_layer("rows"),
        _line_layer("part", [4, 3], faint=True),  # a partial month must not look like a decline
        _line_layer("damaged", [1.5, 3]),
        _point_layer(),
        *_label_layers(),
        *_off_scale_layers(),
    ]


def build_line_chart(*, height: int = 440) -> Spec:
    """The specification without rows."""
    return complete_specification(
        {
            "width": 760,
            "height": height,
            "padding": dict(PADDING),
            "encoding": {"x": MONTH_AXIS | {"field": "t"}},
            "layer": curve_layers(),
        },
        sets=SETS,
    )


def build_log_line_chart() -> Spec:
    """The specification with a logarithmic scale."""
    spec = build_line_chart()
    for layer in cast("list[dict[str, Spec]]", spec["layer"]):
        y = cast(Spec, layer["encoding"].get("y", {}))
        if isinstance(scale := y.get("scale"), dict):
            y["scale"] = {"type": "log", "base": 10, "domain": scale["domain"], "nice": False}
            y["axis"] = cast(Spec, y["axis"]) | {"values": {"expr": "rungs"}}
    return spec | {"params": used_parameters(spec)}


def build_figure_line_chart() -> Spec:
    """A lower chart for figures."""
    return build_line_chart(height=300)


CURVES: Final = Chart(name="curves", spec=build_line_chart, range_field="v", month_axis="points", curves=True)
LOGARITHMIC: Final = Chart(
    name="curves-log", spec=build_log_line_chart, range_field="v", month_axis="points", curves=True
)
LINES: Final = Chart(name="lines", spec=build_figure_line_chart, range_field="v", month_axis="points", curves=True)
