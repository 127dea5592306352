"""Time series of a project and its latest values: last month, momentum, peak."""

from __future__ import annotations

from dataclasses import dataclass
from statistics import fmean
from typing import Final

WHOLE, PARTIAL, DAMAGED, UNOBSERVED = "w", "p", "d", "n"
LETTERS: Final = {"complete": WHOLE, "partial": PARTIAL, "damaged": DAMAGED, "not_observed": UNOBSERVED}

RECENT: Final = 3  # months of the recent mean
EARLIER: Final = 9  # months before them

Values = tuple[float | None, ...]


@dataclass(frozen=True, slots=True)
class ProjectSeries:
    """One signal of one project, one value per step (month or quarter) from `first` on.

    first   index of the first step; 0 is the first month or quarter of the period
    states  one letter per value: w whole, p partial, d damaged, n not observed
    """

    first: int
    values: Values
    states: str

    def whole_values(self) -> dict[int, float]:
        """Values of whole steps, by index."""
        return {
            self.first + step: value
            for step, (value, state) in enumerate(zip(self.values, self.states, strict=True))
            if value is not None and state == WHOLE
        }


@dataclass(frozen=True, slots=True)
class LatestValues:
    """Latest values of a signal of a project; None if there are not enough whole months.

    recent    mean of the last 3 whole months
    earlier   mean of the 9 before them
    momentum  (mean of the last 3 months - mean of the 9 before) / mean of the 9 before
    """

    last: float | None = None
    last_at: int | None = None
    recent: float | None = None
    earlier: float | None = None
    momentum: float | None = None
    peak: float | None = None
    peak_at: int | None = None

    @property
    def of_peak(self) -> float | None:
        """The last whole month as a share of the peak."""
        return self.last / self.peak if self.last is not None and self.peak else None


def compute_latest_values(series: ProjectSeries) -> LatestValues:
    """Compute the latest values from the whole months of a series.

    Momentum is None unless all 12 months are whole. The first of equal peaks counts.
    """
    whole = series.whole_values()
    if not whole:
        return LatestValues()
    last_at = max(whole)
    peak_at = max(whole, key=lambda at: (whole[at], -at))
    recent = [whole[at] for at in range(last_at - RECENT + 1, last_at + 1) if at in whole]
    before = [whole[at] for at in range(last_at - RECENT - EARLIER + 1, last_at - RECENT + 1) if at in whole]
    recently = fmean(recent) if len(recent) == RECENT else None
    earlier = fmean(before) if len(before) == EARLIER else None
    momentum = (recently - earlier) / earlier if recently is not None and earlier else None
    return LatestValues(whole[last_at], last_at, recently, earlier, momentum, whole[peak_at], peak_at)


def quarterly_means(series: ProjectSeries, offset: int, length: int) -> ProjectSeries:
    """The monthly mean of every quarter.

    offset  months of the first quarter that are before the period (0, 1 or 2)
    length  months in the period; an incomplete quarter is partial

    The state of a quarter is that of its worst month; a quarter without values is not observed.
    """
    if not series.values:
        return ProjectSeries(0, (), "")
    start = (series.first + offset) // 3
    stop = (series.first + len(series.values) - 1 + offset) // 3
    pairs = [_quarterly_mean(series, quarter * 3 - offset, length) for quarter in range(start, stop + 1)]
    return ProjectSeries(start, tuple(value for value, _ in pairs), "".join(state for _, state in pairs))


def _quarterly_mean(series: ProjectSeries, begin: int, length: int) -> tuple[float | None, str]:
    """Value and state of the quarter that begins at a month index."""
    inside = [at - series.first for at in range(begin, begin + 3) if 0 <= at < length]
    known = [at for at in inside if 0 <= at < len(series.values)]
    values = [value for at in known if (value := series.values[at]) is not None]
    states = {series.states[at] for at in known}
    if not values:
        return None, DAMAGED if DAMAGED in states else UNOBSERVED
    if DAMAGED in states:
        return fmean(values), DAMAGED
    return fmean(values), WHOLE if states == {WHOLE} and len(values) == 3 else PARTIAL
