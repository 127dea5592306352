"""Organisations that may be one are offered with ready lines, and only with a reason."""

from __future__ import annotations

import tomllib

import pyarrow as pa
import pytest

from ecotone.people.affiliation_attribution import AFFILIATION_SCHEMA
from ecotone.people.organisation_pairs import OrganisationPair, find_organisation_pairs

NEW = ("p1", "p2", "p3", "p5", "p6")


def signed(*rows: tuple[str, str, str]) -> pa.Table:
    """Person, organisation and domain of affiliations by address."""
    names = AFFILIATION_SCHEMA.names
    full = [(person, name, None, None, f"e-mail domain {domain}", "list") for person, name, domain in rows]
    return pa.Table.from_pylist([dict(zip(names, row, strict=True)) for row in full], schema=AFFILIATION_SCHEMA)


def people_of(domain: str, *persons: str) -> list[tuple[str, str, str]]:
    return [(person, domain, domain) for person in persons]


def test_two_domains_of_the_same_people_are_offered_with_lines_that_a_landscape_accepts() -> None:
    table = signed(*people_of("old.example", "p1", "p2", "p3", "p4"), *people_of("new.example", *NEW))
    (pair,) = find_organisation_pairs(table)
    assert pair == OrganisationPair(
        "new.example", "old.example", 3, 4, ("new.example", "old.example"),
        "3 of the 4 people of old.example also signed for new.example",
    )  # fmt: skip
    assert tomllib.loads(pair.landscape_lines) == {"organisations": {"new.example": ["new.example", "old.example"]}}


@pytest.mark.parametrize("old", [("p1",), ("p1", "p2", "p3", "p7", "p8", "p9", "p10")])
def test_a_few_people_who_change_jobs_make_no_pair(old: tuple[str, ...]) -> None:
    new = ("p1", "p2", "p3", *(f"q{number}" for number in range(9)))
    assert find_organisation_pairs(signed(*people_of("old.example", *old), *people_of("new.example", *new))) == []


def test_names_that_differ_in_their_form_or_end_are_alike() -> None:
    table = signed(*people_of("bright.io", "p1"), ("p2", "Bright", "bright.dev"), ("p3", "Dim Ltd", "dim.io"))
    (pair,) = find_organisation_pairs(table)
    assert (pair.name, pair.other_name, pair.domains) == ("Bright", "bright.io", ("bright.dev", "bright.io"))


def test_a_name_that_continues_another_is_offered_but_a_company_and_its_owner_are_not() -> None:
    table = signed(("p1", "Telecom Example", "te.example"), ("p2", "Télécom ExampleTech", "tet.example"))
    assert [pair.reason for pair in find_organisation_pairs(table)] == ["the names are alike"]
    owned = [*people_of("Red Hat", "p1", "p2", "p3"), *people_of("IBM", "p1", "p2", "p3")]
    assert find_organisation_pairs(signed(*owned)) == []


def test_what_files_and_profiles_say_makes_no_pair() -> None:
    row = {"person": "p1", "organisation": "Bright", "since": None, "until": None, "evidence": "file", "source": "a"}
    table = pa.Table.from_pylist([row, row | {"organisation": "bright.io"}], schema=AFFILIATION_SCHEMA)
    assert find_organisation_pairs(table) == []
