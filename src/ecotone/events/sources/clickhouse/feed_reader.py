"""Reads `github_events`: counts by month and, if requested, the events themselves."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

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
from ecotone.events.sources.base import Brought, Period, Wanted
from ecotone.events.sources.clickhouse.client import PLAYGROUND, USER, Client
from ecotone.events.sources.clickhouse.coverage import ARCHIVE, SOURCE, coverage
from ecotone.events.sources.clickhouse.reading import Reading, months_of
from ecotone.events.sources.clickhouse.shelf import Shelf
from ecotone.events.sources.fetch import SYSTEM, Clock
from ecotone.events.sources.secret import Token
from ecotone.foundation.errors import SourceError
from ecotone.foundation.notes import Note, note

KEY_VARIABLE: Final = "ECOTONE_CLICKHOUSE_PASSWORD"
USER_VARIABLE: Final = "ECOTONE_CLICKHOUSE_USER"
HOST_VARIABLE: Final = "ECOTONE_CLICKHOUSE_HOST"

UNCLEAR_SCHEMA: Final = pa.schema([("event_id", pa.string()), ("repository", pa.string()), ("number", pa.int64())])
TOLD_TWICE: Final = 60
"""Seconds within which a merge may be reported as `merged` and as `closed`."""

_NAME: Final = re.compile(r"[A-Za-z0-9_.-]+/[A-Za-z0-9_.-]+\Z")
Heard = Callable[[str, int, int], None]


class ClickHouseFeed:
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
        clock: Clock = SYSTEM,
        transport: httpx.BaseTransport | None = None,
    ) -> None:
        self._base, self._user, self._database = base, user, database
        self._people, self._aliases = people, aliases or {}
        self._archive, self._clock, self._transport = archive, clock, transport
        self.requests: Mapping[str, int] = {}
        """Number of requests of the last reading, by purpose."""

    def bring(self, wanted: Sequence[Wanted], period: Period, folder: Path, now: datetime, heard: Heard) -> Brought:
        """Read what is new; see `Source.read`. `further` has `counts` (COUNT_SCHEMA) and `unclear`."""
        moment = int(now.replace(tzinfo=UTC).timestamp())
        months = months_of(period.since, min(period.until, now))
        names = {one.repository: self._names(one) for one in wanted if _NAME.match(one.repository)}
        failures = [
            (one.repository, note("not_owner_name", repository=one.repository, source="ClickHouse"))
            for one in wanted
            if one.repository not in names
        ]
        with Shelf(folder) as shelf:
            if names and period.since < min(period.until, now):
                failures += self._read(shelf, names, months, moment, heard)
            return Brought(
                **_tables(shelf, wanted, sorted(names), months, period, people=self._people),
                coverage=coverage(shelf, sorted(names), months, people=self._people, now=moment, archive=self._archive),
                failures=tuple(failures),
            )

    def _names(self, wanted: Wanted) -> tuple[str, ...]:
        written = [wanted.repository, *self._aliases.get(wanted.repository, ())]
        return tuple(dict.fromkeys([*written, *(name.lower() for name in written)]))

    def _read(
        self, shelf: Shelf, names: Mapping[str, Sequence[str]], months: Sequence[int], now: int, heard: Heard
    ) -> list[tuple[str, Note]]:
        user, password = self._credentials()

        def told(text: str) -> None:
            heard(text, 0, len(names))

        with Client(
            self._base,
            user,
            password,
            database=self._database,
            clock=self._clock,
            told=told,
            transport=self._transport,
        ) as client:
            reading = Reading(client, shelf, names, months, now, heard)
            try:
                reading.read(people=self._people)
            except SourceError as error:
                if next(shelf.rows("select 1 from asked limit 1"), None) is None:
                    raise
                reading.failures.append(("ClickHouse", error.note))
            finally:
                self.requests = dict(sorted(client.kinds.items()))
        return reading.failures

    def _credentials(self) -> tuple[str, Token | None]:
        """User and password; the password is sent only to the host that the environment names, or to this machine."""
        user = self._user or os.environ.get(USER_VARIABLE) or USER
        password = os.environ.get(KEY_VARIABLE, "")
        host = (urlsplit(self._base).hostname or "").casefold()
        allowed = {"localhost", "127.0.0.1", "::1", os.environ.get(HOST_VARIABLE, "").strip().casefold()} - {""}
        return user, Token(password) if password and host in allowed else None


_MERGES: Final = "select thread, moment from acts where repository = ? and kind = 'pull_merged'"
_ACTS: Final = """
select a.event, a.kind, a.moment, a.account, t.author, a.thread, a.commit_sha, a.unclear
from acts a left join threads t on t.repository = a.repository and t.number = a.thread
where a.repository = ? and a.month >= ? and a.month <= ?
"""


def _tables(
    shelf: Shelf,
    wanted: Sequence[Wanted],
    names: Sequence[str],
    months: Sequence[int],
    period: Period,
    *,
    people: bool,
) -> dict[str, Any]:
    """All tables except coverage."""
    project = {one.repository: one.project for one in wanted}
    events, unclear = _events(shelf, project, names, months, period) if people else (EVENT_SCHEMA.empty_table(), [])
    return {
        "events": events,
        "pulls": _pulls(events),
        "profiles": PROFILE_SCHEMA.empty_table(),
        "repositories": REPOSITORY_SCHEMA.empty_table(),
        "further": {"counts": _counts(shelf, names, months), "unclear": _table(unclear, UNCLEAR_SCHEMA)},
    }


def _events(
    shelf: Shelf, project: Mapping[str, str], names: Sequence[str], months: Sequence[int], period: Period
) -> tuple[pa.Table, list[tuple[object, ...]]]:
    """The events of the period, EVENT_SCHEMA, and the rows of UNCLEAR_SCHEMA."""
    rows: list[tuple[object, ...]] = []
    unclear: list[tuple[object, ...]] = []
    since, until = (int(at.replace(tzinfo=UTC).timestamp()) for at in (period.since, period.until))
    for repository in names:
        merged = {thread: int(str(at)) for thread, at in shelf.rows(_MERGES, (repository,))}
        for event, kind, at, account, author, thread, commit, is_unclear in shelf.rows(
            _ACTS, (repository, months[0], months[-1])
        ):
            moment = int(str(at))
            told_twice = kind == "pull_closed" and abs(merged.get(thread, 0) - moment) <= TOLD_TWICE
            if not since <= moment < until or told_twice:
                continue
            who, whom = (author, account) if kind == "pull_merged" else (account, author)
            if kind in ("pull_opened", "issue_opened"):
                whom = None
            place = (project[repository], repository, moment * 1_000_000, None)
            rows.append((event, SOURCE, kind, *place, who, whom, thread, commit, EXACT))
            if is_unclear:
                unclear.append((event, repository, thread))
    order = [(name, "ascending") for name in ("repository", "created_at", "event_id")]
    return _table(rows, EVENT_SCHEMA).sort_by(order), sorted(unclear, key=lambda row: str(row[0]))


def _pulls(events: pa.Table) -> pa.Table:
    """Pull requests that were seen opened or merged, PULL_SCHEMA."""
    found: dict[tuple[str, int], dict[str, object]] = {}
    names = ("kind", "project", "repository", "thread", "created_at", "account")
    for row in events.select(names).to_pylist():
        if row["kind"] in ("pull_opened", "pull_merged"):
            one = found.setdefault((row["repository"], row["thread"]), {"project": row["project"]})
            one["opened_at" if row["kind"] == "pull_opened" else "merged_at"] = row["created_at"]
            one["account"] = one.get("account") or row["account"]
    rows = [
        {**one, "repository": repository, "number": number, "has_head": False, "evidence": "ClickHouse's github_events"}
        for (repository, number), one in sorted(found.items())
    ]
    return pa.Table.from_pylist(rows, schema=PULL_SCHEMA)


def _counts(shelf: Shelf, names: Sequence[str], months: Sequence[int]) -> pa.Table:
    sql = "select month, kind, events, actors from counts where repository = ? and month >= ? and month <= ?"
    rows = [
        (repository, date(int(str(month)) // 100, int(str(month)) % 100, 1), kind, events, actors, SOURCE)
        for repository in names
        for month, kind, events, actors in shelf.rows(
            f"{sql} order by month, kind", (repository, months[0], months[-1])
        )
    ]
    return _table(rows, COUNT_SCHEMA)


def _table(rows: Sequence[tuple[object, ...]], schema: pa.Schema) -> pa.Table:
    columns = list(zip(*rows, strict=True)) if rows else [()] * len(schema)
    return pa.table([pa.array(column, one.type) for column, one in zip(columns, schema, strict=True)], schema=schema)
