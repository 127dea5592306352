"""Networks of trailing windows, all at once, against the plain way."""

from __future__ import annotations

from datetime import date

import numpy as np
import pyarrow.compute as pc
from hypothesis import given, settings
from hypothesis import strategies as st

from ecotone.networks.mixing import mixing_matrix
from ecotone.networks.rolling_windows import enough_for_permutations, iterate_windows

from .made import meetings
from .made_networks import network
from .reference_network import network_of, rolling_windows

rows = st.lists(
    st.tuples(
        st.sampled_from(["2023-11", "2023-12", "2024-01", "2024-05"]),
        st.sampled_from("abc"),
        st.sampled_from("abcd"),
        st.sampled_from(["A", "B", None]),
        st.sampled_from(["B", "C", None]),
        st.integers(1, 8).map(float),
    ),
    min_size=1,
    max_size=12,
)


@given(rows, st.integers(1, 4))
@settings(max_examples=60, deadline=None)
def test_a_window_is_the_network_of_its_months(made, months):
    table = meetings(*made)
    found = {window.month: window for window in iterate_windows(table, months=months)}
    plain = {month: network_of(part) for month, part in rolling_windows(table, months).items()}
    met = {month: expected for month, expected in plain.items() if len(expected.weight)}
    last = (
        max(pc.max(table.filter(pc.not_equal(table["from_person"], table["to_person"]))["month"]).as_py(), date.min)
        if met
        else None
    )
    assert list(found) == sorted(month for month in met if month <= last)
    for month, window in found.items():
        assert window.network.organisations == met[month].organisations
        assert window.network.organisation_codes.tolist() == met[month].organisation_codes.tolist()
        np.testing.assert_allclose(mixing_matrix(window.network), mixing_matrix(met[month]))
        np.testing.assert_allclose(window.matrix, mixing_matrix(met[month]))


def test_months_and_subjects_by_hand():
    table = meetings(
        ("2024-01", "a", "b", "A", "B", 1.0),
        ("2024-02", "a", "b", "A", "B", 2.0),
        ("2024-06", "a", "c", "A", None, 4.0),
    )
    found = [(window.subject, window.month.month, window.matrix.sum()) for window in iterate_windows(table)]
    assert found == [("p", 1, 1.0), ("p", 2, 3.0), ("p", 3, 3.0), ("p", 4, 2.0), ("p", 6, 4.0)]
    assert list(iterate_windows(meetings())) == []


def test_chance_needs_ten_people_ten_pairs_and_two_organisations():
    ring = [(one, (one + 1) % 10, 1.0) for one in range(10)]
    assert enough_for_permutations(network(ring, [0, 1] * 5))
    assert not enough_for_permutations(network(ring, [0] * 10))
    assert not enough_for_permutations(network(ring, [0, 1] * 4 + [0, -1]))
    assert not enough_for_permutations(network([*ring[:-1], (1, 0, 1.0)], [0, 1] * 5))  # back and forth is one pair


def test_a_window_tests_against_chance_with_a_seed_of_its_own():
    ring = [
        ("2024-01", f"p{one}", f"p{(one * 3 + 1) % 11}", "AB"[one % 2], "AB"[(one * 3 + 1) % 11 % 2], 1.0)
        for one in range(11)
    ]
    (first,), (again,) = (list(iterate_windows(meetings(*ring))) for _ in range(2))
    assert first.ei_test is not None
    assert first.ei_test == again.ei_test
