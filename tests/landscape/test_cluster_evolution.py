from __future__ import annotations

from datetime import date

import numpy as np

from ecotone.landscape.cluster_evolution import Snapshot, match_snapshots


def snapshot(month: int, *groups: str, sure: float = 1.0) -> Snapshot:
    """A half-year's groups, each project a letter."""
    projects = tuple(sorted("".join(groups)))
    group = np.array([next(at for at, members in enumerate(groups) if one in members) for one in projects])
    return Snapshot(date(2024, month, 1), projects, group, np.full(len(projects), sure))


def events(*snapshots: Snapshot) -> list[tuple[str, int, int | None, str | None]]:
    return [(one.event, one.line, one.other_line, one.project) for one in match_snapshots(snapshots)[0]]


def test_stays_grows_shrinks():
    assert events(snapshot(1, "abcd", "efghij"), snapshot(7, "abcdkl", "efgh")) == [
        ("grew", 1, None, None),
        ("shrank", 2, None, None),
    ]


def test_born_and_gone():
    assert events(snapshot(1, "abc", "def"), snapshot(7, "abc", "xyz")) == [
        ("stayed", 1, None, None),
        ("born", 3, None, None),
        ("gone", 2, None, None),
    ]


def test_split_keeps_the_number_with_the_larger_part():
    assert events(snapshot(1, "abcdefgh"), snapshot(7, "abc", "defgh")) == [
        ("split", 2, 1, None),
        ("shrank", 1, None, None),
    ]


def test_merged_into_the_one_it_has_most_in_common_with():
    assert events(snapshot(1, "abcde", "fgh"), snapshot(7, "abcdefgh")) == [
        ("grew", 1, None, None),
        ("merged", 2, 1, None),
    ]


def test_who_moved():
    changes = events(snapshot(1, "abcd", "efgh"), snapshot(7, "abc", "defgh"))
    assert ("moved", 2, 1, "d") in changes


def test_only_who_is_sure_on_both_sides_has_moved():
    changes = events(snapshot(1, "abcd", "efgh", sure=0.5), snapshot(7, "abc", "defgh"))
    assert not [change for change in changes if change[0] == "moved"]


def test_numbers_last_over_periods():
    _, numbers = match_snapshots([snapshot(1, "abc", "def"), snapshot(4, "def", "abc"), snapshot(7, "xyz", "abc")])
    assert numbers == [[1, 2], [2, 1], [3, 1]]
