from __future__ import annotations

import numpy as np
import pytest
from scipy import sparse

from ecotone.landscape.discover import belonging, discover, walked
from ecotone.landscape.fusion import layers
from ecotone.landscape.reasons import Shared, sentence, sentence_zh
from tests.fakes.planted_groups import EASY
from tests.landscape.making import planted


def test_a_walk_settles_where_it_leads():
    ties = np.array([[0, 1, 0, 0], [1, 0, 1, 0], [0, 1, 0, 0], [0, 0, 0, 0]], float)
    found = walked(sparse.csr_array(ties), 0)
    assert found[1] > found[2] > found[3] == 0
    assert found[0] > found[2]


def test_what_is_near_all_seeds_belongs_more_than_what_is_near_one():
    ties = np.zeros((6, 6))
    for one, other, weight in ((0, 2, 1.0), (1, 2, 1.0), (0, 3, 1.5), (3, 4, 1.0), (1, 5, 1.5)):
        ties[one, other] = ties[other, one] = weight
    score = belonging(sparse.csr_array(ties), np.array([0, 1]))
    assert score.argmax() == 2
    assert score[0] == score[1] == 0


def test_ranks_a_seeds_own_group_first_with_reasons():
    known, truth = planted(1, 60, 4, EASY)
    own = np.flatnonzero(truth == 0)
    seeds = [known.projects[row] for row in own[:2]]
    ranked = discover(known, layers(known, 1), seeds, top=8)
    right = [truth[known.projects.index(one.project)] == 0 for one in ranked]
    assert np.mean(right) >= 0.9
    assert not {one.project for one in ranked} & set(seeds)
    assert all(one.shared for one in ranked)
    assert ranked[0].score == 1.0
    assert [one.score for one in ranked] == sorted((one.score for one in ranked), reverse=True)


@pytest.mark.parametrize(("count", "said"), [(1, "1 person in common with x"), (2, "2 people in common with x")])
def test_reasons_in_words(count, said):
    assert sentence([Shared("people", count, ())], "x") == said


def test_reasons_in_chinese():
    shared = [Shared("people", 3, ()), Shared("words", 9, ("agent", "tool")), Shared("organisations", 2, ())]
    assert sentence_zh(shared, "x/y") == "与 x/y 有 3 名共同参与者；共同的用词：agent、tool；有 2 个共同的组织"
