"""The months in which landed requests are known, and the curve that has the same terms in all its months."""

from __future__ import annotations

from datetime import date

import numpy as np
import pyarrow as pa
import pytest

from ecotone.foundation.months import add_months
from ecotone.signals.request_months import find_request_span, request_months

BEGIN = date(2020, 1, 1)


@pytest.mark.parametrize(
    ("merged", "span"),
    [
        ([0] * 11 + [4] * 9, (0, 20)),  # requests begin within the first year
        ([0] * 12 + [4] * 9, (12, 21)),  # the history is older than its requests
        ([0] * 40, (0, 40)),  # no request at all
        ([0] * 20 + [1] * 9, (0, 29)),  # nine in all show nothing
        ([0] * 5 + [1] + [0] * 20 + [50] * 9, (26, 35)),  # one long before is a stray
        ([0] * 5 + [10] + [0] * 20 + [50] * 9, (26, 35)),  # so are ten of 460
        ([0] * 5 + [1] + [0] * 11 + [50] * 9, (17, 26)),
        ([1, 0] * 10 + [4] * 20, (0, 40)),  # few from the start: it grew
        ([0, 0, 0, 0, 0, 1] * 8, (0, 48)),  # a quiet project with a request now and then
        ([0] * 20 + [5, 0, 0, 0, 0, 0, 0] * 4, (20, 48)),
        ([5] * 12 + [0] * 12, (0, 12)),  # it goes on elsewhere
        ([5] * 12 + [0] * 11, (0, 23)),
        ([0] * 14 + [5] * 12 + [0] * 14, (14, 26)),
    ],
)
def test_requests_are_known_from_their_beginning_to_their_end(merged: list[int], span: tuple[int, int]) -> None:
    counts = np.array(merged, float)
    assert find_request_span(np.full(len(merged), 6.0), counts) == span
    begin, end = find_request_span(np.full(len(merged), 6.0), counts[::-1])
    assert (len(merged) - end, len(merged) - begin) == span


def test_months_without_commits_are_no_work_before_requests() -> None:
    commits = np.array([3.0] * 6 + [0.0] * 30 + [6.0] * 12)
    assert find_request_span(commits, np.array([0.0] * 36 + [4.0] * 12)) == (0, 48)


def test_requests_that_were_fewer_before_are_known_from_the_beginning() -> None:
    merged = np.array([3.0] * 24 + [20.0] * 60)
    assert find_request_span(np.full(84, 20.0), merged) == (0, 84), "15 in 100 commits, then as many as commits"


def test_a_project_that_stopped_is_known_to_its_end() -> None:
    commits = np.array([6.0] * 12 + [0.0] * 30)
    assert find_request_span(commits, np.array([4.0] * 12 + [0.0] * 30)) == (0, 42)


def months_of(project: str, counts: list[int]) -> list[tuple[str, date]]:
    return [(project, add_months(BEGIN, at)) for at, count in enumerate(counts) for _ in range(count)]


def test_each_project_has_its_own_months() -> None:
    commits = [*months_of("late", [6] * 24), *months_of("always", [6] * 24), *months_of("never", [6] * 24)]
    projects, months = zip(*commits, strict=True)
    acts = pa.table({"project": projects, "month": months, "kind": ["commit"] * len(commits)})
    projects, months = zip(*months_of("late", [0] * 18 + [3] * 6), *months_of("always", [3] * 24), strict=True)
    pulls = pa.table({"project": [*projects, "late"], "merged_month": [*months, None]})
    assert request_months(acts, pulls) == {"late": (date(2021, 7, 1), None)}
