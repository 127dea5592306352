"""Activity, computed again from its formula file."""

from __future__ import annotations

import math
from collections import Counter
from datetime import date

import pytest
from hypothesis import given, settings

from ecotone.foundation.declaration import Row
from ecotone.signals import by_name
from ecotone.signals.activity import WEIGHTS
from ecotone.signals.example_rows import act_rows, month_rows, opened_threads_row, pull_row

from .engine import answer_of
from .strategies import histories


@given(histories)
@settings(max_examples=40, deadline=None)
def test_activity_is_the_sum_of_roots(history: list[Row]) -> None:
    weights = WEIGHTS["activity/ecotone-1"]
    weighed: Counter[tuple[str, date, str]] = Counter()
    for row in history:
        if row["actor_kind"] == "person" and row["kind"] in weights:
            weighed[row["project"], row["month"], row["person"]] += weights[row["kind"]]
    expected: Counter[tuple[str, date]] = Counter()
    for (project, month, _), weight in weighed.items():
        expected[project, month] += math.sqrt(weight)
    assert answer_of(by_name("activity"), {"acts": history}) == pytest.approx(expected, abs=1e-5)


def test_the_published_weights_are_opendiggers() -> None:
    assert WEIGHTS["activity/opendigger-2023"] == {
        "comment": 0.5252,
        "issue_opened": 2.2235,
        "pull_opened": 4.0679,
        "review_comment": 0.7427,
        "pull_merged": 2.0339,
    }


def test_the_glossary_states_every_weight() -> None:
    for name in ("activity", "activity_opendigger_2023"):
        signal = by_name(name)
        assert all(f"{kind} {weight:g}" in signal.source for kind, weight in WEIGHTS[signal.formula].items())


def test_many_hands_weigh_more_than_one() -> None:
    def of(people: str) -> float:
        return answer_of(by_name("activity"), {"acts": act_rows("2024-05", people)})["p", date(2024, 5, 1)]

    assert of("abcd") == pytest.approx(2 * of("aaaa"), abs=1e-5)


def test_fewer_threads_than_pull_requests_take_nothing_away() -> None:
    rows = {
        "acts": act_rows("2024-05", "a"),
        "pulls": [pull_row(1, "2024-05-01"), pull_row(2, "2024-05-02")],
        "threads": [opened_threads_row("2024-05", 1)],
        "months": month_rows("2024-05"),
    }
    alone = answer_of(by_name("activity"), {"acts": act_rows("2024-05", "a")})
    assert answer_of(by_name("activity"), rows) == alone


def test_half_an_unseen_thread_is_half_its_weight() -> None:
    rows = {"threads": [opened_threads_row("2024-05", 0.5)], "months": month_rows("2024-05")}
    half = round(0.5 * math.sqrt(WEIGHTS["activity/ecotone-1"]["unseen_thread"]), 6)
    assert answer_of(by_name("activity"), rows) == {("p", date(2024, 5, 1)): pytest.approx(half)}
