"""Classify the shape of a project's signal, with a confidence from resampling."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from ecotone.trends.levels import SILENT_MONTHS, Floats, levels, smoothed, window_of
from ecotone.trends.shapes import ALL, TOO_SHORT, YOUNG, Shape, codes

Positions = npt.NDArray[np.int64]

DRAWS: Final = 200
BLOCK: Final = 3  # months that are drawn together, because deviations of neighbouring months correlate
EXTREMES: Final = (0.25, 4.0)  # bounds of a deviation, as a factor of the smoothed value
HIDDEN: Final = 1.5  # power of a deviation, because smoothing hides a part of it
DIGITS: Final = 9
MOST: Final = 0.99  # the highest confidence
QUIET: Final = 0.05  # of the high


@dataclass(frozen=True, slots=True)
class Curve:
    """One signal of one project, over the months observed whole.

    at      number of each month from the first of the period (0), rising; gaps are months not observed whole
    values  (months,), 0 or more
    """

    at: Positions
    values: Floats

    @property
    def life(self) -> Curve:
        """The curve from its first month above 0; empty if there is none."""
        above = np.flatnonzero(self.values > 0)
        start = int(above[0]) if len(above) else len(self.values)
        return Curve(self.at[start:], self.values[start:])

    @property
    def young(self) -> bool:
        """Whether the life begins in the second half of the period, at most 24 months before its end."""
        life = self.life
        if not len(life.at) or life.at[0] == 0:
            return False
        age = int(life.at[-1] - life.at[0]) + 1
        return bool(age <= YOUNG and age * 2 <= life.at[-1] + 1)


@dataclass(frozen=True, slots=True)
class Read:
    """The shape of a curve.

    confidence  share of resampled curves with the same shape; None if too short
    since       number of the month in which the present phase of the shape begins
    otherwise   the most frequent other shape of the resampled curves
    """

    shape: Shape
    confidence: float | None = None
    since: int | None = None
    otherwise: Shape | None = None


def curve_of(values: npt.ArrayLike) -> Curve:
    """A curve from the values of every month of the period, NaN if a month was not observed whole.

    >>> curve_of([3.0, np.nan, 5.0]).at.tolist()
    [0, 2]
    """
    given = np.asarray(values, dtype=np.float64)
    seen = np.flatnonzero(np.isfinite(given))
    return Curve(seen, given[seen])


def read(curve: Curve, seed: int, draws: int = DRAWS) -> Read:
    """The curve's shape, with a confidence from `draws` resampled curves."""
    life = curve.life
    if not len(life.values):
        shape = ALL[int(codes(curve.values[None, :], young=False)[0])] if len(curve.values) else TOO_SHORT
        return Read(shape) if shape is TOO_SHORT else Read(shape, MOST, int(curve.at[0]))
    found = agreement(curve, seed, draws)
    if found is None:
        return Read(TOO_SHORT)
    shape, agreed, otherwise = found
    return Read(shape, min(agreed, MOST), int(life.at[_since(shape, _relative(life))]), otherwise)


def agreement(curve: Curve, seed: int, draws: int = DRAWS) -> tuple[Shape, float, Shape | None] | None:
    """The shape, the share of draws with it, and the most frequent other shape; None if too short."""
    values, young = _relative(curve.life), curve.young
    code = int(codes(values[None, :], young=young)[0])
    if ALL[code] is TOO_SHORT:
        return None
    drawn = codes(resampled(values, np.random.default_rng(seed), draws), young=young)
    votes = np.bincount(drawn, minlength=len(ALL))
    agreed = float(votes[code]) / draws
    votes[code] = 0
    return ALL[code], agreed, ALL[int(votes.argmax())] if votes.any() else None


def resampled(values: Floats, generator: np.random.Generator, draws: int) -> Floats:
    """Block-bootstrap samples of a curve: (draws, months).

    The ratio of each month to its smoothed value is drawn from blocks of three months anywhere in the life, and raised
    to the power 1.5, because smoothing hides a part of the noise.
    """
    expected = smoothed(values[None, :])[0]
    astray = np.divide(values, expected, out=np.ones_like(values), where=expected > 0)
    astray = np.clip(astray, *EXTREMES) ** HIDDEN
    months = len(values)
    starts = generator.integers(0, months, size=(draws, -(-months // BLOCK)))
    places = (starts[:, :, None] + np.arange(BLOCK)).reshape(draws, -1)[:, :months] % months
    return np.asarray(values * astray[places])


def _relative(life: Curve) -> Floats:
    """The values relative to the highest, rounded, so that the unit has no influence on the result."""
    return np.asarray(np.round(life.values / life.values.max(), DIGITS))


def _since(shape: Shape, values: Floats) -> int:
    """The position in the life at which the shape's present phase begins."""
    found = levels(values[None, :])
    window = window_of(len(values))
    if shape.name in ("rise and fall", "declining", "spike and fade"):
        return int(found.top_at[0])
    if shape.name == "revived":
        return int(found.trough_at[0]) + window // 2
    if shape.name == "climbing":
        return int(values[: int(found.high_at[0]) + window].argmin())
    if shape.name == "dormant":
        quiet = quiet_since(values)
        return len(values) - SILENT_MONTHS if quiet is None else quiet
    return 0


def quiet_since(values: Floats) -> int | None:
    """The first of the final months without a value above 5 % of the high, if these are six or more.

    None if there are fewer, or if there are no earlier months.

    >>> quiet_since(np.array([5.0, 9, 9, 9, 8, 1, 0, 0, 0, 0, 0, 0]))
    6
    """
    if len(values) < SILENT_MONTHS:
        return None
    loud = np.flatnonzero(values > QUIET * levels(values[None, :]).high[0])
    since = int(loud[-1]) + 1 if len(loud) else 0
    return since if 0 < since <= len(values) - SILENT_MONTHS else None
