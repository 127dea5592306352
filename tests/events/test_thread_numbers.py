"""Bounds on how many threads were opened: they hold the truth whatever the numbers have been through."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecotone.events import thread_numbers
from ecotone.events.thread_numbers import NO_START, UNKNOWN, NumberSequence, remove_contradictions
from ecotone.simulation import simulate_field
from tests.events.making import ANN, BEN, FORGE, START, Repository
from tests.events.reading import read_once
from tests.events.thread_histories import BEGIN, DAY, draw_history

seeds = st.integers(0, 10_000)


@given(seeds)
def test_bounds_hold_the_truth(seed: int):
    life = draw_history(seed)
    edges = life.months
    sequence = remove_contradictions(life.number, life.start, life.landing)
    low, high = sequence.opened_thread_bounds(edges)
    truth = life.count_opened(edges)
    assert (low <= truth).all()
    assert (truth[edges <= sequence.start.max()] <= high[edges <= sequence.start.max()]).all()


@given(seeds, st.booleans())
def test_bounds_never_fall_and_the_lower_is_never_above(seed: int, starts: bool):
    life = draw_history(seed, 300, starts=starts)
    moments = np.arange(BEGIN - DAY, int(life.opened[-1]) + 90 * DAY, DAY, dtype=np.int64)
    low, high = remove_contradictions(life.number, life.start, life.landing).opened_thread_bounds(moments)
    assert (np.diff(low) >= 0).all()
    assert (np.diff(high) >= 0).all()
    assert (low <= high).all()


@given(seeds, seeds)
def test_the_order_of_the_numbers_does_not_matter(seed: int, other: int):
    life = draw_history(seed, 200)
    mixed = np.random.default_rng(other).permutation(len(life.number))
    one = remove_contradictions(life.number, life.start, life.landing)
    two = remove_contradictions(life.number[mixed], life.start[mixed], life.landing[mixed])
    for name in ("number", "start", "landing", "count"):
        np.testing.assert_array_equal(getattr(one, name), getattr(two, name))


@given(seeds)
def test_what_is_clean_is_left_alone_and_cleaning_twice_changes_nothing(seed: int):
    life = draw_history(seed, 400)
    once = remove_contradictions(life.number, life.start, life.landing)
    twice = remove_contradictions(once.number, once.start, once.landing)
    np.testing.assert_array_equal(once.number, life.number)
    assert np.count_nonzero(once.start != life.start) <= 0.02 * len(life.start)
    np.testing.assert_array_equal(once.landing, life.landing)
    np.testing.assert_array_equal(twice.number, once.number)


@given(seeds)
def test_openings_of_single_numbers_hold_the_truth(seed: int):
    life = draw_history(seed, 300)
    sequence = remove_contradictions(life.number, life.start, life.landing)
    earliest, latest = sequence.opening_time_bounds()
    opened = life.opened[sequence.number - 1]
    assert ((earliest <= opened) | (earliest == NO_START)).all()
    assert (opened <= latest).all()


@pytest.mark.parametrize("seed", range(5))
def test_rewritten_branches_are_thrown_out(seed: int):
    """The head of an old request was rebased: its first commit is younger than requests of far larger numbers."""
    life = draw_history(seed)
    rewritten = np.random.default_rng(seed).choice(len(life.number) - 60, 12, replace=False)
    start = life.start.copy()
    start[rewritten] += 60 * DAY
    late = start > life.landing
    start[late] = life.start[late]
    edges = life.months
    low, high = remove_contradictions(life.number, start, life.landing).opened_thread_bounds(edges)
    truth, inside = life.count_opened(edges), edges <= life.start.max()
    assert (low <= truth).all()
    assert (truth[inside] <= high[inside]).all()


def test_a_start_later_than_most_that_follow_is_thrown_out():
    """Open requests only: 60 begun a day apart, #30 rewritten on day 50, the last but five on day 90."""
    number = np.arange(1, 61, dtype=np.int64)
    start = number * DAY
    start[29], start[54] = 50 * DAY, 90 * DAY
    cleaned = remove_contradictions(number, start, np.full(60, UNKNOWN))
    assert set(number) - set(cleaned.number) == {30, 55}


def test_a_start_after_which_larger_numbers_had_landed_is_thrown_out():
    """Too few starts to compare with each other: #20 was rewritten on day 30, when #21 to #28 had landed."""
    number = np.arange(1, 41, dtype=np.int64)
    landing = (number + 1) * DAY
    start = np.full(40, NO_START)
    start[[9, 19, 29]] = np.array([9, 30, 29]) * DAY
    cleaned = remove_contradictions(number, start, landing)
    assert cleaned.start[[9, 19, 29]].tolist() == [9 * DAY, NO_START, 29 * DAY]


