"""Conflicts between affiliation files, and between files and addresses."""

from __future__ import annotations

from datetime import date, timedelta

import pyarrow as pa

from ecotone.people.affiliation_attribution import AFFILIATION_SCHEMA, DeclaredAffiliation
from ecotone.people.affiliation_conflicts import find_affiliation_conflicts

ACCOUNT = "7+person-1@users.noreply.github.com"
PEOPLE = pa.table({"account": [ACCOUNT, "other"], "person": ["p1", "p2"]})
START = date(2023, 1, 1)
Row = tuple[str, str | None, str | None, int]


def day_after_start(number: int | None) -> date | None:
    return None if number is None else START + timedelta(number)


def declared_claim(organisation: str | None, since: int | None, until: int | None, source: str, basis: str = "file"):
    return DeclaredAffiliation("Person-1", organisation, day_after_start(since), day_after_start(until), basis, source)


def signed_affiliation(organisation: str, since: int, until: int) -> pa.Table:
    row = (
        "p1",
        organisation,
        day_after_start(since),
        day_after_start(until),
        f"e-mail domain {organisation.casefold()}.example",
        "list",
    )
    return pa.Table.from_pylist([dict(zip(AFFILIATION_SCHEMA.names, row, strict=True))], schema=AFFILIATION_SCHEMA)


def conflict_rows(*words: DeclaredAffiliation, by_address: pa.Table | None = None) -> list[Row]:
    days = [START + timedelta(number) for number in range(0, 100, 10)]
    acts = pa.table({"person": ["p1"] * 10 + ["p2"], "day": pa.array([*days, START], pa.date32())})
    spells = AFFILIATION_SCHEMA.empty_table() if by_address is None else by_address
    table = find_affiliation_conflicts(words, spells, PEOPLE, acts)
    return [
        (row["kind"], row["applied_organisation"], row["overruled_organisation"], row["acts"])
        for row in table.to_pylist()
    ]


def test_of_two_files_the_first_wins_and_the_acts_on_both_ones_days_count() -> None:
    one, other = (
        declared_claim("Org 01", None, 50, "a.txt, line 3"),
        declared_claim("Org 02", 20, None, "b.txt, line 9"),
    )
    assert conflict_rows(one, other) == [("two files", "Org 01", "Org 02", 3)]
    assert conflict_rows(other, one) == [("two files", "Org 02", "Org 01", 3)]


def test_the_files_the_lines_and_the_days_are_given() -> None:
    words = (declared_claim("Org 01", None, 50, "a.txt, line 3"), declared_claim("Org 02", 20, None, "b.txt, line 9"))
    acts = pa.table({"person": ["p1"], "day": pa.array([START], pa.date32())})
    (row,) = find_affiliation_conflicts(words, AFFILIATION_SCHEMA.empty_table(), PEOPLE, acts).to_pylist()
    assert (row["applied_source"], row["overruled_source"]) == ("a.txt, line 3", "b.txt, line 9")
    assert (row["since"], row["until"], row["acts"]) == (day_after_start(20), day_after_start(50), 0)


def test_a_file_that_says_nobody_speaks_against_one_that_names_somebody() -> None:
    words = (declared_claim(None, 0, 30, "a.txt, line 1"), declared_claim("Org 02", 0, 30, "a.txt, line 2"))
    assert conflict_rows(*words) == [("one file twice", "Org 02", None, 3)]


def test_a_file_against_an_address() -> None:
    word = declared_claim("Org 01", 0, 41, "a.txt, line 3")
    assert conflict_rows(word, by_address=signed_affiliation("Org02", 10, 90)) == [
        ("file and address", "Org02", "Org 01", 4)
    ]
    assert conflict_rows(word, by_address=signed_affiliation("Org 01", 10, 90)) == []


def test_what_the_landscape_says_is_settled() -> None:
    words = (declared_claim("Org 01", 0, 100, "a.txt, line 3"), declared_claim("Org 02", 0, 100, "b.txt, line 9"))
    settled = declared_claim("Org 03", 0, 50, "landscape file", "override")
    assert conflict_rows(settled, *words) == [("two files", "Org 01", "Org 02", 5)]
    assert conflict_rows(declared_claim("Org 03", None, None, "landscape file", "override"), *words) == []


def test_a_change_of_jobs_and_an_owner_are_no_dispute() -> None:
    assert (
        conflict_rows(
            declared_claim("Org 01", 0, 21, "a.txt, line 3"), declared_claim("Org 02", 20, None, "b.txt, line 9")
        )
        == []
    )
    assert (
        conflict_rows(
            declared_claim("Microsoft", 0, 50, "a.txt, line 3"), declared_claim("GitHub", 0, 50, "b.txt, line 9")
        )
        == []
    )


def test_the_heaviest_come_first() -> None:
    words = (
        declared_claim("Org 01", 0, 20, "a.txt, line 3"),
        declared_claim("Org 02", 0, 20, "b.txt, line 9"),
        declared_claim("Org 03", 40, 90, "a.txt, line 4"),
        declared_claim("Org 04", 40, 90, "b.txt, line 8"),
    )
    assert [row[3] for row in conflict_rows(*words)] == [5, 2]
