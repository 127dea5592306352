"""From acts to who was how active where."""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from ecotone.networks.person_activity import add_missing_openings, count_anonymous_openers, weigh_activity

from .made import acts, month

WEIGHTS = {"commit": 2.0, "review": 0.5, "comment": 0.25}


def test_acts_are_weighed_and_added_up():
    table = acts(
        ("2024-05", "p", "ann", "commit"),
        ("2024-05", "p", "ann", "commit"),
        ("2024-05", "p", "ann", "review"),
        ("2024-05", "q", "ann", "comment"),
        ("2024-06", "p", "bob", "review"),
        ("2024-06", "p", "bob", "star"),
        ("2024-06", "p", "robot", "commit"),
        kinds={"robot": "bot"},
    )
    found = weigh_activity(table, WEIGHTS)
    assert (found.projects, found.people) == (("p", "q"), ("ann", "bob"))
    assert found.activity.tolist() == [4.5, 0.25, 0.5]
    assert found.months.tolist() == [2024 * 12 + 4] * 2 + [2024 * 12 + 5]
    assert found.project.tolist() == [0, 1, 0]
    assert found.person.tolist() == [0, 0, 1]


def test_a_kind_may_need_another_beside_it():
    table = acts(
        ("2024-05", "p", "ann", "commit"), ("2024-05", "p", "bob", "commit"), ("2024-05", "p", "bob", "review")
    )
    found = weigh_activity(table, WEIGHTS, needs_one_of=frozenset({"review", "comment"}))
    assert found.people == ("bob",)
    assert found.activity.tolist() == [2.5]


def test_crowds_stand_beside_people():
    crowd = pa.table({"project": ["z", "p"], "month": pa.array([month("2024-05")] * 2), "people": [0.0, 2.5]})
    found = weigh_activity(acts(("2024-05", "p", "ann", "commit")), WEIGHTS, crowds=crowd, crowd_activity=7.0)
    assert found.person.tolist() == [-1, 0]
    assert found.count.tolist() == [2.5, 1.0]
    assert found.activity.tolist() == [7.0, 2.0]


def test_nothing_at_all():
    found = weigh_activity(acts(), WEIGHTS)
    assert len(found.months) == 0
    assert found.people == ()


def test_a_merge_without_an_opening_counts_as_one():
    table = acts(
        ("2024-05", "p", "ann", "pull_opened"),  # thread 0
        ("2024-05", "p", "ann", "pull_merged"),  # thread 1: its opening is not there
    )
    again = table.slice(0, 1).set_column(2, "kind", pa.array(["pull_merged"]))
    found = add_missing_openings(pa.concat_tables([table, again]))
    assert sorted(zip(found["thread"].to_pylist(), found["kind"].to_pylist(), strict=True)) == [
        (0, "pull_merged"),
        (0, "pull_opened"),
        (1, "pull_merged"),
        (1, "pull_opened"),
    ]


def test_unseen_openers_are_the_threads_that_are_not_requests():
    pulls = pa.table(
        {
            "project": ["p", "p", "p"],
            "opened_month": pa.array([month("2024-05"), None, None], pa.date32()),
            "merged_month": pa.array([None, month("2024-05"), None], pa.date32()),
        }
    )
    months = pa.table(
        {
            "project": ["p", "p", "p"],
            "month": pa.array([month("2024-05"), month("2024-06"), month("2024-07")]),
            "threads_observed": [True, True, False],
        }
    )
    threads = months.select(["project", "month"]).append_column("threads_opened", pa.array([5.5, 0.0, 9.0]))
    found = count_anonymous_openers(pulls, months, threads)
    assert found["people"].to_pylist() == [3.5, 0.0]  # May: 5.5 less two; July is not observed
    assert not np.isnan(found["people"].to_numpy()).any()
