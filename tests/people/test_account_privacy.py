"""Public accounts, pseudonyms and erasure."""

from __future__ import annotations

import pyarrow as pa

from ecotone.people.account_privacy import ERASURE_EVIDENCE, ErasedPeople, Pseudonyms, with_public_accounts
from ecotone.people.identity_resolution import PEOPLE_SCHEMA

WORK, HIDDEN, OTHER = "p1@org01.example", "1+person-1@users.noreply.github.com", "p2@org01.example"
PEOPLE = pa.Table.from_pylist(
    [
        {"account": account, "person": person, "actor_kind": "person", "evidence": "said"}
        for account, person in ((WORK, "pa"), (HIDDEN, "pa"), (OTHER, "pb"))
    ],
    schema=PEOPLE_SCHEMA,
)
EVENTS = pa.table(
    {
        "event_id": ["o/n@1", f"o/n@1#co_author:{HIDDEN}", "o/n@2"],
        "account": [WORK, HIDDEN, OTHER],
        "person": ["pa", "pa", "pb"],
        "other_account": [None, WORK, WORK],
        "organisation": ["Org 01", None, "Org 01"],
    }
)
SPELLS = pa.table({"person": ["pa", "pb"], "organisation": ["Org 01", "Org 01"]})
LINKS = pa.table({"account": [WORK, OTHER], "other_account": [HIDDEN, "x"], "rule": [".mailmap", ".mailmap"]})
TABLES = {"people": PEOPLE, "events": EVENTS, "affiliations": SPELLS, "links": LINKS}


def test_a_forgotten_person_is_in_no_table_and_totals_stay() -> None:
    kept = ErasedPeople("salt", {}).add_person(PEOPLE, "pa")
    tables = kept.erase_from_tables(TABLES)
    text = str({name: table.to_pydict() for name, table in tables.items()})
    assert not any(trace in text for trace in (WORK, HIDDEN, "person-1", "'pa'"))
    assert tables["events"].num_rows == EVENTS.num_rows
    assert tables["events"]["organisation"].equals(EVENTS["organisation"])
    assert tables["events"]["person"].to_pylist() == ["forgotten-1", "forgotten-1", "pb"]
    assert tables["people"]["evidence"].to_pylist() == [ERASURE_EVIDENCE, "said"]
    assert tables["affiliations"]["person"].to_pylist() == ["pb"]
    assert WORK not in str(kept.digests)


def test_later_tables_are_forgotten_too_however_the_account_is_spelled() -> None:
    kept = ErasedPeople("salt", {}).add_person(PEOPLE, "pa")
    later = {**TABLES, "people": PEOPLE.set_column(0, "account", pa.array([WORK.upper(), "Person-1", OTHER]))}
    assert kept.erase_from_tables(later)["people"]["account"].to_pylist() == ["forgotten-1", OTHER]
    assert ErasedPeople("another", kept.digests).erase_from_tables(TABLES)["people"].equals(PEOPLE)


def test_pseudonyms_are_the_same_in_one_workspace_only() -> None:
    one, again, other = (Pseudonyms(salt).pseudonymise_table(EVENTS) for salt in ("a", "a", "b"))
    assert one.equals(again)
    assert not one["account"].equals(other["account"])
    assert "@org" not in str(one.to_pydict())
    assert "person-1" not in str(one.to_pydict())
    assert one["person"][0] == one["person"][1] != one["person"][2]


def test_addresses_are_shown_as_logins_or_pseudonyms() -> None:
    shown = with_public_accounts(EVENTS)
    assert shown["account"][1].as_py() == "person-1"
    assert shown["event_id"][1].as_py() == "o/n@1#co_author:person-1"
    assert "p1@" not in str(shown.to_pydict())


MEETINGS = pa.table({"from_person": ["pa", "pb"], "to_person": ["pb", "pa"], "weight": [1.0, 2.0]})
INFLUENCE = pa.table({"subject": ["pa", "p/a", "pb"], "subject_kind": ["person", "project", "person"]})


def test_persons_who_meet_and_who_carry_weight_are_forgotten_too() -> None:
    kept = ErasedPeople("salt", {}).add_person(PEOPLE, "pa")
    tables = kept.erase_from_tables({**TABLES, "person_interactions": MEETINGS, "influence": INFLUENCE})
    assert tables["person_interactions"]["from_person"].to_pylist() == ["forgotten-1", "pb"]
    assert tables["person_interactions"]["to_person"].to_pylist() == ["pb", "forgotten-1"]
    assert tables["influence"]["subject"].to_pylist() == ["forgotten-1", "p/a", "pb"]


def test_pseudonyms_of_persons_who_meet_and_who_carry_weight() -> None:
    names = Pseudonyms("a")
    met, carried = names.pseudonymise_table(MEETINGS), names.pseudonymise_table(INFLUENCE)
    assert met["from_person"].to_pylist() == [names.pseudonym_of_person("pa"), names.pseudonym_of_person("pb")]
    assert carried["subject"].to_pylist() == [names.pseudonym_of_person("pa"), "p/a", names.pseudonym_of_person("pb")]
