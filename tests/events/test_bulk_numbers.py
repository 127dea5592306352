"""Numbers used in bulk are recognised from how steeply they rise, not from gaps alone."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecotone.events.bulk_numbers import numbers_used_in_bulk
from ecotone.events.thread_numbers import UNKNOWN
from tests.events.thread_histories import BEGIN, DAY, ThreadHistory, draw_history

seeds = st.integers(0, 10_000)


def landed_daily(numbers: list[int], days: list[float] | None = None) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """One landing each, on consecutive days unless said otherwise."""
    number = np.array(numbers, np.int64)
    landing = (np.arange(len(numbers)) if days is None else np.array(days)) * DAY + BEGIN
    return number, landing.astype(np.int64), np.full(len(number), True)


def test_a_steady_rise_is_no_bulk():
    assert not numbers_used_in_bulk(*landed_daily(list(range(5, 500, 5)))).any()


def test_three_thousand_numbers_in_a_day_are_bulk():
    """#5, #10, ... #200, a day each; then #3200 the next day, and on in steps of 5."""
    numbers = [*range(5, 201, 5), *range(3200, 3401, 5)]
    bulk = numbers_used_in_bulk(*landed_daily(numbers))
    assert bulk[39] == 0  # #200
    # 5 are usual in a day, so that 2,995 of the 3,000 were used in bulk
    assert bulk[40] == bulk[-1] == 2995


def test_an_import_of_which_single_numbers_are_seen_is_bulk():
    """An import of 1,200 numbers in three days, every 60th of which is a request that landed soon: no gap at all."""
    before, after = list(range(5, 501, 5)), list(range(1705, 2201, 5))
    imported = list(range(560, 1701, 60))
    days = [*range(100), *np.linspace(100, 103, len(imported)), *range(104, 204)]
    number, landing, known = landed_daily([*before, *imported, *after], days)
    bulk = numbers_used_in_bulk(number, landing, known)
    assert 1000 <= bulk[-1] <= 1200
    assert bulk[number <= 450].max() == 0


def test_a_wide_gap_that_took_long_is_no_bulk():
    """Nothing landed for two years while 4,000 threads were opened at the usual pace of 5 or 6 a day."""
    numbers = [*range(5, 501, 5), *range(4505, 5000, 5)]
    days = [*range(100), *range(830, 929)]
    assert not numbers_used_in_bulk(*landed_daily(numbers, days)).any()


def test_the_same_gap_crossed_in_two_days_is_bulk():
    numbers = [*range(5, 501, 5), *range(4505, 5000, 5)]
    days = [*range(100), *range(101, 200)]
    assert numbers_used_in_bulk(*landed_daily(numbers, days))[-1] == pytest.approx(3995, abs=10)


def test_a_launch_that_brings_requests_too_is_no_bulk():
    """After 100 quiet days 40 threads a day for a month, then 2 a day; half of all threads are requests that land."""
    opened = np.concatenate([np.arange(100), 100 + np.arange(1200) / 40, 130 + np.arange(400) / 2])
    number = np.arange(1, len(opened) + 1, dtype=np.int64)[::2]
    landing = BEGIN + (opened[::2] * DAY).astype(np.int64)
    assert not numbers_used_in_bulk(number, landing, np.full(len(number), True)).any()


def test_growth_that_lasts_is_no_bulk():
    """From 2 a day to 60 a day, and it stays so: the half year after tells the usual."""
    opened = np.concatenate([np.arange(400) / 2, 200 + np.arange(12_000) / 60])
    number = np.arange(1, len(opened) + 1, dtype=np.int64)[::10]
    landing = BEGIN + (opened[::10] * DAY).astype(np.int64)
    assert not numbers_used_in_bulk(number, landing, np.full(len(number), True)).any()


def test_what_is_not_known_does_not_count():
    """Every other number has a moment far too early."""
    number, landing, known = landed_daily(list(range(5, 1005, 5)))
    landing[::2] = BEGIN
    known[::2] = False
    assert not numbers_used_in_bulk(number, landing, known).any()


def test_one_number_and_none():
    nothing = np.array([], np.int64)
    assert len(numbers_used_in_bulk(nothing, nothing, nothing > 0)) == 0
    assert numbers_used_in_bulk(*landed_daily([7])).tolist() == [0]


@given(seeds, st.booleans())
def test_what_is_opened_thread_by_thread_is_left_alone(seed: int, starts: bool):
    history = draw_history(seed, starts=starts)
    assert not numbers_used_in_bulk(history.number, history.landing, history.landing != UNKNOWN).any()


def import_numbers(history: ThreadHistory, after: int, count: int) -> np.ndarray:
    return np.where(history.number > after, history.number + count, history.number)


@given(seeds, st.integers(300, 600), st.integers(400, 20_000), st.booleans())
def test_an_import_is_cut_wherever_it_happens(seed: int, after: int, count: int, starts: bool):
    history = draw_history(seed, starts=starts)
    number = import_numbers(history, after, count)
    kept = number - numbers_used_in_bulk(number, history.landing, history.landing != UNKNOWN)
    assert (np.diff(kept) >= 0).all()
    # what was opened thread by thread remains, to within the usual of a few days
    assert np.abs(kept - history.number).max() <= 40
