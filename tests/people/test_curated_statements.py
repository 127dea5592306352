"""What a landscape and its affiliation files say of people: names, dates, and whom they are read for."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from ecotone.foundation.errors import BadLandscape
from ecotone.foundation.landscape import AffiliationFile, Landscape, parse_landscape
from ecotone.people.affiliation_files import read_affiliation_file
from ecotone.people.curated_statements import CuratedFile, curated_statements

PROJECT = '\n[[project]]\nrepository = "team/service"\n'


def landscape_with(header: str = "", tables: str = "") -> Landscape:
    return parse_landscape(f'[landscape]\nname = "ours"\n{header}\n{tables}{PROJECT}', Path("/fields/ours.toml"))


def file_of(*rows: str, as_of: date | None = None, name: str = "list.csv") -> CuratedFile:
    text = "account,organisation,since,until\n" + "".join(f"{row}\n" for row in rows)
    return CuratedFile(name, read_affiliation_file(name, text), as_of)


def organisations(*files: CuratedFile, tables: str = "") -> list[str | None]:
    accounts = ["ada@mail.example", "bo@mail.example", "cy@mail.example"]
    statements = curated_statements(landscape_with(tables=tables), files, accounts)
    return [spell.organisation for spell in sorted(statements.spells, key=lambda spell: spell.account)]


def test_a_file_describes_its_newest_day_unless_the_landscape_says_which() -> None:
    rows = ("ada@mail.example,Acme,2019-01-01,2021-05-01", "bo@mail.example,Acme,2020-01-01,")
    assert file_of(*rows).described_day == date(2021, 5, 1)
    assert file_of(*rows, as_of=date(2023, 3, 1)).described_day == date(2023, 3, 1)
    assert file_of("ada@mail.example,Acme,,").described_day is None
    # the newest day counts also if nobody of the landscape is in its line
    stranger = file_of(*rows, "stranger@mail.example,Acme,2022-02-02,")
    (spell, _) = curated_statements(landscape_with(), [stranger], ["ada@mail.example", "bo@mail.example"]).spells
    assert spell.as_of == date(2022, 2, 2)


def test_an_entry_of_affiliations_is_text_or_a_table() -> None:
    header = 'affiliations = ["a.csv", { file = "../b.txt", as_of = 2023-03-01 }]'
    assert landscape_with(header).affiliations == (
        AffiliationFile(Path("/fields/a.csv")),
        AffiliationFile(Path("/b.txt"), date(2023, 3, 1)),
    )
    with pytest.raises(BadLandscape, match=r"unknown key 'asof'\. Accepted here: as_of, file"):
        landscape_with('affiliations = [{ file = "b.txt", asof = 2023-03-01 }]')


def test_an_organisation_has_one_name_whatever_its_entries_call_it() -> None:
    entries = (
        "ada@mail.example,Muster Works AG,,",
        "bo@mail.example,MUSTER WORKS,,",
        "cy@mail.example,Red Hat Inc,,",
    )
    assert organisations(file_of(*entries)) == ["MUSTER WORKS", "MUSTER WORKS", "Red Hat"]
    own = '[organisations]\n"Muster Works" = ["muster.example"]\n'
    assert organisations(file_of(*entries), tables=own) == ["Muster Works", "Muster Works", "Red Hat"]


def test_words_that_name_no_employer_are_remarks() -> None:
    entries = ("ada@mail.example,Self-employed,,", "bo@mail.example,(Robots),,", "cy@mail.example,NotFound,,")
    assert organisations(file_of(*entries)) == [None, None, None]


def test_a_file_is_read_only_for_the_people_of_the_landscape() -> None:
    text = "ada: ada!mail.example, ada!work.example\n\tAcme\nstranger: stranger!mail.example\n\tAcme\n"
    file = CuratedFile("developers_affiliations1.txt", read_affiliation_file("developers_affiliations1.txt", text))
    statements = curated_statements(landscape_with(), [file], ["ada@work.example"])
    assert [spell.account for spell in statements.spells] == ["ada"]
    assert set(statements.ties["account"].to_pylist()) == {"ada"}


def test_a_landscape_chooses_companies_or_the_groups_that_own_them() -> None:
    entry = file_of("ada@mail.example,Red Hat,2019-01-01,2020-01-01")
    assert organisations(entry) == ["Red Hat"]
    assert organisations(entry, tables='[organisations]\nlevel = "group"\n') == ["IBM", "Red Hat"]  # the latest first
    with pytest.raises(BadLandscape, match=r"line 5: organisations\.level = 'team' .*must be \"company\" or \"group\""):
        landscape_with(tables='[organisations]\nlevel = "team"\n')
