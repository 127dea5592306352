"""Activity, computed again from its formula file."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping
from datetime import date

import pytest
from hypothesis import given, settings

from ecotone.foundation.declaration import Row
from ecotone.signals import by_name
from ecotone.signals.activity import WEIGHTS
from ecotone.signals.example_rows import act_rows, opened_threads_row, pull_row

from .engine import answer_of
from .strategies import histories

MAY = date(2024, 5, 1)


@given(histories)
@settings(max_examples=40, deadline=None)
def test_activity_is_the_sum_of_roots(history: list[Row]) -> None:
    weights = WEIGHTS["activity_landed/ecotone-1"]
    weighed: Counter[tuple[str, date, str]] = Counter()
    for row in history:
        if row["actor_kind"] == "person" and row["kind"] in weights:
            weighed[row["project"], row["month"], row["person"]] += weights[row["kind"]]
    expected: Counter[tuple[str, date]] = Counter()
    for (project, month, _), weight in weighed.items():
        expected[project, month] += math.sqrt(weight)
    assert answer_of(by_name("activity_landed"), {"acts": history}) == pytest.approx(expected, abs=1e-5)


def test_the_published_weights_are_opendiggers() -> None:
    assert WEIGHTS["activity/opendigger-2023"] == {
        "comment": 0.5252,
        "issue_opened": 2.2235,
        "pull_opened": 4.0679,
        "review_comment": 0.7427,
        "pull_merged": 2.0339,
    }


def test_the_glossary_states_every_weight() -> None:
    for name in ("activity", "activity_landed", "activity_opendigger_2023"):
        signal = by_name(name)
        assert all(f"{kind} {weight:g}" in signal.source for kind, weight in WEIGHTS[signal.formula].items())


def test_a_landed_request_weighs_as_one_opened_and_merged() -> None:
    published, own = WEIGHTS["activity/opendigger-2023"], WEIGHTS["activity_landed/ecotone-1"]
    assert own["pull_merged"] == pytest.approx(published["pull_opened"] + published["pull_merged"])
    assert own["review"] == published["review_comment"]


def value(name: str, rows: Mapping[str, list[Row]]) -> float | None:
    return answer_of(by_name(name), rows).get(("p", MAY))


def test_many_hands_weigh_more_than_one() -> None:
    many, one = (value("activity_landed", {"acts": act_rows("2024-05", people)}) for people in ("abcd", "aaaa"))
    assert many == pytest.approx(2 * one, abs=1e-5)


def test_activity_is_landed_work_and_half_a_point_for_every_other_thread() -> None:
    """Two commits of one person, 7.5 threads, two requests landed: sqrt(2.939) + 0.5 * 5.5."""
    rows = {
        "acts": act_rows("2024-05", "aa"),
        "pulls": [pull_row(1, "2024-04-01", "2024-05-01"), pull_row(2, None, "2024-05-31"), pull_row(3, "2024-05-01")],
        "threads": [opened_threads_row("2024-05", 7.5)],
    }
    assert value("activity", rows) == pytest.approx(math.sqrt(2.939) + 2.75, abs=1e-6)


def test_requests_that_bots_landed_are_no_other_threads() -> None:
    """Five threads, of which a bot landed four; the bot's work itself does not count."""
    rows = {
        "acts": act_rows("2024-05", "b" * 4, "pull_merged", actor_kind="bot"),
        "pulls": [pull_row(number, "2024-05-01", "2024-05-02") | {"actor_kind": "bot"} for number in range(1, 5)],
        "threads": [opened_threads_row("2024-05", 5)],
    }
    assert value("activity", rows) == 0.5
    assert value("activity_landed", rows) is None  # nobody landed anything: 0 in an observed month


def test_opened_heads_add_nothing() -> None:
    """Whether heads are served makes no difference: neither to what landed nor to the threads."""
    without = {
        "acts": act_rows("2024-05", "a", "pull_merged"),
        "pulls": [pull_row(1, None, "2024-05-03")],
        "threads": [opened_threads_row("2024-05", 9)],
    }
    served = {
        "acts": [*without["acts"], *act_rows("2024-05", "abcdef", "pull_opened")],
        "pulls": [pull_row(1, "2024-05-01", "2024-05-03"), *(pull_row(n, "2024-05-04") for n in range(2, 8))],
        "threads": without["threads"],
    }
    for name in ("activity", "activity_landed"):
        assert value(name, served) == value(name, without)


def test_fewer_threads_than_landed_requests_take_nothing_away() -> None:
    rows = {
        "acts": act_rows("2024-05", "a"),
        "pulls": [pull_row(number, "2024-04-01", "2024-05-02") for number in (1, 2)],
        "threads": [opened_threads_row("2024-05", 1)],
    }
    assert value("activity", rows) == value("activity_landed", rows)


def test_without_threads_there_is_no_activity_but_landed_work() -> None:
    rows = {"acts": act_rows("2024-05", "a"), "threads": [opened_threads_row("2024-06", 3)]}
    assert value("activity", rows) is None
    assert value("activity_landed", rows) == pytest.approx(math.sqrt(1.4695), abs=1e-6)


def test_what_activity_needs_is_declared() -> None:
    assert set(by_name("activity").inputs) == {"git", "landed_requests", "thread_numbers"}
    assert by_name("activity").when_empty is None  # a month without a row is not known
    assert by_name("activity_landed").inputs == ("git", "landed_requests")
    assert by_name("activity_commits").inputs == ("git",)
