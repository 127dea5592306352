"""Label placement at the ends of curves, without overlaps.

assets/labels.js implements the same rules with measured text widths.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final, cast
from unicodedata import east_asian_width

from ecotone.report.charts.theme import Spec

LINE: Final = 14.0  # line height in pixels
GAP: Final = 8.0  # pixels between a curve's end and its label
REACH: Final = 22.0  # maximum vertical distance in pixels; labels further away are left out
LETTER: Final = 6.5  # pixels of an average bold letter
WIDE: Final = 1.75  # width of a bold Chinese character in letters
WIDE_IN_TEXT: Final = 2.05  # the same in regular text
_PIECES: Final = re.compile(r"[\u2e80-\uffef]|[^\s\u2e80-\uffef]+\s*|\s+")
LONGEST: Final = 30  # letters
ROUNDS: Final = 200
CLOSE: Final = 0.5  # pixels of overlap that are accepted


@dataclass(frozen=True, slots=True)
class Frame:
    """Plot size in pixels, the margin to its right, and the ranges of its linear axes."""

    width: float
    height: float
    right: float
    begin: float
    finish: float
    lo: float
    hi: float

    def x(self, row: Spec) -> float:
        """Horizontal position of a row in pixels."""
        return self.width * (cast(float, row["t"]) - self.begin) / max(self.finish - self.begin, 1)

    def y(self, row: Spec) -> float:
        """Vertical position of a row in pixels."""
        return self.height * (1 - (cast(float, row["v"]) - self.lo) / (self.hi - self.lo))


@dataclass(frozen=True, slots=True)
class Label:
    """A label box from `left` to `right` centred at `y` (ideally at `wish`); its curve ends at x0, y0."""

    row: Spec
    x0: float
    y0: float
    left: float
    right: float
    wish: float
    y: float


def labels(drawn: Sequence[Spec], frame: Frame) -> list[Spec]:
    """Rows of the data set `labels`: x0, y0 (end of the curve), x, y (start of the label), text, line (whether drawn).

    Only highlighted curves are labelled: the riser first, then by value. A label without room is left out.
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
    """Place a label right of the end of a curve, above it at the edge of the page, or right of a partial month."""
    text = cut(str(row["tag"]))
    x, y, size = frame.x(row), frame.y(row), breadth(text) * LETTER
    beside = x + GAP
    if 0 < frame.x(end) - x <= 3 * GAP and abs(frame.y(end) - y) < LINE:
        beside = frame.x(end) + GAP
    left = max(min(beside, frame.width + frame.right - size - 2), 0.0)
    wish = y if left >= beside else y - LINE if y > 2 * LINE else y + LINE
    return Label(row | {"text": text}, x, y, left, left + size, wish, wish)


def _spread(found: Sequence[Label], frame: Frame) -> list[Label]:
    """Push overlapping labels apart, starting from their ideal positions."""
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
    """Whether two labels overlap horizontally."""
    return one.left < other.right + GAP / 2 and other.left < one.right + GAP / 2


def _readable(found: Sequence[Label]) -> bool:
    """Whether every label is near the end of its curve and none overlaps another."""
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
    """Width of a text in average letters; a Chinese character counts as `wide` letters.

    >>> breadth("agno"), breadth("活跃度")
    (4.0, 5.25)
    """
    return sum(wide if east_asian_width(letter) in "WF" else 1.0 for letter in text)


def wrapped(text: str, room: float, letter: float) -> list[str]:
    """Wrap a text to `room` pixels, at `letter` pixels per letter; Chinese text may break anywhere.

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
    """Truncate a name to 30 letters with an ellipsis."""
    return text if len(text) <= LONGEST else text[: LONGEST - 1] + "…"
