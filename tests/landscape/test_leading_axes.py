from __future__ import annotations

import numpy as np
from scipy import sparse

from ecotone.landscape.leading_axes import BLOCK_STEPS, BLOCK_WIDTH, find_leading_axes
from ecotone.networks.force_layout import normalise_by_degree

GROUPS, SIZE = 5, 320


def communities() -> tuple[sparse.csr_array, np.ndarray]:
    rng = np.random.default_rng(3)
    group = np.arange(SIZE) % GROUPS
    chance = np.where(group[:, None] == group, 0.2, 0.008)
    upper = np.triu(rng.random((SIZE, SIZE)) < chance, 1)
    return sparse.csr_array((upper | upper.T).astype(np.float64)), group


def test_distinct_axes_are_those_of_the_whole_decomposition():
    edges, _ = communities()
    walk = normalise_by_degree(edges)
    values, axes = find_leading_axes(walk, GROUPS)
    exact, exact_axes = np.linalg.eigh(walk.toarray())
    assert np.allclose(values, exact[-GROUPS:], atol=1e-4)
    assert np.allclose(axes @ axes.T, exact_axes[:, -GROUPS:] @ exact_axes[:, -GROUPS:].T, atol=1e-3)


def test_all_axes_are_orthonormal_and_the_same_again():
    edges, _ = communities()
    walk = normalise_by_degree(edges)
    values, axes = find_leading_axes(walk, BLOCK_WIDTH * BLOCK_STEPS)
    assert np.allclose(axes.T @ axes, np.eye(axes.shape[1]), atol=1e-3)
    assert np.all(np.diff(values) >= 0)
    assert np.array_equal(axes, find_leading_axes(walk, BLOCK_WIDTH * BLOCK_STEPS)[1])


def test_rows_without_an_edge_and_few_axes_are_no_error():
    blocks = sparse.block_diag([np.ones((3, 3))] * 100 + [np.zeros((400, 400))], format="csr")
    values, axes = find_leading_axes(sparse.csr_array(blocks), 100)
    assert np.isfinite(axes).all()
    assert np.allclose(values[1:], 3.0, atol=1e-3)
