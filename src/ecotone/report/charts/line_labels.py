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
WIDE_LETTER: Final = 1.75  # width of a bold Chinese character in letters
WIDE_TEXT_LETTER: Final = 2.05  # the same in regular text
_PIECES: Final = re.compile(r"[\u2e80-\uffef]|[^\s\u2e80-\uffef]+\s*|\s+")
LONGEST: Final = 30  # letters
ROUNDS: Final = 200
CLOSE: Final = 0.5  # pixels of overlap that are accepted


@dataclass(frozen=True, slots=True)
class PlotFrame:
    """Plot size in pixels, the margin to its right, and the ranges of its linear axes."""

    width: float
    height: float
    right: float
    begin: float
    finish: float
    low: float
    high: float

    def x_position(self, row: Spec) -> float:
        """Horizontal position of a row in pixels."""
        return self.width * (cast(float, row["t"]) - self.begin) / max(self.finish - self.begin, 1)

    def y_position(self, row: Spec) -> float:
        """Vertical position of a row in pixels."""
        return self.height * (1 - (cast(float, row["v"]) - self.low) / (self.high - self.low))


@dataclass(frozen=True, slots=True)
class LabelBox:
    """A label box from `left_edge` to `right_edge` at `y_position`, ideally `ideal_y`; its curve ends at x0, y0."""

    row: Spec
    x0: float
    y0: float
    left_edge: float
    right_edge: float
    ideal_y: float
    y: float


def place_line_labels(drawn: Sequence[Spec], frame: PlotFrame) -> list[Spec]:
    """Rows of the data set `labels`: x0, y0 (end of the curve), x, y (start of the label), text, line (whether drawn).

    Only highlighted curves are labelled: the riser first, then by value. A label without room is left out.
    """
    ends = {row["k"]: row for row in drawn if row["end"]}
    named = [row for row in drawn if row["named"] and row["v"] is not None and row["f"]]
    named.sort(key=lambda row: (-cast(int, row["f"]), -cast(float, row["v"]), str(row["k"])))
    placed: list[LabelBox] = []
    for row in named:
        tried = _spread_labels_apart([*placed, _initial_label_box(row, ends[row["k"]], frame)], frame)
        if _are_labels_readable(tried):
            placed = tried
    return [_label_row(label) for label in placed]


def _initial_label_box(row: Spec, end: Spec, frame: PlotFrame) -> LabelBox:
    """Place a label right of the end of a curve, above it at the edge of the page, or right of a partial month."""
    text = truncate_name(str(row["tag"]))
    x, y, size = frame.x_position(row), frame.y_position(row), text_width(text) * LETTER
    start = x + GAP
    if 0 < frame.x_position(end) - x <= 3 * GAP and abs(frame.y_position(end) - y) < LINE:
        start = frame.x_position(end) + GAP
    left_edge = max(min(start, frame.width + frame.right - size - 2), 0.0)
    ideal_y = y if left_edge >= start else y - LINE if y > 2 * LINE else y + LINE
    return LabelBox(row | {"text": text}, x, y, left_edge, left_edge + size, ideal_y, ideal_y)


def _spread_labels_apart(boxes: Sequence[LabelBox], frame: PlotFrame) -> list[LabelBox]:
    """Push overlapping labels apart, starting from their ideal positions."""
    at = [label.ideal_y for label in boxes]
    for _ in range(ROUNDS):
        moved = False
        for here, first in enumerate(boxes):
            for there in range(here):
                second, apart = boxes[there], at[here] - at[there]
                if not _overlap_horizontally(first, second) or abs(apart) > LINE - CLOSE / 2:
                    continue
                push = (LINE - abs(apart)) / 2 * (-1 if apart < 0 else 1)
                at[here] = min(max(at[here] + push, LINE / 2), frame.height)
                at[there] = min(max(at[there] - push, LINE / 2), frame.height)
                moved = True
        if not moved:
            break
    return [replace(label, y=y) for label, y in zip(boxes, at, strict=True)]


def _overlap_horizontally(first: LabelBox, second: LabelBox) -> bool:
    """Whether two labels overlap horizontally."""
    return first.left_edge < second.right_edge + GAP / 2 and second.left_edge < first.right_edge + GAP / 2


def _are_labels_readable(boxes: Sequence[LabelBox]) -> bool:
    """Whether every label is near the end of its curve and none overlaps another."""
    if any(abs(label.y - label.y0) > REACH for label in boxes):
        return False
    return all(
        abs(first.y - second.y) >= LINE - CLOSE or not _overlap_horizontally(first, second)
        for index, first in enumerate(boxes)
        for second in boxes[:index]
    )


def _label_row(label: LabelBox) -> Spec:
    is_right_of_end = label.left_edge > label.x0
    line = is_right_of_end and abs(label.y - label.y0) > LINE / 2
    return label.row | {"x0": label.x0 + 3, "y0": label.y0, "x": label.left_edge, "y": label.y, "line": line}


def text_width(text: str, wide: float = WIDE_LETTER) -> float:
    """Width of a text in average letters; a Chinese character counts as `wide` letters.

    >>> text_width("agno"), text_width("活跃度")
    (4.0, 5.25)
    """
    return sum(wide if east_asian_width(letter) in "WF" else 1.0 for letter in text)


def wrap_text(text: str, room: float, letter: float) -> list[str]:
    """Wrap a text to `room` pixels, at `letter` pixels per letter; Chinese text may break anywhere.

    >>> wrap_text("who is where", 60, 6), wrap_text("谁在哪些项目", 40, 6)
    (['who is', 'where'], ['谁在哪', '些项目'])
    """
    lines: list[str] = []
    line = ""
    for piece in _PIECES.findall(text):
        if line and text_width((line + piece).rstrip(), WIDE_TEXT_LETTER) * letter > room:
            lines.append(line.rstrip())
            line = ""
        line += piece
    return [*lines, line.rstrip()] if line.strip() else lines


def truncate_name(text: str) -> str:
    """Truncate a name to 30 letters with an ellipsis."""
    return text if len(text) <= LONGEST else text[: LONGEST - 1] + "…"
