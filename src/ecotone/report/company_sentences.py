"""Sentences and rows on employers' shares: known, estimated and at most."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from ecotone.report.bilingual_text import ABSENT, Text, format_month, format_number
from ecotone.report.messages import message
from ecotone.report.report_data import ReportData
from ecotone.signals.company_answer import CompanyAnswer, answer_company_question, newest_period

LISTED: Final = 6
"""Number of organisations in a project's list of shares."""
NEARLY_ALL_UNKNOWN: Final = 0.9
"""Unknown share from which a chart of employers says nothing if there is no estimate either."""


@dataclass(frozen=True, slots=True)
class EmployerRow:
    """One organisation's shares: known, estimated with its interval, and at most; of people, then of commits."""

    name: Text
    shares: tuple[tuple[str, Text, str], ...]


def find_company_answer(data: ReportData, project: str) -> CompanyAnswer | None:
    """The answer to "is this one company's project?"; None where it was not computed."""
    return answer_company_question(data.employer_rows.get(project, ()), data.source.min_people)


def says_nothing(data: ReportData, project: str) -> bool:
    """Whether in every period nearly all employers are unknown and there is no estimate."""
    rows = data.employer_rows.get(project, ())
    unknown = [row for row in rows if row["measure"] == "commits" and row["organisation"] is None]
    return bool(unknown) and all(row["withheld"] and row["known_share"] >= NEARLY_ALL_UNKNOWN for row in unknown)


def company_sentence(answer: CompanyAnswer) -> Text:
    """The answer as a sentence; a period of one month is named once, and the whole is no share."""
    since, until = format_month(answer.since), format_month(answer.until)
    sentence = message(
        _sentence_key(answer),
        name=company_name(answer),
        since=since,
        until=until,
        **{
            key: format_number(getattr(answer, key), "share")
            for key in ("known", "team", "estimate", "low", "high", "highest", "unknown")
        },
    )
    english, chinese = sentence.en, sentence.zh
    if since == until:
        english, chinese = english.replace(f"{since} to {until}", until), chinese.replace(f"{since} 至 {until}", until)
    if answer.known == 1.0:
        english = english.replace("at least 100.0% of the", "all")
        chinese = chinese.replace("至少完成了 100.0% 的提交", "完成了全部提交").replace(
            "至少占提交的 100.0%", "占全部提交"
        )
    return Text(english, chinese)


def company_verdict_label(answer: CompanyAnswer | None) -> Text:
    """The answer in a few words, for a small multiple or a table cell."""
    if answer is None:
        return message("company_label_absent")
    is_probable = answer.verdict in ("yes", "work") and answer.ground != "known"
    return message(
        f"company_label_{answer.verdict}{'_probably' if is_probable else ''}",
        name=company_name(answer),
        share=format_number(answer.share, "share"),
        unknown=format_number(answer.unknown, "share"),
    )


def assumption_sentence(answer: CompanyAnswer) -> Text | None:
    """What the estimate assumes; None without an estimate."""
    if answer.estimate is None:
        return None
    low, high = (format_number(value, "share") for value in (answer.cautious_low, answer.cautious_high))
    return message("estimate_assumes", low=low, high=high)


def employer_shares_rows(data: ReportData, project: str) -> tuple[EmployerRow, ...]:
    """The organisations with the largest known shares of the commits that may be named."""
    rows = data.employer_rows.get(project, ())
    commits, people = (
        [row for row in newest_period(rows, measure) if row["organisation"]] for measure in ("commits", "people")
    )
    of_people = {row["organisation"]: row for row in people}
    named = [row for row in commits if row["people"] >= data.source.min_people][:LISTED]
    return tuple(
        EmployerRow(Text.same(row["organisation"]), (_three_shares(of_people[row["organisation"]]), _three_shares(row)))
        for row in named
    )


def _sentence_key(answer: CompanyAnswer) -> str:
    if answer.verdict == "work" and answer.organisation is None:
        return "company_small_known" if answer.ground == "known" else "company_small_estimate"
    if answer.verdict != "unclear":
        return f"company_{answer.verdict}_{answer.ground}"
    if not answer.known:
        return "company_unclear_none_known"
    return f"company_unclear_{answer.withheld or 'estimate'}"


def company_name(answer: CompanyAnswer) -> Text:
    """The name of the answer's organisation, or that it may not be named."""
    return Text.same(answer.organisation) if answer.organisation else message("small_organisation")


def _three_shares(row: Mapping[str, Any]) -> tuple[str, Text, str]:
    known, highest, estimate, low, high = (
        format_number(row[name], "share")
        for name in ("known_share", "highest_share", "estimate", "estimate_low", "estimate_high")
    )
    if row["estimate"] is None:
        return known, Text.same(ABSENT), highest
    return known, message("share_interval", estimate=estimate, low=low, high=high), highest
