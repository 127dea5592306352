"""Similarity of projects: the cosine kNN graph of one view, and heat positions over the combined graph."""

from __future__ import annotations

import math
from functools import cache
from typing import Final

import numpy as np
from scipy import sparse
from threadpoolctl import ThreadpoolController

from ecotone.landscape.leading_axes import find_leading_axes
from ecotone.landscape.views import Codes, Floats
from ecotone.networks.force_layout import normalise_by_degree

MOST_CELLS: Final = 1 << 24  # of one dense block of products
DENSE: Final = 0.1
"""Share of non-zero products above which a dense block is faster than a sparse one."""
LEAST_SIMILARITY: Final = 1e-7
"""Similarities up to this are rounding errors."""
MEAN_STEPS: Final = 3.0  # mean length of a walk; with twice as many all projects of a field look similar
MOST_DENSE: Final = 600  # projects of which all axes are computed
MOST_AXES: Final = 96
BLOCK: Final = 1_000
MOST_PAIRS: Final = (
    3e8  # pairs of projects that share a feature, in one view; beyond, the commonest features are dropped
)


@cache
def _thread_pools() -> ThreadpoolController:
    return ThreadpoolController()


def choose_neighbour_count(projects: int) -> int:
    """The number of neighbours that a project keeps in a view: about log2 n, enough to keep a kNN graph connected.

    source  Maier, Hein and von Luxburg (2009), Theoretical Computer Science 410:1749: order of ln n is enough

    >>> [choose_neighbour_count(n) for n in (2, 30, 127, 3_000)]
    [1, 5, 7, 12]
    """
    return max(1, min(projects - 1, max(5, round(math.log2(max(projects, 2))))))


