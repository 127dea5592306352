"""The verdict on a project's history: one word for the shape of its whole period, with a confidence.

Terms of the definitions:

month          a complete month, from the first with a commit; bots' commits do not count
typical month  the median of a month and its two neighbours, so that no single month decides
quarter level  the mean of three typical months; each measure relative to its own highest, then contributors with a
               weight of two thirds and commits and merged requests with one third together
level          the mean of quarter levels over a sixth of the history, four to six months
closing, high  the last and the highest level
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from ecotone.trends.monthly_work import DRAWS, MonthlyWork, resample_work
from ecotone.trends.robust_levels import Floats, rolling_means
from ecotone.trends.verdict_words import HISTORY

VERSION: Final = "history/ecotone-1"

Codes = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]

MIN_MONTHS: Final = 6
YOUNG_MONTHS: Final = 18
QUARTER: Final = 3  # months of a quarter level
LEVEL_PARTS: Final = 6  # a level averages a sixth of the history
LEVEL_MONTHS: Final = (4, 6)  # least and most months of a level
HALF_YEAR: Final = 6
LOW_MONTHS: Final = 7  # months of the low before a revival: half a year that is low without its borders
CONTRIBUTORS_WEIGHT: Final = 2 / 3
NEGLIGIBLE: Final = {"contributors": 1.0, "commits": 3.0, "merged": 2.0}  # a month: added before levels are compared
FALLEN: Final = 0.6  # of the high: a closing at or below it has fallen
FADED: Final = 0.4  # of the highest quarter level: the highest closing of a burst that faded
BURST_MONTHS: Final = 6  # most quarter levels of a burst at half of the highest
OPENED_HIGH: Final = 0.75  # of the high: the least opening of a declining history
NEAR_HIGH: Final = 0.75  # of the high: the least closing of a climbing history
CLIMBED: Final = 1.4  # times the level one to two years before
LOST: Final = 1 / 3  # of the level before: the highest low before a revival
WEIGHTY: Final = 0.25  # of the high: the lowest level before such a low
REGAINED: Final = 0.5  # of the level before
DOUBLED: Final = 2.0  # times the low
QUIET_COMMITS: Final = 5.0  # a month: fewer are a handful
BUSIER: Final = 4.0  # times the commits of the last half year: a project once busier
EMPTY_MONTHS: Final = 12  # months without a commit that make a project dormant if the period holds no other
MAX_CONFIDENCE: Final = 0.99

WORDS: Final = tuple(word.name for word in HISTORY)
"""Every word of a history; a word's code is its index here."""

_CODE: Final = {word: code for code, word in enumerate(WORDS)}


@dataclass(frozen=True, slots=True)
class HistoryVerdict:
    """The verdict on a history.

    confidence   estimated probability that the word is right; None if too short
    alternative  the most frequent other word of the resampled histories
    since        number of the month in which the present phase begins
    """

    word: str
    confidence: float | None = None
    alternative: str | None = None
    since: int | None = None


@dataclass(frozen=True, slots=True)
class HistoryLevels:
    """Levels of histories of equal length: (variants, ...), 1 for the highest quarter level."""

    quarters: Floats
    levels: Floats

    @property
    def closing(self) -> Floats:
        """The last level."""
        return np.asarray(self.levels[:, -1])

    @property
    def high(self) -> Floats:
        """The highest level."""
        return np.asarray(self.levels.max(axis=1))


def judge_history(work: MonthlyWork, seed: int, *, begins_inside: bool = True, draws: int = DRAWS) -> HistoryVerdict:
    """The word for a history, with a confidence from resampled histories.

    begins_inside  whether the project began within the period; if not, its youth is unknown and it never emerges
    """
    code = int(classify_histories(work, begins_inside=begins_inside)[0])
    if WORDS[code] == "too short to say":
        return HistoryVerdict(WORDS[code])
    drawn = resample_work(work, np.random.default_rng(seed), draws)
    votes = np.bincount(
        classify_histories(drawn, begins_inside=begins_inside, last_commits=work.commits[0, -1]),
        minlength=len(WORDS),
    )
    agreed = float(votes[code]) / draws
    votes[code] = 0
    return HistoryVerdict(
        word=WORDS[code],
        confidence=min(agreed, MAX_CONFIDENCE),
        alternative=WORDS[int(votes.argmax())] if votes.any() else None,
        since=int(work.months[_phase_start(WORDS[code], work)]),
    )


