"""Projects whose true course is known because it was drawn: contributors, commits and merged requests of each month.

The true words are those of the expected values, without noise, seasons and single wild months. So what is measured is
how often noise changes a word, and whether the confidence tells it; the words themselves are checked against a reader.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import numpy as np

from ecotone.trends.current_verdict import WORDS as PRESENT_WORDS
from ecotone.trends.current_verdict import classify_present
from ecotone.trends.history_verdict import WORDS as HISTORY_WORDS
from ecotone.trends.history_verdict import classify_histories
from ecotone.trends.monthly_work import MonthlyWork, work_from_months
from tests.acceptance.known_curves import FIRST, SECOND, Floats

LENGTHS: Final = (24, 36, 48, 60)
COMMITS_EACH: Final = (2.0, 12.0)  # of a contributor in a month
MERGED_EACH: Final = (0.3, 1.0)  # of a commit
GAPS: Final = 0.03  # share of months that are not complete


@dataclass(frozen=True, slots=True)
class KnownWork:
    """A project's work and its true words; `drawn_as`: the family of its curve."""

    work: MonthlyWork
    begins_inside: bool
    drawn_as: str
    history: str
    present: str


def draw_projects(seeds: int, noise: float, *, second: bool = True) -> Iterator[KnownWork]:
    """One project a seed, family and length; `second`: with the other formulas and noise of the second family."""
    for seed in range(seeds):
        generator = np.random.default_rng([seed, int(noise * 100), int(second)])
        for name, draw in (SECOND if second else FIRST).items():
            for months in LENGTHS:
                yield draw_project(generator, name, draw(generator, months), noise)


def draw_project(generator: np.random.Generator, name: str, level: Floats, noise: float) -> KnownWork:
    """Work along a level: months stray together, each measure a little by itself, and a season."""
    months = len(level)
    people = level * 10 ** generator.uniform(0.7, 2.2)
    later_style = generator.random() < 0.3
    fewer = np.linspace(1.0, generator.uniform(0.6, 1.6), months) if later_style else np.ones(months)
    commits = people * generator.uniform(*COMMITS_EACH) * fewer
    merged = commits * generator.uniform(*MERGED_EACH)
    born = int(np.flatnonzero(level > 0)[0])
    season = 1 + generator.uniform(0.0, 0.12) * np.sin(2 * np.pi * (np.arange(months) + generator.integers(12)) / 12)
    shared = np.exp(noise * generator.normal(size=months) - noise**2 / 2) * season
    gaps = generator.random(months) < GAPS
    drawn = []
    for values in (people, commits, merged):
        own = np.exp(0.7 * noise * generator.normal(size=months))
        counts = generator.poisson(values * shared * own).astype(np.float64)
        counts[:born] = np.nan
        drawn.append(np.where(gaps, np.nan, counts))
    work = work_from_months(*drawn)
    expected = MonthlyWork(
        work.months, people[work.months][None, :], commits[work.months][None, :], merged[work.months][None, :]
    )
    return KnownWork(
        work=work,
        begins_inside=born > 0,
        drawn_as=name,
        history=HISTORY_WORDS[int(classify_histories(expected, begins_inside=born > 0)[0])],
        present=PRESENT_WORDS[int(classify_present(expected)[0])],
    )
