"""How many applications have a layer, how many technologies they support at once, and which came first."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Sequence
from fractions import Fraction
from statistics import fmean, median
from typing import Final, NamedTuple

from ecotone.stack.application_stack import ApplicationStack, month_mask
from ecotone.stack.technology_map import DATABASE, MODEL

REACH: Final = "stack/reach-1"
MEMBERS: Final = "stack/members-1"
EFFECTIVE: Final = "stack/effective-1"
LAG: Final = "stack/lag-1"

Z_95: Final = 1.959963984540054
FEWEST_SEEN: Final = 5
"""With fewer applications a share is given as a fraction in words, and no curve is drawn."""


class Reach(NamedTuple):
    """The share of applications that have a layer, with 95 % bounds by Wilson's score (1927)."""

    applications: int
    with_layer: int
    share: float
    low: float
    high: float


class Members(NamedTuple):
    """Technologies of a layer per application that has the layer."""

    applications: int
    mean: float
    median: float
    highest: int


class EffectiveNumber(NamedTuple):
    """The Hill number of order 1 of a layer's technologies, each application with weight 1 (Hill 1973, Jost 2006)."""

    distinct: int
    effective: float
    leader: str
    leader_share: float


class FirstMonth(NamedTuple):
    """The first month of a layer; censored: it may have been there before, in a tree or manifest that was not read."""

    month: int | None
    censored: bool | None


def wilson_bounds(successes: int, trials: int) -> tuple[float, float]:
    """The 95 % score interval of a share, not clipped.

    >>> [round(bound, 3) for bound in wilson_bounds(9, 10)]
    [0.596, 0.982]
    """
    share, z2 = successes / trials, Z_95**2
    scale = 1 + z2 / trials
    centre = (share + z2 / (2 * trials)) / scale
    half = Z_95 * math.sqrt(share * (1 - share) / trials + z2 / (4 * trials**2)) / scale
    return centre - half, centre + half


def measure_reach(applications: Iterable[ApplicationStack], layer: str, month: int) -> Reach | None:
    """stack/reach-1 of a layer or union in a month; None if no application is seen.

    An application that may declare the layer in a manifest that nobody could read is left out.
    """
    observed = [
        application for application in applications
        if application.is_seen(month) and (application.technologies(layer, month) or not application.is_unread(month))
    ]  # fmt: skip
    if not observed:
        return None
    having = sum(bool(application.technologies(layer, month)) for application in observed)
    return Reach(len(observed), having, having / len(observed), *wilson_bounds(having, len(observed)))


def technologies_by_application(
    applications: Iterable[ApplicationStack], layer: str, month: int
) -> list[frozenset[str]]:
    """The technologies of each application that is seen and has the layer."""
    listed = (application.technologies(layer, month) for application in applications if application.is_seen(month))
    return [technologies for technologies in listed if technologies]


def measure_members(applications: Iterable[ApplicationStack], layer: str, month: int) -> Members | None:
    """stack/members-1; None if no application has the layer."""
    counts = [len(technologies) for technologies in technologies_by_application(applications, layer, month)]
    return Members(len(counts), fmean(counts), float(median(counts)), max(counts)) if counts else None


def measure_effective_number(
    applications: Iterable[ApplicationStack], layer: str, month: int
) -> EffectiveNumber | None:
    """stack/effective-1; None if no application has the layer."""
    listed = technologies_by_application(applications, layer, month)
    weights: dict[str, Fraction] = defaultdict(Fraction)
    for technologies in listed:
        for technology in technologies:
            weights[technology] += Fraction(1, len(technologies))
    if not weights:
        return None
    shares = {technology: weight / len(listed) for technology, weight in sorted(weights.items())}
    leader = max(shares, key=lambda technology: shares[technology])
    entropy = -math.fsum(float(share) * math.log(share) for share in shares.values())
    return EffectiveNumber(len(shares), math.exp(entropy), leader, float(shares[leader]))


def find_first_month(application: ApplicationStack, layer: str) -> FirstMonth:
    """The first month of a layer or union in an application's window."""
    month = application.first_month(layer)
    if month is None:
        return FirstMonth(None, None)
    unread_before = bool(application.unread & month_mask(0, month - application.first))
    return FirstMonth(month, unread_before or (month == application.first and application.first_commit < month))


def measure_lag(application: ApplicationStack) -> int | None:
    """stack/lag-1: months from the first model to the first database; negative: the database came first.

    None if either never comes, or if either may have been there before the first snapshot.
    """
    model, database = find_first_month(application, MODEL), find_first_month(application, DATABASE)
    if model.month is None or database.month is None or model.censored or database.censored:
        return None
    return database.month - model.month


def leading_technologies(applications: Sequence[ApplicationStack], layer: str, month: int) -> list[tuple[str, int]]:
    """How many applications have each technology of a layer in a month, the most frequent first."""
    counts: dict[str, int] = defaultdict(int)
    for technologies in technologies_by_application(applications, layer, month):
        for technology in technologies:
            counts[technology] += 1
    return sorted(counts.items(), key=lambda item: (-item[1], item[0]))
