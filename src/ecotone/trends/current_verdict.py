"""The verdict on a project's present: the last complete months against the year before, with an interval.

The change of a measure is the geometric mean of two ratios: the mean of the last three and of the last six complete
months, each to the mean of the twelve before. Half a unit is added to every mean, so that a base near zero gives no
huge percentage; a measure that is too small in both periods counts as unchanged.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

import numpy as np
import numpy.typing as npt

from ecotone.trends.monthly_work import DRAWS, MonthlyWork, resample_work
from ecotone.trends.robust_levels import Floats
from ecotone.trends.verdict_words import PRESENT

VERSION: Final = "now/ecotone-1"

Codes = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]

MIN_MONTHS: Final = 9
MIN_BASE: Final = 3  # months of the year before
SPANS: Final = (3, 6)  # recent months
WINDOW: Final = 24  # months that are looked at; of these, at most the last 18 complete ones count
YEAR: Final = 12
HIGHER: Final = 1.25
LOWER: Final = 0.8
SEASON_HIGHER: Final = 1.05  # times the same months a year before
SEASON_LOWER: Final = 0.95
AGREEING: Final = 2  # measures
ADDED: Final = 0.5  # to each mean
COUNTABLE: Final = {"contributors": 1.0, "commits": 3.0, "merged": 2.0}  # a month: less in both periods is no change
MIN_COMMITS: Final = 2.0  # a month, over the last 18 months: fewer say nothing
NEXT_TO_NOTHING: Final = {"contributors": 1.0, "commits": 2.0}  # a month, typical of the last three
LEFT: Final = 0.25  # of the year before: the most that is left of a project that stopped
REAL_WORK: Final = 6.0  # commits of the best month
INTERVAL: Final = (5.0, 95.0)  # percentiles
MAX_CONFIDENCE: Final = 0.99

WORDS: Final = tuple(word.name for word in PRESENT)
"""Every word of the present; a word's code is its index here."""

_CODE: Final = {word: code for code, word in enumerate(WORDS)}


@dataclass(frozen=True, slots=True)
class CurrentVerdict:
    """The verdict on the present.

    confidence  estimated probability that the word is right; None if unclear
    change      change that two measures reach, 0.5 is half as much again; None if stopped, mixed or without a base
    low, high   interval that holds the change in nine of ten resampled histories
    changes     change of each measure that has a base to compare with
    months      complete months used, of the last and of the year before
    """

    word: str
    confidence: float | None = None
    change: float | None = None
    low: float | None = None
    high: float | None = None
    changes: Mapping[str, float] = field(default_factory=dict)
    months: int = 0


def judge_present(work: MonthlyWork, seed: int, draws: int = DRAWS) -> CurrentVerdict:
    """The word for a project's present, with confidence and interval from resampled months."""
    busiest = float(work.commits.max(initial=0.0))
    recent = work.last_months(WINDOW)
    code = int(classify_present(recent, busiest)[0])
    used = min(recent.length, SPANS[-1] + YEAR)
    if WORDS[code] == "unclear":
        return CurrentVerdict(WORDS[code], months=used)
    drawn = resample_work(recent, np.random.default_rng(seed), draws)
    votes = np.bincount(classify_present(drawn, busiest), minlength=len(WORDS))
    agreed = float(votes[code]) / draws
    if votes[code] < votes.max():
        return CurrentVerdict("unclear", months=used)
    verdict = CurrentVerdict(WORDS[code], confidence=min(agreed, MAX_CONFIDENCE), months=used)
    based = [name for name, values in recent.measures() if _has_base(values[0], COUNTABLE[name])]
    if len(based) < AGREEING or verdict.word == "stopped":
        return verdict
    ratios = measure_changes(recent)
    verdict = replace(verdict, changes={name: float(ratios[name][0]) - 1 for name in based})
    if verdict.word == "mixed":
        return verdict
    change = float(_agreed_ratio(ratios, based)[0])
    low, high = np.percentile(_agreed_ratio(measure_changes(drawn), based), INTERVAL)
    return replace(
        verdict,
        change=change - 1,
        low=min(float(low), change) - 1,
        high=max(float(high), change) - 1,
    )


