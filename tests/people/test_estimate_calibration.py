"""Levels of intervals: trials of the other projects decide, and few of them say little."""

import numpy as np
import pytest

from ecotone.people import estimate_calibration as calibrating
from ecotone.people.estimate_calibration import (
    KnownPeople,
    calibrate_levels,
    draw_hiding_order,
    no_reply_rates,
    odds_like_no_reply,
)
from ecotone.people.unknown_employer_estimate import BUNDLED_LEVELS, UNKNOWN, PeopleAtWork


def known_people(organisation, commits=None, no_reply=0.0, core=False):
    organisation = np.array(organisation, np.int64)
    size = len(organisation)
    commits = np.full(size, 3, np.int64) if commits is None else np.array(commits, np.int64)
    return KnownPeople(organisation, commits, np.full(size, core), np.full(size, no_reply))


def at_work(people):
    return PeopleAtWork(people.organisation, people.commits, people.commits, people.is_core)


def rates_of(*projects):
    return no_reply_rates((at_work(people), people.no_reply) for people in projects)


def test_half_of_the_people_are_hidden_and_their_commits_unattributed():
    people = known_people([0, 0, 1, 2, 1], [5, 4, 3, 2, 1])
    work = people.hide(np.array([1, 3, 0, 2, 4]), 0.5)
    assert work.organisation.tolist() == [0, UNKNOWN, 1, UNKNOWN, 1]
    assert work.unattributed.tolist() == [0, 4, 0, 2, 0]
    assert people.organisation.tolist() == [0, 0, 1, 2, 1]
    assert people.organisation_count == 3


def test_rates_are_those_of_groups_and_never_certain():
    hiding, open_ones, core = (
        known_people([0] * 6, no_reply=0.8),
        known_people([0] * 2),
        known_people([0] * 4, core=True),
    )
    assert sorted(rates_of(hiding, open_ones, core).values()) == pytest.approx([0.05, 0.75])
    assert sorted(rates_of(known_people([0] * 4, no_reply=1.0)).values()) == [0.95]
    assert sorted(rates_of(known_people([0] * 4, no_reply=0.5)).values()) == [0.05]  # not mainly
    assert no_reply_rates([]) == {}


def test_people_who_have_used_a_no_reply_address_hide_four_times_sooner():
    people = known_people([0, 0, 0, 1])
    people.no_reply[0] = 0.1
    (group,) = rates_of(people)
    assert odds_like_no_reply(people, {group: 0.75}).tolist() == pytest.approx([12, 3, 3, 3])


def test_the_order_follows_the_odds():
    generator = np.random.default_rng(0)
    first = [draw_hiding_order(np.array([1.0, 9.0]), generator)[0] for _ in range(400)]
    assert np.mean(first) == pytest.approx(0.9, abs=0.05)


def scores_of(monkeypatch, *scores):
    """Projects p0, p1, ... whose trials all have these scores."""
    of_size = {calibrating.FEWEST_KNOWN + number: pair for number, pair in enumerate(scores)}
    monkeypatch.setattr(calibrating, "_score_trials", lambda people, _: [of_size[len(people.commits)]] * 4)
    return {f"p{number}": known_people([0] * size) for number, size in enumerate(of_size)}


def test_a_project_has_no_part_in_its_own_level(monkeypatch):
    projects = scores_of(monkeypatch, (0.1, 0.2), (0.3, 0.4), (0.3, 0.4))
    levels = calibrate_levels(projects, {})
    weight = 2 / (2 + calibrating.BUNDLED_PROJECTS)
    expected = [weight * own + (1 - weight) * bundled for own, bundled in zip((0.3, 0.4), BUNDLED_LEVELS, strict=True)]
    assert levels["p0"] == pytest.approx(expected)
    assert levels["p1"] == pytest.approx(levels["p2"])
    assert levels["p1"].people < levels["p0"].people + 1e-9


