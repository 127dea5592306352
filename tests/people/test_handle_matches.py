"""Accounts of one project that share a distinctive login."""

from __future__ import annotations

import pyarrow as pa
import pytest

from ecotone.people.handle_matches import find_handle_matches
from ecotone.people.match_rules import HANDLE

LOGIN = "77+adaexa42@users.noreply.github.com"


def matched(*signatures: tuple[str, str]) -> list[tuple[str, str]]:
    names, accounts = zip(*signatures, strict=True)
    found = find_handle_matches(pa.table({"name": list(names), "email": list(accounts)}))
    assert set(found["rule"].to_pylist()) <= {HANDLE.name}
    return list(zip(found["account"].to_pylist(), found["other_account"].to_pylist(), strict=True))


@pytest.mark.parametrize(
    ("first", "second"),
    [
        pytest.param(("Ada Example", LOGIN), ("Ada Example", "adaexa42@mail.example.org"), id="one full name"),
        pytest.param(("adaexa42", LOGIN), ("Ada Example", "adaexa42@mail.example.org"), id="login for a name"),
        pytest.param(("Ada Example", LOGIN), ("adaexa42", "ada@mail.example.org"), id="name is the login"),
        pytest.param(("Ada Example", LOGIN), ("AdaExa42", "ada@mail.example.org"), id="whatever the case"),
        pytest.param(("Ada Example", LOGIN), ("E. Ada", "ada-exa42@mail.example.org"), id="whatever the hyphens"),
        pytest.param(
            ("Ada Example", "adaexa@one.example.org"), ("ada example", "adaexa@two.example.org"), id="two addresses"
        ),
    ],
)
def test_a_distinctive_login_joins(first: tuple[str, str], second: tuple[str, str]) -> None:
    assert matched(first, second) == [tuple(sorted((first[1], second[1])))]


@pytest.mark.parametrize(
    ("first", "second"),
    [
        pytest.param(("Ada Example", LOGIN), ("Bo Sample", "adaexa42@mail.example.org"), id="other full names"),
        pytest.param(
            ("alexander", "7+alexander@users.noreply.github.com"),
            ("Alexander Sample", "alexander@mail.example.org"),
            id="a first name",
        ),
        pytest.param(("Ada Example", "7+aex@users.noreply.github.com"), ("aex", "aex@mail.example.org"), id="short"),
        pytest.param(
            ("Ada Example", "aexa@one.example.org"),
            ("Ada Example", "aexa@two.example.org"),
            id="short, one full name",
        ),
        pytest.param(
            ("adaexa", "adaexa@one.example.org"), ("adaexa", "adaexa@two.example.org"), id="two addresses, no name"
        ),
        pytest.param(("Ada Example", LOGIN), ("adaexa42", "adaexa42 <adaexa42> (team/repo)"), id="no address"),
        pytest.param(("Ada Example", LOGIN), ("adaexa42", "webmaster@mail.example.org"), id="a shared address"),
    ],
)
def test_weak_evidence_does_not_join(first: tuple[str, str], second: tuple[str, str]) -> None:
    assert matched(first, second) == []


def test_a_word_of_several_peoples_names_is_not_distinctive() -> None:
    login, address = ("", "7+schneider@users.noreply.github.com"), ("Bo", "schneider@mail.example.org")
    others = [("Ada Schneider", "a@mail.example.org"), ("Cy Schneider", "c@mail.example.org")]
    assert matched(login, address) != []
    assert matched(login, address, *others) == []


def test_a_login_that_many_accounts_share_is_a_roles() -> None:
    signatures = [("Ada Example", f"projecthead@host{number}.example.org") for number in range(7)]
    assert matched(*signatures) == []
    assert len(matched(*signatures[:6])) == 15
