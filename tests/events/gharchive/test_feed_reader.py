"""The feed as a whole, on hour files in a folder."""

import json
from collections import Counter
from collections.abc import Mapping
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest

from ecotone.events import event_ids
from ecotone.events.schema import EVENT_SCHEMA, KINDS, PULL_SCHEMA
from ecotone.events.sources.base import FeedTables
from ecotone.events.sources.gharchive import day_store
from ecotone.events.sources.gharchive.feed_reader import EXTRA, GHArchiveReader
from ecotone.events.sources.gharchive.hour_log import HourLog
from ecotone.events.sources.gharchive.source import GHArchiveSource
from ecotone.foundation.errors import SourceUnavailable

from .making import CAT, ERAS, at, bring, event, kept, put, star

DAY = at("2021-07-21")


Told = tuple[FeedTables, Mapping[str, pa.Table]]


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> Told:
    """Lines of all three formats, each in the file of its hour; most other hours are absent."""
    folder = tmp_path_factory.mktemp("eras")
    hours: dict[datetime, list[bytes]] = {}
    for era in ERAS:
        for line in kept(era):
            # before 2015 the file's hour is the clock's as written
            hours.setdefault(at(json.loads(line)["created_at"][:13]), []).append(line)
    for hour, lines in hours.items():
        put(folder / "hours", hour, lines)
    feed = GHArchiveReader(folder / "hours", aliases={CAT: ["old-owner/old-cat"]})
    brought, _ = bring(feed, folder / "feed", at("2012-06-14"), at("2026-02-01"))
    return brought, feed.read_extra_tables(folder / "feed")


def test_all_acts_of_three_eras(told: Told):
    brought, extra = told
    assert brought.events.schema == EVENT_SCHEMA
    assert brought.pulls.schema == PULL_SCHEMA
    assert brought.failures == ()
    assert Counter(brought.events["kind"].to_pylist()) == {
        "commit": 4, "pull_opened": 5, "pull_merged": 3, "pull_closed": 4, "review": 3, "review_comment": 4,
        "issue_opened": 2, "issue_closed": 2, "comment": 4, "commit_comment": 2, "discussion": 1, "star": 4, "fork": 3,
        "release": 1,
    }  # fmt: skip
    assert set(brought.events["kind"].to_pylist()) == GHArchiveSource.event_kinds == set(KINDS) - {"co_author", "merge"}
    assert set(extra) == set(EXTRA)
    order = brought.events.select(["repository", "created_at", "event_id"]).to_pylist()
    assert order == sorted(order, key=lambda row: tuple(row.values()))


def test_acts_are_named_as_every_source_names_them(told: Told):
    brought, _ = told
    for row in brought.events.to_pylist():
        kind, moment, thread = row["kind"], row["created_at"], row["thread"]
        tail = row["event_id"].rpartition("/")[2]
        expected = {
            "commit": lambda row=row: event_ids.commit_event_id(CAT, row["commit"]),
            "release": lambda: event_ids.release_event_id(CAT, "v1.0"),
            "star": lambda row=row, moment=moment: event_ids.star_or_fork_id(CAT, "star", row["account"], moment),
            "fork": lambda row=row, moment=moment: event_ids.star_or_fork_id(CAT, "fork", row["account"], moment),
        }
        for name in ("pull_opened", "pull_merged", "issue_opened"):
            expected[name] = lambda thread=thread, name=name: event_ids.thread_event_id(CAT, thread, name)
        for name in ("pull_closed", "issue_closed"):
            expected[name] = lambda thread=thread, name=name, at=moment: event_ids.closing_event_id(
                CAT, thread, name, at
            )
        for name in ("review", "review_comment", "comment", "commit_comment", "discussion"):
            expected[name] = lambda name=name, tail=tail: event_ids.conversation_event_id(CAT, name, tail)
        assert row["event_id"] == expected[kind]()


def by_id(table: pa.Table) -> dict[str, dict[str, Any]]:
    return {row["event_id"]: row for row in table.to_pylist()}


def test_who_acted_on_whose_work(told: Told):
    events = by_id(told[0].events)
    pairs = {
        "octo/cat#21:pull_merged": ("login-2", "login-1"),  # its author, who merged it
        "octo/cat#32:pull_merged": ("login-4", "login-1"),  # the author stands in no stub: it is who opened it
        "octo/cat#22:pull_closed@20210721T100900": ("login-1", "login-4"),
        "octo/cat:comment/701": ("login-1", "login-5"),
        "octo/cat:comment/702": ("login-9[bot]", "login-2"),
        "octo/cat:comment/6344615": ("login-3", "login-1"),  # of 2012: the author is who opened the issue
        "octo/cat:review/501": ("login-3", "login-2"),
        "octo/cat:review/511": ("login-3", "login-2"),
    }
    for name, pair in pairs.items():
        assert (events[name]["account"], events[name]["other_account"]) == pair, name


