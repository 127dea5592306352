"""Work on the same part soon after one another: the formula by hand, then against plain loops."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ecotone.networks import coediting
from ecotone.networks.coediting import SECONDS_PER_DAY, Touches, co_edit_interactions, link_touches
from ecotone.networks.person_interactions import PERSON_SCHEMA, WEIGHTS

from .made import commits

WEIGHT = WEIGHTS["co_edit"]


def areas(*rows: tuple[str, str]) -> pa.Table:
    return pa.table(
        {
            "sha": pa.array([sha for sha, _ in rows], pa.string()),
            "area": pa.array([area for _, area in rows], pa.string()),
        }
    )


def found_in(table: pa.Table) -> dict[tuple[str, str, int], float]:
    return {(r["from_person"], r["to_person"], r["month"].month): r["weight"] for r in table.to_pylist()}


def test_one_meeting_by_hand():
    made = commits(("2024-01-01", "1", "ann"), ("2024-01-31", "2", "bob"))
    # a half-life of 30 days later, and one of bob's two areas: weight * 1/2 * 1/2
    found = co_edit_interactions(areas(("1", "src"), ("2", "src"), ("2", "docs")), made)
    assert found_in(found) == {("ann", "bob", 1): pytest.approx(WEIGHT / 4)}
    assert found["kind"].to_pylist() == ["co_edit"]


def test_a_crowded_area_is_divided():
    made = commits(
        ("2024-01-01", "1", "ann"), ("2024-01-01", "2", "bob"), ("2024-01-01", "3", "cat"), ("2024-01-31", "4", "dan")
    )
    found = found_in(co_edit_interactions(areas(*[(str(sha), "src") for sha in range(1, 5)]), made))
    # at the same moment nobody was earlier
    assert found == {(who, "dan", 1): pytest.approx(WEIGHT / 2 / 3) for who in ("ann", "bob", "cat")}


def test_the_last_touch_counts_and_the_window_ends():
    made = commits(
        ("2024-01-01", "1", "ann"), ("2024-01-02", "2", "ann"), ("2024-04-01", "3", "bob"), ("2024-07-02", "4", "bob"),
        organisations={"ann": "Acme", "bob": None},
    )  # fmt: skip
    found = co_edit_interactions(areas(*[(str(sha), "src") for sha in range(1, 5)]), made)
    # 90 days from 2 January to 1 April: three half-lives, once; bob does not meet themselves in July
    assert found_in(found) == {("ann", "bob", 4): pytest.approx(WEIGHT / 8)}
    assert found["from_organisation"].to_pylist() == ["Acme"]
    assert co_edit_interactions(areas(*[(str(sha), "src") for sha in range(1, 5)]), made, window_days=89).num_rows == 0


def test_the_organisation_is_the_one_of_the_time():
    made = commits(("2024-01-01", "1", "ann"), ("2024-01-03", "2", "bob"), ("2024-01-05", "3", "ann"))
    made = made.set_column(5, "organisation", pa.array(["Old", None, "New"]))
    found = co_edit_interactions(areas(("1", "src"), ("2", "src"), ("3", "src")), made).cast(PERSON_SCHEMA)
    assert [(r["from_organisation"], r["to_organisation"]) for r in found.sort_by("to_person").to_pylist()] == [
        (None, "New"),
        ("Old", None),
    ]


def test_nothing_in_nothing_out():
    assert co_edit_interactions(areas(), commits()).num_rows == 0
    assert co_edit_interactions(areas(("9", "src")), commits(("2024-01-01", "1", "ann"))).num_rows == 0


@pytest.mark.parametrize("bad", [0, -1])
def test_windows_are_above_zero(bad):
    empty = Touches(*[np.zeros(0, np.int64)] * 3, np.zeros(0))
    with pytest.raises(ValueError, match="above zero"):
        link_touches(empty, window_days=bad)


def by_loops(touches: Touches, window_days: float, half_life_days: float) -> dict[tuple[int, int], float]:
    found = {}
    for now in range(len(touches.time)):
        last: dict[int, int] = {}
        for before in range(len(touches.time)):
            age = touches.time[now] - touches.time[before]
            if touches.area[before] == touches.area[now] and 0 < age <= window_days * SECONDS_PER_DAY:
                who = int(touches.person[before])
                last[who] = max(last.get(who, 0), int(touches.time[before]))
        last.pop(int(touches.person[now]), None)
        for who, when in last.items():
            fade = 0.5 ** ((touches.time[now] - when) / (half_life_days * SECONDS_PER_DAY))
            found[now, who] = touches.share[now] * fade / len(last)
    return found


@given(
    st.lists(st.tuples(st.integers(0, 2), st.integers(0, 12), st.integers(0, 3)), max_size=30),
    st.integers(1, 8),
    st.booleans(),
)
@settings(max_examples=150, deadline=None)
def test_meetings_are_those_of_plain_loops(rows, window, bounded):
    area, day, person = (np.array([row[i] for row in rows], np.int64) for i in range(3))
    touches = Touches(area, day * SECONDS_PER_DAY, person, np.linspace(0.1, 1, len(rows)))
    with pytest.MonkeyPatch.context() as patch:
        if bounded:
            patch.setattr(coediting, "AT_ONCE", 3)
        found = link_touches(touches, window, 4.0)
    pairs = {(int(t), int(u)): float(s) for t, u, s in zip(found.touch, found.earlier, found.strength, strict=True)}
    assert len(pairs) == len(found.touch)
    assert pairs == pytest.approx(by_loops(touches, window, 4.0))
    assert (found.later == person[found.touch]).all()


@given(st.lists(st.tuples(st.integers(0, 2), st.integers(0, 12), st.integers(0, 3)), max_size=30))
@settings(max_examples=60, deadline=None)
def test_one_touch_gives_at_most_its_share(rows):
    area, day, person = (np.array([row[i] for row in rows], np.int64) for i in range(3))
    found = link_touches(Touches(area, day * SECONDS_PER_DAY, person, np.ones(len(rows))))
    assert (np.bincount(found.touch, found.strength, minlength=len(rows)) <= 1 + 1e-12).all()


def test_what_happens_at_the_same_moment_is_not_earlier():
    made = commits(("2024-01-01", "1", "ann"), ("2024-01-03", "2", "bob"), ("2024-01-03", "3", "ann"))
    made = made.set_column(5, "organisation", pa.array(["Old", None, "New"]))
    found = co_edit_interactions(areas(("1", "src"), ("2", "src"), ("3", "other")), made)
    assert found["from_organisation"].to_pylist() == ["Old"]
