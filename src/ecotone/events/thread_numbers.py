"""Bound how many threads were opened by a moment, from the issue and pull-request numbers in git.

Issues, pull requests and discussions of a repository share one sequence of numbers, so a number seen at a moment
proves that as many threads existed by then. For a number N git can show two moments:

- its *start*: the author time of the first commit of pull request N. The request was opened after it;
- its *landing*: the moment a commit that names N reached the default branch. N was opened before it.

Numbers grow with opening time, so every start bounds all later numbers from below and every landing all earlier
ones from above: opened(t) lies between the largest N landed by t and the smallest N started after t, less one.
Both bounds are step functions that never fall; `thread_lines` estimates between them. Outliers are removed first:
numbers of an imported history, ticket ids, branches rewritten long after they were opened. Numbers used in bulk are
not counted (`bulk_numbers`).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from ecotone.events.bulk_numbers import numbers_used_in_bulk

Moments = NDArray[np.int64]  # seconds since 1970
Numbers = NDArray[np.int64]

UNKNOWN: Final = np.iinfo(np.int64).max  # no landing seen
NO_START: Final = np.iinfo(np.int64).min

WINDOW: Final = 20  # following requests that a start is compared with
SHARE_LATER: Final = 0.25  # of those, at least so many must have started later
NEIGHBOURS: Final = 50  # requests with the next smaller numbers that a landing is compared with
SHARE_NOT_YET: Final = 0.25  # if this share of them started after it, the landing belongs to another sequence
CONTRADICTIONS: Final = 3  # contradicting numbers that remove a bound
RECORDS: Final = 10  # without starts: the frontier this many records later is the upper bound
MIN_LANDED: Final = 20  # with fewer landed numbers starts tell when numbers existed
STRAY_SHARE: Final = 0.01  # numbers that may be seen before numbers begin: branches older than their requests
LATE_NUMBERS: Final = 365 * 86_400
"""Seconds from the first commit after which numbers that begin show that the history before them has none."""
CATCH_UP: Final = 30 * 86400  # seconds in which ordinary numbers must reach an early high one


@dataclass(frozen=True, slots=True)
class NumberSequence:
    """The remaining bounds, by number ascending; moments in seconds, sentinels if unknown."""

    number: Numbers
    start: Moments
    landing: Moments
    count: Numbers  # threads up to and including this number: the number less those used up in bulk

    def first_moment(self) -> int | None:
        """When numbers begin to be seen, but for a few; None if fewer than MIN_LANDED are known."""
        if len(self.number) < MIN_LANDED:
            return None
        earliest = np.maximum.accumulate(self.start)  # no number is older than a smaller one
        moments = np.sort(np.where(earliest != NO_START, np.minimum(earliest, self.landing), self.landing))
        return int(moments[int(len(moments) * STRAY_SHARE)])

    def opened_thread_bounds(self, moments: Moments) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Fewest and most threads opened by each moment (exclusive), two float arrays like `moments`."""
        low = _highest_landed_numbers(self.count, self.landing, moments)
        high = self._upper_bound_by_records(low)
        has_start = self.start != NO_START
        if np.any(has_start):
            started = moments <= np.max(self.start[has_start])
            known = float(np.max(self.count[has_start]))
            high = np.where(started, self._upper_bound_by_starts(moments), np.maximum(high, known))
        return low, np.maximum(high, low)

    def _upper_bound_by_starts(self, moments: Moments) -> NDArray[np.float64]:
        # the smallest number whose start is not before the moment, minus one
        order = np.argsort(self.start, kind="stable")
        smallest_from = np.minimum.accumulate(self.count[order][::-1])[::-1]
        position = np.searchsorted(self.start[order], moments, side="left")
        return (smallest_from[np.minimum(position, len(order) - 1)] - 1).astype(np.float64)

    def _upper_bound_by_records(self, low: NDArray[np.float64]) -> NDArray[np.float64]:
        landed = self.landing != UNKNOWN
        order = np.argsort(self.landing[landed], kind="stable")
        records = np.unique(np.maximum.accumulate(self.count[landed][order])).astype(np.float64)
        position = np.searchsorted(records, low, side="right") + RECORDS - 1
        return records[np.minimum(position, len(records) - 1)] if len(records) else low

    def opening_time_bounds(self) -> tuple[Moments, Moments]:
        """Earliest and latest possible opening of each number; sentinels if unbounded."""
        earliest = np.maximum.accumulate(self.start)
        latest = np.minimum.accumulate(self.landing[::-1])[::-1]
        return np.minimum(earliest, latest), latest


def _highest_landed_numbers(number: Numbers, landing: Moments, moments: Moments) -> NDArray[np.float64]:
    landed = landing != UNKNOWN
    order = np.argsort(landing[landed], kind="stable")
    highest = np.concatenate([[0], np.maximum.accumulate(number[landed][order])])
    return highest[np.searchsorted(landing[landed][order], moments, side="left")].astype(np.float64)


