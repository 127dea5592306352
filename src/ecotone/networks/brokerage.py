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

from ecotone.networks.person_network import UNKNOWN, Codes, PersonNetwork

Matrix: TypeAlias = Any
"""Adjacency matrix of ones and zeros; (n_people, n_people), sparse or dense."""

ROLES: Final = ("coordinator", "consultant", "gatekeeper", "representative", "liaison")
LARGEST_DENSE: Final = 500
"""Up to this number of people a dense matrix is faster."""


def count_brokerage_roles(network: PersonNetwork) -> Codes:
    """The number of open triads in which each person has each role; weights are ignored.

    Triads with a person of unknown organisation are not counted.

    returns  (n_people, 5), columns as in ROLES
    """
    source, target = network.edge_organisations
    known = (source != UNKNOWN) & (target != UNKNOWN) & (network.source != network.target)
    roles = np.zeros((len(network.organisation_codes), len(ROLES)), dtype=np.int64)
    people, positions = np.unique(np.stack([network.source[known], network.target[known]]), return_inverse=True)
    if len(people):
        row, column = positions.reshape(2, -1)
        edges = sparse.csr_array((np.ones(len(row)), (row, column)), shape=(len(people), len(people)))
        edges.data[:] = 1
        roles[people] = _count_roles(
            edges.toarray() if len(people) <= LARGEST_DENSE else edges, network.organisation_codes[people]
        )
    return roles


def sum_by_organisation(roles: Codes, network: PersonNetwork) -> Codes:
    """Sums of the roles over each organisation's people: (n_organisations, 5)."""
    totals = np.zeros((network.organisation_count, roles.shape[1]), dtype=np.int64)
    known = network.organisation_codes != UNKNOWN
    np.add.at(totals, network.organisation_codes[known], roles[known])
    return totals


def _count_roles(edges: Matrix, group: Codes) -> Codes:
    """(n_people, 5), where all organisations are known."""
    belongs = np.zeros((len(group), int(group.max()) + 1))
    belongs[np.arange(len(group)), group] = 1.0
    inside, across = _split_by_organisation(edges, group)
    roles = np.empty((len(group), len(ROLES)), dtype=np.int64)
    # a -> b and b -> c, each inside or across the organisation of b
    roles[:, 0] = _count_open_pairs(inside, inside, edges)
    roles[:, 2] = _count_open_pairs(across, inside, edges)
    roles[:, 3] = _count_open_pairs(inside, across, edges)
    # both across: consultant where the ends share an organisation, else liaison
    roles[:, 1] = _count_same_ends(across, inside, belongs)
    roles[:, 4] = _count_open_pairs(across, across, edges) - roles[:, 1]
    return roles


def _split_by_organisation(edges: Matrix, group: Codes) -> tuple[Matrix, Matrix]:
    """The edges inside and those between organisations."""
    if isinstance(edges, np.ndarray):
        same = group[:, None] == group[None, :]
        return edges * same, edges * ~same
    pairs = edges.tocoo()
    same = group[pairs.row] == group[pairs.col]

    def select_edges(keep: npt.NDArray[np.bool_]) -> sparse.csr_array:
        return sparse.csr_array((pairs.data[keep], (pairs.row[keep], pairs.col[keep])), shape=edges.shape)

    return select_edges(same), select_edges(~same)


def _count_open_pairs(first: Matrix, second: Matrix, edges: Matrix) -> Codes:
    """For each b the pairs a -> b in `first`, b -> c in `second` with a != c and no edge a -> c."""
    walks = _axis_sums(first, 0) * _axis_sums(second, 1)
    there_and_back = _axis_sums(_multiply_elements(first, second.T), 0)
    # closed by a -> c: for each a -> b, the c that both a and b reach
    closed = _axis_sums(_multiply_elements(first, edges @ second.T), 0)
    return walks - there_and_back - closed


def _count_same_ends(across: Matrix, inside: Matrix, belongs: npt.NDArray[np.float64]) -> Codes:
    """For each b the open pairs a -> b -> c where a and c share an organisation that is not b's."""
    # by organisation: the number of people with an edge to b, times the number with an edge from b
    walks = _axis_sums((across.T @ belongs) * (across @ belongs), 1)
    there_and_back = _axis_sums(_multiply_elements(across, across.T), 0)
    closed = _axis_sums(_multiply_elements(across, inside @ across.T), 0)
    return walks - there_and_back - closed


def _multiply_elements(first: Matrix, second: Matrix) -> Matrix:
    """The element-wise product."""
    return first * second if isinstance(first, np.ndarray) else first.multiply(second)


def _axis_sums(matrix: Matrix, axis: int) -> Codes:
    return np.asarray(np.round(matrix.sum(axis=axis)), dtype=np.int64).ravel()
