"""Compare partitions of the same projects: AMI, ARI, homogeneity and completeness; the modularity of one."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import sparse
from sklearn.metrics import adjusted_rand_score, homogeneity_completeness_v_measure
from sklearn.metrics.cluster import expected_mutual_information

from ecotone.landscape.views import Codes


def adjusted_mutual_information(first: Codes, second: Codes) -> float:
    """Adjusted mutual information against the mean entropy: 1 for equal partitions, 0 for random ones.

    0 where a partition is a single group or only groups of one.

    >>> adjusted_mutual_information(np.array([0, 0, 1, 1]), np.array([1, 1, 0, 0]))
    1.0
    """
    # scikit-learn's own adjusted_mutual_info_score spends most of its time on checking its arguments
    labels = [np.unique(groups, return_inverse=True)[1] for groups in (first, second)]
    width = int(labels[1].max()) + 1
    cells = np.bincount(labels[0] * width + labels[1], minlength=(int(labels[0].max()) + 1) * width)
    table = cells.reshape(-1, width)
    rows, columns = table.sum(axis=1), table.sum(axis=0)
    if min(len(rows), len(columns)) < 2 or max(len(rows), len(columns)) == len(first):
        return 0.0
    entropies = _partition_entropy(rows), _partition_entropy(columns)
    information = max(sum(entropies) - _partition_entropy(cells), 0.0)
    expected = float(expected_mutual_information(table, len(first)))
    return round((information - expected) / (sum(entropies) / 2 - expected), 12)


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
    homogeneity, completeness, _ = homogeneity_completeness_v_measure(curated, detected)
    rng = np.random.default_rng(seed)
    drawn = [rng.permutation(detected) for _ in range(shuffles)]
    return Agreement(
        projects=len(curated),
        categories=len(np.unique(curated)),
        clusters=len(np.unique(detected)),
        homogeneity=float(homogeneity),
        completeness=float(completeness),
        ami=adjusted_mutual_information(curated, detected),
        ami_chance=float(np.percentile([adjusted_mutual_information(curated, labels) for labels in drawn], 95)),
        ari=float(adjusted_rand_score(curated, detected)),
        ari_chance=float(np.percentile([adjusted_rand_score(curated, labels) for labels in drawn], 95)),
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
