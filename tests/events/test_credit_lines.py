"""Credits in commit messages: all forms that people write, and examples that credit nobody."""

from __future__ import annotations

import time

import pytest

from ecotone.events.sources.git.credit_lines import find_credit_lines, parse_credit_key, parse_credited_people
from ecotone.events.sources.git.log_parser import parse_trailers

BO = "Bo Example <bo@beta.example>"
CY = "Cy Example <cy@gamma.example>"


def credits_of(body: str, subject: str = "work") -> list[tuple[str, str]]:
    return parse_trailers("", body, subject)


@pytest.mark.parametrize(
    ("value", "people"),
    [
        (BO, [BO]),
        (f"{BO},", [BO]),
        (f"{BO}.", [BO]),
        (f"{BO} # the documents", [BO]),
        (f"{BO} [with a change]", [BO]),
        (f"{BO} (was Old Name <old@beta.example>)", [BO]),
        (f"{BO} # once <old@beta.example>", [BO]),
        (f"{BO}, {CY}", [BO, CY]),
        (f"{BO} (code) and {CY} (tests)", [BO, CY]),
        (f"{BO}; {CY}", [BO, CY]),
        ("Example, Bo <bo@beta.example>", ["Example, Bo <bo@beta.example>"]),
        ("Bo Example (bo@beta.example)", [BO]),
        ("Bo Example [bo@beta.example]", [BO]),
        ("Bo Example bo@beta.example", [BO]),
        ("Bo Example <mailto:bo@beta.example>", [BO]),
        ("Bo Example <<bo@beta.example>>", [BO]),
        ("Bo Example <bo@beta.example", [BO]),
        ("bo@beta.example", ["<bo@beta.example>"]),
        ("Bo Example &lt;bo@beta.example&gt;", [BO]),
        ("Claude", []),
        ("Your Name <you@example.com>", []),
        ("name <name@example.com>", []),
        ("Jo Person <jo@example.com>", ["Jo Person <jo@example.com>"]),
        ("@bo", []),
        ("", []),
    ],
)
def test_people_of_a_credit(value: str, people: list[str]) -> None:
    assert parse_credited_people(value) == people


def test_a_co_author_may_be_a_full_name_alone() -> None:
    assert parse_credited_people("Bo  Example", "co-authored-by") == ["Bo Example <>"]
    assert parse_credited_people("Bo Example", "signed-off-by") == []
    assert [parse_credited_people(text, "co-authored-by") for text in ("the whole team", "Bo", "Bo, Cy and Dee")] == [
        []
    ] * 3


@pytest.mark.parametrize(
    "key",
    [
        "Co-authored-by",
        "CO-AUTHORED-BY",
        "Co-Author",
        "Coauthored-by",
        "Co authored by",
        "Co-authors",
        "Pair-programmed-with",
        "Paired-with",
    ],
)
def test_a_co_author_key_in_every_form(key: str) -> None:
    assert parse_credit_key(key) == "co-authored-by"
    assert credits_of(f"{key}: {BO}\n\nmore text below") == [("co-authored-by", BO)]


@pytest.mark.parametrize("credit", [f"* Co-authored-by: {BO}", f"- Co-author: {BO}", f"Co-authored-by：{BO}"])
def test_a_co_author_in_a_list_or_with_a_wide_colon(credit: str) -> None:
    assert credits_of(f"text\n{credit}") == [("co-authored-by", BO)]


@pytest.mark.parametrize("body", ["Co-authored-by: Bo Example\n <bo@beta.example>", f"Co-authored-by:\n  {BO}"])
def test_a_co_author_folded_into_the_line_below(body: str) -> None:
    assert credits_of(body) == [("co-authored-by", BO)]


