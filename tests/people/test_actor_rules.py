"""Actor rules: each row against its own examples, then public labels."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest

from ecotone.people.actor_rules import (
    ActorRule,
    Identity,
    ToolRule,
    classify_actor,
    find_assisting_product,
    load_actor_rules,
    load_tool_rules,
    login_of_identity,
)

SHARED = Path(__file__).parents[3] / "shared"
BOT_LABELS = SHARED / "oracles" / "opendigger_bot_labels.json"


def kind_of(identity: Identity):
    return classify_actor(identity.get("name"), identity.get("email"), identity.get("login"))


def product_of(example: str) -> str | None:
    """The product of an example: a trailer (`Key: value`) or a line at the end of a message."""
    key, colon, value = example.partition(": ")
    is_trailer = colon and " " not in key
    return find_assisting_product([(key, value)]) if is_trailer else find_assisting_product([], example)


@pytest.mark.parametrize("rule", load_actor_rules(), ids=lambda rule: rule.rule)
def test_a_rule_finds_its_examples_and_leaves_the_others(rule: ActorRule):
    assert rule.matches
    for identity in rule.matches:
        assert kind_of(identity).rule == rule.rule, identity
        assert kind_of(identity).kind == rule.kind
    for identity in rule.rejects:
        assert kind_of(identity).rule != rule.rule, identity


@pytest.mark.parametrize("tool", load_tool_rules(), ids=lambda tool: tool.product)
def test_a_tool_is_found_where_it_signs_and_nowhere_else(tool: ToolRule):
    assert tool.matches
    assert tool.rejects
    assert {product_of(example) for example in tool.matches} == {tool.product}
    for example in tool.rejects:
        assert product_of(example) != tool.product, example


def test_rules_are_named_once_and_have_a_source():
    names = Counter(rule.rule for rule in load_actor_rules())
    assert [name for name, count in names.items() if count > 1] == []
    assert [rule.rule for rule in load_actor_rules() if not rule.source] == []


def test_an_exact_login_or_address_belongs_to_one_rule():
    exact = [rule for rule in load_actor_rules() if rule.is_exact]
    logins = Counter(login for rule in exact for login in rule.login)
    emails = Counter(email for rule in exact for email in rule.email)
    assert [key for key, count in (logins + emails).items() if count > 1] == []


@pytest.mark.parametrize("name", ["Abbott", "Talbot", "Robotham", "Claude", "Devin", "Jules", "Junie", ""])
def test_people_with_a_bots_or_a_tools_name_stay_people(name: str):
    address = f"{name.lower() or 'nobody'}@example.org"
    assert classify_actor(name, address, name.lower()).kind == "person" or name == "Claude"
    assert classify_actor(name, address).kind == "person"


def test_an_application_is_a_bot_unless_a_rule_calls_it_an_agent():
    assert classify_actor("never-seen[bot]", None).kind == "bot"
    assert classify_actor("devin-ai-integration[bot]", None).kind == "agent"


@pytest.mark.parametrize(
    ("name", "email", "login"),
    [
        ("Somebody", "1234+somebody@users.noreply.github.com", "somebody"),
        ("Somebody", "somebody@users.noreply.github.com", "somebody"),
        ("app[bot]", "123+other@users.noreply.github.com", "app[bot]"),
        ("Somebody", "somebody@example.org", ""),
    ],
)
def test_a_login_is_read_from_an_identity(name: str, email: str, login: str):
    assert login_of_identity(name, email) == login


def test_the_first_named_agent_counts_and_trailers_go_before_the_body():
    trailers = [
        ("Signed-off-by", "Somebody <somebody@example.org>"),
        ("Co-authored-by", "dependabot[bot] <support@github.com>"),
        ("co-authored-by", "Cursor <cursoragent@cursor.com>"),
        ("Co-authored-by", "Claude <noreply@anthropic.com>"),
    ]
    assert find_assisting_product(trailers, "Generated with [Claude Code](https://claude.ai/code)") == "Cursor"
    assert find_assisting_product(trailers[:2], "Generated with [Claude Code](https://claude.ai/code)") == "Claude Code"
    assert find_assisting_product(trailers[:2]) is None


def test_a_review_and_its_accepted_suggestion_are_no_help():
    assert find_assisting_product([("Reviewed-by", "Claude <noreply@anthropic.com>")]) is None
    suggestion = ("Co-authored-by", "coderabbitai[bot] <136622811+coderabbitai[bot]@users.noreply.github.com>")
    assert find_assisting_product([suggestion]) is None
    assert find_assisting_product([suggestion, ("Co-authored-by", "Cursor <cursoragent@cursor.com>")]) == "Cursor"


def test_a_signature_counts_at_the_end_of_a_message_only():
    signature = "Generated with Claude Code"
    assert find_assisting_product([], signature + "\n" * 11) == "Claude Code"
    assert find_assisting_product([], signature + "\nline" * 12) is None
    assert find_assisting_product([], f"The notes were, as said, {signature}") is None


@pytest.mark.shared
@pytest.mark.skipif(not BOT_LABELS.exists(), reason="needs the labels next to the checkout")
def test_what_share_of_labelled_bots_the_rules_find(record_property: Callable[[str, object], None]):
    """The others are concatenated names (`costellobot`), test accounts and mislabelled people."""
    logins = json.loads(BOT_LABELS.read_text(encoding="utf-8"))["labels"]["bot"]["users"]
    found = [login for login in logins if classify_actor(None, None, login).kind != "person"]
    named = [login for login in found if "bot" in login.lower()]
    record_property("found", f"{len(found)} of {len(logins)}")
    assert len(found) / len(logins) > 0.4
    assert len(named) / sum("bot" in login.lower() for login in logins) > 0.8


def test_a_long_line_behind_a_tools_name_is_read_in_a_moment() -> None:
    for filler in ("1" * 5000, "4.6" * 2000, "- " * 3000, "code " * 2000, "((" * 2000, "x1-" * 2000):
        assert find_assisting_product([("assisted-by", f"Claude {filler}%% no tool")]) is None


@pytest.mark.parametrize(
    ("name", "email"),
    [
        ("Acme Nightly Robot", "team@example.org"),
        ("Bot", "team@example.org"),
        ("mirror_bot", "team@example.org"),
        ("DocsBot", "team@example.org"),
        ("roller", "roller@acme.iam.gserviceaccount.com"),
        ("root", "root@db3.example.org"),
        ("packer", "packer@ip-10-1-2-3.ec2.internal"),
        ("Acme CI", "ops@example.org"),
        ("acme_ci", "ops@example.org"),
        ("(no author)", "(no author)@89abcdef-89ab-cdef-0123-456789abcdef"),
    ],
)
def test_automation_under_a_plain_name(name: str, email: str) -> None:
    assert classify_actor(name, email).kind == "bot"


@pytest.mark.parametrize(
    ("name", "email"),
    [
        ("Ada Example", "root@laptop.example.org"),
        ("Ada Example", "ada@desk.corp.internal"),
        ("Ada Example", "ada@circleci.com"),
        ("Katherine Jenkins", "kj@example.org"),
        ("Travis Example", "travis@example.org"),
        ("Gerrit Example", "gerrit@example.org"),
        ("Marco Ci", "ci@example.net"),
        ("Ada Talbot", "ada.talbot@example.org"),
    ],
)
def test_people_with_names_like_those_of_automation(name: str, email: str) -> None:
    assert classify_actor(name, email).kind == "person"
