"""The answer to "is this one company's project?": whether one organisation's people make more than half of the commits.

Half of the work alone makes no owner: the answer is *yes* only if the repository's owner bears the organisation's name,
and otherwise that the *work* is mostly one company's. An estimate decides only if it also holds in the cautious range
(docs/explain/unknown-estimates.md).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final, Literal

HALF: Final = 0.5

Verdict = Literal["yes", "work", "no", "unclear"]
Ground = Literal["known", "team", "estimate"]


@dataclass(frozen=True, slots=True)
class CompanyAnswer:
    """Whether one company makes more than half of a project's commits in its newest period.

    verdict       yes: the repository's owner does; work: another company does; no: none does
    ground        what decides: known employers, these and the owner's team, or the estimate
    organisation  that of the figures, by default the one with the largest known share; None: it may not be named, or
                  no employer is known
    people        its known people; 0 where it may not be named
    unknown       share of the commits of unknown employer
    team          known share with the owner's team; None: there is no such team
    withheld      why there is no estimate, or empty
    """

    verdict: Verdict
    ground: Ground
    since: date
    until: date
    unknown: float
    organisation: str | None = None
    people: int = 0
    known: float = 0.0
    highest: float = 1.0
    team: float | None = None
    estimate: float | None = None
    low: float | None = None
    high: float | None = None
    cautious_low: float | None = None
    cautious_high: float | None = None
    withheld: str = ""

    @property
    def share(self) -> float:
        """The share that decides."""
        return {"known": self.known, "team": self.team, "estimate": self.estimate}[self.ground] or self.known


def newest_period(rows: Sequence[Mapping[str, Any]], measure: str) -> list[Mapping[str, Any]]:
    """The rows of one project's newest period and a measure: organisations by known share, then the unknown."""
    last = max((row["until"] for row in rows), default=None)
    chosen = [row for row in rows if row["until"] == last and row["measure"] == measure]
    return sorted(chosen, key=lambda row: (row["organisation"] is None, -row["known_share"], row["organisation"] or ""))


def answer_company_question(rows: Sequence[Mapping[str, Any]], min_people: int) -> CompanyAnswer | None:
    """The answer for one project, from its rows of `employer_shares`; None without rows.

    An organisation of fewer than `min_people` known people is not named, nor whether it is the repository's owner.
    """
    period = newest_period(rows, "commits")
    if not period:
        return None
    *organisations, unknown = period
    span = {"since": unknown["since"], "until": unknown["until"], "unknown": unknown["known_share"]}
    if not organisations:
        return CompanyAnswer("unclear", "known", **span, withheld=unknown["withheld"] or "")
    row, has_half, ground = _judge(organisations)
    is_named = row["people"] >= min_people
    verdict: Verdict = "unclear" if has_half is None else "no" if not has_half else "work"
    return CompanyAnswer(
        "yes" if verdict == "work" and is_named and row.get("is_owner") else verdict,
        ground,
        **span,
        organisation=row["organisation"] if is_named else None,
        people=row["people"] if is_named else 0,
        known=row["known_share"],
        highest=row["highest_share"],
        team=row.get("team_share"),
        estimate=row["estimate"],
        low=row["estimate_low"],
        high=row["estimate_high"],
        cautious_low=row["cautious_low"],
        cautious_high=row["cautious_high"],
        withheld=row["withheld"] or "",
    )


def _judge(organisations: Sequence[Mapping[str, Any]]) -> tuple[Mapping[str, Any], bool | None, Ground]:
    """The row that decides, whether its organisation has more than half (None: undecided), and what decides."""
    largest = organisations[0]
    with_team = max(organisations, key=_team_share)
    if largest["known_share"] > HALF:
        return largest, True, "known"
    if largest["highest_share"] < HALF:
        return largest, False, "known"
    if _team_share(with_team) > HALF:
        return with_team, True, "team"
    if largest["estimate"] is None:
        return largest, None, "known"
    if largest["cautious_low"] > HALF:
        return largest, True, "estimate"
    if largest["cautious_high"] < HALF and all(row["estimate_high"] < HALF for row in organisations):
        return largest, False, "estimate"
    return largest, None, "estimate"


def _team_share(row: Mapping[str, Any]) -> float:
    """0 where there is no owner's team, or the tables are of a version without this column."""
    return row.get("team_share") or 0.0