def test_a_review_is_told_once_and_its_comments_are_tied_to_it(told: Told):
    brought, extra = told
    found = {row["review"]: (row["comments"], row["evidence"], row["state"]) for row in extra["reviews"].to_pylist()}
    assert found == {501: (1, "review", "approved"), 502: (1, "comment", None), 511: (1, "review", "commented")}
    assert pc.sum(pc.equal(brought.events["kind"], "review")).as_py() == 3


def test_a_close_that_may_be_a_merge_is_named(told: Told):
    brought, extra = told
    # 31 was closed for good in November 2025; 32 was reopened, so its first close was no merge
    assert extra["unclear"]["number"].to_pylist() == [31]
    assert extra["unclear"]["event_id"][0].as_py() in by_id(brought.events)
    evidence = dict(zip(brought.pulls["number"].to_pylist(), brought.pulls["evidence"].to_pylist(), strict=True))
    assert evidence == {
        10: "archive: opened, merged",
        21: "archive: opened, merged",
        22: "archive: opened, closed",
        31: "archive: opened, closed, unclear whether merged",
        32: "archive: opened, merged",
    }
    # a bare close one second after `merged` repeats the merge
    assert "octo/cat#32:pull_closed@20251220T100001" not in by_id(brought.events)


def test_commits_are_those_of_default_branches_and_pushes_are_all(told: Told):
    brought, extra = told
    commits = [row for row in brought.events.to_pylist() if row["kind"] == "commit"]
    assert sorted(row["commit"][0] for row in commits) == ["a", "b", "d", "e"]
    assert {row["account"] for row in commits} == {"1c6b@example.org", "2d7c@example.org"}
    refs = extra["pushes"]["ref"].to_pylist()
    assert sorted(refs) == ["refs/heads/side", *["refs/heads/trunk"] * 3]


def test_what_the_archive_says_of_accounts_and_repositories(told: Told):
    brought, _ = told
    (repository,) = brought.repositories.to_pylist()
    assert (repository["repository_id"], repository["name"], repository["topics"]) == (7, CAT, ["felines"])
    assert (repository["stars"], repository["language"]) == (40, "C")
    companies = {row["login"] for row in brought.profiles.to_pylist() if row["company"] == "Example Works"}
    assert companies == {"login-1", "login-2", "login-3", "login-4", "login-5"}
    assert "101" in brought.profiles["github_id"].to_pylist()


def test_nothing_is_read_twice_and_what_is_told_stays_the_same(tmp_path: Path):
    put(tmp_path / "hours", DAY, [star(1, DAY)])
    feed = GHArchiveReader(tmp_path / "hours")
    first, read = bring(feed, tmp_path / "feed", DAY, DAY + timedelta(hours=5))
    again, nothing = bring(feed, tmp_path / "feed", DAY, DAY + timedelta(hours=5), now=at("2026-11-23"))
    assert (len(read), nothing) == (5, [])
    assert again.events == first.events
    assert again.coverage == first.coverage


def test_an_hour_that_turns_up_later_is_read_then(tmp_path: Path):
    put(tmp_path / "hours", DAY, [star(1, DAY)])
    feed = GHArchiveReader(tmp_path / "hours")
    bring(feed, tmp_path / "feed", DAY, DAY + timedelta(hours=2))
    put(tmp_path / "hours", DAY + timedelta(hours=1), [star(2, DAY + timedelta(hours=1))])
    brought, read = bring(feed, tmp_path / "feed", DAY, DAY + timedelta(hours=2), now=at("2026-11-23"))
    assert read == ["2021-07-21-1.json.gz"]
    assert brought.events.num_rows == 2


