"""Commits that were replayed together landed at their author times; what a queue or a button lands did not."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecotone.events.sources.git.replayed_commits import DAY, landing_times

RELEASE = 100 * DAY
LENGTH = 12


def line(count: int) -> list[tuple[int, ...]]:
    """A line of commits, the oldest first."""
    return [(at - 1,) if at else () for at in range(count)]


def daily(count: int) -> list[int]:
    return [day * DAY for day in range(count)]


def test_a_develop_branch_replayed_at_the_release():
    """Twelve squashed requests, a day apart, have the committer time of the release; the first has no parent in it."""
    authored = daily(LENGTH)
    times = landing_times(line(LENGTH), authored, [RELEASE] * LENGTH, dict(enumerate(range(1, LENGTH + 1))))
    assert times == authored


def test_two_releases_apart():
    authored = daily(2 * LENGTH)
    committed = [50 * DAY] * LENGTH + [90 * DAY] * LENGTH
    assert landing_times(line(2 * LENGTH), authored, committed, {at: at for at in range(2 * LENGTH)}) == authored


def test_a_replay_that_took_minutes():
    committed = [RELEASE + 5 * at for at in range(LENGTH)]
    assert landing_times(line(LENGTH), daily(LENGTH), committed, {at: at for at in range(LENGTH)}) == daily(LENGTH)


def test_commits_as_they_landed_keep_their_time():
    committed = [moment + 60 * 60 for moment in daily(LENGTH)]
    assert landing_times(line(LENGTH), daily(LENGTH), committed, {at: at for at in range(LENGTH)}) == committed


def test_one_request_rebased_by_a_button_keeps_the_time_of_the_button():
    """Its commits are in order and days apart, but name no other requests."""
    committed = [RELEASE] * LENGTH
    assert landing_times(line(LENGTH), daily(LENGTH), committed, {}) == committed
    assert landing_times(line(LENGTH), daily(LENGTH), committed, dict.fromkeys(range(LENGTH), 7)) == committed


@pytest.mark.parametrize("seed", range(5))
def test_a_queue_that_lands_requests_in_any_order_keeps_its_time(seed: int):
    authored = np.random.default_rng(seed).permutation(daily(LENGTH)).tolist()
    committed = [RELEASE] * LENGTH
    assert landing_times(line(LENGTH), authored, committed, {at: at for at in range(LENGTH)}) == committed


def test_a_few_requests_of_one_day_keep_their_time():
    authored = [60 * 60 * at for at in range(LENGTH)]
    committed = [RELEASE] * LENGTH
    assert landing_times(line(LENGTH), authored, committed, {at: at for at in range(LENGTH)}) == committed
    assert landing_times(line(5), daily(5), [RELEASE] * 5, {at: at for at in range(5)}) == [RELEASE] * 5


def test_a_merge_ends_a_run():
    parents: list[tuple[int, ...]] = line(LENGTH)
    parents[6] = (5, 0)
    committed = [RELEASE] * LENGTH
    assert landing_times(parents, daily(LENGTH), committed, {at: at for at in range(LENGTH)}) == committed


@given(st.lists(st.tuples(st.integers(0, 200), st.integers(0, 5)), min_size=1, max_size=60), st.integers(0, 60))
def test_no_commit_lands_later_than_it_was_committed(rows: list[tuple[int, int]], named: int):
    authored = [day * DAY for day, _ in rows]
    committed = np.maximum.accumulate([100 * DAY + gap for _, gap in rows]).tolist()
    times = landing_times(line(len(rows)), authored, committed, {at: at for at in range(min(named, len(rows)))})
    assert all(time in (author, commit) for time, author, commit in zip(times, authored, committed, strict=True))
    assert all(time <= commit for time, commit in zip(times, committed, strict=True))
