"""The months of work from which verdicts are drawn."""

from __future__ import annotations

import numpy as np
import pytest

from ecotone.trends.monthly_work import work_from_months


def known_from(merged: list[float]) -> int | None:
    """The first month whose merged requests are known; somebody commits in every month."""
    work = work_from_months([1.0] * len(merged), [3.0] * len(merged), merged)
    assert work.merged is not None
    known = np.flatnonzero(np.isfinite(work.merged[0]))
    return int(known[0]) if len(known) else None


@pytest.mark.parametrize(
    ("merged", "first"),
    [
        ([0.0] * 11 + [4.0] * 9, 0),  # requests begin within the first year
        ([0.0] * 12 + [4.0] * 9, 12),  # the history is older than its requests
        ([0.0] * 40, 0),  # no request at all
        ([0.0] * 5 + [1.0] + [0.0] * 20 + [50.0] * 9, 26),  # one of 451 long before is a mistake
        ([0.0] * 5 + [10.0] + [0.0] * 20 + [50.0] * 9, 0),  # ten are not
        ([0.0] * 5 + [1.0] + [0.0] * 11 + [50.0] * 9, 0),  # nor is one within a year of the others
        ([5.0] * 6 + [0.0] * 30, 0),  # a project that stopped merging
    ],
)
def test_merged_requests_are_unknown_before_a_late_beginning(merged: list[float], first: int) -> None:
    assert known_from(merged) == first


def test_a_late_beginning_leaves_the_other_measures_alone() -> None:
    work = work_from_months([1.0] * 21, [3.0] * 21, [0.0] * 12 + [4.0] * 9)
    assert work.length == 21
    assert [name for name, _ in work.measures()] == ["contributors", "commits"]
    assert [name for name, _ in work.last_months(9).measures()] == ["contributors", "commits", "merged"]
