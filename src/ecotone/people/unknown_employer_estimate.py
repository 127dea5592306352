"""Shares of employers where some people's employers are unknown, estimated by multiple imputation.

Each draw gives every person of unknown employer an employer, as the known people of the same project, role and activity
have them, or one that no known person has. The quantiles of the drawn shares are the interval.
People of one employer may hide it more often than those of another, so each draw multiplies every employer's odds by a
random factor. Its spread and the levels of the intervals are calibrated on projects whose known employers were hidden
(people/estimate_calibration.py).

source  multiple imputation: Rubin (1987), Multiple Imputation for Nonresponse in Surveys, doi 10.1002/9780470316696;
        unseen employers: Good (1953), Biometrika 40:237, doi 10.2307/2333344; the random factor is a delta adjustment:
        Carpenter, Kenward and White (2007), Stat. Methods Med. Res. 16:259, doi 10.1177/0962280206075303
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

Integers = NDArray[np.int64]
Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]

FORMULA: Final = "employer_share/estimate-2"
UNKNOWN: Final = -1
DRAWS: Final = 400
ODDS_SPREAD: Final = 0.6
"""Standard deviation of the logarithm of an employer's random factor."""
CAUTIOUS_FACTOR: Final = 3.0
"""The cautious range allows that an employer's people hide it up to this many times more or less often than others."""
POOLED_PEOPLE: Final = 5.0
"""Number of people that the whole project counts for in each group of role and activity."""
ACTIVITY_STEPS: Final = (2, 10)
"""Commits in the period that separate the groups of activity."""
SEED: Final = 1987

MIN_KNOWN_PEOPLE: Final = 5
DECISIVE_SHARE: Final = 0.3
MOSTLY_UNKNOWN: Final = 0.75
FEW_KNOWN: Final = "few_known"
ONE_PERSON: Final = "one_person"
TOO_MUCH_UNKNOWN: Final = "too_much_unknown"
WITHHELD: Final = (FEW_KNOWN, ONE_PERSON, TOO_MUCH_UNKNOWN)
"""Reasons to give no estimate: fewer than MIN_KNOWN_PEOPLE known people; one person of unknown employer made at least
DECISIVE_SHARE of the commits; at least MOSTLY_UNKNOWN of the commits are of unknown employer."""


class Levels(NamedTuple):
    """Shares of the draws within the intervals of people and of commits, so that about 90 % of these hold the truth."""

    people: float
    commits: float


BUNDLED_LEVELS: Final = Levels(0.87, 0.95)
"""For fields of few projects; measured on the histories named in docs/explain/unknown-estimates.md."""


@dataclass(frozen=True, slots=True)
class PeopleAtWork:
    """People with commits in a project in a period; a row a person.

    organisation  number of the employer with the most of the person's commits, or UNKNOWN
    commits       by the person; at least 1
    unattributed  of these, commits of unknown employer
    is_core       whether the person lands the work of others
    """

    organisation: Integers
    commits: Integers
    unattributed: Integers
    is_core: Flags


@dataclass(frozen=True, slots=True)
class EstimatedShares:
    """Shares of each organisation, 0 to 1, of everybody's people or commits; arrays by organisation number.

    known      if no unknown person works for it
    highest    if all unknown people do
    estimate   mean of the draws; NaN where withheld
    low, high  the interval; NaN where withheld
    cautious   (low, high) of the largest organisation if its people hide it CAUTIOUS_FACTOR times less or more often
               than the others; NaN where withheld
    unknown    share of the unknown
    largest    number of the organisation with the largest known share; UNKNOWN: none is known
    withheld   a value of WITHHELD, or empty
    """

    known: Floats
    highest: Floats
    estimate: Floats
    low: Floats
    high: Floats
    cautious: tuple[float, float]
    unknown: float
    largest: int
    withheld: str


def estimate_people_shares(
    people: PeopleAtWork, organisation_count: int, levels: Levels = BUNDLED_LEVELS
) -> EstimatedShares:
    """The share of the people that works for each organisation."""
    known = np.bincount(people.organisation[people.organisation != UNKNOWN], minlength=organisation_count)
    ones = np.ones_like(people.commits)
    return _estimate_shares(people, known, known, ones, levels.people, _few_known_people(people))


def estimate_commit_shares(
    people: PeopleAtWork, known_commits: Integers, levels: Levels = BUNDLED_LEVELS
) -> EstimatedShares:
    """The share of the commits by people of each organisation.

    known_commits  of each organisation; a known person's unattributed commits are added to them in the estimate
    """
    is_known = people.organisation != UNKNOWN
    rest = np.bincount(people.organisation[is_known], people.unattributed[is_known], minlength=len(known_commits))
    settled = known_commits + rest.astype(np.int64)
    return _estimate_shares(people, known_commits, settled, people.commits, levels.commits, reason_to_withhold(people))


