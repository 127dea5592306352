"""Reads `github_events`: counts by month and, if requested, the events themselves."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, Final

import httpx
import pyarrow as pa

from ecotone.events.schema import (
    COUNT_SCHEMA,
    EVENT_SCHEMA,
    EXACT,
    PROFILE_SCHEMA,
    PULL_SCHEMA,
    REPOSITORY_SCHEMA,
)
from ecotone.events.sources.base import FeedTables, Period, RepositoryTarget
from ecotone.events.sources.clickhouse.client import PLAYGROUND, USER, ClickHouseClient
from ecotone.events.sources.clickhouse.credentials import find_credentials
from ecotone.events.sources.clickhouse.fetcher import Fetcher, months_in_range
from ecotone.events.sources.clickhouse.query_cache import QueryCache
from ecotone.events.sources.clickhouse.sql_queries import DUPLICATE_MERGE_SECONDS
from ecotone.events.sources.clickhouse.table_coverage import ARCHIVE, SOURCE, coverage_by_month
from ecotone.events.sources.http import SYSTEM_CLOCK, Clock
from ecotone.foundation.errors import SourceError
from ecotone.foundation.notes import Note, note

UNCLEAR_SCHEMA: Final = pa.schema([("event_id", pa.string()), ("repository", pa.string()), ("number", pa.int64())])

_NAME: Final = re.compile(r"[A-Za-z0-9_.-]+/[A-Za-z0-9_.-]+\Z")
Progress = Callable[[str, int, int], None]


def possible_names(repository: str, aliases: Sequence[str]) -> tuple[str, ...]:
    """The names under which the table may have a repository."""
    written = [repository, *aliases]
    return tuple(dict.fromkeys([*written, *(name.lower() for name in written)]))


class ClickHouseReader:
    """Reads ClickHouse's table `github_events`.

    base      the server's HTTP address
    user      None: from ECOTONE_CLICKHOUSE_USER, else the playground's
    people    whether to read who did what; without it only counts are read
    aliases   a repository -> further names the archive may have it under
    archive   whose known breaks the table has; None: it was filled from one without any
    """

    def __init__(
        self,
        base: str = PLAYGROUND,
        user: str | None = None,
        *,
        people: bool = False,
        aliases: Mapping[str, Sequence[str]] | None = None,
        database: str = "default",
        archive: str | None = ARCHIVE,
        clock: Clock = SYSTEM_CLOCK,
        transport: httpx.BaseTransport | None = None,
    ) -> None:
        self._base, self._user, self._database = base, user, database
        self._people, self._aliases = people, aliases or {}
        self._archive, self._clock, self._transport = archive, clock, transport
        self.requests: Mapping[str, int] = {}
        """Number of requests of the last reading, by purpose."""

    def read_period(
        self, wanted: Sequence[RepositoryTarget], period: Period, folder: Path, now: datetime, progress: Progress
    ) -> FeedTables:
        """Read what is new; see `Source.read`. `extra_tables` has `counts` (COUNT_SCHEMA) and `unclear`."""
        moment = int(now.replace(tzinfo=UTC).timestamp())
        months = months_in_range(period.since, min(period.until, now))
        names = {
            target.repository: possible_names(target.repository, self._aliases.get(target.repository, ()))
            for target in wanted
            if _NAME.match(target.repository)
        }
        failures = [
            (target.repository, note("not_owner_name", repository=target.repository, source="ClickHouse"))
            for target in wanted
            if target.repository not in names
        ]
        with QueryCache(folder) as shelf:
            if names and period.since < min(period.until, now):
                failures += self._read_months(shelf, names, months, moment, progress)
            return FeedTables(
                **_build_tables(shelf, wanted, sorted(names), months, period, people=self._people),
                coverage=coverage_by_month(
                    shelf, sorted(names), months, people=self._people, now=moment, archive=self._archive
                ),
                failures=tuple(failures),
            )

    def _read_months(
        self, shelf: QueryCache, names: Mapping[str, Sequence[str]], months: Sequence[int], now: int, progress: Progress
    ) -> list[tuple[str, Note]]:
        user, password = find_credentials(self._base, self._user)

        def show_message(text: str) -> None:
            progress(text, 0, len(names))

        with ClickHouseClient(
            self._base,
            user or USER,
            password,
            database=self._database,
            clock=self._clock,
            on_wait=show_message,
            transport=self._transport,
        ) as client:
            reading = Fetcher(client, shelf, names, months, now, progress)
            try:
                reading.fetch_missing_data(people=self._people)
            except SourceError as error:
                if next(shelf.query_rows("select 1 from asked limit 1"), None) is None:
                    raise
                reading.failures.append(("ClickHouse", error.note))
            finally:
                self.requests = dict(sorted(client.kinds.items()))
        return reading.failures


_MERGES: Final = "select thread, moment from acts where repository = ? and kind = 'pull_merged'"
_ACTS: Final = """
select a.event, a.kind, a.moment, a.account, t.author, a.thread, a.commit_sha, a.unclear
from acts a left join threads t on t.repository = a.repository and t.number = a.thread
where a.repository = ? and a.month >= ? and a.month <= ?
"""


def _build_tables(
    shelf: QueryCache,
    wanted: Sequence[RepositoryTarget],
    names: Sequence[str],
    months: Sequence[int],
    period: Period,
    *,
    people: bool,
) -> dict[str, Any]:
    """All tables except coverage."""
    project = {target.repository: target.project for target in wanted}
    events, unclear = (
        _event_table(shelf, project, names, months, period) if people else (EVENT_SCHEMA.empty_table(), [])
    )
    return {
        "events": events,
        "pulls": _pull_request_table(events),
        "profiles": PROFILE_SCHEMA.empty_table(),
        "repositories": REPOSITORY_SCHEMA.empty_table(),
        "extra_tables": {
            "counts": _count_table(shelf, names, months),
            "unclear": _table_of_rows(unclear, UNCLEAR_SCHEMA),
        },
    }


def _event_table(
    shelf: QueryCache, project: Mapping[str, str], names: Sequence[str], months: Sequence[int], period: Period
) -> tuple[pa.Table, list[tuple[object, ...]]]:
    """The events of the period, EVENT_SCHEMA, and the rows of UNCLEAR_SCHEMA."""
    rows: list[tuple[object, ...]] = []
    unclear: list[tuple[object, ...]] = []
    since, until = (int(at.replace(tzinfo=UTC).timestamp()) for at in (period.since, period.until))
    for repository in names:
        merged = {thread: int(str(at)) for thread, at in shelf.query_rows(_MERGES, (repository,))}
        for event, kind, at, account, author, thread, commit, is_unclear in shelf.query_rows(
            _ACTS, (repository, months[0], months[-1])
        ):
            moment = int(str(at))
            is_duplicate = kind == "pull_closed" and abs(merged.get(thread, 0) - moment) <= DUPLICATE_MERGE_SECONDS
            if not since <= moment < until or is_duplicate:
                continue
            actor, other_account = (author, account) if kind == "pull_merged" else (account, author)
            if kind in ("pull_opened", "issue_opened"):
                other_account = None
            common = (project[repository], repository, moment * 1_000_000, None)
            rows.append((event, SOURCE, kind, *common, actor, other_account, thread, commit, EXACT))
            if is_unclear:
                unclear.append((event, repository, thread))
    order = [(name, "ascending") for name in ("repository", "created_at", "event_id")]
    return _table_of_rows(rows, EVENT_SCHEMA).sort_by(order), sorted(unclear, key=lambda row: str(row[0]))


def _pull_request_table(events: pa.Table) -> pa.Table:
    """Pull requests that were seen opened or merged, PULL_SCHEMA."""
    requests: dict[tuple[str, int], dict[str, object]] = {}
    names = ("kind", "project", "repository", "thread", "created_at", "account")
    for row in events.select(names).to_pylist():
        if row["kind"] in ("pull_opened", "pull_merged"):
            request = requests.setdefault((row["repository"], row["thread"]), {"project": row["project"]})
            request["opened_at" if row["kind"] == "pull_opened" else "merged_at"] = row["created_at"]
            request["account"] = request.get("account") or row["account"]
    rows = [
        {
            **request,
            "repository": repository,
            "number": number,
            "has_head": False,
            "evidence": "ClickHouse's github_events",
        }
        for (repository, number), request in sorted(requests.items())
    ]
    return pa.Table.from_pylist(rows, schema=PULL_SCHEMA)


def _count_table(shelf: QueryCache, names: Sequence[str], months: Sequence[int]) -> pa.Table:
    sql = "select month, kind, events, actors from counts where repository = ? and month >= ? and month <= ?"
    rows = [
        (repository, date(int(str(month)) // 100, int(str(month)) % 100, 1), kind, events, actors, SOURCE)
        for repository in names
        for month, kind, events, actors in shelf.query_rows(
            f"{sql} order by month, kind", (repository, months[0], months[-1])
        )
    ]
    return _table_of_rows(rows, COUNT_SCHEMA)


def _table_of_rows(rows: Sequence[tuple[object, ...]], schema: pa.Schema) -> pa.Table:
    columns = list(zip(*rows, strict=True)) if rows else [()] * len(schema)
    return pa.table(
        [pa.array(column, field.type) for column, field in zip(columns, schema, strict=True)], schema=schema
    )
