"""The tables that signals read, of any size, written as Parquet by DuckDB itself."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from ecotone.signals.tables import TABLES

ACTS_OF_MONTH = 100
MONTHS = 36
PEOPLE_OF_PROJECT = 60

ACTS = """
    SELECT 'owner' || project AS project, 'owner' || project || '/main' AS repository,
        month + to_seconds((act * 7919) % 2400000) AS created_at, month::DATE AS month,
        CASE act % 10 WHEN 0 THEN 'pull_opened' WHEN 1 THEN 'pull_merged' WHEN 2 THEN 'review'
            ELSE 'commit' END AS kind,
        'account' || person AS account, 'p' || person AS person, 'account' || (person + 1) AS other_account,
        CASE WHEN person % 29 = 0 THEN 'bot' WHEN person % 31 = 0 THEN 'agent' ELSE 'person' END AS actor_kind,
        CASE WHEN act % 17 = 0 THEN 'Product' END AS assisted_by,
        CASE WHEN act % 10 < 3 THEN act // 10 END AS thread, 'commit' || act AS "commit",
        CASE WHEN person % 3 = 0 THEN 'Company ' || (person % 300) END AS organisation,
        CASE WHEN person % 3 = 0 THEN 'company' END AS organisation_kind,
        CASE WHEN person % 3 = 0 THEN 'signed' END AS basis
    FROM (
        SELECT range AS act, range // {of_project} AS project, TIMESTAMP '2023-01-01' AS begin,
            begin + to_months(((range % {of_project}) // {of_month})::INTEGER) AS month,
            (range // {of_project}) * 40 + floor({people} * pow((range * 0.618034) % 1, 3))::BIGINT AS person
        FROM range({rows})
    )
"""


def write_acts(rows: int, folder: Path) -> dict[str, Path]:
    """Files of the tables by name: so many acts of projects with MONTHS months each; feeds and the rest are empty."""
    paths = {name: folder / f"{name}.parquet" for name in TABLES}
    if paths["acts"].exists() and pq.read_metadata(paths["acts"]).num_rows == rows:
        return paths
    for name, path in paths.items():
        pq.write_table(TABLES[name].schema().to_pyarrow().empty_table(), path)
    sizes = {"rows": rows, "of_project": ACTS_OF_MONTH * MONTHS, "of_month": ACTS_OF_MONTH, "people": PEOPLE_OF_PROJECT}
    with duckdb.connect(config={"memory_limit": "1GB", "temp_directory": str(folder / "spill")}) as connection:
        _write(connection, "acts", ACTS.format(**sizes), paths["acts"])
        acts = f"read_parquet('{paths['acts']}')"
        states = ", ".join(f"'complete' AS {name}" for name in TABLES["months"].columns if name.endswith("_state"))
        times = "12 * year(month) + month(month) AS month_index, month + to_months(1) AS month_end"
        until = f"TIMESTAMP '2023-01-01' + to_months({MONTHS}) AS observed_until"
        months = f"SELECT DISTINCT project, month, {times}, {until}, {states} FROM {acts}"
        _write(connection, "months", months, paths["months"])
    return paths


def _write(connection: duckdb.DuckDBPyConnection, name: str, query: str, path: Path) -> None:
    """Write the columns that the table has, in its types; columns that the query lacks are NULL."""
    known = set(connection.execute(f"DESCRIBE {query}").fetchdf()["column_name"])
    columns = [
        f'{f"{chr(34)}{column}{chr(34)}" if column in known else "NULL"}::{_duck_type(kind)} AS "{column}"'
        for column, kind in zip(*_columns_of(name), strict=True)
    ]
    connection.execute(f"COPY (SELECT {', '.join(columns)} FROM ({query})) TO '{path}' (FORMAT parquet)")


def _columns_of(name: str) -> tuple[list[str], list[pa.DataType]]:
    schema = TABLES[name].schema().to_pyarrow()
    return schema.names, list(schema.types)


def _duck_type(kind: pa.DataType) -> str:
    names = {pa.string(): "VARCHAR", pa.int64(): "BIGINT", pa.float64(): "DOUBLE", pa.bool_(): "BOOLEAN"}
    return names.get(kind) or (
        "DATE" if pa.types.is_date(kind) else "TIMESTAMP" if pa.types.is_timestamp(kind) else "INTEGER"
    )
