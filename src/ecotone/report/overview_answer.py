"""The first screen of the overview: three sentences with figures, and the leading projects as small multiples.

Projects are compared over months that all of them have: the three complete months up to the month of comparison and,
for momentum and for changes, the same rows a year before. Projects whose data end earlier stand apart.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from statistics import fmean
from typing import Any, Final

from ecotone.foundation.months import add_months
from ecotone.report.bilingual_text import (
    Text,
    format_change,
    format_month,
    format_number,
    join_sentences,
    lower_first_letter,
)
from ecotone.report.company_sentences import company_verdict_label, find_company_answer
from ecotone.report.highlighted_projects import find_highlighted_projects
from ecotone.report.messages import message
from ecotone.report.project_series import RECENT
from ecotone.report.ranking_rows import RankingRow
from ecotone.report.report_data import ReportData
from ecotone.signals.company_answer import CompanyAnswer
from ecotone.trends.findings.agents import HALF_YEAR_MONTHS, YEAR_MONTHS, PeriodSums, sum_over_period
from ecotone.trends.verdict_words import GROWING, SHRINKING, STOPPED

TILES: Final = 10
GREY: Final = "muted"
MAJORITY: Final = 0.5
MIN_COMPARED: Final = 2
"""Projects from which a share of their sum says anything."""


@dataclass(frozen=True, slots=True)
class ProjectTile:
    """One labelled small multiple: the project's row, the employer answer and its share of commits with AI agents.

    colour  its own, or grey if an earlier tile has it
    """

    row: RankingRow
    colour: int | str
    company: Text | None
    company_verdict: str
    assisted: str


@dataclass(frozen=True, slots=True)
class YearComparison:
    """The leaders of the same projects now and a year before; `projects` have complete months in both periods."""

    leader: str
    leader_before: str
    projects: int


NAMED_UNREAD: Final = 5
NAMED_FADING: Final = 3


def answer_sentences(data: ReportData, rows: Sequence[RankingRow]) -> tuple[Text, ...]:
    """Who leads now, who rises, and what changes; only what the data can say."""
    compared = select_compared_rows(rows)
    sentences = (
        _uncompared_sentence(data, compared),
        leader_sentence(data, compared),
        riser_sentence(data, compared),
        _change_sentence(data, compared),
    )
    return tuple(sentence for sentence in sentences if sentence is not None)


def select_compared_rows(rows: Iterable[RankingRow]) -> tuple[RankingRow, ...]:
    """The rows of projects that are complete in the month of comparison."""
    return tuple(row for row in rows if row.latest.compared)


def select_earlier_rows(rows: Iterable[RankingRow]) -> tuple[RankingRow, ...]:
    """The rows of projects whose data end before the month of comparison, the newest first."""
    apart = [row for row in rows if not row.latest.compared and row.sparkline.end is not None]
    return tuple(sorted(apart, key=lambda row: (-(row.last_month or date.min).toordinal(), row.project.slug)))


def build_project_tiles(data: ReportData, rows: Sequence[RankingRow]) -> tuple[ProjectTile, ...]:
    """The projects with the highest mean of the three months compared, each with its answers."""
    assisted = assisted_sums_by_project(data, comparison_date(rows))
    ranked = sorted(select_compared_rows(rows), key=lambda row: (-(row.latest.recent or 0.0), row.project.slug))
    tiles: list[ProjectTile] = []
    for row in ranked[:TILES]:
        own = row.project.colour_index
        colour = GREY if own in {tile.colour for tile in tiles} else own
        tiles.append(_build_tile(data, row, assisted.get(row.project.name), colour))
    return tuple(tiles)


def assisted_sums_by_project(data: ReportData, until: date | None) -> Mapping[str, PeriodSums]:
    """Project -> the sums of its six complete months up to `until`; without the projects that lack one of these."""
    rows: dict[str, list[Mapping[str, Any]]] = defaultdict(list)
    for row in complete_assistance_rows(data, "project"):
        rows[row["scope"]].append(row)
    sums = {name: assisted_share_of(own, until) for name, own in rows.items()}
    return {name: own for name, own in sums.items() if own is not None}


def comparison_date(rows: Sequence[RankingRow]) -> date | None:
    """The month of comparison; None if no project is compared."""
    return next((row.last_month for row in rows if row.latest.compared), None)


def assisted_share_of(rows: Iterable[Mapping[str, Any]], until: date | None) -> PeriodSums | None:
    """The sums of a scope's six complete months up to `until`; None if one is missing."""
    sums = sum_over_period(rows, until, HALF_YEAR_MONTHS) if until is not None else None
    return sums if sums is not None and sums.commits else None


def count_read_projects(data: ReportData) -> int:
    """The number of projects of which at least one month could be read within the period."""
    return data.count_read(data.projects)


def unread_sentence(data: ReportData) -> Text | None:
    """Which projects of the landscape could not be read; None if all were."""
    unread = [project.name for project in data.projects if not data.count_read([project])]
    if not unread:
        return None
    listed = ", ".join(unread[:NAMED_UNREAD]) + (" …" if len(unread) > NAMED_UNREAD else "")
    return message("not_read", count=len(unread), names=listed)


def _build_tile(data: ReportData, row: RankingRow, sums: PeriodSums | None, colour: int | str) -> ProjectTile:
    answer: CompanyAnswer | None = find_company_answer(data, row.project.name)
    return ProjectTile(
        row,
        colour,
        company_verdict_label(answer) if data.employer_rows else None,
        answer.verdict if answer else "unclear",
        format_number(sums.share if sums else None, "share"),
    )


