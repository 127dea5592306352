"""The queries on ClickHouse's own engine, on a table with the columns of the public playground.

Runs where chdb is installed (`pip install chdb`, 900 MB); the simulated server is tested everywhere.
"""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import httpx
import pytest

from ecotone.events.sources.base import Period, RepositoryTarget
from ecotone.events.sources.clickhouse.feed_reader import ClickHouseReader

chdb = pytest.importorskip("chdb")

ACTIONS = (
    "none created added edited deleted opened closed reopened assigned unassigned labeled unlabeled review_requested"
    " review_request_removed synchronize started published update create fork merged"
)
TYPES = (
    "CommitCommentEvent CreateEvent DeleteEvent ForkEvent GollumEvent IssueCommentEvent IssuesEvent MemberEvent"
    " PublicEvent PullRequestEvent PullRequestReviewCommentEvent PushEvent ReleaseEvent SponsorshipEvent WatchEvent"
    " GistEvent FollowEvent DownloadEvent PullRequestReviewEvent ForkApplyEvent Event TeamAddEvent"
)


def enum(words: str) -> str:
    return "Enum8(" + ", ".join(f"'{word}' = {place}" for place, word in enumerate(words.split())) + ")"


TABLE = f"""create table github_events (file_time DateTime, event_type {enum(TYPES)},
    actor_login LowCardinality(String), repo_name LowCardinality(String), created_at DateTime, updated_at DateTime,
    action {enum(ACTIONS)}, comment_id UInt64, body String, path String, position Int32, line Int32,
    ref LowCardinality(String), ref_type {enum("none branch tag repository unknown")},
    creator_user_login LowCardinality(String), number UInt32, title String, labels Array(LowCardinality(String)),
    state {enum("none open closed")}, locked UInt8, assignee LowCardinality(String),
    assignees Array(LowCardinality(String)), comments UInt32,
    author_association {enum("NONE CONTRIBUTOR OWNER MEMBER")},
    closed_at DateTime, merged_at DateTime, merge_commit_sha String,
    requested_reviewers Array(LowCardinality(String)), requested_teams Array(LowCardinality(String)),
    head_ref LowCardinality(String), head_sha String, base_ref LowCardinality(String), base_sha String, merged UInt8,
    mergeable UInt8, rebaseable UInt8, mergeable_state {enum("unknown dirty clean unstable draft")},
    merged_by LowCardinality(String), review_comments UInt32, maintainer_can_modify UInt8, commits UInt32,
    additions UInt32, deletions UInt32, changed_files UInt32, diff_hunk String, original_position UInt32,
    commit_id String, original_commit_id String, push_size UInt32, push_distinct_size UInt32,
    member_login LowCardinality(String), release_tag_name String, release_name String,
    review_state {enum("none approved changes_requested commented dismissed pending")}
) engine MergeTree order by (event_type, repo_name, created_at)"""

ROWS = """
('IssuesEvent', 'ann', 'octo/cat', '2024-01-01 00:00:00', 'opened', 0, 'ann', 1, 0, '', '')
('IssuesEvent', 'ann', 'octo/cat', '2024-01-01 00:00:00', 'opened', 0, 'ann', 1, 0, '', '')
('IssueCommentEvent', 'ben', 'octo/cat', '2024-01-31 23:59:59', 'created', 77, 'ben', 1, 0, '', '')
('PullRequestEvent', 'cy', 'octo/cat', '2024-02-01 00:00:00', 'opened', 0, 'cy', 2, 0, '', '')
('PullRequestEvent', 'ann', 'octo/cat', '2024-02-02 00:00:00', 'closed', 0, 'cy', 2, 1, '', '')
('PullRequestReviewEvent', 'ben', 'octo/cat', '2024-02-01 12:00:00', 'created', 0, 'cy', 2, 0, '', '')
('PullRequestEvent', 'dee', 'octo/cat', '2025-10-20 00:00:00', 'closed', 0, '', 3, 0, '', '')
('PullRequestEvent', 'dee', 'octo/cat', '2026-01-20 00:00:00', 'closed', 0, '', 4, 0, '', '')
('PullRequestEvent', 'dee', 'octo/cat', '2026-01-21 00:00:00', 'merged', 0, '', 5, 0, '', '')
('WatchEvent', 'fan', 'octo/cat', '2024-02-03 00:00:00', 'started', 0, '', 0, 0, '', '')
('WatchEvent', 'fan2', 'octo/cat', '2024-02-03 00:00:00', 'started', 0, '', 0, 0, '', '')
('ReleaseEvent', 'ann', 'octo/cat', '2024-02-04 00:00:00', 'published', 0, '', 0, 0, 'v1', '')
('ReleaseEvent', 'x', 'other/one', '2026-02-27 23:00:00', 'published', 0, '', 0, 0, 'v9', '')
('IssuesEvent', 'x', 'other/one', '2024-01-01 00:00:00', 'opened', 0, 'x', 1, 0, '', '')
"""


