"""Accounts of signatures: damaged addresses, and names where an address is nobody's own."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ecotone.events.signed_accounts import (
    MAX_ADDRESS,
    address_in_account,
    is_shared_address,
    name_account,
    names_differ,
    repair_address,
    split_name_account,
)

RIGHT = "ada@org.example"

DAMAGED = [
    "<ada@org.example>>", "mailto:ada@org.example?subject=x", '"ada@org.example"', "ada@org.example;bo@org.example",
    "ada@org.example, bo@org.example", "ada@org.example/bo@org.example", "ada at org.example", "ada AT org DOT example",
    "ada [at] org [dot] example", "ada(a)org.example", "ada_at_org.example", "ada-at-org-dot-example",
    "ada@org,example", "ada@org。example",
    "ada@org..example", "ada@org.example...", "ada@@org.example", "ada @ org.example", "ada@org .example",
    "ａｄａ＠ｏｒｇ．ｅｘａｍｐｌｅ", "ada@org.example\u200b", "ada%40org.example", "&lt;ada@org.example&gt;",
    "Ada Person <ada@org.example", "ada@org.example (Ada)", "ada=org.example@lists.example.net",
    "ada=40org.example@dmarc.example.net", "list-bounces+ada=org.example@lists.example.net",
    "SRS0=ab1=xy=org.example=ada@relay.example.net", "ada@org.example@01234567-89ab-cdef-0123-456789abcdef",
    "ada@org.example.invalid", "ada@org.example/", "#ada@org.example", "u'ada@org.example'",
    "ada -at- org -dot- example",
]  # fmt: skip


@pytest.mark.parametrize("raw", DAMAGED)
def test_a_damaged_address_is_repaired(raw: str) -> None:
    assert repair_address(raw) == RIGHT


@pytest.mark.parametrize(
    "raw",
    ["7+ada@users.noreply.github.com", "o'ada@org.example", "polka_dot_ada@org.example", "ada+x=y@org.example", "tom",
     "ada@localhost", "(no author)@0123", "ada@titan.(none)", "", "meet at noon", "anonymous@anonymous.invalid"],
)  # fmt: skip
def test_an_undamaged_text_stays(raw: str) -> None:
    assert repair_address(raw) == raw


@given(st.text(alphabet="a@.=<> ,;(){}_-+\u200b＠", max_size=MAX_ADDRESS + 20))
@settings(max_examples=300, deadline=None)
def test_repair_is_stable(raw: str) -> None:
    repaired = repair_address(raw)
    assert repair_address(repaired) == repaired


@pytest.mark.parametrize(
    "address",
    ["", "tom", "none@none", "devnull@localhost", "(no author)@0123", "you@example.com", "cvs@org.example",
     "dev@lists.org.example", "some-list@googlegroups.com", "noreply@org.example", "bo@workstation",
     "a@b.c", "your@org.example"],
)  # fmt: skip
def test_such_an_address_is_nobodys_own(address: str) -> None:
    assert is_shared_address(address)


def test_a_name_account_keeps_name_and_address() -> None:
    account = name_account('"Ada <x> Person" via some-list', "a b@<x>", "team/repo")
    assert split_name_account(account) is not None
    assert account == "Ada x Person <ab@x>"
    assert address_in_account("tom <tom@box> (team/repo)") == "tom@box"
    assert name_account("", "", "team/repo") == "unknown <> (team/repo)"


@given(st.text(max_size=40), st.text(max_size=40), st.text(max_size=20))
@settings(max_examples=200, deadline=None)
def test_every_name_account_can_be_split(name: str, address: str, project: str) -> None:
    assert split_name_account(name_account(name, address, project)) is not None


def test_only_full_names_differ() -> None:
    assert names_differ("Ada Person", "Bo Other")
    assert not names_differ("Ada Person", "Ada Other")
    assert not names_differ("ada", "Bo Other")


@pytest.mark.parametrize(
    ("written", "address"),
    [
        ("7+helper[bot]@users.noreply.github.com", "7+helper[bot]@users.noreply.github.com"),
        ("helper[bot]@users.noreply.github.com", "helper[bot]@users.noreply.github.com"),
        ("<helper[bot]@org.example>>", "helper[bot]@org.example"),
        (r"helper\[bot\]@org.example", "helper[bot]@org.example"),
        ("[bo@org.example]", "bo@org.example"),
        ("a_b-c+tag@org.example", "a_b-c+tag@org.example"),
    ],
)
def test_the_brackets_of_an_app_belong_to_its_name(written: str, address: str):
    assert repair_address(written) == address
