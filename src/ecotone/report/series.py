"""A signal of a project through time, and what is read off it: last, momentum, peak."""

from __future__ import annotations

from dataclasses import dataclass
from statistics import fmean
from typing import Final

WHOLE, PARTIAL, DAMAGED, UNOBSERVED = "w", "p", "d", "n"
LETTERS: Final = {"whole": WHOLE, "partial": PARTIAL, "damaged": DAMAGED, "not_observed": UNOBSERVED}

RECENT: Final = 3  # months whose mean is compared ...
EARLIER: Final = 9  # ... with the mean of so many months before them

Values = tuple[float | None, ...]


@dataclass(frozen=True, slots=True)
class Series:
    """One signal of one project, a value a step (month or quarter) from position `first` on.

    first   position on the period's axis, 0 = the period's first month or quarter
    states  one letter a value: w whole, p in part, d damaged, n not observed
    """

    first: int
    values: Values
    states: str

    def whole(self) -> dict[int, float]:
        """Values of wholly observed steps, by position."""
        return {
            self.first + step: value
            for step, (value, state) in enumerate(zip(self.values, self.states, strict=True))
            if value is not None and state == WHOLE
        }


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a project stands on one signal; None where whole months do not suffice.

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


def standing(series: Series) -> Standing:
    """What the whole months of a series say; months in part, damaged or unobserved are left out.

    Momentum is None unless all 12 months are whole.
    The first of equal peaks counts.
    """
    whole = series.whole()
    if not whole:
        return Standing()
    last_at = max(whole)
    peak_at = max(whole, key=lambda at: (whole[at], -at))
    recent = [whole[at] for at in range(last_at - RECENT + 1, last_at + 1) if at in whole]
    before = [whole[at] for at in range(last_at - RECENT - EARLIER + 1, last_at - RECENT + 1) if at in whole]
    recently = fmean(recent) if len(recent) == RECENT else None
    earlier = fmean(before) if len(before) == EARLIER else None
    momentum = (recently - earlier) / earlier if recently is not None and earlier else None
    return Standing(whole[last_at], last_at, recently, earlier, momentum, whole[peak_at], peak_at)


def quarters(series: Series, offset: int, length: int) -> Series:
    """The mean month of every quarter.

    offset  how many months of its quarter lie before the period's first month (0, 1 or 2)
    length  months in the period; a quarter that the period or the project cuts is in part

    A quarter's state is its worst month's; a quarter without any value is not observed.
    """
    if not series.values:
        return Series(0, (), "")
    start = (series.first + offset) // 3
    stop = (series.first + len(series.values) - 1 + offset) // 3
    found = [_quarter(series, quarter * 3 - offset, length) for quarter in range(start, stop + 1)]
    return Series(start, tuple(value for value, _ in found), "".join(state for _, state in found))


def _quarter(series: Series, begin: int, length: int) -> tuple[float | None, str]:
    """Value and state of the quarter that begins at a position of the months' axis."""
    inside = [at - series.first for at in range(begin, begin + 3) if 0 <= at < length]
    known = [at for at in inside if 0 <= at < len(series.values)]
    values = [value for at in known if (value := series.values[at]) is not None]
    states = {series.states[at] for at in known}
    if not values:
        return None, DAMAGED if DAMAGED in states else UNOBSERVED
    if DAMAGED in states:
        return fmean(values), DAMAGED
    return fmean(values), WHOLE if states == {WHOLE} and len(values) == 3 else PARTIAL
