"""Compare partitions of the same projects: AMI, ARI, homogeneity and completeness; the modularity of one."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import sparse

from ecotone.landscape.views import Codes


def adjusted_mutual_information(first: Codes, second: Codes) -> float:
    """Adjusted mutual information against the mean entropy: 1 for equal partitions, 0 for random ones.

    0 where a partition is a single group or only groups of one.

    >>> adjusted_mutual_information(np.array([0, 0, 1, 1]), np.array([1, 1, 0, 0]))
    1.0
    """
    # imported here: an analysis whose map is up to date does not need it
    from sklearn.metrics.cluster import expected_mutual_information

    # scikit-learn's own adjusted_mutual_info_score spends most of its time on checking its arguments
    table = _contingency_table(first, second)
    rows, columns = table.sum(axis=1), table.sum(axis=0)
    if min(len(rows), len(columns)) < 2 or max(len(rows), len(columns)) == len(first):
        return 0.0
    entropies = _partition_entropy(rows), _partition_entropy(columns)
    information = max(sum(entropies) - _partition_entropy(table), 0.0)
    expected = float(expected_mutual_information(table, len(first)))
    return round((information - expected) / (sum(entropies) / 2 - expected), 12)


def adjusted_rand_index(first: Codes, second: Codes) -> float:
    """Pairs of projects that both partitions put together or apart, adjusted for chance: 1 for equal partitions.

    source  Hubert and Arabie (1985), J. Classif. 2:193, eq. 5

    >>> adjusted_rand_index(np.array([0, 0, 1, 2]), np.array([0, 0, 1, 1]))
    0.5714285714285714
    """
    table = _contingency_table(first, second)
    together, rows, columns = (
        float((sizes * (sizes - 1) // 2).sum()) for sizes in (table, table.sum(axis=1), table.sum(axis=0))
    )
    pairs = len(first) * (len(first) - 1) / 2
    expected, most = rows * columns / max(pairs, 1.0), (rows + columns) / 2
    return 1.0 if most == expected else (together - expected) / (most - expected)


def conditional_agreement(first: Codes, second: Codes) -> float:
    """1 minus the entropy of the first partition that the second leaves, as a share of it: 1 if it has none.

    Homogeneity of groups `second` by categories `first`; with both exchanged, completeness.
    source  Rosenberg and Hirschberg (2007), EMNLP-CoNLL, 410

    >>> conditional_agreement(np.array([0, 0, 1, 1]), np.array([0, 1, 2, 2]))
    1.0
    """
    table = _contingency_table(first, second)
    whole = _partition_entropy(table.sum(axis=1))
    left = _partition_entropy(table) - _partition_entropy(table.sum(axis=0))
    return round(1.0 - left / whole, 12) if whole else 1.0


def _contingency_table(first: Codes, second: Codes) -> npt.NDArray[np.int64]:
    """(n_first, n_second): how many projects are in each group of both partitions."""
    labels = [np.unique(groups, return_inverse=True)[1] for groups in (first, second)]
    width = int(labels[1].max()) + 1
    cells = np.bincount(labels[0] * width + labels[1], minlength=(int(labels[0].max()) + 1) * width)
    return cells.reshape(-1, width)


def _partition_entropy(sizes: npt.NDArray[np.int64]) -> float:
    """In nats, of a partition into groups of these sizes."""
    share = sizes[sizes > 0] / sizes.sum()
    return float(-(share * np.log(share)).sum())


@dataclass(frozen=True, slots=True)
class Agreement:
    """How far detected groups agree with curated categories.

    homogeneity, completeness  of the detected groups, 0 to 1 (Rosenberg and Hirschberg 2007)
    ami, ari                   adjusted for chance; `*_chance`: 95th percentile over shuffled labels
    """

    projects: int
    categories: int
    clusters: int
    homogeneity: float
    completeness: float
    ami: float
    ami_chance: float
    ari: float
    ari_chance: float


def compare_partitions(curated: Codes, detected: Codes, seed: int, shuffles: int = 200) -> Agreement:
    """Compare detected groups with curated categories of the same projects, at least one."""
    rng = np.random.default_rng(seed)
    drawn = [rng.permutation(detected) for _ in range(shuffles)]
    return Agreement(
        projects=len(curated),
        categories=len(np.unique(curated)),
        clusters=len(np.unique(detected)),
        homogeneity=conditional_agreement(curated, detected),
        completeness=conditional_agreement(detected, curated),
        ami=adjusted_mutual_information(curated, detected),
        ami_chance=float(np.percentile([adjusted_mutual_information(curated, labels) for labels in drawn], 95)),
        ari=adjusted_rand_index(curated, detected),
        ari_chance=float(np.percentile([adjusted_rand_index(curated, labels) for labels in drawn], 95)),
    )


def renumber_groups(groups: Codes) -> Codes:
    """The same groups, numbered in order of first appearance.

    >>> renumber_groups(np.array([7, 7, 2, 7, 5])).tolist()
    [0, 0, 1, 0, 2]
    """
    _, first, inverse = np.unique(groups, return_index=True, return_inverse=True)
    rank = np.empty(len(first), np.int64)
    rank[np.argsort(first, kind="stable")] = np.arange(len(first))
    return np.asarray(rank[inverse], np.int64)


def measure_modularity(edges: sparse.csr_array, groups: Codes, resolution: float = 1.0) -> float:
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
