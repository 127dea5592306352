"""From what projects have in common to a graph of nearest neighbours, one layer a view."""

from __future__ import annotations

import math
from typing import Final

import numpy as np
from scipy import sparse

from ecotone.landscape.views import Codes, Floats

MOST_CELLS: Final = 1 << 24  # of one dense block of products
DENSE: Final = 0.1
"""Share of products that are not 0 beyond which a full block is quicker than a list."""
LEAST: Final = 1e-7
"""Less than this is rounding."""
STEPS: Final = 3.0  # of a walk on average; at twice as many all of a field looks alike
MOST_STEPS: Final = 18  # more than that are taken by one walk in a thousand million
MOST_PAIRS: Final = 3e8  # of projects that share a thing, in one view; the commonest things give way beyond


def neighbours_wanted(projects: int) -> int:
    """How many neighbours a project keeps in a view: about log2 n, which keeps a graph of nearest ones in one piece.

    source  Maier, Hein and von Luxburg (2009), Theoretical Computer Science 410:1749: order of ln n is enough

    >>> [neighbours_wanted(n) for n in (2, 30, 127, 3_000)]
    [1, 5, 7, 12]
    """
    return max(1, min(projects - 1, max(5, round(math.log2(max(projects, 2))))))


def nearest(unit: sparse.csr_array | Floats, wanted: int) -> sparse.csr_array:
    """Tie each project to the `wanted` most alike ones; equally alike ones at the edge all count.

    unit     (n_projects, n_things), rows of length one, zero where nothing is known
    returns  (n_projects, n_projects), symmetric, zero diagonal; a tie that one side keeps is kept
    """
    # half the bytes: which ones are most alike does not hang on the eighth digit
    unit = (unit if isinstance(unit, np.ndarray) else _bearable(unit)).astype(np.float32)
    size = unit.shape[0]
    other = unit.T if isinstance(unit, np.ndarray) else unit.T.tocsr()
    step = max(1, MOST_CELLS // max(size, 1))
    blocks = [_most_alike(unit, other, start, step, wanted) for start in range(0, size, step)]
    row, column, value = (np.concatenate(parts) for parts in zip(*blocks, strict=True))
    kept = sparse.coo_array((value, (row, column)), shape=(size, size)).tocsr()
    return sparse.csr_array(kept.maximum(kept.T))


def _most_alike(
    unit: sparse.csr_array | Floats, other: sparse.csr_array | Floats, start: int, step: int, wanted: int
) -> tuple[Codes, Codes, Floats]:
    """Row, column and value of the most alike ones of some projects."""
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
    """The value at a place in each row's order, the largest first; 0 for a row with fewer."""
    order = np.lexsort((-value, row))
    first = np.searchsorted(row[order], np.arange(rows))
    enough = np.bincount(row, minlength=rows) >= wanted
    found = np.zeros(rows)
    found[enough] = value[order][first[enough] + wanted - 1]
    return found


def _bearable(unit: sparse.csr_array) -> sparse.csr_array:
    """Without the commonest things where all pairs of projects that share a thing would be too many to look at."""
    times = np.diff(unit.tocsc().indptr).astype(np.float64)
    order = np.argsort(times, kind="stable")
    within = np.cumsum(times[order] ** 2) <= MOST_PAIRS
    if within.all():
        return unit
    return sparse.csr_array(unit.tocsc()[:, np.sort(order[within])].tocsr())


def scaled(ties: sparse.csr_array) -> sparse.csr_array:
    """The same ties in units of the mean strength of the projects that have any, so that layers can be added."""
    strength = np.asarray(ties.sum(axis=1)).ravel()
    some = strength[strength > 0]
    return sparse.csr_array(ties / some.mean()) if len(some) else ties


def normalised(ties: sparse.csr_array) -> sparse.csr_array:
    """Ties divided by the roots of both strengths: the symmetric form of a random walk's steps."""
    strength = np.asarray(ties.sum(axis=1)).ravel()
    root = sparse.diags_array(1.0 / np.sqrt(np.where(strength > 0, strength, 1.0)))
    return sparse.csr_array(root @ ties @ root)


def alike(ties: sparse.csr_array) -> Floats:
    """How alike two projects are, -1 to 1: whether walks from them, of a few steps, lead to the same places.

    Cosine of where the walks are after a time in which they take STEPS steps on average, sometimes none, sometimes
    more (Poisson: a heat kernel), without the part that every walk has in common. Two projects can be alike without
    a tie of their own, through what both are tied to; where there is a tie it counts, which walks of exactly two
    steps would miss.
    ties     (n, n), symmetric
    returns  (n, n), symmetric; 0 for a project without ties
    source   Kondor and Lafferty (2002), ICML: diffusion kernels; Coifman and Lafon (2006), Appl. Comput. Harmon. Anal.
             21:5, for what walks have in common
    """
    strength = np.sqrt(np.asarray(ties.sum(axis=1)).ravel())
    common = strength / max(float(np.linalg.norm(strength)), 1e-300)
    step = normalised(ties)
    place = np.eye(ties.shape[0])
    walk = -np.outer(common, common)
    for taken in range(MOST_STEPS + 1):
        walk += math.exp(-STEPS) * STEPS**taken / math.factorial(taken) * place
        place = step @ place
    length = np.linalg.norm(walk, axis=1)
    unit = walk / np.where(length > 1e-12, length, 1.0)[:, None]
    unit[strength == 0] = 0.0
    return np.asarray(unit @ unit.T)
