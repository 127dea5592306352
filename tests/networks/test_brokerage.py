"""Who stands between whom: each role by hand, and all against plain loops."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings

from ecotone.networks.brokerage import ROLES, count_brokerage_roles, sum_by_organisation
from ecotone.networks.person_network import PersonNetwork

from .made_networks import network, networks


@pytest.mark.parametrize(
    ("group", "role"),
    [
        ([0, 0, 0], "coordinator"),
        ([0, 1, 0], "consultant"),
        ([0, 1, 1], "gatekeeper"),
        ([0, 0, 1], "representative"),
        ([0, 1, 2], "liaison"),
    ],
)
def test_each_role(group, role):
    made = network([(0, 1, 1.0), (1, 2, 1.0)], group)
    roles = count_brokerage_roles(made)
    assert roles[1].tolist() == [int(name == role) for name in ROLES]
    assert roles[[0, 2]].sum() == 0
    assert sum_by_organisation(roles, made)[group[1]].tolist() == roles[1].tolist()


def test_a_closed_triad_needs_no_broker():
    assert count_brokerage_roles(network([(0, 1, 1.0), (1, 2, 1.0), (0, 2, 9.0)], [0, 1, 2])).sum() == 0
    assert count_brokerage_roles(network([(0, 1, 1.0), (1, 2, 1.0), (2, 0, 9.0)], [0, 1, 2])).sum() == 3


def test_there_and_back_is_no_triad():
    assert count_brokerage_roles(network([(0, 1, 1.0), (1, 0, 1.0)], [0, 1])).sum() == 0


def test_the_unknown_are_not_counted():
    assert count_brokerage_roles(network([(0, 1, 1.0), (1, 2, 1.0)], [0, 1, -1])).sum() == 0
    assert count_brokerage_roles(network([], [0, -1])).tolist() == [[0] * 5] * 2


def by_loops(made: PersonNetwork) -> np.ndarray:
    ties = {(int(a), int(b)) for a, b in zip(made.source, made.target, strict=True)}
    group = made.organisation_codes
    found = np.zeros((len(group), 5), dtype=int)
    for a, b in ties:
        for b2, c in ties:
            if b2 != b or c == a or (a, c) in ties or -1 in (group[a], group[b], group[c]):
                continue
            first, second, ends = group[a] == group[b], group[b] == group[c], group[a] == group[c]
            role = 0 if first and second else 2 if second else 3 if first else 1 if ends else 4
            found[b, role] += 1
    return found


@given(networks())
@settings(max_examples=200, deadline=None)
def test_roles_are_those_of_plain_loops(made: PersonNetwork):
    np.testing.assert_array_equal(count_brokerage_roles(made), by_loops(made))
