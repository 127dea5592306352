"""Attribution of events to organisations."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import pyarrow as pa
from hypothesis import given, settings
from hypothesis import strategies as st

from ecotone.foundation.organisation_domains import OrganisationDomain
from ecotone.people.affiliation_attribution import AttributedEvents, DeclaredAffiliation, gather_employer_evidence
from ecotone.people.affiliation_intervals import (
    UNKNOWN,
    DeclaredIntervals,
    assign_organisations,
    deduplicate_signatures,
)
from ecotone.people.attribution_classes import LARGEST_GAP, LIST_REACH
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
    uses = table.select(["account", "day"]).slice(0, 0)
    return gather_employer_evidence(table, uses, people, DOMAINS, curated).attribute(table)


def test_an_address_speaks_for_its_organisation_and_fills_the_days_between() -> None:
    found = attribute_events_of_person(
        [(HOME, 0), ("p@org01.example", 10), (HOME, 100), ("p@org01.example", 300), (HOME, 310)]
    )
    assert found.organisation.to_pylist() == [None, "Org 01", "Org 01", "Org 01", None]
    assert found.basis.to_pylist() == [None, "signed", "spell", "signed", None]


def test_an_address_that_hides_its_user_shows_no_employer() -> None:
    found = attribute_events_of_person([("Jo <noreply@org01.example>", 0), ("Jo <team@org01.example>", 1)])
    assert found.organisation.to_pylist() == [None, "Org 01"]


def test_an_address_whose_domain_is_made_up_shows_no_employer() -> None:
    table = pa.table({"account": ["ada@google.com"], "person": ["p"], "day": pa.array([date(2024, 1, 1)])})
    people = pa.table({"account": ["ada@google.com"], "person": ["p"], "actor_kind": ["person"]})
    uses = table.select(["account", "day"])
    for made_up, organisation in ((frozenset(), "Google"), (frozenset({"ada@google.com"}), None)):
        attributed = gather_employer_evidence(table, uses, people, DOMAINS, (), made_up=made_up).attribute(table)
        assert attributed.organisation.to_pylist() == [organisation]
        assert attributed.affiliations.num_rows == (organisation is not None)


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


def declared_affiliation(
    organisation: str | None, basis: str, since: int | None, until: int | None, as_of: int | None = None
) -> DeclaredAffiliation:
    days = (None if days is None else START + timedelta(days) for days in (since, until, as_of))
    first, last, described = days
    return DeclaredAffiliation(HOME.upper(), organisation, first, last, basis, "somebody", described)


def test_the_landscape_counts_before_a_signature_and_a_signature_before_a_file() -> None:
    listed = (
        declared_affiliation("Org 09", "override", 0, 10),
        declared_affiliation("Org 08", "file", 0, 20),
        declared_affiliation(None, "file", 20, 30),
    )
    acts = [(HOME, 0), ("p@org01.example", 5), (HOME, 9), (HOME, 15), (HOME, 25), ("p@org03.example", 29), (HOME, 40)]
    attributed = attribute_events_of_person(acts, listed)
    assert attributed.organisation.to_pylist() == ["Org 09", "Org 09", "Org 09", "Org 08", None, "Org 03", None]
    assert attributed.basis.to_pylist() == ["override", "override", "override", "file", None, "signed", None]


def test_between_two_signatures_a_file_decides_nothing() -> None:
    listed = (declared_affiliation("Org 08", "file", None, None, 400),)
    attributed = attribute_events_of_person([("p@org01.example", 0), (HOME, 5), ("p@org01.example", 9)], listed)
    assert attributed.basis.to_pylist() == ["signed", "spell", "signed"]
    assert set(attributed.organisation.to_pylist()) == {"Org 01"}


def test_an_open_entry_ends_a_year_after_the_files_date_and_an_ended_one_at_its_end() -> None:
    opened = (declared_affiliation("Org 08", "file", 100, None, 200),)
    days = [99, 100, 200 + LIST_REACH - 1, 200 + LIST_REACH, 5000]
    attributed = attribute_events_of_person([(HOME, day) for day in days], opened)
    assert attributed.organisation.to_pylist() == [None, "Org 08", "Org 08", None, None]
    assert attributed.basis.to_pylist() == [None, "file", "file", "stale_list", "stale_list"]
    assert [(row["evidence"], row["until"]) for row in attributed.affiliations.to_pylist()] == [
        ("file", START + timedelta(200 + LIST_REACH)), ("stale_list", None),
    ]  # fmt: skip
    ended = (declared_affiliation("Org 08", "file", 100, 150, 200),)
    attributed = attribute_events_of_person([(HOME, day) for day in (149, 150, 5000)], ended)
    assert attributed.basis.to_pylist() == ["file", None, None]
    planned = (declared_affiliation("Org 08", "file", 100, 2000, 200),)  # an end that the file could not know
    attributed = attribute_events_of_person([(HOME, day) for day in (200, 1999, 2000)], planned)
    assert attributed.basis.to_pylist() == ["file", "stale_list", None]


def test_a_later_signature_for_another_organisation_ends_an_open_entry() -> None:
    listed = (declared_affiliation("Org 08", "file", 100, None, 200),)
    acts = [("p@org01.example", 50), (HOME, 250), ("p@org01.example", 300), (HOME, 301), (HOME, 900)]
    attributed = attribute_events_of_person(acts, listed)
    assert attributed.organisation.to_pylist() == ["Org 01", "Org 01", "Org 01", None, None]
    acts = [("p@org01.example", 50), (HOME, 250), ("p@org03.example", 300), (HOME, 301), (HOME, 900)]
    attributed = attribute_events_of_person(acts, listed)
    assert attributed.organisation.to_pylist() == ["Org 01", "Org 08", "Org 03", None, None]
    assert attributed.basis.to_pylist() == ["signed", "file", "signed", None, None]


def test_an_ended_entry_counts_before_an_open_one_whatever_their_order() -> None:
    both = (declared_affiliation("Org 07", "file", 0, None, 90), declared_affiliation("Org 08", "file", 10, 20, 90))
    for listed in (both, both[::-1]):
        attributed = attribute_events_of_person([(HOME, 5), (HOME, 15), (HOME, 25)], listed)
        assert attributed.organisation.to_pylist() == ["Org 07", "Org 08", "Org 07"]


def test_a_remark_that_names_no_employer_is_shown_and_decides_nothing() -> None:
    listed = (declared_affiliation(None, "file", 0, None, 90),)
    attributed = attribute_events_of_person([("p@org01.example", 5), (HOME, 25)], listed)
    assert attributed.basis.to_pylist() == ["signed", None]
    assert (None, "file") in {(row["organisation"], row["evidence"]) for row in attributed.affiliations.to_pylist()}


entries = st.lists(
    st.tuples(st.sampled_from(["Org 01", "Org 08", None]), st.integers(0, 800), st.integers(1, 900) | st.none()),
    max_size=4,
)


@given(entries, st.lists(st.tuples(st.sampled_from([HOME, "p@org01.example"]), st.integers(0, 2000)), min_size=1))
@settings(max_examples=60, deadline=None)
def test_a_file_makes_nobody_unknown_and_changes_no_signature(
    listed: list[tuple[str | None, int, int | None]], acts: list[tuple[str, int]]
) -> None:
    curated = tuple(
        declared_affiliation(organisation, "file", since, None if days is None else since + days, 800)
        for organisation, since, days in listed
    )
    without, with_file = attribute_events_of_person(acts), attribute_events_of_person(acts, curated)
    pairs = zip(without.organisation.to_pylist(), with_file.organisation.to_pylist(), strict=True)
    assert all(before in (None, after) for before, after in pairs)


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
