"""Organisations that may be one are offered with ready lines, and only with a reason."""

from __future__ import annotations

import tomllib
from datetime import date

import pyarrow as pa
import pytest

from ecotone.people.affiliation_attribution import AFFILIATION_SCHEMA
from ecotone.people.identity_resolution import PEOPLE_SCHEMA
from ecotone.people.organisation_pairs import OrganisationPair, find_organisation_pairs

NOBODY = PEOPLE_SCHEMA.empty_table()
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
    (pair,) = find_organisation_pairs(table, NOBODY)
    assert pair == OrganisationPair(
        "new.example", "old.example", 3, 4, ("new.example", "old.example"),
        "3 of the 4 people of old.example also signed for new.example",
    )  # fmt: skip
    assert tomllib.loads(pair.landscape_lines) == {"organisations": {"new.example": ["new.example", "old.example"]}}


@pytest.mark.parametrize("old", [("p1",), ("p1", "p2", "p3", "p7", "p8", "p9", "p10")])
def test_a_few_people_who_change_jobs_make_no_pair(old: tuple[str, ...]) -> None:
    new = ("p1", "p2", "p3", *(f"q{number}" for number in range(9)))
    table = signed(*people_of("old.example", *old), *people_of("new.example", *new))
    assert find_organisation_pairs(table, NOBODY) == []


def test_names_that_differ_in_their_form_or_end_are_alike() -> None:
    table = signed(*people_of("bright.io", "p1"), ("p2", "Bright", "bright.dev"), ("p3", "Dim Ltd", "dim.io"))
    (pair,) = find_organisation_pairs(table, NOBODY)
    assert (pair.name, pair.other_name, pair.domains) == ("Bright", "bright.io", ("bright.dev", "bright.io"))


def test_a_name_that_continues_another_is_offered_but_a_company_and_its_owner_are_not() -> None:
    table = signed(("p1", "Telecom Example", "te.example"), ("p2", "Télécom ExampleTech", "tet.example"))
    assert [pair.reason for pair in find_organisation_pairs(table, NOBODY)] == ["the names are alike"]
    owned = [*people_of("Red Hat", "p1", "p2", "p3"), *people_of("IBM", "p1", "p2", "p3")]
    assert find_organisation_pairs(signed(*owned), NOBODY) == []


def test_what_files_and_profiles_say_makes_no_pair() -> None:
    row = {"person": "p1", "organisation": "Bright", "since": None, "until": None, "evidence": "file", "source": "a"}
    table = pa.Table.from_pylist([row, row | {"organisation": "bright.io"}], schema=AFFILIATION_SCHEMA)
    assert find_organisation_pairs(table, NOBODY) == []


def work(person: str, domain: str, since: int, until: int) -> dict[str, object]:
    """A person who signed with a domain from one year to another."""
    return {
        "person": person, "organisation": domain, "since": date(since, 1, 1), "until": date(until, 12, 31),
        "evidence": f"e-mail domain {domain}", "source": "list",
    }  # fmt: skip


def visited() -> pa.Table:
    """Four people of an organisation who signed with another domain for a year, and went on with their own."""
    rows = [work(f"p{number}", "old.example", 2015, 2025) for number in range(20)]
    rows += [work(f"q{number}", "new.example", 2021, 2025) for number in range(20)]
    rows += [work(f"p{number}", "new.example", 2021, 2021) for number in range(4)]
    return pa.Table.from_pylist(rows, schema=AFFILIATION_SCHEMA)


def renamed(went: int, elsewhere: int = 0, back: int = 0) -> pa.Table:
    """Twenty people of an organisation of whom some went to a new one of twenty, some elsewhere; some came back."""
    rows = [work(f"p{number}", "old.example", 2015, 2020) for number in range(20)]
    rows += [work(f"q{number}", "new.example", 2021, 2025) for number in range(20)]
    rows += [work(f"p{number}", "new.example", 2021, 2025) for number in range(went)]
    rows += [work(f"p{number}", f"other{number}.example", 2021, 2025) for number in range(10, 10 + elsewhere)]
    for number in range(back):
        rows += [work(f"b{number}", "new.example", 2021, 2022), work(f"b{number}", "old.example", 2023, 2024)]
    return pa.Table.from_pylist(rows, schema=AFFILIATION_SCHEMA)


def test_an_organisation_whose_leavers_all_go_to_one_other_is_offered_with_it() -> None:
    (pair,) = find_organisation_pairs(renamed(4, elsewhere=1), NOBODY)
    assert pair.reason == "4 of the 5 people who left old.example for another employer went to new.example"


@pytest.mark.parametrize(
    "table",
    [renamed(2), renamed(4, elsewhere=3), renamed(4, back=1), visited()],
    ids=["too few", "elsewhere too", "some came back", "a visit"],
)
def test_people_who_go_where_others_go_too_make_no_pair(table: pa.Table) -> None:
    assert find_organisation_pairs(table, NOBODY) == []


def test_one_full_name_before_the_at_sign_of_both_domains_is_one_leaver() -> None:
    rows = [work(f"{domain[:3]}{name}", domain, *years) for name in ("ada", "bo", "cy") for domain, years in
            (("old.example", (2015, 2020)), ("new.example", (2021, 2025)))]  # fmt: skip
    rows += [work(f"q{number}", "new.example", 2021, 2025) for number in range(9)]
    rows += [work(f"o{number}", "old.example", 2015, 2020) for number in range(9)]
    table = pa.Table.from_pylist(rows, schema=AFFILIATION_SCHEMA)

    def holders(form: str) -> pa.Table:
        accounts = [
            {"account": form.format(name=name) + f"@{domain}", "person": f"{domain[:3]}{name}", "actor_kind": "person"}
            for name in ("ada", "bo", "cy")
            for domain in ("old.example", "new.example")
        ]
        return pa.Table.from_pylist(accounts, schema=PEOPLE_SCHEMA)

    assert len(find_organisation_pairs(table, holders("{name}.example"))) == 1
    assert find_organisation_pairs(table, holders("{name}")) == []
    assert find_organisation_pairs(table, NOBODY) == []


@pytest.mark.parametrize(
    ("employers", "count"),
    [
        (("a.example", "b.example", "b.example", "a.example"), 0),
        (("a.example", "b.example", "a.example", "b.example"), 1),
        (("Stanford University", "b.example", "Stanford University", "b.example"), 0),
    ],
    ids=["both ways", "one way", "students"],
)
def test_people_who_went_both_ways_and_students_make_no_pair(employers: tuple[str, ...], count: int) -> None:
    """The first and the second employer of one person, then of another."""
    rows = [
        work(f"p{place // 2}", name, 2015 + place % 2 * 4, 2017 + place % 2 * 4) for place, name in enumerate(employers)
    ]
    table = pa.Table.from_pylist(rows, schema=AFFILIATION_SCHEMA)
    assert len(find_organisation_pairs(table, NOBODY)) == count


def test_an_abbreviation_or_a_further_word_makes_no_like_name() -> None:
    table = signed(
        ("p1", "St. Example School", "a.example"), ("p2", "St. Other School", "b.example"),
        ("p3", "University of Example", "c.example"), ("p4", "University of Example, North Campus", "d.example"),
    )  # fmt: skip
    assert find_organisation_pairs(table, NOBODY) == []
