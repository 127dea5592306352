"""Robust level statistics of a curve, which define the shapes.

Every function takes rows, (draws, months): the values of the months observed whole, in order. Other months are
skipped, so that a gap is neither a zero nor part of a mean. Values are 0 or more, in any unit.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Places = npt.NDArray[np.intp]

NEIGHBOURS: Final = 3  # months on either side
OUTLIER: Final = 2.0  # times the mean of its neighbours
A_YEAR: Final = 12
WINDOW_PARTS: Final = 6  # a level is the mean of a sixth of the life
WINDOW_MONTHS: Final = (4, 9)  # least and most months of a level
YOUNG_PARTS: Final = 3  # in the first year a level is the mean of a third
SILENT_MONTHS: Final = 6


@dataclass(frozen=True, slots=True)
class Levels:
    """The statistics that define the shapes, one value per row.

    opening, closing     means of the first and of the last window
    high, high_at        the highest mean of a window, and the position of its first month
    trough, trough_at    the same of the window that lost the largest share of the highest window before it
    level_before_trough  the highest mean of a window before the trough
    recent_level         mean of the last six months, without outliers
    top, top_at          the highest smoothed month and its position
    tall_share           share of months that reach half of `top` when smoothed
    peak_neighbour       the higher neighbour of the highest month
    median               the median month
    """

    opening: Floats
    closing: Floats
    high: Floats
    high_at: Places
    trough: Floats
    trough_at: Places
    level_before_trough: Floats
    recent_level: Floats
    top: Floats
    top_at: Places
    tall_share: Floats
    peak_neighbour: Floats
    median: Floats


def level_window_length(months: int) -> int:
    """How many months a level averages.

    >>> [level_window_length(months) for months in (6, 11, 12, 30, 44, 120)]
    [2, 3, 4, 5, 7, 9]
    """
    if months < A_YEAR:
        return max(months // YOUNG_PARTS, 1)
    return int(np.clip(round(months / WINDOW_PARTS), *WINDOW_MONTHS))


def cap_outliers(rows: Floats) -> Floats:
    """Each value, capped at twice the mean of its neighbours (three months on either side).

    >>> cap_outliers(np.array([[1.0, 1.0, 1.0, 9.0, 1.0, 1.0, 1.0]])).round(1).tolist()
    [[1.0, 1.0, 1.0, 2.0, 1.0, 1.0, 1.0]]
    """
    months = rows.shape[1]
    if months == 1:
        return rows
    at = np.arange(months)
    first, end = np.maximum(at - NEIGHBOURS, 0), np.minimum(at + NEIGHBOURS + 1, months)
    sums = _cumulative_sums(rows)
    others = np.maximum(sums[:, end] - sums[:, first] - rows, 0.0) / (end - first - 1)
    capped: Floats = np.minimum(rows, OUTLIER * others)
    return capped


def rolling_means(rows: Floats, window: int) -> Floats:
    """The rolling mean over `window` months: (draws, months - window + 1).

    >>> rolling_means(np.array([[1.0, 2.0, 6.0]]), 2).tolist()
    [[1.5, 4.0]]
    """
    sums = _cumulative_sums(rows)
    means: Floats = np.maximum(sums[:, window:] - sums[:, :-window], 0.0) / window
    return means


def smooth_months(rows: Floats) -> Floats:
    """The weighted mean of each month (weight 2) and its neighbours (weight 1): (draws, months).

    >>> smooth_months(np.array([[0.0, 4.0, 0.0, 0.0]])).round(2).tolist()
    [[1.33, 2.0, 1.0, 0.0]]
    """
    padded = np.pad(rows, ((0, 0), (1, 1)))
    sums = padded[:, :-2] + 2 * padded[:, 1:-1] + padded[:, 2:]
    counts = np.full(rows.shape[1], 4.0)
    counts[0] -= 1.0
    counts[-1] -= 1.0
    means: Floats = sums / counts
    return means


def measure_levels(rows: Floats) -> Levels:
    """The levels of curves of equal length, of three months or more."""
    every, months = np.arange(len(rows)), rows.shape[1]
    capped = cap_outliers(rows)
    means = rolling_means(capped, level_window_length(months))
    highest_before = np.maximum.accumulate(means, axis=1)
    remaining = np.divide(means, highest_before, out=np.ones_like(means), where=highest_before > 0)
    trough_at = remaining.argmin(axis=1)
    smooth = smooth_months(rows)
    top = smooth.max(axis=1)
    padded = np.pad(rows, ((0, 0), (1, 1)))
    highest = rows.argmax(axis=1)
    return Levels(
        opening=means[:, 0],
        closing=means[:, -1],
        high=means.max(axis=1),
        high_at=means.argmax(axis=1),
        trough=means[every, trough_at],
        trough_at=trough_at,
        level_before_trough=highest_before[every, trough_at],
        recent_level=capped[:, -SILENT_MONTHS:].mean(axis=1),
        top=top,
        top_at=smooth.argmax(axis=1),
        tall_share=(smooth >= top[:, None] / 2).mean(axis=1),
        peak_neighbour=np.maximum(padded[every, highest], padded[every, highest + 2]),
        median=np.median(rows, axis=1),
    )


def _cumulative_sums(rows: Floats) -> Floats:
    sums: Floats = np.concatenate([np.zeros((len(rows), 1)), np.cumsum(rows, axis=1)], axis=1)
    return sums
