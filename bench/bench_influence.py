"""Time the influence solver on a million repositories against scikit-network's PageRank of the same graph.

    python bench/bench_influence.py [--scale 1.0]

Both solve v = r v0 + (1 - r) S v with retention 0.15 everywhere (damping 0.85), start 1 / n, to a tolerance of
1e-6; true errors are measured against a solution to 1e-12. scikit-network is optional. Memory is
measured in a process that holds only the edges.
"""

from __future__ import annotations

import argparse
import multiprocessing
import multiprocessing.queues
import resource
import time

import numpy as np
from scipy import sparse

from ecotone.networks.bipartite_rank import BipartiteGraph, Rates, solve_rank

SAME = Rates(person=0.15, project=0.15, background=0.15, to_background=0.0)
PUBLISHED = Rates(person=0.5, project=0.3, background=0.15, to_background=0.05)
TOLERANCE = 1e-6


def random_edges(scale: float, seed: int = 1) -> tuple[np.ndarray, np.ndarray, np.ndarray, tuple[int, int]]:
    """(project, person, weight, sizes): both sides have a few hubs, and every node has an edge."""
    rng = np.random.default_rng(seed)
    projects, people, ties = (round(scale * size) for size in (1_000_000, 2_000_000, 6_100_000))  # some ties meet

    def sample_side(size: int, spread: float) -> np.ndarray:
        large = np.minimum((rng.pareto(1.2, ties) * size * 0.0005).astype(np.int64), size - 1)
        chosen = np.where(rng.random(ties) < spread, rng.integers(0, size, ties), large)
        chosen = rng.permutation(size)[chosen]
        chosen[:size] = np.arange(size)
        return chosen

    return (
        sample_side(projects, 0.5),
        sample_side(people, 0.6),
        rng.geometric(0.3, ties).astype(float),
        (projects, people),
    )


def build_graph(project: np.ndarray, person: np.ndarray, weight: np.ndarray, sizes: tuple[int, int]) -> BipartiteGraph:
    ties = sparse.coo_array((weight, (project, person)), shape=sizes).tocsr()
    nodes = sum(sizes)
    return BipartiteGraph(ties, np.full(sizes[0], 1 / nodes), np.full(sizes[1], 1 / nodes), np.ones(sizes[1]))


def measure_own_solver(scale: float, results: multiprocessing.queues.SimpleQueue) -> None:
    sampled = random_edges(scale)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    started = time.perf_counter()
    graph = build_graph(*sampled)
    del sampled
    built = time.perf_counter()
    for name, rates in (("retention 0.15 everywhere", SAME), ("published rates, with Background", PUBLISHED)):
        times, processor_times = [], []
        for _ in range(3):
            start, before_it = time.perf_counter(), time.process_time()
            ranks = solve_rank(graph, rates, TOLERANCE)
            times.append(time.perf_counter() - start)
            processor_times.append(time.process_time() - before_it)
        seconds = min(times)
        results.put((name, graph.weights.nnz, min(processor_times)))
        exact = solve_rank(graph, rates, 1e-13)
        error = sum(float(np.abs(getattr(ranks, s) - getattr(exact, s)).sum()) for s in ("projects", "people"))
        error /= float(exact.projects.sum() + exact.people.sum())
        print(f"  {name}: {seconds:.2f} s, {min(processor_times):.2f} s of processor time"
              f" (building {built - started:.2f} s), {ranks.updates} updates, true error {error:.1e}")  # fmt: skip
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    print(f"  {graph.weights.nnz:,} ties; peak {peak / 1024:.0f} MB in all (making the input: {before / 1024:.0f} MB)")


def against_scikit_network(scale: float, _: multiprocessing.queues.SimpleQueue) -> None:
    try:
        from sknetwork.ranking import PageRank
    except ImportError:
        print("  scikit-network is not installed: no comparison")
        return
    graph = build_graph(*random_edges(scale))
    exact = solve_rank(graph, SAME, 1e-13)
    reference = np.concatenate([exact.projects, exact.people])
    adjacency = sparse.csr_matrix(sparse.block_array([[None, graph.weights], [graph.weights.T, None]]))
    times: dict[str, list[float]] = {"ours": [], "scikit-network": [], "scipy": []}
    errors: dict[str, float] = {}
    for _ in range(3):
        start = time.perf_counter()
        ranks = solve_rank(graph, SAME, TOLERANCE)
        times["ours"].append(time.perf_counter() - start)
        errors["ours"] = float(np.abs(np.concatenate([ranks.projects, ranks.people]) - reference).sum())
        start = time.perf_counter()
        ranking = PageRank(damping_factor=0.85, solver="piteration", n_iter=10_000, tol=TOLERANCE)
        scores = ranking.fit_predict(adjacency)
        times["scikit-network"].append(time.perf_counter() - start)
        errors["scikit-network"] = float(np.abs(scores - reference / reference.sum()).sum())
        start = time.perf_counter()
        errors["scipy"] = float(np.abs(plain_power_iteration(adjacency) - reference).sum())
        times["scipy"].append(time.perf_counter() - start)
    best = {name: min(seconds) for name, seconds in times.items()}
    for name, seconds in times.items():
        print(f"  {name}: best {best[name]:.2f} s of {', '.join(f'{value:.2f}' for value in seconds)};"
              f" true error {errors[name]:.1e}; {best[name] / best['ours']:.1f} times ours")  # fmt: skip


def plain_power_iteration(adjacency: sparse.csr_matrix) -> np.ndarray:
    """Plain power iteration."""
    size = adjacency.shape[0]
    degrees = np.asarray(adjacency.sum(axis=0)).ravel()
    shares = (adjacency @ sparse.diags_array(1 / degrees)).tocsr()
    values = np.full(size, 1 / size)
    while True:
        fresh = 0.15 / size + 0.85 * (shares @ values)
        if np.abs(fresh - values).sum() < TOLERANCE:
            return fresh
        values = fresh


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--scale", type=float, default=1.0)
    scale = parser.parse_args().scale
    context = multiprocessing.get_context("spawn")
    grown: dict[str, list[tuple[int, float]]] = {}
    for part in (scale / 4, scale / 2, scale):
        print(f"{part:g} of 1 M repositories, 2 M people, 6 M ties; best of three")
        for name, ties, seconds in _run_in_process(context, measure_own_solver, part):
            grown.setdefault(name, []).append((ties, seconds))
    for name, sizes in grown.items():
        print(describe_growth(name, sizes))
    print(f"{scale:g} against others, in turn")
    _run_in_process(context, against_scikit_network, scale)


def describe_growth(name: str, sizes: list[tuple[int, float]]) -> str:
    """How processor time grows with ties: from the smallest to the largest, and as the exponent of a power."""
    (few, quick), (many, slow) = sizes[0], sizes[-1]
    exponent = np.polyfit(*np.log(np.array(sizes).T), 1)[0]
    seconds = ", ".join(f"{value:.2f} s" for _, value in sizes)
    times = f"{many / few:.1f} times the ties in {slow / quick:.1f} times the time"
    return f"growth of processor time, {name}: {seconds}; {times}; time grows as ties to the power of {exponent:.2f}"


def _run_in_process(
    context: multiprocessing.context.SpawnContext, target: object, scale: float
) -> list[tuple[str, int, float]]:
    results = context.SimpleQueue()
    process = context.Process(target=target, args=(scale, results))
    process.start()
    process.join()
    if process.exitcode:
        raise SystemExit(process.exitcode)
    rows = []
    while not results.empty():
        rows.append(results.get())
    return rows


if __name__ == "__main__":
    main()
