"""Badges: what they say is what the tables say; unknown is grey; letters are readable and fit."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from xml.etree import ElementTree

import pyarrow as pa
import pytest

from ecotone.report import ReportInput, draw_badge
from ecotone.report.badge import FACT_COLOURS, LABEL_COLOUR, UNKNOWN_COLOUR
from ecotone.report.palette import colour_code
from ecotone.report.report_data import ReportData
from tests.report.made import HOSTILE

SVG = "{http://www.w3.org/2000/svg}"
SHARES = {
    "project": "brook",
    "since": date(2025, 1, 1),
    "until": date(2025, 10, 1),
    "measure": "commits",
    "people": 3,
    "estimate": None,
    "estimate_low": None,
    "estimate_high": None,
    "cautious_low": None,
    "cautious_high": None,
    "withheld": "",
}


def said(source: ReportInput, fact: str, project: str = "brook") -> tuple[str, str]:
    """What a badge says, and the colour behind it."""
    drawn = ElementTree.fromstring(draw_badge(source, project, fact))  # type: ignore[arg-type] - a fact
    fills = [rect.get("fill") for rect in drawn.iter(f"{SVG}rect") if rect.get("fill")]
    return drawn.get("aria-label") or "", str(fills[1])


def with_shares(source: ReportInput, known: float, highest: float, name: str = "Larch Systems") -> ReportInput:
    rows = [
        {**SHARES, "organisation": name, "known_share": known, "highest_share": highest},
        {**SHARES, "organisation": None, "known_share": highest - known, "highest_share": highest},
    ]
    return replace(source, tables={"employer_shares": pa.Table.from_pylist(rows)})


def test_verdicts_are_said_in_both_languages(source: ReportInput):
    present = ReportData(source).verdicts["brook"].present
    assert said(source, "now")[0] == f"activity now: {present.title.en.lower()} {present.change_text}"
    assert said(replace(source, language="zh"), "now")[0] == f"当前状态: {present.title.zh} {present.change_text}"
    assert said(source, "history")[0] == "history: rise and fall"


def test_a_number_is_of_the_last_complete_month(source: ReportInput):
    value = ReportData(source).signal_series("contributors")["brook"].values[38]
    assert said(source, "contributors")[0] == f"contributors: {value:.0f} in 2025-10"


def test_the_company_is_named_only_if_it_is_known_and_large_enough(source: ReportInput):
    assert said(with_shares(source, 0.7, 0.8), "company")[0] == "one company's?: Larch Systems, 70.0% of commits"
    assert said(with_shares(source, 0.2, 0.4), "company")[0] == "one company's?: no"
    small = replace(with_shares(source, 0.7, 0.8), min_people=4)
    assert said(small, "company")[0] == "one company's?: one, 70.0% of commits"
    harmful = draw_badge(with_shares(source, 0.7, 0.8, HOSTILE), "brook", "company")
    assert "<script" not in harmful


@pytest.mark.parametrize("fact", ["now", "history", "company", "organisations"])
def test_unknown_is_said_in_grey(fact: str, source: ReportInput):
    bare = replace(source, tables={}, signals=source.signals.drop_columns(["organisations"]))
    text, colour = said(bare, fact)
    assert text.endswith(": unknown")
    assert colour == UNKNOWN_COLOUR
    assert said(with_shares(source, 0.3, 0.8), "company")[0] == "one company's?: unknown"


def luminance(colour: str) -> float:
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


@pytest.mark.parametrize("colour", sorted({LABEL_COLOUR, UNKNOWN_COLOUR, colour_code("eco"), *FACT_COLOURS.values()}))
def test_white_letters_are_readable(colour: str):
    assert 1.05 / (luminance(colour) + 0.05) >= 4.5


def test_the_letters_end_before_the_edge(source: ReportInput):
    for language in ("en", "zh"):
        drawn = ElementTree.fromstring(draw_badge(replace(source, language=language), "brook", "contributors"))
        label, value = drawn.iter(f"{SVG}text")
        left = float(label.get("x", 0)) + float(label.get("textLength", 0))
        assert left < float(value.get("x", 0))
        assert float(value.get("x", 0)) + float(value.get("textLength", 0)) < float(drawn.get("width", 0))
    assert not re.search(r"<(script|image|style|a)\b", draw_badge(source, "brook", "now"))
