"""Joining: acts that several sources tell of, small enough to count by hand."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pyarrow as pa
from hypothesis import given
from hypothesis import strategies as st

from ecotone.events import deduplicate
from ecotone.events.event_ids import closing_event_id, thread_event_id
from ecotone.events.schema import APPROXIMATE, EVENT_SCHEMA, EXACT

NOON = datetime.fromisoformat("2025-11-03T12:00")
LATER = datetime.fromisoformat("2025-11-03T15:00")


def event(event_id: str, source: str = "git", moment: datetime = NOON, **said: Any) -> dict[str, Any]:
    """One row of EVENT_SCHEMA."""
    return {
        "event_id": event_id, "source": source, "kind": "pull_opened", "project": "p", "repository": "o/p",
        "created_at": moment, "utc_offset_minutes": None, "account": "a@x.org", "other_account": None, "thread": 1,
        "commit": None, "timestamp_quality": EXACT, **said,
    }  # fmt: skip


def table(*rows: dict[str, Any]) -> pa.Table:
    return pa.Table.from_pylist(list(rows), schema=EVENT_SCHEMA)


def test_an_act_of_two_sources_is_one_event_with_both_names() -> None:
    git = table(event("o/p#1:pull_opened", timestamp_quality=APPROXIMATE), event("o/p@c1", kind="commit"))
    feed = table(event("o/p#1:pull_opened", "gharchive", LATER, account="octo", other_account="cat"))
    rows = {row["event_id"]: row for row in deduplicate.deduplicate_events([git, feed]).to_pylist()}
    assert len(rows) == 2
    opened = rows["o/p#1:pull_opened"]
    assert opened["source"] == "git+gharchive"
    assert opened["account"] == "a@x.org"  # git is believed first
    assert opened["other_account"] == "cat"  # what git leaves open the feed fills
    assert (opened["created_at"], opened["timestamp_quality"]) == (LATER, EXACT)  # exact goes before approximate
    assert rows["o/p@c1"]["source"] == "git"


def test_an_exact_time_of_the_first_source_stays() -> None:
    git, feed = table(event("o/p:refs/tags/v1", kind="release")), table(event("o/p:refs/tags/v1", "x", LATER))
    assert deduplicate.deduplicate_events([git, feed])["created_at"].to_pylist() == [NOON]


def test_what_one_feed_tells_twice_is_told_once() -> None:
    feed = table(event("o/p#1:pull_opened", "gharchive"), event("o/p#1:pull_opened", "gharchive"))
    joined = deduplicate.deduplicate_events([feed])
    assert joined["source"].to_pylist() == ["gharchive"]


def test_an_account_that_git_cannot_name_comes_from_the_feed() -> None:
    git = table(event("o/p#1:pull_opened", account=""))
    feed = table(event("o/p#1:pull_opened", "gharchive", account="octo"))
    assert deduplicate.deduplicate_events([git, feed])["account"].to_pylist() == ["octo"]
    assert deduplicate.deduplicate_events([git])["account"].to_pylist() == [""]


@given(st.lists(st.tuples(st.integers(0, 5), st.sampled_from(["git", "a", "b"])), max_size=30), st.randoms())
def test_nothing_is_lost_or_doubled_in_any_order(told: list[tuple[int, str]], chance: Any) -> None:
    by_source: dict[str, list[dict[str, Any]]] = {"git": [], "a": [], "b": []}
    for number, source in told:
        by_source[source].append(event(f"o/p#{number}:pull_opened", source, thread=number))
    tables = [table(*rows) for rows in by_source.values()]
    joined = deduplicate.deduplicate_events(tables)
    assert sorted(joined["thread"].to_pylist()) == sorted({number for number, _ in told})
    for rows in by_source.values():
        chance.shuffle(rows)
    assert deduplicate.deduplicate_events([table(*rows) for rows in by_source.values()]).equals(joined)


def unclear_case(merged: datetime | None) -> pa.Table:
    first = event(
        closing_event_id("o/p", 1, "pull_closed", NOON), "gharchive", NOON, kind="pull_closed", account="closer",
        other_account="author",
    )  # fmt: skip
    second = {**first, "event_id": closing_event_id("o/p", 1, "pull_closed", LATER), "created_at": LATER}
    pulls = pa.table({"repository": ["o/p"], "number": [1], "merged_at": pa.array([merged], pa.timestamp("us"))})
    return deduplicate.resolve_unclear_closes(table(first, second), pa.array([True, True]), pulls)


def test_the_close_nearest_to_a_landing_was_the_merge() -> None:
    rows = unclear_case(datetime.fromisoformat("2025-11-03T14:50")).to_pylist()
    assert [row["kind"] for row in rows] == ["pull_closed", "pull_merged"]
    assert rows[1]["event_id"] == thread_event_id("o/p", 1, "pull_merged")
    assert (rows[1]["account"], rows[1]["other_account"]) == ("author", "closer")


def test_a_close_that_git_shows_no_landing_near_stays_a_close() -> None:
    assert set(unclear_case(None)["kind"].to_pylist()) == {"pull_closed"}
    assert set(unclear_case(datetime.fromisoformat("2025-11-09T00:00"))["kind"].to_pylist()) == {"pull_closed"}


def test_accounts_of_one_act_stand_beside_each_other() -> None:
    git = table(event("o/p#1:pull_opened"), event("o/p#2:pull_opened", account=""), event("o/p@c", kind="commit"))
    feed = table(event("o/p#1:pull_opened", "g", account="octo"), event("o/p#2:pull_opened", "g", account="cat"))
    assert deduplicate.find_shared_events(git, feed).to_pylist() == [
        {"repository": "o/p", "kind": "pull_opened", "account": "a@x.org", "login": "octo"}
    ]


def review(event_id: str, second: int, account: str = "ann", thread: int = 1) -> dict[str, Any]:
    moment = NOON + timedelta(seconds=second)
    return event(event_id, "feed", moment, kind="review", account=account, thread=thread)


def test_a_review_without_a_number_takes_that_of_the_same_review_elsewhere() -> None:
    archive = table(review("o/p:review/1", 0), review("o/p:review/2", 4), review("o/p:review/3", 0, thread=2))
    api = table(review("o/p:review/1", 1))
    bare = table(
        review("a", 0, "Ann"),  # the first of two in four seconds
        review("b", 4),
        review("c", 6),  # a third that nobody else has
        review("d", 0, "ben"),
        review("e", 60, thread=2),  # a minute later it is another
        event("a", "feed"),
    )
    found = deduplicate.match_review_ids(bare, [api, archive])
    assert found["event_id"].to_pylist() == ["o/p:review/1", "o/p:review/2", "c", "d", "e", "a"]
    assert deduplicate.match_review_ids(bare, []) == bare