def reason_to_withhold(people: PeopleAtWork) -> str:
    """Why the share of commits is not estimated: a value of WITHHELD, or empty."""
    total = people.commits.sum()
    unknown = people.commits[people.organisation == UNKNOWN]
    if len(unknown) and unknown.max() >= DECISIVE_SHARE * total:
        return ONE_PERSON
    too_much = TOO_MUCH_UNKNOWN if unknown.sum() >= MOSTLY_UNKNOWN * total else ""
    return _few_known_people(people) or too_much


def draw_shares(people: PeopleAtWork, settled: Integers, weight: Integers, odds: Floats | None = None) -> Floats:
    """Shares of the weight of each organisation; (DRAWS, organisations).

    settled  weight of each organisation's known people
    odds     as in `draw_employers`
    """
    organisation_count = len(settled)
    drawn = draw_employers(people, organisation_count, np.random.default_rng(SEED), odds)
    size = organisation_count + 1
    flat = (drawn + np.arange(DRAWS)[:, None] * size).ravel()
    unknown = np.tile(weight[people.organisation == UNKNOWN], DRAWS)
    added = np.bincount(flat, unknown, minlength=DRAWS * size).reshape(DRAWS, size)
    return np.asarray((settled + added[:, :organisation_count]) / weight.sum())


def draw_employers(
    people: PeopleAtWork, organisation_count: int, generator: np.random.Generator, odds: Floats | None = None
) -> Integers:
    """Employers drawn for the people of unknown employer; (DRAWS, unknown people).

    odds     of each organisation and of an unseen one, relative to the known people; None: equal
    returns  organisation numbers; `organisation_count` is an organisation that no known person works for
    """
    group = group_of_people(people)
    is_known = people.organisation != UNKNOWN
    counts = np.bincount(people.organisation[is_known], minlength=organisation_count).astype(np.float64)
    total = counts.sum()
    unseen = (np.count_nonzero(counts == 1) + 0.5) / (total + 1.0)  # after Good: the share of those seen once
    weights = np.append(counts, unseen * max(total, 1.0))
    whole_project = generator.dirichlet(np.maximum(weights, 1e-9), DRAWS)
    factors = np.exp(generator.normal(0.0, ODDS_SPREAD, (DRAWS, organisation_count + 1)))
    if odds is not None:
        factors *= odds
    groups = group[~is_known]
    drawn = np.empty((DRAWS, len(groups)), np.int64)
    first_code = np.arange(DRAWS)[:, None] * (organisation_count + 1)
    for number in np.unique(groups):
        members = people.organisation[is_known & (group == number)]
        own = np.append(np.bincount(members, minlength=organisation_count), unseen * len(members))
        steps = np.cumsum(generator.standard_gamma(own + POOLED_PEOPLE * whole_project) * factors, axis=1)
        steps = steps / steps[:, -1:] + np.arange(DRAWS)[:, None]
        positions = np.flatnonzero(groups == number)
        points = generator.random((DRAWS, len(positions))) + np.arange(DRAWS)[:, None]
        employer = np.searchsorted(steps.ravel(), points.ravel(), side="right").reshape(points.shape) - first_code
        drawn[:, positions] = employer.clip(0, organisation_count)
    return drawn


def group_of_people(people: PeopleAtWork) -> Integers:
    """The group of role and activity of each person."""
    activity = np.digitize(people.commits, ACTIVITY_STEPS)
    return people.is_core.astype(np.int64) * (len(ACTIVITY_STEPS) + 1) + activity


def _few_known_people(people: PeopleAtWork) -> str:
    return FEW_KNOWN if np.count_nonzero(people.organisation != UNKNOWN) < MIN_KNOWN_PEOPLE else ""


def _estimate_shares(
    people: PeopleAtWork, known: Integers, settled: Integers, weight: Integers, level: float, withheld: str
) -> EstimatedShares:
    """Shares of the weight.

    known    weight known to be of each organisation
    settled  the same with everything of known people
    """
    organisation_count, total = len(known), float(weight.sum())
    known_shares = known / total
    unknown_share = float(total - known.sum()) / total
    highest = known_shares + unknown_share
    largest = int(np.argmax(known)) if organisation_count else UNKNOWN
    if withheld:
        blank = np.full(organisation_count, np.nan)
        return EstimatedShares(
            known_shares, highest, blank, blank, blank, (np.nan,) * 2, unknown_share, largest, withheld
        )
    tails = (1 - level) / 2, (1 + level) / 2

    def cautious_edge(factor: float, tail: float) -> float:
        odds = np.ones(organisation_count + 1)
        odds[largest] = factor
        return float(np.quantile(draw_shares(people, settled, weight, odds)[:, largest], tail))

    shares = draw_shares(people, settled, weight)
    low, high = np.quantile(shares, tails, axis=0)
    cautious = cautious_edge(1 / CAUTIOUS_FACTOR, tails[0]), cautious_edge(CAUTIOUS_FACTOR, tails[1])
    return EstimatedShares(known_shares, highest, shares.mean(axis=0), low, high, cautious, unknown_share, largest, "")
