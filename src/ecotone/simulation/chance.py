"""Where chance comes from: one stream of numbers for each part of the world."""

from __future__ import annotations

import math
from random import Random


def stream(seed: int, part: str) -> Random:
    """The numbers of one part; other parts, added or removed, do not shift them."""
    return Random(f"{seed}/{part}")  # noqa: S311 - a simulated field keeps no secret


def around(rng: Random, mean: float) -> int:
    """A whole number that scatters around a mean as counts do; 0 for 0."""
    return max(0, round(rng.gauss(mean, math.sqrt(mean)))) if mean > 0 else 0
