"""Identity resolution: match rules, actor kinds and stable ids."""

from __future__ import annotations

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ecotone.events.signed_accounts import is_full_name
from ecotone.people import match_rules
from ecotone.people.account_parsing import is_shared_account
from ecotone.people.actor_classification import NAME_SCHEMA
from ecotone.people.identity_resolution import resolve_identities
from ecotone.people.match_rules import MatchRule, RequestPairCount

WORK, HOME = "person1@org01.example", "person1@freemail.example"
HIDDEN = "11+person-1@users.noreply.github.com"
NO_NAMES = NAME_SCHEMA.empty_table()


def match_of(one: str, other: str, rule: MatchRule = match_rules.MAILMAP) -> pa.Table:
    return match_rules.match_table([(one, other, rule.name, "said")])


def persons_by_account(accounts: list[str], matches: pa.Table | None = None, **options: object) -> dict[str, str]:
    table = resolve_identities(
        accounts, match_rules.match_table([]) if matches is None else matches, NO_NAMES, **options
    ).people
    return dict(zip(table["account"].to_pylist(), table["person"].to_pylist(), strict=True))


def test_spellings_of_one_account_are_one_person() -> None:
    who = persons_by_account([HIDDEN, "Person-1", "person-1@users.noreply.github.com", WORK, WORK.upper()])
    assert len(set(who.values())) == 2
    assert who[WORK] == who[WORK.upper()] != who[HIDDEN] == who["Person-1"]


def test_a_login_that_was_given_to_somebody_else_joins_nobody() -> None:
    who = persons_by_account(["1+one@users.noreply.github.com", "2+one@users.noreply.github.com", "one"])
    assert len(set(who.values())) == 3


def test_a_renamed_account_is_one_person() -> None:
    who = persons_by_account(["1+old@users.noreply.github.com", "1+new@users.noreply.github.com", "old", "new"])
    assert len(set(who.values())) == 1


def test_a_person_keeps_the_id_when_a_login_arrives() -> None:
    before = resolve_identities([WORK, HOME], match_of(WORK, HOME), NO_NAMES).people
    fresh = persons_by_account([WORK, HOME, HIDDEN], pa.concat_tables([match_of(WORK, HOME), match_of(WORK, HIDDEN)]))
    kept = persons_by_account(
        [WORK, HOME, HIDDEN], pa.concat_tables([match_of(WORK, HOME), match_of(WORK, HIDDEN)]), previous=before
    )
    assert set(kept.values()) == set(before["person"].to_pylist()) != set(fresh.values())


def test_a_merge_keeps_the_larger_and_a_split_makes_one_new_id() -> None:
    before = resolve_identities([WORK, HOME, HIDDEN], match_of(WORK, HOME), NO_NAMES).people
    old = dict(zip(before["account"].to_pylist(), before["person"].to_pylist(), strict=True))
    merged = persons_by_account(
        [WORK, HOME, HIDDEN], pa.concat_tables([match_of(WORK, HOME), match_of(WORK, HIDDEN)]), previous=before
    )
    assert set(merged.values()) == {old[WORK]}
    split = persons_by_account([WORK, HOME], previous=before)
    assert len(set(split.values())) == 2
    assert old[WORK] in split.values()


def test_curators_join_and_keep_apart() -> None:
    found = pa.concat_tables([match_of(WORK, HOME), match_of(WORK, HIDDEN, match_rules.OVERRIDE)])
    who = persons_by_account([WORK, HOME, HIDDEN], found, different_people=[(HOME, HIDDEN)])
    assert who[WORK] == who[HIDDEN] != who[HOME]


def test_a_bot_is_joined_to_nobody_by_a_rule() -> None:
    bot = "7+helper[bot]@users.noreply.github.com"
    people = resolve_identities([bot, WORK], match_of(bot, WORK), NO_NAMES)
    assert len(set(people.people["person"].to_pylist())) == 2
    assert people.matches["refused"].to_pylist() == ["a bot's or an agent's account"]


@pytest.mark.parametrize("account", ["root@host.local", "Admin@org01.example", "noreply@github.com", "x@example.com"])
def test_shared_mailboxes_are_never_joined(account: str) -> None:
    assert is_shared_account(account)
    assert match_rules.match_table([(account, WORK, match_rules.MAILMAP.name, "")]).num_rows == 0


@pytest.mark.parametrize("account", [HIDDEN, WORK, "person1@person1s-laptop.local", "mail@person1.example"])
def test_a_persons_own_mailbox_is_not_shared(account: str) -> None:
    assert not is_shared_account(account)


def test_one_word_is_no_full_name() -> None:
    assert [is_full_name(name) for name in ("Person One", "person", "N6988dbea14", "Person 1")] == [True, *[False] * 3]


def identity_table(*pairs: tuple[str, str]) -> pa.Table:
    return pa.table([list(column) for column in zip(*pairs, strict=True)], names=["name", "email"])


def test_a_name_joins_only_inside_one_organisations_domain() -> None:
    speaking = {"org01.example": "Org 01"}
    inside = identity_table(("Person One", "p.one@org01.example"), ("person  one", "one@org01.example"))
    assert match_rules.same_name_matches(inside, speaking).num_rows == 1
    elsewhere = pa.concat_tables([inside, identity_table(("Person One", "p@freemail.example"))])
    assert match_rules.same_name_matches(elsewhere, speaking).num_rows == 0
    assert match_rules.same_name_matches(inside, {}).num_rows == 0


