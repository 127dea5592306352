"""Curves through time, named where they end, with their coverage drawn.

Figure rows (chart `lines`), one a curve and step, curves in drawing order, steps in time order:
  name · month · v value or None · optional: s coverage (w p d n; w if left out) · low, high bounds ·
  colour · f weight (2 the one that matters most, 1 in colour, 0 context without a name; 1 if left out) ·
  tag (its label)
and one of a curve that is off the scale: name · month and v of its peak · colour · away, away_short (what it says)

They become drawn rows (charts/rows.py; `curve` in assets/figure.js):
  k curve's key · name · t · v · s · c colour · w line width · f · low, high ·
  y, yp, yd  the value where it is part of the solid, the dashed (in part) and the dotted (damaged) line; a piece of the
             latter two ends with None, and elsewhere they are absent ·
  dot draw a point · end on a curve's last value · named on the value its label stands beside, the last of a whole
  month if any · tag label text
`rows`, `part` and `damaged` get a row a curve with c, w and `path`, its solid, dashed and dotted line in pixels;
`dots` and `band` get those rows that have a point or bounds (`sets` in charts/rows.py and assets/figure.js).
Rows (data set `labels`, see charts/labels.py): such a row with x0, y0 · x, y in pixels · text · line.
Rows (data set `away`): t · text · align, of a leader that is not on the scale.
"""

from __future__ import annotations

from typing import Final, cast

from ecotone.report.charts.chart import MONTHS, Chart, parameters, values, whole
from ecotone.report.charts.theme import Spec

PADDING: Final = {"left": 52, "right": 150, "top": 26, "bottom": 26}
SETS: Final = ("rows", "part", "damaged", "dots", "band", "labels", "away")

_RAW: Final[Spec] = {"type": "quantitative", "scale": None, "axis": None}  # pixels
_PIXELS: Final = 4  # the size at which a shape's coordinates are pixels: its root is twice their unit
_INK: Final[Spec] = {"field": "c", "type": "nominal", "scale": None}


def _band() -> Spec:
    """The range that the unknown leaves open."""
    return {
        "data": {"name": "band"},
        "mark": {"type": "area", "opacity": 0.13, "line": False},
        "encoding": {
            "y": values("low"),
            "y2": {"field": "high"},
            "detail": {"field": "k", "type": "nominal"},
            "color": _INK,
        },
    }


def _line(rows: str, dash: list[float] | None = None, *, faint: bool = False) -> Spec:
    """Whole curves as shapes, one mark a curve: a mark a month takes ten times as long to draw again."""
    mark: Spec = {"type": "point", "filled": False, "size": _PIXELS, "strokeJoin": "round", "strokeCap": "butt"}
    return {
        "data": {"name": rows},
        "mark": mark | ({"strokeDash": dash} if dash else {"strokeCap": "round"}),
        "encoding": {
            "x": {"value": 0},
            "y": {"value": 0},
            "shape": {"field": "path", "type": "nominal", "scale": None},
            "stroke": _INK,
            "strokeWidth": {"value": 1.2} if faint else {"field": "w", "type": "quantitative", "scale": None},
            "opacity": {"value": 0.6 if faint else 1},
        },
    }


def _points() -> Spec:
    """Ends, months in part (hollow), damaged months (crosses) and values without neighbours."""
    return {
        "data": {"name": "dots"},
        "transform": [
            {"calculate": "datum.s == 'w' ? datum.c : paper", "as": "fill"},
            {"calculate": "datum.s == 'd' ? 'cross' : 'circle'", "as": "shape"},
            {"calculate": "datum.end && datum.f ? 36 : 14", "as": "size"},
        ],
        "mark": {"type": "point", "strokeWidth": 1.4, "opacity": 1},
        "encoding": {
            "y": values("v"),
            "stroke": _INK,
            "fill": {"field": "fill", "type": "nominal", "scale": None},
            "shape": {"field": "shape", "type": "nominal", "scale": None},
            "size": {"field": "size", "type": "quantitative", "scale": None},
        },
    }


def _labels() -> list[Spec]:
    """Names beside the ends of the curves in colour, on a rim of paper so that curves behind do not disturb them."""
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
    return [hairline, _names(rim), _names({})]


def _names(style: Spec) -> Spec:
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


def _away() -> list[Spec]:
    """The arrow at the top edge that says where the hidden leader would be."""
    arrow: Spec = {
        "data": {"name": "away"},
        "mark": {"type": "point", "shape": "triangle-up", "filled": True, "size": 70, "opacity": 1},
        "encoding": {"y": {"value": -4}, "color": _INK},
    }
    return [arrow, _away_text("left", 9), _away_text("right", -9)]


def _away_text(side: str, shift: int) -> Spec:
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


def layers() -> list[Spec]:
    """The chart's layers from the back to the front."""
    return [
        _band(),
        _line("rows"),
        _line("part", [4, 3], faint=True),  # a month in part says little; it must not look like a fall
        _line("damaged", [1.5, 3]),
        _points(),
        *_labels(),
        *_away(),
    ]


def curves(*, height: int = 440) -> Spec:
    """The specification without rows."""
    return whole(
        {
            "width": 760,
            "height": height,
            "padding": dict(PADDING),
            "encoding": {"x": MONTHS | {"field": "t"}},
            "layer": layers(),
        },
        sets=SETS,
    )


def logarithmic() -> Spec:
    """The same on a logarithmic scale."""
    spec = curves()
    for layer in cast("list[dict[str, Spec]]", spec["layer"]):
        y = cast(Spec, layer["encoding"].get("y", {}))
        if isinstance(scale := y.get("scale"), dict):
            y["scale"] = {"type": "log", "base": 10, "domain": scale["domain"], "nice": False}
            y["axis"] = cast(Spec, y["axis"]) | {"values": {"expr": "rungs"}}
    return spec | {"params": parameters(spec)}


def lines() -> Spec:
    """A lower chart for fewer curves."""
    return curves(height=300)


CURVES: Final = Chart(name="curves", spec=curves, range="v", month="points", curves=True)
LOGARITHMIC: Final = Chart(name="curves-log", spec=logarithmic, range="v", month="points", curves=True)
LINES: Final = Chart(name="lines", spec=lines, range="v", month="points", curves=True)
