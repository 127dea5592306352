"""Attribution of events to organisations."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import pyarrow as pa
from hypothesis import given, settings
from hypothesis import strategies as st

from ecotone.foundation.landscape import OrganisationDomain
from ecotone.people.affiliation_attribution import AttributedEvents, DeclaredAffiliation, attribute_events
from ecotone.people.affiliation_intervals import (
    UNKNOWN,
    DeclaredIntervals,
    assign_organisations,
    deduplicate_signatures,
)
from ecotone.people.attribution_classes import LARGEST_GAP
from ecotone.people.domain_resolver import DomainResolver

START = date(2023, 1, 1)
HOME = "p@freemail.example"
DOMAINS = DomainResolver.from_landscape(
    {
        "Org 01": [OrganisationDomain("org01.example"), OrganisationDomain("org02.example", since=date(2024, 1, 1))],
        "Org 02": [OrganisationDomain("org02.example", until=date(2024, 1, 1))],
        "Org 03": [OrganisationDomain("org03.example")],
    },
    ["freemail.example"],
)


def attribute_events_of_person(
    acts: list[tuple[str, int]], curated: tuple[DeclaredAffiliation, ...] = ()
) -> AttributedEvents:
    """Events of one person as (account, days after START)."""
    accounts = [account for account, _ in acts]
    days = [START + timedelta(days) for _, days in acts]
    table = pa.table({"account": accounts, "person": ["p1"] * len(acts), "day": pa.array(days, pa.date32())})
    listed = sorted(set(accounts))
    people = pa.table({"account": listed, "person": ["p1"] * len(listed), "actor_kind": ["person"] * len(listed)})
    return attribute_events(table, table.select(["account", "day"]).slice(0, 0), people, DOMAINS, curated)


def test_an_address_speaks_for_its_organisation_and_fills_the_days_between() -> None:
    found = attribute_events_of_person(
        [(HOME, 0), ("p@org01.example", 10), (HOME, 100), ("p@org01.example", 300), (HOME, 310)]
    )
    assert found.organisation.to_pylist() == [None, "Org 01", "Org 01", "Org 01", None]
    assert found.basis.to_pylist() == [None, "signed", "spell", "signed", None]


def test_nothing_is_filled_beyond_the_largest_gap() -> None:
    for gap, organisation in ((LARGEST_GAP, "Org 01"), (LARGEST_GAP + 1, None)):
        found = attribute_events_of_person([("p@org01.example", 0), (HOME, 5), ("p@org01.example", gap)])
        assert found.organisation.to_pylist()[1] == organisation


def test_between_two_organisations_nothing_is_said() -> None:
    found = attribute_events_of_person([("p@org01.example", 0), (HOME, 5), ("p@org03.example", 10)])
    assert found.organisation.to_pylist()[1] is None
    both = attribute_events_of_person([("p@org01.example", 0), ("p@org03.example", 0), (HOME, 0)])
    assert both.organisation.to_pylist()[2] is None


def test_a_bought_companys_domain_changes_hands_on_its_day() -> None:
    day = (date(2024, 1, 1) - START).days
    found = attribute_events_of_person([("p@org02.example", day - 1), ("p@org02.example", day)])
    assert found.organisation.to_pylist() == ["Org 02", "Org 01"]
    spells = [(row["organisation"], row["since"], row["until"]) for row in found.affiliations.to_pylist()]
    assert spells == [
        ("Org 02", date(2023, 12, 31), date(2024, 1, 1)),
        ("Org 01", date(2024, 1, 1), date(2024, 1, 2)),
    ]


def declared_affiliation(organisation: str | None, basis: str, since: int, until: int) -> DeclaredAffiliation:
    days = (START + timedelta(since), START + timedelta(until))
    return DeclaredAffiliation(HOME.upper(), organisation, *days, basis, "somebody")


def test_a_curator_is_believed_first_and_the_landscape_before_a_file() -> None:
    said = (
        declared_affiliation("Org 09", "override", 0, 10),
        declared_affiliation("Org 08", "file", 0, 20),
        declared_affiliation(None, "file", 20, 30),
    )
    acts = [(HOME, 0), ("p@org01.example", 5), (HOME, 9), (HOME, 10), (HOME, 25), ("p@org01.example", 40)]
    found = attribute_events_of_person(acts, said)
    assert found.organisation.to_pylist() == ["Org 09", "Org 09", "Org 09", "Org 08", None, "Org 01"]
    assert found.basis.to_pylist() == ["override", "override", "override", "file", "file", "signed"]


def test_a_community_address_takes_the_persons_employer() -> None:
    found = attribute_events_of_person([("p@org01.example", 0), ("p@apache.org", 5), ("p@org01.example", 9)])
    assert found.organisation.to_pylist()[1] == "Org 01"


EMPTY = DeclaredIntervals(*(np.empty(0, np.int64) for _ in range(5)))
acts = st.lists(st.tuples(st.integers(0, 3), st.integers(0, 900), st.integers(-1, 2)), min_size=1, max_size=40)


@given(acts)
@settings(max_examples=200, deadline=None)
def test_a_filled_day_lies_between_equal_signatures(listed: list[tuple[int, int, int]]) -> None:
    person, day, own = (np.array(column, np.int64) for column in zip(*listed, strict=True))
    known = own != UNKNOWN
    signed = deduplicate_signatures(person[known], day[known], own[known])
    found, _ = assign_organisations(person, day, own, signed, EMPTY)
    for (who, when, said), organisation in zip(listed, found.tolist(), strict=True):
        theirs = [(other_day, org) for other, other_day, org in listed if other == who and org != UNKNOWN]
        if said != UNKNOWN:
            assert organisation == said
        elif organisation != UNKNOWN:
            before = max(other for other, _ in theirs if other <= when)
            after = min(other for other, _ in theirs if other >= when)
            assert after - before <= LARGEST_GAP
            assert {org for other, org in theirs if other in (before, after)} == {organisation}
