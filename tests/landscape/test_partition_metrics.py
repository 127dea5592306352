from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import adjusted_mutual_info_score, completeness_score, homogeneity_score

from ecotone.landscape.partition_metrics import adjusted_mutual_information, compare_partitions

groupings = st.integers(2, 60).flatmap(
    lambda n: st.tuples(*(st.lists(st.integers(0, 5), min_size=n, max_size=n) for _ in range(2)))
)


@given(groupings)
def test_agrees_with_scikit_learn(both):
    one, other = (np.array(groups, np.int64) for groups in both)
    counts = [len(set(groups)) for groups in both]
    if min(counts) > 1 and max(counts) < len(one):
        expected = adjusted_mutual_info_score(one, other)
        assert adjusted_mutual_information(one, other) == pytest.approx(expected, abs=1e-9)


@given(groupings, st.randoms())
def test_numbers_of_groups_do_not_matter(both, random):
    one, other = (np.array(groups, np.int64) for groups in both)
    names = list(range(6))
    random.shuffle(names)
    assert adjusted_mutual_information(np.array(names)[one], other) == pytest.approx(
        adjusted_mutual_information(one, other)
    )


def test_a_single_group_says_nothing():
    assert adjusted_mutual_information(np.zeros(6, np.int64), np.array([0, 1, 2, 0, 1, 2])) == 0.0


def test_a_comparison_has_its_chance_beside_it():
    rng = np.random.default_rng(1)
    curated = rng.integers(3, size=90)
    found = np.where(rng.random(90) < 0.8, curated, rng.integers(3, size=90))
    said = compare_partitions(curated, found, seed=1)
    assert said.homogeneity == pytest.approx(homogeneity_score(curated, found))
    assert said.completeness == pytest.approx(completeness_score(curated, found))
    assert said.ami > 0.3 > said.ami_chance > 0
    assert abs(compare_partitions(curated, rng.permutation(found), seed=1).ami) < 0.1
