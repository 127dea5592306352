"""The nine shapes of a curve, with their definitions and the rules that classify a curve.

Terms of the definitions:

month      a month observed whole, with a value; the life begins with the first one above 0
level      the mean of consecutive months, a sixth of the life, but four to nine months (a third in the first year),
           after every month is capped at twice the mean of its neighbours
opening, closing, high   the first, the last and the highest level
smoothed   the weighted mean of a month (weight 2) and its neighbours (weight 1)
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from ecotone.trends.robust_levels import A_YEAR, Floats, Levels, measure_levels

Codes = npt.NDArray[np.int64]
Marks = npt.NDArray[np.bool_]

LOW_SHARE: Final = 0.6  # of the high: a level at or below it is low
RISING_SHARE: Final = 0.75  # of the high: the highest opening of an emerging curve
SILENT_SHARE: Final = 0.03  # of the high
BRIEF_SHARE: Final = 0.2  # of the life's months
MIN_NEIGHBOUR_RATIO: Final = 2.0  # times the median month: the least higher neighbour of a burst's highest month
FADED_SHARE: Final = 0.4  # of the highest smoothed month
TROUGH_SHARE: Final = 0.4  # of the level before: the highest trough
REGAINED_SHARE: Final = 0.5  # of the level before the trough
DOUBLED_RATIO: Final = 2.0  # times the trough
MIN_LEVEL_SHARE: Final = 0.4  # of the high: the lowest level before a trough
MIN_MONTHS: Final = 6  # months of the shortest curve that has a shape
YOUNG_MONTHS: Final = 24  # most months of an emerging curve
TOLERANCE: Final = 1e-9


@dataclass(frozen=True, slots=True, kw_only=True)
class Shape:
    """A shape of curves. `example`: monthly values with this shape; `period`: months observed before them."""

    name: str
    title: str
    title_zh: str
    definition: str
    definition_zh: str
    example: tuple[float, ...]
    period: int = 0


EMERGING: Final = Shape(
    name="emerging",
    title="Emerging",
    title_zh="萌芽",
    definition=(
        "Begun in the second half of the period and at most 24 months ago, after six months or more still at more than"
        " 60 % of its high, and opened at no more than 75 % of it."
    ),
    definition_zh=(
        "起步于观测期的后半段，距今不超过 24 个月，且已有至少 6 个月的数据；"
        "起步水平不高于最高水平的 75%，当前水平高于 60%。"
    ),
    example=(2, 3, 5, 6, 8, 9, 12, 14),
    period=20,
)
CLIMBING: Final = Shape(
    name="climbing",
    title="Climbing",
    title_zh="持续攀升",
    definition="Opened at no more than 60 % of its high and closes above 60 % of it, without a deep trough between.",
    definition_zh="起步水平不高于最高水平的 60%，当前水平高于 60%，其间没有深谷。",
    example=(2, 2, 3, 4, 4, 5, 6, 6, 7, 8, 8, 9, 9, 10, 11, 12, 12, 13),
)
STEADY: Final = Shape(
    name="steady",
    title="Steady",
    title_zh="平稳",
    definition="Opened and closes above 60 % of its high, without a deep trough between.",
    definition_zh="起步水平和当前水平都高于最高水平的 60%，其间没有深谷。",
    example=(9, 10, 11, 10, 9, 10, 11, 10, 9, 10, 11, 10, 9, 10, 11, 10, 9, 10),
)
RISE_AND_FALL: Final = Shape(
    name="rise and fall",
    title="Rise and fall",
    title_zh="冲高回落",
    definition="Opened at no more than 60 % of its high, reached it, and closes at no more than 60 % of it.",
    definition_zh="由不足最高水平 60% 处升至最高点，此后回落，当前水平不高于最高水平的 60%。",
    example=(2, 3, 5, 7, 9, 10, 11, 11, 10, 9, 8, 7, 6, 5, 4, 4, 3, 3),
)
SPIKE_AND_FADE: Final = Shape(
    name="spike and fade",
    title="Spike and fade",
    title_zh="昙花一现",
    definition=(
        "A short burst: smoothed, at most a fifth of its months reach half of the highest; a neighbour of the highest"
        " month is at least twice the median month; it closes at no more than 40 % of the highest smoothed month."
    ),
    definition_zh=(
        "短暂爆发：平滑后，达到峰值一半的月份不超过五分之一；峰值月的相邻月份中至少有一个不低于月度中位数的两倍；"
        "当前水平不高于平滑峰值的 40%。"
    ),
    example=(1, 1, 30, 21, 9, 5, 3, 3, 2, 3, 2, 2, 3, 2, 2, 2, 3, 2),
)
DECLINING: Final = Shape(
    name="declining",
    title="Declining",
    title_zh="走低",
    definition="Opened above 60 % of its high and closes at no more than 60 % of it.",
    definition_zh="起步水平高于最高水平的 60%，当前水平不高于 60%。",
    example=(12, 12, 11, 11, 10, 10, 9, 9, 8, 8, 7, 6, 6, 5, 5, 4, 4, 3),
)
REVIVED: Final = Shape(
    name="revived",
    title="Revived",
    title_zh="回升",
    definition=(
        "Fell to at most 40 % of an earlier level that was at least 40 % of its high, and has since at least doubled"
        " and won back half of that level."
    ),
    definition_zh="曾从不低于最高水平 40% 的高位跌去六成以上，此后至少翻了一番，并恢复到该高位的一半以上。",
    example=(10, 10, 9, 8, 6, 4, 2, 1, 1, 1, 1, 2, 3, 5, 7, 8, 9, 9),
)
DORMANT: Final = Shape(
    name="dormant",
    title="Dormant",
    title_zh="沉寂",
    definition=(
        "After a life longer than a burst: its last six months average at most 3 % of its high. Or it has no"
        " activity in twelve months or more."
    ),
    definition_zh="活跃期长于短暂爆发，最近 6 个月的均值不超过最高水平的 3%；或观测 12 个月以上始终为零。",
    example=(9, 10, 11, 10, 9, 10, 8, 6, 3, 1, 0, 0, 0, 0, 0, 0, 0, 0),
)
TOO_SHORT: Final = Shape(
    name="too short to say",
    title="Too short to say",
    title_zh="尚难判断",
    definition="Fewer than twelve months observed whole, or fewer than six of a young curve that rises.",
    definition_zh="完整观测的月份不足 12 个月；对于仍在上升的新曲线，则不足 6 个月。",
    example=(3, 4, 5, 4, 5),
)

ALL: Final[tuple[Shape, ...]] = (
    EMERGING, CLIMBING, STEADY, RISE_AND_FALL, SPIKE_AND_FADE, DECLINING, REVIVED, DORMANT, TOO_SHORT,
)  # fmt: skip
"""Every shape, in the order of the report; a shape's code is its index here."""

