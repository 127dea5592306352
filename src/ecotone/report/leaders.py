"""Who stands out in a category: the off-scale leader, the fastest riser, and those drawn in colour."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from ecotone.report.series import Standing
from ecotone.trends.riser import Moving, fastest_riser

OFF_SCALE: Final = 2.5  # a peak so many times the next one's flattens every other curve
FOCUS: Final = 5  # projects in colour beside the riser


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
    riser   as `ecotone.trends.riser` says
    focus   the highest of the last 3 months

    Ties go to the earlier name.
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
