"""Who stands out in a category: the off-scale leader, the fastest riser, and those drawn in colour."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import median
from typing import Final

from ecotone.report.series import Standing

OFF_SCALE: Final = 2.5  # a peak so many times the next one's flattens every other curve
FOCUS: Final = 5  # projects in colour beside the riser
RISING: Final = 0.1  # less is noise
STALE: Final = 2  # a last whole month this far behind the category's is no longer news


@dataclass(frozen=True, slots=True)
class Leaders:
    """Projects by name; None where nobody qualifies."""

    leader: str | None
    off_scale: bool
    riser: str | None
    focus: tuple[str, ...]


def leaders(names: Sequence[str], standings: Mapping[str, Standing]) -> Leaders:
    """Pick a category's leader, riser and focus on one signal.

    leader  the highest peak; off-scale if it is 2.5 times the next one's
    riser   the highest momentum of at least 10 % among projects whose last 3 whole months are, on average, at or above
            the category's median and not more than a month older than the category's latest
    focus   the highest of the last 3 months

    Ties go to the earlier name.
    """
    peaks = sorted((-peak, name) for name in names if (peak := standings[name].peak))
    levels = {name: level for name in names if (level := standings[name].recent) is not None}
    focus = sorted(levels, key=lambda name: (-levels[name], name))[:FOCUS]
    off_scale = len(peaks) > 1 and peaks[0][0] <= OFF_SCALE * peaks[1][0]
    return Leaders(peaks[0][1] if peaks else None, off_scale, _riser(levels, standings), tuple(focus))


def _riser(levels: Mapping[str, float], standings: Mapping[str, Standing]) -> str | None:
    """The fastest riser with enough volume, from fresh months only."""
    if not levels:
        return None
    enough = median(levels.values())
    latest = max(standings[name].last_at or 0 for name in levels)
    rising = [
        (-momentum, name)
        for name, level in levels.items()
        if (momentum := standings[name].momentum) is not None
        and momentum >= RISING
        and level >= enough
        and latest - (standings[name].last_at or 0) < STALE
    ]
    return min(rising)[1] if rising else None
