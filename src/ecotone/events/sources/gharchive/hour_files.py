"""Names of hour files, and which files cover a period.

Times are naive UTC on the full hour. Until 2014 files are named in Pacific time; the hour in a file *name* is a
datetime as well, without conversion.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Final

HOUR: Final = timedelta(hours=1)
FIRST_HOUR: Final = datetime.fromisoformat("2011-02-12")
"""The first hour of the archive."""

PACIFIC_SINCE: Final = datetime.fromisoformat("2012-03-10T09")
"""Earlier files are named in UTC. The change was in a gap on this day; around it both interpretations are allowed."""

UTC_SINCE: Final = datetime.fromisoformat("2015-01-01")
ARRIVAL_ORDER_SINCE: Final = datetime.fromisoformat("2025-05-24")
"""From here on a file holds the events that arrived in its hour, whenever they were created."""

ARRIVAL_HOURS: Final = 6
"""The upstream feed delivers an event 30 seconds to 6 hours after its creation."""

_NAME: Final = re.compile(r"(\d{4})-(\d{2})-(\d{2})-(\d{1,2})\.json\.gz\Z")


def file_name(hour: datetime) -> str:
    """The file name of an hour; the hour is not padded.

    >>> file_name(datetime(2024, 3, 1, 5))
    '2024-03-01-5.json.gz'
    """
    return f"{hour:%Y-%m-%d}-{hour.hour}.json.gz"


def hour_in_name(name: str) -> datetime | None:
    """The hour in a file name; None for any other name.

    >>> hour_in_name("2024-03-01-5.json.gz"), hour_in_name("2024-03-01-5.json.gz.manifest.json")
    (datetime.datetime(2024, 3, 1, 5, 0), None)
    """
    match = _NAME.search(name)
    try:
        return datetime.fromisoformat("{}-{}-{}T{:0>2}".format(*match.groups())) if match else None
    except ValueError:
        return None


def time_range_of_file(hour: datetime, arrival_hours: int = ARRIVAL_HOURS) -> tuple[datetime, datetime]:
    """The time range [first, last) that the file of an hour may cover."""
    if hour < PACIFIC_SINCE + 8 * HOUR:
        return hour, hour + 9 * HOUR  # its name may be either clock's
    if hour < UTC_SINCE:
        return hour + 7 * HOUR, hour + 9 * HOUR
    if hour < ARRIVAL_ORDER_SINCE:
        return hour, hour + HOUR
    return hour - arrival_hours * HOUR, hour + HOUR


def hours_covering(
    since: datetime, until: datetime, now: datetime, arrival_hours: int = ARRIVAL_HOURS
) -> tuple[datetime, ...]:
    """Hours whose files may cover part of [since, until) and exist by `now`, oldest first."""
    first = max(FIRST_HOUR, floor_to_hour(since) - 9 * HOUR)
    last = min(floor_to_hour(until) + (arrival_hours + 1) * HOUR, floor_to_hour(now) - HOUR)
    return tuple(
        hour
        for hour in full_hours_between(first, last + HOUR)
        if exists_in_local_time(hour)
        and time_range_of_file(hour, arrival_hours)[0] < until
        and time_range_of_file(hour, arrival_hours)[1] > since
    )


def full_hours_between(since: datetime, until: datetime) -> Iterator[datetime]:
    """Every full hour of [since, until)."""
    hour = floor_to_hour(since)
    while hour < until:
        yield hour
        hour += HOUR


def exists_in_local_time(hour: datetime) -> bool:
    """Whether the hour exists in local time: Pacific time skips one when summer time begins.

    >>> (
    ...     exists_in_local_time(datetime(2013, 3, 10, 2)),
    ...     exists_in_local_time(datetime(2013, 3, 10, 3)),
    ...     exists_in_local_time(datetime(2016, 3, 13, 2)),
    ... )
    (False, True, True)
    """
    return not (PACIFIC_SINCE <= hour < UTC_SINCE and hour == _pacific_summer_time(hour.year)[0])


def main_file_of(moment: datetime) -> datetime:
    """The hour in the name of the file that holds most events created in an hour (UTC).

    >>> (
    ...     main_file_of(datetime(2012, 6, 14, 22)),
    ...     main_file_of(datetime(2014, 12, 31, 23)),
    ...     main_file_of(datetime(2020, 1, 1)),
    ... )
    (datetime.datetime(2012, 6, 14, 15, 0), datetime.datetime(2014, 12, 31, 15, 0), datetime.datetime(2020, 1, 1, 0, 0))
    """
    if moment < PACIFIC_SINCE + 8 * HOUR or moment >= UTC_SINCE:
        return moment
    begins, ends = _pacific_summer_time(moment.year)
    summer = begins + 8 * HOUR <= moment < ends + 7 * HOUR
    return moment - (7 if summer else 8) * HOUR


def floor_to_hour(moment: datetime) -> datetime:
    """The full hour that contains a moment."""
    return moment.replace(minute=0, second=0, microsecond=0)


def _pacific_summer_time(year: int) -> tuple[datetime, datetime]:
    """Start (2:00 is skipped) and end (2:00 becomes 1:00) of Pacific summer time, local time; rules since 2007."""
    march, november = date(year, 3, 1), date(year, 11, 1)
    begins = march + timedelta(days=(6 - march.weekday()) % 7 + 7)
    ends = november + timedelta(days=(6 - november.weekday()) % 7)
    two = timedelta(hours=2)
    midnight = datetime.min.time()
    return datetime.combine(begins, midnight) + two, datetime.combine(ends, midnight) + two
