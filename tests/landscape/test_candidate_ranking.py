from __future__ import annotations

import numpy as np
import pytest
from scipy import sparse

from ecotone.landscape.candidate_ranking import personalised_pagerank, rank_candidates, seed_scores
from ecotone.landscape.explanations import SharedFeatures, explain_similarity, explain_similarity_zh
from ecotone.landscape.multiview_graph import weigh_views
from tests.fakes.planted_groups import EASY
from tests.landscape.making import planted


def test_a_walk_settles_where_it_leads():
    ties = np.array([[0, 1, 0, 0], [1, 0, 1, 0], [0, 1, 0, 0], [0, 0, 0, 0]], float)
    found = personalised_pagerank(sparse.csr_array(ties), 0)
    assert found[1] > found[2] > found[3] == 0
    assert found[0] > found[2]


def test_what_is_near_all_seeds_belongs_more_than_what_is_near_one():
    ties = np.zeros((6, 6))
    for one, other, weight in ((0, 2, 1.0), (1, 2, 1.0), (0, 3, 1.5), (3, 4, 1.0), (1, 5, 1.5)):
        ties[one, other] = ties[other, one] = weight
    score = seed_scores(sparse.csr_array(ties), np.array([0, 1]))
    assert score.argmax() == 2
    assert score[0] == score[1] == 0


def test_ranks_a_seeds_own_group_first_with_reasons():
    known, truth = planted(1, 60, 4, EASY)
    own = np.flatnonzero(truth == 0)
    seeds = [known.projects[row] for row in own[:2]]
    ranked = rank_candidates(known, weigh_views(known, 1), seeds, top=8)
    right = [truth[known.projects.index(one.project)] == 0 for one in ranked]
    assert np.mean(right) >= 0.9
    assert not {one.project for one in ranked} & set(seeds)
    assert all(one.shared for one in ranked)
    assert ranked[0].score == 1.0
    assert [one.score for one in ranked] == sorted((one.score for one in ranked), reverse=True)


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
