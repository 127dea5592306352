"""Mixing of organisations in a network of people: mixing matrix, E-I index with its null model, assortativity.

People of unknown organisation are a class of their own in the mixing matrix and in the bounds. The E-I index,
assortativity, conductance and reciprocity use edges between people of known organisations only.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
from scipy import sparse

from ecotone.networks.person_network import UNKNOWN, Codes, Floats, PersonNetwork

CELLS_PER_BLOCK: Final = 200_000
"""Edges times permutations held in memory at once."""


@dataclass(frozen=True, slots=True)
class BoundedShare:
    """A share with its bounds over the unknown organisations; NaN where nothing is known."""

    value: float  # among edges with both ends known
    low: float
    high: float
    unknown: float  # share of all weight that has an unknown end


@dataclass(frozen=True, slots=True)
class PermutationTest:
    """A measure compared with a null model that permutes organisation labels over the same people."""

    value: float
    expected: float
    deviation: float  # standard deviation over the permutations, in the measure's unit
    z: float  # NaN where the permutations do not differ
    p: float  # two-sided


def mixing_matrix(network: PersonNetwork) -> Floats:
    """The mixing matrix: edge weight from organisation (row) to organisation (column), the unknown last.

    returns  (n_organisations + 1, n_organisations + 1), in the unit of the weights
    """
    size = network.organisation_count + 1
    source, target = (np.where(end == UNKNOWN, network.organisation_count, end) for end in network.edge_organisations)
    flat = np.bincount(source * size + target, network.weight, minlength=size * size)
    return flat.astype(np.float64).reshape(size, size)


def bounded_cross_share(matrix: Floats) -> BoundedShare:
    """The share of edge weight between two different organisations.

    value  among edges with both ends known. low: as if each edge with an unknown end were inside one organisation;
           high: as if it joined two

    matrix  as `mixing_matrix` returns it
    """
    total = float(matrix.sum())
    known = matrix[:-1, :-1]
    inside, both = float(np.trace(known)), float(known.sum())
    if total <= 0:
        return BoundedShare(np.nan, np.nan, np.nan, np.nan)
    crossing, unknown = both - inside, total - both
    value = crossing / both if both > 0 else np.nan
    return BoundedShare(value, crossing / total, (crossing + unknown) / total, unknown / total)


def expected_ei_index(network: PersonNetwork) -> float:
    """The expected E-I index over all permutations of the known organisation labels over people.

    An edge is inside with the probability that two people drawn without replacement share an organisation:
    1 - 2 * sum n_g (n_g - 1) / (n (n - 1)), n_g people of organisation g with an edge between known organisations.

    returns  -1..1; NaN without edges
    """
    known_network = _known_subnetwork(network)
    people = len(known_network.organisation_codes)
    if people < 2:
        return np.nan
    sizes = np.bincount(known_network.organisation_codes).astype(np.float64)
    return 1.0 - 2.0 * float(sizes @ (sizes - 1.0)) / (people * (people - 1.0))


def ei_permutation_test(network: PersonNetwork, *, seed: int, permutations: int = 1_000) -> PermutationTest:
    """E-I index, (E - I) / (E + I), tested against permutations of the known organisation labels.

    The permutations keep the sizes of organisations and all edges. The expected value is exact, the deviation is
    estimated from the permutations.

    z       (value - expected) / deviation: below 0, there is more homophily than the sizes explain
    p       (1 + permutations at least as far from expected) / (1 + permutations)
    source  Krackhardt and Stern (1988), Social Psychology Quarterly 51:123, doi 10.2307/2786835
    """
    known_network = _known_subnetwork(network)
    if not len(known_network.weight):
        return PermutationTest(np.nan, np.nan, np.nan, np.nan, np.nan)
    total = float(known_network.weight.sum())
    inside = float(
        known_network.weight[
            known_network.organisation_codes[known_network.source]
            == known_network.organisation_codes[known_network.target]
        ].sum()
    )
    draws = 1 - 2 * _permuted_inside_weight(known_network, seed, permutations) / total
    value, expected = 1 - 2 * inside / total, expected_ei_index(network)
    deviation = float(np.sqrt(np.mean((draws - expected) ** 2)))
    # differences up to rounding errors count as equal
    far = np.abs(draws - expected) >= abs(value - expected) - 1e-9
    z = (value - expected) / deviation if deviation > 1e-12 else np.nan
    return PermutationTest(value, expected, deviation, z, (1 + int(far.sum())) / (1 + permutations))


def newman_assortativity(matrix: Floats) -> float:
    """Weighted assortativity, Newman's r: (sum e_ii - sum a_i b_i) / (1 - sum a_i b_i).

    e_ij is the share of weight from organisation i to j, a its row sums, b its column sums.
    returns  1 where all edges stay inside, 0 without homophily, at least -1; NaN without edges or with one organisation
    source   Newman (2003), Phys. Rev. E 67, 026126, eq. 2
    """
    known = matrix[:-1, :-1]
    total = float(known.sum())
    if total <= 0:
        return np.nan
    shares = known / total
    chance = float(shares.sum(axis=1) @ shares.sum(axis=0))
    return (float(np.trace(shares)) - chance) / (1 - chance) if chance < 1 - 1e-12 else np.nan


def organisation_conductance(matrix: Floats) -> Floats:
    """Conductance of each organisation: W_out / (W_in + W_out), W_in counted at both ends.

    matrix  as `mixing_matrix` returns it; direction is ignored; edges to the unknown are left out
    returns (n_organisations,), 0..1; NaN for one without edges
    """
    known = matrix[:-1, :-1]
    both = known + known.T
    volume = both.sum(axis=1)
    inside = np.diag(both)
    blank = np.full(len(volume), np.nan)
    leaving: Floats = np.divide(volume - inside, volume, out=blank, where=volume > 0)
    return leaving


def weighted_reciprocity(matrix: Floats) -> float:
    """Weighted reciprocity between different organisations: sum min(W_ij, W_ji) / sum W_ij, i != j.

    returns  0..1; NaN without edges between organisations
    source   Squartini et al. (2013), Scientific Reports 3:2729
    """
    known = matrix[:-1, :-1].copy()
    np.fill_diagonal(known, 0.0)
    total = float(known.sum())
    return float(np.minimum(known, known.T).sum()) / total if total > 0 else np.nan


def _known_subnetwork(network: PersonNetwork) -> PersonNetwork:
    """The subnetwork of edges with both organisations known."""
    source, target = network.edge_organisations
    keep = (source != UNKNOWN) & (target != UNKNOWN)
    people, positions = np.unique(np.concatenate([network.source[keep], network.target[keep]]), return_inverse=True)
    half = int(keep.sum())
    return PersonNetwork(
        positions[:half],
        positions[half:],
        network.weight[keep],
        network.organisation_codes[people],
        network.organisations,
    )


def _permuted_inside_weight(network: PersonNetwork, seed: int, permutations: int) -> Floats:
    """(permutations,): weight inside organisations for each permutation of the labels, computed in blocks."""
    generator = np.random.default_rng(seed)
    source, target, weight = _merge_edge_directions(network)
    labels = network.organisation_codes.astype(np.int16 if network.organisation_count < 2**15 else np.int64)
    at_once = max(16, CELLS_PER_BLOCK // max(len(labels), len(weight), 1))
    drawn = np.empty(permutations)
    for start in range(0, permutations, at_once):
        size = min(at_once, permutations - start)
        permuted = generator.permuted(np.tile(labels, (size, 1)), axis=1).T.copy()
        same: npt.NDArray[np.bool_] = permuted[source] == permuted[target]
        drawn[start : start + size] = weight @ same
    return drawn


def _merge_edge_directions(network: PersonNetwork) -> tuple[Codes, Codes, Floats]:
    """Edges a < b with both directions summed."""
    size = len(network.organisation_codes)
    low, high = np.minimum(network.source, network.target), np.maximum(network.source, network.target)
    summed = sparse.coo_array((network.weight, (low, high)), shape=(size, size)).tocsr().tocoo()
    return summed.row.astype(np.int64), summed.col.astype(np.int64), summed.data
