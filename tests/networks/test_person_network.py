"""From interactions to a network of people."""

from __future__ import annotations

from ecotone.networks.mixing import mixing_matrix
from ecotone.networks.person_network import UNKNOWN

from .made import meetings
from .reference_network import network_of


def test_people_are_added_up_over_kinds_and_months():
    made = network_of(
        meetings(
            ("2024-05", "ann", "bob", "Acme", None, 1.0),
            ("2024-06", "ann", "bob", "Acme", None, 0.5),
            ("2024-06", "bob", "ann", None, "Acme", 2.0),
            ("2024-06", "cat", "cat", "Acme", "Acme", 9.0),
        )
    )
    assert list(zip(made.source.tolist(), made.target.tolist(), made.weight.tolist(), strict=True)) == [
        (0, 1, 1.5),
        (1, 0, 2.0),
    ]
    assert made.organisations == ("Acme",)
    assert made.organisation_codes.tolist() == [0, UNKNOWN]


def test_a_person_belongs_where_most_of_their_weight_is():
    made = network_of(
        meetings(
            ("2024-05", "ann", "bob", "Zeta", "B", 1.0),
            ("2024-05", "ann", "cat", "Acme", "B", 2.0),
            ("2024-05", "ann", "dan", None, "B", 9.0),
            ("2024-05", "eve", "dan", "Zeta", "B", 1.0),
            ("2024-05", "eve", "bob", "Acme", "B", 1.0),
        )
    )
    names = [None if one == UNKNOWN else made.organisations[one] for one in made.organisation_codes]
    assert names == ["Acme", "B", "B", "B", "Acme"]
    assert mixing_matrix(made).sum() == 14.0


def test_nobody():
    made = network_of(meetings())
    assert (len(made.organisation_codes), made.organisations, made.edge_organisations[0].tolist()) == (0, (), [])
