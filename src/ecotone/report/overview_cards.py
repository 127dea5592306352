"""Highlights of the overview page: at most five projects."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from statistics import median
from typing import Final

from ecotone.report.bilingual_text import Text, format_change, format_month, format_number
from ecotone.report.company_sentences import company_sentence, find_company_answer
from ecotone.report.messages import message
from ecotone.report.overview_answer import assisted_sums_by_project, comparison_date
from ecotone.report.ranking_rows import RankingRow
from ecotone.report.report_data import Project, ReportData
from ecotone.trends.fastest_growing import MIN_MOMENTUM
from ecotone.trends.verdict_words import SHRINKING, STOPPED

MIN_CONTRIBUTORS: Final = 5  # contributors in the month; a share among fewer is not informative


@dataclass(frozen=True, slots=True)
class OverviewCard:
    """A highlighted project, its value, and a sentence that explains the value."""

    kicker: Text
    project: Project
    figure: str
    sentence: Text
    tone: str = ""


def select_overview_cards(data: ReportData, rows: tuple[RankingRow, ...]) -> tuple[OverviewCard, ...]:
    """Select the highlights that the data allow, among the projects that are whole in the month compared."""
    rows = tuple(row for row in rows if row.latest.compared)
    candidates = (
        _fastest_growing_card(data, rows),
        _steepest_decline_card(data, rows),
        _most_organisations_card(rows),
        _single_organisation_card(data, rows),
        _most_assisted_card(data, rows),
    )
    return tuple(card for card in candidates if card is not None)


def _highest_row(rows: Iterable[RankingRow], values: dict[str, float]) -> RankingRow | None:
    """The row with the highest value; ties go to the first slug."""
    known = [row for row in rows if row.project.name in values]
    return min(known, key=lambda row: (-values[row.project.name], row.project.slug), default=None)


def _main_signal_title(data: ReportData) -> Text:
    assert data.main_signal is not None
    return Text(data.main_signal.title, data.main_signal.title_zh)


def _fastest_growing_card(data: ReportData, rows: tuple[RankingRow, ...]) -> OverviewCard | None:
    momenta = {row.project.name: row.latest.momentum or 0.0 for row in rows if row.is_riser}
    best = _highest_row(rows, momenta)
    if best is None:
        return None
    sentence = message("card_riser_text", signal=_main_signal_title(data))
    return OverviewCard(message("card_riser"), best.project, format_change(best.latest.momentum), sentence, "riser")


def _steepest_decline_card(data: ReportData, rows: tuple[RankingRow, ...]) -> OverviewCard | None:
    """The lowest momentum, at most -10 %, among projects at or above the median of the earlier months.

    Where there are verdicts, only a project that shrinks or has stopped qualifies.
    """
    before = {row.project.name: row.latest.earlier for row in rows if row.latest.earlier is not None}
    if not before:
        return None
    enough = median(before.values())
    falls = {
        row.project.name: -row.latest.momentum
        for row in rows
        if (row.present is None or row.present.name in (SHRINKING.name, STOPPED.name))
        and row.latest.momentum is not None
        and row.latest.momentum <= -MIN_MOMENTUM
        and before[row.project.name] >= enough
    }
    best = _highest_row(rows, falls)
    if best is None:
        return None
    sentence = message("card_fall_text", signal=_main_signal_title(data))
    return OverviewCard(message("card_fall"), best.project, format_change(best.latest.momentum), sentence)


def _most_organisations_card(rows: tuple[RankingRow, ...]) -> OverviewCard | None:
    best = _highest_row(
        rows, {row.project.name: row.organisations for row in rows if row.organisations and row.organisations > 1}
    )
    if best is None:
        return None
    month = format_month(best.last_month)
    sentence = message("card_organisations_text", month=month, unknown=format_number(best.unknown_share, "share"))
    return OverviewCard(message("card_organisations"), best.project, format_number(best.organisations), sentence)


def _single_organisation_card(data: ReportData, rows: tuple[RankingRow, ...]) -> OverviewCard | None:
    """The highest known or estimated share among the projects that are one company's (signals/company_answer.py)."""
    answers = {row.project.name: find_company_answer(data, row.project.name) for row in rows}
    shares = {name: answer.share for name, answer in answers.items() if answer is not None and answer.verdict == "yes"}
    busy = [row for row in rows if row.contributors is not None and row.contributors >= MIN_CONTRIBUTORS]
    best = _highest_row(busy, shares)
    answer = answers[best.project.name] if best else None
    if best is None or answer is None:
        return None
    sentence = company_sentence(answer)
    share = format_number(shares[best.project.name], "share")
    return OverviewCard(message("card_single"), best.project, share, sentence)


def _most_assisted_card(data: ReportData, rows: tuple[RankingRow, ...]) -> OverviewCard | None:
    """The highest share over the same six months as on the small multiples."""
    sums = assisted_sums_by_project(data, comparison_date(rows))
    busy = [row for row in rows if row.contributors is not None and row.contributors >= MIN_CONTRIBUTORS]
    best = _highest_row(busy, {name: own.share for name, own in sums.items() if own.share})
    if best is None:
        return None
    own = sums[best.project.name]
    percentage = format_number(own.share, "share")
    sentence = message(
        "card_assisted_text", since=format_month(own.since), until=format_month(own.until), share=percentage
    )
    return OverviewCard(message("card_assisted"), best.project, percentage, sentence)
