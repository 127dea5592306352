"""Verdicts as lines and cells of a terminal."""

from __future__ import annotations

from datetime import date
from typing import Any

from ecotone.cli.trend_lines import NOW_STYLES, history_cell, history_line, now_cell, now_line
from ecotone.trends.verdict_words import PRESENT


def verdict(**values: Any) -> dict[str, Any]:
    row = {
        "history": "climbing",
        "history_confidence": 0.64,
        "history_alternative": "steady",
        "since": date(2024, 5, 1),
        "now": "growing",
        "now_confidence": 0.97,
        "now_change": 0.71,
        "now_change_low": 0.45,
        "now_change_high": 0.97,
        "contributors_change": 0.09,
        "commits_change": 1.24,
        "merged_change": None,
        "first_month": date(2023, 1, 1),
        "last_month": date(2026, 7, 1),
    }
    return {**row, **values}


def test_a_verdict_in_two_lines():
    assert history_line(verdict()) == (
        "history: climbing since 2024-05 (confidence 0.64; else steady); 2023-01 to 2026-07"
    )
    assert now_line(verdict()) == ("now: growing +71%, +45% to +97% (confidence 0.97); contributors +9%; commits +124%")


def test_what_rounds_to_zero_has_no_minus():
    row = verdict(now="stable", now_change=-0.004, now_change_low=-0.12, now_change_high=0.0, commits_change=-0.001)
    assert now_line(row) == "now: stable +0%, -12% to +0% (confidence 0.97); contributors +9%; commits +0%"


def test_without_a_change_only_the_word():
    stopped = verdict(now="stopped", now_change=None, contributors_change=None, commits_change=None)
    assert now_line(stopped) == "now: stopped (confidence 0.97)"
    unclear = verdict(
        now="unclear", now_confidence=None, now_change=None, contributors_change=None, commits_change=None
    )
    assert now_line(unclear) == "now: unclear"


def test_too_short_a_history():
    row = verdict(history="too short to say", history_confidence=None, since=None)
    assert history_line(row) == "history: too short to say; 2023-01 to 2026-07"
    assert history_cell(row) == "too short to say"


def test_cells():
    assert (history_cell(verdict()), now_cell(verdict())) == ("climbing 0.64", "growing +71%")
    assert (history_cell(None), now_cell(None)) == ("-", "-")


def test_every_word_of_the_present_but_unclear_has_a_colour():
    assert set(NOW_STYLES) == {word.name for word in PRESENT} - {"unclear"}
