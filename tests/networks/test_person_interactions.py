"""Who meets whom in one act, and what that makes between organisations."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
from hypothesis import given
from hypothesis import strategies as st

from ecotone.networks.person_interactions import (
    INTERACTION_OF_ACT,
    WEIGHTS,
    add_counterparts,
    direct_interactions,
    find_nearest_acts,
    sum_organisation_interactions,
    sum_person_interactions,
)

from .made import acts, meetings


def with_others(table: pa.Table, others: list[str | None]) -> pa.Table:
    """The acts, with counterparts who are persons but `robot`, a bot; they work for whom their acts say."""
    people = pa.table(
        {
            "account": ["ann@x", "bob@x", "robot@x", "cat@x"],
            "person": ["ann", "bob", "robot", "cat"],
            "actor_kind": ["person", "person", "bot", "person"],
        }
    )
    accounts = [None if other is None else f"{other}@x" for other in others]
    table = table.append_column("other_account", pa.array(accounts, pa.string()))
    return add_counterparts(table.append_column("created_at", table["month"].cast(pa.timestamp("us"))), people)


def test_each_kind_of_act_and_its_direction():
    table = acts(
        ("2024-05", "p", "cat", "pull_merged"),  # cat's request, landed by bob
        ("2024-05", "p", "cat", "review"),  # cat reviewed bob's commit
        ("2024-05", "p", "cat", "co_author"),  # cat beside bob
        ("2024-05", "p", "bob", "pull_merged"),  # bob landed their own
        ("2024-05", "p", "cat", "commit"),
        ("2024-05", "p", "cat", "pull_merged"),  # nobody knows who landed it
        ("2024-05", "p", "cat", "pull_merged"),  # landed by a bot
        organisations={"cat": "C", "bob": "O"},
    )
    found = direct_interactions(with_others(table, ["bob", "bob", "bob", "bob", "bob", None, "robot"]))
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
    assert direct_interactions(others).num_rows == 0
    assert {
        (r["from_person"], r["to_person"])
        for r in direct_interactions(others, frozenset({"person", "bot", "agent"})).to_pylist()
    } == {
        ("cat", "robot"),
        ("bob", "agent"),
    }


def test_messages_and_remarks_are_weighed_by_the_file():
    table = acts(
        ("2024-05", "p", "cat", "comment"), ("2024-05", "p", "cat", "review_comment"), ("2024-05", "p", "cat", "star")
    )
    found = direct_interactions(with_others(table, ["bob", "bob", "bob"]))
    assert [(r["kind"], r["from_person"], r["to_person"], r["weight"]) for r in found.to_pylist()] == [
        ("reply", "bob", "cat", WEIGHTS["reply"]),
        ("review_comment", "bob", "cat", WEIGHTS["review_comment"]),
    ]


def test_a_person_whom_a_commit_names_twice_takes_part_once():
    table = acts(*[("2024-05", "p", "cat", kind) for kind in ("co_author", "co_author", "co_author", "review")] * 2)
    table = table.set_column(table.schema.get_field_index("thread"), "thread", pa.nulls(8, pa.int64()))
    commits = pa.array(["one", "one", "two", "one", "three", "one", None, None])
    table = table.set_column(table.schema.get_field_index("commit"), "commit", commits)
    found = direct_interactions(with_others(table, ["bob"] * 8)).to_pylist()
    # co-authors of one, two, three and of one unnamed commit; reviews of one and of one unnamed
    assert [row["kind"] for row in found] == ["co_author"] * 4 + ["review"] * 2


def test_every_kind_of_act_is_of_a_kind_that_has_a_weight():
    assert set(INTERACTION_OF_ACT.values()) | {"co_edit"} == set(WEIGHTS)


def test_the_other_party_works_for_whom_they_worked_for_then():
    table = acts(
        ("2023-01", "q", "bob", "commit"),
        ("2024-05", "p", "cat", "review"),
        ("2024-07", "p", "cat", "review"),
    )
    moved = table.set_column(5, "organisation", pa.array(["Old", None, None]))
    later = acts(("2024-06", "q", "bob", "commit"), organisations={"bob": "New"})
    found = with_others(pa.concat_tables([moved, later]), [None, "bob", "bob", None])
    assert found["counterpart_organisation"].to_pylist() == ["Old", "New"]


def test_the_other_partys_work_may_be_told_elsewhere():
    said = acts(("2024-05", "p", "cat", "comment"))
    people = pa.table({"account": ["bob@x"], "person": ["bob"], "actor_kind": ["person"]})
    said = said.append_column("other_account", pa.array(["bob@x"]))
    said = said.append_column("created_at", said["month"].cast(pa.timestamp("us")))
    work = acts(("2024-04", "q", "bob", "commit"), organisations={"bob": "O"})
    work = work.append_column("created_at", work["month"].cast(pa.timestamp("us")))
    assert add_counterparts(said, people)["counterpart_organisation"].to_pylist() == [None]
    assert add_counterparts(said, people, work)["counterpart_organisation"].to_pylist() == ["O"]


@given(
    st.lists(st.tuples(st.integers(0, 3), st.integers(-5, 5)), max_size=12),
    st.lists(st.tuples(st.integers(-1, 4), st.integers(-6, 6)), min_size=1, max_size=6),
)
def test_the_nearest_act_is_the_newest_before_or_the_first_after(acted, wanted):
    person, time, who, when = (
        np.array([pair[place] for pair in pairs], np.int64) for pairs in (acted, wanted) for place in (0, 1)
    )
    for one, moment, found in zip(who, when, find_nearest_acts(person, time, who, when), strict=True):
        before = [i for i in range(len(acted)) if person[i] == one and time[i] <= moment]
        after = [i for i in range(len(acted)) if person[i] == one and time[i] > moment]
        right = (
            max(before, key=lambda i: (time[i], i)) if before else min(after, key=lambda i: (time[i], i), default=-1)
        )
        assert found == right


def test_people_are_summed_by_kind():
    one = meetings(("2024-05", "a", "b", "A", None, 1.0), ("2024-05", "a", "b", "A", None, 0.5))
    other = meetings(("2024-05", "a", "b", "A", None, 4.0), kind="review")
    found = sum_person_interactions(one, other)
    assert [(r["kind"], r["weight"]) for r in found.to_pylist()] == [("merge", 1.5), ("review", 4.0)]


def test_organisations_keep_the_unknown():
    found = sum_organisation_interactions(
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
