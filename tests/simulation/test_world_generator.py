from __future__ import annotations

from collections import Counter
from datetime import date
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ecotone.simulation.activity_shapes import SHAPES
from ecotone.simulation.world import ALWAYS, DAY, NEVER, to_datetime
from ecotone.simulation.world_generator import FREE_MAIL, HOSTILE_NAMES, generate_world


def world_of(seed=3, projects=8, people=240, months=24, hostile=True):
    return generate_world(
        seed=seed,
        projects=projects,
        people=people,
        months=months,
        last_month=date(2025, 6, 1),
        pace=10,
        hostile=hostile,
    )


@pytest.fixture(scope="module")
def world():
    return world_of()


@settings(max_examples=20, deadline=None)
@given(seed=st.integers(0, 10**9))
def test_everybody_has_one_employer_and_one_address_at_any_moment(seed):
    for person in world_of(seed, projects=1, people=30, months=6).people:
        for line in (person.spells, person.addresses):
            assert (line[0].since, line[-1].until) == (ALWAYS, NEVER)
            assert all(one.until == other.since and one.since < one.until for one, other in pairwise(line))


def test_work_mail_changes_on_the_day_the_employer_does(world):
    domains = {domain: one.name for one in world.organisations for domain in one.domains}
    changed = 0
    for person in world.people:
        for earlier, later in pairwise(person.addresses):
            assert earlier.until % DAY == 0
            if earlier.email.lower().rpartition("@")[2].removeprefix("cs.") in domains and "noreply" not in later.email:
                changed += 1
                assert person.find_employer_at(earlier.until - 1) != person.find_employer_at(earlier.until)
    assert changed > 5


def test_a_work_address_never_names_another_employer(world):
    domains = {domain: one.name for one in world.organisations for domain in one.domains}
    for person in world.people:
        for address in person.addresses:
            named = domains.get(address.email.lower().rpartition("@")[2].removeprefix("cs."))
            assert named in (None, person.find_employer_at(address.since))


def test_people_sign_in_many_ways(world):
    first = [person.addresses[0].email for person in world.people]
    ways = Counter(
        "noreply" if "noreply" in email else "free" if FREE_MAIL in email else "own" if "hello@" in email else "work"
        for email in first
    )
    assert min(ways[way] for way in ("noreply", "free", "own", "work")) >= len(first) * 0.05
    assert ways["work"] > len(first) * 0.4
    assert any("users.noreply" in later.email for one in world.people for later in one.addresses[1:])
    assert any(person.alias for person in world.people)
    assert any(email != email.lower() for email in first)


def test_some_share_a_name_and_nobody_an_address(world):
    names = Counter(person.name for person in world.people)
    assert sum(count == 2 for count in names.values()) == 240 // 60
    assert max(names.values()) == 2
    everything = [address.email.lower() for person in world.people for address in person.addresses]
    assert len(everything) == len(set(everything))


def test_hostile_names_are_planted_only_on_demand(world):
    assert [person.name for person in world.people[: len(HOSTILE_NAMES)]] == list(HOSTILE_NAMES)
    assert "<script>" in world.organisations[-1].name
    friendly = world_of(hostile=False)
    assert not {person.name for person in friendly.people} & set(HOSTILE_NAMES)
    assert "<" not in "".join(one.name for one in friendly.organisations)


def test_even_the_smallest_world_has_a_company_and_a_university():
    employers = world_of(projects=1, people=1, months=1).organisations
    assert [one.kind for one in employers] == ["company", "university", "company"]


def test_projects_follow_every_curve_and_one_leads(world):
    assert [project.shape for project in world.projects] == list(SHAPES)
    assert [project.leads for project in world.projects] == [True] + [False] * 7
    assert world.projects[0].pace > 3 * max(project.pace for project in world.projects[1:])


def test_a_larger_field_has_a_project_that_was_last_seen_earlier(world):
    ends = [to_datetime(project.observed_until).date() for project in world.projects]
    assert ends.count(date(2025, 7, 1)) == 7
    assert ends[3] == date(2025, 5, 16)


def test_members_arrive_when_the_project_exists(world):
    for project in world.projects:
        assert len({one.person for one in project.memberships}) == len(project.memberships)
        assert any(one.core for one in project.memberships)
        assert all(project.first_month <= one.first < one.end <= 24 for one in project.memberships)
