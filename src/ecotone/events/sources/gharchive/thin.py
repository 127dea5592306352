"""Detect undocumented data loss: days with far fewer events than the surrounding weeks, though their hours exist."""

from __future__ import annotations

from collections import deque
from collections.abc import Container, Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from itertools import pairwise
from statistics import median
from typing import Final

from ecotone.events.sources.gharchive.ledger import WHOLE, Hour

ALL: Final = ""
"""Key for all event types together."""

WEEK: Final = 7
USUAL_DAYS: Final = 28
"""Number of normal days before a day that give its baseline; a longer gap resets the baseline."""

LOW: Final = 0.5
"""A week with less than this share of the baseline has lost events (weekends and holidays have more),"""

LOW_DAY: Final = 0.4
"""and so has a day with less than this."""

LOW_OF_TYPE: Final = 0.2
"""The weekly threshold for a single event type, which varies more."""

ENOUGH: Final = 2_000
"""Fewest events of a normal week; smaller numbers may fall without data loss."""


def thin_days(hours: Iterable[Hour], tiny: Container[datetime]) -> dict[tuple[str, date], dict[str, float]]:
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
        for kind, count in ((ALL, hour.lines), *hour.types.items()):
            of_day = sums.setdefault(hour.archive, {}).setdefault(kind, {})
            of_day[day] = of_day.get(day, 0) + count
    found: dict[tuple[str, date], dict[str, float]] = {}
    for archive, by_type in sums.items():
        days = sorted(day for one, day in counted if one == archive)
        for kind, of_day in by_type.items():
            # events per hour that was read
            rates = {day: of_day.get(day, 0) / counted[archive, day] for day in days}
            for day, share in (_low(rates, days) if kind == ALL else _low_of_type(rates, days)).items():
                found.setdefault((archive, day), {})[kind] = share
    return found


def _low(rates: Mapping[date, float], days: Sequence[date]) -> dict[date, float]:
    """Low days compared with the days before or after them: the archive may have been incomplete before, too."""
    later, earlier = (_fallen(rates, order, LOW, LOW_DAY) for order in (days, days[::-1]))
    return {day: min(found[day] for found in (later, earlier) if day in found) for day in later.keys() | earlier.keys()}


def _low_of_type(rates: Mapping[date, float], days: Sequence[date]) -> dict[date, float]:
    """Low days compared with the days before them only, because new event types are introduced."""
    return _fallen(rates, days, LOW_OF_TYPE, 0.0)


def _fallen(rates: Mapping[date, float], days: Sequence[date], low: float, low_day: float) -> dict[date, float]:
    """Days, in this order, with less than the baseline of the normal days before them."""
    found: dict[date, float] = {}
    usual: deque[float] = deque(maxlen=USUAL_DAYS)
    for before, day in pairwise([days[0], *days] if days else []):
        if abs((day - before).days) > USUAL_DAYS:
            usual.clear()
        rate = rates[day]
        middle = median(usual) if len(usual) >= WEEK else 0.0
        if middle * 24 * WEEK >= ENOUGH and (rate < low_day * middle or max(rate, _around(rates, day)) < low * middle):
            found[day] = rate / middle
        else:
            usual.append(rate)
    return found


def _around(rates: Mapping[date, float], day: date) -> float:
    """The median of the week around a day."""
    near = (day + timedelta(days=step) for step in range(-(WEEK // 2), WEEK // 2 + 1))
    return median(rates[one] for one in near if one in rates)
