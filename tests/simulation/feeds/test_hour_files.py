from __future__ import annotations

import json
import zlib
from collections import Counter
from datetime import UTC, date, datetime

import pytest

from ecotone.foundation.errors import UnknownName
from ecotone.simulation.feeds import ArchiveFaults, write_hours
from ecotone.simulation.feeds.archive_eras import hour_file_name
from ecotone.simulation.feeds.archive_faults import FAULT_NAMES
from ecotone.simulation.feeds.feed_truth import encode_event_rows, encode_feeds_truth, list_event_rows
from ecotone.simulation.world import HOUR, to_second

from .conftest import Told, tell
from .reading import counted, events, kind_of, lines, moment_of, repository_of, wanted


def true_counts(told: Told, *, lost: bool) -> Counter[tuple[str, str, str]]:
    """What the truth says of the hours, by what the repositories were called; `lost`: with what faults took."""
    found: Counter[tuple[str, str, str]] = Counter()
    for row, act in zip(list_event_rows(told.feeds, told.hours), with_ids(told), strict=True):
        if row["kind"] != "commit" and row["lost"] != "untold" and (lost or row["lost"] is None):
            found[act.feed.find_name_at(act.at), row["created_at"][:7], row["kind"]] += 1
    return found


def with_ids(told: Told):
    from ecotone.simulation.feeds.feed_truth import collect_identifiers

    return [act for act in told.feeds.acts for _ in collect_identifiers(act)]


@pytest.mark.parametrize("name", ["timeline", "middle", "trimmed"])
def test_whole_hours_tell_what_is_true(request, name):
    told = request.getfixturevalue(name)
    assert told.hours.lost == {}
    assert told.hours.damage == ()
    assert counted(told.folder, told.feeds) == true_counts(told, lost=True)


@pytest.mark.parametrize("name", ["middle", "trimmed"])
def test_every_file_of_the_period_is_there(request, name):
    told = request.getfixturevalue(name)
    starts = told.field.world.month_starts
    names = {hour_file_name(second) for second in range(starts[0], starts[-1], HOUR)}
    assert names <= set(told.hours.files) == {path.name for path in told.folder.iterdir()}


def test_the_timeline_is_in_pacific_time_and_has_no_ids(timeline: Told):
    early = [(file, event) for file, event in events(timeline.folder) if "repo" not in event and "id" not in event]
    assert early
    for file, event in early:
        if repository_of(event) in wanted(timeline.feeds):
            at = datetime.fromisoformat(event["created_at"])
            assert at.utcoffset().total_seconds() == -8 * 3600
            hour = datetime.strptime(file, "%Y-%m-%d-%H.json.gz").replace(tzinfo=at.tzinfo)
            assert 99 <= (at - hour).total_seconds() < 99 + 3600
    assert {"2014-12-31-16.json.gz", "2014-12-31-23.json.gz", "2015-01-01-0.json.gz"} <= set(timeline.hours.files)


def test_no_event_of_2015_in_files_of_2014_unless_eras_overlap(timeline: Told, tmp_path):
    def told_by_both(folder):
        return [
            event
            for file, event in events(folder)
            if file.startswith("2014") and moment_of(event) >= datetime(2015, 1, 1)  # noqa: DTZ001 - naive UTC
        ]

    assert told_by_both(timeline.folder) == []
    hours = write_hours(timeline.feeds, tmp_path / "both", faults=ArchiveFaults.from_names(["overlap"]), filler=4)
    twice = told_by_both(tmp_path / "both")
    first_day = [
        act
        for act in timeline.feeds.acts
        if to_second(date(2015, 1, 1)) <= act.at < to_second(date(2015, 1, 1)) + 8 * HOUR
    ]
    assert len(twice) == len(first_day)
    assert hours.lost == {}


def test_ids_of_the_third_era_begin_anew(trimmed: Told):
    ids = {event["created_at"]: int(event["id"]) for _, event in events(trimmed.folder)}
    second_era = [number for at, number in ids.items() if at < "2025-10-07"]
    third_era = [number for at, number in ids.items() if at >= "2025-10-07"]
    assert max(third_era) < min(second_era)
    every = [event["id"] for _, event in events(trimmed.folder)]
    assert len(every) == len(set(every))


