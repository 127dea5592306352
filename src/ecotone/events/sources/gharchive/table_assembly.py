"""Build the tables of events, pull requests, profiles and repositories from stored rows, with SQL in DuckDB."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from importlib.resources import files
from pathlib import Path
from typing import Final

import duckdb
import pyarrow as pa

from ecotone.events.schema import EVENT_SCHEMA, PROFILE_SCHEMA, PULL_SCHEMA, REPOSITORY_SCHEMA
from ecotone.events.sources.base import Period
from ecotone.events.sources.gharchive.row_schema import ROW_SCHEMA

MEMORY_LIMIT: Final = "256MB"
"""DuckDB's memory limit; larger intermediate results are spilled to disk."""

LINES_PER_BATCH: Final = 100_000
"""Lines processed at a time; the lines of one repository are never split."""

MERGED_ACTION_SINCE: Final = datetime.fromisoformat("2026-01-01")
"""From here on a merge has the action `merged`, so that `closed` means not merged. The change may have come in December
2025; this is the first date on which it is certain."""

COUNTS_SCHEMA: Final = pa.schema(
    [("repository", pa.string()), ("hour", pa.timestamp("us")), ("kind", pa.string()), ("count", pa.int64())]
)
"""Events by hour of creation."""

DOUBTFUL_SCHEMA: Final = pa.schema([("repository", pa.string()), ("hour", pa.timestamp("us")), ("count", pa.int64())])
"""Lines under a repository's name whose id differs from that of its newest lines, by hour of creation."""

_DATA: Final = files("ecotone.events.sources.gharchive") / "data"
_REPOSITORY_SQL: Final = (_DATA / "repositories.sql").read_text("utf-8")
_EVENT_SQL: Final = (_DATA / "events.sql").read_text("utf-8")

UNCLEAR_SCHEMA: Final = pa.schema(
    [
        ("event_id", pa.string()),
        ("repository", pa.string()),
        ("number", pa.int64()),
        ("closed_at", pa.timestamp("us")),
        ("account", pa.string()),
        ("other_account", pa.string()),
    ]
)
"""Closed pull requests whose lines do not say whether they were merged."""

PUSH_SCHEMA: Final = pa.schema(
    [
        ("repository", pa.string()),
        ("created_at", pa.timestamp("us")),
        ("account", pa.string()),
        ("ref", pa.string()),
        ("before", pa.string()),
        ("head", pa.string()),
        ("size", pa.int64()),
    ]
)
"""Pushes to branches; `account` pushed."""

REVIEW_SCHEMA: Final = pa.schema(
    [
        ("repository", pa.string()),
        ("review", pa.int64()),
        ("thread", pa.int64()),
        ("account", pa.string()),
        ("submitted_at", pa.timestamp("us")),
        ("state", pa.string()),
        ("comments", pa.int64()),
        ("evidence", pa.string()),
    ]
)
"""Reviews with the number of their comments; `evidence` says whether a review or only a comment reports it."""

SCHEMAS: Final[Mapping[str, pa.Schema]] = {
    "events": EVENT_SCHEMA,
    "pulls": PULL_SCHEMA,
    "profiles": PROFILE_SCHEMA,
    "repositories": REPOSITORY_SCHEMA,
    "counts": COUNTS_SCHEMA,
    "doubtful": DOUBTFUL_SCHEMA,
    "unclear": UNCLEAR_SCHEMA,
    "pushes": PUSH_SCHEMA,
    "reviews": REVIEW_SCHEMA,
}


@dataclass(frozen=True, slots=True)
class NamedRepository:
    """A wanted repository and the names that lines may use for it.

    ids      declared repository ids; if empty, they are taken from lines under its name
    aliases  former names
    branch   the default branch, if the landscape declares it
    """

    project: str
    repository: str
    ids: tuple[int, ...] = ()
    aliases: tuple[str, ...] = ()
    branch: str | None = None


SORT_COLUMNS: Final[Mapping[str, str]] = {
    "events": "repository, created_at, event_id",
    "pulls": "repository, number",
    "profiles": "login, seen_at, github_id, name, company",
    "repositories": "repository",
    "counts": "repository, hour, kind",
    "doubtful": "repository, hour",
    "unclear": "repository, closed_at, number",
    "pushes": "repository, created_at, ref, head, account",
    "reviews": "repository, review",
}


