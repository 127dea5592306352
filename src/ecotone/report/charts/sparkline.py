"""Sparklines as SVG path data."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from ecotone.report.project_series import WHOLE, ProjectSeries

WIDTH: Final = 120
HEIGHT: Final = 26


@dataclass(frozen=True, slots=True)
class Sparkline:
    """Paths in a box of 120 x 26; `end` is the position of the last value, `end_whole` whether its month is whole."""

    solid: str
    loose: str
    end: tuple[float, float] | None
    end_whole: bool


def draw_sparkline(series: ProjectSeries, length: int, begin: int = 0) -> Sparkline:
    """Draw the steps from `begin` on an axis that ends before `length`: `solid` between whole months, else `loose`."""
    cut = max(begin - series.first, 0)
    series = ProjectSeries(max(series.first - begin, 0), series.values[cut:], series.states[cut:])
    length -= begin
    top = max((value for value in series.values if value is not None), default=0.0) or 1.0
    points = [
        None if value is None else (_x_position(series.first + step, length), _y_position(value, top))
        for step, value in enumerate(series.values)
    ]
    solid: list[str] = []
    loose: list[str] = []
    for step in range(1, len(points)):
        before, after = points[step - 1], points[step]
        if before is None or after is None:
            continue
        whole = series.states[step - 1] == series.states[step] == WHOLE
        _extend_path(solid if whole else loose, before, after)
    ends = [step for step, point in enumerate(points) if point is not None]
    end = points[ends[-1]] if ends else None
    return Sparkline("".join(solid), "".join(loose), end, bool(ends) and series.states[ends[-1]] == WHOLE)


def _extend_path(path: list[str], before: tuple[float, float], after: tuple[float, float]) -> None:
    """Continue a path, or start a new segment if the last one ended elsewhere."""
    begin = f"{before[0]:g} {before[1]:g}"
    if not path or not path[-1].endswith("L" + begin):
        path.append("M" + begin)
    path.append(f"L{after[0]:g} {after[1]:g}")


def _x_position(position: int, length: int) -> float:
    return round(2 + position * (WIDTH - 6) / max(length - 1, 1), 1)


def _y_position(value: float, top: float) -> float:
    return round(HEIGHT - 3 - (HEIGHT - 6) * max(value, 0.0) / top, 1)