def test_a_repository_that_is_wanted_later_is_read_where_files_are_and_the_others_stay(tmp_path: Path):
    put(tmp_path / "hours", DAY, [star(1, DAY), star(2, DAY, "octo/dog", 8)])
    feed = GHArchiveReader(tmp_path / "hours")
    bring(feed, tmp_path / "feed", DAY, DAY + timedelta(hours=3))
    brought, read = bring(feed, tmp_path / "feed", DAY, DAY + timedelta(hours=3), (CAT, "octo/dog"), at("2026-11-23"))
    assert read == ["2021-07-21-0.json.gz"]  # absent hours are not read again
    assert brought.events["repository"].to_pylist() == [CAT, "octo/dog"]
    day = pq.read_table(next((tmp_path / "feed" / "days").glob("2021-07-21.*.parquet")))
    assert day["name"].to_pylist() == [CAT, "octo/dog"]  # the hour was replaced, not counted twice
    # and the first alone again costs nothing
    alone, nothing = bring(feed, tmp_path / "feed", DAY, DAY + timedelta(hours=3), (CAT,), at("2026-11-24"))
    assert (nothing, alone.events.num_rows) == ([], 1)


def test_a_renamed_repository_is_found_under_the_names_before(tmp_path: Path):
    """Its id is taken from the newest hours, which are read first."""
    hour = timedelta(hours=1)
    put(tmp_path / "hours", DAY, [star(1, DAY, "before/that", 7), star(2, DAY, "other/one", 9)])
    put(tmp_path / "hours", DAY + hour, [star(3, DAY + hour)])
    # meanwhile another repository took the old name
    put(tmp_path / "hours", DAY + 2 * hour, [star(4, DAY + 2 * hour, "before/that", 10), star(5, DAY + 2 * hour)])
    for options in ({}, {"ids": {CAT: (7,)}}, {"aliases": {CAT: ("Before/That",)}}):
        feed = GHArchiveReader(tmp_path / "hours", **options)
        brought, _ = bring(feed, tmp_path / f"feed{len(options)}{options}", DAY, DAY + 3 * hour, ("Octo/Cat",))
        assert [one[-15:] for one in brought.events["event_id"].to_pylist()] == [
            "20210721T000000", "20210721T010000", "20210721T020000",
        ]  # fmt: skip
        assert set(brought.events["repository"].to_pylist()) == {"Octo/Cat"}


def test_an_id_that_is_declared_after_it_was_learnt_costs_nothing(tmp_path: Path):
    hour = timedelta(hours=1)
    put(tmp_path / "hours", DAY, [star(1, DAY, "before/that", 7)])
    put(tmp_path / "hours", DAY + hour, [star(2, DAY + hour)])
    put(tmp_path / "hours", DAY + 2 * hour, [star(3, DAY + 2 * hour, "other/one", 9)])
    bring(GHArchiveReader(tmp_path / "hours"), tmp_path / "feed", DAY, DAY + 3 * hour)
    feed = GHArchiveReader(tmp_path / "hours", ids={CAT: (7,)})
    brought, read = bring(feed, tmp_path / "feed", DAY, DAY + 3 * hour, now=at("2026-11-23"))
    assert read == []
    assert brought.events.num_rows == 2


def test_an_id_that_no_hour_had_shown_is_searched_for_in_all(tmp_path: Path):
    put(tmp_path / "hours", DAY, [star(1, DAY, "before/that", 7)])
    bring(GHArchiveReader(tmp_path / "hours"), tmp_path / "feed", DAY, DAY + timedelta(hours=1))
    feed = GHArchiveReader(tmp_path / "hours", ids={CAT: (7,)})
    brought, read = bring(feed, tmp_path / "feed", DAY, DAY + timedelta(hours=1), now=at("2026-11-23"))
    assert len(read) == 1
    assert brought.events.num_rows == 1


def test_a_declared_id_excludes_another_repository_of_the_same_name(tmp_path: Path):
    put(tmp_path / "hours", DAY, [star(1, DAY, CAT, 7), star(2, DAY, CAT, 70)])
    brought, _ = bring(
        GHArchiveReader(tmp_path / "hours", ids={CAT: (70,)}), tmp_path / "feed", DAY, DAY + timedelta(hours=1)
    )
    assert brought.repositories["repository_id"].to_pylist() == [70]
    assert brought.events.num_rows == 1


def test_duplicates_count_once_and_the_same_id_in_another_era_is_another_event(tmp_path: Path):
    hour = timedelta(hours=1)
    put(tmp_path / "hours", DAY, [star(1, DAY), star(1, DAY), star(2, DAY)])
    put(tmp_path / "hours", DAY + hour, [star(1, DAY), star(1, DAY + hour)])
    brought, _ = bring(GHArchiveReader(tmp_path / "hours"), tmp_path / "feed", DAY, DAY + 2 * hour)
    assert brought.events.num_rows == 3


def test_late_arrivals_count_for_when_they_were_created(tmp_path: Path):
    created = at("2025-07-31T23:30")
    put(tmp_path / "hours", at("2025-08-01T03"), [star(1, created), star(2, at("2025-08-01T03"))])
    brought, _ = bring(GHArchiveReader(tmp_path / "hours"), tmp_path / "feed", at("2025-07-31"), at("2025-08-01"))
    assert brought.events["created_at"].to_pylist() == [created]


