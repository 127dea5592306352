"""Each word of a history has curves that any reader would call so, and neighbours just beyond its borders."""

from __future__ import annotations

import numpy as np
import pytest

from ecotone.trends.history_verdict import judge_history, measure_history, quarter_levels
from ecotone.trends.monthly_work import MonthlyWork, resample_work, work_from_months
from ecotone.trends.verdict_words import HISTORY


def project(people, commits_each=5.0, merged_each=3.0):
    """A project in which every contributor has as many commits and merged requests."""
    people = np.asarray(people, dtype=float)
    return work_from_months(people, people * commits_each, people * merged_each)


def judged(work, **options):
    return judge_history(work, seed=1, **options)


def word(people, **options):
    return judged(project(people), **options).word


def flat(level, months):
    return [float(level)] * months


def line(first, last, months):
    return [float(value) for value in np.linspace(first, last, months)]


KINDS = {
    "launch spike": (
        "spike and fade",
        [
            [40, 60, 30, *flat(6, 25)],
            [3, 50, 90, 40, 15, *flat(10, 40)],
            [*flat(4, 20), 10, 60, 70, 30, *flat(6, 12)],
            [*flat(300, 3), 120, 60, *flat(25, 31)],
        ],
    ),
    "restart": (
        "revived",
        [
            [*flat(20, 12), *flat(2, 10), *flat(18, 10)],
            [*flat(30, 8), *line(25, 4, 6), *flat(3, 12), *line(5, 25, 10)],
            [*flat(12, 10), *flat(0, 9), *flat(14, 8)],
        ],
    ),
    "long quiet, then back": (
        "revived",
        [
            [*flat(15, 14), *flat(1, 36), *flat(16, 8)],
            [*flat(8, 20), *flat(0, 24), *flat(9, 7)],
            [*line(5, 30, 12), *flat(2, 30), *flat(28, 9)],
        ],
    ),
    "built up, then down": (
        "rise and fall",
        [
            [*line(5, 50, 14), *flat(50, 6), *line(45, 15, 12)],
            [*line(2, 20, 20), *line(19, 5, 16)],
            [*flat(10, 6), *line(10, 90, 8), *flat(85, 10), *flat(30, 8)],
        ],
    ),
    "high where the period begins": (
        "declining",
        [
            line(60, 15, 40),
            [*flat(30, 6), *line(30, 10, 18)],
            [*flat(80, 3), *flat(55, 20), *flat(40, 10)],
        ],
    ),
    "rising over years": (
        "climbing",
        [
            line(5, 60, 36),
            [*flat(10, 20), *line(12, 40, 12)],
            [*flat(3, 24), *flat(9, 20)],
            [*line(5, 30, 16), 20, *line(32, 60, 14)],
        ],
    ),
    "as busy as ever": (
        "steady",
        [
            flat(20, 40),
            [15 + month % 3 for month in range(36)],
            [*line(10, 13, 30), *flat(12, 6)],
            # a rise of years ago is no longer a climb
            [*line(5, 40, 14), *flat(40, 50)],
            [*flat(5, 10), *flat(20, 60)],
        ],
    ),
    "seasonal": (
        "steady",
        [
            [20 + 5 * np.sin(2 * np.pi * month / 12) for month in range(48)],
            [12 - (4 if month % 12 in (6, 7) else 0) for month in range(38)],
            [30 * (0.7 if month % 12 == 11 else 1.0) for month in range(36)],
        ],
    ),
    "young": (
        "emerging",
        [line(2, 40, 12), flat(15, 9), [20, 25, 19, 24, 30, 26], line(3, 12, 18)],
    ),
    "given up": (
        "dormant",
        [
            [*flat(20, 20), *flat(0, 8)],
            [*line(3, 18, 12), *line(17, 2, 14), 1, 0, 0, 0, 1, 0],
            [30, 12, *flat(0, 14)],
            [*flat(1, 5), *flat(0, 12)],
        ],
    ),
}


