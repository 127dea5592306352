"""The monthly work of persons in one project: contributors, commits and merged requests, without bots.

The verdicts on a project read these three measures together. Only complete months are listed, so that a gap is neither
a zero nor part of a mean.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from ecotone.trends.robust_levels import Floats

Positions = npt.NDArray[np.int64]

LATE_MONTHS: Final = 2  # months that may lack merged requests at the end
DRAWS: Final = 200
BLOCK_MONTHS: Final = 3  # months that are drawn together, because deviations of neighbouring months correlate
DEVIATION_BOUNDS: Final = (0.2, 5.0)  # as a factor of the smoothed value
DEVIATION_POWER: Final = 1.5  # smoothing hides a part of each deviation


@dataclass(frozen=True, slots=True)
class MonthlyWork:
    """The complete months of one project, or resampled variants of it: arrays are (variants, months).

    months        (months,) number of each complete month from the first of the period (0), rising
    contributors  persons with a landed commit
    commits       commits of persons
    merged        merged requests, NaN where their number is unknown; None if it is unknown everywhere
    """

    months: Positions
    contributors: Floats
    commits: Floats
    merged: Floats | None = None

    @property
    def length(self) -> int:
        """Number of complete months."""
        return len(self.months)

    def measures(self) -> Iterator[tuple[str, Floats]]:
        """The measures that are known in every month, by name; contributors come first."""
        yield "contributors", self.contributors
        yield "commits", self.commits
        if self.merged is not None and np.isfinite(self.merged).all():
            yield "merged", self.merged

    def last_months(self, span: int) -> MonthlyWork:
        """The complete months among the last `span` months."""
        recent = self.months > (self.months[-1] if self.length else 0) - span
        return MonthlyWork(
            self.months[recent],
            self.contributors[:, recent],
            self.commits[:, recent],
            None if self.merged is None else self.merged[:, recent],
        )


def work_from_months(
    contributors: npt.ArrayLike, commits: npt.ArrayLike, merged: npt.ArrayLike | None = None
) -> MonthlyWork:
    """Work from the values of every month of the period; NaN marks a month that is not complete.

    A month counts if contributors and commits are known. Where merged requests are known only until one or two months
    before the end, these last months do not count either. The work begins with the first month that holds a
    contributor or a commit; without any, all months count.

    >>> work_from_months([0, 2, np.nan, 3], [0, 9, 4, 7]).months.tolist()
    [1, 3]
    """
    people = np.asarray(contributors, dtype=np.float64)
    landed = np.asarray(commits, dtype=np.float64)
    requests = np.full(len(people), np.nan) if merged is None else np.array(merged, dtype=np.float64)
    months = np.flatnonzero(np.isfinite(people) & np.isfinite(landed))
    active = np.flatnonzero((people[months] > 0) | (landed[months] > 0))
    months = months[active[0] :] if len(active) else months
    known = np.flatnonzero(np.isfinite(requests[months]))
    if len(known) and len(months) - 1 - known[-1] <= LATE_MONTHS:
        months = months[: known[-1] + 1]
    return MonthlyWork(
        months=months.astype(np.int64),
        contributors=people[months][None, :],
        commits=landed[months][None, :],
        merged=requests[months][None, :] if len(known) else None,
    )


def resample_work(work: MonthlyWork, generator: np.random.Generator, draws: int = DRAWS) -> MonthlyWork:
    """Block-bootstrap variants of a project's work: (draws, months).

    The ratio of each month to its smoothed value is drawn from blocks of three months anywhere in the life, of all
    measures together, and raised to a power, because smoothing hides a part of the noise.
    """
    length = work.length
    starts = generator.integers(0, length, size=(draws, -(-length // BLOCK_MONTHS)))
    positions = (starts[:, :, None] + np.arange(BLOCK_MONTHS)).reshape(draws, -1)[:, :length] % length
    drawn = {name: _redraw(values[0], positions) for name, values in work.measures()}
    return MonthlyWork(work.months, drawn["contributors"], drawn["commits"], drawn.get("merged"))


def _redraw(values: Floats, positions: Positions) -> Floats:
    expected = smooth_months(values)
    ratios = np.divide(values, expected, out=np.ones_like(values), where=expected > 0)
    ratios = np.clip(ratios, *DEVIATION_BOUNDS) ** DEVIATION_POWER
    return np.rint(values * ratios[positions])


def smooth_months(values: Floats) -> Floats:
    """The weighted mean of each month (weight 2) and its neighbours (weight 1)."""
    padded = np.pad(values, 1, mode="edge")
    return np.asarray((padded[:-2] + 2 * padded[1:-1] + padded[2:]) / 4)
