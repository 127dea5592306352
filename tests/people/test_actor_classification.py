"""Actor kinds of many accounts: equal to applying the rules to each account."""

from __future__ import annotations

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ecotone.people.account_parsing import NOREPLY
from ecotone.people.actor_classification import NAME_SCHEMA, classify_accounts
from ecotone.people.actor_rules import (
    PERSON,
    ActorKind,
    classify_actor,
    load_actor_rules,
    login_of_identity,
    may_match_rules,
)

BOT = "49699333+dependabot[bot]@users.noreply.github.com"
CI = "builds@org01.example"

EXAMPLES = [example for rule in load_actor_rules() for example in (*rule.matches, *rule.rejects)]
emails = st.sampled_from(sorted({example["email"] for example in EXAMPLES if "email" in example}))
logins = st.sampled_from(sorted({example["login"] for example in EXAMPLES if "login" in example}))
names = st.sampled_from(sorted({example["name"] for example in EXAMPLES if "name" in example}))
words = st.text(alphabet="abBot-_[]日 \n", max_size=9)
accounts = st.one_of(emails, logins, logins.map(lambda login: f"7+{login}@users.noreply.github.com"), words)


def kinds_by_account(pairs: list[tuple[str, str]], listed: list[str]) -> dict[str, ActorKind]:
    columns = list(zip(*pairs, strict=True)) or [(), ()]
    table = pa.table([pa.array(column, pa.string()) for column in columns], schema=NAME_SCHEMA)
    return {listed[place]: kind for place, kind in classify_accounts(pa.array(listed, pa.string()), table).items()}


def telling_names(login: str | None, names: list[str]) -> list[str]:
    return [name for name in names if not login or name.casefold() != login.casefold()] or names


def test_a_login_tells_a_bot_whatever_its_name() -> None:
    found = kinds_by_account([(BOT, "Somebody")], [BOT, "jo@org01.example"])
    assert [(account, kind.kind) for account, kind in found.items()] == [(BOT, "bot")]


def test_a_name_tells_a_bot_only_if_all_names_of_the_account_do() -> None:
    assert kinds_by_account([(CI, "github-actions")], [CI])[CI].kind == "bot"
    assert kinds_by_account([(CI, "github-actions"), (CI, "Jo Example")], [CI]) == {}


def test_a_name_that_repeats_the_login_tells_nothing() -> None:
    account = "7+acme-words@users.noreply.github.com"
    assert kinds_by_account([(account, "acme-words"), (account, "Acme Words Bot")], [account])[account].kind == "bot"
    assert kinds_by_account([(account, "acme-words")], [account]) == {}
    # before the at sign of any other address stands a person's name as often
    assert kinds_by_account([("jw@org01.example", "jw"), ("jw@org01.example", "jw bot")], ["jw@org01.example"]) == {}


def test_one_name_of_a_bot_is_enough_where_the_commits_look_like_a_machines() -> None:
    rows = pa.table([pa.array([CI, CI]), pa.array(["Words Bot", "Translate-O-Tron"])], schema=NAME_SCHEMA)
    assert classify_accounts(pa.array([CI]), rows) == {}
    assert classify_accounts(pa.array([CI]), rows, {CI})[0].kind == "bot"
    plain = pa.table([pa.array([CI]), pa.array(["Ada Example"])], schema=NAME_SCHEMA)
    assert classify_accounts(pa.array([CI]), plain, {CI}) == {}


def test_a_name_with_the_mark_of_an_application_is_its_login() -> None:
    account = "open-swe@users.noreply.github.com"
    assert kinds_by_account([(account, "open-swe[bot]")], [account])[account].kind == "agent"


@pytest.mark.parametrize(("login", "kind"), [("DeployBot", "bot"), ("deploybot", "person"), ("abbot", "person")])
def test_a_logins_own_capitals_count(login: str, kind: str) -> None:
    account = f"7+{login}@users.noreply.github.com"
    assert kinds_by_account([], [account]).get(account, PERSON).kind == kind


@given(st.lists(accounts, unique=True, max_size=8), st.lists(st.one_of(names, words), max_size=4))
@settings(max_examples=300, deadline=None)
def test_many_at_once_are_what_each_is_alone(listed: list[str], signed: list[str]) -> None:
    pairs = [(account, name) for place, account in enumerate(listed) for name in signed[: place % 3]]
    found = kinds_by_account(pairs, listed)
    for place, account in enumerate(listed):
        match = NOREPLY.match(account.strip())
        login = match[2] if match else None if "@" in account else account.strip()
        each = [
            classify_actor(name, account if "@" in account else None, login)
            for name in telling_names(login, sorted(signed[: place % 3])) or [""]
        ]
        alone = each[0] if len({kind.kind for kind in each}) == 1 else PERSON
        assert found.get(account, PERSON) == alone


@pytest.mark.parametrize("identity", [one for rule in load_actor_rules() for one in rule.matches], ids=str)
def test_no_example_of_a_rule_goes_unsuspected(identity: dict[str, str]) -> None:
    login = identity.get("login") or login_of_identity(identity.get("name", ""), identity.get("email", ""))
    parts = (("name", identity.get("name")), ("email", identity.get("email")), ("login", login))
    assert any(may_match_rules(part, pa.array([text], pa.string()))[0].as_py() for part, text in parts if text)


def test_what_many_people_share_with_a_machine_makes_nobody_suspect() -> None:
    """Names of one word, which some rules ask for beside a machine's address."""
    assert may_match_rules("name", pa.array(["Ada1", "ada_example", "Ada"])).to_pylist() == [False] * 3
    assert may_match_rules("email", pa.array(["noreply@ci.example", "root@h.example"])).to_pylist() == [True] * 2


@pytest.mark.parametrize(("account", "kind"), [("Ada Example <ubuntu@ip-10-0-0-1.internal>", "person"),
                                               ("ubuntu <ubuntu@ip-10-0-0-1.internal> (team/repo)", "bot"),
                                               ("Acme Sync Bot <none@none>", "bot")])  # fmt: skip
def test_the_name_in_an_account_counts_not_the_one_that_mailmap_replaced(account: str, kind: str) -> None:
    assert kinds_by_account([(account, "ubuntu")], [account]).get(account, PERSON).kind == kind
