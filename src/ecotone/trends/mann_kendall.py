"""Mann-Kendall's trend test and Sen's slope, for many curves over the same months."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import special

from ecotone.trends.robust_levels import Floats

MIN_MONTHS = 4  # months for a p-value


@dataclass(frozen=True, slots=True)
class TrendTest:
    """One value per row: Sen's slope (unit of the signal per month) and the two-sided p-value; NaN if undefined."""

    slope: Floats
    p_value: Floats


def mann_kendall_test(months: Floats, rows: Floats) -> TrendTest:
    """Sen's slope and Mann-Kendall's p-value of each row, over the months that are not NaN.

    months  (months,), rising; gaps count as time
    rows    (curves, months), NaN if a curve has no value
    source  Mann (1945), Econometrica 13:245; Kendall (1975), Rank Correlation Methods; Sen (1968), JASA 63:1379.
            The variance is corrected for ties; no correction for continuity, none for serial correlation

    >>> found = mann_kendall_test(np.arange(5.0), np.array([[1.0, 2.0, 4.0, 4.0, 9.0]]))
    >>> round(float(found.slope[0]), 3), round(float(found.p_value[0]), 4)
    (1.75, 0.023)
    """
    first, second = np.triu_indices(len(months), 1)
    if not len(first):
        return TrendTest(np.full(len(rows), np.nan), np.full(len(rows), np.nan))
    differences = rows[:, second] - rows[:, first]
    slope = _row_medians(differences / (months[second] - months[first]))
    score = np.nansum(np.sign(differences), axis=1)
    spread = np.sqrt(_score_variance(rows))
    observed = np.isfinite(rows).sum(axis=1)
    z = np.divide(score, spread, out=np.zeros_like(spread), where=spread > 0)
    p_value = np.where(observed >= MIN_MONTHS, special.erfc(np.abs(z) / np.sqrt(2)), np.nan)
    return TrendTest(slope, p_value)


def _score_variance(rows: Floats) -> Floats:
    """Variance of Kendall's score without a trend; each group of t tied months subtracts t (t - 1) (2 t + 5) / 18."""
    observed = np.isfinite(rows).sum(axis=1)
    ordered = np.sort(rows, axis=1)  # NaN last
    tied = ordered[:, 1:] == ordered[:, :-1]
    tie_correction = np.zeros(len(rows))
    run = np.ones(len(rows))
    for column in range(tied.shape[1] + 1):
        continues = tied[:, column] if column < tied.shape[1] else np.zeros(len(rows), dtype=np.bool_)
        tie_correction += np.where(continues, 0.0, run * (run - 1) * (2 * run + 5))
        run = np.where(continues, run + 1, 1.0)
    variance: Floats = (observed * (observed - 1.0) * (2.0 * observed + 5.0) - tie_correction) / 18.0
    return variance


def _row_medians(rows: Floats) -> Floats:
    """The median of each row without its NaNs; NaN if there are no others."""
    ordered = np.sort(rows, axis=1)
    observed = np.isfinite(rows).sum(axis=1)
    every = np.arange(len(rows))
    low, high = np.maximum((observed - 1) // 2, 0), np.minimum(observed // 2, rows.shape[1] - 1)
    return np.where(observed > 0, (ordered[every, low] + ordered[every, high]) / 2, np.nan)
