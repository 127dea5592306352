from __future__ import annotations

from collections import Counter
from datetime import date

import httpx
import pytest

from ecotone.simulation.feeds.archive_eras import is_event_published
from ecotone.simulation.world import to_datetime
from tests.fakes import serve_clickhouse
from tests.fakes.clickhouse.event_table import COLUMNS
from tests.fakes.clickhouse.server import TROUBLES, ClickHouseServer

from ..conftest import Told, tell

MONTHLY = """SELECT repo_name, toStartOfMonth(created_at) AS month, count() AS n, uniqExact(actor_login) AS people
FROM github_events WHERE event_type = 'WatchEvent' AND repo_name IN {names:Array(String)}
GROUP BY repo_name, month ORDER BY repo_name, month FORMAT JSONCompact"""


def ask(server: ClickHouseServer, text: str, **parameters: str) -> httpx.Response:
    given = {f"param_{name}": value for name, value in parameters.items()}
    return httpx.post(server.url, params={"user": "play", **given}, content=text, timeout=None)


def monthly(told_: Told, *, lost: bool) -> list[list[object]]:
    found: Counter[tuple[str, date]] = Counter()
    people: dict[tuple[str, date], set[str]] = {}
    for position, act in enumerate(told_.feeds.acts):
        if act.kind == "star" and (lost or position not in told_.hours.lost):
            key = act.feed.find_name_at(act.at), to_datetime(act.at).date().replace(day=1)
            found[key] += 1
            people.setdefault(key, set()).add(act.by.login)
    return [
        [name, f"{month}", str(count), str(len(people[name, month]))] for (name, month), count in sorted(found.items())
    ]


def test_counts_are_the_true_ones(middle: Told):
    names = str([feed.project.repository for feed in middle.feeds.projects]).replace(", ", ",")
    with serve_clickhouse(middle.feeds) as server:
        answer = ask(server, MONTHLY, names=names).json()
    assert answer["data"] == monthly(middle, lost=True)
    assert [one["type"] for one in answer["meta"]] == ["String", "Date", "UInt64", "UInt64"]


def test_the_archives_losses_are_inherited(tmp_path):
    damaged = tell(tmp_path, date(2025, 10, 1), months=6, names=("pages", "week"), filler=9)
    names = str([feed.project.repository for feed in damaged.feeds.projects]).replace(", ", ",")
    with serve_clickhouse(damaged.feeds, damaged.hours) as server:
        found = ask(server, MONTHLY, names=names).json()["data"]
    assert found == monthly(damaged, lost=False)
    assert found != monthly(damaged, lost=True)


def test_the_columns_are_the_tables_and_never_null(timeline: Told):
    with serve_clickhouse(timeline.feeds) as server:
        answer = ask(server, "SELECT * FROM github_events FORMAT JSON").json()
    assert [one["name"] for one in answer["meta"]] == COLUMNS.names
    assert all(value is not None for row in answer["data"] for value in row.values())
    assert answer["rows"] == sum(
        act.kind != "discussion" and is_event_published(act.kind, act.at) for act in timeline.feeds.acts
    )
    early = [row for row in answer["data"] if row["event_type"] == "IssueCommentEvent" and row["created_at"] < "2015"]
    assert {row["number"] for row in early} == {0}


@pytest.mark.parametrize(
    ("text", "status", "code"),
    [
        ("SELEC 1", 400, 62),
        ("SELECT nothing FROM github_events", 404, 47),
        ("SELECT 1 FROM nothing", 404, 60),
        ("DROP TABLE github_events", 500, 164),
        ("SELECT 1 FORMAT Nothing", 400, 73),
        ("SELECT {a:String}", 400, 456),
        ("SELECT {n:UInt64}", 400, 457),
    ],
)
def test_a_wrong_query_is_refused_with_its_code(middle: Told, text, status, code):
    with serve_clickhouse(middle.feeds) as server:
        answer = ask(server, text, n="x")
    assert answer.status_code == status
    assert answer.text.startswith(f"Code: {code}. DB::Exception:")


def test_formats(middle: Told):
    text = "SELECT event_type, count() AS n FROM github_events GROUP BY event_type ORDER BY event_type"
    with serve_clickhouse(middle.feeds) as server:
        rows = ask(server, f"{text} FORMAT JSONEachRow").text.splitlines()
        plain = ask(server, text).text.splitlines()
        named = ask(server, f"{text} FORMAT CSVWithNames").text.splitlines()
        unquoted = httpx.post(
            server.url, params={"output_format_json_quote_64bit_integers": "0"}, content=f"{text} FORMAT JSONCompact"
        ).json()
    assert len(rows) == len(plain) == len(named) - 1 == len(unquoted["data"])
    assert plain[0].split("\t")[0] == "CommitCommentEvent"
    assert named[0] == '"event_type","n"'
    assert all(isinstance(count, int) for _, count in unquoted["data"])


@pytest.mark.parametrize("trouble", TROUBLES)
def test_a_trouble_strikes_and_then_lets_the_query_through(middle: Told, trouble):
    text = "SELECT count() FROM github_events FORMAT JSONCompact"
    with serve_clickhouse(middle.feeds) as server:
        truth = ask(server, text).json()["data"]
    with serve_clickhouse(middle.feeds, None, (trouble,), share=1.0, most=1) as server:
        try:
            first = ask(server, text)
            assert trouble == "slow" or first.status_code != 200 or "DB::Exception" in first.text
        except httpx.RemoteProtocolError:
            assert trouble in ("cut", "length")
        assert ask(server, text).json()["data"] == truth
        assert server.log.count_troubles() == {trouble: 1}
