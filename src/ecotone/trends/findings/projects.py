"""Findings about projects: the shape of each curve, and the fastest growing project of each category."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any, Final

from ecotone.foundation.display_names import capitalise_acronyms
from ecotone.foundation.months import add_months
from ecotone.trends.fastest_growing import ProjectMomentum, fastest_growing_project
from ecotone.trends.findings.model import Finding, format_amount, format_percent, format_year_month
from ecotone.trends.shape_rules import ALL, TOO_SHORT, Shape

MIN_CONFIDENCE: Final = 0.5  # least confidence of a shape in a finding
HIGH_CONFIDENCE: Final = 0.8  # least confidence without a mention of the second shape
RECENT_MONTHS: Final = 3  # months

_BY_NAME: Final[Mapping[str, Shape]] = {shape.name: shape for shape in ALL}

Row = Mapping[str, Any]


def build_shape_findings(trends: list[Row]) -> Iterator[Finding]:
    """The shape of each project's curve, if it is confident enough; `trends`: the rows of one signal."""
    highest = max((row["peak"] for row in trends), default=0.0)
    for row in trends:
        if (
            row["shape"] in (None, TOO_SHORT.name)
            or (row["confidence"] or 0.0) < MIN_CONFIDENCE
            or row["peak_month"] is None
        ):
            continue
        strength = row["confidence"] * math.sqrt(row["peak"] / highest)
        yield _finding_at_peak(row, strength) if _is_at_its_peak(row) else _finding_after_peak(row, strength)


def _is_at_its_peak(row: Row) -> bool:
    return bool(row["peak_month"] > add_months(row["last_month"], -RECENT_MONTHS))


def _shape_text(row: Row) -> tuple[str, str]:
    """The shape with its confidence, and the second shape if the confidence is low."""
    shape = _BY_NAME[row["shape"]]
    confidence = row["confidence"]
    en, zh = f"{shape.title}, confidence {confidence:.2f}", f"走势为“{shape.title_zh}”，置信度 {confidence:.2f}"
    if confidence < HIGH_CONFIDENCE and row["alternative_shape"] not in (None, TOO_SHORT.name):
        alternative = _BY_NAME[row["alternative_shape"]]
        return f"{en}; else {alternative.title.lower()}", f"{zh}；其次可能为“{alternative.title_zh}”"
    return en, zh


def _shape_figures(row: Row) -> dict[str, Any]:
    return {
        "shape": row["shape"],
        "confidence": row["confidence"],
        "alternative_shape": row["alternative_shape"],
        "peak": row["peak"],
        "peak_month": f"{row['peak_month']:%Y-%m}",
        "share_of_peak": row["share_of_peak"],
        "last_month": f"{row['last_month']:%Y-%m}",
    }


def _finding_after_peak(row: Row, strength: float) -> Finding:
    peak, last = format_year_month(row["peak_month"]), format_year_month(row["last_month"])
    now, reading = format_percent(row["share_of_peak"]), _shape_text(row)
    return Finding(
        kind="shape",
        subject_kind="project",
        subject=row["project"],
        en=(
            f"{row['project']}: activity peaked in {peak[0]} at {format_amount(row['peak'])} points;"
            f" its last three whole months, to {last[0]}, average {now[0]} of that. {reading[0]}."
        ),
        zh=(
            f"{row['project']}：活跃度于 {peak[1]}达到峰值 {format_amount(row['peak'])} 分，"
            f"最近三个完整月份（截至 {last[1]}）的均值为峰值的 {now[1]}；{reading[1]}。"
        ),
        strength=strength,
        figures=_shape_figures(row),
    )


def _finding_at_peak(row: Row, strength: float) -> Finding:
    peak, now, reading = format_year_month(row["peak_month"]), format_percent(row["share_of_peak"]), _shape_text(row)
    months = row["months"]
    return Finding(
        kind="shape",
        subject_kind="project",
        subject=row["project"],
        en=(
            f"{row['project']}: activity is at its highest in {months} whole months,"
            f" {format_amount(row['peak'])} points in {peak[0]}; its last three average {now[0]} of that. {reading[0]}."
        ),
        zh=(
            f"{row['project']}：活跃度于 {peak[1]}达到 {months} 个完整月份以来的最高值"
            f" {format_amount(row['peak'])} 分，"
            f"最近三个月的均值为该值的 {now[1]}；{reading[1]}。"
        ),
        strength=strength,
        figures=_shape_figures(row),
    )


def build_growth_findings(
    trends: list[Row], categories: Mapping[str, str], titles: Mapping[str, str]
) -> Iterator[Finding]:
    """The fastest growing project of each category, if there is one.

    categories  project -> category
    titles      category -> its Chinese name
    """
    for category in sorted(set(categories.values()) - {""}):
        members = {row["project"]: row for row in trends if categories.get(row["project"]) == category}
        fastest = fastest_growing_project(
            {
                name: ProjectMomentum(
                    row["momentum"], row["recent_mean"], row["last_month"].year * 12 + row["last_month"].month
                )
                for name, row in members.items()
                if row["momentum"] is not None
            }
        )
        if fastest is not None:
            yield _fastest_growing_finding(members[fastest], category, titles)


def _fastest_growing_finding(row: Row, category: str, titles: Mapping[str, str]) -> Finding:
    last: date = row["last_month"]
    gain = format_percent(row["momentum"])
    before = row["recent_mean"] / (1 + row["momentum"])
    title = titles.get(category, category)
    return Finding(
        kind="riser",
        subject_kind="category",
        subject=category,
        en=(
            f"Fastest growing, {capitalise_acronyms(category)}: {row['project']}, up {gain[0]}; activity averages"
            f" {format_amount(row['recent_mean'])} points in the three whole months to {format_year_month(last)[0]},"
            f" {format_amount(before)} in the nine before."
        ),
        zh=(
            f"{title}中上升最快的是 {row['project']}：截至 {format_year_month(last)[1]}的三个完整月份，"
            f"月均活跃度为 {format_amount(row['recent_mean'])} 分，"
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
