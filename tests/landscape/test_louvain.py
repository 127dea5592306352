from __future__ import annotations

import networkx
import numpy as np
import pytest
from scipy import sparse

from ecotone.landscape.louvain import LouvainGraph, modularity, renumber_groups


def cliques(count: int, size: int) -> sparse.csr_array:
    """Cliques in a ring, each tied to the next by one tie."""
    ties = np.kron(np.eye(count), np.ones((size, size)) - np.eye(size))
    for at in range(count):
        one, other = at * size, ((at + 1) % count) * size + 1
        ties[one, other] = ties[other, one] = 1.0
    return sparse.csr_array(ties)


@pytest.mark.parametrize("seed", range(4))
def test_finds_cliques_in_a_ring_in_any_order(seed):
    found = LouvainGraph(cliques(5, 6), seed).detect_communities(1.0)
    assert found.tolist() == np.repeat(np.arange(5), 6).tolist()


def test_the_same_seed_gives_the_same_groups():
    ties = sparse.csr_array(np.triu(np.random.default_rng(1).random((60, 60)), 1))
    ties = sparse.csr_array(ties + ties.T)
    assert (
        LouvainGraph(ties, 3).detect_communities(1.2).tolist() == LouvainGraph(ties, 3).detect_communities(1.2).tolist()
    )


def test_modularity_agrees_with_networkx():
    ties = cliques(4, 5)
    groups = np.repeat(np.arange(4), 5)
    graph = networkx.from_scipy_sparse_array(ties)
    parts = [set(np.flatnonzero(groups == one)) for one in range(4)]
    for resolution in (0.5, 1.0, 2.0):
        expected = networkx.community.modularity(graph, parts, resolution=resolution)
        assert modularity(ties, groups, resolution) == pytest.approx(expected)


def test_no_ties_no_modularity():
    assert modularity(sparse.csr_array((3, 3)), np.zeros(3, np.int64)) == 0.0


def test_renumbered_keeps_the_groups():
    assert renumber_groups(np.array([9, 4, 9, 0])).tolist() == [0, 1, 0, 2]