def classify_histories(work: MonthlyWork, *, begins_inside: bool = True, last_commits: float | None = None) -> Codes:
    """The word of each variant as its index in `WORDS`; the first rule that holds decides.

    last_commits  commits of the last complete month; None: those of each variant
    """
    months = work.length
    if months < MIN_MONTHS or (months < EMPTY_MONTHS and not work.commits.max() > 0):
        return np.full(len(work.contributors), _CODE["too short to say"])
    measured = measure_history(work)
    closing, high = measured.closing, measured.high
    ended = work.commits[:, -1] if last_commits is None else np.full(len(closing), last_commits)
    is_alive = ended > 0
    fallen = _at_most(closing, FALLEN * high)
    young = begins_inside and months <= YOUNG_MONTHS
    rules = (
        (_is_dormant(work), "dormant"),
        (_is_revived(measured) & is_alive, "revived"),
        (np.full(len(closing), young) & ~fallen & is_alive, "emerging"),
        (_is_burst(measured) & fallen, "spike and fade"),
        (fallen & _opened_high(measured), "declining"),
        (fallen, "rise and fall"),
        (_is_climbing(measured, months) & is_alive, "climbing"),
    )
    chosen: Codes = np.select([rule for rule, _ in rules], [_CODE[word] for _, word in rules], _CODE["steady"])
    return chosen


def measure_history(work: MonthlyWork) -> HistoryLevels:
    """The levels of a history, of three months or more."""
    relative = {
        name: _relative(quarter_levels(values) + NEGLIGIBLE[name])
        for name, values in work.measures()
        if values.max() > 0
    }
    witnesses = [name for name in relative if name != "contributors"]
    weights = dict.fromkeys(witnesses, (1 - CONTRIBUTORS_WEIGHT) / max(len(witnesses), 1))
    weights["contributors"] = CONTRIBUTORS_WEIGHT
    summed = np.zeros((len(work.contributors), work.length - QUARTER + 1))
    for name, values in relative.items():
        summed += weights[name] * values
    quarters = _relative(summed)
    return HistoryLevels(quarters, rolling_means(quarters, min(_level_window(work.length), quarters.shape[1])))


def quarter_levels(rows: Floats) -> Floats:
    """The mean of three typical months, for every three months in a row.

    >>> quarter_levels(np.array([[4.0, 5.0, 60.0, 6.0, 5.0]])).round(2).tolist()
    [[5.0, 5.67, 5.67]]
    """
    padded = np.pad(rows, ((0, 0), (1, 1)), mode="edge")
    typical = np.median(np.stack([padded[:, :-2], padded[:, 1:-1], padded[:, 2:]]), axis=0)
    return rolling_means(typical, QUARTER)


def _level_window(months: int) -> int:
    """How many quarter levels a level averages; with the quarter's own months it spans four to six months."""
    return int(np.clip(round(months / LEVEL_PARTS), *LEVEL_MONTHS)) - QUARTER + 1


def _relative(rows: Floats) -> Floats:
    highest = rows.max(axis=1, keepdims=True)
    return np.asarray(np.divide(rows, highest, out=np.zeros_like(rows), where=highest > 0))


