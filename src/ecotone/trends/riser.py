"""Which project of a field rises fastest: the one rule behind the blue curves and the sentences."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from statistics import median
from typing import Final

RISING: Final = 0.1  # momentum; less is noise
STALE: Final = 2  # months since the newest observation, from which a project is not considered


@dataclass(frozen=True, slots=True)
class Moving:
    """The momentum of a project.

    momentum  growth of the mean of the last three months over the nine before
    recent    mean of the last three months
    last      number of the last whole month, from any origin
    """

    momentum: float
    recent: float
    last: int


def fastest_riser(moving: Mapping[str, Moving]) -> str | None:
    """The project with the highest momentum of 10 % or more, observed recently and not below the median activity.

    None if there are fewer than two projects or none qualifies; of equals the first by name.

    >>> fastest_riser({"a": Moving(0.5, 10, 9), "b": Moving(0.2, 40, 9)})
    'b'
    """
    if len(moving) < 2:
        return None
    enough = median(one.recent for one in moving.values())
    latest = max(one.last for one in moving.values())
    rising = [
        (-one.momentum, name)
        for name, one in moving.items()
        if one.momentum >= RISING and one.recent >= enough and latest - one.last < STALE
    ]
    return min(rising)[1] if rising else None
