"""The answer to "is this one company's project?": whether one organisation's people make more than half of the commits.

An estimate decides only if it also holds in the cautious range (docs/explain/unknown-estimates.md).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final, Literal

HALF: Final = 0.5

Verdict = Literal["yes", "no", "unclear"]


@dataclass(frozen=True, slots=True)
class CompanyAnswer:
    """Whether one company makes more than half of a project's commits in its newest period.

    by_estimate   whether the verdict rests on the estimate; otherwise on what is known
    organisation  the one with the largest known share; None: no employer is known
    people        its known people
    unknown       share of the commits of unknown employer
    withheld      why there is no estimate, or empty
    """

    verdict: Verdict
    by_estimate: bool
    since: date
    until: date
    unknown: float
    organisation: str | None = None
    people: int = 0
    known: float = 0.0
    highest: float = 1.0
    estimate: float | None = None
    low: float | None = None
    high: float | None = None
    cautious_low: float | None = None
    cautious_high: float | None = None
    withheld: str = ""


def newest_period(rows: Sequence[Mapping[str, Any]], measure: str) -> list[Mapping[str, Any]]:
    """The rows of one project's newest period and a measure: organisations by known share, then the unknown."""
    last = max((row["until"] for row in rows), default=None)
    chosen = [row for row in rows if row["until"] == last and row["measure"] == measure]
    return sorted(chosen, key=lambda row: (row["organisation"] is None, -row["known_share"], row["organisation"] or ""))


def answer_company_question(rows: Sequence[Mapping[str, Any]]) -> CompanyAnswer | None:
    """The answer for one project, from its rows of `employer_shares`; None without rows."""
    period = newest_period(rows, "commits")
    if not period:
        return None
    *organisations, unknown = period
    span = {"since": unknown["since"], "until": unknown["until"], "unknown": unknown["known_share"]}
    if not organisations:
        return CompanyAnswer("unclear", False, **span, withheld=unknown["withheld"] or "")
    largest = organisations[0]
    verdict, by_estimate = _judge(organisations)
    return CompanyAnswer(
        verdict,
        by_estimate,
        **span,
        organisation=largest["organisation"],
        people=largest["people"],
        known=largest["known_share"],
        highest=largest["highest_share"],
        estimate=largest["estimate"],
        low=largest["estimate_low"],
        high=largest["estimate_high"],
        cautious_low=largest["cautious_low"],
        cautious_high=largest["cautious_high"],
        withheld=largest["withheld"] or "",
    )


def _judge(organisations: Sequence[Mapping[str, Any]]) -> tuple[Verdict, bool]:
    """The verdict, and whether it rests on the estimate."""
    largest = organisations[0]
    if largest["known_share"] > HALF:
        return "yes", False
    if largest["highest_share"] < HALF:
        return "no", False
    if largest["estimate"] is None:
        return "unclear", False
    if largest["cautious_low"] > HALF:
        return "yes", True
    if largest["cautious_high"] < HALF and all(row["estimate_high"] < HALF for row in organisations):
        return "no", True
    return "unclear", False
