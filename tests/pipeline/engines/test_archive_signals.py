"""Signals of `github_events` computed at ClickHouse are those of the same events, read and computed here."""

from __future__ import annotations

import time
from contextlib import closing
from datetime import date, datetime
from pathlib import Path

import pyarrow as pa
import pytest

from ecotone.events import deduplicate
from ecotone.events.sources.base import Period, RepositoryTarget
from ecotone.events.sources.clickhouse.feed_reader import ClickHouseReader
from ecotone.foundation.engine_choice import EngineChoice
from ecotone.foundation.months import list_months_between
from ecotone.people.observed_acts import add_people_to_events
from ecotone.pipeline.archive_signals import ARCHIVE_SIGNALS, measure_archive, repository_names
from ecotone.pipeline.engines.clickhouse import ClickHouseEngine
from ecotone.pipeline.engines.open_engine import open_engine
from ecotone.pipeline.engines.types import with_types_of
from ecotone.signals.archive_acts import PEOPLE
from ecotone.signals.compile import result_schema, wide_sql, wide_table
from ecotone.signals.coverage import INPUTS, state_column
from ecotone.signals.tables import SCHEMAS
from tests.acceptance.settings import LONG
from tests.events.clickhouse.test_engine import TABLE
from tests.pipeline.engines.same_values import find_differences
from tests.signals.engine import table_of

pytest.importorskip("chdb.session", reason="chdb has no wheel for this platform")

from tests.fakes.clickhouse.chdb_server import ChdbServer

SINCE, UNTIL = datetime.fromisoformat("2023-01-01"), datetime.fromisoformat("2025-09-01")
NAMES = tuple(f"octo/name{number}" for number in range(20))
SPAN = int((UNTIL - SINCE).total_seconds())
# rows of all kinds; every fiftieth repeats the one before; threads are opened and merged once, and may be told twice
SYNTHETIC = """
insert into github_events (event_type, actor_login, repo_name, created_at, action, comment_id, creator_user_login,
    number, merged, release_tag_name)
with
    number - (number % 50 = 49) as n,
    sipHash64(n, 1) % 100 as draw,
    sipHash64(n, 2) % {repositories} as place,
    multiIf(draw < 12, 'opened', draw < 18, 'closed', draw < 44, 'comment', draw < 54, 'review', draw < 62, 'line',
        draw < 84, 'star', draw < 90, 'fork', draw < 94, 'release', draw < 96, 'commit', 'other') as what,
    1 + sipHash64(n, 3) % {threads} as thread,
    thread % 2 = 1 as is_issue,
    toDateTime('2023-01-01 00:00:00', 'UTC') as beginning,
    beginning + sipHash64(place, thread, 4) % intDiv({span}, 2) as opened_at,
    'user' || toString(sipHash64(place, thread, 5) % {people}) as author,
    multiIf(n % 97 = 0, 'ghost', n % 31 = 0, 'robot[bot]', 'user' || toString(sipHash64(n, 6) % {people})) as actor,
    (what = 'closed') and not is_issue and (thread % 3 = 0) as is_merge,
    opened_at + 86400 + sipHash64(place, thread, 7) % intDiv({span}, 3) as merged_at
select
    multiIf(what in ('opened', 'closed'), if(is_issue, 'IssuesEvent', 'PullRequestEvent'), what = 'comment',
        'IssueCommentEvent', what = 'review', 'PullRequestReviewEvent', what = 'line', 'PullRequestReviewCommentEvent',
        what = 'star', 'WatchEvent', what = 'fork', 'ForkEvent', what = 'release', 'ReleaseEvent', what = 'commit',
        'CommitCommentEvent', 'PushEvent'),
    if(what = 'opened', author, if(is_merge, 'user' || toString(thread % {people}), actor)),
    'octo/name' || toString(place),
    multiIf(what = 'opened', opened_at, is_merge, merged_at + if(n % 5 = 0, 30, 0),
        beginning + sipHash64(n, 8) % {span}),
    multiIf(what = 'opened', 'opened', what = 'closed', 'closed', what = 'star', 'started', what = 'release',
        'published', 'created'),
    if(what in ('comment', 'line', 'commit'), n + 1, 0),
    if(what in ('star', 'fork', 'release', 'commit', 'other'), '', author),
    if(what in ('star', 'fork', 'release', 'commit', 'other'), 0, thread),
    is_merge and n % 5 <> 0,
    if(what = 'release', 'v' || toString(n % 400), '')
from numbers({rows})
"""


