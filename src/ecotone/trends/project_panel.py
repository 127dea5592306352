"""One signal of all projects as a grid of projects by months; NaN is unknown, 0 is zero."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from ecotone.foundation.months import add_months, list_months_between, start_of_month
from ecotone.signals.coverage import COMPLETE, states_of_rows
from ecotone.trends.robust_levels import Floats, rolling_means

BEST_MONTHS: Final = 3  # months in a row

Marks = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class PanelProject:
    """A project and its attributes."""

    name: str
    category: str
    style: str
    language: str


@dataclass(frozen=True)
class Panel:
    """One signal, projects by months.

    values  (projects, months): values observed whole; 0 before a project began; NaN if unknown
    born    (projects,): position of the month in which each project began; negative: before the period
    """

    projects: tuple[PanelProject, ...]
    months: tuple[date, ...]
    values: Floats
    born: npt.NDArray[np.int64]

    @cached_property
    def observed(self) -> Marks:
        """(projects, months): whether a project that has begun was observed whole."""
        return np.isfinite(self.values) & self.has_begun

    @cached_property
    def has_begun(self) -> Marks:
        """(projects, months): whether the project exists."""
        return np.arange(len(self.months))[None, :] >= self.born[:, None]

    @cached_property
    def upper_bounds(self) -> Floats:
        """(projects,): the mean of each project's best three months in a row, or of all if there are fewer.

        It is the upper bound for a month that was not observed.
        """
        means = np.zeros(len(self.projects))
        for position, observed in enumerate(self.observed):
            own = self.values[position, observed]
            if len(own):
                means[position] = rolling_means(own[None, :], min(BEST_MONTHS, len(own))).max()
        return means

    def select_projects(self, positions: Sequence[int]) -> Panel:
        """The panel of some of the projects, given by position."""
        chosen = np.array(positions, dtype=np.int64)
        return Panel(tuple(self.projects[at] for at in positions), self.months, self.values[chosen], self.born[chosen])


def build_panel(
    projects: pa.Table,
    signals: pa.Table,
    signal: str,
    period: date | None = None,
    coverage: pa.Table | None = None,
) -> Panel:
    """The signal of every project that has begun, in name order.

    projects  the public table
    signals   the public table
    period    the first month of the period; None: the first in `signals`
    coverage  the public table `signal_coverage`; None: git's coverage counts
    """
    rows = [row for row in projects.to_pylist() if row["first_event"] is not None]
    rows.sort(key=lambda row: str(row["project"]))
    months = signals["month"].to_pylist()
    if not months:
        return Panel((), (), np.zeros((0, 0)), np.zeros(0, dtype=np.int64))
    first = period or min(months)
    axis = list_months_between(first, max(months))
    born = np.array([_months_from(first, start_of_month(row["first_event"])) for row in rows], dtype=np.int64)
    begun = np.arange(len(axis))[None, :] >= born[:, None]
    values = np.where(begun, np.nan, 0.0)
    positions = {str(row["project"]): at for at, row in enumerate(rows)}
    columns = (signals[name].to_pylist() for name in ("project", "month", signal))
    states = states_of_rows(signals, coverage, signal)
    for name, month, value, state in zip(*columns, states, strict=True):
        at = _months_from(first, month)
        if state == COMPLETE and value is not None and name in positions and 0 <= at < len(axis):
            values[positions[name], at] = value
    listed = tuple(
        PanelProject(str(row["project"]), row["category"] or "", row["style"] or "", row["language"] or "")
        for row in rows
    )
    return Panel(listed, tuple(add_months(first, at) for at in range(len(axis))), values, born)


def _months_from(first: date, later: date) -> int:
    return (later.year - first.year) * 12 + later.month - first.month
