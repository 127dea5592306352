"""How often a settled technology is dropped: ended memberships per technology-year."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Final, NamedTuple

import numpy as np

from ecotone.stack.application_stack import ApplicationStack

TURNOVER: Final = "stack/turnover-1"
LONGEST_GAP: Final = 2
"""Absent months inside a spell that belong to it."""
SETTLING: Final = 2
"""Months that a spell must outlive to be settled; they are no exposure."""
FEWEST_YEARS: Final = 10
"""With less exposure only counts are shown."""
DRAWS: Final = 2000
SEED: Final = 20240613


class TechnologySpell(NamedTuple):
    """A membership of a technology in a layer of an application, months from `since` to `last`, both included."""

    application: str
    group: str
    layer: str
    technology: str
    since: int
    last: int
    ended: bool
    provisional: bool  # it ended within the last two months of the window
    censored: bool  # it may have begun before the window

    @property
    def months(self) -> int:
        """Its length, healed gaps included."""
        return self.last - self.since + 1

    @property
    def settled(self) -> bool:
        """Whether it has outlived its first months."""
        return self.months > SETTLING

    @property
    def exposure(self) -> int:
        """Months in which it could end."""
        return max(self.months - SETTLING, 0)


class Turnover(NamedTuple):
    """stack/turnover-1 of a group and layer.

    rate       ended settled spells per technology-year
    low, high  95 % interval by resampling whole applications; None with fewer than two
    without_one_low, without_one_high  the smallest and largest rate when one application is left out
    """

    applications: int
    applications_with_end: int
    spells: int
    ended: int
    departures: int
    exposure_months: int
    rate: float
    without_one_low: float | None
    without_one_high: float | None
    low: float | None
    high: float | None


def find_spells(application: ApplicationStack, layers: Iterable[str]) -> list[TechnologySpell]:
    """Every spell of the technologies of these layers, by layer, technology and month.

    What is absent from the month on in which a manifest begins that nobody could read has not ended: it is not known.
    """
    spells = []
    length = application.last - application.first
    begins_unread = application.unread & ~(application.unread << 1)
    for layer in layers:
        for technology, months in sorted(application.members.get(layer, {}).items()):
            for since, last in split_spells(months):
                ended = last < length and not begins_unread >> (last + 1) & 1
                spells.append(
                    TechnologySpell(
                        application.name, application.group, layer, technology,
                        application.first + since, application.first + last, ended,
                        ended and last >= length - LONGEST_GAP,
                        since == 0 and application.first_commit < application.first,
                    )
                )  # fmt: skip
    return spells


def split_spells(months: int) -> list[tuple[int, int]]:
    """First and last month of each spell; three absent months end one.

    >>> split_spells(0b1000_1001_1)
    [(0, 4), (8, 8)]
    """
    present = [month for month in range(months.bit_length()) if months >> month & 1]
    spells: list[tuple[int, int]] = []
    for month in present:
        if spells and month - spells[-1][1] <= LONGEST_GAP + 1:
            spells[-1] = (spells[-1][0], month)
        else:
            spells.append((month, month))
    return spells


def measure_turnover(spells: Iterable[TechnologySpell]) -> Turnover | None:
    """stack/turnover-1 over the spells of one group and layer; None without a settled spell."""
    settled = [spell for spell in spells if spell.settled]
    if not settled:
        return None
    ended: dict[str, int] = defaultdict(int)
    exposure: dict[str, int] = defaultdict(int)
    for spell in settled:
        ended[spell.application] += spell.ended
        exposure[spell.application] += spell.exposure
    names = sorted(exposure)
    ends, months = (np.array([counts[name] for name in names]) for counts in (ended, exposure))
    several = len(names) > 1
    without = 12 * (ends.sum() - ends) / (months.sum() - months) if several else None
    low, high = _resample_rate(ends, months) if several else (None, None)
    return Turnover(
        applications=len(names),
        applications_with_end=int((ends > 0).sum()),
        spells=len(settled),
        ended=int(ends.sum()),
        departures=len({(spell.application, spell.last) for spell in settled if spell.ended}),
        exposure_months=int(months.sum()),
        rate=float(12 * ends.sum() / months.sum()),
        without_one_low=None if without is None else float(without.min()),
        without_one_high=None if without is None else float(without.max()),
        low=low,
        high=high,
    )


def _resample_rate(ends: np.ndarray, months: np.ndarray) -> tuple[float, float]:
    chosen = np.random.default_rng(SEED).integers(0, len(ends), (DRAWS, len(ends)))
    low, high = np.quantile(12 * ends[chosen].sum(1) / months[chosen].sum(1), (0.025, 0.975))
    return float(low), float(high)


class SurvivalStep(NamedTuple):
    """The share of settled spells that last longer than so many months after they have settled (Kaplan, Meier 1958)."""

    months_settled: int
    at_risk: int
    ended: int
    survival: float


def measure_survival(spells: Iterable[TechnologySpell]) -> list[SurvivalStep]:
    """One step for each number of months after which a settled spell ended; empty without a settled spell.

    A spell that may have begun before the first snapshot has no known age and is left out; an open one counts as
    long as it was observed.
    """
    lengths: dict[int, list[int]] = defaultdict(lambda: [0, 0])
    for spell in spells:
        if spell.settled and not spell.censored:
            lengths[spell.exposure][0] += 1
            lengths[spell.exposure][1] += spell.ended
    at_risk, survival = sum(count for count, _ in lengths.values()), 1.0
    steps = [SurvivalStep(0, at_risk, 0, 1.0)] if at_risk else []
    for months, (count, ended) in sorted(lengths.items()):
        if ended:
            survival *= 1 - ended / at_risk
            steps.append(SurvivalStep(months, at_risk, ended, survival))
        at_risk -= count
    return steps


def compare_turnover(
    first: Sequence[TechnologySpell], second: Sequence[TechnologySpell]
) -> tuple[float, float, float] | None:
    """How many times as often the first are dropped as the second, with a 95 % interval over resampled applications.

    None if either has no settled spell, or the second no end.
    """
    names = sorted({spell.application for spell in (*first, *second) if spell.settled})
    position = {name: index for index, name in enumerate(names)}
    sums = np.zeros((2, 2, len(names)))
    for side, spells in enumerate((first, second)):
        for spell in spells:
            if spell.settled:
                sums[side, 0, position[spell.application]] += spell.ended
                sums[side, 1, position[spell.application]] += spell.exposure
    totals = sums.sum(2)
    if not totals[:, 1].all() or not totals[1, 0]:
        return None
    chosen = np.random.default_rng(SEED).integers(0, len(names), (DRAWS, len(names)))
    drawn = sums[:, :, chosen].sum(3)
    with np.errstate(divide="ignore", invalid="ignore"):
        ratios = (drawn[0, 0] / drawn[0, 1]) / (drawn[1, 0] / drawn[1, 1])
    low, high = np.quantile(np.nan_to_num(ratios, nan=0.0, posinf=np.inf), (0.025, 0.975), method="lower")
    ratio = (totals[0, 0] / totals[0, 1]) / (totals[1, 0] / totals[1, 1])
    return float(ratio), float(low), float(high)
