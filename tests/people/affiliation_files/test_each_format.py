"""The meaning of each format on small examples, and refusals with line numbers."""

from __future__ import annotations

from datetime import date

import pytest

from ecotone.people.affiliation_files import (
    FileAffiliation,
    FileDomain,
    FileIdentity,
    FileStatements,
    OwnedAccount,
    ReadResult,
    read_affiliation_file,
    write_affiliation_file,
)
from ecotone.people.affiliation_files.field_parsers import Unreadable, parse_day_span

from .samples import SAMPLES


def spells_of(result: ReadResult) -> list[tuple[str, str, str | None, str | None]]:
    return [
        (one.account, one.organisation, one.since and str(one.since), one.until and str(one.until))
        for one in result.all_affiliations()
    ]


def refusals_of(result: ReadResult) -> list[tuple[int, str]]:
    return [(one.line, one.reason) for one in result.refused]


def test_gitdm_people_have_accounts_and_dated_employers():
    result = read_affiliation_file(*SAMPLES["gitdm"])
    assert result.identities[0].accounts == ("person1", "person1@users.noreply.github.com", "person1@acme.example")
    assert [(one.name, one.conflicting) for one in result.identities] == [
        (None, False), (None, True), ("Person Three", False)]  # fmt: skip
    assert [(one.organisation, one.line) for one in result.affiliations] == [
        ("Acme Inc.", 3),
        ("Globex LLC", 4),
        ("Initech", 8),
    ]
    assert [one.organisation for one in result.without_organisation] == ["Independent", "NotFound"]
    assert spells_of(result)[0] == ("person1", "Independent", None, "2019-03-01")
    assert spells_of(result)[1] == ("person1", "Acme Inc.", "2019-03-01", "2022-06-01")


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("\tAcme from 2020-13-01", "not a date"),
        ("\tAcme from 2020-1-1", "not a date"),
        ("\tAcme until", "followed by one date"),
        ("\tAcme until 2021-01-01 from 2020-01-01", "followed by one date"),
        ("\tAcme from 2021-01-01 until 2020-01-01", "is empty"),
        ("\tAcme from 2021-01-01 until 2021-01-01", "is empty"),
        ("\tAcme from 1850-01-01", "not between"),
        ("nobody", "neither an indented employer"),
    ],
)
def test_a_gitdm_line_is_refused_with_its_number_and_the_rest_is_read(line: str, reason: str):
    result = read_affiliation_file(
        "developers_affiliations1.txt", f"# a comment\np1: p1!example.org\n{line}\np2: p2!example.org\n\tB\n"
    )
    assert [number for number, _ in refusals_of(result)] == [3]
    assert reason in result.refused[0].reason
    assert [one.organisation for one in result.affiliations] == ["B"]
    assert (result.accepted_lines, result.total_lines) == (4, 5)


def test_employers_under_a_refused_person_are_not_given_to_the_person_above():
    result = read_affiliation_file("developers_affiliations1.txt", "p1: p1!example.org\np2: broken address\n\tAcme\n")
    assert result.affiliations == ()
    assert [number for number, _ in refusals_of(result)] == [2, 3]


def test_a_map_line_begins_where_the_one_before_it_ends():
    result = read_affiliation_file(*SAMPLES["gitdm-map"])
    assert [one for one in spells_of(result) if one[0] == "person1@acme.example"] == [
        ("person1@acme.example", "Independent", None, "2019-03-01"),
        ("person1@acme.example", "Acme Inc.", "2019-03-01", "2022-06-01"),
        ("person1@acme.example", "Globex LLC", "2022-06-01", None),
    ]
    assert [(one.domain, one.organisation, one.since) for one in result.domains] == [
        ("acme.example", "Acme Inc.", None),
        ("acme.example", "Globex LLC", date(2020, 1, 1)),
    ]


def test_a_damaged_map_line_never_lengthens_the_employer_after_it():
    result = read_affiliation_file(
        "email-map", "a!b.example Acme < 2019-99-01\na!b.example Globex\nc!b.example Initech\n"
    )
    assert [one.organisation for one in result.affiliations] == ["Initech"]
    assert [number for number, _ in refusals_of(result)] == [1, 2]
    assert "line 1 of the same address" in result.refused[1].reason


def test_two_present_employers_in_a_map_contradict_each_other():
    result = read_affiliation_file("email-map", "a!b.example Acme\na!b.example Globex\n")
    assert result.affiliations == ()
    assert [reason for _, reason in refusals_of(result)] == ["two organisations at present: Acme, Globex"] * 2


