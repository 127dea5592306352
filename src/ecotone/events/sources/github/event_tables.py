"""Build the feed's tables from the stored rows: each event once, under the landscape's names, sorted."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Final

import pyarrow as pa

from ecotone.events.event_ids import thread_event_id
from ecotone.events.schema import (
    COMMIT_AUTHOR_SCHEMA,
    EVENT_SCHEMA,
    EXACT,
    PROFILE_SCHEMA,
    PULL_SCHEMA,
    REPOSITORY_SCHEMA,
    STAR_WEEK_SCHEMA,
)
from ecotone.events.sources.base import RepositoryTarget
from ecotone.events.sources.github.page_store import PageStore
from ecotone.events.sources.github.time_ranges import Span

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


def event_table(ledger: PageStore, wanted: Sequence[RepositoryTarget], span: Span) -> pa.Table:
    """The events of a period, EVENT_SCHEMA."""
    batches = [
        batch
        for target in sorted(wanted, key=lambda target: target.repository)
        for batch in _record_batches(target, _event_rows(ledger, target.repository, span))
    ]
    table = pa.Table.from_batches(batches, schema=EVENT_SCHEMA)
    return table.sort_by([("repository", "ascending"), ("created_at", "ascending"), ("event_id", "ascending")])


def _event_rows(ledger: PageStore, repository: str, span: Span) -> Iterator[Row]:
    """(event_id, kind, seconds, account, other_account, thread, commit) of one repository."""
    for event, kind, moment, account, author, thread, commit in ledger.query_rows(
        _ACTS, (repository, span.since, span.until)
    ):
        yield event, kind, moment, account, author, thread, commit
    for number, is_pull, author, merged_by, opened, merged in ledger.query_rows(_THREADS, (repository,)):
        name = int(str(number))
        if _is_within_span(opened, span):
            kind = "pull_opened" if is_pull else "issue_opened"
            yield thread_event_id(repository, name, kind), kind, opened, author, None, number, None
        if _is_within_span(merged, span):
            yield (
                thread_event_id(repository, name, "pull_merged"),
                "pull_merged",
                merged,
                author,
                merged_by,
                number,
                None,
            )


def _record_batches(wanted: RepositoryTarget, rows: Iterator[Row]) -> Iterator[pa.RecordBatch]:
    part: list[Row] = []
    for row in rows:
        part.append(row)
        if len(part) == _PART:
            yield _record_batch(wanted, part)
            part = []
    if part:
        yield _record_batch(wanted, part)


def _record_batch(wanted: RepositoryTarget, rows: Sequence[Row]) -> pa.RecordBatch:
    event, kind, moment, account, other_account, thread, commit = zip(*rows, strict=True)
    count = len(rows)
    columns: Mapping[str, Sequence[object]] = {
        "event_id": event,
        "source": [SOURCE] * count,
        "kind": kind,
        "project": [wanted.project] * count,
        "repository": [wanted.repository] * count,
        "created_at": _to_microseconds(moment),
        "utc_offset_minutes": [None] * count,
        "account": account,
        "other_account": other_account,
        "thread": thread,
        "commit": commit,
        "timestamp_quality": [EXACT] * count,
    }
    return pa.record_batch([pa.array(columns[field.name], field.type) for field in EVENT_SCHEMA], schema=EVENT_SCHEMA)


def pull_table(ledger: PageStore, wanted: Sequence[RepositoryTarget], span: Span) -> pa.Table:
    """Pull requests opened or merged in a period, PULL_SCHEMA; the other time may be outside the period."""
    rows: list[Row] = []
    for target in sorted(wanted, key=lambda target: target.repository):
        for number, is_pull, author, _, opened, merged in ledger.query_rows(_THREADS, (target.repository,)):
            if is_pull and (_is_within_span(opened, span) or _is_within_span(merged, span)):
                moments = _to_microseconds((opened, merged))
                rows.append((target.project, target.repository, number, *moments, None, None, author, False, EVIDENCE))
    return _table_from_rows(rows, PULL_SCHEMA)


def profile_table(ledger: PageStore) -> pa.Table:
    """Profiles of people, one row for each time they were read, PROFILE_SCHEMA."""
    records = ledger.query_rows("select login, number, name, company, seen from profiles order by login, seen")
    rows = [
        (login, None if number is None else str(number), name, company, *_to_microseconds([seen_at]))
        for login, number, name, company, seen_at in records
    ]
    return _table_from_rows(rows, PROFILE_SCHEMA)


def repository_table(ledger: PageStore, wanted: Sequence[RepositoryTarget]) -> pa.Table:
    """Metadata of the repositories, REPOSITORY_SCHEMA."""
    sql = "select number, name, description, topics, language, stars, seen from repositories where repository = ?"
    rows: list[Row] = []
    for repository in sorted({repository.repository for repository in wanted}):
        for number, name, description, topics, language, stars, seen_at in ledger.query_rows(sql, (repository,)):
            words = str(topics).split("\n") if topics else []
            rows.append((repository, number, name, description, words, language, stars, *_to_microseconds([seen_at])))
    return _table_from_rows(rows, REPOSITORY_SCHEMA)


def commit_author_table(ledger: PageStore, wanted: Sequence[RepositoryTarget]) -> pa.Table:
    """Logins of the authors of commits, COMMIT_AUTHOR_SCHEMA."""
    sql = "select commit_sha, login from commit_authors where repository = ? and login is not null order by commit_sha"
    rows: list[Row] = [
        (repository, sha, login)
        for repository in sorted({target.repository for target in wanted})
        for sha, login in ledger.query_rows(sql, (repository,))
    ]
    return _table_from_rows(rows, COMMIT_AUTHOR_SCHEMA)


def star_week_table(ledger: PageStore, wanted: Sequence[RepositoryTarget]) -> pa.Table:
    """Stars by week, STAR_WEEK_SCHEMA."""
    sql = "select week, stars from star_weeks where repository = ? order by week"
    rows: list[Row] = [
        (repository, datetime.fromtimestamp(int(str(week)), UTC).date(), stars)
        for repository in sorted({repository.repository for repository in wanted})
        for week, stars in ledger.query_rows(sql, (repository,))
    ]
    return _table_from_rows(rows, STAR_WEEK_SCHEMA)


def _is_within_span(moment: object, span: Span) -> bool:
    return isinstance(moment, int) and span.since <= moment < span.until


def _to_microseconds(moments: Iterable[object]) -> list[int | None]:
    return [moment * _SECOND if isinstance(moment, int) else None for moment in moments]


def _table_from_rows(rows: Sequence[Row], schema: pa.Schema) -> pa.Table:
    columns = list(zip(*rows, strict=True)) if rows else [()] * len(schema)
    return pa.table(
        [pa.array(column, field.type) for column, field in zip(columns, schema, strict=True)], schema=schema
    )
