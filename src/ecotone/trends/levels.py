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

    opening, closing   means of the first and of the last window
    high, high_at      the highest mean of a window, and the position of its first month
    trough, trough_at  the same of the window that lost the largest share of the highest window before it
    before             the highest mean of a window before the trough
    silence            mean of the last six months, without outliers
    top, top_at        the highest smoothed month and its position
    tall               share of months that reach half of `top` when smoothed
    beside             the higher neighbour of the highest month
    typical            the median month
    """

    opening: Floats
    closing: Floats
    high: Floats
    high_at: Places
    trough: Floats
    trough_at: Places
    before: Floats
    silence: Floats
    top: Floats
    top_at: Places
    tall: Floats
    beside: Floats
    typical: Floats


def window_of(months: int) -> int:
    """How many months a level averages.

    >>> [window_of(months) for months in (6, 11, 12, 30, 44, 120)]
    [2, 3, 4, 5, 7, 9]
    """
    if months < A_YEAR:
        return max(months // YOUNG_PARTS, 1)
    return int(np.clip(round(months / WINDOW_PARTS), *WINDOW_MONTHS))


def without_outliers(rows: Floats) -> Floats:
    """Each value, capped at twice the mean of its neighbours (three months on either side).

    >>> without_outliers(np.array([[1.0, 1.0, 1.0, 9.0, 1.0, 1.0, 1.0]])).round(1).tolist()
    [[1.0, 1.0, 1.0, 2.0, 1.0, 1.0, 1.0]]
    """
    months = rows.shape[1]
    if months == 1:
        return rows
    at = np.arange(months)
    first, end = np.maximum(at - NEIGHBOURS, 0), np.minimum(at + NEIGHBOURS + 1, months)
    sums = _running(rows)
    others = np.maximum(sums[:, end] - sums[:, first] - rows, 0.0) / (end - first - 1)
    capped: Floats = np.minimum(rows, OUTLIER * others)
    return capped


def moving_means(rows: Floats, window: int) -> Floats:
    """The rolling mean over `window` months: (draws, months - window + 1).

    >>> moving_means(np.array([[1.0, 2.0, 6.0]]), 2).tolist()
    [[1.5, 4.0]]
    """
    sums = _running(rows)
    means: Floats = np.maximum(sums[:, window:] - sums[:, :-window], 0.0) / window
    return means


def smoothed(rows: Floats) -> Floats:
    """The weighted mean of each month (weight 2) and its neighbours (weight 1): (draws, months).

    >>> smoothed(np.array([[0.0, 4.0, 0.0, 0.0]])).round(2).tolist()
    [[1.33, 2.0, 1.0, 0.0]]
    """
    padded = np.pad(rows, ((0, 0), (1, 1)))
    sums = padded[:, :-2] + 2 * padded[:, 1:-1] + padded[:, 2:]
    counts = np.full(rows.shape[1], 4.0)
    counts[0] -= 1.0
    counts[-1] -= 1.0
    means: Floats = sums / counts
    return means


def levels(rows: Floats) -> Levels:
    """The levels of curves of equal length, of three months or more."""
    every, months = np.arange(len(rows)), rows.shape[1]
    held = without_outliers(rows)
    means = moving_means(held, window_of(months))
    before = np.maximum.accumulate(means, axis=1)
    left = np.divide(means, before, out=np.ones_like(means), where=before > 0)
    trough_at = left.argmin(axis=1)
    smooth = smoothed(rows)
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
        before=before[every, trough_at],
        silence=held[:, -SILENT_MONTHS:].mean(axis=1),
        top=top,
        top_at=smooth.argmax(axis=1),
        tall=(smooth >= top[:, None] / 2).mean(axis=1),
        beside=np.maximum(padded[every, highest], padded[every, highest + 2]),
        typical=np.median(rows, axis=1),
    )


def _running(rows: Floats) -> Floats:
    sums: Floats = np.concatenate([np.zeros((len(rows), 1)), np.cumsum(rows, axis=1)], axis=1)
    return sums
