"""Account parsing: the column functions agree with the scalar ones."""

from __future__ import annotations

import pyarrow as pa
from hypothesis import example, given, settings
from hypothesis import strategies as st

from ecotone.people.account_parsing import (
    NOREPLY,
    are_shared_accounts,
    is_shared_account,
    parse_account,
    parse_accounts,
)

words = st.text(alphabet="abZ09+@. \tİKß\u2028日[]-", max_size=8)
accounts = st.one_of(
    words,
    words.map(lambda word: f"{word}@users.noreply.github.com"),
    st.tuples(words, words).map(lambda pair: f"{pair[0]}+{pair[1]}@Users.NoReply.GitHub.com"),
    st.tuples(words, words).map(lambda pair: f"{pair[0]}@{pair[1]}.example"),
)


@given(st.lists(accounts, max_size=20))
@example(["1+Octo@users.noreply.github.com", "octo@users.noreply.github.com", "+x@users.noreply.github.com"])
@example(["a+b+c@users.noreply.github.com", "Octo", "", " Jo@Org01.example ", "x@users.noreply.github.com\n"])
@example(["İ@org01.example", "1+K@users.noreply.github.com"])
@example(["Ada Person <none@none>", "tom <tom> (o/r)", "unknown <> (o/r)", "root <root@localhost> (o/r)"])
@settings(max_examples=300, deadline=None)
def test_many_at_once_say_what_each_says_alone(listed: list[str]) -> None:
    parsed = parse_accounts(pa.array(listed, pa.string()))
    alone = [parse_account(account) for account in listed]
    assert parsed.key.to_pylist() == [parsed_account.key for parsed_account in alone]
    assert parsed.login.to_pylist() == [parsed_account.login for parsed_account in alone]
    assert parsed.github_id.to_pylist() == [parsed_account.github_id for parsed_account in alone]
    assert parsed.is_noreply.tolist() == [NOREPLY.match(account.strip()) is not None for account in listed]
    assert are_shared_accounts(parsed).to_pylist() == [is_shared_account(account) for account in listed]


def test_mailboxes_that_several_read_are_shared_at_once_as_alone() -> None:
    listed = ["root@host.local", "Admin@org01.example", "jo@org01.example", "jo@localhost", "@org01.example", "jo"]
    assert are_shared_accounts(parse_accounts(pa.array(listed))).to_pylist() == [True, True, False, True, True, False]
