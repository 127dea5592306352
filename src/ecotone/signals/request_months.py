"""From which month to which a project's history shows the requests that landed.

A history that was imported, or copied from another host, has no requests before its requests begin there; one that
moved away has none after they end. Commits go on, so that a measure with requests would jump where nothing happened.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from ecotone.foundation.months import add_months

YEAR: Final = 12  # months
MIN_REQUESTS: Final = 10  # fewer in the whole history show nothing
SUSTAINED: Final = 0.25  # of the requests per commit from a month on, those of the year after it
FEW: Final = 0.1  # of that year's requests per commit, those of the months before

Counts = npt.NDArray[np.float64]


def find_request_span(commits: Counts, merged: Counts) -> tuple[int, int]:
    """The first month in which landed requests are known, and the one after the last: (0, n) if they always are.

    They begin with the first month whose following year has at least SUSTAINED of the requests per commit that the rest
    of the history has, if twelve months with commits or more precede it, with FEW requests per commit at most. They
    end likewise, read from the end.

    commits, merged  (n,): commits and landed requests of each month

    >>> commits = np.full(30, 8.0)
    >>> find_request_span(commits, np.r_[np.zeros(12), np.full(18, 4.0)])
    (12, 30)
    >>> find_request_span(commits, np.r_[np.zeros(11), np.full(19, 4.0)])
    (0, 30)
    """
    if merged.sum() < MIN_REQUESTS:
        return 0, len(merged)
    return _first_known(commits, merged), len(merged) - _first_known(commits[::-1], merged[::-1])


def _first_known(commits: Counts, merged: Counts) -> int:
    all_commits, all_merged = (np.append(0.0, np.cumsum(values)) for values in (commits, merged))

    def rate(start: int, stop: int) -> float:
        return float((all_merged[stop] - all_merged[start]) / max(all_commits[stop] - all_commits[start], 1.0))

    count = len(merged)
    for month in np.flatnonzero(merged > 0).tolist():
        year = rate(month, min(month + YEAR, count))
        if year >= SUSTAINED * rate(month, count):
            late = np.count_nonzero(commits[:month]) >= YEAR and rate(0, month) <= FEW * year
            return month if late else 0
    return 0


def request_months(acts: pa.Table, pulls: pa.Table) -> Mapping[str, tuple[date | None, date | None]]:
    """Project -> the first and the last month in which its landed requests are known; None: since, or until, ever.

    Projects of which they are known in all months are left out.

    acts   project, month, kind: the acts that git shows
    pulls  project, merged_month
    """
    merged = _counts_by_project(pulls["project"], pulls["merged_month"])
    written = pc.and_(
        pc.equal(acts["kind"], "commit"), pc.is_in(acts["project"], value_set=pa.array(list(merged), pa.string()))
    )
    own = acts.select(["project", "month"]).filter(written)
    known: dict[str, tuple[date | None, date | None]] = {}
    for project, commits in _counts_by_project(own["project"], own["month"]).items():
        first, last = min(commits), max(*commits, *merged[project])
        length = last - first + 1
        grids = [np.zeros(length), np.zeros(length)]
        for grid, counts in zip(grids, (commits, merged[project]), strict=True):
            for month, count in counts.items():
                grid[max(month - first, 0)] += count
        begin, end = find_request_span(*grids)
        if (begin, end) != (0, length):
            known[project] = (
                _month_of(first + begin) if begin else None,
                _month_of(first + end - 1) if end < length else None,
            )
    return known


def _counts_by_project(projects: pa.ChunkedArray, months: pa.ChunkedArray) -> dict[str, dict[int, int]]:
    """Project -> number of the month -> rows."""
    numbers = pc.add(pc.multiply(pc.year(months), YEAR), pc.subtract(pc.month(months), 1))
    rows = pa.table({"project": projects, "month": numbers}).filter(pc.is_valid(months))
    counted = rows.group_by(["project", "month"]).aggregate([([], "count_all")])
    counts: dict[str, dict[int, int]] = {}
    for project, month, count in zip(
        *(counted[name].to_pylist() for name in ("project", "month", "count_all")), strict=True
    ):
        counts.setdefault(project, {})[month] = count
    return counts


def _month_of(number: int) -> date:
    return add_months(date(1, 1, 1), number - YEAR)
