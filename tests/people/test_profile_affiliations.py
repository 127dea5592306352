"""Profile statements: the weakest evidence, applied near the day of observation."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ecotone.events.schema import PROFILE_SCHEMA
from ecotone.foundation.organisation_domains import OrganisationDomain
from ecotone.people.affiliation_attribution import AttributedEvents, DeclaredAffiliation, gather_employer_evidence
from ecotone.people.affiliation_intervals import (
    NO_EMPLOYER,
    NOTHING_DECLARED,
    UNKNOWN,
    SignedDays,
    applicable_statement_days,
    deduplicate_signatures,
)
from ecotone.people.attribution_classes import REACH
from ecotone.people.domain_resolver import DomainResolver
from ecotone.people.profile_affiliations import read_profile_statements

START = date(2023, 1, 1)
HOME, WORK, OTHER = "7+person-1@users.noreply.github.com", "p@org01.example", "p@org02.example"
DOMAINS = DomainResolver.from_landscape(
    {"Org 01": [OrganisationDomain("org01.example")], "Org 02": [OrganisationDomain("org02.example")]}, []
)


def profile_row(
    company: str | None, day: int, login: str = "Person-1", github_id: str | None = "7"
) -> dict[str, object]:
    seen = datetime.combine(START, datetime.min.time()) + timedelta(day)
    return {"login": login, "github_id": github_id, "name": "Person One", "company": company, "seen_at": seen}


def attribute_events_of_person(
    acts: list[tuple[str, int]], rows: list[dict[str, object]], curated: tuple[DeclaredAffiliation, ...] = ()
) -> AttributedEvents:
    """Events of one person as (account, days after START), and profiles."""
    accounts, days = zip(*((account, START + timedelta(day)) for account, day in acts), strict=True)
    table = pa.table({"account": accounts, "person": ["p1"] * len(acts), "day": pa.array(days, pa.date32())})
    listed = sorted({*accounts, HOME})
    people = pa.table({"account": listed, "person": ["p1"] * len(listed), "actor_kind": ["person"] * len(listed)})
    marks = table.select(["account", "day"]).slice(0, 0)
    profiles = pa.Table.from_pylist(rows, schema=PROFILE_SCHEMA)
    return gather_employer_evidence(table, marks, people, DOMAINS, curated, profiles).attribute(table)


def test_a_profile_counts_near_the_day_it_was_seen_and_for_what_nothing_else_says() -> None:
    seen = 400
    acts = [
        (HOME, seen - REACH - 1),
        (HOME, seen - REACH),
        (HOME, seen),
        (HOME, seen + REACH),
        (HOME, seen + REACH + 1),
    ]
    found = attribute_events_of_person(acts, [profile_row("Org 01, Inc.", seen)])
    assert found.organisation.to_pylist() == [None, "Org 01", "Org 01", "Org 01", None]
    assert found.basis.to_pylist() == [None, "profile", "profile", "profile", None]
    (spell,) = found.affiliations.to_pylist()
    assert spell["until"] - spell["since"] == timedelta(2 * REACH + 1)
    assert spell["evidence"] == "profile: a name of the landscape, Org 01"
    assert spell["source"] == f"GitHub profile, seen {START + timedelta(seen)}"


def test_a_signature_goes_before_a_profile_and_limits_it() -> None:
    acts = [(HOME, 340), (OTHER, 350), (HOME, 360), (HOME, 400), (OTHER, 1000)]
    found = attribute_events_of_person(acts, [profile_row("Org 01", 400)])
    assert found.organisation.to_pylist() == [None, "Org 02", "Org 01", "Org 01", "Org 02"]
    assert found.basis.to_pylist() == [None, "signed", "profile", "profile", "signed"]


def test_between_two_signatures_for_another_a_profile_says_nothing() -> None:
    found = attribute_events_of_person(
        [(OTHER, 300), (HOME, 390), (OTHER, 500), (HOME, 510)], [profile_row("Org 01", 400)]
    )
    assert found.organisation.to_pylist() == ["Org 02", "Org 02", "Org 02", None]
    assert "Org 01" not in found.affiliations["organisation"].to_pylist()


@pytest.mark.parametrize(
    ("since", "until", "known"),
    [
        (350, 450, [False, False, False]),  # a curator's word for the day itself
        (350, 380, [False, True, True]),
        (420, 450, [True, True, False]),
    ],
)
def test_a_curators_word_against_it_ends_a_profiles(since: int, until: int, known: list[bool]) -> None:
    days = (START + timedelta(since), START + timedelta(until))
    curated = (DeclaredAffiliation(HOME, None, *days, "override", "landscape file"),)
    found = attribute_events_of_person([(HOME, 340), (HOME, 400), (HOME, 460)], [profile_row("Org 01", 400)], curated)
    assert [one is not None for one in found.organisation.to_pylist()] == known


def test_between_two_words_of_profiles_nothing_is_said() -> None:
    found = attribute_events_of_person(
        [(HOME, 100), (HOME, 150), (HOME, 200), (HOME, 350)], [profile_row("Org 01", 100), profile_row("Org 02", 200)]
    )
    assert found.organisation.to_pylist() == ["Org 01", None, "Org 02", "Org 02"]
    left = attribute_events_of_person(
        [(HOME, 100), (HOME, 150), (HOME, 200)], [profile_row("Org 01", 100), profile_row("freelance", 200)]
    )
    assert left.organisation.to_pylist() == ["Org 01", None, None]


def test_words_of_one_organisation_are_one_spell() -> None:
    found = attribute_events_of_person(
        [(HOME, 0)], [profile_row("Org 01", 0), profile_row("Org 01", 300), profile_row("Org 01", 2000)]
    )
    spells = [(row["since"], row["until"], row["source"]) for row in found.affiliations.to_pylist()]
    day = timedelta
    assert spells == [
        (START - day(REACH), START + day(300 + REACH + 1), "GitHub profile, seen 2023-01-01 to 2023-10-28"),
        (START + day(2000 - REACH), START + day(2000 + REACH + 1), "GitHub profile, seen 2028-06-23"),
    ]


def test_a_profile_is_its_ids_or_its_logins_and_nobody_elses() -> None:
    people = pa.table(
        {
            "account": [HOME, "8+other@users.noreply.github.com", "helper[bot]"],
            "person": ["p1", "p2", "p3"],
            "actor_kind": ["person", "person", "bot"],
        }
    )
    rows = [
        profile_row("Org 01", 0, "renamed", "7"),
        profile_row("Org 02", 1, "OTHER", None),
        profile_row("Org 01", 2, "helper[bot]", None),
        profile_row("Org 01", 3, "stranger", "9"),
        profile_row(None, 4),
    ]
    said = read_profile_statements(
        pa.Table.from_pylist(rows, schema=PROFILE_SCHEMA), people, {"Org 01": "company", "Org 02": "lab"}
    )
    assert [(one.person, one.organisation, one.kind) for one in said] == [
        ("p1", "Org 01", "company"),
        ("p2", "Org 02", "lab"),
    ]


events = st.lists(st.tuples(st.integers(0, 2), st.integers(0, 900), st.integers(0, 2)), max_size=25)


@given(events, events)
@settings(max_examples=300, deadline=None)
def test_a_profiles_days_hold_no_other_word(
    signed: list[tuple[int, int, int]], said: list[tuple[int, int, int]]
) -> None:
    person, day, what = (np.array(column, np.int64) for column in zip(*(signed or [(9, 0, 0)]), strict=True))
    marks = deduplicate_signatures(person, day, what)
    stated = SignedDays(*(np.array(column, np.int64) for column in zip(*sorted(set(said) or {(9, 0, 0)}), strict=True)))
    found = applicable_statement_days(stated, marks, NOTHING_DECLARED)
    for row, (who, when, organisation) in enumerate(
        zip(stated.person.tolist(), stated.day.tolist(), stated.organisation.tolist(), strict=True)
    ):
        since, until = int(found.since[row]), int(found.until[row])
        assert since == until or when - REACH <= since <= when < until <= when + REACH + 1
        against = [
            other
            for one, other, name in zip(marks.person, marks.day, marks.organisation, strict=True)
            if one == who and name not in (UNKNOWN, organisation)
        ]
        assert not any(since <= other < until for other in against)
        for other in range(len(stated.person)):
            if stated.person[other] == who and stated.organisation[other] not in (organisation, NO_EMPLOYER):
                assert max(since, found.since[other]) >= min(until, found.until[other])