def show(text: str) -> None:
    print(text)  # noqa: T201 - a figure


def spine_of(names: tuple[str, ...]) -> pa.Table:
    months = list_months_between(SINCE.date(), date(2025, 8, 1))
    ends = [*months[1:], UNTIL.date()]
    rows = [
        {
            "project": name, "month": month, "month_index": month.year * 12 + month.month - 1,
            "month_end": datetime.combine(end, datetime.min.time()), "observed_until": UNTIL,
            **dict.fromkeys(map(state_column, INPUTS), "complete"),
        }
        for name in names
        for month, end in zip(months, ends, strict=True)
    ]  # fmt: skip
    return table_of("months", rows)


def read_here(url: str, targets: list[RepositoryTarget], people: pa.Table, folder: Path) -> pa.Table:
    """The same signals by DuckDB, from the events that the source reads."""
    reader = ClickHouseReader(url, people=True, archive=None)
    feed = reader.read_period(targets, Period(SINCE, UNTIL), folder, UNTIL, lambda *_: None)
    assert feed.failures == ()
    none = pa.table({"sha": pa.array([], pa.string()), "assisted_by": pa.array([], pa.string())})
    accounts = feed.events["account"].combine_chunks().unique().drop_null().to_pylist()
    known = {row["account"]: row for row in people.to_pylist()}
    others = [
        {"account": login, "person": login, "actor_kind": "bot" if login.endswith("[bot]") else "person"}
        for login in accounts
        if login not in known
    ]
    everybody = pa.Table.from_pylist([*known.values(), *others], schema=people.schema)
    events = add_people_to_events(deduplicate.deduplicate_events([feed.events]), everybody, none)
    month = pa.compute.floor_temporal(events["created_at"], unit="month").cast(pa.date32())
    columns = {"month": month, **{name: events[name] for name in events.column_names}}
    kinds = table_of("feed_acts", []).schema
    acts = pa.table({field.name: columns.get(field.name, pa.nulls(len(events), field.type)) for field in kinds})
    tables = {name: table_of(name, []) for name in SCHEMAS} | {"months": spine_of(NAMES), "feed_acts": acts}
    with closing(open_engine(EngineChoice(), tables)) as engine:
        return with_types_of(engine.run(wide_sql(ARCHIVE_SIGNALS)), result_schema(wide_table(ARCHIVE_SIGNALS)))


@pytest.mark.parametrize("rows", [6_000, pytest.param(1_000_000, marks=LONG)])
def test_months_computed_there_equal_those_of_events_read_here(rows: int, tmp_path: Path) -> None:
    targets = [RepositoryTarget(name, name, f"https://host.example/{name}", None, None) for name in NAMES]
    people = pa.table(
        {
            "account": ["user1", "user2", "user3", "robot[bot]"],
            "person": ["ada", "ada", "eve", "robot"],
            "actor_kind": ["person", "person", "agent", "bot"],
        },
        schema=result_schema(PEOPLE),
    )
    with ChdbServer() as server:
        server.query(TABLE)
        size = {"repositories": len(NAMES) + 5, "threads": max(30, rows // 500), "people": 300, "span": SPAN}
        server.query(SYNTHETIC.format(rows=rows, **size))
        try:
            tables = {
                "months": spine_of(NAMES),
                "archive_repositories": repository_names(targets, dict.fromkeys(NAMES, UNTIL)),
                "archive_people": people,
            }
            begun = time.perf_counter()
            with closing(ClickHouseEngine(server.url, tables)) as engine:
                there = measure_archive(engine, ARCHIVE_SIGNALS, SINCE)
            show(f"{rows:,} rows at ClickHouse: {time.perf_counter() - begun:.1f} s, {there.num_rows} project-months")
            begun = time.perf_counter()
            here = read_here(server.url, targets, people, tmp_path)
            show(f"read and computed here: {time.perf_counter() - begun:.1f} s")
        finally:
            server.query("drop table github_events")
    assert find_differences({"signals": here}, {"signals": there}) == []
    empty = [name for name in here.column_names if here[name].null_count == len(here)]
    assert empty == [], "every signal has values in this example"
    assert all(pa.compute.sum(here[name]).as_py() > 0 for name in here.column_names[3:])
