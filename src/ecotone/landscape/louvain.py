"""Community detection in a weighted graph: the Louvain method with refinement, and modularity."""

from __future__ import annotations

from typing import Final

import networkit
import numpy as np
from scipy import sparse

from ecotone.landscape.views import Codes

RESOLUTIONS: Final = (0.35, 0.5, 0.7, 1.0, 1.4, 2.0, 2.8, 4.0, 5.6, 8.0)
"""The candidates, in steps of about sqrt(2); `stability` chooses one."""


class LouvainGraph:
    """A graph whose nodes are in a seeded random order, to partition at several resolutions.

    The result of the Louvain method depends on the order of the nodes.
    edges  (n, n), symmetric, zero diagonal
    """

    def __init__(self, edges: sparse.csr_array, seed: int) -> None:
        self._size = edges.shape[0]
        self._node_order = np.random.default_rng(seed).permutation(self._size)
        upper = sparse.triu(edges, 1).tocoo()
        row, column = self._node_order[upper.row], self._node_order[upper.col]
        order = np.lexsort((np.maximum(row, column), np.minimum(row, column)))
        first, second = np.minimum(row, column)[order], np.maximum(row, column)[order]
        self._graph = networkit.GraphFromCoo(
            (upper.data[order], (first.astype(np.uint64), second.astype(np.uint64))), n=self._size, weighted=True
        )

    def detect_communities(self, resolution: float) -> Codes:
        """The group of each project, 0, 1, ... in order of first appearance; deterministic for a seed."""
        networkit.setNumberOfThreads(1)  # with two the result differs from run to run
        networkit.setSeed(1, False)
        method = networkit.community.PLM(self._graph, refine=True, gamma=resolution, par="none")
        method.run()
        membership = np.asarray(method.getPartition().getVector(), dtype=np.int64)
        return renumber_groups(membership[self._node_order])


def renumber_groups(groups: Codes) -> Codes:
    """The same groups, numbered in order of first appearance.

    >>> renumber_groups(np.array([7, 7, 2, 7, 5])).tolist()
    [0, 0, 1, 0, 2]
    """
    _, first, inverse = np.unique(groups, return_index=True, return_inverse=True)
    rank = np.empty(len(first), np.int64)
    rank[np.argsort(first, kind="stable")] = np.arange(len(first))
    return np.asarray(rank[inverse], np.int64)


def modularity(edges: sparse.csr_array, groups: Codes, resolution: float = 1.0) -> float:
    """Share of edge weight inside groups minus the share expected from weighted degrees.

    source  Newman (2004), Phys. Rev. E 70, 056131; resolution: Reichardt and Bornholdt (2006), 74, 016110
    """
    total = float(edges.sum())
    if total <= 0:
        return 0.0
    coo = edges.tocoo()
    inside = float(coo.data[groups[coo.row] == groups[coo.col]].sum()) / total
    strength = np.bincount(groups, np.asarray(edges.sum(axis=1)).ravel())
    return inside - resolution * float(((strength / total) ** 2).sum())
