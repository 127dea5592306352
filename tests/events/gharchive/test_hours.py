from datetime import datetime

import pytest

from ecotone.events.sources.gharchive.hour_files import (
    HOUR,
    exists_in_local_time,
    full_hours_between,
    hour_in_name,
    hours_covering,
    main_file_of,
    time_range_of_file,
)

from .making import NOW, at


@pytest.mark.parametrize(
    ("since", "until", "names"),
    [
        (at("2020-01-01"), at("2020-01-01T02"), ["2020-01-01T00", "2020-01-01T01"]),
        (at("2020-01-01T00:30"), at("2020-01-01T00:45"), ["2020-01-01T00"]),
        # Pacific names, summer or winter
        (at("2013-06-01T12"), at("2013-06-01T13"), ["2013-06-01T04", "2013-06-01T05"]),
        # what was created in an hour may arrive up to six hours later
        (at("2025-07-01T12"), at("2025-07-01T13"), [f"2025-07-01T{hour}" for hour in range(12, 19)]),
    ],
)
def test_files_that_may_tell_of_a_period(since: datetime, until: datetime, names: list[str]):
    assert [f"{hour:%Y-%m-%dT%H}" for hour in hours_covering(since, until, NOW)] == names


def test_the_turn_of_2014_is_told_by_both_clocks():
    found = hours_covering(at("2015-01-01"), at("2015-01-01T01"), NOW)
    assert at("2014-12-31T16") in found
    assert at("2015-01-01T00") in found


def test_no_hour_is_asked_for_before_it_is_over():
    now = at("2026-11-22T10:30")
    assert hours_covering(at("2026-11-22"), at("2026-12-01"), now)[-1] == at("2026-11-22T09")


def test_the_file_of_every_hour_of_ten_years_may_tell_of_it_and_is_its_own():
    seen: dict[datetime, int] = {}
    for moment in full_hours_between(at("2011-03-01"), at("2021-03-01")):
        file = main_file_of(moment)
        first, last = time_range_of_file(file)
        assert first <= moment < last
        assert exists_in_local_time(file)
        seen[file] = seen.get(file, 0) + 1
    # one file covers two hours only when the clock was put back or changed to Pacific time
    twice = [file for file, count in seen.items() if count > 1 and file.date() != at("2012-03-10").date()]
    assert sorted(twice) == [at("2012-11-04T01"), at("2013-11-03T01"), at("2014-11-02T01")]


def test_the_hour_that_summer_time_leaves_out_is_never_asked_for():
    day = hours_covering(at("2013-03-10"), at("2013-03-12"), NOW)
    assert at("2013-03-10T02") not in day
    assert at("2013-03-10T03") in day


@pytest.mark.parametrize("name", ["2024-13-01-0.json.gz", "2024-01-01-24.json.gz", "x", "2024-01-01-0.json"])
def test_other_names_are_no_hours(name: str):
    assert hour_in_name(name) is None


def test_a_padded_hour_is_understood_too():
    assert hour_in_name("/somewhere/2024-01-01-05.json.gz") == at("2024-01-01T05") == at("2024-01-01") + 5 * HOUR