_CODE: Final = {shape.name: code for code, shape in enumerate(ALL)}


def classify_rows(rows: Floats, *, young: bool) -> Codes:
    """The shape of each row as its index in `ALL`; the first rule that holds decides.

    rows   (draws, months) of one life: the months observed whole, from the first month above 0
    young  whether the life began in the second half of the period, at most 24 months before its last whole month
    """
    months = rows.shape[1]
    if months < MIN_MONTHS or (months < A_YEAR and not young):
        return np.full(len(rows), _CODE["too short to say"])
    curve_levels = measure_levels(rows)
    fallen = _at_most_nearly(curve_levels.closing, LOW_SHARE * curve_levels.high)
    emerging = young & _at_most_nearly(curve_levels.opening, RISING_SHARE * curve_levels.high) & ~fallen
    if months < A_YEAR:
        return np.where(emerging, _CODE["emerging"], _CODE["too short to say"])
    risen = _at_most_nearly(curve_levels.opening, LOW_SHARE * curve_levels.high)
    rules = (
        (curve_levels.high == 0, "dormant"),
        (_is_spike(curve_levels), "spike and fade"),
        (_at_most_nearly(curve_levels.recent_level, SILENT_SHARE * curve_levels.high), "dormant"),
        (_is_revived(curve_levels), "revived"),
        (emerging, "emerging"),
        (risen & fallen, "rise and fall"),
        (risen, "climbing"),
        (fallen, "declining"),
    )
    chosen: Codes = np.select([rule for rule, _ in rules], [_CODE[name] for _, name in rules], _CODE["steady"])
    return chosen


def _is_spike(curve_levels: Levels) -> Marks:
    brief = _at_most_nearly(
        curve_levels.tall_share, np.full_like(curve_levels.tall_share, BRIEF_SHARE)
    ) & _at_most_nearly(MIN_NEIGHBOUR_RATIO * curve_levels.median, curve_levels.peak_neighbour)
    return brief & _at_most_nearly(curve_levels.closing, FADED_SHARE * curve_levels.top)


def _is_revived(curve_levels: Levels) -> Marks:
    deep = _at_most_nearly(curve_levels.trough, TROUGH_SHARE * curve_levels.level_before_trough) & _at_most_nearly(
        MIN_LEVEL_SHARE * curve_levels.high, curve_levels.level_before_trough
    )
    back = _at_most_nearly(REGAINED_SHARE * curve_levels.level_before_trough, curve_levels.closing) & _at_most_nearly(
        DOUBLED_RATIO * curve_levels.trough, curve_levels.closing
    )
    return deep & back


def _at_most_nearly(value: Floats, limit: Floats) -> Marks:
    """Whether one <= other, up to rounding errors."""
    return np.asarray(value <= limit + TOLERANCE * np.abs(limit))
