"""The leading axes of a large sparse matrix, in single precision and over all cores."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Final

import numpy as np
import numpy.typing as npt
from scipy import sparse

from ecotone.foundation.machine import processor_count
from ecotone.landscape.views import Floats

BLOCK_WIDTH: Final = 48
"""Vectors that are multiplied at a time: one pass over the matrix serves all of them."""
BLOCK_STEPS: Final = 6
"""Products with the matrix. More of them give each single axis more exactly; groups are found no better."""

_Singles = npt.NDArray[np.float32]


def find_leading_axes(matrix: sparse.csr_array, count: int) -> tuple[Floats, Floats]:
    """The eigenvalues of a symmetric matrix that are largest, in ascending order, and their axes.

    Approximate: the best axes within what random vectors reach in BLOCK_STEPS products with the matrix. The same matrix
    gives the same axes.
    matrix   (n, n), symmetric; `count` is at most BLOCK_WIDTH * BLOCK_STEPS, and at most n - BLOCK_STEPS
    returns  (count,) and (n, count), columns of length one
    source   Musco and Musco (2015), NeurIPS: randomized block Krylov methods
    """
    size = matrix.shape[0]
    cores = processor_count()
    step = -(-size // cores)
    parts = [sparse.csr_array(matrix[at : at + step]).astype(np.float32) for at in range(0, size, step)]
    width = min(BLOCK_WIDTH, size // BLOCK_STEPS)
    basis = np.zeros((size, width * BLOCK_STEPS), np.float32)
    products = np.zeros_like(basis)
    block: _Singles = np.random.default_rng(size).standard_normal((size, width)).astype(np.float32)
    with ThreadPoolExecutor(cores) as pool:
        for at in range(0, basis.shape[1], width):
            for _ in range(2):  # the second time removes what rounding left
                known = basis[:, :at]
                block = _orthonormalise((block - known @ (known.T @ block)).astype(np.float32))
            basis[:, at : at + width] = block
            # scipy multiplies without holding the lock of the interpreter
            block = np.concatenate(list(pool.map(lambda part, whole=block: part @ whole, parts)))
            products[:, at : at + width] = block
    inner = (basis.T @ products).astype(np.float64)
    values, axes = np.linalg.eigh((inner + inner.T) / 2)
    return values[-count:], (basis @ axes[:, -count:].astype(np.float32)).astype(np.float64)


def _orthonormalise(block: _Singles) -> _Singles:
    """Orthonormal columns that span the same space; by products of matrices alone, which is faster than QR.

    source  Stathopoulos and Wu (2002), SIAM J. Sci. Comput. 23:2165
    """
    values, axes = np.linalg.eigh((block.T @ block).astype(np.float64))
    values = np.maximum(values, values[-1] * 1e-12)
    return np.asarray(block @ (axes / np.sqrt(values)).astype(np.float32))
