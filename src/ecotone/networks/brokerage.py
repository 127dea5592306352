"""Who stands between whom: Gould and Fernandez's five roles, counted for people and organisations.

A broker b stands between a and c where a -> b and b -> c are ties and a -> c is not. By their organisations:

    coordinator     A A A   all three of one
    consultant      A B A   the ends of one, the broker of another
    gatekeeper      A B B   lets something in: the broker's organisation is the receiver's
    representative  A A B   lets something out: the broker's organisation is the sender's
    liaison         A B C   three different ones

Source: Gould and Fernandez (1989), Sociological Methodology 19:89, doi 10.2307/270949.
"""

from __future__ import annotations

from typing import Final

import numpy as np
import numpy.typing as npt
from scipy import sparse

from ecotone.networks.network import UNKNOWN, Codes, Network

ROLES: Final = ("coordinator", "consultant", "gatekeeper", "representative", "liaison")


def brokerage(network: Network) -> Codes:
    """How often each person stands in each role; weights do not matter.

    Triads with somebody whose organisation is not known are not counted.

    returns  (n_people, 5), columns as in ROLES
    """
    size = len(network.group)
    source, target = network.ends
    known = (source != UNKNOWN) & (target != UNKNOWN)
    ties = sparse.csr_array(
        (np.ones(int(known.sum()), np.int64), (network.source[known], network.target[known])), shape=(size, size)
    )
    ties.data[:] = 1
    ties.setdiag(0)
    ties.eliminate_zeros()
    inside, across = _split(ties, network.group)
    roles = np.empty((size, len(ROLES)), dtype=np.int64)
    # a -> b and b -> c, by whether each stays inside b's organisation
    roles[:, 0] = _open(inside, inside, ties)
    roles[:, 2] = _open(across, inside, ties)
    roles[:, 3] = _open(inside, across, ties)
    # both cross: consultant where the ends are of one organisation, liaison where not
    both = _open(across, across, ties)
    roles[:, 1] = _same_ends(across, ties, network.group, network.groups)
    roles[:, 4] = both - roles[:, 1]
    return roles


def by_organisation(roles: Codes, network: Network) -> Codes:
    """Roles added up over each organisation's people: (n_organisations, 5)."""
    totals = np.zeros((network.groups, roles.shape[1]), dtype=np.int64)
    known = network.group != UNKNOWN
    np.add.at(totals, network.group[known], roles[known])
    return totals


def _split(ties: sparse.csr_array, group: Codes) -> tuple[sparse.csr_array, sparse.csr_array]:
    """The ties inside organisations, and those across."""
    pairs = ties.tocoo()
    same = group[pairs.row] == group[pairs.col]

    def only(keep: npt.NDArray[np.bool_]) -> sparse.csr_array:
        return sparse.csr_array((pairs.data[keep], (pairs.row[keep], pairs.col[keep])), shape=ties.shape)

    return only(same), only(~same)


def _open(first: sparse.csr_array, second: sparse.csr_array, ties: sparse.csr_array) -> Codes:
    """For each b the pairs a -> b in `first`, b -> c in `second` with a != c and no tie a -> c."""
    walks = _sums(first, 0) * _sums(second, 1)
    there_and_back = _sums(first.multiply(second.T), 0)
    # closed by a -> c: for each a -> b, the c that both a and b reach
    closed = _sums(first.multiply(ties @ second.T), 0)
    return walks - there_and_back - closed


def _same_ends(across: sparse.csr_array, ties: sparse.csr_array, group: Codes, groups: int) -> Codes:
    """For each b the open pairs a -> b -> c with a and c of one organisation that is not b's."""
    size = len(group)
    known = np.flatnonzero(group != UNKNOWN)
    belongs = sparse.csr_array((np.ones(len(known), np.int64), (known, group[known])), shape=(size, groups))
    # of each organisation: how many reach b, and how many b reaches
    walks = _sums((across.T @ belongs).multiply(across @ belongs), 1)
    there_and_back = _sums(across.multiply(across.T), 0)
    inside = _split(ties, group)[0]
    closed = _sums(across.multiply(inside @ across.T), 0)
    return walks - there_and_back - closed


def _sums(matrix: sparse.csr_array, axis: int) -> Codes:
    return np.asarray(matrix.sum(axis=axis), dtype=np.int64).ravel()
