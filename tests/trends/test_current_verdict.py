"""The present is the last months against the year before, of three measures that must agree."""

from __future__ import annotations

import numpy as np
import pytest

from ecotone.trends.current_verdict import judge_present, measure_changes
from ecotone.trends.monthly_work import work_from_months
from ecotone.trends.verdict_words import PRESENT


def flat(level, months):
    return np.full(months, float(level))


def project(before, last, months=18, recent=6):
    """Constant values before and in the last months; each of contributors, commits, merged requests."""
    return work_from_months(
        *(
            np.concatenate([flat(old, months - recent), flat(new, recent)])
            for old, new in zip(before, last, strict=True)
        )
    )


def judged(work):
    return judge_present(work, seed=1)


@pytest.mark.parametrize(
    ("last", "expected"),
    [
        ((20, 100, 60), "stable"),
        ((27, 135, 60), "growing"),
        ((27, 100, 81), "growing"),
        ((20, 135, 81), "growing"),
        ((40, 200, 120), "growing"),
        ((26, 100, 60), "stable"),  # one of three is not enough
        ((14, 70, 60), "shrinking"),
        ((20, 70, 42), "shrinking"),
        ((10, 50, 30), "shrinking"),
        ((20, 70, 60), "stable"),
        ((14, 140, 60), "mixed"),
        ((30, 60, 90), "mixed"),
        ((30, 150, 40), "mixed"),
        ((1, 2, 0), "stopped"),
        ((0, 0, 0), "stopped"),
        ((1, 1, 1), "stopped"),
    ],
)
def test_measures_must_agree(last, expected):
    assert judged(project((20, 100, 60), last)).word == expected


def test_the_change_is_hand_countable():
    """Commits from 100 to 200 in six months: three months (1/4 of their base risen) and six against the year before."""
    work = project((20, 100, 60), (20, 200, 60))
    three = 200.5 / ((9 * 100 + 3 * 200) / 12 + 0.5)
    six = 200.5 / 100.5
    assert measure_changes(work)["commits"][0] == pytest.approx((three * six) ** 0.5)
    assert measure_changes(work)["contributors"][0] == pytest.approx(1.0)
    verdict = judged(work)
    assert verdict.changes["commits"] == pytest.approx((three * six) ** 0.5 - 1)
    assert verdict.change == pytest.approx(0.0)  # two of three have not changed
    assert verdict.low <= verdict.change <= verdict.high
    assert verdict.months == 18


@pytest.mark.parametrize(
    ("last", "measure"),
    [((30, 130, 120), "contributors"), ((40, 130, 115), "merged"), ((15, 60, 40), "merged"), ((22, 60, 52), "merged")],
)
def test_the_change_is_that_of_the_middle_measure(last, measure):
    verdict = judged(project((20, 100, 60), last))
    assert verdict.change == pytest.approx(verdict.changes[measure])


@pytest.mark.parametrize(
    ("last", "measure"), [((30, 200), "contributors"), ((15, 20), "contributors"), ((40, 140), "commits")]
)
def test_two_measures_agree_on_the_smaller_change(last, measure):
    verdict = judged(project((20, 100), last))
    assert verdict.change == pytest.approx(verdict.changes[measure])


@pytest.mark.parametrize("last", [(30, 60), (10, 150), (28, 75)])
def test_two_measures_that_oppose_each_other_agree_on_nothing(last):
    verdict = judged(project((20, 100), last))
    assert (verdict.word, verdict.change) == ("mixed", None)
    assert set(verdict.changes) == {"contributors", "commits"}


@pytest.mark.parametrize("level", [(1, 3), (2, 2), (1, 2.5)])
def test_a_trickle_that_goes_on_has_not_stopped(level):
    people, commits = (np.tile([value, value + 1, value], 8) for value in level)
    assert judged(work_from_months(people, commits + np.tile([0, 8, 0], 8))).word != "stopped"


@pytest.mark.parametrize(
    ("before", "last"),
    [
        ((0, 0, 0), (10, 50, 20)),
        ((0, 1, 0), (4, 40, 10)),
        ((0.5, 2, 1), (6, 30, 12)),
    ],
)
def test_a_base_near_zero_gives_no_percentage(before, last):
    work = project((12, 60, 20), before, months=30, recent=12)
    back = work_from_months(
        *(np.concatenate([values[0], flat(new, 6)]) for (_, values), new in zip(work.measures(), last, strict=True))
    )
    verdict = judged(back)
    assert verdict.word == "growing"
    assert (verdict.change, verdict.low, verdict.high, verdict.changes) == (None, None, None, {})


@pytest.mark.parametrize("quiet", [12, 14, 30])
def test_no_commit_for_a_year_is_no_growth(quiet):
    people = np.concatenate([[14.0, 9.0], flat(0, quiet)])
    verdict = judged(work_from_months(people, people * 2, people))
    assert (verdict.word, verdict.change) == ("stopped", None)
    people[-3] = 1.0  # one odd commit
    assert judged(work_from_months(people, people, people * 0)).word == "stopped"


@pytest.mark.parametrize("height", [0.2, 0.4, 0.6])
@pytest.mark.parametrize("phase", [0, 3, 6, 9])
def test_a_season_is_neither_growth_nor_loss(height, phase):
    months = np.arange(40)
    people = 40 * (1 + height * np.sin(2 * np.pi * (months + phase) / 12))
    assert judged(work_from_months(people, people * 5, people * 3)).word == "stable"


@pytest.mark.parametrize("months", [0, 4, 8])
def test_few_months_are_unclear(months):
    people = flat(10, months)
    verdict = judged(work_from_months(people, people * 5, people))
    assert (verdict.word, verdict.confidence, verdict.change) == ("unclear", None, None)


@pytest.mark.parametrize(
    ("people", "commits"), [(flat(1, 30), flat(1, 30)), (np.tile([1.0, 0, 2], 8), np.tile([2.0, 0, 3], 8)),
                            (np.tile([0.0, 1], 14), np.tile([0.0, 3], 14))]
)  # fmt: skip
def test_a_tiny_project_is_unclear(people, commits):
    assert judged(work_from_months(people, commits)).word == "unclear"


@pytest.mark.parametrize("peak", [3, 6, 30])
def test_one_wild_month_gives_a_wide_interval(peak):
    people = np.concatenate([flat(10, 20), [10.0 * peak]])
    verdict = judged(work_from_months(people, people * 4, people * 2))
    calm = judged(project((10, 40, 20), (10, 40, 20), months=21))
    assert verdict.high - verdict.low > calm.high - calm.low


@pytest.mark.parametrize("bots", [20.0, 200.0, 2.0])
def test_bots_do_not_keep_a_project_alive(bots):
    people = np.concatenate([flat(10, 14), flat(0, 4)])
    all_commits = people * 5 + bots
    assert judged(work_from_months(people, all_commits * (1 - bots / all_commits))).word == "stopped"


def test_unknown_requests_leave_two_measures():
    people = np.concatenate([flat(10, 14), flat(15, 6)])
    unknown = np.full(20, np.nan)
    verdict = judged(work_from_months(people, people * 5, unknown))
    assert verdict.word == "growing"
    assert set(verdict.changes) == {"contributors", "commits"}


def test_words_are_there_in_both_languages():
    assert [word.name for word in PRESENT] == ["growing", "stable", "shrinking", "stopped", "mixed", "unclear"]
    for word in PRESENT:
        assert word.title.lower() == word.name
        assert word.definition.endswith(".")
        assert word.definition_zh.endswith("。")
