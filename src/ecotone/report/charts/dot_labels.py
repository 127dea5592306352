"""Greedy label placement for the dots of scatter plots and maps."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

from ecotone.report.charts.theme import Spec

LETTER: Final = 6.0
"""Approximate letter width of a label in pixels."""
ROW: Final = 12.0
GAP: Final = 3.0
SIDES: Final = {
    "start": ("left", 1, 0),
    "end": ("right", -1, 0),
    "above": ("center", 0, -1),
    "below": ("center", 0, 1),
}
"""Side -> (text alignment, horizontal and vertical direction from the dot)."""

Dot = tuple[str, float, float, float]
"""Name, x and y (0 to 1, y downwards) and radius in pixels of a dot."""
Box = tuple[float, float, float, float]


def choose_label_sides(dots: Sequence[Dot], width: float, height: float) -> list[str | None]:
    """For each dot a side where its label overlaps neither dots nor labels; None if there is none.

    `start`: to its right; `end`: to its left; or `above` or `below`. Earlier dots choose first.

    >>> choose_label_sides([("one", 0.5, 0.5, 5), ("two", 0.51, 0.5, 5), ("three", 0.505, 0.5, 5)], 1000, 400)
    ['end', 'start', 'above']
    """
    positions = [(x * width, y * height, radius) for _, x, y, radius in dots]
    taken = [(x - radius, y - radius, x + radius, y + radius) for x, y, radius in positions]
    chosen_sides: list[str | None] = []
    for (name, *_), position in zip(dots, positions, strict=True):
        choices = {side: label_box(name, position, side) for side in SIDES}
        side = next(
            (side for side, box in choices.items() if _is_inside(box, width, height) and _is_free(box, taken)), None
        )
        if side:
            taken.append(choices[side])
        chosen_sides.append(side)
    return chosen_sides


def label_box(name: str, position: tuple[float, float, float], side: str) -> Box:
    """Box of a label (left, top, right, bottom in pixels) for a dot (x, y, radius)."""
    x, y, radius = position
    wide, away = LETTER * len(name), radius + GAP
    if side in ("above", "below"):
        top = y - away - ROW if side == "above" else y + away
        return (x - wide / 2, top, x + wide / 2, top + ROW)
    left_edge = x + away if side == "start" else x - away - wide
    return (left_edge, y - ROW / 2, left_edge + wide, y + ROW / 2)


def dot_label_layers(radius: str, position: Spec, narrow: int, condition: str = "true") -> list[Spec]:
    """Layers that write `label` on `side` of the dots, or on `narrow` if the chart is narrower than `narrow` pixels.

    radius    expression for the distance from the centre of a dot to its label, in pixels
    position  position encoding of the dots
    """
    here = f"width < {narrow} ? datum.narrow : datum.side"
    return [
        {
            "mark": {
                "type": "text",
                "align": align,
                "baseline": "middle",
                "dx": {"expr": f"{across} * ({radius})"},
                "dy": {"expr": f"{down} * ({radius} + {ROW / 2 - GAP / 2:g})"},
                "fontSize": 10.5,
                "color": {"expr": "ink"},
            },
            # no filter: an empty layer has no extent, which the axes need
            "encoding": {
                **position,
                "text": {
                    "condition": {
                        "test": f"{condition} && datum.label && ({here}) == '{side}'",
                        "field": "label",
                        "type": "nominal",
                    },
                    "value": "",
                },
            },
        }
        for side, (align, across, down) in SIDES.items()
    ]


def _is_inside(box: Box, width: float, height: float) -> bool:
    return box[0] >= 0 and box[1] >= 0 and box[2] <= width and box[3] <= height


def _is_free(box: Box, taken: Iterable[Box]) -> bool:
    return not any(_boxes_overlap(box, occupied) for occupied in taken)


def _boxes_overlap(first: Box, second: Box) -> bool:
    return first[0] < second[2] and second[0] < first[2] and first[1] < second[3] and second[1] < first[3]