@pytest.fixture(scope="module")
def engine():
    session = chdb.session.Session()
    session.query(TABLE)
    values = ROWS.strip().replace("\n", ",")
    session.query(
        "insert into github_events (event_type, actor_login, repo_name, created_at, action, comment_id,"
        f" creator_user_login, number, merged, release_tag_name, commit_id) values {values}"
    )
    yield session
    session.close()


def transport(session) -> httpx.MockTransport:
    def answer(request: httpx.Request) -> httpx.Response:
        sql, _, form = request.content.decode().rpartition("FORMAT ")
        given = {name.removeprefix("param_"): value for name, value in request.url.params.items() if "param_" in name}
        for name in ("session_timezone", "max_execution_time", "max_result_rows"):
            session.query(f"set {name} = '{request.url.params[name]}'")
        try:
            found = session.query(sql, form.strip(), params=given)
        except RuntimeError as error:
            return httpx.Response(500, text=str(error))
        return httpx.Response(200, text=str(found))

    return httpx.MockTransport(answer)


def test_the_queries_are_understood_and_count_what_is_there(engine, tmp_path: Path):
    feed = ClickHouseReader(people=True, transport=transport(engine))
    wanted = [RepositoryTarget("octo/cat", "octo/cat", "https://github.com/octo/cat", None, None)]
    now = datetime.fromisoformat("2026-02-28T00:00:00")
    period = Period(datetime.fromisoformat("2024-01-01"), now)
    found = feed.read_period(wanted, period, tmp_path, now, lambda *_: None)
    assert found.failures == ()
    counts = [
        (f"{row['month']:%Y-%m}", row["kind"], row["events"], row["actors"])
        for row in found.extra_tables["counts"].to_pylist()
    ]
    assert counts == [
        ("2024-01", "comment", 1, 1),
        ("2024-01", "issue_opened", 1, 1),
        ("2024-02", "pull_merged", 1, 1),
        ("2024-02", "pull_opened", 1, 1),
        ("2024-02", "release", 1, 1),
        ("2024-02", "review", 1, 1),
        ("2024-02", "star", 2, 2),
        ("2025-10", "pull_ended", 1, 1),
        ("2026-01", "pull_closed", 1, 1),
        ("2026-01", "pull_merged", 1, 1),
    ]
    assert [(row["event_id"], row["account"], row["other_account"]) for row in found.events.to_pylist()] == [
        ("octo/cat#1:issue_opened", "ann", None),
        ("octo/cat:comment/77", "ben", "ann"),
        ("octo/cat#2:pull_opened", "cy", None),
        ("octo/cat:review/2/ben@20240201T120000", "ben", "cy"),
        ("octo/cat#2:pull_merged", "cy", "ann"),
        ("octo/cat:star/fan2@20240203T000000", "fan2", None),
        ("octo/cat:star/fan@20240203T000000", "fan", None),
        ("octo/cat:refs/tags/v1", "ann", None),
        ("octo/cat#3:pull_closed@20251020T000000", "dee", None),
        ("octo/cat#4:pull_closed@20260120T000000", "dee", None),
        ("octo/cat#5:pull_merged", None, "dee"),
    ]
    assert found.extra_tables["unclear"]["event_id"].to_pylist() == ["octo/cat#3:pull_closed@20251020T000000"]
    assert feed.requests == {"acts": 1, "counts": 1, "pulse": 1}
