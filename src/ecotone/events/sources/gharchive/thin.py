"""Days on which an archive holds far less than in the weeks around, though its hours are there: losses nobody noted."""

from __future__ import annotations

from collections import deque
from collections.abc import Container, Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from itertools import pairwise
from statistics import median
from typing import Final

from ecotone.events.sources.gharchive.ledger import WHOLE, Hour

ALL: Final = ""
"""Stands for events of all types together."""

WEEK: Final = 7
USUAL_DAYS: Final = 28
"""Days that say what is usual: the nearest ones on which enough was there. A longer gap in between says nothing."""

LOW: Final = 0.5
"""A week with less than this share of what is usual has lost events; weekends and holidays have more,"""

LOW_DAY: Final = 0.4
"""and so has a day with less than this."""

LOW_OF_TYPE: Final = 0.2
"""The same share of one type of event, which has seasons of its own."""

ENOUGH: Final = 2_000
"""Events of a usual week; of fewer, it may be people who fell silent."""


def thin_days(hours: Iterable[Hour], tiny: Container[datetime]) -> dict[tuple[str, date], dict[str, float]]:
    """By archive and day: the share of usual events that is there, where that is low, by type (ALL: of all types).

    tiny  hours that are known to be short: they say nothing of their day
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
            # what is there of a day, an hour
            rates = {day: of_day.get(day, 0) / counted[archive, day] for day in days}
            for day, share in (_low(rates, days) if kind == ALL else _low_of_type(rates, days)).items():
                found.setdefault((archive, day), {})[kind] = share
    return found


def _low(rates: Mapping[date, float], days: Sequence[date]) -> dict[date, float]:
    """Seen from both sides: the archive may have been reading less before, too."""
    later, earlier = (_fallen(rates, order, LOW, LOW_DAY) for order in (days, days[::-1]))
    return {day: min(found[day] for found in (later, earlier) if day in found) for day in later.keys() | earlier.keys()}


def _low_of_type(rates: Mapping[date, float], days: Sequence[date]) -> dict[date, float]:
    """Seen from before alone: types are introduced."""
    return _fallen(rates, days, LOW_OF_TYPE, 0.0)


def _fallen(rates: Mapping[date, float], days: Sequence[date], low: float, low_day: float) -> dict[date, float]:
    """Days in this order on which less is there than on the days before that were as usual."""
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
    """The median of a week, which has weekends in it like any other."""
    near = (day + timedelta(days=step) for step in range(-(WEEK // 2), WEEK // 2 + 1))
    return median(rates[one] for one in near if one in rates)