def test_the_level_holds_nine_of_ten_trials(monkeypatch):
    monkeypatch.setattr(calibrating, "BUNDLED_PROJECTS", 0)
    projects = scores_of(monkeypatch, *[(number / 100, number / 200) for number in range(101)], (1.0, 1.0))
    people, commits = calibrate_levels(projects, {})["p101"]
    assert (people, commits) == pytest.approx((0.9, 0.45), abs=0.006)


def test_trials_without_an_estimate_of_commits_do_not_count(monkeypatch):
    projects = scores_of(monkeypatch, (0.1, np.nan), (0.3, np.nan), (0.3, 0.4))
    levels = calibrate_levels(projects, {})
    assert levels["p2"].commits == BUNDLED_LEVELS.commits
    weight = 1 / (1 + calibrating.BUNDLED_PROJECTS)
    assert levels["p0"].commits == pytest.approx(weight * 0.4 + (1 - weight) * BUNDLED_LEVELS.commits)


def test_projects_of_few_known_people_take_no_part_but_have_levels(monkeypatch):
    monkeypatch.setattr(calibrating, "_score_trials", lambda *_: pytest.fail("too few people"))
    assert calibrate_levels({"p": known_people([0] * 9), "q": known_people([])}, {}) == dict.fromkeys(
        "pq", BUNDLED_LEVELS
    )


def test_scores_are_levels_whose_interval_just_holds_the_truth(monkeypatch):
    people = known_people([1, 1, 1, 0, 0])  # 60 % of people
    work = people.hide(np.array([3]), 0.2)
    for shares, expected in (
        ([0.6, 0.6, 0.6, 0.6], 0.0),
        ([0.5, 0.6, 0.7, 0.8], 0.0),
        ([0.6, 0.7, 0.8, 0.9], 0.5),  # a quarter is not above the truth
        ([0.5, 0.5, 0.5, 0.6], 0.5),
        ([0.7, 0.7, 0.8, 0.9], 1.0),
    ):
        drawn = np.column_stack([np.zeros(4), shares])
        monkeypatch.setattr(calibrating, "draw_shares", lambda *_, drawn=drawn: drawn)
        assert calibrating._score_draws(people, work, np.ones(5, np.int64)) == pytest.approx(expected)


def test_levels_are_those_of_real_trials_and_the_same_every_time():
    generator = np.random.default_rng(3)
    projects = {f"p{number}": known_people(generator.integers(0, 3, 12)) for number in range(12)}
    projects["alone"] = known_people([0] * 40, [100] + [1] * 39)
    rates = rates_of(*projects.values())
    levels = calibrate_levels(projects, rates)
    assert levels == calibrate_levels(dict(reversed(projects.items())), rates)
    assert all(0.7 < level < 1 for of_project in levels.values() for level in of_project)
    assert levels["alone"] != levels["p0"]


def test_every_second_trial_hides_by_employer(monkeypatch):
    people = known_people([0, 1] * 20)
    hidden = []
    monkeypatch.setattr(calibrating, "_score_draws", lambda _, work, __: hidden.append(work.organisation) or 0.0)
    monkeypatch.setattr(calibrating, "HABIT_SPREAD", 50.0)
    calibrating._score_trials(people, rates_of(people))
    of_one = [abs(np.mean(people.organisation[organisation == UNKNOWN]) - 0.5) == 0.5 for organisation in hidden[::2]]
    assert of_one == [False, True, False, True]


def test_trials_that_hide_a_decisive_person_have_no_score_of_commits(monkeypatch):
    people = known_people([0] * 40, [100, 90] + [1] * 38)
    scores = []
    for seed in range(3):
        monkeypatch.setattr(calibrating, "SEED", seed)
        scores += calibrating._score_trials(people, rates_of(people))
    has_score = ~np.isnan(scores)
    assert has_score[:, 0].all()
    assert 0 < has_score[:, 1].sum() < len(scores)
