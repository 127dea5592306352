"""Classify the shape of a project's signal, with a confidence from resampling."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from ecotone.trends.robust_levels import SILENT_MONTHS, Floats, level_window_length, measure_levels, smooth_months
from ecotone.trends.shape_rules import ALL, TOO_SHORT, YOUNG_MONTHS, Shape, classify_rows

Positions = npt.NDArray[np.int64]

DRAWS: Final = 200
BLOCK_MONTHS: Final = 3  # months that are drawn together, because deviations of neighbouring months correlate
DEVIATION_BOUNDS: Final = (0.25, 4.0)  # bounds of a deviation, as a factor of the smoothed value
DEVIATION_POWER: Final = 1.5  # power of a deviation, because smoothing hides a part of it
DIGITS: Final = 9
MAX_CONFIDENCE: Final = 0.99  # the highest confidence
QUIET_SHARE: Final = 0.05  # of the high


@dataclass(frozen=True, slots=True)
class Curve:
    """One signal of one project, over the months observed whole.

    months  number of each month from the first of the period (0), rising; gaps are months not observed whole
    values  (months,), 0 or more
    """

    months: Positions
    values: Floats

    @property
    def life(self) -> Curve:
        """The curve from its first month above 0; empty if there is none."""
        above = np.flatnonzero(self.values > 0)
        start = int(above[0]) if len(above) else len(self.values)
        return Curve(self.months[start:], self.values[start:])

    @property
    def is_young(self) -> bool:
        """Whether the life begins in the second half of the period, at most 24 months before its end."""
        life = self.life
        if not len(life.months) or life.months[0] == 0:
            return False
        age = int(life.months[-1] - life.months[0]) + 1
        return bool(age <= YOUNG_MONTHS and age * 2 <= life.months[-1] + 1)


@dataclass(frozen=True, slots=True)
class ShapeResult:
    """The shape of a curve.

    confidence   share of resampled curves with the same shape; None if too short
    since        number of the month in which the present phase of the shape begins
    alternative  the most frequent other shape of the resampled curves
    """

    shape: Shape
    confidence: float | None = None
    since: int | None = None
    alternative: Shape | None = None


def curve_from_values(values: npt.ArrayLike) -> Curve:
    """A curve from the values of every month of the period, NaN if a month was not observed whole.

    >>> curve_from_values([3.0, np.nan, 5.0]).months.tolist()
    [0, 2]
    """
    monthly = np.asarray(values, dtype=np.float64)
    observed = np.flatnonzero(np.isfinite(monthly))
    return Curve(observed, monthly[observed])


def classify_curve(curve: Curve, seed: int, draws: int = DRAWS) -> ShapeResult:
    """The curve's shape, with a confidence from `draws` resampled curves."""
    life = curve.life
    if not len(life.values):
        shape = ALL[int(classify_rows(curve.values[None, :], young=False)[0])] if len(curve.values) else TOO_SHORT
        return ShapeResult(shape) if shape is TOO_SHORT else ShapeResult(shape, MAX_CONFIDENCE, int(curve.months[0]))
    result = bootstrap_confidence(curve, seed, draws)
    if result is None:
        return ShapeResult(TOO_SHORT)
    shape, agreed, alternative = result
    return ShapeResult(
        shape,
        min(agreed, MAX_CONFIDENCE),
        int(life.months[_phase_start_position(shape, _relative_values(life))]),
        alternative,
    )


def bootstrap_confidence(curve: Curve, seed: int, draws: int = DRAWS) -> tuple[Shape, float, Shape | None] | None:
    """The shape, the share of draws with it, and the most frequent other shape; None if too short."""
    values, young = _relative_values(curve.life), curve.is_young
    code = int(classify_rows(values[None, :], young=young)[0])
    if ALL[code] is TOO_SHORT:
        return None
    drawn = classify_rows(resample_curves(values, np.random.default_rng(seed), draws), young=young)
    votes = np.bincount(drawn, minlength=len(ALL))
    agreed = float(votes[code]) / draws
    votes[code] = 0
    return ALL[code], agreed, ALL[int(votes.argmax())] if votes.any() else None


def resample_curves(values: Floats, generator: np.random.Generator, draws: int) -> Floats:
    """Block-bootstrap samples of a curve: (draws, months).

    The ratio of each month to its smoothed value is drawn from blocks of three months anywhere in the life, and raised
    to the power 1.5, because smoothing hides a part of the noise.
    """
    expected = smooth_months(values[None, :])[0]
    deviations = np.divide(values, expected, out=np.ones_like(values), where=expected > 0)
    deviations = np.clip(deviations, *DEVIATION_BOUNDS) ** DEVIATION_POWER
    months = len(values)
    starts = generator.integers(0, months, size=(draws, -(-months // BLOCK_MONTHS)))
    positions = (starts[:, :, None] + np.arange(BLOCK_MONTHS)).reshape(draws, -1)[:, :months] % months
    return np.asarray(values * deviations[positions])


def _relative_values(life: Curve) -> Floats:
    """The values relative to the highest, rounded, so that the unit has no influence on the result."""
    return np.asarray(np.round(life.values / life.values.max(), DIGITS))


def _phase_start_position(shape: Shape, values: Floats) -> int:
    """The position in the life at which the shape's present phase begins."""
    curve_levels = measure_levels(values[None, :])
    window = level_window_length(len(values))
    if shape.name in ("rise and fall", "declining", "spike and fade"):
        return int(curve_levels.top_at[0])
    if shape.name == "revived":
        return int(curve_levels.trough_at[0]) + window // 2
    if shape.name == "climbing":
        return int(values[: int(curve_levels.high_at[0]) + window].argmin())
    if shape.name == "dormant":
        quiet = silence_start(values)
        return len(values) - SILENT_MONTHS if quiet is None else quiet
    return 0


def silence_start(values: Floats) -> int | None:
    """The first of the final months without a value above 5 % of the high, if these are six or more.

    None if there are fewer, or if there are no earlier months.

    >>> silence_start(np.array([5.0, 9, 9, 9, 8, 1, 0, 0, 0, 0, 0, 0]))
    6
    """
    if len(values) < SILENT_MONTHS:
        return None
    loud = np.flatnonzero(values > QUIET_SHARE * measure_levels(values[None, :]).high[0])
    since = int(loud[-1]) + 1 if len(loud) else 0
    return since if 0 < since <= len(values) - SILENT_MONTHS else None
