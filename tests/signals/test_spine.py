"""What git shows of a project's months: the states of its inputs, and why they are not complete."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime

import pytest

from ecotone.events.sources.base import ReadSummary
from ecotone.foundation.notes import notes_in_words, read_notes
from ecotone.signals.spine import git_rows

MAY, JUNE, JULY = date(2024, 5, 1), date(2024, 6, 1), date(2024, 7, 1)
READING = ReadSummary(
    source="git", project="p", repository="p/p", location="", branch="main", commits=1, landed=1, request_heads=1,
    request_heads_served=1, tags=0, rejected=0, shallow=False,
    observed_until=datetime(2024, 7, 10),  # noqa: DTZ001 - naive UTC
    note="",
)  # fmt: skip


def numbers_of(counted: Mapping[date, bool]) -> dict[date, tuple[str, str]]:
    """Month -> state of the thread numbers, and the note in words."""
    rows = git_rows("p", [READING], datetime(2024, 5, 3), [MAY, JUNE, JULY], counted)  # noqa: DTZ001 - naive UTC
    return {
        row["month"]: (row["state"], notes_in_words(read_notes(row["note"])))
        for row in rows
        if row["source"] == "thread_numbers"
    }


def test_a_month_with_numbers_to_its_end_is_complete() -> None:
    assert numbers_of({MAY: True, JUNE: True, JULY: True})[JUNE] == ("complete", "")


def test_a_month_whose_numbers_end_is_partial_and_says_why() -> None:
    state, words = numbers_of({MAY: True, JUNE: False, JULY: False})[JUNE]
    assert state == "partial"
    assert "later ones will raise the count" in words


def test_a_month_that_is_not_over_is_partial_for_that_reason() -> None:
    state, words = numbers_of({MAY: True, JUNE: True, JULY: True})[JULY]
    assert (state, words) == ("partial", "")


@pytest.mark.parametrize("month", [MAY, JUNE])
def test_without_numbers_nothing_is_observed(month: date) -> None:
    state, words = numbers_of({})[month]
    assert state == "not_observed"
    assert "too few numbers" in words


def test_requests_are_observed_from_their_first_month_to_their_last() -> None:
    rows = git_rows("p", [READING], datetime(2024, 5, 3), [MAY, JUNE, JULY], {}, (JUNE, None))  # noqa: DTZ001 - naive UTC
    states = [row["state"] for row in rows if row["source"] == "landed_requests"]
    assert states == ["not_observed", "complete", "partial"]
    rows = git_rows("p", [READING], datetime(2024, 5, 3), [MAY, JUNE, JULY], {}, (None, MAY))  # noqa: DTZ001 - naive UTC
    assert [row["state"] for row in rows if row["source"] == "landed_requests"] == ["complete", *["not_observed"] * 2]
