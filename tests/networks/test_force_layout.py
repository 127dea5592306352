from __future__ import annotations

import numpy as np
import pytest

from ecotone.networks.force_layout import spiral_layout


def ring(count: int) -> tuple[tuple[np.ndarray, np.ndarray], np.ndarray]:
    """Two rings with nothing between them."""
    half = count // 2
    one = np.arange(count, dtype=np.int64)
    other = np.where(one < half, (one + 1) % max(half, 1), half + (one - half + 1) % max(count - half, 1))
    return (one, other), np.ones(count)


@pytest.mark.parametrize("count", [0, 1, 2, 3, 150])
def test_places_lie_in_the_square_and_are_the_same_every_time(count: int):
    ends, weights = ring(count)
    found = spiral_layout(count, ends, weights)
    assert found.shape == (count, 2)
    assert np.isfinite(found).all()
    assert ((found >= 0) & (found <= 1)).all()
    assert spiral_layout(count, ends, weights).tobytes() == found.tobytes()


def test_nodes_without_ties_are_placed_too():
    nobody = np.zeros(0, np.int64)
    found = spiral_layout(5, (nobody, nobody), np.zeros(0))
    assert np.isfinite(found).all()
    assert len(np.unique(found, axis=0)) == 5


def test_tied_nodes_stand_nearer_than_others():
    count = 60
    ends, weights = ring(count)
    found = spiral_layout(count, ends, weights)
    apart = np.sqrt(((found[:, None] - found[None]) ** 2).sum(2))
    tied = np.zeros((count, count), bool)
    tied[ends] = True
    tied |= tied.T
    others = ~tied & ~np.eye(count, dtype=bool)
    assert apart[tied].mean() < apart[others].mean() / 2