def test_an_event_without_a_time_is_refused(tmp_path: Path):
    put(tmp_path / "hours", DAY, [event(1, "WatchEvent", "some day", action="started"), star(2, DAY)])
    feed = GHArchiveReader(tmp_path / "hours")
    brought, _ = bring(feed, tmp_path / "feed", DAY, DAY + timedelta(hours=1))
    assert brought.events.num_rows == 1
    assert feed.read_extra_tables(tmp_path / "feed")["refused"].to_pylist() == [
        {"hour": DAY, "reason": "bad_time", "count": 1}
    ]


def test_many_rows_of_an_hour_are_written_as_they_come(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    moments = [DAY + timedelta(seconds=number) for number in range(3000)]
    put(tmp_path / "hours", DAY, [star(number, moment) for number, moment in enumerate(moments)])
    plain, _ = bring(GHArchiveReader(tmp_path / "hours"), tmp_path / "one", DAY, DAY + timedelta(hours=1))
    monkeypatch.setattr(day_store, "ROWS_IN_MEMORY", 10)
    monkeypatch.setattr(day_store, "ROWS_PER_MERGE", 10)
    other, _ = bring(GHArchiveReader(tmp_path / "hours"), tmp_path / "two", DAY, DAY + timedelta(hours=1))
    assert plain.events == other.events
    assert other.events.num_rows == 3000
    (one,), (two,) = ((tmp_path / name / "days").iterdir() for name in ("one", "two"))
    assert one.name == two.name  # which has the digest
    assert one.read_bytes() == two.read_bytes()


@pytest.mark.parametrize("is_gone", [False, True])
def test_a_damaged_or_missing_day_is_read_again(is_gone: bool, tmp_path: Path):
    for hour in range(3):
        put(tmp_path / "hours", DAY + timedelta(hours=hour), [star(hour, DAY + timedelta(hours=hour))])
    reader, until = GHArchiveReader(tmp_path / "hours"), DAY + timedelta(hours=3)
    before, _ = bring(reader, tmp_path / "feed", DAY, until)
    (day,) = (tmp_path / "feed" / "days").iterdir()
    good = day.read_bytes()
    if is_gone:
        day.unlink()
    else:
        day.write_bytes(good[:99] + bytes([good[99] ^ 1]) + good[100:])
    again, _ = bring(reader, tmp_path / "feed", DAY, until)
    assert (again.events, again.coverage) == (before.events, before.coverage)
    assert day.read_bytes() == good


def test_any_flipped_bit_of_the_log_loses_one_entry_and_changes_none(tmp_path: Path):
    put(tmp_path / "hours", DAY, [star(1, DAY)])
    bring(GHArchiveReader(tmp_path / "hours"), tmp_path / "feed", DAY, DAY + timedelta(hours=1))
    path = tmp_path / "feed" / "ledger.jsonl"
    good, expected = path.read_bytes(), HourLog(path).hours
    for position in range(0, len(good) * 8, 11):
        damaged = bytearray(good)
        damaged[position // 8] ^= 1 << position % 8
        path.write_bytes(damaged)
        assert HourLog(path).hours in (expected, {})


def test_a_copy_with_two_digits_for_the_hour_is_read_too(tmp_path: Path):
    put(tmp_path / "hours", DAY, [star(1, DAY)]).rename(tmp_path / "hours" / "2021-07-21-00.json.gz")
    put(tmp_path / "hours", DAY + timedelta(hours=1), [star(2, DAY + timedelta(hours=1))])
    brought, _ = bring(GHArchiveReader(tmp_path / "hours"), tmp_path / "feed", DAY, DAY + timedelta(hours=2))
    assert brought.events.num_rows == 2


def test_a_folder_that_is_not_there_is_said(tmp_path: Path):
    with pytest.raises(SourceUnavailable, match="no folder"):
        bring(GHArchiveReader(tmp_path / "nowhere"), tmp_path / "feed", DAY, DAY + timedelta(hours=1))


def test_nothing_wanted_reads_nothing(tmp_path: Path):
    put(tmp_path / "hours", DAY, [star(1, DAY)])
    brought, read = bring(GHArchiveReader(tmp_path / "hours"), tmp_path / "feed", DAY, DAY + timedelta(hours=1), ())
    assert (read, brought.events.num_rows, brought.coverage.num_rows) == ([], 0, 0)
