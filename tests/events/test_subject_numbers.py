"""What a subject says it lands."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecotone.events.sources.git.subject_numbers import MAX_NUMBER, parse_pull_reference


@pytest.mark.parametrize(
    ("subject", "number", "login"),
    [
        ("Add c (#9)", 9, None),
        ("Add c (#9) ", 9, None),
        ("fix: retry (#12) (#34)", 34, None),
        ("Merge pull request #7 from octo-org/patch-1", 7, "octo-org"),
        ("Merge pull request #7 from octo_org/a/b", 7, "octo_org"),
        ("Merge pull request #7", 7, None),
        ("Merge branch 'main' (#8)", 8, None),
        ("Merge x into y (#8) again", 8, None),
        ("Add d (!15)", 15, None),
        (f"edge (#{MAX_NUMBER})", MAX_NUMBER, None),
    ],
)
def test_subjects_that_name_a_request(subject: str, number: int, login: str | None):
    found = parse_pull_reference(subject)
    assert found is not None
    assert (found.number, found.login) == (number, login)


@pytest.mark.parametrize(
    "subject",
    [
        'Revert "fix (#12)"',
        "fix #12",
        "fixes (#12) for good",
        "see #12, #13",
        "(#0)",
        f"ticket (#{MAX_NUMBER + 1})",
        "ticket (#123456789)",
        "(# 12)",
        "pull request #7 from a/b",
        "",
        "#",
        "!",
    ],
)
def test_subjects_that_name_none(subject: str):
    assert parse_pull_reference(subject) is None


@given(st.text(alphabet="Merge pull request (#!)0123456789 from/x", max_size=40))
def test_a_number_is_always_one_that_stands_there(subject: str):
    found = parse_pull_reference(subject)
    if found:
        assert str(found.number) in subject
        assert 0 < found.number <= MAX_NUMBER