def test_a_body_indented_as_a_whole_is_read_without_the_indent() -> None:
    body = "    What it does.\n\n    Co-authored-by: Bo <bo@tarnbeck.net>\n    Reviewed-by: Cy <cy@brackwold.com>\n"
    assert [key for key, _ in find_credit_lines("s", body)] == ["co-authored-by", "reviewed-by"]
    assert (
        list(find_credit_lines("s", "    Co-authored-by: Bo <bo@tarnbeck.net>\n    Reviewed-by: Cy <c@d.net>\n")) == []
    )
    assert list(find_credit_lines("s", f"See\n\n{body}")) == []


def test_a_list_names_no_other_credits() -> None:
    assert credits_of(f"changes\n* Author: {BO}\n* Signed-off-by: {BO}\n> * Co-authored-by: {BO}") == []


@pytest.mark.parametrize("key", ["Author", "Authored-by", "Submitted by", "Original-author", "Original patch by"])
def test_an_author_in_the_message(key: str) -> None:
    assert credits_of(f"text\n\n{key}: {BO}\nReviewed by:\tcy\n")[0] == (key.lower().replace(" ", "-"), BO)


def test_a_patch_line_needs_no_colon() -> None:
    assert credits_of(f"text\n\nPatch by {BO}.\n") == [("patch-by", BO)]
    assert credits_of(f"Patch by {BO} was reverted because of a defect.") == []
    assert credits_of("Author: see the file AUTHORS") == []


@pytest.mark.parametrize(
    "body",
    [
        f"Say:\n\n    Co-authored-by: {BO}\n\nThat is the form.",
        f"Say:\n\n  Co-authored-by: {BO}\n\nThat is the form.",
        f"Say:\n\n\tReviewed-by: {BO}\n\nThat is the form.",
        f"It said\n\n> Co-authored-by: {BO}\n> Reviewed-by: {CY}\n\nand more.",
        f"Say:\n\n```\nCo-authored-by: {BO}\n```\n\nThat is the form.",
        f"~~~text\nReviewed-by: {BO}\n~~~\n\nEnd.",
        f"Lines such as\nCo-authored-by: {BO}\nare now read by the parser.",
        f"Say `Co-authored-by: {BO}` at the end.",
        f"The log:\n\ncommit 0123456789abcdef\nAuthor: {BO}\nDate:   Mon Jan 1 09:00:00 2024\n\n    Fix\n",
    ],
)
def test_an_example_is_no_credit(body: str) -> None:
    assert credits_of(body) == []


def test_a_fenced_trailer_that_git_reports_is_no_credit() -> None:
    body = f"Say\n\n```\nSigned-off-by: {CY}\nCo-authored-by: {BO}\n```\n"
    block = f"Signed-off-by\x1f{CY}\x1eCo-authored-by\x1f{BO}"
    assert parse_trailers(block, body) == []
    assert parse_trailers(block, f"{body}\nCo-authored-by: {BO}\n") == [("co-authored-by", BO)]


def test_credits_in_the_middle_of_a_squash() -> None:
    bullets = f"* one\n\nCo-authored-by: {BO}\n\n* two\n\n  Reviewed-by: {CY}\n\n* three\n"
    assert credits_of(bullets) == [("co-authored-by", BO), ("reviewed-by", CY)]
    squash = (
        f"commit 0123456789abcdef\nAuthor: {BO}\nDate:   Mon Jan 1 09:00:00 2024\n\n"
        f"    one\n\n    Co-authored-by: {CY}\n"
    )
    assert credits_of(squash, "Squashed commit of the following:") == [("co-authored-by", BO), ("co-authored-by", CY)]


@pytest.mark.parametrize(
    "body",
    [
        "Co-authored-by: " + "a" * 200_000,
        "Co-authored-by: " + "a@b," * 50_000,
        "Author: " + "<" * 100_000,
        ("Author: Bo <bo@beta.example>" + " " * 1_900 + "x\n") * 100,
        "```\n" * 50_000,
        ("a-" * 900 + ":\n") * 100,
        ("((" * 900 + "\n") * 100,
    ],
)
def test_a_hostile_message_is_read_in_a_moment(body: str) -> None:
    began = time.process_time()
    list(find_credit_lines("subject", body))
    parse_credited_people(body)
    assert time.process_time() - began < 2
