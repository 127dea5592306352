"""How organisations stand between the others, counted by hand."""

from __future__ import annotations

import pytest

from ecotone.networks.brokerage_table import BROKERAGE_SCHEMA, build_brokerage_table
from ecotone.networks.rolling_windows import iterate_windows

from .made import meetings


def test_two_organisations_that_meet_only_through_a_third():
    table = meetings(
        ("2024-05", "a1", "b1", "A", "B", 1.0),
        ("2024-05", "b1", "c1", "B", "C", 2.0),
        ("2024-05", "b1", "b2", "B", "B", 3.0),
        ("2024-05", "b1", "x", "B", None, 5.0),
    )
    found = {row["organisation"]: row for row in build_brokerage_table(iterate_windows(table)).to_pylist()}
    assert list(found) == ["A", "B", "C"]
    middle = found["B"]
    assert (middle["people"], middle["liaison"], middle["brokerage"], middle["gatekeeper"]) == (2, 1, 1, 1)
    assert [middle[name] for name in ("internal_weight", "outgoing_weight", "incoming_weight", "unknown_weight")] == [
        3.0,
        2.0,
        1.0,
        5.0,
    ]
    assert middle["conductance"] == pytest.approx(3 / 9)
    assert middle["cross_organisation_share"] == pytest.approx(3 / 6)
    assert found["A"]["brokerage"] == 0
    assert found["A"]["conductance"] == 1.0


def test_an_organisation_that_met_only_strangers_has_no_share():
    (row,) = build_brokerage_table(iterate_windows(meetings(("2024-05", "a", "x", "A", None, 1.0)))).to_pylist()
    assert (row["conductance"], row["cross_organisation_share"], row["unknown_weight"]) == (None, None, 1.0)


def test_nobody():
    assert build_brokerage_table(iterate_windows(meetings())).schema == BROKERAGE_SCHEMA
    assert build_brokerage_table(iterate_windows(meetings(("2024-05", "x", "y", None, None, 1.0)))).num_rows == 0
