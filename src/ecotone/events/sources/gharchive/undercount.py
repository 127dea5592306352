"""Detect undocumented data loss: days with far fewer events than the surrounding weeks, though their hours exist."""

from __future__ import annotations

from collections import deque
from collections.abc import Container, Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from itertools import pairwise
from statistics import median
from typing import Final

from ecotone.events.sources.gharchive.hour_log import WHOLE, HourEntry

ALL_TYPES: Final = ""
"""Key for all event types together."""

WEEK: Final = 7
BASELINE_DAYS: Final = 28
"""Number of normal days before a day that give its baseline; a longer gap resets the baseline."""

LOW_WEEK: Final = 0.5
"""A week with less than this share of the baseline has lost events (weekends and holidays have more),"""

LOW_DAY: Final = 0.4
"""and so has a day with less than this."""

LOW_WEEK_OF_TYPE: Final = 0.2
"""The weekly threshold for a single event type, which varies more."""

FEWEST_EVENTS: Final = 2_000
"""Fewest events of a normal week; smaller numbers may fall without data loss."""


def find_low_days(hours: Iterable[HourEntry], tiny: Container[datetime]) -> dict[tuple[str, date], dict[str, float]]:
    """By archive and day: the share of the baseline where it is low, by event type (ALL: all types).

    tiny  hours known to be short, which are left out
    """
    sums: dict[str, dict[str, dict[date, int]]] = {}
    counted: dict[tuple[str, date], int] = {}
    for hour in hours:
        if hour.state != WHOLE or hour.hour in tiny:
            continue
        day = hour.hour.date()
        counted[hour.archive, day] = counted.get((hour.archive, day), 0) + 1
        for kind, count in ((ALL_TYPES, hour.lines), *hour.types.items()):
            of_day = sums.setdefault(hour.archive, {}).setdefault(kind, {})
            of_day[day] = of_day.get(day, 0) + count
    shares: dict[tuple[str, date], dict[str, float]] = {}
    for archive, by_type in sums.items():
        days = sorted(day for name, day in counted if name == archive)
        for kind, of_day in by_type.items():
            # events per hour that was read
            rates = {day: of_day.get(day, 0) / counted[archive, day] for day in days}
            for day, share in (_low_days(rates, days) if kind == ALL_TYPES else _low_days_of_type(rates, days)).items():
                shares.setdefault((archive, day), {})[kind] = share
    return shares


def _low_days(rates: Mapping[date, float], days: Sequence[date]) -> dict[date, float]:
    """Low days compared with the days before or after them: the archive may have been incomplete before, too."""
    later, earlier = (_days_below_baseline(rates, order, LOW_WEEK, LOW_DAY) for order in (days, days[::-1]))
    return {day: min(falls[day] for falls in (later, earlier) if day in falls) for day in later.keys() | earlier.keys()}


def _low_days_of_type(rates: Mapping[date, float], days: Sequence[date]) -> dict[date, float]:
    """Low days compared with the days before them only, because new event types are introduced."""
    return _days_below_baseline(rates, days, LOW_WEEK_OF_TYPE, 0.0)


def _days_below_baseline(
    rates: Mapping[date, float], days: Sequence[date], low: float, low_day: float
) -> dict[date, float]:
    """Days, in this order, with less than the baseline of the normal days before them."""
    shares: dict[date, float] = {}
    normal_rates: deque[float] = deque(maxlen=BASELINE_DAYS)
    for before, day in pairwise([days[0], *days] if days else []):
        if abs((day - before).days) > BASELINE_DAYS:
            normal_rates.clear()
        rate = rates[day]
        middle = median(normal_rates) if len(normal_rates) >= WEEK else 0.0
        if middle * 24 * WEEK >= FEWEST_EVENTS and (
            rate < low_day * middle or max(rate, _median_of_week(rates, day)) < low * middle
        ):
            shares[day] = rate / middle
        else:
            normal_rates.append(rate)
    return shares


def _median_of_week(rates: Mapping[date, float], day: date) -> float:
    """The median of the week around a day."""
    near = (day + timedelta(days=step) for step in range(-(WEEK // 2), WEEK // 2 + 1))
    return median(rates[near_day] for near_day in near if near_day in rates)