def _is_dormant(work: MonthlyWork) -> Flags:
    """The last half year holds nearly nothing, after busier months."""
    people = np.median(work.contributors[:, -HALF_YEAR:], axis=1)
    commits = work.commits[:, -HALF_YEAR:].mean(axis=1)
    busiest = work.commits.max(axis=1)
    was_busier = busiest >= BUSIER * np.maximum(commits, 1.0)
    is_empty = (busiest == 0) & (work.length >= EMPTY_MONTHS)
    return np.asarray((people <= 1) & (commits < QUIET_COMMITS) & (was_busier | is_empty))


def _is_revived(measured: HistoryLevels) -> Flags:
    """Half a year at a third or less of an earlier level, then back to half of it and twice the low."""
    window = LOW_MONTHS - QUARTER + 1
    if measured.quarters.shape[1] <= window:
        return np.zeros(len(measured.quarters), dtype=np.bool_)
    lows = rolling_means(measured.quarters, window)
    shared = min(lows.shape[1], measured.levels.shape[1])
    lows = lows[:, :shared]
    before = np.maximum.accumulate(measured.levels[:, :shared], axis=1)
    remaining = np.divide(lows, before, out=np.ones_like(lows), where=before > 0)
    rows, at = np.arange(len(lows)), remaining.argmin(axis=1)
    low, earlier = lows[rows, at], before[rows, at]
    was_lost = _at_most(low, LOST * earlier) & _at_most(WEIGHTY * measured.high, earlier)
    is_back = _at_most(DOUBLED * low, measured.closing) & _at_most(REGAINED * earlier, measured.closing)
    return np.asarray(was_lost & is_back)


def _is_burst(measured: HistoryLevels) -> Flags:
    """At most half a year at half of the highest, of which little is left."""
    tall = (measured.quarters >= 0.5).sum(axis=1)
    return np.asarray((tall <= BURST_MONTHS) & _at_most(measured.closing, np.full_like(measured.closing, FADED)))


def _opened_high(measured: HistoryLevels) -> Flags:
    """One of the first two quarter levels is near the high."""
    return _at_most(OPENED_HIGH * measured.high, measured.quarters[:, :2].max(axis=1))


def _is_climbing(measured: HistoryLevels, months: int) -> Flags:
    """The closing is near the high and clearly above the level one to two years before the last half year."""
    quarters = measured.quarters
    first = min(max(months - HALF_YEAR - 24, 0), quarters.shape[1] - 1)
    end = max(min(months - HALF_YEAR - 12 - QUARTER + 1, quarters.shape[1]), first + 1)
    earlier = np.median(quarters[:, first:end], axis=1)
    return _at_most(CLIMBED * earlier, measured.closing) & _at_most(NEAR_HIGH * measured.high, measured.closing)


def _at_most(lower: Floats, upper: Floats) -> Flags:
    """Whether lower <= upper, up to rounding errors."""
    return np.asarray(lower <= upper + 1e-9 * np.abs(upper))


def _phase_start(word: str, work: MonthlyWork) -> int:
    """The position of the month in which the word's present phase begins."""
    quarters = measure_history(work).quarters[0]
    highest = int(quarters.argmax())
    if word in ("rise and fall", "declining", "spike and fade"):
        return highest + 1
    if word == "dormant":
        return _quiet_start(work)
    if word == "revived":
        before = np.maximum.accumulate(quarters)
        remaining = np.divide(quarters, before, out=np.ones_like(quarters), where=before > 0)
        return int(remaining.argmin()) + 1
    if word == "climbing":
        first = max(work.length - HALF_YEAR - 24, 0)
        last = max(len(quarters) - HALF_YEAR, first + 1)
        return first + int(quarters[first:last].argmin()) + 1
    return 0


def _quiet_start(work: MonthlyWork) -> int:
    """The first of the final months with at most one contributor or a handful of commits."""
    commits = work.commits[0]
    busy = np.flatnonzero((work.contributors[0] > 1) & (commits >= QUIET_COMMITS))
    if not len(busy):  # one person's project
        busy = np.flatnonzero(commits >= QUIET_COMMITS)
    start = int(busy[-1]) + 1 if len(busy) else 0
    return min(start, work.length - HALF_YEAR)
