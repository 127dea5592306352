from __future__ import annotations

from collections import Counter
from datetime import datetime
from pathlib import Path

from ecotone.events.schema import COVERAGE_SCHEMA, EVENT_SCHEMA, PROFILE_SCHEMA, PULL_SCHEMA, REPOSITORY_SCHEMA
from tests.events.github.pretending import DAY, NOW, PERIOD, SINCE, Pretend, small
from tests.events.noting import notes_of


def test_every_act_is_brought_once_with_who_did_it_to_whom(tmp_path: Path):
    found = Pretend([small()]).bring(tmp_path)
    acts = [
        (row["event_id"], row["account"], row["other_account"], row["thread"])
        for row in found.events.sort_by("event_id").to_pylist()
    ]
    assert acts == [
        ("octo/cat#1:issue_closed@20250111T000000", "ben", "ann", 1),
        ("octo/cat#1:issue_opened", "ann", None, 1),
        ("octo/cat#2:pull_merged", "ben", "cy", 2),
        ("octo/cat#2:pull_opened", "ben", None, 2),
        ("octo/cat#3:issue_opened", "cy", None, 3),
        ("octo/cat#4:pull_closed@20250302T000000", "ann", "dee", 4),
        ("octo/cat#4:pull_opened", "dee", None, 4),
        ("octo/cat#5:pull_opened", None, None, 5),
        ("octo/cat:comment/11", "ben", "ann", 1),
        ("octo/cat:comment/12", "ann", "ann", 1),
        ("octo/cat:comment/13", "cy", "ben", 2),
        ("octo/cat:refs/tags/v1", "ann", None, None),
        ("octo/cat:refs/tags/v2", "ann", None, None),
        ("octo/cat:review/901", "cy", "ben", 2),
        ("octo/cat:review/902", "robot[bot]", None, 5),
        ("octo/cat:review_comment/21", "cy", "ben", 2),
    ]
    assert found.failures == ()
    assert found.events.schema == EVENT_SCHEMA


def test_the_tables_have_their_schemas_and_say_what_is_known(tmp_path: Path):
    found = Pretend([small()]).bring(tmp_path)
    assert (found.pulls.schema, found.coverage.schema) == (PULL_SCHEMA, COVERAGE_SCHEMA)
    assert (found.profiles.schema, found.repositories.schema) == (PROFILE_SCHEMA, REPOSITORY_SCHEMA)
    assert found.pulls.select(["number", "opened_at", "merged_at", "account"]).to_pylist() == [
        {"number": 2, "opened_at": SINCE + 3 * DAY, "merged_at": SINCE + 5 * DAY, "account": "ben"},
        {"number": 4, "opened_at": SINCE + 41 * DAY, "merged_at": None, "account": "dee"},
        {"number": 5, "opened_at": SINCE + 42 * DAY, "merged_at": None, "account": None},
    ]
    (one,) = found.repositories.to_pylist()
    assert (one["name"], one["topics"], one["stars"], one["seen_at"]) == ("octo/cat", ["agents"], 7, NOW)
    companies = dict(zip(found.profiles["login"].to_pylist(), found.profiles["company"].to_pylist(), strict=True))
    assert companies == {"ann": "Alpha", "ben": None, "cy": None, "dee": None}


def test_months_asked_for_whole_are_whole(tmp_path: Path):
    found = Pretend([small()]).bring(tmp_path)
    states = Counter(found.coverage["state"].to_pylist())
    assert states == {"complete": 14}  # 2025-01 to 2026-02
    assert sum(found.coverage["events_observed"].to_pylist()) == found.events.num_rows
    assert found.coverage["events_observed"].to_pylist() == found.coverage["events_expected"].to_pylist()


def test_a_month_that_is_not_over_is_partial(tmp_path: Path):
    found = Pretend([small()]).bring(tmp_path, now=datetime.fromisoformat("2026-02-15"))
    assert found.coverage.to_pylist()[-1]["state"] == "partial"
    assert "not over" in notes_of(found.coverage)[-1]


def test_stars_come_by_week_without_names(tmp_path: Path):
    found = Pretend([small()]).bring(tmp_path)
    weeks = found.extra_tables["star_weeks"]
    assert weeks.column_names == ["repository", "week", "stars"]
    assert weeks.num_rows == 61  # from the week that holds 2025-01-01


def test_requests_are_as_few_as_the_lists_allow(tmp_path: Path):
    pretend = Pretend([small()])
    feed = pretend.feed()
    feed.read_period(pretend.wanted(), PERIOD, tmp_path, NOW, lambda *_: None)
    assert feed.requests == {
        "comments": 1, "people": 1, "pulls": 1, "repositories": 1, "review_comments": 1, "stars": 3, "threads": 1,
    }  # fmt: skip
    assert pretend.repeated() == []
