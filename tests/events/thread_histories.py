"""Made-up sequences of thread numbers: what opened when, and what git would show of it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ecotone.events.thread_numbers import NO_START, UNKNOWN

HOUR = 3600
DAY = 86400
BEGIN = 1_600_000_000


@dataclass(frozen=True, slots=True)
class ThreadHistory:
    """Number i + 1 opened at opened[i]; git shows `number`, with its start and its landing."""

    opened: np.ndarray
    number: np.ndarray
    start: np.ndarray
    landing: np.ndarray

    def count_opened(self, moments: np.ndarray) -> np.ndarray:
        return np.searchsorted(self.opened, moments, side="left")

    @property
    def months(self) -> np.ndarray:
        """Moments thirty days apart, from the beginning to the last opening."""
        return np.arange(BEGIN, int(self.opened[-1]) + 1, 30 * DAY, dtype=np.int64)


def draw_history(
    seed: int, count: int = 900, shown: float = 0.5, starts: bool = True, a_day: float = 4.0
) -> ThreadHistory:
    """Threads at random moments, `a_day` of them; of the share `shown` git knows a start and mostly a landing."""
    chance = np.random.default_rng(seed)
    opened = BEGIN + np.cumsum(chance.exponential(DAY / a_day, count)).astype(np.int64)
    known = np.flatnonzero(chance.random(count) < shown)
    start = opened[known] - chance.exponential(8 * HOUR, len(known)).astype(np.int64) - 1
    landing = opened[known] + chance.exponential(30 * HOUR, len(known)).astype(np.int64) + 1
    landing[chance.random(len(known)) < 0.2] = UNKNOWN
    if not starts:
        start[:] = NO_START
        known, start, landing = (values[landing != UNKNOWN] for values in (known, start, landing))
    return ThreadHistory(opened, (known + 1).astype(np.int64), start, landing)
