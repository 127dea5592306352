"""Highlighted projects of a category: the leader, the fastest-growing one, and those drawn in colour."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from ecotone.report.project_series import LatestValues
from ecotone.trends.fastest_growing import ProjectMomentum, fastest_growing_project

OFF_SCALE: Final = 2.5  # ratio of the two highest peaks from which the leader flattens all other curves
HIGHLIGHTED: Final = 5  # projects in colour, without the riser


@dataclass(frozen=True, slots=True)
class HighlightedProjects:
    """Project names; None if no project qualifies."""

    leader: str | None
    off_scale: bool
    riser: str | None
    highlighted: tuple[str, ...]


def find_highlighted_projects(names: Sequence[str], standings: Mapping[str, LatestValues]) -> HighlightedProjects:
    """Pick a category's leader, riser and focus on one signal.

    leader  highest peak; off-scale if it is 2.5 times the next one
    riser   as defined in `ecotone.trends.fastest_growing`
    focus   highest means of the last 3 months

    Ties go to the first name.
    """
    peaks = sorted((-peak, name) for name in names if (peak := standings[name].peak))
    levels = {name: level for name in names if (level := standings[name].recent) is not None}
    focus = sorted(levels, key=lambda name: (-levels[name], name))[:HIGHLIGHTED]
    off_scale = len(peaks) > 1 and peaks[0][0] <= OFF_SCALE * peaks[1][0]
    return HighlightedProjects(peaks[0][1] if peaks else None, off_scale, _find_riser(names, standings), tuple(focus))


def _find_riser(names: Sequence[str], standings: Mapping[str, LatestValues]) -> str | None:
    return fastest_growing_project(
        {
            name: ProjectMomentum(latest.momentum, latest.recent, latest.last_at)
            for name in names
            if (latest := standings[name]).momentum is not None
            and latest.recent is not None
            and latest.last_at is not None
        }
    )