def complete_assistance_rows(data: ReportData, scope_kind: str) -> Sequence[Mapping[str, Any]]:
    """Rows of `ai_assistance` of a kind of scope, from complete months."""
    return data.assistance_rows.get(scope_kind, ())


def _uncompared_sentence(data: ReportData, compared: Sequence[RankingRow]) -> Text | None:
    """Why nothing is compared, where several projects were read but fewer than two have the same months."""
    projects = count_read_projects(data)
    if len(compared) >= MIN_COMPARED or projects < MIN_COMPARED:
        return None
    return message("answer_not_compared", projects=projects, compared=len(compared))


def leader_sentence(data: ReportData, compared: Sequence[RankingRow]) -> Text | None:
    """Who leads, and who is second; None where nothing is compared."""
    known = [(row.latest.recent, row) for row in compared if row.latest.recent is not None]
    total = sum(recent for recent, _ in known)
    if len(known) < MIN_COMPARED or not total or data.main_signal is None:
        return None
    (first, leader), (second, runner_up), *_ = sorted(known, key=lambda entry: (-entry[0], entry[1].project.slug))
    return message(
        "answer_leads_majority" if first > MAJORITY * total else "answer_leads",
        name=leader.project.name,
        share=format_number(first / total, "share"),
        signal=_main_signal_words(data),
        projects=len(known),
        second=runner_up.project.name,
        second_share=format_number(second / total, "share"),
        **_month_span(compared),
    )


def riser_sentence(data: ReportData, compared: Sequence[RankingRow]) -> Text | None:
    """Who rises fastest, and how many grow and shrink; None where nothing is compared."""
    if len(compared) < MIN_COMPARED or data.main_signal is None:
        return None
    standings = {row.project.name: row.latest for row in compared}
    riser = find_highlighted_projects(sorted(standings), standings).riser
    counted = Counter(row.present.name for row in compared if row.present is not None)
    values: dict[str, object] = {
        "projects": sum(counted.values()),
        "growing": counted[GROWING.name],
        "shrinking": counted[SHRINKING.name] + counted[STOPPED.name],
        "signal": _main_signal_words(data),
        "fading": _fading_words(compared),
    }
    if riser is not None:
        values |= {"name": riser, "change": format_change(standings[riser].momentum)}
    if not counted:
        return message("answer_rises_alone", **values) if riser else None
    return message("answer_rises" if riser else "answer_none_rises", **values)


def _fading_words(compared: Sequence[RankingRow]) -> Text:
    """The most active projects that shrink or have stopped, in brackets; empty if there are none."""
    fading = [row for row in compared if row.present is not None and row.present.name in (SHRINKING.name, STOPPED.name)]
    if not fading:
        return Text.same("")
    names = [row.project.label for row in fading[:NAMED_FADING]]
    etc = ", …" if len(fading) > NAMED_FADING else ""
    return message("answer_fading", names=Text(", ".join(names) + etc, "、".join(names)))


def _change_sentence(data: ReportData, compared: Sequence[RankingRow]) -> Text | None:
    """The change of leader within a year, and the share of commits with AI agents now and a year before."""
    parts = [part for part in (_leader_change(data, compared), _assistance_change(data)) if part is not None]
    return join_sentences(parts) if parts else None


def _leader_change(data: ReportData, compared: Sequence[RankingRow]) -> Text | None:
    comparison = compare_with_year_before(data, compared)
    if comparison is None:
        return None
    key = "answer_leader_same" if comparison.leader == comparison.leader_before else "answer_leader_changed"
    return message(key, name=comparison.leader, before=comparison.leader_before, projects=comparison.projects)


def compare_with_year_before(data: ReportData, compared: Sequence[RankingRow]) -> YearComparison | None:
    """The leader of three months now and of the same months a year before, among projects complete in all six."""
    if data.main_signal is None:
        return None
    series = data.signal_series(data.main_signal.name)
    levels: list[tuple[float, float, str]] = []
    for row in compared:
        whole, last = series[row.project.name].whole_values(), row.latest.last_at
        months = [] if last is None else [last - step for step in range(RECENT)]
        before = [month - YEAR_MONTHS for month in months]
        if months and all(month in whole for month in (*months, *before)):
            now, then = (fmean(whole[month] for month in chosen) for chosen in (months, before))
            levels.append((now, then, row.project.name))
    if len(levels) < MIN_COMPARED or not any(then for _, then, _ in levels):
        return None
    leader = min(levels, key=lambda level: (-level[0], level[2]))[2]
    leader_before = min(levels, key=lambda level: (-level[1], level[2]))[2]
    return YearComparison(leader, leader_before, len(levels))


def _assistance_change(data: ReportData) -> Text | None:
    rows = complete_assistance_rows(data, "field")
    last = max((row["month"] for row in rows), default=None)
    now = assisted_share_of(rows, last)
    if now is None or last is None:
        return None
    before = assisted_share_of(rows, add_months(last, -YEAR_MONTHS))
    return message(
        "answer_assisted_change" if before else "answer_assisted",
        share=format_number(now.share, "share"),
        before=format_number(before.share, "share") if before else "",
        since=format_month(now.since),
        until=format_month(now.until),
        commits=f"{now.commits:,}",
    )


def _main_signal_words(data: ReportData) -> Text:
    assert data.main_signal is not None
    return Text(lower_first_letter(data.main_signal.title), data.main_signal.title_zh)


def _month_span(compared: Sequence[RankingRow]) -> dict[str, str]:
    last = comparison_date(compared)
    first = add_months(last, 1 - RECENT) if last else None
    return {"since": format_month(first), "until": format_month(last)}