def nearest_neighbour_graph(unit: sparse.csr_array | Floats, count: int) -> sparse.csr_array:
    """The kNN graph by cosine similarity, k = `count`; all projects tied at rank k are kept.

    unit     (n_projects, n_features), rows of length one, or zero where nothing is known
    returns  (n_projects, n_projects), symmetric, zero diagonal; an edge is kept if either side keeps it
    """
    # float32 halves the memory; the ranking does not depend on the eighth digit
    if isinstance(unit, np.ndarray):
        unit = unit.astype(np.float32)
        transposed = unit.T
    else:
        unit = _drop_common_features(unit).astype(np.float32)
        transposed = unit.T.tocsr()
    size = unit.shape[0]
    if not size:
        return sparse.csr_array((0, 0))
    step = max(1, MOST_CELLS // max(size, 1))
    blocks = [_block_neighbours(unit, transposed, start, step, count) for start in range(0, size, step)]
    row, column, value = (np.concatenate(parts) for parts in zip(*blocks, strict=True))
    directed = sparse.coo_array((value, (row, column)), shape=(size, size)).tocsr()
    return sparse.csr_array(directed.maximum(directed.T))


def _block_neighbours(
    unit: sparse.csr_array | Floats, transposed: sparse.csr_array | Floats, start: int, step: int, count: int
) -> tuple[Codes, Codes, Floats]:
    """Row, column and value of the nearest neighbours of a block of projects."""
    product = unit[start : start + step] @ transposed
    rows, size = product.shape
    if not isinstance(product, np.ndarray) and product.nnz <= DENSE * rows * size:
        entries = sparse.coo_array(product)
        mask = (entries.row + start != entries.col) & (entries.data > LEAST_SIMILARITY)
        row, column, value = entries.row[mask], entries.col[mask], entries.data[mask]
        mask = value >= _value_at_rank(row, value, rows, count)[row]
        row, column, value = row[mask], column[mask], value[mask]
    else:
        block = product if isinstance(product, np.ndarray) else product.toarray()
        block[np.arange(rows), np.arange(rows) + start] = 0.0
        block[block <= LEAST_SIMILARITY] = 0.0
        least = np.partition(block, size - count, axis=1)[:, size - count] if size > count else block.min(axis=1)
        row, column = np.nonzero((block > 0.0) & (block >= least[:, None]))
        value = block[row, column]
    return row.astype(np.int64) + start, column.astype(np.int64), value.astype(np.float64)


def _value_at_rank(row: Codes, value: Floats, rows: int, rank: int) -> Floats:
    """The value at a rank of each row, the largest first; 0 for a row with fewer."""
    order = np.lexsort((-value, row))
    first = np.searchsorted(row[order], np.arange(rows))
    enough = np.bincount(row, minlength=rows) >= rank
    values = np.zeros(rows)
    values[enough] = value[order][first[enough] + rank - 1]
    return values


def _drop_common_features(unit: sparse.csr_array) -> sparse.csr_array:
    """Drop the commonest features until at most MOST_PAIRS pairs of projects share one."""
    times = np.diff(unit.tocsc().indptr).astype(np.float64)
    order = np.argsort(times, kind="stable")
    within = np.cumsum(times[order] ** 2) <= MOST_PAIRS
    if within.all():
        return unit
    return sparse.csr_array(unit.tocsc()[:, np.sort(order[within])].tocsr())


def scale_by_mean_degree(edges: sparse.csr_array) -> sparse.csr_array:
    """Edges divided by the mean weighted degree of connected projects, so that layers can be added."""
    strength = np.asarray(edges.sum(axis=1)).ravel()
    some = strength[strength > 0]
    return sparse.csr_array(edges / some.mean()) if len(some) else edges


def heat_positions(edges: sparse.csr_array) -> Floats:
    """Where each project is after random walks over the edges: the product of two positions is their similarity.

    Similarity is the cosine of where walks from both end, -1 to 1. The length of a walk is Poisson with mean MEAN_STEPS
    (a heat kernel); the stationary distribution, which all walks have in common, is subtracted. Projects without an
    edge between them can be similar through common neighbours.
    edges    (n, n), symmetric
    returns  (n, r), rows of length one, or zero for a project without edges; r is n, or MOST_AXES in large fields
    source   Kondor and Lafferty (2002), ICML: diffusion kernels; Coifman and Lafon (2006), Appl. Comput. Harmon. Anal.
             21:5, for what walks have in common, and for the axes that suffice
    """
    size = edges.shape[0]
    strength = np.sqrt(np.asarray(edges.sum(axis=1)).ravel())
    if not strength.any():
        return np.zeros((size, 0))
    step = normalise_by_degree(edges)
    if size <= MOST_DENSE:
        with _thread_pools().limit(limits=1):  # of small matrices threads cost more than they give
            values, axes = np.linalg.eigh(step.toarray())
    else:
        values, axes = find_leading_axes(step, MOST_AXES)
    heat = axes * np.exp(-MEAN_STEPS * (1.0 - values))
    common = strength / np.linalg.norm(strength)
    positions = heat - np.outer(common, common @ heat)
    length = np.linalg.norm(positions, axis=1)
    positions /= np.where(length > 1e-12, length, 1.0)[:, None]
    positions[strength == 0] = 0.0
    return np.asarray(positions)


def nearest_projects(positions: Floats, count: int) -> tuple[Codes, Floats]:
    """(n, count) rows of the most similar other projects, the nearest first, and their similarities; by blocks."""
    size = len(positions)
    count = max(min(count, size - 1), 0)
    nearest, similarity = np.zeros((size, count), np.int64), np.zeros((size, count))
    for start in range(0, size, BLOCK):
        block = np.round(positions[start : start + BLOCK] @ positions.T, 9)
        rows = np.arange(len(block))
        block[rows, rows + start] = -np.inf
        order = np.argsort(-block, axis=1, kind="stable")[:, :count]
        nearest[start : start + len(block)] = order
        similarity[start : start + len(block)] = np.take_along_axis(block, order, axis=1)
    return nearest, similarity