@pytest.mark.parametrize(
    ("expected", "people"), [(name, curve) for name, curves in KINDS.values() for curve in curves], ids=str
)
def test_every_kind_gets_its_word(expected, people):
    begins_inside = expected == "emerging"
    verdict = judged(project(people), begins_inside=begins_inside)
    assert verdict.word == expected
    assert 0 < verdict.confidence <= 0.99


@pytest.mark.parametrize(
    "people",
    [
        [*flat(6, 24), 40],
        [*flat(6, 24), 10, 40],
        [*flat(5, 30), 9, 12, 30],
        [*line(20, 8, 20), 9, 30, 60],
    ],
)
def test_the_month_of_its_peak_is_no_end(people):
    assert word(people) not in ("spike and fade", "rise and fall", "dormant")


@pytest.mark.parametrize("people", [line(5, 60, 36), flat(20, 12), [*flat(3, 24), *flat(9, 20)], line(2, 9, 14)])
@pytest.mark.parametrize("empty", [1, 2, 3, 7])
def test_no_project_climbs_without_a_commit_in_its_last_month(people, empty):
    verdict = judged(project([*people, *flat(0, empty)]))
    assert verdict.word not in ("climbing", "emerging", "revived")


@pytest.mark.parametrize("bots", [30.0, 300.0, 5.0])
def test_what_is_left_out_as_bots_keeps_nobody_alive(bots):
    """The commits of a project with bots only are zero; its own earlier commits say that it lived."""
    people = np.array([*flat(10, 14), *flat(0, 8)])
    all_commits = people * 5 + bots
    share = bots / all_commits
    work = work_from_months(people, all_commits * (1 - share))
    assert judged(work).word == "dormant"


@pytest.mark.parametrize("months", [0, 1, 3, 5])
def test_few_months_say_nothing(months):
    verdict = judged(project(line(1, 9, months)))
    assert (verdict.word, verdict.confidence, verdict.since) == ("too short to say", None, None)


@pytest.mark.parametrize("months", [6, 8, 11])
def test_an_empty_period_says_something_after_a_year(months):
    assert word(flat(0, months)) == "too short to say"
    assert word(flat(0, months + 12)) == "dormant"


@pytest.mark.parametrize("people", [[1, 2, 1, 0, 1, 2, 1, 1] * 4, [2, 1, 3, 2, 1, 2] * 6, [1, 1, 2, 1, 0, 2, 1] * 5])
def test_a_tiny_project_is_not_sure(people):
    verdict = judged(project(people, commits_each=2.0))
    assert verdict.word in ("steady", "climbing", "declining", "rise and fall", "revived")
    assert verdict.word == "steady" or verdict.confidence < 0.8


def test_a_project_older_than_the_period_does_not_emerge():
    assert word(line(4, 9, 12), begins_inside=True) == "emerging"
    assert word(line(4, 9, 12), begins_inside=False) == "climbing"
    assert word(flat(9, 12), begins_inside=False) == "steady"


@pytest.mark.parametrize(
    ("people", "expected"),
    [
        # 60 % of the high is the border of a fall; levels of 30 months average five
        ([*flat(10, 4), *flat(100, 20), *flat(59.9, 6)], "rise and fall"),
        ([*flat(10, 4), *flat(100, 20), *flat(61, 6)], "steady"),
        ([*flat(75.1, 8), *flat(100, 16), *flat(59.9, 6)], "declining"),
        ([*flat(74, 8), *flat(100, 16), *flat(59.9, 6)], "rise and fall"),
        # 1.4 times the level one to two years before
        ([*flat(50, 24), *flat(70.1, 12)], "climbing"),
        ([*flat(50, 24), *flat(69, 12)], "steady"),
        # half a year of quarter levels at a third, then back to half
        ([*flat(90, 12), *flat(29.9, 9), *flat(60, 9)], "revived"),
        ([*flat(90, 12), *flat(31, 9), *flat(60, 9)], "steady"),
        # at most six quarter levels of half the highest
        ([*flat(10, 10), *flat(100, 4), *flat(10, 20)], "spike and fade"),
        ([*flat(10, 10), *flat(100, 7), *flat(10, 20)], "rise and fall"),
    ],
)
def test_borders(people, expected):
    many = np.array(people) * 1e4  # what is negligible in a small project does not move the borders
    assert word(many, begins_inside=False) == expected