def remove_contradictions(number: Numbers, start: Moments, landing: Moments) -> NumberSequence:
    """Remove bounds that contradict the others.

    number, start, landing  (n,), any order, numbers distinct; NO_START and UNKNOWN if not seen
    """
    order = np.argsort(number, kind="stable")
    number, start, landing = number[order], start[order].copy(), landing[order].copy()
    start[_started_too_late(start)] = NO_START
    if np.any(start != NO_START):
        landing[_landed_too_early(start, landing)] = UNKNOWN
        start[_start_after_landings(start, landing)] = NO_START
    else:
        landing[_far_ahead(number, landing)] = UNKNOWN
    bounded = (start != NO_START) | (landing != UNKNOWN)
    number = number[bounded]
    start, landing = start[bounded], landing[bounded]
    return NumberSequence(number, start, landing, number - _numbers_used_in_bulk(number, start, landing))


def _numbers_used_in_bulk(number: Numbers, start: Moments, landing: Moments) -> Numbers:
    landed = landing != UNKNOWN
    if np.count_nonzero(landed) >= MIN_LANDED:
        return numbers_used_in_bulk(number, landing, landed)
    return numbers_used_in_bulk(number, start, start != NO_START)


def _started_too_late(start: Moments) -> NDArray[np.bool_]:
    """Starts that most of the following requests precede: the branch was rewritten after it was opened."""
    has = np.flatnonzero(start != NO_START)
    late = np.zeros(len(start), bool)
    values = start[has]
    if len(values) <= WINDOW:
        return late
    following = np.lib.stride_tricks.sliding_window_view(values[1:], WINDOW)
    later = (following >= values[: len(following), None]).mean(axis=1)
    late[has[: len(following)]] = later < SHARE_LATER
    # the last ones have no full window after them: compare them with the end of the sequence
    tail = values[-WINDOW:]
    for offset, value in enumerate(tail[: WINDOW - 4]):
        late[has[len(values) - WINDOW + offset]] = np.mean(tail[offset + 1 :] >= value) < SHARE_LATER
    return late


def _landed_too_early(start: Moments, landing: Moments) -> NDArray[np.bool_]:
    """Landings earlier than the starts of many requests numbered just below: numbers of another sequence."""
    early = np.zeros(len(start), bool)
    has_start = np.flatnonzero(start != NO_START)
    starts = start[has_start]
    below = np.searchsorted(has_start, np.arange(len(start)), side="left")
    for index in np.flatnonzero(landing != UNKNOWN):
        just_below = starts[max(below[index] - NEIGHBOURS, 0) : below[index]]
        not_yet = int(np.count_nonzero(just_below > landing[index]))
        early[index] = not_yet >= max(CONTRADICTIONS, SHARE_NOT_YET * len(just_below))
    return early


def _start_after_landings(start: Moments, landing: Moments) -> NDArray[np.bool_]:
    """Starts after which several larger numbers have already landed."""
    late = np.zeros(len(start), bool)
    smallest: list[np.int64] = []  # the CONTRADICTIONS smallest landings among larger or equal numbers
    for index in range(len(start) - 1, -1, -1):
        if landing[index] != UNKNOWN:
            smallest = sorted([*smallest, landing[index]])[:CONTRADICTIONS]
        if len(smallest) == CONTRADICTIONS and start[index] > smallest[-1]:
            late[index] = True
    return late


def _far_ahead(number: Numbers, landing: Moments) -> NDArray[np.bool_]:
    """Without starts: numbers that the longest rising chain of landings does not reach within CATCH_UP."""
    landed = np.flatnonzero(landing != UNKNOWN)
    far = np.zeros(len(number), bool)
    if not len(landed):
        return far
    order = landed[np.argsort(landing[landed], kind="stable")]
    chain = order[_longest_rising_positions(number[order])]
    reached = np.searchsorted(landing[chain], landing[order] + CATCH_UP, side="right") - 1
    limit = np.where(reached >= 0, number[chain[np.maximum(reached, 0)]], 0)
    far[order] = number[order] > np.maximum(limit, number[chain[0]])
    return far


def _longest_rising_positions(values: Numbers) -> NDArray[np.int64]:
    """Positions of a longest non-decreasing subsequence (patience sorting)."""
    tails = np.empty(len(values), np.int64)
    tail_values = np.empty(len(values), np.int64)
    previous = np.full(len(values), -1, np.int64)
    length = 0
    for index, value in enumerate(values):
        position = int(np.searchsorted(tail_values[:length], value, side="right"))
        previous[index] = tails[position - 1] if position else -1
        tails[position], tail_values[position] = index, value
        length = max(length, position + 1)
    chain = np.empty(length, np.int64)
    index = tails[length - 1] if length else -1
    for position in range(length - 1, -1, -1):
        chain[position] = index
        index = previous[index]
    return chain