def test_the_third_era_tells_less(trimmed: Told):
    for _, event in events(trimmed.folder):
        if repository_of(event) not in wanted(trimmed.feeds) or event["created_at"] < "2025-10-07":
            continue
        payload = event["payload"]
        assert "author_association" not in json.dumps(event)
        if event["type"] == "PushEvent":
            assert list(payload) == ["repository_id", "push_id", "ref", "head", "before"]
        if "pull_request" in payload:
            assert list(payload["pull_request"]) == ["url", "id", "number", "head", "base"]


def test_files_of_the_third_era_go_by_arrival(trimmed: Told):
    late = Counter()
    for file, event in events(trimmed.folder):
        hour = datetime.strptime(file, "%Y-%m-%d-%H.json.gz").replace(tzinfo=UTC).replace(tzinfo=None)
        if repository_of(event) in wanted(trimmed.feeds):
            late[(hour - moment_of(event).replace(minute=0, second=0)).total_seconds() // 3600] += 1
    assert set(late) <= {0, 1, 2, 3, 4, 5, 6}
    assert late[0] > late[1] > late[5] > 0


def test_merges_of_late_2025_may_be_bare_closes(trimmed: Told, tmp_path):
    write_hours(trimmed.feeds, tmp_path / "bare", faults=ArchiveFaults.from_names(["ambiguous"]), filler=1)

    def actions(folder):
        return Counter(
            event["payload"]["action"]
            for _, event in events(folder)
            if event["type"] == "PullRequestEvent"
            and event["created_at"] >= "2025-10-07"
            and repository_of(event) in wanted(trimmed.feeds)
        )

    clear, bare = actions(trimmed.folder), actions(tmp_path / "bare")
    assert clear["merged"] > 0
    assert bare["merged"] == 0
    assert bare["closed"] == clear["closed"] + clear["merged"]


def test_same_field_same_bytes(middle: Told, tmp_path):
    for name in ("one", "two"):
        faults = ArchiveFaults.all_faults(5)
        hours = write_hours(middle.feeds, tmp_path / name, faults=faults, filler=4)
        (tmp_path / f"{name}.json").write_bytes(encode_feeds_truth(middle.feeds, hours, faults))
        (tmp_path / f"{name}.jsonl").write_bytes(encode_event_rows(middle.feeds, hours))
    for path in (tmp_path / "one").iterdir():
        assert path.read_bytes() == (tmp_path / "two" / path.name).read_bytes()
    assert (tmp_path / "one.json").read_bytes() == (tmp_path / "two.json").read_bytes()
    assert (tmp_path / "one.jsonl").read_bytes() == (tmp_path / "two.jsonl").read_bytes()


def test_what_a_damaged_archive_tells_is_in_the_truth(tmp_path):
    told = tell(tmp_path, date(2026, 3, 1), months=10, names=("all",), filler=12)
    struck = Counter(one.fault for one in told.hours.damage)
    assert set(struck) == {"absent", "truncated", "garbled", "one_event", "pages", "week", "collapse"}
    found: Counter[tuple[str, str, str]] = Counter()
    seen = set()
    names = wanted(told.feeds)
    for path in sorted(told.folder.iterdir()):
        for line in lines(path):
            try:
                event = json.loads(line)
            except ValueError:
                continue
            kind = kind_of(event)
            if repository_of(event) in names and kind and (event["id"], kind) not in seen:
                seen.add((event["id"], kind))
                found[repository_of(event), event["created_at"][:7], kind] += 1
    expected = true_counts(told, lost=False)
    merges = {key: found[(*key[:2], "pull_closed")] + found[(*key[:2], "pull_merged")] for key in found}
    for key in set(found) | set(expected):
        if key[2] in ("pull_closed", "pull_merged"):  # bare closes of late 2025
            both = expected[(*key[:2], "pull_closed")] + expected[(*key[:2], "pull_merged")]
            assert merges.get(key, both) == both
        else:
            assert found[key] == expected[key], key
    assert sum(expected.values()) < sum(true_counts(told, lost=True).values()) / 2


def one_damage(told: Told, tmp_path, name: str):
    """The files that a fault strikes in a year, with what stands in them."""
    told = tell(tmp_path, date(2022, 6, 1), months=12, names=(name,), filler=12)
    assert {one.fault for one in told.hours.damage} == {name}
    return [(one, told.folder / one.file) for one in told.hours.damage]


def test_absent_files_are_not_there(middle: Told, tmp_path):
    assert not any(path.exists() for _, path in one_damage(middle, tmp_path, "absent"))


def test_truncated_files_end_early(middle: Told, tmp_path):
    for damage, path in one_damage(middle, tmp_path, "truncated"):
        unpacker = zlib.decompressobj(31)
        content = unpacker.decompress(path.read_bytes())
        assert not unpacker.eof
        assert content.count(b"\n") == damage.readable < damage.lines


def test_garbled_lines_are_no_json(middle: Told, tmp_path):
    for damage, path in one_damage(middle, tmp_path, "garbled"):
        broken = 0
        for line in lines(path):
            try:
                json.loads(line)
            except ValueError:
                broken += 1
        assert 1 <= broken <= 3
        assert len(lines(path)) - broken == damage.readable


def test_an_hour_may_hold_one_event(middle: Told, tmp_path):
    assert {len(lines(path)) for _, path in one_damage(middle, tmp_path, "one_event")} == {1}


def test_duplicates_take_nothing_away(middle: Told, tmp_path):
    hours = write_hours(middle.feeds, tmp_path / "twice", faults=ArchiveFaults.from_names(["duplicates"]), filler=4)
    once, twice = (
        Counter(line for path in folder.iterdir() for line in lines(path))
        for folder in (middle.folder, tmp_path / "twice")
    )
    assert hours.lost == {}
    assert set(once) == set(twice)
    assert 0.005 < sum(twice.values()) / sum(once.values()) - 1 < 0.02


def test_other_repositories_look_alike_but_are_others(middle: Told):
    names, numbers = wanted(middle.feeds), {feed.number for feed in middle.feeds.projects}
    others = [event for _, event in events(middle.folder) if repository_of(event) not in names]
    assert any(near in repository_of(event) for event in others for near in names)
    assert any(near in json.dumps(event["payload"]) for event in others for near in names)
    assert not numbers & {event["repo"].get("id") for event in others}


def test_an_unknown_fault_is_named():
    with pytest.raises(UnknownName, match="absence"):
        ArchiveFaults.from_names(["absence"])
    assert ArchiveFaults.from_names(["all"]).names == set(FAULT_NAMES)


def kept_share(folder, whole, since, until, kind=None):
    """What is left of the lines of others, which are many, in these days."""

    def count(place):
        return sum(
            file >= since and file < until and kind in (None, event["type"]) and repository_of(event) is not None
            for file, event in events(place)
        )

    return count(folder) / count(whole)


def test_known_breaks_leave_what_they_are_known_to_leave(tmp_path):
    told = tell(tmp_path, date(2026, 3, 1), months=11, filler=12)
    damaged = tmp_path / "damaged"
    write_hours(told.feeds, damaged, faults=ArchiveFaults.from_names(["pages", "week", "collapse"]), filler=12)
    assert kept_share(damaged, told.folder, "2025-05-01", "2025-05-24") == 1
    assert kept_share(damaged, told.folder, "2025-06-01", "2025-09-01") == pytest.approx(1 / 3, abs=0.02)
    assert kept_share(damaged, told.folder, "2025-10-08", "2025-10-15") < 0.02
    assert kept_share(damaged, told.folder, "2025-11-01", "2026-01-01") == pytest.approx(1 / 3, abs=0.02)
    stars = kept_share(damaged, told.folder, "2026-02-01", "2026-04-01", "WatchEvent")
    pulls = kept_share(damaged, told.folder, "2026-02-01", "2026-04-01", "PullRequestEvent")
    assert pulls == pytest.approx(0.04, abs=0.03)
    assert stars == pytest.approx(0.15, abs=0.05)


def test_what_the_archive_did_not_know_yet_is_not_in_it(timeline: Told, middle: Told):
    early = {event["type"] for _, event in events(timeline.folder)}
    assert "PullRequestReviewCommentEvent" in early
    assert not early & {"PullRequestReviewEvent", "DiscussionEvent"}
    later = {event["type"] for _, event in events(middle.folder)}
    assert "PullRequestReviewEvent" in later
    assert "DiscussionEvent" not in later
