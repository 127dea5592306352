"""Rows for the chart of a field, for figures drawn without a browser; the pages' script makes the same ones."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime

from ecotone.report.charts.theme import Spec, Theme
from ecotone.report.leaders import Leaders
from ecotone.report.palette import colour
from ecotone.report.series import WHOLE, Series, Standing
from ecotone.report.text import change, month_name, number


@dataclass(frozen=True, slots=True)
class Curve:
    """One project's series with what its label says."""

    key: str
    name: str
    label: str
    place: int
    series: Series
    standing: Standing


def milliseconds(month: date) -> int:
    """A month's first moment in milliseconds since 1970, UTC."""
    return int(datetime(month.year, month.month, 1, tzinfo=UTC).timestamp()) * 1000


def rows(
    curves: tuple[Curve, ...], steps: tuple[date, ...], found: Leaders, theme: Theme, *, hidden: str | None
) -> list[Spec]:
    """One row a curve and step in drawing order: context first, then colours, then the riser."""
    weight = dict.fromkeys((*found.focus, *([found.leader] if found.leader else [])), 1)
    if found.riser:
        weight[found.riser] = 2
    shown = [curve for curve in curves if curve.name != hidden]
    result: list[Spec] = []
    for curve in sorted(shown, key=lambda curve: weight.get(curve.name, 0)):
        result += _curve(curve, steps, weight.get(curve.name, 0), theme)
    return result


def _curve(curve: Curve, steps: tuple[date, ...], weight: int, theme: Theme) -> list[Spec]:
    ink = theme.riser if weight == 2 else colour(curve.place, theme.name)
    known = [step for step, value in enumerate(curve.series.values) if value is not None]
    whole = [step for step in known if curve.series.states[step] == WHOLE]
    tag = f"{change(curve.standing.momentum)} {curve.label}" if weight == 2 else curve.label
    style: Spec = {
        "k": curve.key,
        "name": curve.name,
        "c": ink if weight else theme.muted,
        "w": (1.1, 2, 3)[weight],
        "o": 1,
        "f": weight,
        "tag": tag,
    }
    return [
        style
        | {
            "t": milliseconds(steps[curve.series.first + step]),
            "v": value,
            "s": state,
            "end": bool(known) and step == known[-1],
            "named": bool(known) and step == (whole or known)[-1],
        }
        for step, (value, state) in enumerate(zip(curve.series.values, curve.series.states, strict=True))
    ]


def away(curve: Curve, steps: tuple[date, ...], unit: str, ink: str, words: str) -> list[Spec]:
    """The row that says where a hidden leader would be; `words` has {name}, {peak} and {month}."""
    at = curve.standing.peak_at
    if at is None:
        return []
    text = words.format(name=curve.name, peak=number(curve.standing.peak, unit), month=month_name(steps[at]))
    side = "left" if at < len(steps) / 2 else "right"
    return [
        {
            "t": milliseconds(steps[at]),
            "text": text,
            "align": side,
            "c": ink,
        }
    ]


def highest(drawn: list[Spec]) -> float:
    """The top of a linear scale: a twentieth above the highest value; 1 for an empty chart."""
    values = [float(str(row["v"])) for row in drawn if row["v"] is not None]
    return (max(values, default=0.0) or 1.0) * 1.05
