"""Which project of a field rises fastest: the one rule behind the blue curves and the sentences."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from statistics import median
from typing import Final

MIN_MOMENTUM: Final = 0.1  # momentum; less is noise
MAX_MONTHS_OLD: Final = 2  # months since the newest observation, from which a project is not considered


@dataclass(frozen=True, slots=True)
class ProjectMomentum:
    """The momentum of a project.

    momentum     growth of the mean of the last three months over the nine before
    recent_mean  mean of the last three months
    last_month   number of the last whole month, from any origin
    """

    momentum: float
    recent_mean: float
    last_month: int


def fastest_growing_project(moving: Mapping[str, ProjectMomentum]) -> str | None:
    """The project with the highest momentum of 10 % or more, observed recently and not below the median activity.

    None if there are fewer than two projects or none qualifies; of equals the first by name.

    >>> fastest_growing_project({"a": ProjectMomentum(0.5, 10, 9), "b": ProjectMomentum(0.2, 40, 9)})
    'b'
    """
    if len(moving) < 2:
        return None
    enough = median(project.recent_mean for project in moving.values())
    latest = max(project.last_month for project in moving.values())
    rising = [
        (-project.momentum, name)
        for name, project in moving.items()
        if project.momentum >= MIN_MOMENTUM
        and project.recent_mean >= enough
        and latest - project.last_month < MAX_MONTHS_OLD
    ]
    return min(rising)[1] if rising else None
