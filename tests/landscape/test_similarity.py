from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import sparse
from scipy.linalg import expm

from ecotone.landscape import similarity
from ecotone.landscape.similarity import (
    heat_positions,
    nearest_neighbour_graph,
    nearest_projects,
    scale_by_mean_degree,
)


def heat_similarity(ties: np.ndarray) -> np.ndarray:
    positions = heat_positions(sparse.csr_array(ties))
    return positions @ positions.T


incidences = st.integers(0, 2**32 - 1).map(lambda seed: np.random.default_rng(seed))


def unit_of(rng: np.random.Generator, size: int = 20, things: int = 30) -> sparse.csr_array:
    values = rng.random((size, things)) * (rng.random((size, things)) < 0.2)
    length = np.linalg.norm(values, axis=1, keepdims=True)
    return sparse.csr_array(values / np.where(length > 0, length, 1))


@given(incidences)
def test_keeps_the_most_alike_ones(rng):
    unit = unit_of(rng)
    full = (unit @ unit.T).toarray()
    np.fill_diagonal(full, 0)
    ties = nearest_neighbour_graph(unit, 3).toarray()
    assert (ties == ties.T).all()
    for row in range(len(full)):
        best = [at for at in np.argsort(-full[row])[:3] if full[row, at] > 1e-6]
        assert (ties[row, best] > 0).all()


@given(incidences)
@settings(max_examples=30)
def test_blocks_and_lists_give_the_same(rng):
    unit = unit_of(rng)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(similarity, "DENSE", 2.0)
        listed = nearest_neighbour_graph(unit, 4).toarray()
        patch.setattr(similarity, "DENSE", -1.0)
        patch.setattr(similarity, "MOST_CELLS", 45)
        blocks = nearest_neighbour_graph(unit, 4).toarray()
    assert np.allclose(listed, blocks, atol=1e-6)


def test_equally_alike_ones_at_the_edge_all_count():
    unit = sparse.csr_array(np.ones((5, 1)))
    assert nearest_neighbour_graph(unit, 2).nnz == 20


def test_the_commonest_things_give_way(monkeypatch):
    unit = sparse.csr_array(np.array([[1.0, 0.2], [1.0, 0.2], [1.0, 0.0]]))
    monkeypatch.setattr(similarity, "MOST_PAIRS", 5)
    assert nearest_neighbour_graph(unit, 2).toarray()[0, 2] == 0


def test_scaled_ties_have_a_mean_strength_of_one_among_those_that_have_any():
    ties = sparse.csr_array(np.array([[0, 4.0, 0], [4.0, 0, 0], [0, 0, 0]]))
    assert scale_by_mean_degree(ties).sum() == pytest.approx(2)


def test_alike_through_others_without_a_tie_of_their_own():
    ties = np.zeros((6, 6))
    for one, other in ((0, 2), (1, 2), (0, 3), (1, 3), (4, 5)):
        ties[one, other] = ties[other, one] = 1.0
    found = heat_similarity(ties)
    assert found[0, 1] > 0.9  # the same neighbours
    assert found[4, 5] > 0.9  # nobody but each other: walks of two steps alone would never meet
    assert found[0, 4] < 0
    assert np.allclose(found, found.T)


def test_alike_is_the_cosine_of_a_heat_kernel():
    rng = np.random.default_rng(3)
    ties = np.triu(rng.random((7, 7)) * (rng.random((7, 7)) < 0.6), 1)
    ties = ties + ties.T
    strength = ties.sum(axis=1)
    laplacian = np.eye(7) - ties / np.sqrt(np.outer(strength, strength))
    common = np.sqrt(strength / strength.sum())
    heat = expm(-similarity.MEAN_STEPS * laplacian) - np.outer(common, common)
    length = np.linalg.norm(heat, axis=1)
    assert np.allclose(heat_similarity(ties), heat @ heat.T / np.outer(length, length), atol=1e-7)


def test_a_project_without_ties_is_like_nobody():
    ties = np.zeros((4, 4))
    ties[0, 1] = ties[1, 0] = ties[1, 2] = ties[2, 1] = 1.0
    assert (heat_similarity(ties)[3] == 0).all()


def test_some_axes_of_a_large_field_say_nearly_the_same(monkeypatch):
    rng = np.random.default_rng(3)
    group = np.arange(200) % 4
    ties = np.triu((rng.random((200, 200)) < np.where(group[:, None] == group, 0.3, 0.01)).astype(float), 1)
    ties += ties.T
    full = heat_similarity(ties)
    monkeypatch.setattr(similarity, "MOST_DENSE", 10)
    monkeypatch.setattr(similarity, "MOST_AXES", 40)
    assert np.corrcoef(full.ravel(), heat_similarity(ties).ravel())[0, 1] > 0.99


def test_the_nearest_by_blocks(monkeypatch):
    positions = np.random.default_rng(1).normal(size=(23, 4))
    monkeypatch.setattr(similarity, "BLOCK", 5)
    nearest, value = nearest_projects(positions, 3)
    product = positions @ positions.T
    np.fill_diagonal(product, -np.inf)
    assert (nearest == np.argsort(-product, axis=1)[:, :3]).all()
    assert np.allclose(value, np.sort(product, axis=1)[:, ::-1][:, :3])


def test_dense_profiles_give_the_same_graph_as_sparse_ones():
    unit = unit_of(np.random.default_rng(7))
    assert np.allclose(nearest_neighbour_graph(unit, 3).toarray(), nearest_neighbour_graph(unit.toarray(), 3).toarray())
