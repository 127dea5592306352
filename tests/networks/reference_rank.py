"""Reference solvers of v = r * v0 + (1 - r) * S v: closed form, iteration, OpenRank's frozen iteration."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import linalg, sparse

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Solution:
    """Values and how they were reached."""

    values: Floats  # (n,), in the unit of the start
    updates: int  # 0 for a closed form
    converged: bool


def solve_closed_form(weights: sparse.csr_array, start: Floats, retention: Floats) -> Floats:
    """v = (I - A S)^-1 (I - A) v0 with A = diag(1 - r), solved densely.

    weights    (n, n), weights[target, source] >= 0: the share of a source's value that its target receives
    start      (n,), v0
    retention  (n,), 0..1: the share of v0 that a node keeps
    raises     ValueError on other shapes, or where a node hands on more than it has
    """
    _loss(weights, start, retention)
    system = np.eye(len(start)) - (1.0 - retention)[:, None] * weights.toarray()
    return np.asarray(linalg.solve(system, retention * start, overwrite_a=True), dtype=np.float64)


def iterate_to_tolerance(
    weights: sparse.csr_array, start: Floats, retention: Floats, tolerance: float = 1e-9, updates: int = 10_000
) -> Solution:
    """Repeat the update until the bound on the error, not only the last step, is below the tolerance.

    One update shrinks the sum of absolute errors by at least q = max over sources of sum over targets of
    (1 - r) * S, so the error left is at most q / (1 - q) times the last step.
    """
    shrink = _loss(weights, start, retention)
    kept, received = retention * start, 1.0 - retention
    values = start.astype(np.float64)
    for count in range(1, updates + 1):
        fresh = kept + received * (weights @ values)
        step = float(np.abs(fresh - values).sum())
        values = fresh
        if step * shrink <= tolerance * (1.0 - shrink) * float(np.abs(values).sum()):
            return Solution(values, count, True)
    return Solution(values, updates, False)


def iterate_frozen(
    weights: sparse.csr_array, start: Floats, retention: Floats, tolerance: float = 0.001, supersteps: int = 100
) -> Solution:
    """OpenRank's iteration: a node whose value moved by less than the tolerance is never updated again.

    A frozen node goes on handing out its value. The first superstep only hands out the start, so there are at
    most supersteps - 1 updates. The result depends on the start's scale: it is an approximation with a history.

    weights, start, retention  as for `solve_closed_form`
    tolerance  absolute, in the unit of start
    source     X-lab2017/openrank-neo4j-gds, OpenRankPregel.java (the rule, not the code)
    """
    _loss(weights, start, retention, strict=False)
    kept, received = retention * start, 1.0 - retention
    values = start.astype(np.float64)
    moving = np.ones(len(values), dtype=bool)
    updates = 0
    while moving.any() and updates < supersteps - 1:
        fresh = np.where(moving, kept + received * (weights @ values), values)
        moving &= np.abs(fresh - values) >= tolerance
        values = fresh
        updates += 1
    return Solution(values, updates, not moving.any())


def _loss(weights: sparse.csr_array, start: Floats, retention: Floats, strict: bool = True) -> float:
    """The largest share of a node's value that one update hands on; checks the shapes on the way."""
    size = len(start)
    if weights.shape != (size, size) or retention.shape != (size,):
        raise ValueError(f"weights {weights.shape}, start {start.shape} and retention {retention.shape} do not match")
    if size == 0:
        return 0.0
    if weights.nnz and float(weights.data.min()) < 0:
        raise ValueError(f"a weight is {float(weights.data.min())}; weights are shares, 0 or more")
    if float(retention.min()) < 0 or float(retention.max()) > 1:
        raise ValueError(f"retention runs from {retention.min()} to {retention.max()}; it is a share, 0 to 1")
    largest = float((weights.T @ (1.0 - retention)).max())
    if strict and largest >= 1:
        raise ValueError(f"a node hands on {largest:.6g} of its value in one update; the values would never settle")
    return largest
