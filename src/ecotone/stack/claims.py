"""Claims about the stack of applications, each with its figure, how many applications it rests on, and a verdict."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from typing import Final, NamedTuple

from ecotone.stack.adoption import FEWEST_SEEN, measure_lag, wilson_bounds
from ecotone.stack.application_stack import ApplicationStack
from ecotone.stack.technology_map import DATABASE, MODEL
from ecotone.stack.turnover import FEWEST_YEARS, compare_turnover, find_spells

HOLDS: Final = "holds"
IN_PART: Final = "in_part"
DOES_NOT_HOLD: Final = "does_not_hold"
TOO_FEW: Final = "too_few"

CLAIMS: Final = "stack_claims/ecotone-1"
RECENT_MONTHS: Final = 6
"""An application whose newest tree is at most so many months older than the field's newest counts as current."""
SAFETY_LAYERS: Final = ("protocol", "guard", "sandbox")


class ClaimResult(NamedTuple):
    """One claim.

    figure      a share, or a ratio; None: not known
    low, high   95 % interval of the figure; high None: without an upper bound
    applications, of  the applications for which the claim is true, and those it was tried on
    """

    claim: str
    figure: float | None
    low: float | None
    high: float | None
    applications: int | None
    of: int
    verdict: str


def judge_claims(applications: Sequence[ApplicationStack], group: str) -> list[ClaimResult]:
    """Every claim: on the AI-native applications, and the comparison of turnover on all.

    group  the name of their group
    """
    native = [application for application in applications if application.group == group]
    return [
        *(_judge_share(claim, [test(application) for application in native]) for claim, test in TESTS.items()),
        _judge_turnover(applications),
        _judge_safety(native),
    ]


def _model_first(application: ApplicationStack) -> bool | None:
    """The model comes before the database, or with it."""
    lag = measure_lag(application)
    return None if lag is None else lag >= 0


def _model_at_once(application: ApplicationStack) -> bool | None:
    """A model is declared within two months of the first declaration of anything."""
    if not application.declared or application.first_commit < application.first:
        return None
    begin = application.first + (application.declared & -application.declared).bit_length() - 1
    month = application.first_month(MODEL)
    if month is not None and month <= begin + 1:
        return True
    return None if application.is_unread(begin) or application.is_unread(begin + 1) else False


def _model_replaces_database(application: ApplicationStack) -> bool | None:
    """An application with a model that had a database has dropped it for good."""
    known = application.first_month(DATABASE) and application.first_month(MODEL)
    if not known or not application.is_seen(application.last):
        return None
    if application.technologies(DATABASE, application.last):
        return False
    return None if application.is_unread(application.last) else True


def _several_models(application: ApplicationStack) -> bool | None:
    """It supports more model providers at once than databases, and at least two."""
    models = application.technologies("model_api", application.last)
    if not application.is_seen(application.last) or not models or application.is_unread(application.last):
        return None
    return len(models) >= 2 and len(models) > len(application.technologies("database", application.last))


TESTS: Final[Mapping[str, Callable[[ApplicationStack], bool | None]]] = {
    "model_first": _model_first,
    "model_at_once": _model_at_once,
    "several_models": _several_models,
    "model_replaces_database": _model_replaces_database,
}
"""Claim -> whether it is true of an application; None: it cannot be tried on it."""


def _judge_share(claim: str, answers: Sequence[bool | None]) -> ClaimResult:
    """A claim holds if it is true of more than half of the applications even at the low bound."""
    tried = [answer for answer in answers if answer is not None]
    if not tried:
        return ClaimResult(claim, None, None, None, None, 0, TOO_FEW)
    true = sum(tried)
    low, high = wilson_bounds(true, len(tried))
    verdict = HOLDS if low > 0.5 else IN_PART if true * 2 > len(tried) else DOES_NOT_HOLD
    return ClaimResult(
        claim, true / len(tried), low, high, true, len(tried), verdict if len(tried) >= FEWEST_SEEN else TOO_FEW
    )


def _judge_turnover(applications: Sequence[ApplicationStack]) -> ClaimResult:
    """A settled model provider is dropped more often than a settled database, in applications of both groups."""
    models, databases = (
        [spell for application in applications for spell in find_spells(application, [layer]) if spell.settled]
        for layer in ("model_api", "database")
    )
    tried = len({spell.application for spell in (*models, *databases)})
    years = [sum(spell.exposure for spell in spells) / 12 for spells in (models, databases)]
    compared = compare_turnover(models, databases)
    if compared is None:
        return ClaimResult("models_dropped_more", None, None, None, None, tried, TOO_FEW)
    ratio, low, high = compared
    verdict = HOLDS if low > 1 else IN_PART if ratio > 1 else DOES_NOT_HOLD
    if min(years) < FEWEST_YEARS or tried < FEWEST_SEEN:
        verdict = TOO_FEW
    return ClaimResult("models_dropped_more", ratio, low, high if math.isfinite(high) else None, None, tried, verdict)


def _judge_safety(native: Sequence[ApplicationStack]) -> ClaimResult:
    """Applications that are current and a year old have more layers for tools and safety than a year before."""
    end = max((application.last for application in native), default=0)
    answers: list[bool | None] = []
    for application in native:
        before = application.last - 12
        if end - application.last > RECENT_MONTHS or not application.is_seen(before):
            continue
        if application.is_unread(before) or application.is_unread(application.last):
            continue
        then, now = (
            sum(bool(application.technologies(layer, month)) for layer in SAFETY_LAYERS)
            for month in (before, application.last)
        )
        answers.append(now > then)
    return _judge_share("safety_gains", answers)
