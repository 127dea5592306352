"""How similar two projects are: the mean of what they share themselves and of what walks over the neighbours reach."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

import numpy as np
from scipy import sparse

from ecotone.landscape.similarity import MOST_DENSE, heat_positions
from ecotone.landscape.views import Floats

DENSE_PROJECTS: Final = MOST_DENSE
"""Projects up to which every pair is compared directly; in larger fields the walks alone count."""


def fused_positions(edges: sparse.csr_array, profiles: Iterable[sparse.csr_array | Floats]) -> Floats:
    """Where each project is: the product of two positions is their similarity, -1 to 1.

    edges     (n, n), the sum of the views' nearest-neighbour graphs
    profiles  one (n, n_features) for each view, rows of length one or zero
    returns   (n, r), rows of length one, or zero for a project without edges
    """
    walks = heat_positions(edges)
    if not walks.shape[1] or len(walks) > DENSE_PROJECTS:
        return walks
    positions = np.hstack([walks, direct_positions(profiles, len(walks))])
    positions[~walks.any(axis=1)] = 0.0
    length = np.linalg.norm(positions, axis=1)
    return np.asarray(positions / np.where(length > 1e-12, length, 1.0)[:, None])


def direct_positions(profiles: Iterable[sparse.csr_array | Floats], size: int) -> Floats:
    """(n, r) positions of length one whose products follow the mean over views of the cosine similarity.

    In each view the similarities of pairs are standardised, so that each counts the same. A project's similarity with
    itself tells nothing; without it half of the axes are negative, and are left out.

    source  classical scaling of a similarity matrix: Torgerson (1952), Psychometrika 17:401
    """
    mean = np.zeros((size, size))
    for profile in profiles:
        product = profile @ profile.T
        cosine = np.array(product if isinstance(product, np.ndarray) else product.toarray(), np.float64)
        np.fill_diagonal(cosine, 0.0)
        pairs = cosine[~np.eye(size, dtype=bool)]
        if pairs.any():
            mean += (cosine - pairs.mean()) / pairs.std() if pairs.std() > 0 else 0.0
    np.fill_diagonal(mean, 0.0)
    values, axes = np.linalg.eigh(mean)
    positive = values > 1e-9
    positions = axes[:, positive] * np.sqrt(values[positive])
    length = np.linalg.norm(positions, axis=1)
    return np.asarray(positions / np.where(length > 1e-12, length, 1.0)[:, None])
