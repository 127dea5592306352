from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecotone.landscape.background_words import load_background_words
from ecotone.landscape.multiview_graph import MEANINGS, build_layers
from ecotone.landscape.views import (
    MOST_WORDS,
    PEOPLE,
    VIEWS,
    WORDS,
    build_project_features,
    unit_profiles,
    weigh_features,
)
from tests.landscape.making import seen_of

rows = st.lists(st.tuples(st.sampled_from("abcd"), st.sampled_from("uvwxyz"), st.integers(1, 9)), min_size=1)


@given(rows, st.randoms())
def test_the_order_of_rows_does_not_matter(listed, random):
    shuffled = list(listed)
    random.shuffle(shuffled)
    one, other = (
        build_project_features("abcd", {WORDS: [(p, t, float(c)) for p, t, c in part]}) for part in (listed, shuffled)
    )
    assert one.evidence[0].names == other.evidence[0].names
    assert (one.evidence[0].counts != other.evidence[0].counts).nnz == 0


@given(rows)
def test_profiles_are_of_length_one_or_shorter(listed):
    for view in (PEOPLE, WORDS):
        unit = unit_profiles(
            build_project_features("abcd", {view: [(p, t, float(c)) for p, t, c in listed]}).evidence[0]
        )
        length = np.asarray(unit.multiply(unit).sum(axis=1)).ravel()
        assert (length <= 1 + 1e-9).all()


def test_how_alike_two_projects_are_by_hand():
    known = seen_of(people={"a/a": ["ann", "ben"], "b/b": ["ann"], "c/c": ["ben", "eve"], "d/d": ["eve"]})
    unit = unit_profiles(known.find_view("people"))
    # each of the three is in two of four projects, so all weigh ln 2 and cancel out
    alike = (unit @ unit.T).toarray()
    assert alike[0, 1] == pytest.approx(1 / math.sqrt(2))
    assert alike[0, 2] == pytest.approx(1 / 2)
    assert alike[0, 3] == 0


def test_how_often_somebody_acted_does_not_matter_but_how_often_a_word_stands_does():
    often, once = ({"a/a": {"x1": n, "y1": 1}, "b/b": {"x1": 1}, "c/c": {"y1": 1}, "d/d": {"z": 1}} for n in (50, 1))
    for name, same in (("people", True), ("words", False)):
        one, other = (unit_profiles(seen_of(**{name: has}).find_view(name)).toarray() for has in (often, once))
        assert np.allclose(one, other) is same


def test_a_word_weighs_by_how_rare_it_is_in_general():
    words = {"a": {"library": 4, "postgresql": 1, "zzyx": 1}, "b": {"library": 1, "zzyx": 9, "zzyz": 1, "install": 3}}
    known = seen_of(words={**words, "c": {"library postgresql": 3, "library": 1}}).find_view("words")
    weight = dict(zip(known.names, weigh_features(known), strict=True))
    background = load_background_words()
    documents = background.documents[background.position["postgresql"]]
    assert weight["postgresql"] == pytest.approx(math.log(background.total / (documents + 50)))
    assert 0 < weight["library"] < weight["postgresql"]
    # the background lacks it: how many of the three projects use it
    assert weight["zzyz"] == pytest.approx(math.log(background.total / 50))
    assert weight["zzyx"] == pytest.approx(math.log(background.total / 50) * math.log(3 / 2) / math.log(3))
    assert weight["install"] == weight["library postgresql"] == 0


def test_only_the_heaviest_words_of_a_project_are_compared():
    known = seen_of(words={name: {f"w{at}": at + 1 for at in range(300)} for name in ("a", "b")} | {"c": {"x": 1}})
    assert np.diff(unit_profiles(known.find_view("words")).indptr).tolist() == [MOST_WORDS, MOST_WORDS, 0]


def test_different_words_of_the_same_meaning_are_alike_in_the_view_of_meanings():
    known = seen_of(
        words={
            "a": {"postgresql": 3, "sql": 2}, "b": {"mysql": 3, "database": 2},
            "c": {"react": 3, "css": 2}, "d": {"vue": 3, "html": 2},
        }
    )  # fmt: skip
    meanings = build_layers(known).profiles()[MEANINGS]
    alike = meanings @ meanings.T
    assert alike[0, 1] > 0.3 > 0 > alike[0, 2]
    assert alike[2, 3] > 0.3 > 0 > alike[1, 3]


def test_a_plural_is_the_same_word_and_a_project_s_own_name_tells_nothing_of_it():
    known = seen_of(words={"o/dory": {"dory": 9, "vectors": 2, "kubernetes": 1}, "p/nemo": {"dory": 1, "vector": 3}})
    words = known.find_view("words")
    assert words.names == ("dory", "kubernetes", "vector")
    assert words.counts.toarray().tolist() == [[0, 1, 2], [1, 0, 3]]


def test_who_is_absent_from_a_view_is_present_in_others():
    known = seen_of(people={"a/a": ["ann"]}, words={"b/b": {"agent": 1}})
    assert known.find_view("people").present_projects.tolist() == [True, False]
    assert known.find_view("words").present_projects.tolist() == [False, True]
    assert known.find_view("dependencies") is None


def test_every_view_has_a_name_of_its_own_and_chinese_labels():
    assert len({view.name for view in VIEWS}) == len(VIEWS)
    assert all(view.title_zh and view.feature_noun_zh for view in VIEWS)


def test_a_word_used_often_counts_by_a_power_of_its_number():
    words = {"a/a": {"vector": 32, "editor": 1}, "b/b": {"vector": 1}, "c/c": {"editor": 1}}
    known = seen_of(words=words).find_view("words")
    weight = dict(zip(known.names, weigh_features(known), strict=True))
    row = unit_profiles(known)[[0]].toarray()[0]
    ratio = row[known.names.index("vector")] / row[known.names.index("editor")]
    assert ratio == pytest.approx(8 * weight["vector"] / weight["editor"])  # 32 ** 0.6


def test_that_two_projects_are_written_in_chinese_makes_them_no_more_similar():
    chinese = {"a/a": {"应用": 3, "部署": 2, "search": 1}, "b/b": {"应用": 1, "部署": 5}, "c/c": {"search": 2}}
    others = {f"p/{at}": {f"word{at}": 1, "other": 1} for at in range(20)}
    unit = unit_profiles(seen_of(words=chinese | others).find_view("words"))
    alike = (unit @ unit.T).toarray()
    assert alike[0, 1] == 0
    assert alike[0, 2] > 0
