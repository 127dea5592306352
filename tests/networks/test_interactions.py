"""Who meets whom in one act, and what that makes between organisations."""

from __future__ import annotations

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ecotone.networks.interactions import (
    WEIGHTS,
    direct,
    organisation_interactions,
    person_interactions,
    trailing,
    with_counterparts,
)

from .made import acts, meetings


def with_others(table: pa.Table, others: list[str | None]) -> pa.Table:
    """The acts, with counterparts who are all persons of organisation O but `robot`, a bot of none."""
    people = pa.table(
        {
            "account": ["ann@x", "bob@x", "robot@x"],
            "person": ["ann", "bob", "robot"],
            "actor_kind": ["person", "person", "bot"],
        }
    )
    organisations = pa.table({"account": ["ann@x", "bob@x"], "organisation": ["O", "O"]})
    accounts = [None if other is None else f"{other}@x" for other in others]
    return with_counterparts(table, pa.chunked_array([pa.array(accounts, pa.string())]), people, organisations)


def test_each_kind_of_act_and_its_direction():
    table = acts(
        ("2024-05", "p", "cat", "pull_merged"),  # cat's request, landed by bob
        ("2024-05", "p", "cat", "review"),  # cat reviewed bob's commit
        ("2024-05", "p", "cat", "co_author"),  # cat beside bob
        ("2024-05", "p", "bob", "pull_merged"),  # bob landed their own
        ("2024-05", "p", "cat", "commit"),
        ("2024-05", "p", "cat", "pull_merged"),  # nobody knows who landed it
        ("2024-05", "p", "cat", "pull_merged"),  # landed by a bot
        organisations={"cat": "C"},
    )
    found = direct(with_others(table, ["bob", "bob", "bob", "bob", "bob", None, "robot"]))
    rows = [
        (r["kind"], r["from_person"], r["to_person"], r["from_organisation"], r["to_organisation"])
        for r in found.to_pylist()
    ]
    assert rows == [
        ("co_author", "bob", "cat", "O", "C"),
        ("merge", "cat", "bob", "C", "O"),
        ("review", "bob", "cat", "O", "C"),
    ]
    assert found["weight"].to_pylist() == [WEIGHTS["co_author"], WEIGHTS["merge"], WEIGHTS["review"]]


def test_machines_take_part_when_asked():
    table = acts(
        ("2024-05", "p", "cat", "pull_merged"), ("2024-05", "p", "agent", "co_author"), kinds={"agent": "agent"}
    )
    others = with_others(table, ["robot", "bob"])
    assert direct(others).num_rows == 0
    assert {(r["from_person"], r["to_person"]) for r in direct(others, machines=True).to_pylist()} == {
        ("cat", "robot"),
        ("bob", "agent"),
    }


def test_people_are_summed_by_kind():
    one = meetings(("2024-05", "a", "b", "A", None, 1.0), ("2024-05", "a", "b", "A", None, 0.5))
    other = meetings(("2024-05", "a", "b", "A", None, 4.0), kind="review")
    found = person_interactions(one, other)
    assert [(r["kind"], r["weight"]) for r in found.to_pylist()] == [("merge", 1.5), ("review", 4.0)]


def test_organisations_keep_the_unknown():
    found = organisation_interactions(
        meetings(
            ("2024-05", "a", "b", "A", "B", 1.0),
            ("2024-05", "c", "d", "A", "B", 0.25),
            ("2024-05", "a", "x", "A", None, 1.0),
            ("2024-06", "a", "b", "A", "B", 1.0),
        )
    )
    assert [
        (r["month"].month, r["from_organisation"], r["to_organisation"], r["weight"]) for r in found.to_pylist()
    ] == [
        (5, "A", "B", 1.25),
        (5, "A", None, 1.0),
        (6, "A", "B", 1.0),
    ]


def test_a_trailing_window_by_hand():
    table = meetings(
        ("2023-12", "a", "b", None, None, 1.0),
        ("2024-02", "a", "b", None, None, 2.0),
        ("2024-06", "c", "d", None, None, 4.0),
    )
    found = trailing(table, 3)
    assert [(str(r["month"])[:7], r["from_person"], r["weight"]) for r in found.to_pylist()] == [
        ("2023-12", "a", 1.0),
        ("2024-01", "a", 1.0),
        ("2024-02", "a", 3.0),
        ("2024-03", "a", 2.0),
        ("2024-04", "a", 2.0),
        ("2024-06", "c", 4.0),
    ]
    assert found.schema.names == table.schema.names
    with pytest.raises(ValueError, match="give 1 or more"):
        trailing(table, 0)
    assert trailing(meetings(), 3).num_rows == 0


PARTIES = ("from_person", "to_person", "from_organisation", "to_organisation")

rows = st.lists(
    st.tuples(
        st.sampled_from(["2023-11", "2023-12", "2024-01", "2024-05"]),
        st.sampled_from("ab"),
        st.sampled_from("cd"),
        st.sampled_from(["A", None]),
        st.sampled_from(["B", None]),
        st.integers(1, 8).map(float),
    ),
    max_size=12,
)


@given(rows, st.integers(1, 4))
@settings(max_examples=60, deadline=None)
def test_a_window_is_the_plain_sum(made, months):
    table = meetings(*made)
    expected: dict[tuple[object, ...], float] = {}
    index = [row["month"].year * 12 + row["month"].month for row in table.to_pylist()]
    for position, row in zip(index, table.to_pylist(), strict=True):
        for month in range(position, min(position + months, max(index) + 1)):
            key = (month, *(row[name] for name in PARTIES))
            expected[key] = expected.get(key, 0) + row["weight"]
    found = {
        (row["month"].year * 12 + row["month"].month, *(row[name] for name in PARTIES)): row["weight"]
        for row in trailing(table, months).to_pylist()
    }
    assert found == expected