def classify_present(work: MonthlyWork, busiest: float | None = None) -> Codes:
    """The word of each variant as its index in `WORDS`; the first rule that holds decides.

    work     the months looked at
    busiest  commits of the best month of the whole history; None: of these months
    """
    variants = len(work.contributors)
    if work.length < MIN_MONTHS:
        return np.full(variants, _CODE["unclear"])
    scarce = work.commits[:, -(SPANS[-1] + YEAR) :].mean(axis=1) < MIN_COMMITS
    higher, lower = np.zeros(variants, dtype=np.int64), np.zeros(variants, dtype=np.int64)
    ratios = measure_changes(work)
    for name, values in work.measures():
        may_rise, may_fall = _compare_season(values)
        higher += (ratios[name] >= HIGHER) & may_rise
        lower += (ratios[name] <= LOWER) & may_fall
    rules = (
        (_has_stopped(work, float(work.commits.max()) if busiest is None else busiest), "stopped"),
        (scarce, "unclear"),
        ((higher > 0) & (lower > 0), "mixed"),
        (higher >= AGREEING, "growing"),
        (lower >= AGREEING, "shrinking"),
    )
    chosen: Codes = np.select([rule for rule, _ in rules], [_CODE[word] for _, word in rules], _CODE["stable"])
    return chosen


def _has_stopped(work: MonthlyWork, busiest: float) -> Flags:
    """Whether the last three months hold next to nothing, after months of real work or in a period without any."""
    span = SPANS[0]
    people = np.median(work.contributors[:, -span:], axis=1)
    commits = work.commits[:, -span:]
    nearly = (people <= NEXT_TO_NOTHING["contributors"]) & (np.median(commits, axis=1) <= NEXT_TO_NOTHING["commits"])
    # a trickle that goes on has not stopped
    fell = commits.mean(axis=1) <= LEFT * work.commits[:, :-span][:, -YEAR:].mean(axis=1)
    is_empty = np.median(work.commits[:, -YEAR:], axis=1) < 1
    return np.asarray(nearly & (fell | is_empty) & (busiest >= REAL_WORK or busiest == 0))


def measure_changes(work: MonthlyWork) -> dict[str, Floats]:
    """Measure -> its change as a ratio, for each variant; 1 is no change."""
    return {name: _change_ratio(values, COUNTABLE[name]) for name, values in work.measures()}


def _change_ratio(values: Floats, countable: float) -> Floats:
    logs = []
    for span in SPANS:
        recent, base = values[:, -span:], values[:, :-span][:, -YEAR:]
        if base.shape[1] < MIN_BASE:
            continue
        last, before = recent.mean(axis=1), base.mean(axis=1)
        ratio = np.log((last + ADDED) / (before + ADDED))
        logs.append(np.where(np.maximum(last, before) >= countable, ratio, 0.0))
    return np.asarray(np.exp(np.mean(logs, axis=0)))


def _has_base(values: Floats, countable: float) -> bool:
    """Whether the year before holds enough to compare with, so that a percentage means something."""
    return bool(values[: -SPANS[-1]][-YEAR:].mean() >= countable)


def _compare_season(values: Floats) -> tuple[Flags, Flags]:
    """Whether the last six months are higher, and lower, by a twentieth than the same months a year before.

    A season must not look like growth. Both are true if the months a year before are not known.
    """
    span = SPANS[-1]
    if values.shape[1] < span + YEAR:
        unknown = np.ones(len(values), dtype=np.bool_)
        return unknown, unknown
    last, before = values[:, -span:].sum(axis=1), values[:, -span - YEAR : -YEAR].sum(axis=1)
    return np.asarray(last >= SEASON_HIGHER * before), np.asarray(last <= SEASON_LOWER * before)


def _agreed_ratio(ratios: Mapping[str, Floats], names: Sequence[str]) -> Floats:
    """The change that two measures reach: the middle of three; of two, the one nearer to no change, 1 if opposed."""
    logs = np.sort(np.log([ratios[name] for name in names]), axis=0)
    middle = logs[1] if len(logs) == AGREEING + 1 else np.maximum(logs[0], 0.0) + np.minimum(logs[1], 0.0)
    return np.asarray(np.exp(middle))
