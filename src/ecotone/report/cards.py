"""Highlights of the overview page: at most five projects."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from statistics import median
from typing import Final

from ecotone.report.field import Field, Project
from ecotone.report.leaderboard import Row, value_at
from ecotone.report.text import Text, change, month_name, number
from ecotone.report.words import say
from ecotone.trends.riser import RISING

ENOUGH_PEOPLE: Final = 5  # contributors in the month; a share among fewer is not informative


@dataclass(frozen=True, slots=True)
class Card:
    """A highlighted project, its value, and a sentence that explains the value."""

    kicker: Text
    project: Project
    figure: str
    sentence: Text
    tone: str = ""


def cards(field: Field, rows: tuple[Row, ...]) -> tuple[Card, ...]:
    """Select the highlights that the data allow."""
    found = (_riser(field, rows), _fall(field, rows), _organisations(rows), _single(rows), _assisted(field, rows))
    return tuple(card for card in found if card is not None)


def _best(rows: Iterable[Row], values: dict[str, float]) -> Row | None:
    """The row with the highest value; ties go to the first slug."""
    known = [row for row in rows if row.project.name in values]
    return min(known, key=lambda row: (-values[row.project.name], row.project.slug), default=None)


def _title(field: Field) -> Text:
    assert field.main is not None
    return Text(field.main.title, field.main.title_zh)


def _riser(field: Field, rows: tuple[Row, ...]) -> Card | None:
    momenta = {row.project.name: row.standing.momentum or 0.0 for row in rows if row.riser}
    best = _best(rows, momenta)
    if best is None:
        return None
    sentence = say("card_riser_text", signal=_title(field))
    return Card(say("card_riser"), best.project, change(best.standing.momentum), sentence, "riser")


def _fall(field: Field, rows: tuple[Row, ...]) -> Card | None:
    """The lowest momentum, at most -10 %, among projects at or above the median of the earlier months."""
    before = {row.project.name: row.standing.earlier for row in rows if row.standing.earlier is not None}
    if not before:
        return None
    enough = median(before.values())
    falls = {
        row.project.name: -row.standing.momentum
        for row in rows
        if row.standing.momentum is not None and row.standing.momentum <= -RISING and before[row.project.name] >= enough
    }
    best = _best(rows, falls)
    if best is None:
        return None
    sentence = say("card_fall_text", signal=_title(field))
    return Card(say("card_fall"), best.project, change(best.standing.momentum), sentence)


def _organisations(rows: tuple[Row, ...]) -> Card | None:
    best = _best(rows, {row.project.name: row.organisations for row in rows if row.organisations})
    if best is None:
        return None
    month = month_name(best.last_month)
    sentence = say("card_organisations_text", month=month, unknown=number(best.unknown, "share"))
    return Card(say("card_organisations"), best.project, number(best.organisations), sentence)


def _single(rows: tuple[Row, ...]) -> Card | None:
    best = _best(
        rows,
        {
            row.project.name: row.top
            for row in rows
            if row.top and row.contributors is not None and row.contributors >= ENOUGH_PEOPLE
        },
    )
    if best is None:
        return None
    month, share = month_name(best.last_month), number(best.top, "share")
    if best.unknown == 0:
        sentence = say("card_single_known", month=month, share=share)
    else:
        low = best.top_low if best.top_low is not None else best.top
        high = best.top_high if best.top_high is not None else best.top
        bounds = {"low": number(low, "share"), "high": number(high, "share")}
        sentence = say("card_single_text", month=month, share=share, **bounds)
    return Card(say("card_single"), best.project, share, sentence)


def _assisted(field: Field, rows: tuple[Row, ...]) -> Card | None:
    shares = {}
    for row in rows:
        value = value_at(field, "assisted_share", row.project, row.standing.last_at)
        if value and row.contributors is not None and row.contributors >= ENOUGH_PEOPLE:
            shares[row.project.name] = value
    best = _best(rows, shares)
    if best is None:
        return None
    percentage = number(shares[best.project.name], "share")
    sentence = say("card_assisted_text", month=month_name(best.last_month), share=percentage)
    return Card(say("card_assisted"), best.project, percentage, sentence)
