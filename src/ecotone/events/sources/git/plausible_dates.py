"""Which dates of a history can be right.

git stores whatever clock or tool wrote a commit: 0 (1970) after a conversion or with SOURCE_DATE_EPOCH=0, 1980 from an
archive, a year to come from a broken clock. Such a date says nothing; the commit's other date may still be right.
"""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

import numpy as np
from numpy.typing import NDArray

Seconds = NDArray[np.int64]
Mask = NDArray[np.bool_]
Positions = NDArray[np.int64]

DAY: Final = 86_400
BEFORE_VERSION_CONTROL: Final = int(datetime(1990, 1, 1, tzinfo=UTC).timestamp())
BEFORE_GIT: Final = int(datetime(2005, 4, 7, tzinfo=UTC).timestamp())  # git's own first commit
DECADE: Final = 3652 * DAY
FEW_SHARE: Final = 10  # a stretch is small if it has at most one date for so many that follow

MAX_SECONDS_BEFORE_FIRST: Final = 31 * DAY
"""Seconds that a commit may be written before the first commit: work may begin before its repository."""

CLOCK_SKEW: Final = DAY
"""Most seconds that a commit may be written after it was committed."""

PAST_END: Final = 31 * DAY
"""A commit dated so much later than the end of the history that follows it has a wrong date."""


@dataclass(frozen=True, slots=True)
class PlausibleDates:
    """The dates of all commits, wrong ones replaced.

    author     when each commit was written: its author date, else its committer date
    committer  when it was committed: its committer date, else its author date, else the date of the commit before it
    dated      whether one of its own two dates is plausible
    exact      whether its author date is plausible
    first      the first plausible date of a root commit that landed
    """

    author: Seconds
    committer: Seconds
    dated: Mask
    exact: Mask
    first: int


def correct_dates(author: Seconds, committer: Seconds, line: Positions, landed: Mask, roots: Mask) -> PlausibleDates:
    """Find the wrong dates of a history and replace them.

    line    positions of the commits on the default branch along first parents, oldest first
    landed  which commits are on the default branch
    roots   which commits have no parents
    """
    floor = first_plausible(np.concatenate([author[landed], committer[landed]]))
    committer_right = committer >= floor
    ceiling = last_in_order(committer[line][committer_right[line]]) + PAST_END
    committer_right &= ~(landed & (committer > ceiling))
    latest = np.where(committer_right, committer + CLOCK_SKEW, np.where(landed, ceiling, np.iinfo(np.int64).max))
    author_right = (author >= floor) & (author <= latest)
    chosen = landed & roots
    times = np.concatenate([author[chosen & author_right], committer[chosen & committer_right]])
    if not len(times):
        times = np.concatenate([author[landed & author_right], committer[landed & committer_right]])
    first = int(times.min()) if len(times) else 0
    author_right &= ~(landed & committer_right & (author < first - MAX_SECONDS_BEFORE_FIRST))
    dated = author_right | committer_right
    corrected = np.where(committer_right, committer, author)
    _date_along_line(corrected, dated, line)
    return PlausibleDates(
        author=np.where(author_right | ~committer_right, author, committer),
        committer=corrected,
        dated=dated,
        exact=author_right,
        first=first,
    )


def first_plausible(times: Seconds) -> int:
    """The beginning of the first plausible stretch of dates; 1 if there is none.

    A stretch ends where nothing is dated for a decade. If it ends before 1990 its dates are wrong. If it ends before
    git existed they are wrong if it is a single commit (two dates), or a single day with a tenth of what follows.
    """
    ordered = np.sort(times[times > 0])
    if not len(ordered):
        return 1
    start = 0
    for gap in (np.flatnonzero(np.diff(ordered) >= DECADE) + 1).tolist():
        size, rest, last = gap - start, len(ordered) - gap, int(ordered[gap - 1])
        in_one_day = last - int(ordered[start]) <= DAY
        small = size <= 2 or (in_one_day and size * FEW_SHARE <= rest)
        if last < BEFORE_VERSION_CONTROL or (last < BEFORE_GIT and small):
            start = gap
    return int(ordered[start])


def last_in_order(times: Seconds) -> int:
    """The end of the longest run of dates that never go back, in the order of the history; 0 without dates.

    >>> last_in_order(np.array([10, 20, 90, 30, 40]))
    40
    """
    ends: list[int] = []
    for time in times.tolist():
        index = bisect_right(ends, time)
        if index == len(ends):
            ends.append(time)
        else:
            ends[index] = time
    return ends[-1] if ends else 0


def _date_along_line(committer: Seconds, dated: Mask, line: Positions) -> None:
    """Give every undated commit of the line the date of the commit before it, so that the line stays in order."""
    known = line[dated[line]]
    if len(known):
        before = int(committer[known[0]])
        for commit in line[: int(np.flatnonzero(~dated[line]).max(initial=-1)) + 1].tolist():
            if dated[commit]:
                before = int(committer[commit])
            else:
                committer[commit] = before
