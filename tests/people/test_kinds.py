"""Actor kinds of many accounts: equal to applying the rules to each account."""

from __future__ import annotations

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ecotone.people.accounts import NOREPLY
from ecotone.people.actors import PERSON, ActorKind, actor_kind, actor_rules, login_of, suspects
from ecotone.people.kinds import NAME_SCHEMA, kinds_of

BOT = "49699333+dependabot[bot]@users.noreply.github.com"
CI = "builds@org01.example"

EXAMPLES = [example for rule in actor_rules() for example in (*rule.matches, *rule.rejects)]
emails = st.sampled_from(sorted({example["email"] for example in EXAMPLES if "email" in example}))
logins = st.sampled_from(sorted({example["login"] for example in EXAMPLES if "login" in example}))
names = st.sampled_from(sorted({example["name"] for example in EXAMPLES if "name" in example}))
words = st.text(alphabet="abBot-_[]日 \n", max_size=9)
accounts = st.one_of(emails, logins, logins.map(lambda login: f"7+{login}@users.noreply.github.com"), words)


def kinds(pairs: list[tuple[str, str]], listed: list[str]) -> dict[str, ActorKind]:
    columns = list(zip(*pairs, strict=True)) or [(), ()]
    table = pa.table([pa.array(column, pa.string()) for column in columns], schema=NAME_SCHEMA)
    return {listed[place]: kind for place, kind in kinds_of(pa.array(listed, pa.string()), table).items()}


def test_a_login_tells_a_bot_whatever_its_name() -> None:
    found = kinds([(BOT, "Somebody")], [BOT, "jo@org01.example"])
    assert [(account, kind.kind) for account, kind in found.items()] == [(BOT, "bot")]


def test_a_name_tells_a_bot_only_if_all_names_of_the_account_do() -> None:
    assert kinds([(CI, "github-actions")], [CI])[CI].kind == "bot"
    assert kinds([(CI, "github-actions"), (CI, "Jo Example")], [CI]) == {}


@pytest.mark.parametrize(("login", "kind"), [("DeployBot", "bot"), ("deploybot", "person"), ("abbot", "person")])
def test_a_logins_own_capitals_count(login: str, kind: str) -> None:
    account = f"7+{login}@users.noreply.github.com"
    assert kinds([], [account]).get(account, PERSON).kind == kind


@given(st.lists(accounts, unique=True, max_size=8), st.lists(st.one_of(names, words), max_size=4))
@settings(max_examples=300, deadline=None)
def test_many_at_once_are_what_each_is_alone(listed: list[str], signed: list[str]) -> None:
    pairs = [(account, name) for place, account in enumerate(listed) for name in signed[: place % 3]]
    found = kinds(pairs, listed)
    for place, account in enumerate(listed):
        match = NOREPLY.match(account.strip())
        login = match[2] if match else None if "@" in account else account.strip()
        each = [
            actor_kind(name, account if "@" in account else None, login) for name in sorted(signed[: place % 3]) or [""]
        ]
        alone = each[0] if len({kind.kind for kind in each}) == 1 else PERSON
        assert found.get(account, PERSON) == alone


@pytest.mark.parametrize("identity", [one for rule in actor_rules() for one in rule.matches], ids=str)
def test_no_example_of_a_rule_goes_unsuspected(identity: dict[str, str]) -> None:
    login = identity.get("login") or login_of(identity.get("name", ""), identity.get("email", ""))
    parts = (("name", identity.get("name")), ("email", identity.get("email")), ("login", login))
    assert any(suspects(part, pa.array([text], pa.string()))[0].as_py() for part, text in parts if text)
