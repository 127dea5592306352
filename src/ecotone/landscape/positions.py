"""Where projects stand on the map: near what they are alike with; the same input gives the same places."""

from __future__ import annotations

from typing import Final

import numpy as np
from scipy import sparse

from ecotone.landscape.likeness import normalised
from ecotone.landscape.views import Floats

MOST_PUSHED: Final = 1_200
"""Projects up to which every two push each other apart; beyond, the first two axes must do."""
ROUNDS: Final = 200
DECIMALS: Final = 4


def positions(ties: sparse.csr_array) -> Floats:
    """(n, 2) places between -1 and 1: ties pull, every two projects push (Fruchterman and Reingold 1991).

    Starts from the two slowest axes of a random walk on the ties, so that nothing is left to chance.
    ties  (n, n), symmetric, zero diagonal
    """
    size = ties.shape[0]
    if size < 3:
        return np.column_stack([np.linspace(-0.5, 0.5, size) if size > 1 else np.zeros(size), np.zeros(size)])
    places = _axes(ties)
    if size <= MOST_PUSHED:
        places = _pushed(places, ties.toarray() / max(float(ties.max()), 1e-12))
    places = places - (places.max(axis=0) + places.min(axis=0)) / 2
    return np.asarray(np.round(places / max(float(np.abs(places).max()), 1e-12), DECIMALS) + 0.0)


def _axes(ties: sparse.csr_array) -> Floats:
    """The second and third eigenvectors of the random walk, each with its largest entry positive."""
    size = ties.shape[0]
    walk = normalised(ties)
    if size <= MOST_PUSHED:
        found = np.linalg.eigh(walk.toarray())[1][:, [-2, -3]]
    else:
        start = np.ones(size) / np.sqrt(size)
        values, vectors = sparse.linalg.eigsh(walk, k=3, which="LA", v0=start, tol=1e-6)
        found = vectors[:, np.argsort(-values)[1:3]]
    signs = np.sign(found[np.argmax(np.abs(np.round(found, 9)), axis=0), [0, 1]])
    ranks = np.argsort(np.argsort(np.round(found * signs, 9), axis=0, kind="stable"), axis=0)
    # half by value, half by rank: a few far-off projects must not press all others into one spot
    spread = ranks / (size - 1) - 0.5
    scale = np.abs(found).max(axis=0)
    return np.asarray(found * signs / np.where(scale > 0, scale, 1.0) * 0.5 + spread)


def _pushed(places: Floats, pull: Floats) -> Floats:
    size = len(places)
    room = np.sqrt(4.0 / size)
    for step in range(ROUNDS):
        apart = places[:, None, :] - places[None, :, :]
        distance = np.sqrt((apart**2).sum(axis=2) + 1e-6)
        force = room**2 / distance**2 - pull * distance / room
        move = (apart * force[:, :, None]).sum(axis=1) - 0.3 * places
        length = np.sqrt((move**2).sum(axis=1) + 1e-12)
        most = 0.1 * (1.0 - step / ROUNDS)
        places = places + move * (np.minimum(length, most) / length)[:, None]
    return places
