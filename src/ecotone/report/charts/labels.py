"""Where the names of curves stand: each beside its own curve's end, apart from the others.

The pages' script (assets/labels.js) follows the same rules with the reader's own letter widths.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final, cast
from unicodedata import east_asian_width

from ecotone.report.charts.theme import Spec

LINE: Final = 14.0  # pixels from one name's middle to the next
GAP: Final = 8.0  # pixels from a curve's end to its name
REACH: Final = 22.0  # a name further up or down than this belongs to nobody; it is left out
LETTER: Final = 6.5  # pixels of an average bold letter in the figures' font
WIDE: Final = 1.75  # letters: how wide a Chinese one is among bold ones
WIDE_IN_TEXT: Final = 2.05  # and among those of a text
_PIECES: Final = re.compile(r"[\u2e80-\uffef]|[^\s\u2e80-\uffef]+\s*|\s+")
LONGEST: Final = 30  # letters
ROUNDS: Final = 200
CLOSE: Final = 0.5  # pixels two names may share


@dataclass(frozen=True, slots=True)
class Frame:
    """The plot in pixels (with the room right of it), and what its axes span; the scale is linear."""

    width: float
    height: float
    right: float
    begin: float
    finish: float
    lo: float
    hi: float

    def x(self, row: Spec) -> float:
        """Where a row stands from the left."""
        return self.width * (cast(float, row["t"]) - self.begin) / max(self.finish - self.begin, 1)

    def y(self, row: Spec) -> float:
        """Where a row stands from the top."""
        return self.height * (1 - (cast(float, row["v"]) - self.lo) / (self.hi - self.lo))


@dataclass(frozen=True, slots=True)
class Label:
    """A name's box: `left` to `right`, its middle at `y`, which it wants to be `wish`; its curve ends at x0, y0."""

    row: Spec
    x0: float
    y0: float
    left: float
    right: float
    wish: float
    y: float


def labels(drawn: Sequence[Spec], frame: Frame) -> list[Spec]:
    """Rows of the data set `labels`: x0, y0 (the curve's end), x, y (the name's start), text, line (draw a hairline).

    Only curves in colour have a name. The riser comes first, then the highest; a name without room is left out.
    """
    ends = {row["k"]: row for row in drawn if row["end"]}
    named = [row for row in drawn if row["named"] and row["v"] is not None and row["f"]]
    named.sort(key=lambda row: (-cast(int, row["f"]), -cast(float, row["v"]), str(row["k"])))
    placed: list[Label] = []
    for row in named:
        tried = _spread([*placed, _label(row, ends[row["k"]], frame)], frame)
        if _readable(tried):
            placed = tried
    return [_row(label) for label in placed]


def _label(row: Spec, end: Spec, frame: Frame) -> Label:
    """Right of the end; above it where the page stops; right of the mark of a month in part that lies in the way."""
    text = cut(str(row["tag"]))
    x, y, size = frame.x(row), frame.y(row), breadth(text) * LETTER
    beside = x + GAP
    if 0 < frame.x(end) - x <= 3 * GAP and abs(frame.y(end) - y) < LINE:
        beside = frame.x(end) + GAP
    left = max(min(beside, frame.width + frame.right - size - 2), 0.0)
    wish = y if left >= beside else y - LINE if y > 2 * LINE else y + LINE
    return Label(row | {"text": text}, x, y, left, left + size, wish, wish)


def _spread(found: Sequence[Label], frame: Frame) -> list[Label]:
    """Push overlapping names apart, both equally, from where they want to be, inside the plot."""
    at = [label.wish for label in found]
    for _ in range(ROUNDS):
        moved = False
        for here, one in enumerate(found):
            for there in range(here):
                other, apart = found[there], at[here] - at[there]
                if not _side_by_side(one, other) or abs(apart) > LINE - CLOSE / 2:
                    continue
                push = (LINE - abs(apart)) / 2 * (-1 if apart < 0 else 1)
                at[here] = min(max(at[here] + push, LINE / 2), frame.height)
                at[there] = min(max(at[there] - push, LINE / 2), frame.height)
                moved = True
        if not moved:
            break
    return [replace(label, y=y) for label, y in zip(found, at, strict=True)]


def _side_by_side(one: Label, other: Label) -> bool:
    """Whether two names share a stretch of the horizontal axis."""
    return one.left < other.right + GAP / 2 and other.left < one.right + GAP / 2


def _readable(found: Sequence[Label]) -> bool:
    """Whether every name is near its curve's end, and none covers another."""
    if any(abs(label.y - label.y0) > REACH for label in found):
        return False
    return all(
        abs(one.y - other.y) >= LINE - CLOSE or not _side_by_side(one, other)
        for place, one in enumerate(found)
        for other in found[:place]
    )


def _row(label: Label) -> Spec:
    beside = label.left > label.x0
    line = beside and abs(label.y - label.y0) > LINE / 2
    return label.row | {"x0": label.x0 + 3, "y0": label.y0, "x": label.left, "y": label.y, "line": line}


def breadth(text: str, wide: float = WIDE) -> float:
    """How many average letters a text is as wide as, if a Chinese one is as wide as `wide` of them.

    >>> breadth("agno"), breadth("活跃度")
    (4.0, 5.25)
    """
    return sum(wide if east_asian_width(letter) in "WF" else 1.0 for letter in text)


def wrapped(text: str, room: float, letter: float) -> list[str]:
    """A text in lines of at most `room` pixels, at `letter` pixels a letter; Chinese may break anywhere.

    >>> wrapped("who is where", 60, 6), wrapped("谁在哪些项目", 40, 6)
    (['who is', 'where'], ['谁在哪', '些项目'])
    """
    lines: list[str] = []
    line = ""
    for piece in _PIECES.findall(text):
        if line and breadth((line + piece).rstrip(), WIDE_IN_TEXT) * letter > room:
            lines.append(line.rstrip())
            line = ""
        line += piece
    return [*lines, line.rstrip()] if line.strip() else lines


def cut(text: str) -> str:
    """A name of at most 30 letters, with an ellipsis where it was longer."""
    return text if len(text) <= LONGEST else text[: LONGEST - 1] + "…"
