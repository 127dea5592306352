"""Compare partitions of the same projects: AMI, ARI, homogeneity and completeness; the modularity of one."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import sparse, special

from ecotone.landscape.views import Codes


def adjusted_mutual_information(first: Codes, second: Codes) -> float:
    """Adjusted mutual information against the mean entropy: 1 for equal partitions, 0 for random ones.

    0 where a partition is a single group or only groups of one.

    >>> adjusted_mutual_information(np.array([0, 0, 1, 1]), np.array([1, 1, 0, 0]))
    1.0
    """
    table = _count_pairs(first, second)
    rows, columns = table.sum(axis=1), table.sum(axis=0)
    if min(len(rows), len(columns)) < 2 or max(len(rows), len(columns)) == len(first):
        return 0.0
    entropies = _partition_entropy(rows), _partition_entropy(columns)
    information = max(sum(entropies) - _partition_entropy(table.ravel()), 0.0)
    expected = _expected_information(rows, columns)
    return round((information - expected) / (sum(entropies) / 2 - expected), 12)


def adjusted_rand_index(first: Codes, second: Codes) -> float:
    """The adjusted Rand index: 1 for equal partitions, 0 for random ones.

    source  Hubert and Arabie (1985), J. Classif. 2:193

    >>> round(adjusted_rand_index(np.array([0, 0, 1, 1]), np.array([0, 0, 1, 2])), 3)
    0.571
    """
    table = _count_pairs(first, second)
    pairs, both = special.comb(len(first), 2), special.comb(table, 2).sum()
    rows, columns = (float(special.comb(table.sum(axis=axis), 2).sum()) for axis in (1, 0))
    expected = rows * columns / pairs if pairs else 0.0
    most = (rows + columns) / 2
    return 1.0 if most == expected else float((both - expected) / (most - expected))


def _count_pairs(first: Codes, second: Codes) -> npt.NDArray[np.int64]:
    """(groups of the first, groups of the second): the members that each pair of groups shares."""
    labels = [np.unique(groups, return_inverse=True)[1] for groups in (first, second)]
    width = int(labels[1].max()) + 1
    cells = np.bincount(labels[0] * width + labels[1], minlength=(int(labels[0].max()) + 1) * width)
    return cells.reshape(-1, width)


def _expected_information(rows: npt.NDArray[np.int64], columns: npt.NDArray[np.int64]) -> float:
    """Mean mutual information of random partitions with groups of these sizes, in nats.

    source  Vinh, Epps and Bailey (2010), J. Mach. Learn. Res. 11:2837, equation 24a
    """
    total = int(rows.sum())
    log_factorial = special.gammaln(np.arange(total + 1) + 1.0)
    sizes, counts = np.unique(columns, return_counts=True)
    expected = 0.0
    for row, repeated in zip(*np.unique(rows, return_counts=True), strict=True):
        shared = np.arange(1, row + 1)[:, None]
        possible = (shared <= sizes) & (shared >= row + sizes - total)
        rest = [np.where(possible, part, 0) for part in (sizes - shared, total - row - sizes + shared)]
        logs = (
            log_factorial[row] + log_factorial[sizes] + log_factorial[total - row] + log_factorial[total - sizes]
            - log_factorial[total] - log_factorial[shared] - log_factorial[row - shared]
            - log_factorial[rest[0]] - log_factorial[rest[1]]
        )  # fmt: skip
        terms = shared / total * np.log(total * shared / (row * sizes)) * np.exp(np.where(possible, logs, -np.inf))
        expected += float(repeated * (terms * counts).sum())
    return expected


def _homogeneity(curated: Codes, detected: Codes) -> float:
    """How far each detected group has members of one category alone, 0 to 1."""
    table = _count_pairs(curated, detected)
    entropy = _partition_entropy(table.sum(axis=1))
    conditional = _partition_entropy(table.ravel()) - _partition_entropy(table.sum(axis=0))
    return 1 - conditional / entropy if entropy else 1.0


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
        homogeneity=_homogeneity(curated, detected),
        completeness=_homogeneity(detected, curated),
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
