"""Which activity signal draws a curve: the one with the most terms that is known where it has to be."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import pyarrow as pa

from ecotone.signals.coverage import NOT_OBSERVED, states_of_rows

ACTIVITIES: Final = ("activity", "activity_landed", "activity_commits")
"""Signals of activity; each has fewer terms than the one before."""


def comparable_activity(signals: pa.Table, coverage: pa.Table | None) -> str:
    """The first of ACTIVITIES that can be drawn; without any, the last that the table has.

    The curve of one project needs a value in every month in which the last of them is known, so that its terms are the
    same from beginning to end. Several projects are compared by what each of them has in some such month; the others
    of its months are unknown in the comparison. A month that is not complete is no obstacle: comparisons leave it out.

    signals   the public table
    coverage  the public table `signal_coverage`; None: git's coverage counts
    """
    listed = [name for name in ACTIVITIES if name in signals.column_names]
    if not listed:
        return ACTIVITIES[0]
    wanted = _months_known(signals, coverage, listed[-1])
    for name in listed:
        known = _months_known(signals, coverage, name)
        if known.keys() == wanted.keys() if len(wanted) > 1 else known == wanted:
            return name
    return listed[-1]


def _months_known(signals: pa.Table, coverage: pa.Table | None, signal: str) -> Mapping[str, int]:
    """Project -> the observed months in which the signal has a value, for those with any."""
    counts: dict[str, int] = {}
    columns = (signals["project"].to_pylist(), signals[signal].to_pylist(), states_of_rows(signals, coverage, signal))
    for project, value, state in zip(*columns, strict=True):
        if value is not None and state != NOT_OBSERVED:
            counts[project] = counts.get(project, 0) + 1
    return counts
