"""Highlighted projects of a category: the leader, the fastest-growing one, and those drawn in colour."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from ecotone.report.palette import LIGHT
from ecotone.report.project_series import LatestValues
from ecotone.trends.fastest_growing import ProjectMomentum, fastest_growing_project

OFF_SCALE: Final = 2.5  # ratio of the two highest peaks from which the leader flattens all other curves
HIGHLIGHTED: Final = 5  # projects in colour, without the riser
MOST_COLOURED: Final = 8
"""Most projects in colour in one chart; more cannot be distinguished."""


@dataclass(frozen=True, slots=True)
class HighlightedProjects:
    """Project names; None if no project qualifies."""

    leader: str | None
    off_scale: bool
    riser: str | None
    highlighted: tuple[str, ...]

    def chart_colours(self, own_colours: Mapping[str, int]) -> dict[str, int | str]:
        """The colour of every project that is drawn in colour; see `choose_chart_colours`."""
        names = dict.fromkeys(name for name in (self.leader, *self.highlighted, self.riser) if name)
        return choose_chart_colours(own_colours, list(names), self.riser)


def find_highlighted_projects(names: Sequence[str], standings: Mapping[str, LatestValues]) -> HighlightedProjects:
    """Pick a category's leader, riser and focus on one signal.

    leader  highest peak; off-scale if it is 2.5 times the next one
    riser   as defined in `ecotone.trends.fastest_growing`
    focus   highest means of the last 3 months; projects that are not whole in the month compared come last

    Ties go to the first name.
    """
    peaks = sorted((-peak, name) for name in names if (peak := standings[name].peak))
    levels = {name: level for name in names if (level := standings[name].recent) is not None}
    focus = sorted(levels, key=lambda name: (not standings[name].compared, -levels[name], name))[:HIGHLIGHTED]
    off_scale = len(peaks) > 1 and peaks[0][0] <= OFF_SCALE * peaks[1][0]
    return HighlightedProjects(peaks[0][1] if peaks else None, off_scale, _find_riser(names, standings), tuple(focus))


def _find_riser(names: Sequence[str], standings: Mapping[str, LatestValues]) -> str | None:
    return fastest_growing_project(
        {
            name: ProjectMomentum(latest.momentum, latest.recent, latest.last_at, latest.present)
            for name in names
            if (latest := standings[name]).momentum is not None
            and latest.recent is not None
            and latest.last_at is not None
        }
    )


def choose_chart_colours(
    own_colours: Mapping[str, int], names: Sequence[str], riser: str | None = None
) -> dict[str, int | str]:
    """The colours of a chart's projects, the most important first: at most eight, no two alike, the others grey.

    A project keeps its own palette index unless an earlier one has it. The same as `chartColours` in curves.js.

    >>> choose_chart_colours({"a": 3, "b": 3, "c": 0}, ["a", "b", "c"], "c")
    {'a': 3, 'b': 0, 'c': 'riser'}
    """
    coloured = [name for name in names if name == riser] + [name for name in names if name != riser]
    chosen: dict[str, int | str] = {}
    for name in coloured[:MOST_COLOURED]:
        if name == riser or own_colours[name] not in chosen.values():
            chosen[name] = "riser" if name == riser else own_colours[name]
    for name in coloured[:MOST_COLOURED]:
        if name not in chosen:
            chosen[name] = next(index for index in range(len(LIGHT)) if index not in chosen.values())
    return {name: chosen.get(name, "muted") for name in names}