def test_single_months_do_not_count():
    assert quarter_levels(np.array([[5.0, 5, 90, 5, 5, 0, 5, 5]])).tolist() == [[5.0] * 6]
    assert word([*flat(10, 15), 200, *flat(10, 20)]) == "steady"
    assert word([*flat(10, 15), 0, *flat(10, 20)]) == "steady"


def test_witnesses_count_for_a_third():
    """Contributors halve while commits and requests stand: two thirds of a half and one third are two thirds."""
    people = np.array([*flat(2e6, 18), *flat(1e6, 12)])
    same = np.full(30, 100.0)
    levels = measure_history(work_from_months(people, same, same))
    assert levels.closing[0] == pytest.approx(2 / 3 * 0.5 + 1 / 3, rel=1e-5)
    assert judged(work_from_months(people, same, same)).word == "steady"
    assert judged(work_from_months(people, people * 5, people)).word == "declining"


def test_unknown_requests_are_no_zeros():
    people = np.array(flat(20, 30))
    unknown = np.where(np.arange(30) < 12, np.nan, 10.0)
    assert "merged" not in dict(work_from_months(people, people, unknown).measures())
    assert "merged" in dict(work_from_months(people, people, unknown).last_months(18).measures())
    assert judged(work_from_months(people, people, unknown)).word == "steady"
    assert judged(work_from_months(people, people, None)).word == "steady"
    # a project that never merged a request is judged by the others
    assert judged(work_from_months(people, people, people * 0)).word == "steady"


def test_months_that_are_not_complete_are_left_out():
    people = np.array([*flat(20, 10), np.nan, np.nan, *flat(20, 20), np.nan])
    work = work_from_months(people, people * 4)
    assert work.length == 30
    assert judged(work).word == "steady"


@pytest.mark.parametrize(("unknown", "kept"), [(1, 29), (2, 28), (3, 30)])
def test_last_months_without_requests_are_left_out(unknown, kept):
    people = np.array(flat(20, 30))
    merged = np.concatenate([flat(9, 30 - unknown), np.full(unknown, np.nan)])
    assert work_from_months(people, people, merged).length == kept


def test_the_phase_begins_where_the_curve_turns():
    assert judged(project([*flat(20, 20), *flat(0, 8)])).since == 20
    assert judged(project([*line(5, 50, 20), *line(48, 10, 12)])).since in range(18, 22)
    assert judged(project([*flat(20, 12), *flat(2, 10), *flat(18, 10)])).since in range(12, 22)


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_the_same_seed_gives_the_same_confidence(seed):
    work = project(np.random.default_rng(seed).poisson(line(10, 16, 36)))
    assert judge_history(work, seed) == judge_history(work, seed)
    assert judge_history(work, seed).alternative != judge_history(work, seed).word


def test_resampling_keeps_the_level():
    work = project(np.random.default_rng(5).poisson(flat(40, 48)))
    drawn = resample_work(work, np.random.default_rng(1), draws=300)
    assert isinstance(drawn, MonthlyWork)
    assert drawn.contributors.shape == (300, 48)
    assert drawn.contributors.mean() == pytest.approx(work.contributors.mean(), rel=0.05)


def test_words_are_there_in_both_languages():
    assert len({entry.name for entry in HISTORY}) == len({entry.title_zh for entry in HISTORY}) == len(HISTORY)
    for entry in HISTORY:
        assert entry.title.lower() == entry.name
        assert entry.definition.endswith(".")
        assert entry.definition_zh.endswith("。")
