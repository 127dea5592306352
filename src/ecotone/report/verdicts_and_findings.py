"""Verdicts and findings, read from the tables `verdicts` and `findings`."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

import pyarrow as pa

from ecotone.report.bilingual_text import Text, format_change
from ecotone.trends.verdict_words import HISTORY_BY_NAME, PRESENT_BY_NAME, VerdictWord

_PERCENT: Final = re.compile(r"(?<=\d)[ \u00a0\u202f]%")
HISTORY_ORDER: Final = tuple(HISTORY_BY_NAME)
PRESENT_ORDER: Final = tuple(PRESENT_BY_NAME)
MEASURES: Final = (("contributors", "contributors_change"), ("commits", "commits_change"), ("merged", "merged_change"))


def _word_title(words: Mapping[str, VerdictWord], name: str) -> Text:
    """The title of a word; the name itself if it is not declared."""
    declared = words.get(name)
    return Text(declared.title, declared.title_zh) if declared else Text.same(name)


def _word_definition(words: Mapping[str, VerdictWord], name: str) -> Text | None:
    declared = words.get(name)
    return tidy_percent_signs(Text(declared.definition, declared.definition_zh)) if declared else None


@dataclass(frozen=True, slots=True)
class HistoryStatement:
    """Verdict on a project's history; confidence is 0..1 or None."""

    name: str
    confidence: float | None = None
    since: date | None = None
    alternative: str | None = None
    first_month: date | None = None
    last_month: date | None = None
    months: int | None = None

    @property
    def title(self) -> Text:
        """Label; the name itself if the word is not declared."""
        return _word_title(HISTORY_BY_NAME, self.name)

    @property
    def text(self) -> Text | None:
        """Definition, if the word is declared."""
        return _word_definition(HISTORY_BY_NAME, self.name)

    @property
    def key(self) -> str:
        """CSS class."""
        return self.name.replace(" ", "-")

    @property
    def order(self) -> tuple[int, str]:
        """Sort key: declaration order, then name."""
        known = self.name in HISTORY_BY_NAME
        return (HISTORY_ORDER.index(self.name) if known else len(HISTORY_ORDER), self.name)


@dataclass(frozen=True, slots=True)
class PresentStatement:
    """Verdict on a project's present; changes are relative (0.5: half as much again) or None."""

    name: str
    confidence: float | None = None
    change: float | None = None
    low: float | None = None
    high: float | None = None
    measures: tuple[tuple[str, float], ...] = ()
    last_month: date | None = None

    @property
    def title(self) -> Text:
        """Label; the name itself if the word is not declared."""
        return _word_title(PRESENT_BY_NAME, self.name)

    @property
    def text(self) -> Text | None:
        """Definition, if the word is declared."""
        return _word_definition(PRESENT_BY_NAME, self.name)

    @property
    def key(self) -> str:
        """CSS class."""
        return f"now-{self.name}"

    @property
    def order(self) -> tuple[int, str]:
        """Sort key: declaration order, then name."""
        known = self.name in PRESENT_BY_NAME
        return (PRESENT_ORDER.index(self.name) if known else len(PRESENT_ORDER), self.name)

    @property
    def change_text(self) -> str:
        """The change, or nothing.

        >>> PresentStatement("growing", change=0.714).change_text, PresentStatement("stopped").change_text
        ('+71%', '')
        """
        return "" if self.change is None else format_change(self.change)

    @property
    def interval(self) -> Text | None:
        """The interval of the change.

        >>> PresentStatement("growing", change=0.7, low=-0.04, high=0.974).interval
        Text(en='−4% to +97%', zh='−4% 至 +97%')
        """
        if self.low is None or self.high is None:
            return None
        low, high = format_change(self.low), format_change(self.high)
        return Text(f"{low} to {high}", f"{low} 至 {high}")


@dataclass(frozen=True, slots=True)
class ProjectVerdict:
    """Both verdicts on a project."""

    history: HistoryStatement
    present: PresentStatement


@dataclass(frozen=True, slots=True)
class FindingStatement:
    """One finding; the subject is a project, a category or the landscape."""

    kind: str
    subject: str
    text: Text


def read_verdicts(table: pa.Table | None) -> Mapping[str, ProjectVerdict]:
    """Project -> its verdicts."""
    if table is None:
        return {}
    return {row["project"]: _project_verdict(row) for row in table.to_pylist() if row["history"] and row["now"]}


def _project_verdict(row: Mapping[str, Any]) -> ProjectVerdict:
    history = HistoryStatement(
        name=row["history"],
        confidence=row.get("history_confidence"),
        since=row.get("since"),
        alternative=row.get("history_alternative"),
        first_month=row.get("first_month"),
        last_month=row.get("last_month"),
        months=row.get("months"),
    )
    present = PresentStatement(
        name=row["now"],
        confidence=row.get("now_confidence"),
        change=row.get("now_change"),
        low=row.get("now_change_low"),
        high=row.get("now_change_high"),
        measures=tuple((name, row[column]) for name, column in MEASURES if row.get(column) is not None),
        last_month=row.get("last_month"),
    )
    return ProjectVerdict(history, present)


def tidy_percent_signs(text: Text) -> Text:
    """Remove the space before per cent signs.

    >>> tidy_percent_signs(Text("up 8.4 % of it", "占 8.4 %"))
    Text(en='up 8.4% of it', zh='占 8.4%')
    """
    return Text(_PERCENT.sub("%", text.en), _PERCENT.sub("%", text.zh))


def read_statements(table: pa.Table | None) -> tuple[FindingStatement, ...]:
    """The findings in the order of the table."""
    if table is None:
        return ()
    return tuple(
        FindingStatement(
            row["kind"] or "",
            row["subject"] or "",
            tidy_percent_signs(Text(row["text_en"], row["text_zh"] or row["text_en"])),
        )
        for row in table.to_pylist()
        if row["text_en"]
    )
