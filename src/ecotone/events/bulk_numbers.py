"""Recognise thread numbers that were used in bulk: by an import, a transfer, or issues turned into discussions.

Numbers rise with time. A week that rises far more steeply than the half years around it was not opened thread by
thread, and neither was a wide gap between seen numbers that was crossed in a short time. A wide gap alone says
nothing: where few requests land, gaps are wide and the rise is as usual.
"""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

Moments = NDArray[np.int64]  # seconds since 1970
Numbers = NDArray[np.int64]
Floats = NDArray[np.float64]

DAY: Final = 86_400
WEEK: Final = 7  # days
HALF_YEAR: Final = 180  # days before and after that tell the usual rise
MIN_DAYS: Final = 10  # days on one side that tell a usual rise
SMALLEST_BULK: Final = 100  # numbers; a smaller rise is never cut
STEEP: Final = 5  # times the usual rise: a week in bulk
STEEP_GAP: Final = 3  # times the usual rise: a gap in bulk
WIDE: Final = 40  # times the usual distance between seen numbers: a gap


def numbers_used_in_bulk(number: Numbers, existed: Moments, known: NDArray[np.bool_]) -> Numbers:
    """How many numbers up to each one were used in bulk.

    The usual rise is that of the median day of the half year before or after, whichever is higher, so that growth is
    no bulk; and no less than the usual number of threads for each request that landed, because a launch brings
    requests too. What a stretch in bulk rises beyond the usual was used in bulk, spread evenly over its numbers.

    number   (n,), ascending
    existed  (n,), when each was seen to exist: its landing, or its start if hardly any landed
    known    (n,), whether `existed` is known
    returns  (n,), ascending
    """
    if np.count_nonzero(known) < 2:
        return np.zeros(len(number), np.int64)
    moments, records = daily_records(number[known], existed[known])
    seen_at = np.sort(existed[known])
    levels = _without_steep_weeks(moments, _without_gaps(moments, records, seen_at, number), seen_at)
    # numbers before the first and after the last record keep their distance
    inside = np.interp(number, records, levels)
    count = np.where(number > records[-1], number - records[-1] + levels[-1], inside)
    count = np.where(number < records[0], number, count)
    return number - np.rint(count).astype(np.int64)


def daily_records(number: Numbers, moment: Moments) -> tuple[Moments, Numbers]:
    """The largest number so far at the end of each day that brought a larger one, and its moment.

    >>> daily_records(np.array([7, 5, 6, 9]), np.array([10, 20, 30, 90_000]))
    (array([   10, 90000]), array([7, 9]))
    """
    order = np.lexsort((number, moment))
    moment, highest = moment[order], np.maximum.accumulate(number[order])
    record = np.append(True, highest[1:] > highest[:-1])
    moment, highest = moment[record], highest[record]
    day = moment // DAY
    last_of_day = np.append(day[1:] > day[:-1], True)
    return moment[last_of_day], highest[last_of_day]


class _Rise:
    """The rise of a line through records: how much, and how much is usual.

    moments, counts  the records
    seen_at          ascending moments at which requests were seen
    """

    def __init__(self, moments: Moments, counts: Floats, seen_at: Moments) -> None:
        self.moments = moments
        self.counts = counts
        self.seen_at = seen_at
        self.days = np.arange(moments[0], moments[-1] + DAY, DAY)
        self.daily = np.diff(np.interp(self.days, moments, counts))

    def between(self, begin: int, end: int) -> float:
        """Numbers from one moment to another."""
        low, high = np.interp([begin, end], self.moments, self.counts)
        return float(high - low)

    def usual(self, begin: int, end: int) -> float | None:
        """Numbers to expect from one moment to another; None if neither side tells the usual."""
        first, last = (begin - self.moments[0]) // DAY, -((self.moments[0] - end) // DAY)
        sides = (self.daily[max(first - HALF_YEAR, 0) : first], self.daily[last : last + HALF_YEAR])
        medians = [float(np.median(side)) for side in sides if len(side) >= MIN_DAYS]
        if not medians:
            return None
        of_days = max(medians) * max(end - begin, DAY) / DAY
        return max(of_days, self._threads_of_a_request(begin, end) * self._requests(begin, end), 1.0)

    def _threads_of_a_request(self, begin: int, end: int) -> float:
        """Numbers for each request in the half years around."""
        first, last = begin - HALF_YEAR * DAY, end + HALF_YEAR * DAY
        requests = self._requests(first, last) - self._requests(begin, end)
        return (self.between(first, last) - self.between(begin, end)) / max(requests, 1)

    def _requests(self, begin: int, end: int) -> int:
        first, last = np.searchsorted(self.seen_at, [begin, end], side="right")
        return int(last - first)


def _without_gaps(moments: Moments, records: Numbers, seen_at: Moments, number: Numbers) -> Floats:
    """The records without what was used in gaps between seen numbers."""
    rise = _Rise(moments, records.astype(np.float64), seen_at)
    removed = np.zeros(len(records))
    for at in np.flatnonzero(np.diff(records) >= SMALLEST_BULK):
        usual = rise.usual(int(moments[at]), int(moments[at + 1]))
        jump = float(records[at + 1] - records[at])
        if usual is not None and jump > STEEP_GAP * usual and _has_gap(number, int(records[at]), int(records[at + 1])):
            removed[at + 1] = jump - usual
    return np.asarray(records - np.cumsum(removed))


def _has_gap(number: Numbers, low: int, high: int) -> bool:
    """Whether the seen numbers from `low` to `high` leave a gap that single threads do not explain.

    If one thread in m is seen, a gap of g numbers has the probability (1 - 1/m)^g; beyond 40 m it has another cause.
    m is the mean distance of the 100 numbers around, without the five largest distances.
    """
    first, last = np.searchsorted(number, [low, high])
    widest = int(np.diff(number[first : last + 1]).max(initial=0))
    around = np.append(np.diff(number[max(first - 50, 0) : first + 1]), np.diff(number[last : last + 51]))
    if widest < SMALLEST_BULK or len(around) <= 5:
        return False
    return widest > WIDE * float(np.mean(np.sort(around)[:-5]))


def _without_steep_weeks(moments: Moments, counts: Floats, seen_at: Moments) -> Floats:
    """The counts at records, with each day of a steep week rising by no more than is usual."""
    rise = _Rise(moments, counts, seen_at)
    level = np.append(0.0, np.cumsum(rise.daily))
    limit = np.full(len(rise.daily), np.inf)
    for day in np.flatnonzero(level[WEEK:] - level[:-WEEK] >= SMALLEST_BULK):
        begin = int(rise.days[day])
        usual = rise.usual(begin, begin + WEEK * DAY)
        if usual is not None and level[day + WEEK] - level[day] > STEEP * usual:
            limit[day : day + WEEK] = np.minimum(limit[day : day + WEEK], usual / WEEK)
    removed = np.append(0.0, np.cumsum(np.maximum(rise.daily - limit, 0.0)))
    return np.asarray(np.maximum.accumulate(counts - np.interp(moments, rise.days, removed)))
