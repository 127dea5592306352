"""The naive baseline that every figure of quality is compared with: TF-IDF of README words, cosine, Ward's method."""

from __future__ import annotations

import numpy as np
from sklearn.feature_extraction.text import TfidfTransformer

from ecotone.landscape.hierarchy import build_ward_tree, cut_tree
from ecotone.landscape.views import WORDS, Codes, Floats, ProjectFeatures


def naive_positions(features: ProjectFeatures) -> Floats:
    """(n, r) unit rows whose products are the cosines of TF-IDF words; zero without words.

    source  Salton and Buckley (1988), Information Processing & Management 24:513
    """
    words = features.find_view(WORDS.name)
    if words is None:
        return np.zeros((len(features.projects), 1))
    single = np.array([" " not in name for name in words.names], bool)
    counts = words.counts[:, np.flatnonzero(single)]
    if not counts.nnz:
        return np.zeros((len(features.projects), 1))
    unit = TfidfTransformer(sublinear_tf=True).fit_transform(counts)
    # the cosines keep all that the rows say, in n columns instead of tens of thousands
    values, axes = np.linalg.eigh((unit @ unit.T).toarray())
    return np.asarray(axes * np.sqrt(np.maximum(values, 0.0)))


def naive_groups(positions: Floats, groups: int) -> Codes:
    """Ward's method over the positions, cut into so many groups."""
    return cut_tree(build_ward_tree(positions), min(groups, len(positions)))
