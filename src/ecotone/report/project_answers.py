"""The first screen of a project's page: five questions, each with an answer from the project's figures."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from ecotone.foundation.landscape import UNCATEGORISED
from ecotone.report.bilingual_text import Text, format_month, format_number
from ecotone.report.company_sentences import company_sentence, find_company_answer
from ecotone.report.messages import message
from ecotone.report.overview_answer import MIN_COMPARED, assisted_share_of, complete_assistance_rows
from ecotone.report.project_series import LatestValues, compute_latest_values
from ecotone.report.report_data import Category, Project, ReportData
from ecotone.report.report_input import ReportInput
from ecotone.trends.verdict_words import STOPPED

CONTRIBUTORS: Final = "contributors"
MIN_RANKED: Final = 5
"""Compared projects of a field from which on a percentile says more than the place."""
ABSENCE: Final = "contributor_absence_factor"


@dataclass(frozen=True, slots=True)
class ProjectAnswer:
    """A question and its answer; `key` names the question."""

    key: str
    question: Text
    answer: Text


def answer_questions(source: ReportInput, name: str) -> tuple[ProjectAnswer, ...]:
    """The questions and answers about a project of the tables."""
    data = ReportData(source)
    project = data.projects_by_name[name]
    return answer_project_questions(data, data.category_of(project), project)


def answer_project_questions(data: ReportData, category: Category, project: Project) -> tuple[ProjectAnswer, ...]:
    """Alive, whose, who can merge, who would be missed, written with AI; unknown is said."""
    company = find_company_answer(data, project.name)
    answers = {
        "alive": _alive_answer(data, category, project),
        "whose": company_sentence(company) if company else message("whose_unknown"),
        "merge": _core_team_sentence(data, project),
        "missed": _missed_answer(data, project),
        "assisted": _assisted_answer(data, project),
    }
    return tuple(
        ProjectAnswer(key, message(f"question_{key}"), answer) for key, answer in answers.items() if answer is not None
    )


def rank_in_category(data: ReportData, category: Category, project: Project) -> tuple[int, int] | None:
    """(place, compared projects) by the mean of the three months compared; None if the project is not compared."""
    if data.main_signal is None:
        return None
    standings = data.latest_values(data.main_signal.name)
    levels = {
        member.name: latest.recent
        for member in category.projects
        if (latest := standings[member.name]).compared and latest.recent is not None
    }
    if project.name not in levels:
        return None
    return 1 + sum(level > levels[project.name] for level in levels.values()), len(levels)


def _alive_answer(data: ReportData, category: Category, project: Project) -> Text:
    present, people = data.present_verdict(project.name), _latest(data, CONTRIBUTORS, project)
    if present is None or people is None or people.last is None:
        return message("alive_unknown")
    on_the_year = message("on_the_year", change=present.change_text)
    sentence = message(
        "alive_stopped" if present.name == STOPPED.name else "alive_sentence",
        verdict=present.title,
        change=Text(f" ({on_the_year.en})", f"（{on_the_year.zh}）") if present.change_text else Text.same(""),
        people=int(people.last),
        month=format_month(data.month_at(people.last_at)),
    )
    rank = rank_in_category(data, category, project)
    if rank is None:
        return message("alive_apart", sentence=sentence)
    position, projects = rank
    if projects < MIN_COMPARED or category.key == UNCATEGORISED:
        return sentence
    ahead = format_number((projects - position) / (projects - 1), "share").replace(".0%", "%")
    key = "alive_percentile" if projects >= MIN_RANKED else "alive_place"
    return message(key, sentence=sentence, place=position, projects=projects, ahead=ahead, category=category.title)


def _core_team_sentence(data: ReportData, project: Project) -> Text | None:
    """How many people can merge, and how much of the work is theirs; None without these signals."""
    people, share = _latest(data, "maintainers", project), _latest(data, "core_share", project)
    if people is None or share is None:
        return None
    if people.last is None:
        return message("core_team_unknown")
    if share.last is None or _has_contributors_after(data, project, share.last_at):
        until = format_month(data.month_at(people.last_at))
        return message("core_team_at_least", people=int(people.last), until=until)
    return message(
        "core_team_sentence",
        people=int(people.last),
        until=format_month(data.month_at(people.last_at)),
        share=format_number(share.last, "share"),
        month=format_month(data.month_at(share.last_at)),
    )


def _missed_answer(data: ReportData, project: Project) -> Text | None:
    fewest = _latest(data, ABSENCE, project)
    if fewest is None:
        return None
    people = _contributors_by_month(data, project).get(fewest.last_at, 0) if fewest.last_at is not None else 0
    if fewest.last is None or not people:
        return message("missed_unknown")
    month = format_month(data.month_at(fewest.last_at))
    if people == 1:
        return message("missed_alone", month=month)
    return message("missed_sentence", fewest=int(fewest.last), people=int(people), month=month)


def _assisted_answer(data: ReportData, project: Project) -> Text | None:
    if "ai_assistance" not in data.source.tables:
        return None
    rows = [row for row in complete_assistance_rows(data, "project") if row["scope"] == project.name]
    sums = assisted_share_of(rows, max((row["month"] for row in rows), default=None))
    if sums is None:
        return message("assisted_unknown")
    return message(
        "assisted_sentence" if sums.named_commits else "assisted_none",
        share=format_number(sums.share, "share"),
        commits=f"{sums.commits:,}",
        since=format_month(sums.since),
        until=format_month(sums.until),
    )


def _has_contributors_after(data: ReportData, project: Project, month: int | None) -> bool:
    """Whether somebody contributed in a later month; a month without commits has no share."""
    people = _contributors_by_month(data, project)
    return month is None or any(count for at, count in people.items() if at > month)


def _contributors_by_month(data: ReportData, project: Project) -> Mapping[int, float]:
    """The contributors of each complete month, by its index; empty without this signal."""
    if CONTRIBUTORS not in {declared.name for declared in data.numeric_signals}:
        return {}
    return data.signal_series(CONTRIBUTORS)[project.name].whole_values()


def _latest(data: ReportData, signal: str, project: Project) -> LatestValues | None:
    """The latest values of a signal; None if it is not in the tables."""
    if signal not in {declared.name for declared in data.numeric_signals}:
        return None
    return compute_latest_values(data.signal_series(signal)[project.name])
