"""Which names fit beside dots, and on which side."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

LETTER: Final = 6.0
"""Width of a letter of a label, about, in pixels."""
ROW: Final = 12.0
WIDTH: Final = 1000.0
"""Of the drawing that is measured for; on a narrower one some names may touch."""


def sides(dots: Sequence[tuple[str, float, float, float]], height: float) -> list[str | None]:
    """For each dot (name, x, y from 0 to 1, radius in pixels) the side where its name hides nothing.

    `start`: to the right of it; `end`: to the left; None: no room, the table has it. The first dots choose first.

    >>> sides([("one", 0.5, 0.5, 5), ("two", 0.51, 0.5, 5), ("three", 0.505, 0.5, 5)], 400)
    ['end', 'start', None]
    """
    places = [(x * WIDTH, y * height, radius) for _, x, y, radius in dots]
    taken = [(x - radius, y - radius, x + radius, y + radius) for x, y, radius in places]
    found: list[str | None] = []
    for (name, *_), (x, y, radius) in zip(dots, places, strict=True):
        wide = LETTER * len(name)
        choices = {
            "start": (x + radius + 3, y - ROW / 2, x + radius + 3 + wide, y + ROW / 2),
            "end": (x - radius - 3 - wide, y - ROW / 2, x - radius - 3, y + ROW / 2),
        }
        side = next(
            (
                side
                for side, box in choices.items()
                if box[0] >= 0 and box[2] <= WIDTH and not any(_meet(box, other) for other in taken)
            ),
            None,
        )
        if side:
            taken.append(choices[side])
        found.append(side)
    return found


def _meet(one: tuple[float, float, float, float], other: tuple[float, float, float, float]) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]
