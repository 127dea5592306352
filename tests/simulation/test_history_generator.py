from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ecotone.simulation.history_generator import generate_history
from ecotone.simulation.random_streams import random_stream, sample_count
from ecotone.simulation.world_generator import generate_world


def world_of(seed, pace=12.0, months=12, projects=8):
    return generate_world(
        seed=seed,
        projects=projects,
        people=40,
        months=months,
        last_month=date(2024, 12, 1),
        pace=pace,
        hostile=True,
    )


@pytest.fixture(scope="module")
def lives():
    world = world_of(2)
    return [generate_history(world, project) for project in world.projects]


@settings(max_examples=15, deadline=None)
@given(seed=st.integers(0, 10**9), pace=st.sampled_from([0.3, 5.0, 20.0]))
def test_threads_are_numbered_without_gaps_in_order_of_opening(seed, pace):
    world = world_of(seed, pace, projects=2)
    history = generate_history(world, world.projects[1])
    opened = {one.number: one.opened_at for one in (*history.pulls, *history.issues)}
    assert sorted(opened) == list(range(1, len(history.pulls) + len(history.issues) + 1))
    times = [opened[number] for number in sorted(opened)]
    assert times == sorted(times)


def test_a_pull_request_is_written_then_opened_then_landed(lives):
    for history in lives:
        founded = history.landings[0].change.author.second
        for pull in history.pulls:
            times = [change.author.second for change in pull.head]
            assert times == sorted(times)
            assert founded < times[0] < pull.opened_at
            if pull.merged_at is not None:
                assert max(pull.opened_at, times[-1]) < pull.merged_at < history.project.observed_until


def test_landings_are_in_order_and_within_what_was_observed(lives):
    for history in lives:
        landed = [landing.change.committer.second for landing in history.landings]
        assert landed == sorted(landed)
        assert landed[-1] < history.project.observed_until


def test_every_landed_pull_request_lands_once(lives):
    for history in lives:
        landed = [landing.pull for landing in history.landings if landing.pull is not None]
        assert sorted(pull.number for pull in landed) == [one.number for one in history.pulls if one.merged_at]
        for landing in history.landings:
            if landing.pull is not None:
                subject = landing.change.message.partition("\n")[0]
                squash = subject.endswith(f"(#{landing.pull.number})")
                merge = subject.startswith(f"Merge pull request #{landing.pull.number} from ")
                assert (squash, merge) == (landing.pull.merge_method == "squash", landing.pull.merge_method == "merge")


def test_months_are_as_busy_as_the_curve_says():
    world = world_of(4, pace=300, projects=2)
    project = world.projects[1]
    counted = [0] * 12
    for landing in generate_history(world, project).landings:
        counted[next(m for m in range(12) if landing.change.committer.second < world.month_starts[m + 1])] += 1
    for found, level in zip(counted, project.levels, strict=True):
        assert found == pytest.approx(project.pace * level, rel=0.25, abs=20)


def test_assistance_grows_from_nothing():
    world = world_of(4, pace=200, projects=3)
    history = generate_history(world, world.projects[2])
    half = world.month_starts[6]
    shares = []
    for late in (False, True):
        some = [
            one
            for one in history.list_landed_changes()
            if one.person is not None and (one.author.second >= half) is late
        ]
        shares.append(sum(one.assisted for one in some) / len(some))
    assert shares[0] < 0.2 < shares[1]


def test_a_name_in_a_trailer_is_a_person_who_signs_elsewhere_too(lives):
    for history in lives:
        for change in history.list_landed_changes():
            named = [line for line in change.message.lower().splitlines() if line.startswith("co-authored-by:")]
            assert len(named) - change.assisted * sum("person" not in line for line in named) == len(change.co_authors)
            assert change.person not in change.co_authors


def test_counts_scatter_around_their_mean():
    rng = random_stream(1, "counts")
    found = [sample_count(rng, 9.0) for _ in range(2000)]
    mean = sum(found) / len(found)
    assert mean == pytest.approx(9.0, abs=0.3)
    assert sum((one - mean) ** 2 for one in found) / len(found) == pytest.approx(9.0, rel=0.15)
    assert sample_count(rng, 0.0) == 0
