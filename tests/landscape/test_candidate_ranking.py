from __future__ import annotations

import numpy as np
import pytest

from ecotone.landscape.candidate_ranking import (
    UsedPackage,
    find_used_packages,
    rank_candidates,
    score_candidates,
)
from ecotone.landscape.explanations import SharedFeatures, explain_similarity, explain_similarity_zh
from ecotone.landscape.multiview_graph import build_layers
from tests.fakes.planted_groups import EASY
from tests.landscape.making import planted, seen_of


def test_what_is_near_all_seeds_belongs_more_than_what_is_near_one():
    positions = np.array([[1.0, 0.0], [0.0, 1.0], [0.71, 0.71], [0.95, 0.1], [-1.0, 0.0]])
    score = score_candidates(positions, np.array([0, 1]))
    assert score.argmax() == 2
    assert score[0] == score[1] == 0
    assert score[4] < 0


def test_ranks_a_seeds_own_group_first_with_reasons():
    known, truth = planted(1, 60, 4, EASY)
    own = np.flatnonzero(truth == 0)
    seeds = [known.projects[row] for row in own[:2]]
    ranked = rank_candidates(known, build_layers(known).place_projects()[1], seeds, top=8)
    right = [truth[known.projects.index(one.project)] == 0 for one in ranked]
    assert np.mean(right) >= 0.9
    assert not {one.project for one in ranked} & set(seeds)
    assert all(one.shared for one in ranked)
    assert [one.score for one in ranked] == sorted((one.score for one in ranked), reverse=True)


def test_a_long_text_is_not_like_everything():
    rng = np.random.default_rng(2)
    topics = {topic: [f"{topic}{number}" for number in range(60)] for topic in "xyz"}
    words = {
        f"p/{topic}{at}": dict.fromkeys(rng.choice(own, 25, replace=False), 3)
        for topic, own in topics.items()
        for at in range(8)
    }
    # one lists a little of everything, and much of its own
    words["p/long"] = {word: 1 for own in topics.values() for word in own} | {f"own{at}": 9 for at in range(200)}
    words["p/other"] = {f"own{at}": 9 for at in range(200)}
    known = seen_of(words=words)
    positions = build_layers(known).place_projects()[1]
    for topic in topics:
        ranked = rank_candidates(known, positions, [f"p/{topic}0", f"p/{topic}1"], top=6)
        assert [one.project for one in ranked if one.project[2] != topic] == []


def test_packages_that_the_members_use_and_few_others():
    uses = {
        "a/a": ["pypi:vector-kit", "pypi:http", "npm:@a/core"], "b/b": ["pypi:vector-kit", "pypi:http", "npm:@a/core"],
        "c/c": ["pypi:vector-kit", "pypi:http"], "d/d": ["pypi:http", "pypi:lone"], "e/e": ["pypi:http", "pypi:http2"],
    }  # fmt: skip
    (only,) = find_used_packages(seen_of(dependencies=uses), ["a/a", "b/b", "c/c"], top=5)
    # everybody uses http, a/core is of a/a itself
    assert only == UsedPackage("pypi:vector-kit", users=3, members=3, others=0, rest=2)
    assert find_used_packages(seen_of(words={"a/a": {"x": 1}}), ["a/a"], top=5) == []


@pytest.mark.parametrize(("count", "said"), [(1, "1 person in common with x"), (2, "2 people in common with x")])
def test_reasons_in_words(count, said):
    assert explain_similarity([SharedFeatures("people", count, ())], "x") == said


def test_reasons_in_chinese():
    shared = [
        SharedFeatures("people", 3, ()),
        SharedFeatures("words", 9, ("agent", "tool")),
        SharedFeatures("organisations", 2, ()),
    ]
    assert (
        explain_similarity_zh(shared, "x/y") == "与 x/y 有 3 名共同参与者；共同的用词：agent、tool；有 2 个共同的组织"
    )
