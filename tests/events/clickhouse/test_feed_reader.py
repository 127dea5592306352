"""The feed against the simulated ClickHouse, and against all kinds of broken answers of its HTTP interface."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecotone.events.schema import COUNT_SCHEMA, COVERAGE_SCHEMA, EVENT_SCHEMA, PULL_SCHEMA
from ecotone.events.sources.base import FeedTables, Period, RepositoryTarget
from ecotone.events.sources.clickhouse import sql_queries
from ecotone.events.sources.clickhouse.client import ClickHouseClient, QueryTooLarge
from ecotone.events.sources.clickhouse.feed_reader import ClickHouseReader, find_credentials
from ecotone.events.sources.clickhouse.fetcher import (
    event_from_row,
    month_end_second,
    month_start_second,
    months_in_range,
)
from ecotone.events.sources.clickhouse.query_cache import Pulse, QueryCache
from ecotone.events.sources.clickhouse.source import ClickHouseSource
from ecotone.events.sources.clickhouse.table_coverage import count_lost_hours
from ecotone.events.sources.http import Clock
from ecotone.events.sources.secret import Token
from ecotone.foundation.errors import SourceMalformed, SourceUnavailable
from ecotone.simulation.feeds import FieldFeeds, generate_feeds
from ecotone.simulation.feeds.feed_truth import list_event_rows
from ecotone.simulation.simulated_field import make_simulated_field
from tests.events.noting import notes_of, sentences
from tests.fakes import serve_clickhouse

NOW = datetime.fromisoformat("2025-05-20")
PERIOD = Period(datetime.fromisoformat("2024-01-01"), NOW)
TROUBLES = ("429", "502", "cut", "length", "midway", "timeout", "memory")
PASSWORD = "clickhouse-password-SECRET"


@dataclass(frozen=True, repr=False)  # an assertion that fails shows it
class World:
    feeds: FieldFeeds
    wanted: list[RepositoryTarget]


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> World:
    folder = tmp_path_factory.mktemp("field")
    field = make_simulated_field(folder, seed=4, projects=4, people=30, months=16, last_month=date(2025, 4, 1), pace=5)
    feeds = generate_feeds(field, renames=False)
    names = [one.project.repository for one in feeds.projects]
    return World(feeds, [RepositoryTarget(name, name, f"https://github.com/{name}", None, None) for name in names])


def still(_: float) -> None:
    """A clock without waiting."""


def read(world: World, url: str, folder: Path, **options: object) -> tuple[ClickHouseReader, FeedTables]:
    feed = ClickHouseReader(url, clock=Clock(sleep=still), **options)
    return feed, feed.read_period(world.wanted, PERIOD, folder, NOW, lambda *_: None)


def true_acts(world: World) -> Counter:
    rows = (
        row
        for row in list_event_rows(world.feeds)
        if row["kind"] in ClickHouseSource.event_kinds and row["lost"] is None
    )
    inside = (row for row in rows if "2024-01" <= str(row["created_at"]) < "2025-05-20")
    return Counter((row["kind"], row["id"] if row["kind"] != "review" else "", row["account"]) for row in inside)


def acts(found: FeedTables) -> Counter:
    rows = found.events.to_pylist()
    return Counter((row["kind"], row["event_id"] if row["kind"] != "review" else "", row["account"]) for row in rows)


def test_every_act_is_there_and_the_counts_are_those_of_the_acts(world: World, tmp_path: Path):
    with serve_clickhouse(world.feeds, None) as server:
        feed, found = read(world, server.url, tmp_path, people=True)
        assert server.log.list_repeated_requests() == []
    assert found.failures == ()
    mine, true = acts(found), true_acts(world)
    assert sorted((mine - true) + (true - mine))[:5] == []
    counted = Counter()
    for row in found.extra_tables["counts"].to_pylist():
        counted[row["kind"]] += row["events"]
    assert counted == Counter(found.events["kind"].to_pylist())
    assert feed.requests == {"acts": 1, "counts": 1, "pulse": 1}
    assert (found.events.schema, found.pulls.schema) == (EVENT_SCHEMA, PULL_SCHEMA)
    assert (found.coverage.schema, found.extra_tables["counts"].schema) == (COVERAGE_SCHEMA, COUNT_SCHEMA)


def test_a_close_that_may_be_a_merge_is_neither_until_git_decides(tmp_path: Path):
    """From October 2025 on the table has `merged` = 0 for every request, which means nothing."""
    field = make_simulated_field(
        tmp_path / "f", seed=6, projects=2, people=20, months=6, last_month=date(2026, 1, 1), pace=6
    )
    feeds = generate_feeds(field, renames=False)
    names = [one.project.repository for one in feeds.projects]
    world = World(feeds, [RepositoryTarget(name, name, "", None, None) for name in names])
    period = Period(datetime.fromisoformat("2025-08-01"), datetime.fromisoformat("2026-02-01"))
    with serve_clickhouse(feeds, None, ambiguous=True) as server:
        feed = ClickHouseReader(server.url, people=True)
        found = feed.read_period(world.wanted, period, tmp_path / "w", period.until, lambda *_: None)
    ended = [row for row in found.extra_tables["counts"].to_pylist() if row["kind"] == "pull_ended"]
    assert {f"{row['month']:%Y-%m}" for row in ended} == {"2025-10", "2025-11", "2025-12"}
    assert sum(row["events"] for row in ended) >= found.extra_tables["unclear"].num_rows > 20
    true = [row for row in list_event_rows(feeds) if row["kind"] in ("pull_merged", "pull_closed")]
    before = {row["id"] for row in true if str(row["created_at"]) < "2025-10-07"}
    kinds = ("pull_merged", "pull_closed")
    mine = [row for row in found.events.to_pylist() if row["kind"] in kinds]
    trimmed = datetime.fromisoformat("2025-10-07")
    assert {row["event_id"] for row in mine if row["created_at"] < trimmed} == before
    unclear = set(found.extra_tables["unclear"]["event_id"].to_pylist())
    told = {row["event_id"] for row in mine if row["created_at"] >= trimmed} - unclear
    assert told <= {row["id"] for row in true}


def test_a_merge_told_as_a_close_too_is_one_end(tmp_path: Path):
    at = month_start_second(2026_01)
    rows = [
        ["octo/cat", "pull_opened", at, "ann", 7, "0", "", "", ""],
        ["octo/cat", "pull_merged", at + 100, "ben", 7, "0", "", "", ""],
        ["octo/cat", "pull_closed", at + 101, "ben", 7, "0", "", "", ""],
        ["octo/cat", "pull_closed", at + 999, "ben", 8, "0", "", "", ""],
    ]

    def answer(request: httpx.Request) -> httpx.Response:
        sql = request.content.decode()
        if "uniqExact" in sql:
            return whole([["octo/cat", 2026_01, "pull_closed", 4, 1]])
        return whole(rows) if "SELECT DISTINCT" in sql else whole([[at + 86400 * 40, 1]])

    feed = ClickHouseReader(people=True, transport=httpx.MockTransport(answer))
    period = Period(datetime.fromisoformat("2026-01-01"), datetime.fromisoformat("2026-02-01"))
    wanted = [RepositoryTarget("octo/cat", "octo/cat", "", None, None)]
    found = feed.read_period(wanted, period, tmp_path, datetime.fromisoformat("2026-02-20"), lambda *_: None)
    ends = [(row["kind"], row["thread"], row["account"], row["other_account"]) for row in found.events.to_pylist()]
    assert ends == [
        ("pull_opened", 7, "ann", None),
        ("pull_merged", 7, "ann", "ben"),
        ("pull_closed", 8, "ben", None),
    ]
    assert found.pulls.select(["number", "account"]).to_pylist() == [{"number": 7, "account": "ann"}]


def test_without_people_only_counts_are_read(world: World, tmp_path: Path):
    with serve_clickhouse(world.feeds, None) as server:
        feed, found = read(world, server.url, tmp_path)
    assert feed.requests == {"counts": 1, "pulse": 1}
    assert found.events.num_rows == 0
    assert found.extra_tables["counts"].num_rows > 100


@pytest.mark.parametrize("trouble", TROUBLES)
def test_no_trouble_changes_anything(world: World, tmp_path: Path, trouble: str):
    with serve_clickhouse(world.feeds, None) as server:
        _, clean = read(world, server.url, tmp_path / "clean", people=True)
    with serve_clickhouse(world.feeds, None, trouble=(trouble,), share=0.9) as server:
        _, found = read(world, server.url, tmp_path / "troubled", people=True)
    assert found.failures == ()
    assert found.events == clean.events
    assert found.extra_tables["counts"] == clean.extra_tables["counts"]


def test_a_second_reading_asks_only_for_months_that_can_have_changed(world: World, tmp_path: Path):
    with serve_clickhouse(world.feeds, None) as server:
        feed, first = read(world, server.url, tmp_path, people=True)
        _, again = read(world, server.url, tmp_path, people=True)
        feed = ClickHouseReader(server.url, people=True)
        later = feed.read_period(world.wanted, PERIOD, tmp_path, datetime.fromisoformat("2025-06-20"), lambda *_: None)
        assert server.log.list_repeated_requests() == []
    assert again.events == first.events
    assert later.events == first.events
    assert feed.requests == {"acts": 1, "counts": 1, "pulse": 1}  # of May alone


# coverage


def states(found: FeedTables, repository: str) -> dict[str, str]:
    rows = (row for row in found.coverage.to_pylist() if row["repository"] == repository)
    return {f"{row['month']:%Y-%m}": row["state"] for row in rows}


def test_a_name_without_events_is_not_observed_and_never_zero(world: World, tmp_path: Path):
    with serve_clickhouse(world.feeds, None) as server:
        other = World(world.feeds, [RepositoryTarget("x", "octo/UNKNOWN", "", None, None)])
        _, found = read(other, server.url, tmp_path)
    assert set(states(found, "octo/UNKNOWN").values()) == {"not_observed"}
    assert found.coverage["events_observed"].null_count == found.coverage.num_rows


def of_rows(counts: list[list], acts: list[list], folder: Path, name: str = "octo/cat") -> FeedTables:
    """The result for January to March 2024 from a table with these rows."""

    def answer(request: httpx.Request) -> httpx.Response:
        sql = request.content.decode()
        if "uniqExact" in sql:
            return whole(counts)
        return whole(acts) if "SELECT DISTINCT" in sql else whole([[month_start_second(2024_04), 1]])

    feed = ClickHouseReader(people=bool(acts), transport=httpx.MockTransport(answer), clock=Clock(sleep=still))
    period = Period(datetime.fromisoformat("2024-01-01"), datetime.fromisoformat("2024-04-01"))
    wanted = [RepositoryTarget(name, name, "", None, None)]
    return feed.read_period(wanted, period, folder, datetime.fromisoformat("2024-05-20"), lambda *_: None)


MONTHS = [["octo/cat", month, "comment", 3, 2] for month in (2024_01, 2024_02, 2024_03)]


def test_months_behind_the_last_event_of_a_name_are_unknown_and_not_zero(tmp_path: Path):
    """It may have been renamed, which the table does not show."""
    found = of_rows(MONTHS[:1], [], tmp_path)
    assert list(states(found, "octo/cat").values()) == ["complete", "not_observed", "not_observed"]
    # between two events the repository existed
    gap = of_rows([MONTHS[0], MONTHS[2]], [], tmp_path / "gap")
    assert list(states(gap, "octo/cat").values()) == ["complete", "complete", "complete"]


def test_a_count_that_cannot_be_read_makes_its_months_partial(tmp_path: Path):
    found = of_rows([*MONTHS, ["octo/cat", 2024_02, "star", "-5", 1]], [], tmp_path)
    assert set(states(found, "octo/cat").values()) == {"partial"}
    assert "1 row could not be read" in notes_of(found.coverage)[1]
    assert "1 row does not have the documented form" in sentences(found.failures)[0][1]


def test_an_act_that_cannot_be_named_makes_its_month_partial(tmp_path: Path):
    at = month_start_second(2024_02)
    acts = [["octo/cat", "comment", at + n, "ann", 7, str(n), "", "", ""] for n in (1, 2)]
    found = of_rows(MONTHS, [*acts, ["octo/cat", "star", at, "", 0, "0", "", "", ""]], tmp_path)
    assert list(states(found, "octo/cat").values()) == ["complete", "partial", "complete"]
    again = of_rows(MONTHS, [*acts, ["octo/cat", "", at, "", 0, "0", "", "", ""]], tmp_path / "none")  # no act at all
    assert set(states(again, "octo/cat").values()) == {"complete"}


def test_a_name_is_asked_for_in_small_letters_too(tmp_path: Path):
    assert of_rows(MONTHS, [], tmp_path, "Octo/Cat").extra_tables["counts"].num_rows == 3


def test_months_that_the_archive_lost_are_damaged_here_too(tmp_path: Path):
    hours = [month_start_second(2025_04) + n * 3600 for n in range(24 * 200)]
    feed = ClickHouseReader(transport=pretending(hours), clock=Clock(sleep=still))
    period = Period(datetime.fromisoformat("2025-04-01"), datetime.fromisoformat("2025-08-01"))
    wanted = [RepositoryTarget("octo/cat", "octo/cat", "", None, None)]
    found = feed.read_period(wanted, period, tmp_path, datetime.fromisoformat("2025-09-01"), lambda *_: None)
    assert states(found, "octo/cat") == {
        "2025-04": "complete", "2025-05": "damaged", "2025-06": "damaged", "2025-07": "damaged",
    }  # fmt: skip
    assert "one of three pages" in notes_of(found.coverage)[2]
    whole = feed_without_archive(tmp_path / "own", hours, wanted, period)
    assert set(states(whole, "octo/cat").values()) == {"complete"}


def feed_without_archive(folder: Path, hours: list[int], wanted: list[RepositoryTarget], period: Period) -> FeedTables:
    feed = ClickHouseReader(transport=pretending(hours), archive=None)
    return feed.read_period(wanted, period, folder, datetime.fromisoformat("2025-09-01"), lambda *_: None)


def test_hours_that_the_table_itself_lost_make_a_month_partial(tmp_path: Path):
    lost = {month_start_second(2024_02) + n * 3600 for n in range(30, 40)}
    hours = [at for at in range(month_start_second(2024_01), month_start_second(2024_04), 3600) if at not in lost]
    feed = ClickHouseReader(transport=pretending(hours))
    period = Period(datetime.fromisoformat("2024-01-01"), datetime.fromisoformat("2024-05-01"))
    wanted = [RepositoryTarget("octo/cat", "octo/cat", "", None, None)]
    found = feed.read_period(wanted, period, tmp_path, datetime.fromisoformat("2024-06-01"), lambda *_: None)
    assert states(found, "octo/cat") == {
        "2024-01": "complete", "2024-02": "partial", "2024-03": "complete", "2024-04": "not_observed",
    }  # fmt: skip
    assert "10 of 696 hours lost" in notes_of(found.coverage)[1]
    assert found.coverage["events_expected"].to_pylist()[1] is None


def test_a_table_of_a_few_repositories_says_nothing_of_lost_hours(tmp_path: Path):
    with QueryCache(tmp_path) as shelf:
        shelf.store_pulse([(1, 3), (900, 2)], Pulse(None, 0, 0, 0))
        assert count_lost_hours(shelf) == {}


def pretending(hours: list[int], releases: int = 2000) -> httpx.MockTransport:
    """A table with the given number of releases in each hour, and one star of octo/cat a month."""

    def answer(request: httpx.Request) -> httpx.Response:
        sql, given = request.content.decode(), request.url.params
        since, until = (
            datetime.fromisoformat(given[f"param_{name}"] + "+00:00").timestamp() for name in ("since", "until")
        )
        if "AS hour" in sql:
            return whole([[str(at), str(releases)] for at in hours if since <= at < until])
        months = [month for year in range(2023, 2027) for month in range(year * 100 + 1, year * 100 + 13)]
        return whole(
            [["octo/cat", month, "star", "1", "1"] for month in months if since <= month_start_second(month) < until]
        )

    return httpx.MockTransport(answer)


def whole(rows: list[list[object]], columns: int | None = None) -> httpx.Response:
    meta = [{"name": str(n)} for n in range(columns or (len(rows[0]) if rows else 1))]
    return httpx.Response(200, json={"meta": meta, "data": rows, "rows": len(rows)})


# the client


def client_of(
    *answers: httpx.Response | Exception | Callable, slept: list[float] | None = None
) -> tuple[ClickHouseClient, list[httpx.Request]]:
    waiting, asked = list(answers), []

    def answer(request: httpx.Request) -> httpx.Response:
        asked.append(request)
        found = waiting.pop(0)
        if isinstance(found, Exception):
            raise found
        return found

    log = slept if slept is not None else []
    clock = Clock(lambda: 0.0, log.append)
    return ClickHouseClient(
        "https://ch.example", "me", Token(PASSWORD), clock=clock, transport=httpx.MockTransport(answer)
    ), asked


GOOD = whole([["1"]])
EXCEPTION = "Code: {}. DB::Exception: It went wrong. (NAME) (version 25.8.1.1 (official build))"


@pytest.mark.parametrize(
    "bad",
    [
        httpx.Response(500, text=EXCEPTION.format(159)),
        httpx.Response(200, text='{"meta": [{}], "data": [["1"],\n' + EXCEPTION.format(241)),
        httpx.Response(200, text='{"meta":[{}],"data":[["1"]],"rows":1,"exception":"' + EXCEPTION.format(241) + '"}'),
        httpx.Response(200, text="__exception__\r\n" + EXCEPTION.format(160) + "\r\n__exception__"),
        httpx.Response(200, json={"meta": [{}], "data": [["1"]], "rows": 2}),
        httpx.Response(200, json={"meta": [{}], "data": [["1", "2"]], "rows": 1}),
        httpx.Response(200, json=[]),
        httpx.Response(200, text='{"meta": [{}], "data": [["1"]'),
        httpx.Response(200, text=""),
        httpx.Response(502, text="<h1>Bad gateway</h1>"),
        httpx.Response(429, headers={"x-clickhouse-exception-code": "201"}),
        httpx.ReadError("cut"),
        httpx.ReadTimeout("slow"),
    ],
)
def test_an_answer_that_is_not_whole_is_asked_for_again(bad):
    client, asked = client_of(bad, GOOD)
    assert client.fetch_rows("SELECT 1", {}, "test") == [["1"]]
    assert len(asked) == 2


@pytest.mark.parametrize("code", [158, 159, 160, 241, 307, 396])
def test_what_the_server_does_not_finish_in_three_tries_is_too_much(code: int):
    client, _ = client_of(*[httpx.Response(500, text=EXCEPTION.format(code))] * 3)
    with pytest.raises(QueryTooLarge):
        client.fetch_rows("SELECT 1", {}, "test")


def test_a_quota_is_waited_for_and_then_given_up():
    slept: list[float] = []
    client, asked = client_of(*[httpx.Response(429, text=EXCEPTION.format(201))] * 6, slept=slept)
    with pytest.raises(SourceUnavailable, match="did not answer 6 times in a row"):
        client.fetch_rows("SELECT 1", {}, "test")
    assert slept == [60.0] * 5
    assert len(asked) == 6


def test_a_server_that_lets_nobody_set_anything_is_asked_without_settings():
    client, asked = client_of(httpx.Response(500, text=EXCEPTION.format(164)), GOOD, GOOD)
    client.fetch_rows("SELECT 1", {}, "test")
    client.fetch_rows("SELECT 2", {}, "test")
    assert ["session_timezone" in one.url.params for one in asked] == [True, False, False]


def test_a_server_with_another_clock_is_refused_if_it_cannot_be_told():
    zone = httpx.Response(200, content=GOOD.content, headers={"x-clickhouse-timezone": "Asia/Shanghai"})
    client, _ = client_of(httpx.Response(500, text=EXCEPTION.format(115)), zone)
    with pytest.raises(SourceMalformed, match="Asia/Shanghai"):
        client.fetch_rows("SELECT 1", {}, "test")


@pytest.mark.parametrize(
    ("code", "says"), [(60, "has a table `github_events`"), (47, "columns"), (516, "rejects the user 'me'")]
)
def test_what_another_try_cannot_change_is_said_at_once(code: int, says: str):
    client, asked = client_of(httpx.Response(404, text=EXCEPTION.format(code)))
    with pytest.raises(SourceMalformed, match=says) as told:
        client.fetch_rows("SELECT 1", {}, "test")
    assert len(asked) == 1
    assert PASSWORD not in str(told.value)


def test_the_password_is_in_a_header_and_nowhere_else():
    client, requests = client_of(GOOD)
    client.fetch_rows("SELECT 1", {"names": sql_queries.array_parameter(["it's"])}, "test")
    (asked,) = requests
    assert asked.headers["x-clickhouse-key"] == PASSWORD
    assert PASSWORD not in str(asked.url) + asked.content.decode()
    assert asked.url.params["param_names"] == "['it\\'s']"


def test_a_password_goes_to_no_host_that_a_landscape_names(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("ECOTONE_CLICKHOUSE_PASSWORD", PASSWORD)
    assert find_credentials("https://evil.example", None)[1] is None
    assert find_credentials("http://127.0.0.1:8123", None)[1] is not None
    monkeypatch.setenv("ECOTONE_CLICKHOUSE_HOST", "ch.company.example")
    assert find_credentials("https://ch.company.example:8443", None)[1] is not None


def test_what_is_too_much_for_many_is_asked_for_in_halves(tmp_path: Path):
    asked: list[int] = []

    def answer(request: httpx.Request) -> httpx.Response:
        sql, names = request.content.decode(), request.url.params.get("param_names", "").count("/")
        if "uniqExact" not in sql:
            return whole([[str(month_start_second(2024_03)), "1"]])
        asked.append(names)
        if names > 3:
            return httpx.Response(500, text=EXCEPTION.format(241))
        return whole([], 5)

    feed = ClickHouseReader(transport=httpx.MockTransport(answer), clock=Clock(sleep=still))
    wanted = [RepositoryTarget(f"o/r{n}", f"o/r{n}", "", None, None) for n in range(8)]
    period = Period(datetime.fromisoformat("2024-01-01"), datetime.fromisoformat("2024-03-01"))
    found = feed.read_period(wanted, period, tmp_path, datetime.fromisoformat("2024-03-09"), lambda *_: None)
    assert found.failures == ()
    assert [count for count in asked if count <= 3] == [2, 2, 2, 2]


VALUES = st.none() | st.booleans() | st.integers() | st.text(max_size=12) | st.lists(st.integers(), max_size=2)


@given(
    st.lists(VALUES, min_size=9, max_size=9),
    st.sampled_from([*sorted(ClickHouseSource.event_kinds), "pull_ended", "", "x"]),
)
def test_any_row_is_an_act_or_none_or_refused(row, kind):
    row[1] = kind
    try:
        found = event_from_row("octo/cat", row)
    except (ValueError, SourceMalformed, OverflowError):
        return
    assert found is None or found.event_id.startswith("octo/cat")


@given(st.dictionaries(st.sampled_from(["meta", "data", "rows", "exception"]), VALUES | st.lists(st.lists(VALUES))))
def test_any_answer_is_read_or_tried_again(body):
    client, _ = client_of(*[httpx.Response(200, json=body)] * 6)
    try:
        assert isinstance(client.fetch_rows("SELECT 1", {}, "test"), list)
    except (SourceUnavailable, SourceMalformed, QueryTooLarge):
        return


def test_months_have_their_ends():
    assert month_end_second(2024_12) == month_start_second(2025_01)
    day = datetime.fromisoformat
    assert months_in_range(day("2024-11-01"), day("2025-01-01")) == [2024_11, 2024_12]
    assert months_in_range(day("2024-11-15"), day("2025-01-01T00:00:01")) == [2024_11, 2024_12, 2025_01]
