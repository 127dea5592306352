from datetime import datetime, timedelta
from pathlib import Path

import pytest

from ecotone.events.sources.gharchive.archive_coverage import find_suspect_hours, known_breaks
from ecotone.events.sources.gharchive.feed_reader import GHArchiveReader
from ecotone.events.sources.gharchive.hour_files import HOUR, full_hours_between
from ecotone.events.sources.gharchive.hour_log import WHOLE, HourEntry
from ecotone.foundation.notes import notes_in_words, read_notes
from tests.events.noting import notes_of

from .making import at, bring, months, packed, put, star

SINCE, UNTIL = at("2021-06-01"), at("2021-07-01")


def quiet_month(folder: Path, background: int = 0, since: datetime = SINCE, until: datetime = UNTIL) -> None:
    """One star every hour of a month, and stars of other repositories."""
    for number, hour in enumerate(full_hours_between(since, until)):
        others = [star(10_000 + one, hour, f"other/one-{one}", 100 + one) for one in range(background)]
        put(folder, hour, [*others, star(number, hour)])


def name_of(hour: datetime) -> str:
    return f"{hour:%Y-%m-%d}-{hour.hour}.json.gz"


def test_a_month_with_all_its_hours_is_whole(tmp_path: Path):
    quiet_month(tmp_path / "hours")
    brought, _ = bring(GHArchiveReader(tmp_path / "hours"), tmp_path / "feed", SINCE, UNTIL)
    assert months(brought) == {"2021-06": ("complete", 720, 720)}
    assert notes_of(brought.coverage) == [""]


def test_missing_hours_are_named_and_what_they_held_is_expected(tmp_path: Path):
    quiet_month(tmp_path / "hours")
    for hour in full_hours_between(at("2021-06-03"), at("2021-06-06")):
        (tmp_path / "hours" / name_of(hour)).unlink()
    brought, _ = bring(GHArchiveReader(tmp_path / "hours"), tmp_path / "feed", SINCE, UNTIL)
    assert months(brought) == {"2021-06": ("partial", 648, 720)}
    (note,) = notes_of(brought.coverage)
    assert note == "72 of 720 hours missing from the archive (2021-06-03 00h to 2021-06-05 23h)"


def test_a_truncated_file_is_there_in_part(tmp_path: Path):
    quiet_month(tmp_path / "hours", background=9)
    path = tmp_path / "hours" / name_of(SINCE)
    path.write_bytes(path.read_bytes()[:-12])
    feed = GHArchiveReader(tmp_path / "hours")
    brought, _ = bring(feed, tmp_path / "feed", SINCE, UNTIL)
    assert months(brought)["2021-06"][0] == "partial"
    assert "1 of 720 hours incomplete (2021-06-01 00h)" in notes_of(brought.coverage)[0]
    assert feed.read_extra_tables(tmp_path / "feed")["hours"]["state"].to_pylist().count("partial") == 1


def test_garbled_lines_make_their_hour_partial(tmp_path: Path):
    quiet_month(tmp_path / "hours")
    put(tmp_path / "hours", SINCE, [star(1, SINCE), b'{"id":"5","ty', b"\xff\xfe"])
    brought, _ = bring(GHArchiveReader(tmp_path / "hours"), tmp_path / "feed", SINCE, UNTIL)
    assert months(brought)["2021-06"][0] == "partial"


def test_an_hour_with_one_event_beside_busy_ones_is_suspect_not_quiet(tmp_path: Path):
    quiet_month(tmp_path / "hours", background=29)
    put(tmp_path / "hours", SINCE + 5 * HOUR, [star(5, SINCE + 5 * HOUR)])
    feed = GHArchiveReader(tmp_path / "hours")
    brought, _ = bring(feed, tmp_path / "feed", SINCE, UNTIL)
    assert months(brought)["2021-06"][0] == "partial"
    assert "1 of 720 hours suspiciously small (2021-06-01 05h)" in notes_of(brought.coverage)[0]
    hours = feed.read_extra_tables(tmp_path / "feed")["hours"].to_pylist()
    assert [row["hour"] for row in hours if row["state"] == "suspect"] == [SINCE + 5 * HOUR]


def entry(hour: datetime, lines: int) -> HourEntry:
    return HourEntry(hour, WHOLE, "gharchive", "", hour, "", lines=lines, types={"WatchEvent": lines})


def test_a_small_archive_has_small_hours_and_none_is_suspect():
    hours = [entry(SINCE + number * HOUR, number % 4) for number in range(500)]
    assert find_suspect_hours(hours) == {}


def test_a_lost_week_is_seen_by_the_days_around_it():
    hours = [entry(hour, 200_000) for hour in full_hours_between(at("2025-03-01"), at("2025-04-01"))]
    lost = set(full_hours_between(at("2025-03-10"), at("2025-03-17")))
    hours = [entry(one.hour, 900) if one.hour in lost else one for one in hours]
    found = find_suspect_hours(hours)
    assert set(found) == lost
    assert max(found.values()) == 900 / 200_000


