"""Findings about projects: the verdict on each project, and the fastest growing project of each category."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any, Final

from ecotone.foundation.display_names import capitalise_acronyms
from ecotone.trends.fastest_growing import ProjectMomentum, fastest_growing_project
from ecotone.trends.findings.model import Finding, Measure, format_amount, format_percent, format_year_month
from ecotone.trends.verdict_phrases import history_certainty, history_phrase, present_phrase
from ecotone.trends.verdict_words import STOPPED, TOO_SHORT, UNCLEAR

MIN_CONFIDENCE: Final = 0.5  # least confidence of a history in a finding

Row = Mapping[str, Any]


def build_verdict_findings(verdicts: list[Row], sizes: Mapping[str, float]) -> Iterator[Finding]:
    """What each project's history is, if that is confident enough, and what it does now.

    verdicts  rows of the table `verdicts`
    sizes     project -> its highest month, of one signal: larger projects come first
    """
    highest = max(sizes.values(), default=0.0)
    for row in verdicts:
        confidence = row["history_confidence"] or 0.0
        size = sizes.get(row["project"], 0.0)
        if row["history"] == TOO_SHORT.name or confidence < MIN_CONFIDENCE or not size > 0:
            continue
        yield _verdict_finding(row, confidence * math.sqrt(size / highest))


def _verdict_finding(row: Row, strength: float) -> Finding:
    history, certainty = history_phrase(row), history_certainty(row) or ("", "")
    present, last = present_phrase(row), format_year_month(row["last_month"])
    if row["now"] in (STOPPED.name, UNCLEAR.name):
        en, zh = f"Now {present[0]}", f"目前{present[1]}"
    else:
        en = f"Now {present[0]}: the last complete months, to {last[0]}, against the year before"
        zh = f"目前{present[1]}，即截至 {last[1]}的最近几个完整月份与此前一年相比"
    if row["now_confidence"] is not None:
        en, zh = f"{en} (confidence {row['now_confidence']:.2f})", f"{zh}（置信度 {row['now_confidence']:.2f}）"
    return Finding(
        kind="verdict",
        subject_kind="project",
        subject=row["project"],
        en=f"{row['project']}: {history[0]} ({certainty[0]}). {en}.",
        zh=f"{row['project']}：{history[1]}（{certainty[1]}）。{zh}。",
        strength=strength,
        figures={
            name: f"{row[name]:%Y-%m}" if name in ("since", "last_month") and row[name] else row[name]
            for name in (
                "history", "history_confidence", "history_alternative", "since", "now", "now_confidence", "now_change",
                "now_change_low", "now_change_high", "last_month",
            )
        },
    )  # fmt: skip


def build_growth_findings(
    momenta: Sequence[Row],
    categories: Mapping[str, str],
    titles: Mapping[str, str],
    present: Mapping[str, str],
    measure: Measure,
) -> Iterator[Finding]:
    """The fastest growing project of each category, if there is one.

    momenta     project, momentum, recent_mean, last_month
    categories  project -> category
    titles      category -> its Chinese name
    present     project -> its verdict on its present; only a growing project can be the fastest growing one
    """
    named = sorted(set(categories.values()) - {""})
    for category in named:
        members = {row["project"]: row for row in momenta if categories.get(row["project"]) == category}
        fastest = fastest_growing_project(
            {
                name: ProjectMomentum(
                    row["momentum"],
                    row["recent_mean"],
                    row["last_month"].year * 12 + row["last_month"].month,
                    present.get(name),
                )
                for name, row in members.items()
            }
        )
        if fastest is not None:
            title = (category, titles.get(category, category)) if len(named) > 1 else None
            yield _fastest_growing_finding(members[fastest], category, title, measure)


def _fastest_growing_finding(row: Row, category: str, title: tuple[str, str] | None, measure: Measure) -> Finding:
    """The finding; `title` names the category in English and Chinese, None: it is the only one."""
    last: date = row["last_month"]
    gain = format_percent(row["momentum"])
    before = row["recent_mean"] / (1 + row["momentum"])
    where = f", {capitalise_acronyms(title[0])}" if title else ""
    where_zh = f"{title[1]}中" if title else ""
    return Finding(
        kind="riser",
        subject_kind="category",
        subject=category,
        en=(
            f"Fastest growing{where}: {row['project']}, up {gain[0]}; {measure.en} averages"
            f" {format_amount(row['recent_mean'])} points in the three whole months to {format_year_month(last)[0]},"
            f" {format_amount(before)} in the nine before."
        ),
        zh=(
            f"{where_zh}上升最快的是 {row['project']}：截至 {format_year_month(last)[1]}的三个完整月份，"
            f"月均{measure.zh}为 {format_amount(row['recent_mean'])} 分，"
            f"较此前九个月的 {format_amount(before)} 分增长 {gain[1]}。"
        ),
        strength=min(row["momentum"], 1.0),
        figures={
            "project": row["project"],
            "momentum": row["momentum"],
            "recent_mean": row["recent_mean"],
            "before": before,
            "last_month": f"{last:%Y-%m}",
        },
    )
