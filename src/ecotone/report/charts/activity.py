"""The chart of a field: one curve a project, labelled where it ends, with its coverage drawn.

Rows (data set `rows`), one a project and step, in drawing order:
  k project's key · name · t milliseconds UTC · v value or null · s state (w p d n) · c colour · w line width ·
  o opacity · f weight (2 riser, 1 in colour, 0 context, which has no label) ·
  end true on a project's last value ·
  named true on the value its label stands beside, the last of a whole month if any · tag label text
Rows (data set `labels`, see charts/labels.py): such a row with x0, y0 · x, y in pixels · text · line.
Rows (data set `away`): t · text · align, of a leader that is not on the scale.
Parameters: begin, finish (milliseconds), lo, hi (the scales' ends), paper.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from ecotone.report.charts.theme import TIP, Spec

PADDING: Final = {"left": 52, "right": 150, "top": 26, "bottom": 26}

_RAW: Final[Spec] = {"type": "quantitative", "scale": None, "axis": None}  # pixels

_NEIGHBOURS: Final[list[Spec]] = [
    {
        "window": [
            {"op": "lag", "field": "s", "as": "s_before"},
            {"op": "lead", "field": "s", "as": "s_after"},
            {"op": "lag", "field": "v", "as": "v_before"},
            {"op": "lead", "field": "v", "as": "v_after"},
        ],
        "groupby": ["k"],
        "sort": [{"field": "t"}],
    }
]


def touching(letter: str) -> str:
    """A Vega expression: the value where this month or a neighbour is in a state, else null."""
    near = " || ".join(f"datum.{field} == '{letter}'" for field in ("s", "s_before", "s_after"))
    return f"({near}) ? datum.v : null"


def _line(calculate: str, dash: list[float] | None = None, *, faint: bool = False) -> Spec:
    mark: Spec = {"type": "line", "interpolate": "linear", "strokeJoin": "round"}
    return {
        "transform": [{"calculate": calculate, "as": "y"}],
        "mark": mark | ({"strokeDash": dash} if dash else {"strokeCap": "round"}),
        "encoding": {
            "y": _y("y"),
            "detail": {"field": "k", "type": "nominal"},
            "color": {"field": "c", "type": "nominal", "scale": None},
            "strokeWidth": {"value": 1.2} if faint else {"field": "w", "type": "quantitative", "scale": None},
            "opacity": {"value": 0.6} if faint else {"field": "o", "type": "quantitative", "scale": None},
        },
    }


def _y(field: str) -> Spec:
    return {
        "field": field,
        "type": "quantitative",
        "scale": {"domain": [{"expr": "lo"}, {"expr": "hi"}], "nice": False, "zero": False},
        "axis": {"title": None, "tickCount": 6, "format": ",~r"},
    }


def _points() -> Spec:
    """Ends, months in part (hollow), damaged months (crosses) and values without neighbours."""
    alone = "!isValid(datum.v_before) && !isValid(datum.v_after)"
    return {
        "transform": [
            {"filter": f"isValid(datum.v) && (datum.end || datum.s != 'w' || ({alone}))"},
            {"calculate": "datum.s == 'w' ? datum.c : paper", "as": "fill"},
            {"calculate": "datum.s == 'd' ? 'cross' : 'circle'", "as": "shape"},
            {"calculate": "datum.end ? 36 : 16", "as": "size"},
        ],
        "mark": {"type": "point", "strokeWidth": 1.4},
        "encoding": {
            "y": _y("v"),
            "stroke": {"field": "c", "type": "nominal", "scale": None},
            "fill": {"field": "fill", "type": "nominal", "scale": None},
            "shape": {"field": "shape", "type": "nominal", "scale": None},
            "size": {"field": "size", "type": "quantitative", "scale": None},
            "opacity": {"field": "o", "type": "quantitative", "scale": None},
        },
    }


def _hover() -> Spec:
    """Invisible points that answer the pointer, and the one under it."""
    return {
        "transform": [{"filter": "isValid(datum.v)"}],
        "params": [
            {
                "name": "near",
                "select": {
                    "type": "point",
                    "nearest": True,
                    "on": "pointerover",
                    "clear": "pointerout",
                    "fields": ["k", "t"],
                },
            }
        ],
        "mark": {"type": "point", "filled": True, "cursor": "pointer", "size": 70},
        "encoding": {
            "y": _y("v"),
            "color": {"field": "c", "type": "nominal", "scale": None},
            "opacity": {"condition": {"param": "near", "empty": False, "value": 1}, "value": 0},
            "tooltip": {"value": TIP},
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
            "color": {"field": "c", "type": "nominal", "scale": None},
        },
    }
    paper: Spec = {"expr": "paper"}
    rim: Spec = {"fill": paper, "stroke": paper, "strokeWidth": 4, "strokeJoin": "round", "opacity": 0.9}
    return [hairline, _names(rim), _names({"cursor": "pointer"})]


def _names(style: Spec) -> Spec:
    plain: Spec = {"type": "text", "align": "left", "baseline": "middle", "fontSize": 11, "fontWeight": "bold"}
    ink: Spec = {} if "stroke" in style else {"color": {"field": "c", "type": "nominal", "scale": None}}
    return {
        "data": {"name": "labels"},
        "mark": plain | style,
        "encoding": {
            "x": _RAW | {"field": "x"},
            "y": _RAW | {"field": "y"},
            "text": {"field": "text", "type": "nominal"},
            "tooltip": {"value": TIP},
        }
        | ink,
    }


def _away() -> list[Spec]:
    """The arrow at the top edge that says where the hidden leader would be."""
    arrow: Spec = {
        "data": {"name": "away"},
        "mark": {"type": "point", "shape": "triangle-up", "filled": True, "size": 70, "opacity": 1},
        "encoding": {"y": {"value": -4}, "color": {"field": "c", "type": "nominal", "scale": None}},
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
            "color": {"field": "c", "type": "nominal", "scale": None},
        },
    }


PARAMETERS: Final[Mapping[str, object]] = {
    "begin": 0,
    "finish": 1,
    "lo": 0,
    "hi": 1,
    "paper": "#ffffff",
}


def layers(*, interactive: bool) -> list[Spec]:
    """The chart's layers from the back to the front."""
    return [
        _line("datum.s == 'w' ? datum.v : null"),
        _line(touching("p"), [4, 3], faint=True),  # a month in part says little; it must not look like a fall
        _line(touching("d"), [1.5, 3]),
        _points(),
        *_labels(),
        *_away(),
        *([_hover()] if interactive else []),
    ]


def activity(*, interactive: bool) -> Spec:
    """The specification without rows; width, scale and parameters are filled in where it is drawn."""
    return {
        "width": 760,
        "height": 440,
        "padding": dict(PADDING),
        "autosize": {"type": "none"},
        "params": [{"name": name, "value": value} for name, value in PARAMETERS.items()],
        "data": {"name": "rows"},
        "datasets": {"rows": [], "labels": [], "away": []},
        "transform": list(_NEIGHBOURS),
        "encoding": {
            "x": {
                "field": "t",
                "type": "temporal",
                "scale": {"type": "utc", "nice": False, "domain": [{"expr": "begin"}, {"expr": "finish"}]},
                "axis": {"title": None, "tickCount": 8, "format": "%Y-%m", "labelOverlap": "greedy"},
            }
        },
        "layer": layers(interactive=interactive),
    }
