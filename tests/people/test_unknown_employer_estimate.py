"""Estimates of employers' shares: hand-countable cases, and intervals that hold what was hidden."""

import numpy as np
import pytest

from ecotone.people import unknown_employer_estimate as estimating
from ecotone.people.unknown_employer_estimate import (
    FEW_KNOWN,
    ONE_PERSON,
    TOO_MUCH_UNKNOWN,
    UNKNOWN,
    Levels,
    PeopleAtWork,
    estimate_commit_shares,
    estimate_people_shares,
)


def people_of(organisation, commits=None, core=None):
    organisation = np.array(organisation, np.int64)
    commits = np.ones_like(organisation) if commits is None else np.array(commits, np.int64)
    unattributed = np.where(organisation == UNKNOWN, commits, 0)
    is_core = np.zeros(len(organisation), bool) if core is None else np.array(core, bool)
    return PeopleAtWork(organisation, commits, unattributed, is_core)


def known_commits(people, count):
    is_known = people.organisation != UNKNOWN
    return np.bincount(
        people.organisation[is_known], (people.commits - people.unattributed)[is_known], minlength=count
    ).astype(np.int64)


def test_without_unknown_people_everything_is_the_known_share():
    people = people_of([0, 0, 0, 0, 1], [1, 2, 3, 4, 10])
    for shares, expected in (
        (estimate_people_shares(people, 2), [0.8, 0.2]),
        (estimate_commit_shares(people, known_commits(people, 2)), [0.5, 0.5]),
    ):
        for values in (shares.known, shares.highest, shares.estimate, shares.low, shares.high):
            assert values == pytest.approx(expected)
        assert shares.cautious == pytest.approx([expected[shares.largest]] * 2)
        assert shares.unknown == 0


def test_estimate_lies_between_the_bounds_and_near_the_known_mix():
    people = people_of([0] * 30 + [1] * 10 + [UNKNOWN] * 40)
    shares = estimate_people_shares(people, 2)
    assert shares.known == pytest.approx([0.375, 0.125])
    assert shares.highest == pytest.approx([0.875, 0.625])
    assert shares.unknown == pytest.approx(0.5)
    assert shares.estimate[0] == pytest.approx(0.75, abs=0.05)
    assert (shares.known <= shares.low).all()
    assert (shares.low < shares.estimate).all()
    assert (shares.estimate < shares.high).all()
    assert (shares.high <= shares.highest).all()
    assert shares.cautious[0] < shares.low[0] < shares.high[0] < shares.cautious[1]


@pytest.mark.parametrize(
    ("commits", "core"), [([3] * 24, [True] * 12 + [False] * 12), ([20] * 12 + [1] * 12, [False] * 24)]
)
def test_unknown_people_resemble_those_of_their_role_and_activity(commits, core):
    known = people_of([0] * 8 + [UNKNOWN] * 4 + [1] * 8 + [UNKNOWN] * 4, commits, core)
    drawn = estimating.draw_employers(known, 2, np.random.default_rng(0))
    assert (drawn[:, :4] == 0).mean() > 0.7
    assert (drawn[:, 4:] == 1).mean() > 0.7


def test_unseen_organisations_have_a_place_that_shrinks_when_few_are_seen_once():
    once = people_of([0, 1, 2, 3, 4, 5] + [UNKNOWN] * 6)
    often = people_of([0, 0, 0, 1, 1, 1] + [UNKNOWN] * 6)
    unseen = [
        (estimating.draw_employers(people, count, np.random.default_rng(0)) == count).mean()
        for people, count in ((once, 6), (often, 2))
    ]
    assert unseen[0] > 0.3
    assert unseen[1] < 0.15


def test_a_group_without_known_people_resembles_the_whole_project():
    busy = people_of([0, 1, 2, 3, 4, 5] + [UNKNOWN] * 6, [1] * 6 + [20] * 6)
    drawn = estimating.draw_employers(busy, 6, np.random.default_rng(0))
    assert (drawn == 6).mean() > 0.35  # six seen once: an unseen one is as likely as all of them together


def spread_of_first_employer(known, commits=1):
    """Standard deviation of the drawn share, of people of 20 commits, of one of two employers with `known` people."""
    people = people_of([0] * known + [1] * known + [UNKNOWN] * 200, [commits] * 2 * known + [20] * 200)
    return (estimating.draw_employers(people, 2, np.random.default_rng(0)) == 0).mean(axis=1).std()


