"""Activity curves of simulated projects."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Final

Curve = Callable[[float], float]

EMERGES_AT: Final = 0.6  # share of the period that is over when an emerging project begins


def _climbing_curve(time: float) -> float:
    return 0.15 + 0.85 * time


def _rise_and_fall_curve(time: float) -> float:
    return 0.1 + 0.9 * math.exp(-(((time - 0.5) / 0.18) ** 2))


def _spike_and_fade_curve(time: float) -> float:
    if time < 0.15:
        return 0.1
    return max(0.06, math.exp(-(time - 0.15) / 0.12))


def _steady_curve(_: float) -> float:
    return 0.6


def _declining_curve(time: float) -> float:
    return 1.0 - 0.85 * time


def _emerging_curve(time: float) -> float:
    return 0.0 if time < EMERGES_AT else min(1.0, 0.2 + 0.8 * (time - EMERGES_AT) / (1.0 - EMERGES_AT))


def _revived_curve(time: float) -> float:
    if time < 0.35:
        return 0.8 - 2.0 * time
    return 0.08 if time < 0.65 else 0.08 + 0.85 * (time - 0.65) / 0.35


def _dormant_curve(time: float) -> float:
    return max(0.0, 0.7 - 1.2 * time)


SHAPES: Final[Mapping[str, Curve]] = MappingProxyType(
    {
        "steady": _steady_curve,
        "climbing": _climbing_curve,
        "rise and fall": _rise_and_fall_curve,
        "spike and fade": _spike_and_fade_curve,
        "declining": _declining_curve,
        "emerging": _emerging_curve,
        "revived": _revived_curve,
        "dormant": _dormant_curve,
    }
)
"""Name to level (0..1, of the project's own scale) at a time (0: first month, 1: last)."""


def make_activity_levels(shape: str, months: int) -> tuple[float, ...]:
    """The level of every month of the period; the last month is at time 1, and never all are 0.

    >>> make_activity_levels("climbing", 3)
    (0.15, 0.575, 1.0)
    >>> make_activity_levels("emerging", 1)
    (1.0,)
    """
    curve = SHAPES[shape]
    activity_levels = tuple(curve(month / max(months - 1, 1)) for month in range(months))
    return activity_levels if any(activity_levels) else (*activity_levels[:-1], 1.0)
