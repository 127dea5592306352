"""Estimate how many threads were opened by a moment: a line through the largest landed numbers, and one through starts.

A number N seen in git was opened after its *start*, the first commit of request N, and before its *landing*. So by
the moment of a landing at least as many threads were opened as its number says, and by the moment of a start at
most as many as came before it. The largest numbers landed so far are the corners of one line, the smallest numbers
started from then on those of the other. Between corners both are straight; neither ever falls. The truth lies between
the steps under the first and over the second line, and close to the middle of the lines.

Where no requests' own commits are served there is only the first line; below twenty landed numbers only the second.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from ecotone.events.bulk_numbers import DAY, SMALLEST_BULK
from ecotone.events.thread_numbers import MIN_LANDED, NO_START, UNKNOWN, NumberSequence

Moments = NDArray[np.int64]  # seconds since 1970
Numbers = NDArray[np.int64]
Floats = NDArray[np.float64]

MIN_STARTS: Final = 20  # fewer starts make no line next to that of landings
OLD: Final = DAY  # a line that ends longer before the end of a month leaves the month incomplete
QUIET: Final = 31 * DAY  # a shorter silence is no end
LONG: Final = 5  # times the usual distance of starts: such a silence is an end
HALF_YEAR: Final = 180 * DAY
STEEP: Final = 10  # times the rise of the first half year: numbers before the first corner are an import


@dataclass(frozen=True, slots=True)
class Line:
    """Corners of a line that never falls, by moment; at least one."""

    moments: Moments
    counts: Floats

    def at(self, moments: Moments) -> Floats:
        """The line's value at each moment; level before its first and after its last corner."""
        return np.interp(moments, self.moments, self.counts)

    def with_begin(self, begin: int) -> Line:
        """The line from no thread at `begin`, unless so many numbers by the first corner have another origin."""
        if begin >= self.moments[0] or self._is_import(begin):
            return self
        return Line(np.append(begin, self.moments), np.append(0.0, self.counts))

    def _is_import(self, begin: int) -> bool:
        count, first = float(self.counts[0]), int(self.moments[0])
        later = min(first + HALF_YEAR, int(self.moments[-1]))
        usual = (float(self.at(np.array([later]))[0]) - count) / max(later - first, DAY)
        return count >= SMALLEST_BULK and count > STEEP * usual * max(first - begin, DAY)

    def spacing(self, moments: Moments) -> Floats:
        """The mean rise between the corners around each moment, at least one thread."""
        after = np.searchsorted(self.moments, np.clip(moments, self.moments[0], self.moments[-1]), side="right")
        first, last = np.maximum(after - 2, 0), np.minimum(after + 1, len(self.moments) - 1)
        rise = self.counts[last] - self.counts[first]
        return np.asarray(np.maximum(rise / np.maximum(last - first, 1), 1.0))

    def outside(self, line: Line, moments: Moments) -> Floats:
        """The line's value, going on in parallel to another line where it has no corners itself."""
        inside = np.clip(moments, self.moments[0], self.moments[-1])
        return np.maximum(self.at(moments) + line.at(moments) - line.at(inside), 0.0)


def landing_line(count: Numbers, landing: Moments) -> Line | None:
    """The line through the largest numbers landed so far; None if fewer than MIN_LANDED numbers landed.

    >>> many = np.arange(1, 21)
    >>> landing_line(many, many * 100).at(np.array([0, 150, 2000])).tolist()
    [1.0, 1.5, 20.0]
    """
    landed = landing != UNKNOWN
    if np.count_nonzero(landed) < MIN_LANDED:
        return None
    order = np.lexsort((count[landed], landing[landed]))
    moments, highest = landing[landed][order], np.maximum.accumulate(count[landed][order])
    corner = np.append(True, highest[1:] > highest[:-1])
    return _line(moments[corner], highest[corner])


def start_line(count: Numbers, start: Moments) -> Line | None:
    """The line through the smallest numbers that start from then on, less one; None without starts.

    >>> start_line(np.array([2, 5, 4]), np.array([100, 300, 400])).at(np.array([100, 250, 400])).tolist()
    [1.0, 2.0, 3.0]
    """
    started = start != NO_START
    if not np.any(started):
        return None
    order = np.lexsort((count[started], start[started]))
    moments, before = start[started][order], count[started][order] - 1
    smallest = np.minimum.accumulate(before[::-1])[::-1]
    corner = np.append(smallest[1:] > smallest[:-1], True)
    return _line(moments[corner], smallest[corner])


def _line(moments: Moments, counts: Numbers) -> Line:
    # of corners at one moment the last
    last = np.append(moments[1:] > moments[:-1], True)
    return Line(moments[last], counts[last].astype(np.float64))


def thread_line(count: Numbers, start: Moments, landing: Moments, begin: int) -> Line | None:
    """Threads opened by each moment in a repository whose first commit was at `begin`; None if too few are known.

    count           (n,), threads up to and including each number
    start, landing  (n,), NO_START and UNKNOWN if not seen
    """
    landings, starts = landing_line(count, landing), start_line(count, start)
    if landings is None:
        return starts.with_begin(begin) if starts else None
    if starts is None or np.count_nonzero(start != NO_START) < MIN_STARTS:
        return landings.with_begin(begin)
    if starts.moments[0] < landings.moments[0]:
        return _weighted_mean(landings, starts.with_begin(begin))
    return _weighted_mean(landings.with_begin(begin), starts)


def _weighted_mean(first: Line, second: Line) -> Line:
    """The mean of two lines, each the more important the closer its corners are."""
    moments = np.union1d(first.moments, second.moments)
    weight, other_weight = 1 / first.spacing(moments), 1 / second.spacing(moments)
    total = first.outside(second, moments) * weight + second.outside(first, moments) * other_weight
    return Line(moments, np.maximum.accumulate(total / (weight + other_weight)))


@dataclass(frozen=True, slots=True)
class OpenedThreads:
    """Threads opened between consecutive moments.

    estimate, low, high  (k,), threads
    complete             (k,), whether numbers were seen until close to the end of the interval, or came to an end:
                         after a month of silence that is long beside the usual distance of starts, which show new
                         requests at once, or in which nothing was committed either
    """

    estimate: Floats
    low: Floats
    high: Floats
    complete: NDArray[np.bool_]


def threads_opened_between(
    sequence: NumberSequence, edges: Moments, first_commit: int, last_commit: int
) -> OpenedThreads | None:
    """Threads opened in each interval [edges[i], edges[i + 1]); None if there are too few numbers.

    edges                      (k + 1,), ascending; the last is the end of the observation at most
    first_commit, last_commit  of the repository
    """
    line = thread_line(sequence.count, sequence.start, sequence.landing, first_commit)
    if line is None:
        return None
    low, high = sequence.opened_thread_bounds(edges)
    estimate = np.diff(np.clip(line.at(edges), low, high))
    fewest, most = np.maximum(low[1:] - high[:-1], 0), high[1:] - low[:-1]
    end = int(line.moments[-1])
    silence = int(edges[-1]) - end
    ended = silence > QUIET and (silence > LONG * _usual_distance(sequence.start) or last_commit <= end + QUIET)
    complete = np.full(len(edges) - 1, True) if ended else edges[1:] <= end + OLD
    return OpenedThreads(estimate, fewest, most, np.asarray(complete))


def _usual_distance(start: Moments) -> float:
    """Mean seconds between the last starts; infinite if too few are known."""
    last = np.sort(start[start != NO_START])[-MIN_STARTS:]
    return float(last[-1] - last[0]) / (len(last) - 1) if len(last) == MIN_STARTS else float("inf")
