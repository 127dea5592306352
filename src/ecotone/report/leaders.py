"""Highlighted projects of a category: the leader, the fastest-growing one, and those drawn in colour."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from ecotone.report.series import Standing
from ecotone.trends.riser import Moving, fastest_riser

OFF_SCALE: Final = 2.5  # ratio of the two highest peaks from which the leader flattens all other curves
FOCUS: Final = 5  # projects in colour, without the riser


@dataclass(frozen=True, slots=True)
class Leaders:
    """Project names; None if no project qualifies."""

    leader: str | None
    off_scale: bool
    riser: str | None
    focus: tuple[str, ...]


def leaders(names: Sequence[str], standings: Mapping[str, Standing]) -> Leaders:
    """Pick a category's leader, riser and focus on one signal.

    leader  highest peak; off-scale if it is 2.5 times the next one
    riser   as defined in `ecotone.trends.riser`
    focus   highest means of the last 3 months

    Ties go to the first name.
    """
    peaks = sorted((-peak, name) for name in names if (peak := standings[name].peak))
    levels = {name: level for name in names if (level := standings[name].recent) is not None}
    focus = sorted(levels, key=lambda name: (-levels[name], name))[:FOCUS]
    off_scale = len(peaks) > 1 and peaks[0][0] <= OFF_SCALE * peaks[1][0]
    return Leaders(peaks[0][1] if peaks else None, off_scale, _riser(names, standings), tuple(focus))


def _riser(names: Sequence[str], standings: Mapping[str, Standing]) -> str | None:
    return fastest_riser(
        {
            name: Moving(one.momentum, one.recent, one.last_at)
            for name in names
            if (one := standings[name]).momentum is not None and one.recent is not None and one.last_at is not None
        }
    )
