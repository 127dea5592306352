"""Curves whose shape is known because they were drawn so: two families, with noise, seasons, holes and a cut-off end.

The confidence of shapes was fitted on `first_family` (`ACCEPTANCE_PARTS=fit make acceptance-trends` prints the fit).
`make acceptance-trends` measures with `second_family`, which has other formulas, other noise and other seasons.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Draw = Callable[[np.random.Generator, int], Floats]


@dataclass(frozen=True, slots=True)
class Known:
    """A series and what it was drawn as.

    values    (months,), a count in every month, also in those that are not observed whole
    coverage  (months,), `whole`, `partial`, `damaged` or `not_observed`; before `born` there is nothing
    """

    shape: str
    values: Floats
    coverage: tuple[str, ...]
    born: int


# ---- the first family: straight lines and exponentials, log-normal noise, one wave a year


def _line(rng: np.random.Generator, months: int) -> Floats:
    opening = rng.uniform(0.05, 0.35)
    return np.asarray(opening + (1 - opening) * _time(months) ** rng.uniform(0.8, 1.8))


def _level(rng: np.random.Generator, months: int) -> Floats:
    return np.asarray(1 + rng.uniform(-0.12, 0.12) * (2 * _time(months) - 1))


def _slope(rng: np.random.Generator, months: int) -> Floats:
    return np.asarray(1 - (1 - rng.uniform(0.1, 0.4)) * _time(months) ** rng.uniform(0.6, 1.3))


def _tent(rng: np.random.Generator, months: int) -> Floats:
    top, opening, closing = rng.uniform(0.35, 0.65), rng.uniform(0.05, 0.35), rng.uniform(0.08, 0.4)
    width = rng.uniform(0.0, 0.1)
    return np.interp(_time(months), [0, top - width, top + width, 1], [opening, 1, 1, closing])


def _burst(rng: np.random.Generator, months: int) -> Floats:
    time, at = _time(months), rng.uniform(0.1, 0.45)
    rest, floor = rng.uniform(0.02, 0.12), rng.uniform(0.03, 0.15)
    return np.where(time < at, rest, np.maximum(floor, np.exp(-(time - at) / rng.uniform(0.04, 0.1))))


def _begun_late(rng: np.random.Generator, months: int) -> Floats:
    age = int(rng.uniform(8, min(20, months * 0.42)))
    return np.concatenate([np.zeros(months - age), np.linspace(rng.uniform(0.08, 0.35), 1, age)])


def _valley(rng: np.random.Generator, months: int) -> Floats:
    down, up, floor = rng.uniform(0.2, 0.35), rng.uniform(0.55, 0.7), rng.uniform(0.05, 0.2)
    return np.interp(_time(months), [0, down, up, 1], [rng.uniform(0.6, 1), floor, floor, rng.uniform(0.7, 1)])


def _end(rng: np.random.Generator, months: int) -> Floats:
    last = rng.uniform(0.45, 0.65)
    return np.interp(_time(months), [0, last * 0.6, last, 1], [1, 1, 0, 0])


FIRST: Final[Mapping[str, Draw]] = {
    "emerging": _begun_late, "climbing": _line, "steady": _level, "rise and fall": _tent, "spike and fade": _burst,
    "declining": _slope, "revived": _valley, "dormant": _end,
}  # fmt: skip


def first_family(rng: np.random.Generator, shape: str, months: int, noise: float) -> Known:
    """`noise`: standard deviation of a month's logarithm; months go astray together (0.3 from one to the next)."""
    level = FIRST[shape](rng, months)
    waves = 1 + 0.15 * np.sin(2 * np.pi * (np.arange(months) + rng.integers(12)) / 12)
    astray = np.exp(noise * _correlated(rng, months, 0.3) - noise**2 / 2)
    counts = rng.poisson(level * waves * astray * 10 ** rng.uniform(1.6, 2.8)).astype(np.float64)
    return _observed(rng, shape, level, counts, holes=0.07, runs=(1,))


# ---- the second family: humps, logistic steps and decays, gamma noise, a quiet August and December


def _step_up(rng: np.random.Generator, months: int) -> Floats:
    middle, steep = rng.uniform(0.4, 0.75), rng.uniform(4.0, 9.0)
    rise = 1 / (1 + np.exp(-steep * (_time(months) - middle)))
    floor = rng.uniform(0.05, 0.2)
    return np.asarray(floor + (1 - floor) * rise / rise.max())


def _wobble(rng: np.random.Generator, months: int) -> Floats:
    time, phase = _time(months), rng.uniform(0, 2 * np.pi)
    return np.asarray(1 + rng.uniform(0.0, 0.12) * np.sin(2 * np.pi * rng.uniform(0.5, 1.5) * time + phase))


