"""Similarity of projects: the cosine kNN graph of one view, and diffusion similarity over the combined graph."""

from __future__ import annotations

import math
from typing import Final

import numpy as np
from scipy import sparse

from ecotone.landscape.views import Codes, Floats
from ecotone.networks.force_layout import normalise_by_degree

MOST_CELLS: Final = 1 << 24  # of one dense block of products
DENSE: Final = 0.1
"""Share of non-zero products above which a dense block is faster than a sparse one."""
LEAST: Final = 1e-7
"""Similarities up to this are rounding errors."""
STEPS: Final = 3.0  # mean length of a walk; with twice as many all projects of a field look similar
MOST_STEPS: Final = 18  # one walk in 10^9 is longer
MOST_PAIRS: Final = (
    3e8  # pairs of projects that share a feature, in one view; beyond, the commonest features are dropped
)


def neighbours_wanted(projects: int) -> int:
    """The number of neighbours that a project keeps in a view: about log2 n, enough to keep a kNN graph connected.

    source  Maier, Hein and von Luxburg (2009), Theoretical Computer Science 410:1749: order of ln n is enough

    >>> [neighbours_wanted(n) for n in (2, 30, 127, 3_000)]
    [1, 5, 7, 12]
    """
    return max(1, min(projects - 1, max(5, round(math.log2(max(projects, 2))))))


def nearest(unit: sparse.csr_array, wanted: int) -> sparse.csr_array:
    """The kNN graph by cosine similarity, k = `count`; all projects tied at rank k are kept.

    unit     (n_projects, n_features), rows of length one, or zero where nothing is known
    returns  (n_projects, n_projects), symmetric, zero diagonal; an edge is kept if either side keeps it
    """
    # float32 halves the memory; the ranking does not depend on the eighth digit
    unit = _bearable(unit).astype(np.float32)
    size = unit.shape[0]
    other = unit.T.tocsr()
    step = max(1, MOST_CELLS // max(size, 1))
    blocks = [_most_alike(unit, other, start, step, wanted) for start in range(0, size, step)]
    row, column, value = (np.concatenate(parts) for parts in zip(*blocks, strict=True))
    kept = sparse.coo_array((value, (row, column)), shape=(size, size)).tocsr()
    return sparse.csr_array(kept.maximum(kept.T))


def _most_alike(
    unit: sparse.csr_array, other: sparse.csr_array, start: int, step: int, wanted: int
) -> tuple[Codes, Codes, Floats]:
    """Row, column and value of the nearest neighbours of a block of projects."""
    product = sparse.coo_array(unit[start : start + step] @ other)
    row, column, value = product.row, product.col, product.data
    kept = (row + start != column) & (value > LEAST)
    row, column, value = row[kept], column[kept], value[kept]
    rows, size = product.shape
    if len(value) > DENSE * rows * size:
        block = np.zeros((rows, size), np.float32)
        block[row, column] = value
        least = np.partition(block, size - wanted, axis=1)[:, size - wanted] if size > wanted else block.min(axis=1)
    else:
        least = _at_place(row, value, rows, wanted)
    kept = value >= least[row]
    return row[kept].astype(np.int64) + start, column[kept].astype(np.int64), value[kept].astype(np.float64)


def _at_place(row: Codes, value: Floats, rows: int, wanted: int) -> Floats:
    """The value at a rank of each row, the largest first; 0 for a row with fewer."""
    order = np.lexsort((-value, row))
    first = np.searchsorted(row[order], np.arange(rows))
    enough = np.bincount(row, minlength=rows) >= wanted
    found = np.zeros(rows)
    found[enough] = value[order][first[enough] + wanted - 1]
    return found


def _bearable(unit: sparse.csr_array) -> sparse.csr_array:
    """Drop the commonest features until at most MOST_PAIRS pairs of projects share one."""
    times = np.diff(unit.tocsc().indptr).astype(np.float64)
    order = np.argsort(times, kind="stable")
    within = np.cumsum(times[order] ** 2) <= MOST_PAIRS
    if within.all():
        return unit
    return sparse.csr_array(unit.tocsc()[:, np.sort(order[within])].tocsr())


def scaled(ties: sparse.csr_array) -> sparse.csr_array:
    """Edges divided by the mean weighted degree of connected projects, so that layers can be added."""
    strength = np.asarray(ties.sum(axis=1)).ravel()
    some = strength[strength > 0]
    return sparse.csr_array(ties / some.mean()) if len(some) else ties


def alike(ties: sparse.csr_array) -> Floats:
    """Diffusion similarity of projects, -1 to 1: the cosine of where random walks from each of them end.

    The length of a walk is Poisson with mean STEPS (a heat kernel); the stationary distribution, which all walks have
    in common, is subtracted. Projects without an edge between them can be similar through common neighbours.
    edges    (n, n), symmetric
    returns  (n, n), symmetric; 0 for a project without edges
    source   Kondor and Lafferty (2002), ICML: diffusion kernels; Coifman and Lafon (2006), Appl. Comput. Harmon. Anal.
             21:5, for what walks have in common
    """
    strength = np.sqrt(np.asarray(ties.sum(axis=1)).ravel())
    common = strength / max(float(np.linalg.norm(strength)), 1e-300)
    step = normalise_by_degree(ties)
    place = np.eye(ties.shape[0])
    walk = -np.outer(common, common)
    for taken in range(MOST_STEPS + 1):
        walk += math.exp(-STEPS) * STEPS**taken / math.factorial(taken) * place
        place = step @ place
    length = np.linalg.norm(walk, axis=1)
    unit = walk / np.where(length > 1e-12, length, 1.0)[:, None]
    unit[strength == 0] = 0.0
    return np.asarray(unit @ unit.T)