@pytest.mark.parametrize("seed", range(5))
def test_an_imported_history_is_thrown_out(seed: int):
    """Landed commits of another repository name its numbers, larger than ours, before ours began."""
    life = draw_history(seed)
    foreign = np.arange(2000, 2100, dtype=np.int64)
    number = np.concatenate([life.number, foreign])
    start = np.concatenate([life.start, np.full(len(foreign), NO_START)])
    landing = np.concatenate([life.landing, BEGIN - 400 * DAY + np.arange(len(foreign)) * DAY])
    edges = life.months
    low, _ = remove_contradictions(number, start, landing).opened_thread_bounds(edges)
    assert (low <= life.count_opened(edges)).all()


@pytest.mark.parametrize("seed", range(5))
def test_a_few_ticket_ids_are_thrown_out(seed: int):
    life = draw_history(seed, starts=False)
    chance = np.random.default_rng(seed)
    number = np.concatenate([life.number, chance.integers(50_000, 90_000, 3)])
    start = np.full(len(number), NO_START)
    landing = np.concatenate([life.landing, chance.integers(BEGIN, life.opened[-200], 3)])
    edges = life.months
    low, _ = remove_contradictions(number, start, landing).opened_thread_bounds(edges)
    assert (low <= life.count_opened(edges)).all()


@pytest.mark.parametrize("seed", range(5))
def test_numbers_used_up_at_once_count_as_nothing_opened(seed: int):
    """A tracker is imported: 5,000 numbers are taken in a moment, of which git shows none."""
    life = draw_history(seed)
    jump = life.number > 450
    number = np.where(jump, life.number + 5000, life.number)
    sequence = remove_contradictions(number, life.start, life.landing)
    edges = life.months
    low, high = sequence.opened_thread_bounds(edges)
    truth, inside = life.count_opened(edges), edges <= life.start.max()
    # the usual distance stands for what was opened meanwhile
    assert (low <= truth + 3).all()
    assert (truth[inside] <= high[inside] + 3).all()
    assert int(sequence.count[-1]) == pytest.approx(int(life.number[-1]), abs=3)


def test_bounds_by_hand():
    """#10 started on day 1 and landed on day 3, #20 started on day 5, #30 landed on day 9."""
    start = np.array([1, 5, NO_START], np.int64) * np.array([DAY, DAY, 1])
    landing = np.array([3 * DAY, UNKNOWN, 9 * DAY], np.int64)
    number = np.array([10, 20, 30], np.int64)
    sequence = thread_numbers.NumberSequence(number, start, landing, number)
    low, high = sequence.opened_thread_bounds(np.array([1, 2, 3, 4, 5, 6, 9, 10], np.int64) * DAY)
    assert low.tolist() == [0, 0, 0, 10, 10, 10, 10, 30]
    # no number below 10 had been given when #10 was begun, no number below 20 when #20 was
    assert high.tolist()[:5] == [9, 19, 19, 19, 19]


def test_nothing_gives_nothing():
    nothing = np.array([], np.int64)
    sequence = remove_contradictions(nothing, nothing, nothing)
    assert sequence.opened_thread_bounds(np.array([0, DAY]))[0].tolist() == [0, 0]


def test_a_simulated_field_is_bounded_truly(tmp_path: Path):
    truth = simulate_field(
        tmp_path / "f", seed=3, projects=2, people=40, months=18, last_month=date(2025, 6, 1), pace=30
    )
    for project in truth.projects:
        name = project.repository.rpartition("/")[2]
        _, tables = read_once(tmp_path / name, tmp_path / "f" / "repositories" / f"{name}.git")
        numbers = tables["numbers"]
        sequence = thread_numbers.NumberSequence(
            *(numbers[column].to_numpy() for column in ("number", "start", "landing", "count"))
        )
        opened = sorted(thread.opened_at.replace(tzinfo=UTC).timestamp() for thread in project.threads)
        months = [row.month for row in project.months]
        edges = np.array([datetime(m.year, m.month, 1, tzinfo=UTC).timestamp() for m in months], np.int64)
        low, high = sequence.opened_thread_bounds(edges)
        count = np.searchsorted(opened, edges, side="left")
        assert (low <= count).all(), name
        inside = edges <= sequence.start.max()
        assert (count[inside] <= high[inside]).all(), name


@pytest.mark.parametrize(("days", "is_late"), [(364, False), (366, True)])
def test_numbers_that_begin_a_year_after_the_history_are_noted(tmp_path: Path, days: int, is_late: bool) -> None:
    made = Repository.new(tmp_path / "o.git")
    tip = made.commit(at=START, by=ANN)
    for number in range(1, 26):
        day = START + (days + number - 1) * DAY
        tip = made.commit(tip, at=day, by=BEN, committer=FORGE, message=b"Change (#%d)\n" % number)
    made.ref("refs/heads/main", tip)
    found, _ = read_once(tmp_path / "clone", made.folder)
    assert found.reading is not None
    assert ("numbers_late" in found.reading.note) is is_late


def test_a_few_numbers_seen_early_are_no_beginning() -> None:
    number = np.arange(1, 201)
    start = np.where(number == 1, 5, 1000 + number)
    sequence = NumberSequence(number, start, np.full(200, UNKNOWN), number)
    assert sequence.first_moment() == 1003
    assert NumberSequence(number[:19], start[:19], np.full(19, UNKNOWN), number[:19]).first_moment() is None
