import json
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecotone.events.sources.gharchive.line_reader import repository_of
from ecotone.events.sources.gharchive.row_extraction import (
    COLUMN_READERS,
    ID_COLUMNS,
    InvalidTime,
    has_id_columns,
    parse_timestamp,
    row_from_event,
)
from ecotone.events.sources.gharchive.row_schema import ROW_SCHEMA, table_from_rows

from .making import ERAS, at, event, kept

HOUR = at("2015-01-01")


def rows(era: str, kind: str) -> list[dict[str, Any]]:
    told = (json.loads(line) for line in kept(era))
    return [dict(row_from_event(one, HOUR)) for one in told if one["type"] == kind]


def test_a_push_of_2012_has_its_commits_and_its_pusher():
    (row,) = rows("2011-2014", "PushEvent")
    assert row["created_at"] == at("2012-06-14T22:01:39")
    assert (row["id"], row["name"], row["actor"], row["organisation"]) == (None, "octo/cat", "login-1", "octo")
    assert [commit["sha"][0] for commit in row["commits"]] == ["b", "a"]
    assert [commit["distinct"] for commit in row["commits"]] == [True, False]
    assert (row["profile_company"], row["default_branch"]) == ("Example Works", "trunk")


def test_threads_of_2012_are_named_by_addresses_alone():
    assert [row["thread"] for row in rows("2011-2014", "IssuesEvent")] == [9, 9]
    (comment,) = rows("2011-2014", "IssueCommentEvent")
    assert (comment["thread"], comment["native"], comment["is_pull"]) == (9, "6344615", False)
    (review,) = rows("2011-2014", "PullRequestReviewCommentEvent")
    assert (review["thread"], review["native"], review["is_pull"]) == (10, "989247", True)


def test_a_request_of_2021_says_all():
    opened, merged, *_ = rows("2015-2025", "PullRequestEvent")
    assert (opened["thread"], opened["author"], opened["merged"], opened["commit"]) == (21, "login-2", False, "2" * 40)
    assert (merged["merged"], merged["merged_by"], merged["commit"]) == (True, "login-1", "9" * 40)
    assert (merged["default_branch"], merged["stars"], merged["topics"]) == ("trunk", 40, ["felines"])


def test_a_request_since_2025_10_says_not_whether_it_was_merged():
    found = {(row["thread"], row["action"]): row["merged"] for row in rows("since-2025-10", "PullRequestEvent")}
    assert found[31, "closed"] is None
    assert found[32, "merged"] is True
    assert found[31, "opened"] is None


def test_a_push_since_2025_10_says_nothing_of_its_commits():
    (row,) = rows("since-2025-10", "PushEvent")
    assert (row["commits"], row["size"], row["commit"], row["before"]) == (None, None, "4" * 40, "d" * 40)


def test_a_review_comment_names_its_review():
    assert [row["review"] for row in rows("2015-2025", "PullRequestReviewCommentEvent")] == [501, 502]
    (review,) = rows("2015-2025", "PullRequestReviewEvent")
    assert (review["review"], review["review_state"]) == (501, "approved")


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2012-06-14T15:01:39-07:00", "2012-06-14T22:01:39"),
        ("2014-12-02T18:55:46-08:00", "2014-12-03T02:55:46"),
        ("2015-01-01T01:00:00Z", "2015-01-01T01:00:00"),
        ("2011/02/12 00:00:00 -0800", "2011-02-12T08:00:00"),
    ],
)
def test_times_are_naive_utc(text: str, moment: str):
    assert parse_timestamp(text) == at(moment)


@pytest.mark.parametrize("text", [None, 5, "", "yesterday", "2015-13-01T00:00:00Z", "0001-01-01T00:00:00+14:00"])
def test_what_is_no_time_is_refused(text: object):
    with pytest.raises(InvalidTime):
        parse_timestamp(text)


def test_every_line_gives_a_row_that_a_table_holds():
    told = [json.loads(line) for era in ERAS for line in kept(era)]
    found = [row_from_event(one, HOUR) for one in told if repository_of(one)]
    table = table_from_rows(found)
    table.validate(full=True)
    assert table.num_rows == 53
    assert all(set(row) <= set(ROW_SCHEMA.names) for row in found)


json_like = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner, max_size=3),
    max_leaves=8,
)
keys = st.sampled_from(
    [
        "action",
        "number",
        "issue",
        "comment",
        "pull_request",
        "review",
        "commits",
        "shas",
        "ref",
        "head",
        "base",
        "repo",
        "user",
        "id",
        "release",
        "forkee",
        "discussion",
        "merged",
        "merged_at",
        "merged_by",
        "created_at",
        "topics",
        "_links",
        "html",
        "href",
        "url",
        "size",
        "author",
        "login",
        "member",
    ]
)
payloads = st.recursive(json_like, lambda inner: st.dictionaries(keys, inner, max_size=5), max_leaves=12)


@given(st.sampled_from([*COLUMN_READERS, "WatchEvent"]), payloads, payloads, st.booleans())
def test_whatever_a_payload_holds_a_row_comes_of_it(kind: str, payload: object, actor: object, early: bool):
    place = {"repository": {"owner": "octo", "name": "cat"}} if early else {"repo": {"id": 7, "name": "octo/cat"}}
    event = {"id": "1", "type": kind, "actor": actor, "payload": payload, "created_at": "2020-01-01T00:00:00Z", **place}
    table = table_from_rows([row_from_event(event, HOUR)])
    table.validate(full=True)
    (row,) = table.to_pylist()
    assert (row["hour"], row["id"], row["type"]) == (HOUR, "1", kind)


def test_the_hour_is_the_file_s_not_the_event_s():
    row = row_from_event(json.loads(kept("2015-2025")[0]), at("1970-01-01"))
    assert row["hour"] == at("1970-01-01")


@pytest.mark.parametrize("kind", sorted(ID_COLUMNS))
def test_an_act_that_cannot_be_named_is_not_complete(kind: str):
    bare = json.loads(event(1, kind, "2020-01-01T00:00:00Z")) | {"actor": None}
    assert not has_id_columns(row_from_event(bare, HOUR))
    lines = [json.loads(line) for era in ERAS for line in kept(era)]
    rows = [row_from_event(line, HOUR) for line in lines if line["type"] == kind]
    assert rows
    assert all(map(has_id_columns, rows))


@pytest.mark.parametrize("write", [str, float, "0{}".format], ids=["quotes", "point", "a zero before"])
def test_numbers_that_are_written_in_another_way_are_numbers(write: Callable[[int], object]):
    def rewritten(value: object) -> object:
        if isinstance(value, dict):
            return {key: rewritten(inner) for key, inner in value.items()}
        if isinstance(value, list):
            return [rewritten(inner) for inner in value]
        return write(value) if isinstance(value, int) and not isinstance(value, bool) else value

    for line in [json.loads(line) for era in ERAS for line in kept(era)]:
        if repository_of(line):
            assert row_from_event(rewritten(line), HOUR) == row_from_event(line, HOUR)