def test_few_known_people_leave_the_frequencies_uncertain(monkeypatch):
    monkeypatch.setattr(estimating, "ODDS_SPREAD", 0.0)
    assert spread_of_first_employer(3) > 1.2 * spread_of_first_employer(300)
    monkeypatch.setattr(estimating, "POOLED_PEOPLE", 1e-6)
    assert spread_of_first_employer(3, 20) > 2 * spread_of_first_employer(300, 20)


def test_habits_of_employers_widen_the_draws(monkeypatch):
    with_habits = spread_of_first_employer(300)
    monkeypatch.setattr(estimating, "ODDS_SPREAD", 0.0)
    assert with_habits > 1.1 * spread_of_first_employer(300)


@pytest.mark.parametrize(
    ("organisation", "commits", "of_people", "of_commits"),
    [
        ([0] * 4 + [UNKNOWN] * 2, [1] * 6, FEW_KNOWN, FEW_KNOWN),
        ([0] * 5 + [UNKNOWN] * 2, [1] * 5 + [1, 3], "", ONE_PERSON),  # 3 of 9
        ([0] * 5 + [UNKNOWN] * 2, [2] * 5 + [1, 3], "", ""),  # 3 of 14
        ([0] * 5 + [UNKNOWN] * 15, [1] * 20, "", TOO_MUCH_UNKNOWN),
        ([0] * 5 + [UNKNOWN] * 14, [1] * 19, "", ""),
    ],
)
def test_estimates_are_withheld_where_they_would_say_too_much(organisation, commits, of_people, of_commits):
    people = people_of(organisation, commits)
    by_people = estimate_people_shares(people, 1)
    by_commits = estimate_commit_shares(people, known_commits(people, 1))
    assert (by_people.withheld, by_commits.withheld) == (of_people, of_commits)
    for shares in (by_people, by_commits):
        assert bool(shares.withheld) == bool(np.isnan(shares.estimate).all())
        assert not np.isnan(shares.known).any()


def test_other_commits_of_a_known_person_count_for_the_employer_in_the_estimate_alone():
    people = people_of([0] * 5 + [1], [10] * 6)
    people.unattributed[0] = 6
    shares = estimate_commit_shares(people, np.array([44, 10]))
    assert shares.known == pytest.approx([44 / 60, 10 / 60])
    assert shares.estimate == pytest.approx([50 / 60, 10 / 60])


@pytest.mark.parametrize("share", [0.2, 0.6, 0.9])
def test_intervals_hold_hidden_truth_about_nine_times_in_ten(share):
    generator = np.random.default_rng(7)
    held, trials = np.zeros(2), 60
    for _ in range(trials):
        truth = np.where(generator.random(60) < share, 0, generator.integers(1, 5, 60))
        commits = generator.geometric(0.2, 60)
        people = people_of(np.where(generator.random(60) < 0.5, UNKNOWN, truth), commits)
        by_people = estimate_people_shares(people, 5)
        by_commits = estimate_commit_shares(people, known_commits(people, 5))
        held += [
            by_people.low[0] <= (truth == 0).mean() <= by_people.high[0],
            by_commits.low[0] <= commits[truth == 0].sum() / commits.sum() <= by_commits.high[0],
        ]
    assert (held / trials > 0.8).all(), held / trials


def test_people_and_commits_have_levels_of_their_own():
    people = people_of([0] * 15 + [1] * 15 + [UNKNOWN] * 30)
    wide, narrow = [
        (estimate_people_shares(people, 2, levels), estimate_commit_shares(people, known_commits(people, 2), levels))
        for levels in (Levels(0.95, 0.3), Levels(0.3, 0.95))
    ]
    assert wide[0].high[0] - wide[0].low[0] > narrow[0].high[0] - narrow[0].low[0]
    assert wide[1].high[0] - wide[1].low[0] < narrow[1].high[0] - narrow[1].low[0]


def test_same_input_gives_same_estimate():
    people = people_of([0] * 6 + [1] * 3 + [UNKNOWN] * 20)
    first, second = estimate_people_shares(people, 2), estimate_people_shares(people, 2)
    assert (first.low == second.low).all()
    assert first.cautious == second.cautious
