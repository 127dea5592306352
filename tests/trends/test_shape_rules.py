"""Every shape has words in both languages, an example that it is, and neighbours that it is not."""

from __future__ import annotations

import re

import numpy as np
import pytest

from ecotone.simulation.activity_shapes import SHAPES
from ecotone.simulation.activity_shapes import make_activity_levels as simulated
from ecotone.trends import ALL
from ecotone.trends.shape_classifier import classify_curve, curve_from_values
from ecotone.trends.shape_rules import classify_rows


def shape_of(values, period=0):
    return classify_curve(curve_from_values([*[0.0] * period, *values]), seed=1).shape.name


@pytest.fixture(params=ALL, ids=lambda shape: shape.name)
def shape(request):
    return request.param


def test_an_example_has_its_shape(shape):
    assert shape_of(shape.example, shape.period) == shape.name


def test_words_are_there_in_both_languages(shape):
    assert shape.title.lower() == shape.name
    assert shape.definition.endswith(".")
    assert shape.definition_zh.endswith("。")
    assert re.search("[\u4e00-\u9fff]", shape.title_zh)
    # the same numbers in both
    numbers = [set(re.findall(r"\d+(?= ?%)", text)) for text in (shape.definition, shape.definition_zh)]
    assert shape.name == "revived" or numbers[0] == numbers[1]


def test_names_and_titles_are_unique():
    assert len({shape.name for shape in ALL}) == len({shape.title_zh for shape in ALL}) == len(ALL)


@pytest.mark.parametrize("name", sorted(SHAPES))
def test_what_the_simulation_draws_is_recognised(name):
    for months in (24, 36, 48):
        values = np.round(np.array(simulated(name, months)) * 200)
        assert shape_of(values) == name, months


def flat(high, count):
    return [float(high)] * count


@pytest.mark.parametrize(
    ("values", "name"),
    [
        # 24 months: windows of four; 60 % of the high is the border
        (flat(60, 4) + flat(100, 20), "climbing"),
        (flat(61, 4) + flat(100, 20), "steady"),
        (flat(100, 20) + flat(60, 4), "declining"),
        (flat(100, 20) + flat(61, 4), "steady"),
        (flat(60, 4) + flat(100, 16) + flat(60, 4), "rise and fall"),
        # silent: 3 % in the last six months
        (flat(100, 18) + flat(3, 6), "dormant"),
        (flat(100, 18) + flat(4, 6), "declining"),
        # a trough of 40 %, half of the level before won back
        (flat(100, 6) + flat(25, 12) + flat(50, 6), "revived"),
        (flat(100, 6) + flat(25, 12) + flat(49, 6), "declining"),
        (flat(100, 6) + flat(20, 12) + flat(50, 6), "revived"),
        (flat(100, 6) + flat(20, 12) + flat(49, 6), "declining"),
        # and at least twice the trough
        (flat(100, 6) + flat(35, 12) + flat(70, 6), "revived"),
        (flat(100, 6) + flat(35, 12) + flat(69, 6), "steady"),
        (flat(100, 6) + flat(41, 12) + flat(100, 6), "steady"),
        (flat(100, 6) + flat(40, 12) + flat(100, 6), "revived"),
        # what was lost was less than 40 % of what there is now
        (flat(39, 6) + flat(10, 8) + flat(100, 10), "climbing"),
        (flat(40, 6) + flat(10, 8) + flat(100, 10), "revived"),
    ],
)
def test_borders(values, name):
    assert shape_of(values) == name


def test_a_burst_is_more_than_one_month():
    rest = flat(10, 20)
    assert shape_of([10, 10, 100, 50, *rest]) == "spike and fade"
    assert shape_of([10, 10, 100, 10, *rest]) == "steady"  # one wild month, whatever it was


def test_a_burst_has_faded():
    # smoothed, the highest month is (10 + 2 * 100 + 60) / 4 = 67.5; 40 % of it is 27
    assert shape_of([10, 10, 100, 60, *flat(10, 20), *flat(27, 6)]) == "spike and fade"
    assert shape_of([10, 10, 100, 60, *flat(10, 20), *flat(28, 6)]) != "spike and fade"


def test_a_long_hump_is_no_burst():
    assert shape_of([2, 4, 6, 8, 10, 10, 10, 10, 8, 6, 4, 3, 2, 2, 2, 2, 2, 2, 2, 2]) == "rise and fall"


def test_young_and_old():
    rising = [2.0, 3, 4, 5, 6, 7, 8, 9]
    assert shape_of(rising, period=8) == "emerging"  # exactly half of the period
    assert shape_of(rising, period=7) == "too short to say"
    assert shape_of(rising[:5], period=20) == "too short to say"
    assert shape_of(rising[::-1], period=20) == "too short to say"
    assert shape_of([75, 75, *flat(100, 6)], period=20) == "emerging"
    assert shape_of([76, 76, *flat(100, 6)], period=20) == "too short to say"
    long = [float(month) for month in range(1, 26)]
    assert shape_of(long, period=40) == "climbing"  # older than two years
    assert shape_of(long[:24], period=40) == "emerging"


def test_one_last_sign_of_life_wakes_nobody_but_two_months_do():
    silent = flat(10, 15) + flat(0, 18)
    assert shape_of([*silent, 8.0]) == "dormant"
    assert shape_of([*silent, 8.0, 0.0, 0.0]) == "dormant"
    assert shape_of([*silent, 8.0, 8.0]) != "dormant"


@pytest.mark.parametrize("at", [0, 7, 15, 23])
def test_one_wild_month_changes_no_shape(at):
    values = flat(10, 24)
    values[at] = 60.0
    assert shape_of(values) == "steady"


def test_nothing_at_all_is_dormant_once_it_is_long_enough():
    assert shape_of(flat(0, 12)) == "dormant"
    assert shape_of(flat(0, 11)) == "too short to say"
    assert shape_of([]) == "too short to say"


def test_many_rows_are_read_as_each_alone():
    generator = np.random.default_rng(3)
    rows = generator.poisson(generator.uniform(0, 30, (50, 1)) * np.linspace(0.2, 1, 30)).astype(float)
    together = classify_rows(rows, young=False)
    assert together.tolist() == [int(classify_rows(one[None, :], young=False)[0]) for one in rows]
