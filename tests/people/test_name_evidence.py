"""Evidence against matches: established names, and people that a .mailmap lists."""

from __future__ import annotations

import pyarrow as pa
import pytest

from ecotone.people import match_rules
from ecotone.people.actor_classification import NAME_SCHEMA
from ecotone.people.constrained_components import LISTED_APART, NAMES_DIFFER
from ecotone.people.identity_resolution import LISTED_SCHEMA, ResolvedIdentities, resolve_identities
from ecotone.people.match_rules import MatchRule
from ecotone.people.name_evidence import NAME_USE_SCHEMA

ONE, OTHER, THIRD = "aq@org01.example", "bt@org02.example", "third@org03.example"


def resolve(
    ties: list[tuple[str, str, MatchRule]],
    uses: list[tuple[str, str, int]] | None = None,
    listed: list[tuple[str, int, int]] | None = None,
    names: list[tuple[str, str]] | None = None,
) -> ResolvedIdentities:
    def table(rows: list[tuple[object, ...]], schema: pa.Schema) -> pa.Table:
        columns = [pa.array([row[place] for row in rows], field.type) for place, field in enumerate(schema)]
        return pa.table(columns, schema=schema)

    accounts = [*{end for tie in ties for end in tie[:2]}]
    matches = match_rules.match_table([(one, other, rule.name, "said") for one, other, rule in ties])
    return resolve_identities(
        accounts,
        matches,
        table(names or [], NAME_SCHEMA),
        listed_people=table(listed or [], LISTED_SCHEMA),
        name_uses=table(uses or [], NAME_USE_SCHEMA),
    )


def people_count(found: ResolvedIdentities) -> int:
    return len(set(found.people["person"].to_pylist()))


@pytest.mark.parametrize("rule", [match_rules.SIGNED_TWICE, match_rules.BRANCH, match_rules.FILE, match_rules.MAILMAP])
def test_established_names_without_a_common_part_are_two_people(rule: MatchRule) -> None:
    found = resolve([(ONE, OTHER, rule)], [(ONE, "Ada Quill", 3), (OTHER, "Bo Tarn", 3), (OTHER, "Ada Quill", 1)])
    assert people_count(found) == 2
    assert found.matches["refused"].to_pylist() == [NAMES_DIFFER]


@pytest.mark.parametrize(
    "names",
    [
        [(ONE, "Ada Quill", 3), (OTHER, "Bo Tarn", 2)],  # not established
        [(ONE, "Ada Quill", 3), (OTHER, "Ada Tarn", 9)],  # a word
        [(ONE, "Ada Quill", 3), (OTHER, "A. B. Tarn Moor", 9)],  # an initial
        [(ONE, "Ada Quill", 3), (OTHER, "tarn", 9)],  # no full name
        [(ONE, "Ada Quill", 3), (OTHER, "Пётр Иванов", 9)],  # another script
        [(ONE, "Ada Quill", 3), (OTHER, "Bo Tarn", 9), (OTHER, "Ada Quill", 3)],  # both are established
    ],
)
def test_names_that_may_be_one_persons_stay_joined(names: list[tuple[str, str, int]]) -> None:
    assert people_count(resolve([(ONE, OTHER, match_rules.SIGNED_TWICE)], names)) == 1


def test_an_address_may_show_that_two_names_are_one_persons() -> None:
    married = "quill@org02.example"
    found = resolve([(ONE, married, match_rules.SIGNED_TWICE)], [(ONE, "Ada Quill", 5), (married, "Bo Tarn", 5)])
    assert people_count(found) == 1


@pytest.mark.parametrize("rule", [match_rules.BRANCH, match_rules.OPENER, match_rules.SIGNED_TWICE])
@pytest.mark.parametrize(
    ("name", "count"), [("Bo Tarn", 2), ("Ada Tarn", 1), ("Quill Moor", 1), ("bo-tarn", 1), ("Ada-Example Moor", 1)]
)
def test_a_branch_of_somebody_with_another_full_name_is_a_colleagues(rule: MatchRule, name: str, count: int) -> None:
    login = "7+example@users.noreply.github.com"
    found = resolve([("example", ONE, rule)], names=[(ONE, "Ada Quill"), (login, name)])
    is_judged = rule is not match_rules.SIGNED_TWICE
    assert people_count(found) == (count if is_judged else 1)
    assert (found.matches["refused"].to_pylist() == [NAMES_DIFFER]) == (is_judged and count == 2)


def test_letters_with_a_stroke_are_compared_too() -> None:
    uses = [(ONE, "Ada Quill", 3), (OTHER, "Łukasz Øst", 3)]
    assert people_count(resolve([(ONE, OTHER, match_rules.SIGNED_TWICE)], uses)) == 2


def test_a_component_is_split_at_its_weakest_rule() -> None:
    ties = [(ONE, THIRD, match_rules.SIGNED_TWICE), (THIRD, OTHER, match_rules.BRANCH)]
    found = resolve(ties, [(ONE, "Ada Quill", 3), (OTHER, "Bo Tarn", 3)])
    who = dict(zip(found.people["account"].to_pylist(), found.people["person"].to_pylist(), strict=True))
    assert who[ONE] == who[THIRD] != who[OTHER]


def test_a_curator_may_join_unlike_names() -> None:
    names = [(ONE, "Ada Quill", 3), (OTHER, "Bo Tarn", 3)]
    ties = [(ONE, OTHER, match_rules.OVERRIDE), (OTHER, THIRD, match_rules.BRANCH)]
    assert people_count(resolve(ties, names)) == 1


@pytest.mark.parametrize("rule", [match_rules.SIGNED_TWICE, match_rules.REQUEST, match_rules.BRANCH, match_rules.NAME])
def test_a_mailmap_keeps_its_people_apart(rule: MatchRule) -> None:
    found = resolve([(ONE, OTHER, rule)], listed=[(ONE, 0, 1), (OTHER, 0, 2)])
    assert people_count(found) == 2
    assert found.matches["refused"].to_pylist() == [LISTED_APART]


def test_people_of_two_files_may_be_one() -> None:
    assert people_count(resolve([(ONE, OTHER, match_rules.BRANCH)], listed=[(ONE, 0, 1), (OTHER, 1, 2)])) == 1


def test_one_mailmap_may_join_what_another_lists_apart() -> None:
    ties = [(ONE, OTHER, match_rules.MAILMAP), (OTHER, THIRD, match_rules.BRANCH)]
    assert people_count(resolve(ties, listed=[(ONE, 0, 1), (OTHER, 0, 2)])) == 1


def test_a_mailmap_keeps_people_apart_across_a_third_account() -> None:
    ties = [(ONE, THIRD, match_rules.SIGNED_TWICE), (THIRD, OTHER, match_rules.BRANCH)]
    found = resolve(ties, listed=[(ONE, 0, 1), (OTHER, 0, 2)])
    who = dict(zip(found.people["account"].to_pylist(), found.people["person"].to_pylist(), strict=True))
    assert who[ONE] == who[THIRD] != who[OTHER]
