"""Levels of the estimates' intervals, calibrated on the other projects of a landscape.

In every project half of the people of known employer are hidden as no-reply addresses hide them, in every second trial
those of some employers sooner than others', and estimated from the others. The score of such a trial is the smallest
level of an interval of the draws that holds the truth. The level of a project is the one that holds it in `COVERAGE` of
the other projects' trials (split conformal prediction, leaving the project out). Few other projects say little, so the
bundled level counts as the trials of `BUNDLED_PROJECTS` projects.

source  Vovk, Gammerman and Shafer (2005), Algorithmic Learning in a Random World, doi 10.1007/b106715
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np

from ecotone.people.unknown_employer_estimate import (
    BUNDLED_LEVELS,
    UNKNOWN,
    Flags,
    Floats,
    Integers,
    Levels,
    PeopleAtWork,
    draw_shares,
    group_of_people,
    reason_to_withhold,
)

COVERAGE: Final = 0.9
HIDDEN_SHARE: Final = 0.5
TRIALS: Final = 4
FEWEST_KNOWN: Final = 10
"""People of known employer that a project needs to take part."""
BUNDLED_PROJECTS: Final = 20
NO_REPLY_FACTOR: Final = 4.0
"""How much sooner those hide who have used a no-reply address."""
MAINLY: Final = 0.5
HABIT_SPREAD: Final = 0.7
"""Standard deviation of the logarithm of the factor by which people of an employer hide it sooner."""
RATE_LIMITS: Final = (0.05, 0.95)
SEED: Final = 1953
ROUNDING: Final = 1e-9


@dataclass(frozen=True, slots=True)
class KnownPeople:
    """The people of known employer of a project in a period; a row a person.

    no_reply  share of the person's commits with a no-reply address, 0 to 1
    """

    organisation: Integers
    commits: Integers
    is_core: Flags
    no_reply: Floats

    @property
    def organisation_count(self) -> int:
        """Number of employers."""
        return int(self.organisation.max()) + 1

    def hide(self, order: Integers, share: float) -> PeopleAtWork:
        """The same people with the employers of the first `share` in an order unknown."""
        organisation = self.organisation.copy()
        organisation[order[: int(len(order) * share)]] = UNKNOWN
        unattributed = np.where(organisation == UNKNOWN, self.commits, 0)
        return PeopleAtWork(organisation, self.commits, unattributed, self.is_core)


def calibrate_levels(projects: Mapping[str, KnownPeople], rates: Mapping[int, float]) -> dict[str, Levels]:
    """The levels of each project from the trials of the others.

    rates  no_reply_rates
    """
    enough = {name: people for name, people in sorted(projects.items()) if len(people.commits) >= FEWEST_KNOWN}
    scores = {name: _score_trials(people, rates) for name, people in enough.items()}
    return {name: _levels_without(scores, name) for name in projects}


def no_reply_rates(people: Iterable[tuple[PeopleAtWork, Floats]]) -> dict[int, float]:
    """The share of people in each group of role and activity who commit mainly with a no-reply address.

    people  of each project, with the share of each person's commits that have such an address
    """
    parts = [(group_of_people(work), no_reply > MAINLY) for work, no_reply in people]
    group, hides = (np.concatenate(columns) for columns in zip(*parts, strict=True)) if parts else (np.empty(0),) * 2
    return {int(number): float(hides[group == number].mean().clip(*RATE_LIMITS)) for number in np.unique(group)}


def odds_like_no_reply(people: KnownPeople, rates: Mapping[int, float]) -> Floats:
    """Odds that a person hides: those of the group, and higher for people who have used a no-reply address."""
    groups = group_of_people(people.hide(np.empty(0, np.int64), 0.0))
    rate = np.array([rates[number] for number in groups.tolist()])
    return np.asarray(rate / (1 - rate) * np.where(people.no_reply > 0, NO_REPLY_FACTOR, 1.0))


def draw_hiding_order(odds: Floats, generator: np.random.Generator) -> Integers:
    """People drawn one after another with these odds, without replacement."""
    return np.argsort(-(np.log(odds) + generator.gumbel(size=len(odds))))


def _score_trials(people: KnownPeople, rates: Mapping[int, float]) -> list[tuple[float, float]]:
    """The scores of people and of commits of each trial; NaN: the estimate is withheld."""
    generator = np.random.default_rng(SEED)
    odds = odds_like_no_reply(people, rates)
    habits = [np.zeros(people.organisation_count), generator.normal(0.0, HABIT_SPREAD, people.organisation_count)]
    trials = [
        people.hide(draw_hiding_order(odds * np.exp(habits[number % 2])[people.organisation], generator), HIDDEN_SHARE)
        for number in range(TRIALS)
    ]
    one_each = np.ones_like(people.commits)
    return [
        (
            _score_draws(people, work, one_each),
            np.nan if reason_to_withhold(work) else _score_draws(people, work, people.commits),
        )
        for work in trials
    ]


def _score_draws(people: KnownPeople, work: PeopleAtWork, weight: Integers) -> float:
    is_known = work.organisation != UNKNOWN
    settled = np.bincount(work.organisation[is_known], weight[is_known], minlength=people.organisation_count)
    largest = int(np.argmax(settled))
    truth = weight[people.organisation == largest].sum() / weight.sum()
    shares = draw_shares(work, settled, weight)[:, largest]
    tail = min(np.mean(shares <= truth + ROUNDING), np.mean(shares >= truth - ROUNDING))
    return max(0.0, 1.0 - 2.0 * float(tail))


def _levels_without(scores: Mapping[str, list[tuple[float, float]]], project: str) -> Levels:
    others = np.array([score for name, trials in scores.items() if name != project for score in trials])
    columns = others.reshape(-1, len(BUNDLED_LEVELS)).T
    return Levels(
        *(
            _mix_level(column[~np.isnan(column)], bundled)
            for column, bundled in zip(columns, BUNDLED_LEVELS, strict=True)
        )
    )


def _mix_level(scores: Floats, bundled: float) -> float:
    if not len(scores):
        return bundled
    weight = len(scores) / (len(scores) + TRIALS * BUNDLED_PROJECTS)
    return float(weight * np.quantile(scores, COVERAGE) + (1 - weight) * bundled)
