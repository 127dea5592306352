"""Account parsing: the column functions agree with the scalar ones."""

from __future__ import annotations

import pyarrow as pa
from hypothesis import example, given, settings
from hypothesis import strategies as st

from ecotone.people.accounts import NOREPLY, all_shared, is_shared, parse, parse_all

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
@settings(max_examples=300, deadline=None)
def test_many_at_once_say_what_each_says_alone(listed: list[str]) -> None:
    found = parse_all(pa.array(listed, pa.string()))
    alone = [parse(account) for account in listed]
    assert found.key.to_pylist() == [one.key for one in alone]
    assert found.login.to_pylist() == [one.login for one in alone]
    assert found.github_id.to_pylist() == [one.github_id for one in alone]
    assert found.hidden.tolist() == [NOREPLY.match(account.strip()) is not None for account in listed]
    assert all_shared(found).to_pylist() == [is_shared(account) for account in listed]


def test_mailboxes_that_several_read_are_shared_at_once_as_alone() -> None:
    listed = ["root@host.local", "Admin@org01.example", "jo@org01.example", "jo@localhost", "@org01.example", "jo"]
    assert all_shared(parse_all(pa.array(listed))).to_pylist() == [True, True, False, True, True, False]
