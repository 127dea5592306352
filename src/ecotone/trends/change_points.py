"""Peak, half-life, momentum and change points of a curve."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from ecotone.trends.robust_levels import Floats
from ecotone.trends.shape_classifier import Curve

RECENT_MONTHS: Final = 3
EARLIER_MONTHS: Final = 9
NEAR_ZERO: Final = 0.05  # of the highest month: a base at or below it gives no percentage
MIN_PHASE_MONTHS: Final = 3  # months between turning points
PENALTY: Final = 3.0  # of one more turning point, times ln(months) and the noise's variance
TO_SIGMA: Final = 1.4826  # median absolute deviation -> standard deviation of normal noise


@dataclass(frozen=True, slots=True)
class Peak:
    """The highest month and the fall after it; months are numbers of the curve.

    share      mean of the last three months, as a share of the peak month
    half_life  months from the peak to the month after the last two in a row that reach half of it;
               None if there is no such month
    """

    month: int
    share: float
    half_life: int | None


def recent_momentum(curve: Curve) -> float | None:
    """Growth of the mean of the last 3 months over the mean of the 9 before: 0.5 is 50 % more.

    None unless all of the last twelve months were observed whole, or if the mean of the 9 is near zero: below 5 % of
    the highest month, a percentage says nothing.

    source  OpenDigger, notebook GOSD2025, compute_momentum_r3_prev9

    >>> recent_momentum(Curve(np.arange(12), np.array([2.0] * 9 + [3.0] * 3)))
    0.5
    """
    months = RECENT_MONTHS + EARLIER_MONTHS
    if len(curve.months) < months or curve.months[-1] - curve.months[-months] != months - 1:
        return None
    earlier = float(curve.values[-months:-RECENT_MONTHS].mean())
    if earlier <= NEAR_ZERO * float(curve.values.max()):
        return None
    return (float(curve.values[-RECENT_MONTHS:].mean()) - earlier) / earlier


def find_peak(curve: Curve) -> Peak | None:
    """The highest month, the first of equal ones; None if no month is above 0.

    >>> find_peak(Curve(np.arange(6), np.array([1.0, 8.0, 6.0, 3.0, 2.0, 1.0])))
    Peak(month=1, share=0.25, half_life=2)
    """
    if not len(curve.values) or not curve.values.max() > 0:
        return None
    position = int(curve.values.argmax())
    top = float(curve.values[position])
    after = curve.values >= top / 2
    # two in a row: a single month above half of the peak does not end a fall
    lasting = after & np.concatenate([after[1:], [False]]) | after & np.concatenate([[False], after[:-1]])
    lasting[position] = True
    last = int(np.flatnonzero(lasting)[-1])
    half_life = int(curve.months[last + 1] - curve.months[position]) if last + 1 < len(curve.months) else None
    return Peak(int(curve.months[position]), float(curve.values[-RECENT_MONTHS:].mean()) / top, half_life)


def find_change_points(curve: Curve) -> tuple[int, ...]:
    """Change points of the curve's level: the numbers of the first months of the new levels.

    PELT on square roots, which equalise the noise of counts; the penalty follows from the noise between neighbouring
    months.

    source  PELT: Killick, Fearnhead and Eckley (2012), JASA 107:1590, doi 10.1080/01621459.2012.737745

    >>> find_change_points(Curve(np.arange(14), np.array([4.0, 5, 4, 5, 4, 5, 4, 60, 62, 61, 60, 59, 62, 60])))
    (7,)
    """
    if len(curve.values) < 2 * MIN_PHASE_MONTHS:
        return ()
    roots: Floats = np.sqrt(np.maximum(curve.values, 0.0))
    spread = TO_SIGMA * float(np.median(np.abs(np.diff(roots)))) / np.sqrt(2)
    if not spread > 0:
        spread = float(np.abs(np.diff(roots)).mean()) / np.sqrt(2)
    if not spread > 0:
        return ()
    import ruptures  # imported here: it takes long, and an analysis with nothing new does not need it

    finder = ruptures.KernelCPD(kernel="linear", min_size=MIN_PHASE_MONTHS).fit((roots / spread)[:, None])
    ends = finder.predict(pen=PENALTY * float(np.log(len(roots))))
    return tuple(int(curve.months[end]) for end in ends[:-1])