def test_a_gap_in_a_map_is_written_as_not_found():
    said = FileStatements(affiliations=(
        FileAffiliation("a@b.example", "Acme", date(2019, 1, 1), date(2020, 1, 1)),
        FileAffiliation("a@b.example", "Globex", date(2019, 6, 1), None),
        FileAffiliation("a@b.example", "Initech", date(2021, 1, 1), None),
        FileAffiliation("login", "Acme"),
    ))  # fmt: skip
    written = write_affiliation_file("gitdm-map", said)
    assert written.text == (
        "a!b.example NotFound < 2019-01-01\na!b.example Acme < 2020-01-01\n"
        "a!b.example NotFound < 2021-01-01\na!b.example Initech\n"
    )
    assert {(one.statement.organisation, one.reason) for one in written.left_out} == {
        ("Globex", "it overlaps another organisation of the same address"),
        ("Acme", "the format holds addresses, not logins"),
    }


def test_github_users_with_one_opinion_speak_for_the_login():
    result = read_affiliation_file(*SAMPLES["github-users"])
    assert result.identities[0].accounts == ("person1", "person1@acme.example", "person1@example.org")
    assert spells_of(result)[:3] == [
        ("person1", "Independent", None, "2019-03-01"),
        ("person1", "Acme", "2019-03-01", "2022-06-01"),
        ("person1", "B", "2022-06-01", None),
    ]
    assert len(result.affiliations) == 2


def test_github_users_with_two_opinions_speak_for_their_addresses():
    text = (
        '[{"login":"p","email":"p!a.example","affiliation":"A"},\n'
        '{"login":"p","email":"p!b.example","affiliation":"B"}]'
    )
    assert spells_of(read_affiliation_file("github_users.json", text)) == [
        ("p@a.example", "A", None, None),
        ("p@b.example", "B", None, None),
    ]


def test_an_address_under_two_logins_does_not_join_two_people():
    text = (
        '[{"login":"p","email":"p!a.example","affiliation":"A"},\n'
        '{"login":"q","email":"p!a.example","affiliation":"B"}]'
    )
    result = read_affiliation_file("github_users.json", text)
    assert [one.accounts for one in result.identities] == [("p", "p@a.example")]
    assert refusals_of(result) == [(2, "the same address or bare login is in line 1 already")]


def test_reading_goes_on_behind_a_damaged_user():
    text = '[\n{"login":"p","affiliation":"A"},\n{"login":"q,"affiliation":"B"},\n{"login":"r","affiliation":"C"}\n]'
    result = read_affiliation_file("github_users.json", text)
    assert [one.account for one in result.affiliations] == ["p", "r"]
    assert [line for line, _ in refusals_of(result)] == [3]
    assert (result.accepted_lines, result.total_lines) == (2, 3)


def test_sortinghat_speaks_of_domains_people_and_blacklisted_texts():
    result = read_affiliation_file(*SAMPLES["sortinghat"])
    assert result.identities[0].accounts == ("person1", "person1@acme.example")
    assert (result.identities[0].name, result.identities[0].is_bot) == ("Person 1", False)
    assert spells_of(result) == [("person1", "Acme", "2019-03-01", None)]
    assert [(one.domain, one.includes_subdomains) for one in result.domains] == [
        ("acme.example", True),
        ("lab.acme.example", False),
    ]
    assert [one.value for one in result.excluded] == ["root@localhost"]
    assert [one.organisation for one in result.organisations] == ["Acme", "Empty"]


def test_one_bad_enrolment_does_not_take_the_person_with_it():
    text = SAMPLES["sortinghat"][1].replace("2019-03-01T", "2019-02-29T")
    result = read_affiliation_file("sortinghat.json", text)
    assert len(result.identities) == 1
    assert result.affiliations == ()
    assert (result.accepted_lines, result.total_lines) == (12, 13)
    assert "2019-02-29" in result.refused[0].reason


def test_what_stands_behind_damaged_json_is_refused_once():
    text = SAMPLES["sortinghat"][1].replace('"uidentities": {', '"uidentities": {,')
    result = read_affiliation_file("sortinghat.json", text)
    assert [one.organisation for one in result.domains] == ["Acme", "Acme"]
    assert len(result.refused) == 1
    assert "the rest of the file is not read" in result.refused[0].reason


def test_an_identity_of_another_platform_is_no_github_login():
    text = SAMPLES["sortinghat"][1].replace('"source": "github"', '"source": "jira"')
    result = read_affiliation_file("sortinghat.json", text)
    assert result.identities[0].accounts == ("person1@acme.example",)
    assert len(result.refused) == 1