def test_the_breaks_of_2025_are_damage_and_say_what_would_be_expected(tmp_path: Path):
    since, until = at("2025-05-01"), at("2025-11-01")
    quiet_month(tmp_path / "hours", 0, since, until + timedelta(hours=7))
    brought, _ = bring(GHArchiveReader(tmp_path / "hours"), tmp_path / "feed", since, until)
    found = months(brought)
    assert [found[f"2025-{month:02}"][0] for month in range(5, 11)] == ["damaged"] * 6
    assert found["2025-07"] == ("damaged", 744, round(744 / 0.65))
    assert found["2025-05"] == ("damaged", 744, round(23 * 24 + 8 * 24 / 0.65))
    # a lost week counts like hours that are missing
    usable = 7 * 24 / 0.65 + 17 * 24 / 0.57
    assert found["2025-10"] == ("damaged", 744, round(usable * 744 / (24 * 24)))
    notes = dict(zip(found, notes_of(brought.coverage), strict=True))
    assert "nearly all events are lost (2025-10-08 to 2025-10-15; igrigorik/gharchive.org#312)" in notes["2025-10"]


def test_where_nobody_measured_the_loss_nothing_is_expected(tmp_path: Path):
    since, until = at("2026-03-01"), at("2026-03-03")
    quiet_month(tmp_path / "hours", 0, since, until + timedelta(hours=7))
    brought, _ = bring(GHArchiveReader(tmp_path / "hours"), tmp_path / "feed", since, until)
    assert months(brought) == {"2026-03": ("damaged", 48, None)}


@pytest.mark.parametrize("archive", ["none", "open-digger"])
def test_an_archive_without_known_breaks_has_none(tmp_path: Path, archive: str):
    since, until = at("2026-10-01"), at("2026-10-03")
    quiet_month(tmp_path / "hours", 0, since, until + timedelta(hours=7))
    brought, _ = bring(GHArchiveReader(tmp_path / "hours", archive=archive), tmp_path / "feed", since, until, now=until)
    assert months(brought)["2026-10"][0] == "partial"  # the period ends with its second day
    assert "damage" not in str(months(brought))


def test_a_month_that_nothing_is_known_of_is_not_observed(tmp_path: Path):
    (tmp_path / "hours").mkdir()
    brought, _ = bring(GHArchiveReader(tmp_path / "hours"), tmp_path / "feed", at("2010-12-01"), at("2011-03-01"))
    assert months(brought) == {
        "2010-12": ("not_observed", None, None),
        "2011-01": ("not_observed", None, None),
        "2011-02": ("not_observed", None, None),
    }
    assert notes_of(brought.coverage)[0] == "before the archive begins"


def test_a_month_that_is_not_over_is_partial(tmp_path: Path):
    quiet_month(tmp_path / "hours", 0, SINCE, SINCE + timedelta(days=10))
    brought, _ = bring(
        GHArchiveReader(tmp_path / "hours"), tmp_path / "feed", SINCE, UNTIL, now=SINCE + timedelta(days=10)
    )
    assert months(brought) == {"2021-06": ("partial", 240, 240)}
    assert notes_of(brought.coverage) == ["read only for 2021-06-01 00:00 to 2021-06-11 00:00 UTC"]


def test_known_breaks_are_whole():
    for one in known_breaks():
        assert one.since < one.until
        assert one.state in ("damaged", "partial")
        assert one.source
        assert one.kept_share is None or 0 <= one.kept_share <= 1


def test_packed_is_the_same_bytes_twice():
    assert packed([b"x"]) == packed([b"x"])


@pytest.mark.parametrize(
    ("content", "note"),
    [
        (b"", "the file is empty"),
        (packed([]), "the file holds no line"),
        (b"<html>The line is down</html>", "the file is damaged"),
    ],
    ids=["no bytes", "no lines", "a page"],
)
def test_a_month_of_files_that_hold_nothing_is_not_observed(tmp_path: Path, content: bytes, note: str):
    since, until = at("2021-05-01"), at("2021-08-01")
    quiet_month(tmp_path / "hours", 0, since, until)
    for hour in full_hours_between(SINCE, UNTIL):
        (tmp_path / "hours" / name_of(hour)).write_bytes(content)
    feed = GHArchiveReader(tmp_path / "hours")
    brought, _ = bring(feed, tmp_path / "feed", since, until)
    assert months(brought) == {
        "2021-05": ("complete", 744, 744), "2021-06": ("not_observed", None, None), "2021-07": ("complete", 744, 744),
    }  # fmt: skip
    hours = feed.read_extra_tables(tmp_path / "feed")["hours"].to_pylist()
    assert {row["state"] for row in hours if row["hour"].month == 6} == {"partial"}
    assert all(note in row["note"] for row in hours if row["hour"].month == 6)


