"""How alike two groupings of the same things are, corrected for chance."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import special

from ecotone.landscape.views import Codes, Floats

MOST_CELLS = 1 << 22
"""Of one block of the expectation's sum."""


def contingency(one: Codes, other: Codes) -> npt.NDArray[np.int64]:
    """(groups of one, groups of other): how many things are in both; numbers of groups from 0 on."""
    wide = int(other.max()) + 1
    counted = np.bincount(one * wide + other, minlength=(int(one.max()) + 1) * wide)
    return counted.reshape(-1, wide).astype(np.int64)


def mutual_information(table: npt.NDArray[np.int64]) -> float:
    """In nats, from a contingency table."""
    total = table.sum()
    row, column = np.nonzero(table)
    both = table[row, column] / total
    apart = np.outer(table.sum(axis=1), table.sum(axis=0))[row, column] / total**2
    return max(float((both * np.log(both / apart)).sum()), 0.0)


def entropy(sizes: npt.NDArray[np.int64]) -> float:
    """Of a grouping, in nats, from its groups' sizes."""
    share = sizes[sizes > 0] / sizes.sum()
    return float(-(share * np.log(share)).sum())


def expected_information(rows: npt.NDArray[np.int64], columns: npt.NDArray[np.int64]) -> float:
    """Mutual information of groupings with these sizes whose things are dealt out at random, on average.

    A hypergeometric mean over every pair of different sizes.
    source  Vinh, Epps and Bailey (2010), JMLR 11:2837, eq. 24a
    """
    total = int(rows.sum())
    row, row_times = np.unique(rows[rows > 0], return_counts=True)
    column, column_times = np.unique(columns[columns > 0], return_counts=True)
    first, second = np.repeat(row, len(column)), np.tile(column, len(row))
    times = np.repeat(row_times, len(column)) * np.tile(column_times, len(row))
    widest = int(np.minimum(first, second).max())
    step = max(1, MOST_CELLS // widest)
    return sum(
        float((times[at : at + step] * _expected_of(first[at : at + step], second[at : at + step], total)).sum())
        for at in range(0, len(first), step)
    )


def _expected_of(first: npt.NDArray[np.int64], second: npt.NDArray[np.int64], total: int) -> Floats:
    """The contribution of a pair of groups with each of these sizes."""
    log = special.gammaln
    common = np.arange(1, int(np.minimum(first, second).max()) + 1)[None, :]
    a, b = first[:, None], second[:, None]
    possible = (common <= np.minimum(a, b)) & (common >= a + b - total)
    n = np.where(possible, common, np.minimum(a, b))
    n = np.maximum(n, np.maximum(1, a + b - total))
    chance = (
        log(a + 1) + log(b + 1) + log(total - a + 1) + log(total - b + 1)
        - log(total + 1) - log(n + 1) - log(a - n + 1) - log(b - n + 1) - log(total - a - b + n + 1)
    )  # fmt: skip
    each = n / total * np.log(total * n / (a * b)) * np.exp(chance)
    return np.asarray(np.where(possible, each, 0.0).sum(axis=1))


def adjusted_information(one: Codes, other: Codes) -> float:
    """Adjusted mutual information, against the mean entropy: 1 for equal groupings, 0 for what chance gives.

    0 where either is a single group, which says nothing.

    >>> adjusted_information(np.array([0, 0, 1, 1]), np.array([1, 1, 0, 0]))
    1.0
    """
    table = contingency(one, other)
    rows, columns = table.sum(axis=1), table.sum(axis=0)
    if (rows > 0).sum() < 2 or (columns > 0).sum() < 2:
        return 0.0
    expected = expected_information(rows, columns)
    room = (entropy(rows) + entropy(columns)) / 2 - expected
    return round((mutual_information(table) - expected) / room, 12) if room > 1e-12 else 0.0


def adjusted_rand(one: Codes, other: Codes) -> float:
    """Adjusted Rand index: pairs that are together in both, corrected for chance; 1 equal, 0 chance.

    source  Hubert and Arabie (1985), J. Classif. 2:193
    """
    table = contingency(one, other)
    together = _pairs(table.ravel())
    rows, columns = _pairs(table.sum(axis=1)), _pairs(table.sum(axis=0))
    expected = rows * columns / max(_pairs(np.array([table.sum()])), 1.0)
    room = (rows + columns) / 2 - expected
    return float((together - expected) / room) if room > 1e-12 else 1.0


def _pairs(sizes: npt.NDArray[np.int64]) -> float:
    return float((sizes * (sizes - 1) / 2).sum())


@dataclass(frozen=True, slots=True)
class Agreement:
    """What a found grouping has in common with a curated one.

    homogeneity, completeness  of the found groups, 0 to 1 (Rosenberg and Hirschberg 2007)
    ami, ari                   corrected for chance; the chance levels are the 95th percentile of shuffled labels
    """

    things: int
    curated: int
    found: int
    homogeneity: float
    completeness: float
    ami: float
    ami_chance: float
    ari: float
    ari_chance: float


def compare(curated: Codes, found: Codes, seed: int, shuffles: int = 200) -> Agreement:
    """Compare a found grouping with a curated one of the same things; at least one thing."""
    table = contingency(curated, found)
    rows, columns = table.sum(axis=1), table.sum(axis=0)
    shared = mutual_information(table)
    rng = np.random.default_rng(seed)
    drawn = [rng.permutation(found) for _ in range(shuffles)]
    return Agreement(
        things=len(curated),
        curated=int((rows > 0).sum()),
        found=int((columns > 0).sum()),
        homogeneity=shared / entropy(rows) if entropy(rows) > 0 else 1.0,
        completeness=shared / entropy(columns) if entropy(columns) > 0 else 1.0,
        ami=adjusted_information(curated, found),
        ami_chance=float(np.percentile([adjusted_information(curated, one) for one in drawn], 95)),
        ari=adjusted_rand(curated, found),
        ari_chance=float(np.percentile([adjusted_rand(curated, one) for one in drawn], 95)),
    )
