"""PageRank-like scores on the bipartite person-project graph with a background node.

    person      v_u = r_u s_u + (1 - r_u) [(1 - b) sum_p W[p,u] / D_p * v_p + c_u B / N]
    project     v_p = r_p s_p + (1 - r_p) [(1 - b) sum_u W[p,u] / D_u * v_u +     B / N]
    background  B = (1 - r_b) b (sum v_u + sum v_p)

s is the start value, r the retention, D the weighted degree, c_u the number of people in a column, and
N = sum c_u + number of projects. The background starts at 0.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import sparse

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Rates:
    """The retention of each kind of node, and the share that all nodes give to the background; 0..1."""

    person: float
    project: float
    background: float
    to_background: float


@dataclass(frozen=True, slots=True)
class BipartiteGraph:
    """The bipartite graph and the start values of its nodes."""

    weights: sparse.csr_array  # (n_projects, n_people), >= 0, any unit
    projects: Floats  # (n_projects,), start
    people: Floats  # (n_people,), start
    counts: Floats  # (n_people,), number of people in each column


@dataclass(frozen=True, slots=True)
class RankResult:
    """The scores of both sides and of the background, in the unit of the start values."""

    projects: Floats
    people: Floats
    background: float
    updates: int
    converged: bool


def solve_rank(graph: BipartiteGraph, rates: Rates, tolerance: float = 1e-9, updates: int = 1_000) -> RankResult:
    """The fixed point of the equations; sum of absolute errors <= tolerance * sum of values.

    Three steps replace the iteration over the whole graph:
    1. The totals of both sides and the background solve three linear equations.
    2. Eliminate one side and scale the other by the square roots of its weighted degrees: (I - B B^T) y = c is
       symmetric and positive definite, with all eigenvalues in [1 - k, 1], k < 1.
    3. Solve it by conjugate gradients. Each update shrinks the error by (1 - sqrt(1 - k)) / (1 + sqrt(1 - k)) or
       faster, an update of the plain iteration by k: at retention 0.15, 0.31 instead of 0.72.

    raises  ValueError on shapes that do not match, negative weights, or nodes without retention
    source  Saad, Iterative Methods for Sparse Linear Systems, 2nd ed., 2003, 6.7 (conjugate gradients)
    """
    _check_graph(graph, rates)
    give = 1.0 - rates.to_background
    degrees = (_axis_sums(graph.weights, 1), _axis_sums(graph.weights, 0))
    background, total = _solve_totals(graph, rates, degrees)
    share = background / max(float(graph.counts.sum()) + len(graph.projects), 1.0)
    own = (
        rates.project * graph.projects + (1 - rates.project) * share,
        rates.person * graph.people + (1 - rates.person) * share * graph.counts,
    )
    handed = ((1 - rates.project) * give, (1 - rates.person) * give)
    projects, people, count, converged = _solve_by_elimination(
        graph.weights, degrees, own, handed, tolerance * total, updates
    )
    return RankResult(projects, people, background, count, converged)


def iterate_frozen_rank(
    graph: BipartiteGraph, rates: Rates, tolerance: float = 0.01, supersteps: int = 100
) -> RankResult:
    """OpenDigger's iteration: a node that moved by less than the tolerance is not updated again.

    tolerance   absolute, in the unit of the start values
    supersteps  the first one only sends the start values, so there are at most supersteps - 1 updates
    source      OpenDigger, src/cron/tasks/globalOpenrank.ts; openrank-neo4j-gds, OpenRankPregel.java
    """
    _check_graph(graph, rates)
    give = 1.0 - rates.to_background
    by_project, by_person = (_invert_positive(_axis_sums(graph.weights, axis)) for axis in (1, 0))
    transposed = graph.weights.T.tocsr()
    size = max(float(graph.counts.sum()) + len(graph.projects), 1.0)
    projects, people, background = graph.projects.copy(), graph.people.copy(), 0.0
    moving = (np.ones(len(projects), bool), np.ones(len(people), bool), np.ones(1, bool))
    count = 0
    while any(side.any() for side in moving) and count < supersteps - 1:
        share = background / size
        arrived = give * (graph.weights @ (by_person * people)) + share
        fresh_projects = rates.project * graph.projects + (1 - rates.project) * arrived
        arrived = give * (transposed @ (by_project * projects)) + share * graph.counts
        fresh_people = rates.person * graph.people + (1 - rates.person) * arrived
        # the background starts at 0 every month
        fresh = (1 - rates.background) * rates.to_background * float(projects.sum() + people.sum())
        projects = _update_moving_nodes(projects, fresh_projects, moving[0], tolerance)
        people = _update_moving_nodes(people, fresh_people, moving[1], tolerance, graph.counts)
        background = float(_update_moving_nodes(np.array([background]), np.array([fresh]), moving[2], tolerance)[0])
        count += 1
    return RankResult(projects, people, background, count, not any(side.any() for side in moving))


def _update_moving_nodes(
    old: Floats, fresh: Floats, moving: npt.NDArray[np.bool_], tolerance: float, counts: Floats | None = None
) -> Floats:
    """Update the moving nodes, and mark in `moving` the nodes that have come to rest."""
    values = np.where(moving, fresh, old)
    limit = tolerance if counts is None else tolerance * np.maximum(counts, 1.0)
    moving &= np.abs(values - old) >= limit
    return values


def _solve_by_elimination(
    weights: sparse.csr_array,
    degrees: tuple[Floats, Floats],
    own: tuple[Floats, Floats],
    handed: tuple[float, float],
    allowed: float,
    updates: int,
) -> tuple[Floats, Floats, int, bool]:
    """Solve x = own_x + h_x T y', y' = own_y + h_y T' x by eliminating y'; (x, y', updates, converged).

    x are the rows of ties, y' its columns. The bound: an error e of x is at most |residual| / (1 - h_x h_y) in
    sum of absolutes, and makes one of at most h_y |e| in y'.
    """
    roots = tuple(np.sqrt(_invert_positive(side)) for side in degrees)
    scaled = _scale_matrix(weights, roots[0], roots[1])
    backward = scaled.T
    loss = handed[0] * handed[1]
    widths = np.sqrt(degrees[0])
    # values of isolated nodes are added back at the end
    target = roots[0] * own[0] + handed[0] * (scaled @ (roots[1] * own[1]))

    def apply_matrix(vector: Floats) -> Floats:
        return np.asarray(vector - loss * (scaled @ (backward @ vector)), dtype=np.float64)

    limit = allowed * (1 - loss) / (1 + handed[1])
    solution, count, converged = _conjugate_gradients(apply_matrix, target, widths, limit, updates)
    rows = np.where(degrees[0] > 0, widths * solution, own[0])
    columns = own[1] + handed[1] * np.sqrt(degrees[1]) * (backward @ solution)
    return rows, columns, count, converged


def _conjugate_gradients(
    apply_matrix: Callable[[Floats], Floats], target: Floats, widths: Floats, limit: float, updates: int
) -> tuple[Floats, int, bool]:
    """Solve applied(y) = target until sum |residual| * widths <= limit."""
    guess = widths * (float(target @ widths) / max(float(apply_matrix(widths) @ widths), 1e-300))
    residual = target - apply_matrix(guess)
    direction = residual.copy()
    power = float(residual @ residual)
    for count in range(updates):
        if float(np.abs(residual) @ widths) <= limit or power == 0.0:
            return guess, count, True
        image = apply_matrix(direction)
        step = power / float(direction @ image)
        guess += step * direction
        residual -= step * image
        before, power = power, float(residual @ residual)
        direction *= power / before
        direction += residual
    return guess, updates, False


def _solve_totals(graph: BipartiteGraph, rates: Rates, degrees: tuple[Floats, Floats]) -> tuple[float, float]:
    """(background, sum of the values of all people and projects), the solution of three linear equations."""
    give = 1.0 - rates.to_background
    size = max(float(graph.counts.sum()) + len(graph.projects), 1.0)
    tied = (degrees[0] > 0, degrees[1] > 0)
    keep, pass_on = (rates.project, rates.person), (1 - rates.project, 1 - rates.person)
    counts = (np.ones(len(graph.projects)), graph.counts)
    starts = (graph.projects, graph.people)
    isolated = [(~connected).astype(np.float64) for connected in tied]
    # unknowns: connected projects, connected people, background
    matrix, right = np.eye(3), np.zeros(3)
    for side in (0, 1):
        matrix[side, 1 - side] = -pass_on[side] * give
        matrix[side, 2] = -pass_on[side] * float(counts[side] @ tied[side]) / size
        right[side] = keep[side] * float(starts[side] @ tied[side])
    lost = (1 - rates.background) * rates.to_background
    matrix[2, :2] = -lost
    untied_start = sum(keep[side] * float(starts[side] @ isolated[side]) for side in (0, 1))
    untied_share = sum(pass_on[side] * float(counts[side] @ isolated[side]) / size for side in (0, 1))
    matrix[2, 2] -= lost * untied_share
    right[2] = lost * untied_start
    projects, people, background = np.linalg.solve(matrix, right)
    return float(background), float(projects + people + untied_start + untied_share * background)


def _axis_sums(weights: sparse.csr_array, axis: int) -> Floats:
    return np.asarray(weights.sum(axis=axis), dtype=np.float64).ravel()


def _invert_positive(values: Floats) -> Floats:
    return np.divide(1.0, values, out=np.zeros_like(values), where=values > 0)


def _scale_matrix(weights: sparse.csr_array, rows: Floats, columns: Floats) -> sparse.csr_array:
    data = weights.data * np.repeat(rows, np.diff(weights.indptr))
    data *= columns[weights.indices]
    return sparse.csr_array((data, weights.indices, weights.indptr), shape=weights.shape)


def _check_graph(graph: BipartiteGraph, rates: Rates) -> None:
    shape = (len(graph.projects), len(graph.people))
    if graph.weights.shape != shape or len(graph.counts) != shape[1]:
        raise ValueError(f"ties {graph.weights.shape} and counts {graph.counts.shape} do not match {shape}")
    if graph.weights.nnz and float(graph.weights.data.min()) < 0:
        raise ValueError(f"an edge weight is {float(graph.weights.data.min())}; weights are 0 or more")
    if not (0 < rates.person <= 1 and 0 < rates.project <= 1 and 0 < rates.background <= 1):
        raise ValueError(f"{rates}: every retention must be above 0 and at most 1")
    if not 0 <= rates.to_background < 1:
        raise ValueError(f"to_background is {rates.to_background}; it must be at least 0 and below 1")