def _decay(rng: np.random.Generator, months: int) -> Floats:
    plateau, half_life = rng.uniform(0.0, 0.3), rng.uniform(0.25, 0.45)
    return np.asarray(0.5 ** (np.maximum(_time(months) - plateau, 0) / half_life))


def _hump(rng: np.random.Generator, months: int) -> Floats:
    time, top, floor = _time(months), rng.uniform(0.3, 0.6), rng.uniform(0.03, 0.25)
    left, right = rng.uniform(0.14, 0.22), rng.uniform(0.16, 0.3)
    away = (time - top) / np.where(time < top, left, right)
    return np.asarray(floor + (1 - floor) * np.exp(-(away**2) / 2))


def _flash(rng: np.random.Generator, months: int) -> Floats:
    """A burst of one to five months, anywhere in the first half, with a tail."""
    start, width = rng.uniform(0.0, 0.4) * months, rng.uniform(0.6, 1.6)
    since = np.maximum(np.arange(months) - start, 0.0) / width
    burst = since * np.exp(1 - since)
    return np.asarray(rng.uniform(0.02, 0.1) + burst / burst.max())


def _sprout(rng: np.random.Generator, months: int) -> Floats:
    age = int(rng.integers(9, max(min(22, int(months * 0.45)), 10)))
    grown = np.expm1(rng.uniform(0.5, 3.0) * np.arange(1, age + 1) / age)
    opening = rng.uniform(0.05, 0.3)
    return np.concatenate([np.zeros(months - age), opening + (1 - opening) * grown / grown.max()])


def _basin(rng: np.random.Generator, months: int) -> Floats:
    time, low, floor = _time(months), rng.uniform(0.4, 0.6), rng.uniform(0.03, 0.15)
    lean = np.where(time < low, (low - time) / low, (time - low) / (1 - low))
    ends = np.where(time < low, rng.uniform(0.7, 1.0), rng.uniform(0.75, 1.0))
    return np.asarray(floor + (ends - floor) * lean ** rng.uniform(1.0, 1.8))


def _collapse(rng: np.random.Generator, months: int) -> Floats:
    last = rng.uniform(0.4, 0.7)
    level = 1 / (1 + np.exp(rng.uniform(15, 40) * (_time(months) - last * 0.85)))
    return np.where(_time(months) < last, level, 0.0)


SECOND: Final[Mapping[str, Draw]] = {
    "emerging": _sprout, "climbing": _step_up, "steady": _wobble, "rise and fall": _hump, "spike and fade": _flash,
    "declining": _decay, "revived": _basin, "dormant": _collapse,
}  # fmt: skip


def second_family(rng: np.random.Generator, shape: str, months: int, noise: float) -> Known:
    """`noise`: what a month's amount strays by, as a share of it (gamma); 0.4 of that strays on to the next month."""
    level = SECOND[shape](rng, months)
    calendar = (np.arange(months) + rng.integers(12)) % 12
    season = np.where(calendar == 11, 0.75, np.where(calendar == 7, 0.85, 1.04))
    shape_of_noise = 1 / max(noise, 1e-3) ** 2
    fresh = rng.gamma(shape_of_noise, 1 / shape_of_noise, months)
    astray = fresh + 0.4 * (np.concatenate([[1.0], fresh[:-1]]) - 1)
    expected = np.maximum(level * season * astray, 0) * 10 ** rng.uniform(1.5, 3.2)
    return _observed(rng, shape, level, rng.poisson(expected).astype(np.float64), holes=0.04, runs=(1, 2, 3))


def _observed(
    rng: np.random.Generator, shape: str, level: Floats, counts: Floats, holes: float, runs: tuple[int, ...]
) -> Known:
    """Some months damaged (a part of them lost) or not observed, and the last one cut off."""
    months = len(level)
    coverage = ["complete"] * months
    for start in np.flatnonzero(rng.random(months - 1) < holes):
        state = "damaged" if rng.random() < 0.5 else "not_observed"
        for at in range(int(start), min(int(start) + int(rng.choice(runs)), months - 1)):
            coverage[at] = state
            counts[at] = np.floor(counts[at] * rng.uniform(0.0, 0.6)) if state == "damaged" else 0.0
    coverage[-1] = "partial"
    counts[-1] = np.floor(counts[-1] * rng.uniform(0.0, 0.9))
    return Known(shape, counts, tuple(coverage), int(np.flatnonzero(level > 0)[0]))


def _time(months: int) -> Floats:
    return np.linspace(0.0, 1.0, months)


def _correlated(rng: np.random.Generator, months: int, carried: float) -> Floats:
    fresh = rng.normal(size=months)
    found = np.zeros(months)
    for at in range(months):
        found[at] = carried * found[at - 1] + np.sqrt(1 - carried**2) * fresh[at] if at else fresh[at]
    return found