def test_a_commit_signed_twice_under_one_name() -> None:
    commits = pa.table(
        {
            "sha": ["a", "b", "c"],
            "author_name": ["Person One", "Person One", "Person Two"],
            "author_email": [WORK, WORK, "two@org01.example"],
            "committer_name": ["Person One", "Person Two", "Person Two"],
            "committer_email": [HOME, "two@org01.example", "two@org01.example"],
        }
    )
    trailers = pa.table(
        {
            "sha": ["b", "c", "c"],
            "key": ["signed-off-by", "co-authored-by", "reviewed-by"],
            "value": [f"Person One <{HIDDEN}>", f"Person One <{HOME}>", "Person Two <other@org01.example>"],
        }
    )
    counted = match_rules.count_signed_twice(commits, trailers)
    assert counted == {(WORK, HOME, False): 1, (WORK, HIDDEN, False): 1}


def test_a_single_credit_may_be_a_namesakes() -> None:
    assert match_rules.signed_twice_matches({(WORK, HOME, True): 1}).num_rows == 0
    assert match_rules.signed_twice_matches({(WORK, HOME, True): 2}).num_rows == 1
    assert match_rules.signed_twice_matches({(WORK, HOME, True): 1, (HOME, WORK, False): 1}).num_rows == 1


def pair_count(
    times: int, *, named: int = 0, credited: int = 0, account: str = WORK, landed_as: str = HIDDEN
) -> RequestPairCount:
    return RequestPairCount(account, landed_as, times, named, credited)


@pytest.mark.parametrize(
    ("rows", "count"),
    [
        ([pair_count(1)], 0),  # once, and nothing else in common
        ([pair_count(1, named=1)], 1),
        ([pair_count(2)], 1),
        ([pair_count(2, credited=1)], 0),  # the landing says that they are two
        ([pair_count(4), pair_count(2, landed_as=HOME)], 0),  # not clearly one
        (
            [pair_count(2), *(pair_count(1, account=f"p{one}@x.example") for one in range(30))],
            0,
        ),
    ],
)
def test_own_requests(rows: list[RequestPairCount], count: int) -> None:
    assert match_rules.squash_merge_matches(rows).num_rows == count


def test_a_branch_of_the_repositorys_owner_is_everybodys() -> None:
    rows = [pair_count(3, landed_as="person-1")]
    assert match_rules.branch_owner_matches(rows, frozenset()).num_rows == 1
    assert match_rules.branch_owner_matches(rows, frozenset({"person-1"})).num_rows == 0
    shared = [*rows, pair_count(3, account=HOME, landed_as="person-1")]
    assert match_rules.branch_owner_matches(shared, frozenset()).num_rows == 0


def test_the_evidence_names_the_account_the_rules_and_the_machines_habits_in_order() -> None:
    bot = "7+helper[bot]@users.noreply.github.com"
    found = pa.concat_tables(
        [match_of(WORK, HIDDEN, match_rules.BRANCH), match_of(WORK, HOME), match_of(WORK, bot, match_rules.REQUEST)]
    )
    habits = {bot: "behaviour of 90 commits", HOME: "behaviour of 60 commits", "nobody": "never shown"}
    table = resolve_identities([WORK, HOME, HIDDEN, bot], found, NO_NAMES, signs_of_automation=habits).people
    assert dict(zip(table["account"].to_pylist(), table["evidence"].to_pylist(), strict=True)) == {
        WORK: "the account itself; .mailmap; branch owner",
        HOME: "the account itself; .mailmap; behaviour of 60 commits",
        HIDDEN: "a GitHub no-reply address names the login and its id; branch owner",
        bot: "a GitHub no-reply address names the login and its id; bot: application-suffix; behaviour of 90 commits",
    }
    assert table["actor_kind"].to_pylist() == ["person", "bot", "person", "person"]


accounts = st.sampled_from(
    [WORK, HOME, HIDDEN, "Person-1", "12+Person-1@users.noreply.github.com", "x y", WORK.upper(), "日本@org01.example"]
)
pairs = st.lists(st.tuples(accounts, accounts, st.sampled_from(match_rules.RULES[2:])), max_size=6)


@given(st.lists(accounts, min_size=1, max_size=6), pairs, st.randoms(use_true_random=False))
@settings(max_examples=150, deadline=None)
def test_the_order_of_accounts_and_ties_says_nothing(listed, found, rng) -> None:
    def resolved(accounts: list[str], rows: list[tuple[str, str, MatchRule]]) -> pa.Table:
        table = match_rules.match_table((one, other, rule.name, "said") for one, other, rule in rows)
        return resolve_identities(accounts, table, NO_NAMES).people

    once = resolved(listed, found)
    again = resolved(rng.sample(listed, len(listed)), rng.sample(found, len(found)))
    assert once.equals(again)
    assert set(listed) <= set(once["account"].to_pylist())
    assert once["account"].to_pylist() == sorted(once["account"].to_pylist())


@given(st.lists(accounts, min_size=1, unique=True), pairs, pairs)
@settings(max_examples=150, deadline=None)
def test_ids_stay_and_are_one_persons(listed, before, after) -> None:
    tables = [
        match_rules.match_table((one, other, rule.name, "said") for one, other, rule in rows)
        for rows in (before, after)
    ]
    first = resolve_identities(listed, tables[0], NO_NAMES).people
    assert resolve_identities(listed, tables[0], NO_NAMES, previous=first).people.equals(first)
    second = resolve_identities(listed, tables[1], NO_NAMES, previous=first)
    groups: dict[str, set[str]] = {}
    for account, person in zip(*(second.people[name].to_pylist() for name in ("account", "person")), strict=True):
        groups.setdefault(person, set()).add(account)
    fresh = resolve_identities(listed, tables[1], NO_NAMES)
    apart: dict[str, set[str]] = {}
    for account, person in zip(*(fresh.people[name].to_pylist() for name in ("account", "person")), strict=True):
        apart.setdefault(person, set()).add(account)
    assert sorted(map(sorted, groups.values())) == sorted(map(sorted, apart.values()))
