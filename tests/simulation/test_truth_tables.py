from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime

from ecotone.simulation.field_truth import MonthTruth, SpellTruth
from ecotone.simulation.truth_tables import measure_field_truth
from ecotone.simulation.world import DAY

from .conftest import FEBRUARY


def test_the_tiny_history_is_counted_as_by_hand(tiny_world, tiny):
    (project,) = measure_field_truth(tiny_world, [(tiny, "tip")]).projects
    january = MonthTruth(
        month=date(2024, 1, 1),
        commits=3,
        person_commits=2,
        assisted_commits=0,
        bot_commits=1,
        agent_commits=0,
        contributors=2,
        newcomers=2,
        pull_requests_opened=2,
        pull_requests_merged=2,
        threads_opened=3,
        releases=1,
        commits_by_organisation={"Org 01": 1},
    )
    february = replace(
        january,
        month=date(2024, 2, 1),
        commits=3,
        person_commits=3,
        assisted_commits=1,
        bot_commits=0,
        newcomers=0,
        pull_requests_opened=1,
        pull_requests_merged=1,
        threads_opened=1,
        commits_by_organisation={"Org 02": 2},
    )
    assert project.months == (january, february)


def test_a_commit_from_the_future_counts_when_it_was_committed(tiny_world, tiny):
    (project,) = measure_field_truth(tiny_world, [(tiny, "tip")]).projects
    (odd,) = project.impossible_dates
    assert (odd.person, odd.author_time, odd.landed_at) == (
        "p0001",
        datetime.fromisoformat("2037-01-01"),
        datetime.fromisoformat("2024-02-10"),
    )


def test_nothing_counts_after_the_last_day_seen(tiny_world, tiny):
    early = replace(tiny, project=replace(tiny.project, observed_until=FEBRUARY + 8 * DAY))
    (project,) = measure_field_truth(tiny_world, [(early, "tip")]).projects
    assert [month.commits for month in project.months] == [3, 1]
    assert len(project.impossible_dates) == 2


def test_threads_are_listed_by_number_with_their_times(tiny_world, tiny):
    (project,) = measure_field_truth(tiny_world, [(tiny, "tip")]).projects
    assert [(one.number, one.kind, one.merged_at is not None) for one in project.threads] == [
        (1, "pull", True),
        (2, "issue", False),
        (3, "pull", True),
        (4, "pull", True),
    ]
    assert project.threads[0].opened_at == datetime.fromisoformat("2024-01-03T00:01:00")


def test_people_come_with_their_addresses_and_employers(tiny_world, tiny):
    one, two = measure_field_truth(tiny_world, [(tiny, "tip")]).people
    assert one.accounts == ("one@org01.example", "one@org02.example")
    assert one.spells == (
        SpellTruth("Org 01", None, date(2024, 2, 1)),
        SpellTruth("Org 02", date(2024, 2, 1), None),
    )
    assert two.spells == (SpellTruth(None, None, None),)


def test_who_left_no_trace_is_not_in_the_truth(tiny_world, tiny):
    unseen = replace(tiny, accounts={1: tiny.accounts[1]})
    assert [one.person for one in measure_field_truth(tiny_world, [(unseen, "tip")]).people] == ["p0001"]
