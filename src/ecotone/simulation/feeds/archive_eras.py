"""The eras of the event archive: time zones, event ids, and the event types of each era."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Final

from ecotone.simulation.world import HOUR, Second, to_second


def _parse_second(year: int, month: int, day: int, hour: int = 0) -> Second:
    return to_second(date(year, month, day)) + hour * HOUR


PACIFIC_HOURS: Final = _parse_second(2012, 3, 10)  # files before this are named in UTC
REPOSITORY_IDS: Final = _parse_second(2013, 1, 1)  # timeline events carry the repository's id from about here
UTC_HOURS: Final = _parse_second(2015, 1, 1)  # the events API, second era
OVERLAP_UNTIL: Final = _parse_second(2015, 1, 1, 8)  # the last Pacific file hour of 2014 ends here
NEWER_KEYS: Final = _parse_second(2016, 6, 1)  # node_id, display_login and others are there in every later sample
REVIEWS: Final = _parse_second(2020, 9, 1)  # first review events
DISCUSSIONS: Final = _parse_second(2025, 1, 30)
BY_ARRIVAL: Final = _parse_second(2025, 5, 24)  # files go by arrival; the crawler reads one page of three
TRIMMED: Final = _parse_second(2025, 10, 7)  # third era
LOST_WEEK: Final = (_parse_second(2025, 10, 8), _parse_second(2025, 10, 15))
MERGED_ACTION: Final = _parse_second(2025, 12, 1)  # from here a merge says `merged` instead of a bare `closed`
COLLAPSE: Final = _parse_second(2026, 2, 1)

IDS_FROM: Final = 2_489_000_000  # an event of 2015-01-01
IDS_A_SECOND: Final = 122  # between it and 38,549,213,316 in 2024-05
TRIMMED_IDS_FROM: Final = 4_603_000_000  # the sequence restarted; 5,629,348,833 on 2025-11-01
TRIMMED_IDS_A_SECOND: Final = 475  # between that and 17,119,310,465 on 2026-08-08
LATEST_ARRIVAL: Final = 6 * HOUR


def find_archive_era(second: Second) -> int:
    """1: timeline, 2: events, 3: trimmed events.

    >>> (
    ...     find_archive_era(to_second(date(2014, 12, 31))),
    ...     find_archive_era(to_second(date(2015, 1, 1))),
    ...     find_archive_era(to_second(date(2026, 1, 1))),
    ... )
    (1, 2, 3)
    """
    return 1 if second < UTC_HOURS else 2 if second < TRIMMED else 3


def make_event_number(second: Second, position: int) -> int:
    """The id of the n-th event of a second; ids increase with time within an era."""
    if second < TRIMMED:
        return IDS_FROM + IDS_A_SECOND * (second - UTC_HOURS) + position
    return TRIMMED_IDS_FROM + TRIMMED_IDS_A_SECOND * (second - TRIMMED) + position


def find_pacific_offset(second: Second) -> int:
    """Hours that Pacific time is behind UTC: 7 from March's second Sunday to November's first (since 2007), else 8.

    >>> find_pacific_offset(to_second(date(2014, 7, 1))), find_pacific_offset(to_second(date(2014, 12, 1)))
    (7, 8)
    """
    year = datetime.fromtimestamp(second, UTC).year
    begins = _find_sunday(year, 3, 2) + 10 * HOUR  # 02:00 standard time
    ends = _find_sunday(year, 11, 1) + 9 * HOUR  # 02:00 summer time
    return 7 if begins <= second < ends else 8


def _find_sunday(year: int, month: int, which: int) -> Second:
    first = date(year, month, 1)
    return to_second(first + timedelta(days=(6 - first.weekday()) % 7 + 7 * (which - 1)))


def hour_file_name(second: Second, *, pacific: bool = False) -> str:
    """The name of the archive's file for a time; the hour has no leading zero.

    >>> hour_file_name(to_second(date(2014, 12, 31))), hour_file_name(to_second(date(2015, 1, 1)))
    ('2014-12-30-16.json.gz', '2015-01-01-0.json.gz')
    """
    if pacific or PACIFIC_HOURS <= second < UTC_HOURS:
        second -= find_pacific_offset(second) * HOUR
    moment = datetime.fromtimestamp(second, UTC)
    return f"{moment:%Y-%m-%d}-{moment.hour}.json.gz"


def is_event_published(kind: str, second: Second) -> bool:
    """Whether the archive has events of this kind at this time."""
    if kind == "review":
        return second >= REVIEWS
    if kind == "discussion":
        return second >= DISCUSSIONS
    return True


def format_utc_time(second: Second) -> str:
    """A time as the forge writes it.

    >>> format_utc_time(to_second(date(2024, 2, 3)))
    '2024-02-03T00:00:00Z'
    """
    return f"{datetime.fromtimestamp(second, UTC):%Y-%m-%dT%H:%M:%S}Z"


def format_pacific_time(second: Second) -> str:
    """A time as the timeline wrote it: Pacific time with its offset.

    >>> format_pacific_time(to_second(date(2012, 6, 14)) + 22 * HOUR)
    '2012-06-14T15:00:00-07:00'
    """
    behind = find_pacific_offset(second)
    return f"{datetime.fromtimestamp(second - behind * HOUR, UTC):%Y-%m-%dT%H:%M:%S}-{behind:02d}:00"
