"""Lines through thread numbers: monotone, near the truth, and complete where numbers reach."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecotone.events.thread_lines import landing_line, start_line, thread_line, threads_opened_between
from ecotone.events.thread_numbers import NO_START, UNKNOWN, NumberSequence, remove_contradictions
from tests.events.thread_histories import BEGIN, DAY, ThreadHistory, draw_history

seeds = st.integers(0, 10_000)
LATER = BEGIN + 10_000 * DAY


def sequence_of(history: ThreadHistory, number: np.ndarray | None = None) -> NumberSequence:
    return remove_contradictions(history.number if number is None else number, history.start, history.landing)


def days(*numbers: float) -> np.ndarray:
    return (np.array(numbers) * DAY).astype(np.int64)


def test_a_line_through_landings_by_hand():
    """#2, #4, ... #40, each landed on the day of its number; #3 landed late and is no corner."""
    count = np.array([*range(2, 41, 2), 3], np.int64)
    landing = np.append(days(*range(2, 41, 2)), days(30))
    line = landing_line(count, landing)
    assert line is not None
    assert line.at(days(1, 2, 3, 29.5, 40, 50)).tolist() == [2, 2, 3, 29.5, 40, 40]


def test_a_line_through_starts_by_hand():
    """#1 begun on day 0, #11 on day 10, #21 on day 30; #15, begun on day 40, says that 14 were open at most."""
    count, start = np.array([1, 11, 21, 15], np.int64), days(0, 10, 30, 40)
    line = start_line(count, start)
    assert line is not None
    assert line.at(days(0, 5, 10, 25, 40)).tolist() == [0, 5, 10, 12, 14]


def test_nineteen_landings_make_no_line_and_starts_do():
    count = np.arange(1, 20, dtype=np.int64)
    assert landing_line(count, count * DAY) is None
    assert thread_line(count, np.full(19, NO_START), count * DAY, 0) is None
    line = thread_line(count, count * DAY, np.full(19, UNKNOWN), 0)
    assert line is not None
    assert line.at(days(0.5, 1, 10, 19)).tolist() == [0, 0, 9, 18]


def test_one_head_alone_makes_a_line_from_the_first_commit():
    """#31 begun on day 60: 30 threads in 60 days."""
    line = thread_line(np.array([31]), days(60), np.array([UNKNOWN]), 0)
    assert line is not None
    assert line.at(days(0, 30, 60, 90)).tolist() == [0, 15, 30, 30]


def test_no_numbers_make_no_line():
    nothing = np.array([], np.int64)
    assert thread_line(nothing, nothing, nothing, 0) is None


def test_an_imported_tracker_begins_the_line_at_its_first_number():
    """The first commit on day 0, on day 10 #4001 lands, then one a day: 4,000 were not opened in ten days."""
    count = np.arange(4001, 4201, dtype=np.int64)
    landing = days(*range(10, 210))
    line = thread_line(count, np.full(200, NO_START), landing, 0)
    assert line is not None
    assert np.diff(line.at(days(0, 10, 20))).tolist() == [0, 10]


def test_numbers_from_before_the_first_landing_are_spread_since_the_first_commit():
    count = np.arange(41, 141, dtype=np.int64)
    line = thread_line(count, np.full(100, NO_START), days(*range(20, 120)), 0)
    assert line is not None
    assert line.at(days(0, 10, 20)).tolist() == [0, 20.5, 41]


@given(seeds, st.booleans())
def test_the_line_never_falls(seed: int, starts: bool):
    history = draw_history(seed, 300, starts=starts)
    sequence = sequence_of(history)
    line = thread_line(sequence.count, sequence.start, sequence.landing, BEGIN)
    assert line is not None
    values = line.at(np.arange(BEGIN - DAY, int(history.opened[-1]) + 30 * DAY, DAY, dtype=np.int64))
    assert (np.diff(values) >= 0).all()
    assert values[0] <= 5


@given(seeds, st.booleans())
def test_estimates_lie_within_the_bounds_and_near_the_truth(seed: int, starts: bool):
    history = draw_history(seed, starts=starts)
    edges = history.months
    opened = threads_opened_between(sequence_of(history), edges, BEGIN, LATER)
    assert opened is not None
    truth = np.diff(history.count_opened(edges))
    assert (opened.low <= opened.estimate + 1e-9).all()
    assert (opened.estimate <= opened.high + 1e-9).all()
    assert np.median(np.abs(opened.estimate - truth) / truth) <= (0.04 if starts else 0.06)
    assert opened.estimate.sum() == pytest.approx(truth.sum(), rel=0.03)