def assemble_tables(
    days: Sequence[Path], hours: Iterable[datetime], named: Sequence[NamedRepository], period: Period, spill: Path
) -> dict[str, pa.Table]:
    """Build the tables of SCHEMAS from the rows of these hours.

    days   files of stored rows; rows of other hours, which a killed run may have left, are ignored
    spill  a folder for intermediate results that do not fit into memory
    """
    connection = duckdb.connect(":memory:", config=_duckdb_settings(spill))
    try:
        connection.register("read_hours", pa.table({"hour": pa.array(sorted(hours), pa.timestamp("us"))}))
        for name, table in _name_tables(named).items():
            connection.register(name, table)
        if days:
            connection.read_parquet([str(path) for path in days]).create_view("stored_rows")
        else:
            connection.register("stored_rows", ROW_SCHEMA.empty_table())
        connection.execute(
            "create table bounds as select ?::timestamp as since, ?::timestamp as until, ?::timestamp as merged_since",
            [period.since, period.until, MERGED_ACTION_SINCE],
        )
        connection.execute(_REPOSITORY_SQL)
        parts: dict[str, list[pa.Table]] = {name: [schema.empty_table()] for name, schema in SCHEMAS.items()}
        for repositories in _repository_batches(connection):
            connection.register("batch", pa.table({"repository": pa.array(repositories, pa.string())}))
            connection.execute(_EVENT_SQL)
            for name, schema in SCHEMAS.items():
                parts[name].append(_query_table(connection, name, schema))
    finally:
        connection.close()
    return {name: _merge_batches(name, tables) for name, tables in parts.items()}


def _repository_batches(connection: duckdb.DuckDBPyConnection) -> Iterator[list[str]]:
    """Batches of repositories whose lines fit into memory, in order."""
    query = "select repository, sum(lines)::bigint from line_repositories group by repository order by repository"
    batch: list[str] = []
    lines = 0
    for repository, count in connection.execute(query).fetchall():
        if batch and lines + count > LINES_PER_BATCH:
            yield batch
            batch, lines = [], 0
        batch.append(repository)
        lines += count
    if batch:
        yield batch


def _merge_batches(name: str, parts: Sequence[pa.Table]) -> pa.Table:
    """Concatenate the tables of all batches; profiles, which several batches may contain, are deduplicated."""
    table = pa.concat_tables(parts)
    if name != "profiles":
        return table
    keys = [column for column in table.column_names if column != "seen_at"]
    first = table.group_by(keys, use_threads=False).aggregate([("seen_at", "min")]).rename_columns([*keys, "seen_at"])
    order = [(column.strip(), "ascending") for column in SORT_COLUMNS[name].split(",")]
    return first.select(PROFILE_SCHEMA.names).sort_by(order).cast(PROFILE_SCHEMA)


def _duckdb_settings(spill: Path) -> dict[str, str | bool | int | float | list[str]]:
    return {
        "memory_limit": MEMORY_LIMIT,
        "threads": 1,
        "temp_directory": str(spill),
        "preserve_insertion_order": False,
        "autoinstall_known_extensions": False,
        "autoload_known_extensions": False,
    }


def _name_tables(named: Sequence[NamedRepository]) -> dict[str, pa.Table]:
    """The wanted repositories as tables for SQL; an alias that is another repository's current name is ignored."""
    own = {entry.repository.lower() for entry in named}
    names = [(entry.repository, entry.repository.lower(), True) for entry in named]
    names += [
        (entry.repository, alias.lower(), False)
        for entry in named
        for alias in entry.aliases
        if alias.lower() not in own
    ]
    ids = [(entry.repository, number) for entry in named for number in entry.ids]
    text, flag, number = pa.string(), pa.bool_(), pa.int64()
    return {
        "wanted": _table_from_rows(
            [(entry.repository, entry.project, entry.branch) for entry in named],
            [("repository", text), ("project", text), ("branch", text)],
        ),
        "wanted_names": _table_from_rows(
            sorted(set(names)), [("repository", text), ("folded", text), ("is_own", flag)]
        ),
        "declared_ids": _table_from_rows(sorted(set(ids)), [("repository", text), ("id", number)]),
    }


def _table_from_rows(rows: Sequence[tuple[object, ...]], fields: Sequence[tuple[str, pa.DataType]]) -> pa.Table:
    schema = pa.schema(list(fields))
    return pa.Table.from_pylist([dict(zip(schema.names, row, strict=True)) for row in rows], schema=schema)


def _query_table(connection: duckdb.DuckDBPyConnection, name: str, schema: pa.Schema) -> pa.Table:
    columns = ", ".join(f'"{column}"' for column in schema.names)
    result = connection.execute(f"select {columns} from {name} order by {SORT_COLUMNS[name]}")  # noqa: S608 - our own names
    return result.to_arrow_table().cast(schema)
