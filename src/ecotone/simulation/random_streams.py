"""Random numbers: an independent stream for each part of a simulation."""

from __future__ import annotations

import math
from random import Random


def random_stream(seed: int, part: str) -> Random:
    """The random stream of one part; other parts do not change it."""
    return Random(f"{seed}/{part}")  # noqa: S311 - a simulated field keeps no secret


def sample_count(rng: Random, mean: float) -> int:
    """A random count around a mean; 0 for a mean of 0."""
    return max(0, round(rng.gauss(mean, math.sqrt(mean)))) if mean > 0 else 0
