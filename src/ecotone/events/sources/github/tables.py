"""Build the feed's tables from the stored rows: each event once, under the landscape's names, sorted."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Final

import pyarrow as pa

from ecotone.events.identifiers import thread_id
from ecotone.events.schema import EVENT_SCHEMA, EXACT, PROFILE_SCHEMA, PULL_SCHEMA, REPOSITORY_SCHEMA, STAR_WEEK_SCHEMA
from ecotone.events.sources.base import Wanted
from ecotone.events.sources.github.ledger import Ledger
from ecotone.events.sources.github.windows import Span

SOURCE: Final = "github"
EVIDENCE: Final = "GitHub's API"

_PART: Final = 50_000  # rows of a batch
_SECOND: Final = 1_000_000  # microseconds

_ACTS: Final = """
select a.event, a.kind, a.moment, a.account, t.author, a.thread, a.commit_sha
from acts a left join threads t on t.repository = a.repository and t.number = a.thread
where a.repository = ? and a.moment >= ? and a.moment < ?
"""
_THREADS: Final = """
select number, is_pull, author, merged_by, opened, merged from threads where repository = ? order by number
"""

Row = tuple[object, ...]


def events(ledger: Ledger, wanted: Sequence[Wanted], span: Span) -> pa.Table:
    """The events of a period, EVENT_SCHEMA."""
    batches = [
        batch
        for one in sorted(wanted, key=lambda one: one.repository)
        for batch in _batches(one, _acts(ledger, one.repository, span))
    ]
    table = pa.Table.from_batches(batches, schema=EVENT_SCHEMA)
    return table.sort_by([("repository", "ascending"), ("created_at", "ascending"), ("event_id", "ascending")])


def _acts(ledger: Ledger, repository: str, span: Span) -> Iterator[Row]:
    """(event_id, kind, seconds, account, counterpart, thread, commit) of one repository."""
    for event, kind, moment, account, author, thread, commit in ledger.rows(
        _ACTS, (repository, span.since, span.until)
    ):
        yield event, kind, moment, account, author, thread, commit
    for number, is_pull, author, merged_by, opened, merged in ledger.rows(_THREADS, (repository,)):
        name = int(str(number))
        if _within(opened, span):
            kind = "pull_opened" if is_pull else "issue_opened"
            yield thread_id(repository, name, kind), kind, opened, author, None, number, None
        if _within(merged, span):
            yield thread_id(repository, name, "pull_merged"), "pull_merged", merged, author, merged_by, number, None


def _batches(wanted: Wanted, rows: Iterator[Row]) -> Iterator[pa.RecordBatch]:
    part: list[Row] = []
    for row in rows:
        part.append(row)
        if len(part) == _PART:
            yield _batch(wanted, part)
            part = []
    if part:
        yield _batch(wanted, part)


def _batch(wanted: Wanted, rows: Sequence[Row]) -> pa.RecordBatch:
    event, kind, moment, account, counterpart, thread, commit = zip(*rows, strict=True)
    count = len(rows)
    columns: Mapping[str, Sequence[object]] = {
        "event_id": event,
        "source": [SOURCE] * count,
        "kind": kind,
        "project": [wanted.project] * count,
        "repository": [wanted.repository] * count,
        "created_at": _microseconds(moment),
        "utc_offset_minutes": [None] * count,
        "account": account,
        "counterpart": counterpart,
        "thread": thread,
        "commit": commit,
        "time_quality": [EXACT] * count,
    }
    return pa.record_batch([pa.array(columns[one.name], one.type) for one in EVENT_SCHEMA], schema=EVENT_SCHEMA)


def pulls(ledger: Ledger, wanted: Sequence[Wanted], span: Span) -> pa.Table:
    """Pull requests opened or merged in a period, PULL_SCHEMA; the other time may be outside the period."""
    rows: list[Row] = []
    for one in sorted(wanted, key=lambda one: one.repository):
        for number, is_pull, author, _, opened, merged in ledger.rows(_THREADS, (one.repository,)):
            if is_pull and (_within(opened, span) or _within(merged, span)):
                moments = _microseconds((opened, merged))
                rows.append((one.project, one.repository, number, *moments, None, None, author, False, EVIDENCE))
    return _table(rows, PULL_SCHEMA)


def profiles(ledger: Ledger) -> pa.Table:
    """Profiles of people, one row for each time they were read, PROFILE_SCHEMA."""
    found = ledger.rows("select login, number, name, company, seen from profiles order by login, seen")
    rows = [
        (login, None if number is None else str(number), name, company, *_microseconds([seen]))
        for login, number, name, company, seen in found
    ]
    return _table(rows, PROFILE_SCHEMA)


def repositories(ledger: Ledger, wanted: Sequence[Wanted]) -> pa.Table:
    """Metadata of the repositories, REPOSITORY_SCHEMA."""
    sql = "select number, name, description, topics, language, stars, seen from repositories where repository = ?"
    rows: list[Row] = []
    for one in sorted({one.repository for one in wanted}):
        for number, name, description, topics, language, stars, seen in ledger.rows(sql, (one,)):
            words = str(topics).split("\n") if topics else []
            rows.append((one, number, name, description, words, language, stars, *_microseconds([seen])))
    return _table(rows, REPOSITORY_SCHEMA)


def star_weeks(ledger: Ledger, wanted: Sequence[Wanted]) -> pa.Table:
    """Stars by week, STAR_WEEK_SCHEMA."""
    sql = "select week, stars from star_weeks where repository = ? order by week"
    rows: list[Row] = [
        (one, datetime.fromtimestamp(int(str(week)), UTC).date(), stars)
        for one in sorted({one.repository for one in wanted})
        for week, stars in ledger.rows(sql, (one,))
    ]
    return _table(rows, STAR_WEEK_SCHEMA)


def _within(moment: object, span: Span) -> bool:
    return isinstance(moment, int) and span.since <= moment < span.until


def _microseconds(moments: Iterable[object]) -> list[int | None]:
    return [moment * _SECOND if isinstance(moment, int) else None for moment in moments]


def _table(rows: Sequence[Row], schema: pa.Schema) -> pa.Table:
    columns = list(zip(*rows, strict=True)) if rows else [()] * len(schema)
    return pa.table([pa.array(column, one.type) for column, one in zip(columns, schema, strict=True)], schema=schema)
