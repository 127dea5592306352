"""Time community detection on 50,000 projects with 1,000,000 edges: Ecotone and its peers on the same graph.

Each method runs in a separate process to measure its peak memory. `--small` is a tenth of the size; `--slow` adds
networkx, which takes minutes.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from pathlib import Path

import numpy as np
from scipy import sparse

PROJECTS, TIES, GROUPS = 50_000, 1_000_000, 200
MIXING = 0.42
TARGET_SECONDS, TARGET_MEGABYTES = 20.0, 2_000


def planted_partition(projects: int, ties: int, groups: int, seed: int) -> tuple[sparse.csr_array, np.ndarray]:
    """A degree-corrected planted partition with weights from 1 to some tens."""
    rng = np.random.default_rng(seed)
    share = rng.dirichlet(np.full(groups, 2.0))
    group = rng.choice(groups, projects, p=share)
    pull = (1.0 - rng.random(projects)) ** (-1 / 2.5)
    everywhere = np.cumsum(pull) / pull.sum()
    order = np.argsort(group, kind="stable")
    inside = np.cumsum(pull[order])
    first = np.searchsorted(group[order], np.arange(groups))
    last = np.searchsorted(group[order], np.arange(groups), side="right") - 1
    below = np.concatenate([[0.0], inside])[first]
    graph = sparse.csr_array((projects, projects))
    while graph.nnz < 2 * ties:
        wanted = ties - graph.nnz // 2
        source = np.minimum(np.searchsorted(everywhere, rng.random(wanted)), projects - 1)
        mine = group[source]
        drawn = below[mine] + rng.random(wanted) * (inside[last[mine]] - below[mine])
        same = order[np.minimum(np.searchsorted(inside, drawn), projects - 1)]
        target = np.minimum(np.searchsorted(everywhere, rng.random(wanted)), projects - 1)
        target = np.where(rng.random(wanted) < MIXING, target, same)
        distinct = source != target
        values = rng.pareto(2.0, int(distinct.sum())) + 1.0
        new = sparse.coo_array((values, (source[distinct], target[distinct])), shape=graph.shape).tocsr()
        graph = graph.maximum(new).maximum(new.T).tocsr()
    return sparse.csr_array(graph), group


def ecotone_hierarchy(ties: sparse.csr_array) -> np.ndarray:
    """The tree of Ward's method over the heat positions, cut into as many groups as were planted for this size."""
    from ecotone.landscape.resampling import build_hierarchy

    return build_hierarchy(ties).cut(GROUPS * ties.shape[0] // PROJECTS)


def networkit_plain(ties: sparse.csr_array) -> np.ndarray:
    import networkit

    upper = sparse.triu(ties, 1).tocoo()
    ends = (upper.row.astype(np.uint64), upper.col.astype(np.uint64))
    graph = networkit.GraphFromCoo((upper.data, ends), n=ties.shape[0], weighted=True)
    method = networkit.community.PLM(graph)
    method.run()
    return np.array(method.getPartition().getVector())


def scikit_network(ties: sparse.csr_array) -> np.ndarray:
    from sknetwork.clustering import Louvain

    return Louvain(random_state=1).fit_predict(sparse.csr_matrix(ties))


def networkx_louvain(ties: sparse.csr_array) -> np.ndarray:
    import networkx

    communities = networkx.community.louvain_communities(networkx.from_scipy_sparse_array(ties), seed=1)
    labels = np.zeros(ties.shape[0], np.int64)
    for number, members in enumerate(communities):
        labels[list(members)] = number
    return labels


METHODS: Mapping[str, Callable[[sparse.csr_array], np.ndarray]] = {
    "ecotone": ecotone_hierarchy, "networkit PLM": networkit_plain, "scikit-network Louvain": scikit_network,
    "networkx Louvain": networkx_louvain,
}  # fmt: skip


def run_method(name: str, file: Path) -> None:
    """Run one method and print its measurements as JSON."""
    from ecotone.landscape.partition_metrics import adjusted_mutual_information, measure_modularity, renumber_groups

    ties = sparse.csr_array(sparse.load_npz(file))
    truth = np.load(file.with_suffix(".truth.npy"))
    began = time.perf_counter()
    groups = renumber_groups(np.asarray(METHODS[name](ties), np.int64))
    took = time.perf_counter() - began
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    measurements = {
        "seconds": took, "megabytes": memory, "groups": int(groups.max()) + 1,
        "modularity": measure_modularity(ties, groups),
        "ami": adjusted_mutual_information(truth, groups), "first": groups[:2_000].tolist(),
    }  # fmt: skip
    print(json.dumps(measurements))


def main() -> None:
    """Run all methods in turn; exit with an error if the target is missed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--small", action="store_true")
    parser.add_argument("--slow", action="store_true")
    parser.add_argument("--method")
    parser.add_argument("--file", type=Path)
    chosen = parser.parse_args()
    if chosen.method:
        run_method(chosen.method, chosen.file)
        return
    scale = 10 if chosen.small else 1
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "ties.npz"
        ties, truth = planted_partition(PROJECTS // scale, TIES // scale, GROUPS // scale, seed=1)
        sparse.save_npz(file, sparse.csr_matrix(ties))
        np.save(file.with_suffix(".truth.npy"), truth)
        print(f"{ties.shape[0]:,} projects, {ties.nnz // 2:,} ties, {GROUPS // scale} planted groups;"
              f" {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}")  # fmt: skip
        names = [name for name in METHODS if chosen.slow or chosen.small or name != "networkx Louvain"]
        results = [(name, _run_in_subprocess(name, file)) for name in ["ecotone", *names]]
    again, rest = results[0][1], results[1:]
    print(f"{'':28} {'seconds':>8} {'ratio':>6} {'MB':>7} {'groups':>7} {'modularity':>10} {'AMI':>6}")
    for name, result in rest:
        print(
            f"{name:28} {result['seconds']:8.2f} {result['seconds'] / rest[0][1]['seconds']:6.2f}"
            f" {result['megabytes']:7.0f} {result['groups']:7} {result['modularity']:10.4f} {result['ami']:6.3f}"
        )
    mine = rest[0][1]
    same = again["first"] == mine["first"]
    print("the same groups again" if same else "OTHER GROUPS THE SECOND TIME")
    if not same or mine["seconds"] > TARGET_SECONDS or mine["megabytes"] > TARGET_MEGABYTES:
        sys.exit(f"wanted: the same groups, {TARGET_SECONDS:.0f} s, {TARGET_MEGABYTES} MB")


def _run_in_subprocess(name: str, file: Path) -> dict[str, float]:
    command = [sys.executable, __file__, "--method", name, "--file", str(file)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        sys.exit(f"{name} failed: {done.stderr[-500:]}")
    return json.loads(done.stdout)


if __name__ == "__main__":
    main()
