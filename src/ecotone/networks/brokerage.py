"""Gould-Fernandez brokerage: five roles, counted for people and organisations.

b is a broker between a and c where the edges a -> b and b -> c exist and a -> c does not. By organisations:

    coordinator     A A A   all three in the same one
    consultant      A B A   the broker in another one than both ends
    gatekeeper      A B B   the broker in that of the target
    representative  A A B   the broker in that of the source
    liaison         A B C   three different ones

Source: Gould and Fernandez (1989), Sociological Methodology 19:89, doi 10.2307/270949.
"""

from __future__ import annotations

from typing import Any, Final, TypeAlias

import numpy as np
import numpy.typing as npt
from scipy import sparse

from ecotone.networks.network import UNKNOWN, Codes, Network

Matrix: TypeAlias = Any
"""Adjacency matrix of ones and zeros; (n_people, n_people), sparse or dense."""

ROLES: Final = ("coordinator", "consultant", "gatekeeper", "representative", "liaison")
SMALL: Final = 500
"""Up to this number of people a dense matrix is faster."""


def brokerage(network: Network) -> Codes:
    """The number of open triads in which each person has each role; weights are ignored.

    Triads with a person of unknown organisation are not counted.

    returns  (n_people, 5), columns as in ROLES
    """
    source, target = network.ends
    known = (source != UNKNOWN) & (target != UNKNOWN) & (network.source != network.target)
    roles = np.zeros((len(network.group), len(ROLES)), dtype=np.int64)
    people, place = np.unique(np.stack([network.source[known], network.target[known]]), return_inverse=True)
    if len(people):
        one, other = place.reshape(2, -1)
        ties = sparse.csr_array((np.ones(len(one)), (one, other)), shape=(len(people), len(people)))
        ties.data[:] = 1
        roles[people] = _roles(ties.toarray() if len(people) <= SMALL else ties, network.group[people])
    return roles


def by_organisation(roles: Codes, network: Network) -> Codes:
    """Sums of the roles over each organisation's people: (n_organisations, 5)."""
    totals = np.zeros((network.groups, roles.shape[1]), dtype=np.int64)
    known = network.group != UNKNOWN
    np.add.at(totals, network.group[known], roles[known])
    return totals


def _roles(ties: Matrix, group: Codes) -> Codes:
    """(n_people, 5), where all organisations are known."""
    belongs = np.zeros((len(group), int(group.max()) + 1))
    belongs[np.arange(len(group)), group] = 1.0
    inside, across = _split(ties, group)
    roles = np.empty((len(group), len(ROLES)), dtype=np.int64)
    # a -> b and b -> c, each inside or across the organisation of b
    roles[:, 0] = _open(inside, inside, ties)
    roles[:, 2] = _open(across, inside, ties)
    roles[:, 3] = _open(inside, across, ties)
    # both across: consultant where the ends share an organisation, else liaison
    roles[:, 1] = _same_ends(across, inside, belongs)
    roles[:, 4] = _open(across, across, ties) - roles[:, 1]
    return roles


def _split(ties: Matrix, group: Codes) -> tuple[Matrix, Matrix]:
    """The edges inside and those between organisations."""
    if isinstance(ties, np.ndarray):
        same = group[:, None] == group[None, :]
        return ties * same, ties * ~same
    pairs = ties.tocoo()
    same = group[pairs.row] == group[pairs.col]

    def only(keep: npt.NDArray[np.bool_]) -> sparse.csr_array:
        return sparse.csr_array((pairs.data[keep], (pairs.row[keep], pairs.col[keep])), shape=ties.shape)

    return only(same), only(~same)


def _open(first: Matrix, second: Matrix, ties: Matrix) -> Codes:
    """For each b the pairs a -> b in `first`, b -> c in `second` with a != c and no edge a -> c."""
    walks = _sums(first, 0) * _sums(second, 1)
    there_and_back = _sums(_both(first, second.T), 0)
    # closed by a -> c: for each a -> b, the c that both a and b reach
    closed = _sums(_both(first, ties @ second.T), 0)
    return walks - there_and_back - closed


def _same_ends(across: Matrix, inside: Matrix, belongs: npt.NDArray[np.float64]) -> Codes:
    """For each b the open pairs a -> b -> c where a and c share an organisation that is not b's."""
    # by organisation: the number of people with an edge to b, times the number with an edge from b
    walks = _sums((across.T @ belongs) * (across @ belongs), 1)
    there_and_back = _sums(_both(across, across.T), 0)
    closed = _sums(_both(across, inside @ across.T), 0)
    return walks - there_and_back - closed


def _both(one: Matrix, other: Matrix) -> Matrix:
    """The element-wise product."""
    return one * other if isinstance(one, np.ndarray) else one.multiply(other)


def _sums(matrix: Matrix, axis: int) -> Codes:
    return np.asarray(np.round(matrix.sum(axis=axis)), dtype=np.int64).ravel()
