"""How organisations meet in a network of people: mixing, crossing, and whether it is more than their sizes make.

People whose organisation is not known are a class of their own in the mixing matrix and in the bounds; the
measures that compare organisations (E-I, assortativity, conductance, reciprocity) are over ties between people
whose organisations are known.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
from scipy import sparse

from ecotone.networks.network import UNKNOWN, Codes, Floats, Network

AT_ONCE: Final = 200_000
"""Ties times permutations held in memory together."""


@dataclass(frozen=True, slots=True)
class Bounded:
    """A share and what it could be, depending on the unknown; NaN where nothing is known."""

    value: float  # among what is known
    low: float
    high: float
    unknown: float  # share of all weight that has an unknown end


@dataclass(frozen=True, slots=True)
class AgainstChance:
    """A measure, and what it is where organisations are dealt out to the same people at random."""

    value: float
    expected: float
    deviation: float  # standard deviation over the permutations, in the measure's unit
    z: float  # NaN where the permutations do not differ
    p: float  # two-sided: how often chance is at least as far from what it expects


def mixing(network: Network) -> Floats:
    """Weight of ties from organisation (row) to organisation (column); the unknown is the last row and column.

    returns  (n_organisations + 1, n_organisations + 1), in the unit of the weights
    """
    size = network.groups + 1
    source, target = (np.where(end == UNKNOWN, network.groups, end) for end in network.ends)
    flat = np.bincount(source * size + target, network.weight, minlength=size * size)
    return flat.astype(np.float64).reshape(size, size)


def cross_share(matrix: Floats) -> Bounded:
    """The share of ties that join two different organisations.

    value  among ties with both ends known. low: as if every tie with an unknown end were inside one
           organisation; high: as if it joined two

    matrix  as `mixing` gives it
    """
    total = float(matrix.sum())
    known = matrix[:-1, :-1]
    inside, both = float(np.trace(known)), float(known.sum())
    if total <= 0:
        return Bounded(np.nan, np.nan, np.nan, np.nan)
    crossing, unknown = both - inside, total - both
    value = crossing / both if both > 0 else np.nan
    return Bounded(value, crossing / total, (crossing + unknown) / total, unknown / total)


def external_internal(matrix: Floats) -> float:
    """E-I index, (E - I) / (E + I): -1 where all ties stay inside organisations, 1 where all cross.

    matrix  as `mixing` gives it; its last row and column, the unknown, are left out
    returns -1..1; NaN without ties
    source  Krackhardt and Stern (1988), Social Psychology Quarterly 51:123, doi 10.2307/2786835
    """
    known = matrix[:-1, :-1]
    total = float(known.sum())
    return (total - 2 * float(np.trace(known))) / total if total > 0 else np.nan


def external_internal_by_chance(network: Network) -> float:
    """The mean of the E-I index over all ways to deal the known organisations out to the same people.

    A tie is inside with the chance that two people drawn without putting back are of one organisation, whatever its
    weight: 1 - 2 * sum n_g (n_g - 1) / (n (n - 1)), n_g people of each organisation with a tie to somebody known.

    returns  -1..1; NaN without ties
    """
    kept = _known(network)
    people = len(kept.group)
    if people < 2:
        return np.nan
    sizes = np.bincount(kept.group).astype(np.float64)
    return 1.0 - 2.0 * float(sizes @ (sizes - 1.0)) / (people * (people - 1.0))


def external_internal_test(network: Network, *, seed: int, permutations: int = 1_000) -> AgainstChance:
    """The E-I index against the same people and ties with the known organisations shuffled among them.

    Only people of known organisation are shuffled, so sizes of organisations and everybody's ties stay. The
    expected value is exact, the deviation that of the permutations.

    z    (value - expected) / deviation: below 0, organisations keep to themselves more than sizes explain
    p    (1 + permutations at least as far from expected) / (1 + permutations)
    """
    kept = _known(network)
    if not len(kept.weight):
        return AgainstChance(np.nan, np.nan, np.nan, np.nan, np.nan)
    total = float(kept.weight.sum())
    inside = float(kept.weight[kept.group[kept.source] == kept.group[kept.target]].sum())
    draws = 1 - 2 * _inside_by_chance(kept, seed, permutations) / total
    value, expected = 1 - 2 * inside / total, external_internal_by_chance(network)
    deviation = float(np.sqrt(np.mean((draws - expected) ** 2)))
    # equal up to rounding of sums counts as equal
    far = np.abs(draws - expected) >= abs(value - expected) - 1e-9
    z = (value - expected) / deviation if deviation > 1e-12 else np.nan
    return AgainstChance(value, expected, deviation, z, (1 + int(far.sum())) / (1 + permutations))


def assortativity(matrix: Floats) -> float:
    """Newman's r, weighted: (sum e_ii - sum a_i b_i) / (1 - sum a_i b_i).

    e is the share of weight from i to j among known organisations, a its sums over rows, b over columns.
    returns  1 where all stay inside, 0 where organisations do not matter, never below -1;
             NaN without ties or where one organisation has them all
    source   Newman (2003), Phys. Rev. E 67, 026126, eq. 2
    """
    known = matrix[:-1, :-1]
    total = float(known.sum())
    if total <= 0:
        return np.nan
    shares = known / total
    chance = float(shares.sum(axis=1) @ shares.sum(axis=0))
    return (float(np.trace(shares)) - chance) / (1 - chance) if chance < 1 - 1e-12 else np.nan


def conductance(matrix: Floats) -> Floats:
    """Of each organisation's ties, the share that leaves it: W_out / (W_in + W_out), W_in counted at both ends.

    matrix  as `mixing` gives it; direction does not matter; ties to the unknown are left out
    returns (n_organisations,), 0..1; NaN for one without ties
    """
    known = matrix[:-1, :-1]
    both = known + known.T
    volume = both.sum(axis=1)
    inside = np.diag(both)
    blank = np.full(len(volume), np.nan)
    leaving: Floats = np.divide(volume - inside, volume, out=blank, where=volume > 0)
    return leaving


def reciprocity(matrix: Floats) -> float:
    """The share of weight between different organisations that is returned: sum min(W_ij, W_ji) / sum W_ij, i != j.

    returns  0..1; NaN where nothing crosses
    source   Squartini et al. (2013), Scientific Reports 3:2729
    """
    known = matrix[:-1, :-1].copy()
    np.fill_diagonal(known, 0.0)
    total = float(known.sum())
    return float(np.minimum(known, known.T).sum()) / total if total > 0 else np.nan


def _known(network: Network) -> Network:
    """Ties with both ends known, over the people in them."""
    source, target = network.ends
    keep = (source != UNKNOWN) & (target != UNKNOWN)
    people, positions = np.unique(np.concatenate([network.source[keep], network.target[keep]]), return_inverse=True)
    half = int(keep.sum())
    return Network(
        positions[:half], positions[half:], network.weight[keep], network.group[people], network.organisations
    )


def _inside_by_chance(network: Network, seed: int, permutations: int) -> Floats:
    """(permutations,): weight inside organisations, each time with them dealt out anew.

    At once some permutations, as columns, so that each tie is looked up in memory once for all of them.
    """
    generator = np.random.default_rng(seed)
    source, target, weight = _without_direction(network)
    labels = network.group.astype(np.int16 if network.groups < 2**15 else np.int64)
    at_once = max(16, AT_ONCE // max(len(labels), len(weight), 1))
    drawn = np.empty(permutations)
    for start in range(0, permutations, at_once):
        size = min(at_once, permutations - start)
        dealt = generator.permuted(np.tile(labels, (size, 1)), axis=1).T.copy()
        same: npt.NDArray[np.bool_] = dealt[source] == dealt[target]
        drawn[start : start + size] = weight @ same
    return drawn


def _without_direction(network: Network) -> tuple[Codes, Codes, Floats]:
    """Ties a < b with both directions added up: what is inside does not depend on direction."""
    size = len(network.group)
    low, high = np.minimum(network.source, network.target), np.maximum(network.source, network.target)
    summed = sparse.coo_array((network.weight, (low, high)), shape=(size, size)).tocsr().tocoo()
    return summed.row.astype(np.int64), summed.col.astype(np.int64), summed.data
