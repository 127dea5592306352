"""Deterministic force-directed layouts of weighted graphs.

Edges attract, all pairs of nodes repel, and a pull to the centre keeps separate components on the map.
Source: Fruchterman and Reingold (1991), Software: Practice and Experience 21:1129, doi 10.1002/spe.4380211102.
"""

from __future__ import annotations

import math
from typing import Final

import numpy as np
import numpy.typing as npt
from scipy import sparse

Floats = npt.NDArray[np.float64]
Codes = npt.NDArray[np.int64]

SPIRAL_STEPS: Final = 300
SPECTRAL_STEPS: Final = 200
GOLDEN_ANGLE: Final = math.pi * (3 - math.sqrt(5))
MOST_FORCED: Final = 1_200
"""Nodes up to which forces act on the spectral layout; beyond, the eigenvectors alone place the nodes."""
DECIMALS: Final = 4


def spiral_layout(count: int, ends: tuple[Codes, Codes], weights: Floats, steps: int = SPIRAL_STEPS) -> Floats:
    """Coordinates in the unit square, (count, 2), starting from a spiral in the order given.

    The cost is quadratic in `count`, meant for hundreds of nodes.
    """
    if count == 0:
        return np.zeros((0, 2))
    order = np.arange(count)
    radius = np.sqrt((order + 0.5) / count)
    start = np.column_stack([radius * np.cos(order * GOLDEN_ANGLE), radius * np.sin(order * GOLDEN_ANGLE)])
    pull = np.zeros((count, count))
    np.add.at(pull, ends, weights / weights.max() if len(weights) else weights)
    pull = pull + pull.T
    degrees = np.maximum((pull > 0).sum(1), 1)
    # without division by degrees, hubs draw all nodes into one knot
    pull = np.sqrt(pull) / np.sqrt(np.sqrt(degrees[:, None] * degrees[None, :]))
    coordinates = _apply_forces(start, pull, 1.6 / math.sqrt(count), gravity=0.6, steps=steps, least_move=0.002)
    low, high = coordinates.min(0), coordinates.max(0)
    scaled: Floats = (coordinates - low) / np.maximum(high - low, 1e-9)
    return scaled


def spectral_layout(edges: sparse.csr_array) -> Floats:
    """Coordinates between -1 and 1, (n, 2), starting from two eigenvectors of the random walk.

    edges  (n, n), symmetric, zero diagonal
    """
    size = edges.shape[0]
    if size < 3:
        return np.column_stack([np.linspace(-0.5, 0.5, size) if size > 1 else np.zeros(size), np.zeros(size)])
    coordinates = _walk_axes(edges)
    if size <= MOST_FORCED:
        pull = edges.toarray() / max(float(edges.max()), 1e-12)
        coordinates = _apply_forces(coordinates, pull, np.sqrt(4.0 / size), gravity=0.3, steps=SPECTRAL_STEPS)
    coordinates = coordinates - (coordinates.max(axis=0) + coordinates.min(axis=0)) / 2
    return np.asarray(np.round(coordinates / max(float(np.abs(coordinates).max()), 1e-12), DECIMALS) + 0.0)


def normalise_by_degree(edges: sparse.csr_array) -> sparse.csr_array:
    """Edges divided by the square roots of both weighted degrees: the symmetric random-walk matrix."""
    strength = np.asarray(edges.sum(axis=1)).ravel()
    root = sparse.diags_array(1.0 / np.sqrt(np.where(strength > 0, strength, 1.0)))
    return sparse.csr_array(root @ edges @ root)


def _walk_axes(edges: sparse.csr_array) -> Floats:
    """The second and third eigenvectors of the random walk, each with its largest entry positive."""
    size = edges.shape[0]
    walk = normalise_by_degree(edges)
    if size <= MOST_FORCED:
        axes = np.linalg.eigh(walk.toarray())[1][:, [-2, -3]]
    else:
        start = np.ones(size) / np.sqrt(size)
        values, vectors = sparse.linalg.eigsh(walk, k=3, which="LA", v0=start, tol=1e-6)
        axes = vectors[:, np.argsort(-values)[1:3]]
    signs = np.sign(axes[np.argmax(np.abs(np.round(axes, 9)), axis=0), [0, 1]])
    ranks = np.argsort(np.argsort(np.round(axes * signs, 9), axis=0, kind="stable"), axis=0)
    # half by value, half by rank: outliers do not press all other nodes into one spot
    spread = ranks / (size - 1) - 0.5
    scale = np.abs(axes).max(axis=0)
    return np.asarray(axes * signs / np.where(scale > 0, scale, 1.0) * 0.5 + spread)


def _apply_forces(
    coordinates: Floats, pull: Floats, spacing: float, *, gravity: float, steps: int, least_move: float = 0.0
) -> Floats:
    """Move the nodes along the forces on them, each step by less than the step before.

    pull     (n, n), symmetric, zero diagonal
    spacing  distance at which the attraction of an edge of strength 1 and the repulsion cancel out
    """
    for step in range(steps):
        apart = coordinates[:, None, :] - coordinates[None, :, :]
        distance = np.sqrt((apart**2).sum(axis=2) + 1e-6)
        force = spacing**2 / distance**2 - pull * distance / spacing
        move = (apart * force[:, :, None]).sum(axis=1) - gravity * coordinates
        length = np.sqrt((move**2).sum(axis=1) + 1e-12)
        most = 0.1 * (1.0 - step / steps) + least_move
        coordinates = coordinates + move * (np.minimum(length, most) / length)[:, None]
    return coordinates
