"""The month in which projects are compared, and their momentum up to it."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Any, Final

import numpy as np

from ecotone.trends.change_points import RECENT_MONTHS, recent_momentum
from ecotone.trends.project_panel import Panel
from ecotone.trends.shape_classifier import Curve

MOST: Final = 0.75  # of the projects complete in the month before, at least so many must be complete in the newest


def find_comparison_month(complete: Iterable[Collection[int]]) -> int | None:
    """The newest complete month, or the one before if far more projects are complete in that.

    complete  for each project the numbers of its complete months, from any origin
    returns   None if no month is complete

    >>> find_comparison_month([{1, 2, 3}, {1, 2}, {2}])
    2
    """
    projects = [frozenset(months) for months in complete]
    newest = max((max(months) for months in projects if months), default=None)
    if newest is None:
        return None
    in_newest, before = (sum(month in months for months in projects) for month in (newest, newest - 1))
    return newest if in_newest >= MOST * before else newest - 1


def momenta_of_compared_projects(panel: Panel) -> list[dict[str, Any]]:
    """Momentum up to the month in which projects are compared, for those complete in it and in the year before.

    returns  rows with project, momentum, recent_mean, last_month
    """
    complete = [np.flatnonzero(observed) for observed in panel.observed]
    month = find_comparison_month([months.tolist() for months in complete])
    if month is None:
        return []
    rows = []
    for project, months, values in zip(panel.projects, complete, panel.values, strict=True):
        earlier = months[months <= month]
        momentum = recent_momentum(Curve(earlier, values[earlier])) if month in months else None
        if momentum is not None:
            mean = float(values[earlier[-RECENT_MONTHS:]].mean())
            rows.append(
                {
                    "project": project.name,
                    "momentum": momentum,
                    "recent_mean": mean,
                    "last_month": panel.months[month],
                }
            )
    return rows
