"""The people of unknown employer who matter most, counted by hand."""

from __future__ import annotations

import tomllib
from datetime import date

import pyarrow as pa
import pytest

from ecotone.foundation.errors import UnknownName, UserError
from ecotone.foundation.months import parse_month
from ecotone.people.review_list import find_people_to_name, landscape_lines, without_answered

PEOPLE = [
    ("7+ada@users.noreply.github.com", "pa"),
    ("ada@mail.example", "pa"),
    ("ben@mail.example", "pb"),
    ('Cem "C" <team@lists.example>', "pc"),
]
MONTHS = [
    ("team/repo", "2024-01", "pa", "Company", 3),
    ("team/repo", "2024-02", "pa", None, 5),
    ("team/repo", "2024-03", "pa", None, 1),
    ("team/repo", "2024-04", "pa", "Company", 1),
    ("team/repo", "2024-03", "pb", None, 4),
    ("team/other", "2024-03", "pb", None, 6),
    ("team/repo", "2024-03", "pd", "Company", 6),
    ("team/other", "2024-03", "pc", None, 0),
]


@pytest.fixture
def tables() -> dict[str, pa.Table]:
    months = {
        "project": [row[0] for row in MONTHS],
        "month": [parse_month(row[1]) for row in MONTHS],
        "person": [row[2] for row in MONTHS],
        "organisation": [row[3] for row in MONTHS],
        "commits": [row[4] for row in MONTHS],
    }
    return {
        "person_months": pa.table(months),
        "people": pa.table({"account": [row[0] for row in PEOPLE], "person": [row[1] for row in PEOPLE]}),
        "core_team": pa.table({"project": ["team/other", "team/else"], "person": ["pb", "pa"]}),
    }


def test_people_are_listed_by_what_naming_them_changes(tables: dict[str, pa.Table]):
    ben, ada = find_people_to_name(tables)
    assert (ben.person, ben.commits, ben.projects, ben.is_core) == ("pb", 10, ("team/other", "team/repo"), True)
    assert (ada.person, ada.commits, ada.handles) == ("pa", 6, ("ada", "ada@mail.example"))
    shares = [share for person in (ben, ada) for share in (person.unknown_before, person.unknown_after)]
    assert shares == pytest.approx([16 / 26, 6 / 26, 6 / 26, 0])
    assert (ada.since, ada.until) == (date(2024, 2, 1), date(2024, 4, 1))  # another employer before and after
    assert (ben.since, ben.until) == (None, None)
    assert not ada.is_core  # in another project only


def test_the_period_to_answer_leaves_known_months_of_all_projects_alone(tables: dict[str, pa.Table]):
    further = [("team/repo", "2023-01", "pa", None, 1), ("team/other", "2024-05", "pa", "Company", 1)]
    further += [("team/repo", "2024-08", "pa", None, 1)]
    rows = [
        {"project": name, "month": parse_month(month), "person": person, "organisation": company, "commits": count}
        for name, month, person, company, count in further
    ]
    schema = tables["person_months"].schema
    months = pa.concat_tables([tables["person_months"], pa.Table.from_pylist(rows, schema=schema)])
    for since, period in (
        ("2024-08", (date(2024, 8, 1), None)),
        ("2024-03", (date(2024, 2, 1), None)),
        ("2023-01", (None, None)),
    ):
        listed = find_people_to_name({**tables, "person_months": months}, "team/repo", parse_month(since))
        assert next((ada.since, ada.until) for ada in listed if ada.person == "pa") == period


def test_one_project_and_a_later_begin(tables: dict[str, pa.Table]):
    ada, ben = find_people_to_name(tables, "Team/Repo")
    assert (ada.commits, ada.unknown_before, ben.commits, ben.unknown_after) == (6, 0.5, 4, 0)
    (ben,) = find_people_to_name(tables, "team/repo", parse_month("2024-03"), top=1)
    assert (ben.person, ben.unknown_before, ben.unknown_after) == ("pb", pytest.approx(5 / 12), pytest.approx(1 / 12))


def test_what_cannot_be_listed(tables: dict[str, pa.Table]):
    with pytest.raises(UnknownName):
        find_people_to_name(tables, "team/none")
    with pytest.raises(UserError, match="2025-01"):
        find_people_to_name(tables, since=parse_month("2025-01"))


def test_the_lines_are_toml_and_answers_are_not_asked_again(tables: dict[str, pa.Table]):
    listed = find_people_to_name(tables)
    text = landscape_lines(listed)
    assert tomllib.loads(text)["person"] == [
        {"same_person": ["ben@mail.example"]},
        {"same_person": ["ada", "ada@mail.example"]},
    ]
    answered = tomllib.loads(text.replace("# affil", "affil"))["person"][1]["affiliations"]
    assert answered == [{"organisation": "...", "since": date(2024, 2, 1), "until": date(2024, 4, 1)}]
    assert [person.person for person in without_answered(listed, ["12+Ada@users.noreply.github.com"])] == ["pb"]
    assert without_answered(listed, ["BEN@mail.example", "ada"]) == []


def test_names_without_an_address_of_their_own_are_quoted(tables: dict[str, pa.Table]):
    months = pa.Table.from_pylist([{**tables["person_months"].to_pylist()[-1], "commits": 2}])
    (cem,) = find_people_to_name({**tables, "person_months": months.cast(tables["person_months"].schema)})
    assert tomllib.loads(landscape_lines([cem]))["person"] == [{"same_person": ['Cem "C" <team@lists.example>']}]
