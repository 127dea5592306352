"""Hour files: how they are named, and which of them may tell of a period.

A moment here is naive UTC on the full hour. A file is named by its clock's hour, which was Pacific time until 2014;
so a file's *name* is a moment too, read off its name as it stands.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Final

HOUR: Final = timedelta(hours=1)
FIRST: Final = datetime.fromisoformat("2011-02-12")
"""The first hour that was ever written."""

PACIFIC_SINCE: Final = datetime.fromisoformat("2012-03-10T09")
"""Files before are named in UTC; the turn was in a gap of this day, and around it both readings are allowed for."""

UTC_SINCE: Final = datetime.fromisoformat("2015-01-01")
BY_ARRIVAL_SINCE: Final = datetime.fromisoformat("2025-05-24")
"""Files hold what arrived in their hour from here on, whenever it was created."""

ARRIVAL_HOURS: Final = 6
"""The upstream feed shows an event 30 seconds to 6 hours after it."""

_NAME: Final = re.compile(r"(\d{4})-(\d{2})-(\d{2})-(\d{1,2})\.json\.gz\Z")


def file_name(hour: datetime) -> str:
    """The file of an hour; its hour is not padded.

    >>> file_name(datetime(2024, 3, 1, 5))
    '2024-03-01-5.json.gz'
    """
    return f"{hour:%Y-%m-%d}-{hour.hour}.json.gz"


def hour_of(name: str) -> datetime | None:
    """The hour a file is named after; None for any other name.

    >>> hour_of("2024-03-01-5.json.gz"), hour_of("2024-03-01-5.json.gz.manifest.json")
    (datetime.datetime(2024, 3, 1, 5, 0), None)
    """
    match = _NAME.search(name)
    try:
        return datetime.fromisoformat("{}-{}-{}T{:0>2}".format(*match.groups())) if match else None
    except ValueError:
        return None


def told_by(hour: datetime, arrival_hours: int = ARRIVAL_HOURS) -> tuple[datetime, datetime]:
    """The moments [first, last) that the file of an hour may tell of."""
    if hour < PACIFIC_SINCE + 8 * HOUR:
        return hour, hour + 9 * HOUR  # its name may be either clock's
    if hour < UTC_SINCE:
        return hour + 7 * HOUR, hour + 9 * HOUR
    if hour < BY_ARRIVAL_SINCE:
        return hour, hour + HOUR
    return hour - arrival_hours * HOUR, hour + HOUR


def hours_for(
    since: datetime, until: datetime, now: datetime, arrival_hours: int = ARRIVAL_HOURS
) -> tuple[datetime, ...]:
    """Files that may tell of [since, until) and can be there at `now`, oldest first."""
    first = max(FIRST, floor(since) - 9 * HOUR)
    last = min(floor(until) + (arrival_hours + 1) * HOUR, floor(now) - HOUR)
    return tuple(
        hour
        for hour in between(first, last + HOUR)
        if exists(hour) and told_by(hour, arrival_hours)[0] < until and told_by(hour, arrival_hours)[1] > since
    )


def between(since: datetime, until: datetime) -> Iterator[datetime]:
    """Every full hour of [since, until)."""
    hour = floor(since)
    while hour < until:
        yield hour
        hour += HOUR


def exists(hour: datetime) -> bool:
    """Whether a clock ever showed the hour: where summer time began, Pacific clocks left one out.

    >>> exists(datetime(2013, 3, 10, 2)), exists(datetime(2013, 3, 10, 3)), exists(datetime(2016, 3, 13, 2))
    (False, True, True)
    """
    return not (PACIFIC_SINCE <= hour < UTC_SINCE and hour == _summer(hour.year)[0])


def file_of(moment: datetime) -> datetime:
    """The file whose turn an hour (UTC) was: it holds most of what was created then.

    >>> file_of(datetime(2012, 6, 14, 22)), file_of(datetime(2014, 12, 31, 23)), file_of(datetime(2020, 1, 1))
    (datetime.datetime(2012, 6, 14, 15, 0), datetime.datetime(2014, 12, 31, 15, 0), datetime.datetime(2020, 1, 1, 0, 0))
    """
    if moment < PACIFIC_SINCE + 8 * HOUR or moment >= UTC_SINCE:
        return moment
    begins, ends = _summer(moment.year)
    summer = begins + 8 * HOUR <= moment < ends + 7 * HOUR
    return moment - (7 if summer else 8) * HOUR


def floor(moment: datetime) -> datetime:
    """The full hour a moment is in."""
    return moment.replace(minute=0, second=0, microsecond=0)


def _summer(year: int) -> tuple[datetime, datetime]:
    """When Pacific summer time begins (2:00 is left out) and ends (2:00 is 1:00 again), local time; since 2007."""
    march, november = date(year, 3, 1), date(year, 11, 1)
    begins = march + timedelta(days=(6 - march.weekday()) % 7 + 7)
    ends = november + timedelta(days=(6 - november.weekday()) % 7)
    two = timedelta(hours=2)
    midnight = datetime.min.time()
    return datetime.combine(begins, midnight) + two, datetime.combine(ends, midnight) + two
