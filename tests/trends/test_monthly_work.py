"""The months of work from which verdicts are drawn."""

from __future__ import annotations

import numpy as np

from ecotone.trends.monthly_work import work_from_months


def test_unknown_requests_leave_the_other_measures_alone() -> None:
    merged = [np.nan] * 12 + [4.0] * 9
    work = work_from_months([1.0] * 21, [3.0] * 21, merged)
    assert work.length == 21
    assert [name for name, _ in work.measures()] == ["contributors", "commits"]
    assert [name for name, _ in work.last_months(9).measures()] == ["contributors", "commits", "merged"]


def test_two_last_months_without_known_requests_do_not_count() -> None:
    assert work_from_months([1.0] * 9, [3.0] * 9, [4.0] * 7 + [np.nan] * 2).length == 7


def test_requests_that_ended_long_before_keep_the_months_after_them() -> None:
    work = work_from_months([1.0] * 30, [3.0] * 30, [4.0] * 12 + [np.nan] * 18)
    assert work.length == 30
    assert [name for name, _ in work.last_months(12).measures()] == ["contributors", "commits"]