@given(seeds, st.sampled_from([30, 90]), st.integers(1, 1000))
def test_only_times_matter_not_when_the_count_began(seed: int, step: int, shift: int):
    """The same history a while later gives the same counts."""
    history = draw_history(seed, 200)
    sequence = sequence_of(history)
    edges = np.arange(BEGIN, int(history.opened[-1]), step * DAY, dtype=np.int64)
    later = shift * DAY
    moved = NumberSequence(
        sequence.number,
        np.where(sequence.start == NO_START, NO_START, sequence.start + later),
        np.where(sequence.landing == UNKNOWN, UNKNOWN, sequence.landing + later),
        sequence.count,
    )
    one = threads_opened_between(sequence, edges, BEGIN, LATER)
    two = threads_opened_between(moved, edges + later, BEGIN + later, LATER + later)
    assert one is not None
    assert two is not None
    np.testing.assert_allclose(one.estimate, two.estimate, atol=1e-6)


@given(seeds, st.integers(0, 3))
def test_served_heads_hardly_change_the_estimate(seed: int, part: int):
    """A repository counts the same whether or not its heads are served."""
    history = draw_history(seed)
    edges = history.months[part:]
    without = ThreadHistory(history.opened, history.number, np.full(len(history.start), NO_START), history.landing)
    one = threads_opened_between(sequence_of(history), edges, BEGIN, LATER)
    two = threads_opened_between(sequence_of(without), edges, BEGIN, LATER)
    assert one is not None
    assert two is not None
    assert two.estimate.sum() == pytest.approx(one.estimate.sum(), rel=0.05, abs=5)


@given(seeds, st.integers(300, 600), st.integers(1000, 20_000))
def test_an_import_adds_nothing(seed: int, after: int, count: int):
    history = draw_history(seed)
    number = np.where(history.number > after, history.number + count, history.number)
    edges = history.months
    one = threads_opened_between(sequence_of(history), edges, BEGIN, LATER)
    two = threads_opened_between(sequence_of(history, number), edges, BEGIN, LATER)
    assert one is not None
    assert two is not None
    assert np.abs(one.estimate - two.estimate).max() <= 40


def test_a_month_is_complete_up_to_the_last_corner_and_a_day():
    """One landing a day until day 58.5; the month that ends on day 60 lacks a day and a half."""
    count = np.arange(1, 60, dtype=np.int64)
    sequence = NumberSequence(count, np.full(59, NO_START), days(*np.arange(0.5, 59.5)), count)
    edges = days(0, 30, 60)
    short = threads_opened_between(sequence, edges, 0, int(days(59.9)[0]))
    assert short is not None
    assert short.complete.tolist() == [True, False]
    reached = threads_opened_between(sequence, days(0, 30, 59.4), 0, int(days(59.9)[0]))
    assert reached is not None
    assert reached.complete.tolist() == [True, True]


def silent(last_commit: float, until: float, starts: bool) -> list[bool]:
    """Requests on each day to day 29, landed at once; the months to day `until` after that are silent."""
    count = np.arange(1, 31, dtype=np.int64)
    moments = days(*range(30))
    sequence = NumberSequence(count, moments - 10 if starts else np.full(30, NO_START), moments, count)
    opened = threads_opened_between(sequence, days(0, 30, 60, until), 0, int(days(last_commit)[0]))
    assert opened is not None
    assert opened.estimate[1:].tolist() == [0, 0]
    return opened.complete.tolist()


def test_silence_with_served_heads_is_an_end():
    assert silent(last_commit=89, until=90, starts=True) == [True, True, True]


def test_silence_without_heads_is_an_end_if_commits_end_too():
    assert silent(last_commit=31, until=90, starts=False) == [True, True, True]
    assert silent(last_commit=89, until=90, starts=False) == [True, False, False]


def test_a_short_silence_is_no_end():
    assert silent(last_commit=30, until=60, starts=True) == [True, False, False]