def test_a_file_with_the_events_of_another_day_is_not_its_hour_s(tmp_path: Path):
    quiet_month(tmp_path / "hours")
    (tmp_path / "hours" / name_of(SINCE + 29 * HOUR)).write_bytes(packed([star(5, SINCE + 5 * HOUR)]))
    feed = GHArchiveReader(tmp_path / "hours")
    brought, _ = bring(feed, tmp_path / "feed", SINCE, UNTIL)
    assert months(brought) == {"2021-06": ("partial", 719, 720)}
    assert "1 of 720 hours incomplete (2021-06-02 05h)" in notes_of(brought.coverage)[0]
    (row,) = [
        row for row in feed.read_extra_tables(tmp_path / "feed")["hours"].to_pylist() if row["state"] != "complete"
    ]
    assert row["note"] == "100% of its lines are of another time"


@pytest.mark.parametrize("share", [0.4, 0.6])
def test_a_file_is_another_s_if_most_of_its_lines_are(tmp_path: Path, share: float):
    lines = [star(one, SINCE if one >= 1000 * share else SINCE + HOUR, "other/one", 9) for one in range(1000)]
    put(tmp_path / "hours", SINCE, lines)
    feed = GHArchiveReader(tmp_path / "hours")
    bring(feed, tmp_path / "feed", SINCE, SINCE + HOUR)
    (row,) = feed.read_extra_tables(tmp_path / "feed")["hours"].to_pylist()
    assert row["state"] == ("complete" if share < 0.5 else "partial")


def test_however_little_a_damaged_file_may_lack_its_month_is_not_whole(tmp_path: Path):
    quiet_month(tmp_path / "hours")
    path = tmp_path / "hours" / name_of(SINCE)
    path.write_bytes(path.read_bytes() + b"what follows may be the rest of it")
    brought, _ = bring(GHArchiveReader(tmp_path / "hours"), tmp_path / "feed", SINCE, UNTIL)
    assert months(brought)["2021-06"][0] == "partial"


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        (star(1, SINCE)[:-9], "not_json"),
        (star(1, SINCE - timedelta(days=90)), "bad_time"),
        (star(1, at("2062-06-01")), "bad_time"),
        (star(1, SINCE).replace(b'"login"', b'"gone"'), "incomplete"),
    ],
    ids=["damaged", "long before", "in the future", "by nobody"],
)
def test_a_line_of_its_own_that_cannot_be_read_makes_a_repository_s_month_partial(
    tmp_path: Path, line: bytes, reason: str
):
    quiet_month(tmp_path / "hours")
    crowd = [star(10_000 + one, SINCE, "octo/dog", 8) for one in range(50_000)]  # among which one line is negligible
    put(tmp_path / "hours", SINCE, [*crowd, line])
    feed = GHArchiveReader(tmp_path / "hours")
    brought, _ = bring(feed, tmp_path / "feed", SINCE, UNTIL, ("octo/cat", "octo/dog"))
    cat, dog = brought.coverage.to_pylist()
    assert (cat["state"], cat["events_observed"], cat["events_expected"]) == ("partial", 719, 720)
    assert "1 line of this repository could not be read (2021-06-01 00h)" in notes_in_words(read_notes(cat["note"]))
    assert dog["state"] == "complete"
    assert feed.read_extra_tables(tmp_path / "feed")["refused"]["reason"].to_pylist() == [reason]


def test_lines_under_its_name_with_another_number_make_their_month_doubtful(tmp_path: Path):
    since, until = at("2021-05-01"), at("2021-07-01")
    quiet_month(tmp_path / "hours", 0, since, until)
    put(tmp_path / "hours", since, [star(1, since, identity=70)])
    # the other repository was renamed: none of these lines are ours
    put(tmp_path / "hours", SINCE, [star(1, SINCE), star(2, SINCE, "octo/moved", 70)])
    brought, _ = bring(GHArchiveReader(tmp_path / "hours"), tmp_path / "feed", since, until)
    assert months(brought) == {"2021-05": ("partial", 744, None), "2021-06": ("complete", 720, 720)}
    assert "1 line under this name with an id other than" in notes_of(brought.coverage)[0]
    feed = GHArchiveReader(tmp_path / "hours", ids={"octo/cat": (7,)})
    brought, _ = bring(feed, tmp_path / "told", since, until)
    assert months(brought) == {"2021-05": ("complete", 743, 743), "2021-06": ("complete", 720, 720)}


def test_a_time_in_which_the_archive_holds_far_less_is_damaged_though_nobody_noted_it(tmp_path: Path):
    """In two of three months, two thirds of the lines are lost, including a star of ours."""
    since, until = at("2021-03-01"), at("2021-06-01")
    for number, hour in enumerate(full_hours_between(since, until)):
        lost = hour >= at("2021-04-03")
        others = [star(10_000 + one, hour, f"other/one-{one}", 100 + one) for one in range(10 if lost else 30)]
        put(tmp_path / "hours", hour, [*others, *([] if lost and number % 3 else [star(number, hour)])])
    brought, _ = bring(GHArchiveReader(tmp_path / "hours"), tmp_path / "feed", since, until)
    found = months(brought)
    assert [state for state, _, _ in found.values()] == ["complete", "damaged", "damaged"]
    assert found["2021-05"][1] == 248
    assert found["2021-05"][2] == pytest.approx(744, rel=0.1)
    assert "744 of 744 hours with far fewer events than the surrounding weeks" in notes_of(brought.coverage)[2]
