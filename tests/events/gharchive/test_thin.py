from collections.abc import Mapping
from datetime import date, datetime, timedelta

import pytest

from ecotone.events.sources.gharchive.hour_log import WHOLE, HourEntry
from ecotone.events.sources.gharchive.undercount import ALL_TYPES, FEWEST_EVENTS, find_low_days

BEGIN = date(2021, 1, 1)
USUAL = {"PushEvent": 100, "WatchEvent": 20}


def archive(days: Mapping[int, Mapping[str, int]], until: int, usual: Mapping[str, int] = USUAL) -> list[HourEntry]:
    """Complete hours, equal within a day; days not listed are normal."""
    found = []
    for day in range(until):
        types = days.get(day, usual)
        for hour in range(24):
            moment = datetime.combine(BEGIN, datetime.min.time()) + timedelta(days=day, hours=hour)
            found.append(HourEntry(moment, WHOLE, "gharchive", "", moment, "", lines=sum(types.values()), types=types))
    return found


def thin(hours: list[HourEntry], kind: str = ALL_TYPES) -> dict[int, float]:
    found = find_low_days(hours, set())
    return {(day - BEGIN).days: shares[kind] for (_, day), shares in found.items() if kind in shares}


THIRD = {"PushEvent": 33, "WatchEvent": 7}


def test_a_stretch_with_a_third_of_what_is_usual_is_thin_from_its_first_day_to_its_last():
    hours = archive(dict.fromkeys(range(60, 130), THIRD), 200)
    assert thin(hours) == dict.fromkeys(range(60, 130), 40 / 120)


def test_a_reading_that_begins_in_the_loss_finds_it_by_what_follows():
    assert thin(archive(dict.fromkeys(range(40), THIRD), 100)) == dict.fromkeys(range(40), 40 / 120)


def test_weekends_holidays_and_growth_are_as_usual():
    quiet = {day: {"PushEvent": 60, "WatchEvent": 12} for day in range(400) if day % 7 in (0, 1) or 90 <= day < 100}
    assert thin(archive(quiet, 400)) == {}
    grown = {day: {"PushEvent": 100 + day, "WatchEvent": 20 + day // 5} for day in range(1000)}
    assert find_low_days(archive(grown, 1000), set()) == {}


def test_after_a_gap_nothing_is_known_of_what_is_usual():
    later = [
        hour
        for hour in archive(dict.fromkeys(range(100, 200), THIRD), 200)
        if not 50 <= hour.hour.timetuple().tm_yday < 100
    ]
    assert thin(later) == {}


def test_one_type_that_vanishes_is_thin_and_one_that_appears_is_not():
    gone = {"PushEvent": 100, "WatchEvent": 2}
    hours = archive(dict.fromkeys(range(60, 90), gone), 120)
    assert thin(hours) == {}
    found = thin(hours, "WatchEvent")
    assert set(found) <= set(range(57, 93))
    assert set(found) >= set(range(60, 87))
    assert found[70] == pytest.approx(0.1)
    before = {day: {"PushEvent": 100} for day in range(60)}
    assert find_low_days(archive(before, 120), set()) == {}


def test_a_handful_of_people_who_fall_silent_are_no_loss():
    few = {"PushEvent": FEWEST_EVENTS // 24 // 7 - 1}
    assert thin(archive({day: {"PushEvent": 0} for day in range(60, 90)}, 120, few)) == {}
    enough = {"PushEvent": FEWEST_EVENTS // 24 // 7 + 1}
    assert len(thin(archive({day: {"PushEvent": 0} for day in range(60, 90)}, 120, enough))) == 30


def test_hours_known_to_be_short_say_nothing_of_their_day():
    hours = archive({}, 60)
    tiny = {hour.hour for hour in hours if hour.hour.hour < 20 and hour.hour.day == 20}
    hours = [
        HourEntry(one.hour, WHOLE, "gharchive", "", one.hour, "", lines=1) if one.hour in tiny else one for one in hours
    ]
    assert find_low_days(hours, tiny) == {}
    assert find_low_days(hours, set()) != {}
