"""`.mailmap`: the people it lists, and the account of each signature."""

from __future__ import annotations

from pathlib import Path

import pytest

from ecotone.events.sources.git.mailmap import SignatureAccounts, number_listed_people, parse_mailmap
from tests.events.making import DAY, START, straight
from tests.events.reading import read_once

LAB = "lab@org.example"


def accounts_of(
    signatures: list[tuple[str, str]],
    text: str = "",
    mapped: dict[tuple[str, str], tuple[str, str]] | None = None,
) -> list[str]:
    accounts = SignatureAccounts.from_signatures(signatures, mapped or {}, parse_mailmap(text), "team/repo")
    return [accounts.account_of(*signature) for signature in signatures]


def test_all_four_forms_are_read() -> None:
    text = "\n".join(
        ["# none", "Bo One <bo@a.example>", "<bo@a.example> <b@old>", "Bo One <bo@a.example> <bo@0123-uuid>",
         "Bo One <bo@a.example> bo <lab@a.example>", "no entry"]
    )  # fmt: skip
    entries = parse_mailmap(text)
    assert [(entry.commit_name, entry.commit_email) for entry in entries] == [
        ("", "bo@a.example"),
        ("", "b@old"),
        ("", "bo@0123-uuid"),
        ("bo", "lab@a.example"),
    ]
    assert len(set(number_listed_people(entries).values())) == 1


def test_entries_of_one_name_list_one_person() -> None:
    people = number_listed_people(
        parse_mailmap("Bo One <a@a.example>\nBo One <b@b.example> <c@c.example>\nCy Two <d@d>")
    )
    assert people["a@a.example"] == people["b@b.example"] != people["d@d"]


@pytest.mark.parametrize("address", ["", "none@none", "devnull@localhost", "cvs@org.example", "dev@lists.org.example"])
def test_an_address_of_nobody_gives_as_many_accounts_as_names(address: str) -> None:
    assert len(set(accounts_of([("Ada One", address), ("Bo One", address), ("cy", address)]))) == 3


def test_an_unlisted_address_of_three_unlike_names_is_shared() -> None:
    three = [
        ("Ada Quill", "commits@org.example"),
        ("Bo Fenn", "commits@org.example"),
        ("Cy Marsh", "commits@org.example"),
    ]
    assert len(set(accounts_of(three))) == 3
    assert len(set(accounts_of(three[:2]))) == 1
    own = [(name, "ada.quill@org.example") for name, _ in three]
    assert len(set(accounts_of(own))) == 1


def test_an_address_that_relays_two_people_is_the_relays() -> None:
    relayed = [("Ada Quill via Relay", "relay@org.example"), ("Bo Fenn via Relay", "relay@org.example")]
    assert accounts_of(relayed) == ["Ada Quill <relay@org.example>", "Bo Fenn <relay@org.example>"]
    assert accounts_of(relayed[:1]) == ["relay@org.example"]


def test_a_short_name_is_the_full_name_of_its_address() -> None:
    assert len(set(accounts_of([("Bo One", "bo@box"), ("bo", "bo@box")]))) == 1
    assert len(set(accounts_of([("Bo One", "x@box"), ("Bo Two", "x@box"), ("bo", "x@box")]))) == 3


def test_names_tell_people_of_one_address_apart() -> None:
    signatures = [("bo", LAB), ("Bo Fenn", LAB), ("cy", LAB), ("Cy Marsh", LAB)]
    text = f"Bo Fenn <{LAB}> bo <{LAB}>\nCy Marsh <{LAB}> cy <{LAB}>\n"
    mapped = {("bo", LAB): ("Bo Fenn", LAB), ("cy", LAB): ("Cy Marsh", LAB)}
    one, again, other, other_again = accounts_of(signatures, text, mapped)
    assert one == again != other == other_again


def test_two_names_of_one_person_leave_an_address_whole() -> None:
    signatures = [("bo", LAB), ("Bo Fenn", LAB)]
    text = f"Bo Fenn <bo@b.example> bo <{LAB}>\nBo Fenn <bo@b.example> Bo Fenn <{LAB}>\n"
    mapped = dict.fromkeys(signatures, ("Bo Fenn", "bo@b.example"))
    assert accounts_of(signatures, text, mapped) == [LAB, LAB]


def test_a_named_entry_leaves_the_address_to_its_owner() -> None:
    signatures = [("Ada Quill", LAB), ("Bo Fenn", LAB)]
    text = f"Ada Quill <{LAB}>\nBo Fenn <bo@b.example> Bo Fenn <{LAB}>\n"
    accounts = accounts_of(signatures, text, {signatures[1]: ("Bo Fenn", "bo@b.example")})
    assert accounts == [LAB, f"Bo Fenn <{LAB}>"]


@pytest.mark.parametrize(
    "old", ["bo@0123-uuid", "bo@workstation", "bo@localhost", "root@localhost", "bo at old.example", "bo"]
)
def test_a_mailmap_maps_what_is_no_address(old: str, tmp_path: Path) -> None:
    made = straight(tmp_path / "o.git")
    made.commit(made.tip(), by=f"bo <{old}>".encode(), at=START + 4 * DAY, ref="refs/heads/main")
    text = f"Bo Person <bo@org.example> <{old}>\n".encode()
    made.commit(made.tip(), at=START + 5 * DAY, files={".mailmap": text}, ref="refs/heads/main")
    _, tables = read_once(tmp_path / "w", tmp_path / "o.git")
    rows = {row["email"]: row for row in tables["identities"].to_pylist()}
    assert rows[old]["mailmap_account"] == "bo@org.example"
    assert rows[old]["account"] != rows[old]["mailmap_account"]


def test_somebody_who_signs_with_githubs_own_address_is_not_github() -> None:
    web = "noreply@github.com"
    signatures = [("GitHub", web), ("Ada Quill", web), ("GitHub Web Flow", web)]
    assert accounts_of(signatures) == [web, f"Ada Quill <{web}>", web]
