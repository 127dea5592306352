"""The chart of a field: one curve a project, labelled where it ends, with its coverage drawn.

Rows (data set `rows`), one a project and step, in drawing order:
  k project's key · name · t milliseconds UTC · v value or null · s state (w p d n) · c colour · w line width ·
  o opacity · f weight of its label (2 riser, 1 in colour, 0 context) ·
  end true on a project's last value · tag label text
Rows (data set `away`): t · text · align, of a leader that is not on the scale.
Parameters: begin, finish (milliseconds), lo, hi (the scales' ends), logarithmic, paper, label_height, labels_fit.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from ecotone.report.charts.theme import TIP, Spec

LABEL_HEIGHT: Final = 14
PADDING: Final = {"left": 52, "right": 168, "top": 26, "bottom": 26}

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


def _line(calculate: str, dash: list[float] | None = None) -> Spec:
    mark: Spec = {"type": "line", "interpolate": "linear", "strokeJoin": "round"}
    return {
        "transform": [{"calculate": calculate, "as": "y"}],
        "mark": mark | ({"strokeDash": dash} if dash else {"strokeCap": "round"}),
        "encoding": {
            "y": _y("y"),
            "detail": {"field": "k", "type": "nominal"},
            "color": {"field": "c", "type": "nominal", "scale": None},
            "strokeWidth": {"field": "w", "type": "quantitative", "scale": None},
            "opacity": {"field": "o", "type": "quantitative", "scale": None},
        },
    }


def _y(field: str) -> Spec:
    return {
        "field": field,
        "type": "quantitative",
        "scale": {"domain": [{"expr": "lo"}, {"expr": "hi"}], "nice": False, "zero": False},
        "axis": {"title": None, "tickCount": 6, "format": "~s"},
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


def _spread(field: str, bound: str, first: str, second: str) -> list[Spec]:
    """Transforms that push labels apart, keeping their order, and off one edge of the plot.

    With rank i and height h, i*h + running max(y - i*h) is the smallest downward push that leaves h between
    neighbours; from the other end the running min pushes upward; the mean of both keeps the distance too.
    """
    down: Spec = {"op": first, "field": "slack", "as": "pushed"}
    up: Spec = {"op": second, "field": "slack", "as": "pulled"}
    sort: list[Spec] = [{"field": "rank"}]
    return [
        {"calculate": f"{bound} - datum.rank * label_height", "as": "slack"},
        {"window": [down], "frame": [None, 0] if first == "max" else [0, None], "sort": sort},
        {"window": [up], "frame": [None, 0] if second == "max" else [0, None], "sort": sort},
        {"calculate": "datum.rank * label_height + (datum.pushed + datum.pulled) / 2", "as": field},
    ]


def label_transforms() -> list[Spec]:
    """From a project's last row to `y_end`, where the curve ends, and `y_tag`, where its label goes (pixels)."""
    linear = "height * (1 - (datum.v - lo) / (hi - lo))"
    log = "height * (1 - log(datum.v / lo) / log(hi / lo))"
    return [
        {"filter": "datum.end && isValid(datum.v)"},
        {
            "window": [{"op": "row_number", "as": "turn"}],
            "sort": [
                {"field": "f", "order": "descending"},
                {"field": "v", "order": "descending"},
                {"field": "k"},
            ],
        },
        {"filter": "datum.turn <= labels_fit"},
        {"calculate": f"logarithmic ? {log} : {linear}", "as": "y_end"},
        {"window": [{"op": "row_number", "as": "rank"}], "sort": [{"field": "y_end"}, {"field": "k"}]},
        *_spread("y_free", "datum.y_end", "max", "min"),
        *_spread("y_top", "max(datum.y_free, -8)", "max", "max"),
        *_spread("y_tag", "min(datum.y_top, height + 4)", "min", "min"),
    ]


def _labels() -> list[Spec]:
    """Names beside the ends of the curves, tied to them by hairlines; those in colour are bold."""
    raw: Spec = {"type": "quantitative", "scale": None, "axis": None}
    hairline: Spec = {
        "transform": label_transforms(),
        "mark": {"type": "rule", "strokeWidth": 0.7, "opacity": 0.6},
        "encoding": {
            "y": raw | {"field": "y_end"},
            "y2": {"field": "y_tag"},
            "x2": {"value": {"expr": "width + 9"}},
            "color": {"field": "c", "type": "nominal", "scale": None},
        },
    }
    return [hairline, _names(raw, "datum.f >= 1", "bold"), _names(raw, "datum.f < 1", "normal")]


def _names(raw: Spec, test: str, weight: str) -> Spec:
    return {
        "transform": [*label_transforms(), {"filter": test}],
        "mark": {
            "type": "text",
            "align": "left",
            "baseline": "middle",
            "fontSize": 11,
            "fontWeight": weight,
            "limit": PADDING["right"] - 14,
            "cursor": "pointer",
        },
        "encoding": {
            "y": raw | {"field": "y_tag"},
            "x": {"value": {"expr": "width + 12"}},
            "text": {"field": "tag", "type": "nominal"},
            "color": {"field": "c_tag", "type": "nominal", "scale": None},
            "tooltip": {"value": TIP},
        },
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
    "logarithmic": False,
    "paper": "#ffffff",
    "label_height": LABEL_HEIGHT,
    "labels_fit": 30,
}


def layers(*, interactive: bool) -> list[Spec]:
    """The chart's layers from the back to the front."""
    return [
        _line("datum.s == 'w' ? datum.v : null"),
        _line(touching("p"), [4, 3]),
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
        "datasets": {"rows": [], "away": []},
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