def test_a_doubled_key_is_refused():
    text = SAMPLES["sortinghat"][1].replace('"is_bot": false', '"is_bot": false, "is_bot": true')
    result = read_affiliation_file("sortinghat.json", text)
    assert result.identities == ()
    assert "'is_bot' occurs twice" in result.refused[0].reason


def test_a_country_code_that_yaml_takes_for_false_stays_a_name():
    result = read_affiliation_file(
        "identities.yml", "- enrollments:\n  - organization: NO\n  email: [person1@example.org]\n"
    )
    assert [one.organisation for one in result.affiliations] == ["NO"]
    assert result.affiliations[0].line == 2


def test_one_damaged_person_in_yaml_does_not_hide_the_others():
    text = "- email:\n  - p1@example.org\n- email: [p2@example.org\n- email:\n  - p3@example.org\n"
    result = read_affiliation_file("identities.yml", text)
    assert [one.accounts for one in result.identities] == [("p1@example.org",), ("p3@example.org",)]
    assert len(result.refused) == 1


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("- email: !!python/object:os.system [x]\n", "tag"),
        ("- &a [*a]\n", "alias"),
        ("- " * 40 + "x\n", "nested more than 30 deep"),
        ("- gitlab: [p1]\n  email: [p1@example.org]\n", "'gitlab' is not read"),
    ],
)
def test_yaml_makes_no_objects_and_follows_no_aliases(text: str, reason: str):
    assert any(reason in one.reason for one in read_affiliation_file("identities.yml", text).refused)


def test_an_opendigger_label_owns_and_never_employs():
    result = read_affiliation_file(*SAMPLES["opendigger"])
    assert result.affiliations == ()
    assert (
        OwnedAccount("acme", "Acme", "organisation", "Company", "GitHub", 1, "顶点公司", "acme.yml", 12) in result.owned
    )
    assert {(one.scope, one.repository_or_org) for one in result.owned} == {
        ("label", ":companies/acme/engine"), ("label", "wheel"),
        ("organisation", "acme"), ("repository", "other/engine"),
    }  # fmt: skip
    assert result.identities == (FileIdentity(("robot[bot]",), None, True, source="acme.yml", line=25),)


def test_csv_quotes_a_comma_and_knows_both_spellings():
    result = read_affiliation_file("people.csv", 'since,Organization,account\n2020-01-01,"Acme, Inc.",person1\n')
    assert spells_of(result) == [("person1", "Acme, Inc.", "2020-01-01", None)]


def test_a_csv_row_with_a_cell_too_many_is_refused():
    result = read_affiliation_file("people.csv", "account,organisation\nperson1,Acme, Inc.\nperson2,Globex\n")
    assert refusals_of(result) == [(2, "the row has 3 cells where the header has 2")]
    assert [one.account for one in result.affiliations] == ["person2"]


def test_what_a_format_has_no_place_for_is_told():
    said = FileStatements(domains=(FileDomain("acme.example", "Acme", None, date(2020, 1, 1)),), identities=(
        FileIdentity(("p", "p@acme.example")),))  # fmt: skip
    assert len(write_affiliation_file("csv", said).left_out) == 2
    assert [one.reason for one in write_affiliation_file("sortinghat", said).left_out] == [
        "the format has no dates for domains"
    ]
    assert write_affiliation_file("gitdm", said).text == "p: p!acme.example\n"


@pytest.mark.parametrize(
    ("since", "until", "expected"),
    [
        ("1900-01-01", "2100-01-01", (None, None)),
        ("1900-01-01T00:00:00", "2100-01-01T00:00:00", (None, None)),
        (None, " ", (None, None)),
        ("2019-03-01T12:00:00", "2019-03-01T13:00:00", (date(2019, 3, 1), date(2019, 3, 2))),
        ("2019-03-01T00:30:00+01:00", None, (date(2019, 2, 28), None)),
    ],
)
def test_spans_are_half_open_days_with_open_ends(since, until, expected):
    assert parse_day_span(since, until) == expected


@pytest.mark.parametrize(
    "since", ["2100-01-01", "99999-01-01", "20190301", "2019-W01-1", "٢٠١٩-01-01", "2019-03-01T25:00:00"]
)
def test_a_date_is_written_in_one_way(since: str):
    with pytest.raises(Unreadable):
        parse_day_span(since, None)


def test_bytes_that_are_not_utf8_are_refused_in_their_line():
    result = read_affiliation_file("people.csv", b"account,organisation\nperson1,Soci\xe9t\xe9\nperson2,Globex\n")
    assert refusals_of(result) == [(2, "an organisation's name contains a control character or is not UTF-8")]
    assert [one.account for one in result.affiliations] == ["person2"]
