"""The naive baseline that every figure of quality is compared with: TF-IDF of README words, cosine, Ward's method."""

from __future__ import annotations

import numpy as np
from scipy import sparse

from ecotone.landscape.hierarchy import build_ward_tree, cut_tree
from ecotone.landscape.similarity import MOST_AXES, MOST_DENSE
from ecotone.landscape.views import WORDS, Codes, Floats, ProjectFeatures, scale_rows


def naive_positions(features: ProjectFeatures) -> Floats:
    """(n, r) rows whose products are the cosines of TF-IDF words; zero without words.

    r is n, or MOST_AXES in large fields: the products are then those of the nearest matrix of that rank.

    source  Salton and Buckley (1988), Information Processing & Management 24:513
    """
    words = features.find_view(WORDS.name)
    if words is None:
        return np.zeros((len(features.projects), 1))
    single = np.array([" " not in name for name in words.names], bool)
    counts = words.counts[:, np.flatnonzero(single)]
    if not counts.nnz:
        return np.zeros((len(features.projects), 1))
    size = counts.shape[0]
    rarity = np.log((1.0 + size) / (1.0 + np.diff(counts.tocsc().indptr))) + 1.0
    damped = counts.astype(np.float64)
    damped.data = 1.0 + np.log(damped.data)
    unit = scale_rows(sparse.csr_array(damped @ sparse.diags_array(rarity)))
    # the cosines keep all that the rows say, in n columns instead of tens of thousands
    if size <= MOST_DENSE:
        values, axes = np.linalg.eigh((unit @ unit.T).toarray())
        return np.asarray(axes * np.sqrt(np.maximum(values, 0.0)))
    start = np.random.default_rng(size).random(min(unit.shape))
    axes, lengths, _ = sparse.linalg.svds(unit, k=min(MOST_AXES, *unit.shape) - 1, v0=start, tol=1e-4)
    return np.asarray(axes * lengths)


def naive_groups(positions: Floats, groups: int) -> Codes:
    """Ward's method over the positions, cut into so many groups."""
    return cut_tree(build_ward_tree(positions), min(groups, len(positions)))
