"""ClickHouse's HTTP interface over one table on loopback: DuckDB answers what sqlglot has translated."""

from __future__ import annotations

import re
import threading
from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Final
from urllib.parse import parse_qsl, urlsplit

import duckdb
import orjson
import pyarrow as pa
import pyarrow.parquet as pq
import sqlglot
from sqlglot.errors import SqlglotError

from ecotone.simulation.feeds.feed_model import FieldFeeds
from ecotone.simulation.feeds.hour_files import WrittenHours
from tests.fakes.clickhouse.event_table import event_table
from tests.fakes.http_server import Answer, LogEntry, LoopbackServer, Request, RequestLog, TroublePlan

TROUBLES: Final = ("429", "502", "slow", "cut", "length", "midway", "timeout", "memory")
FORMATS: Final = (
    "JSON", "JSONCompact", "JSONEachRow", "JSONCompactEachRow", "TabSeparated", "TSV", "TabSeparatedWithNames",
    "TSVWithNames", "CSV", "CSVWithNames", "Parquet", "ArrowStream",
)  # fmt: skip
MACROS: Final = (
    "toMonthStart(x) AS CAST(date_trunc('month', x) AS DATE)",
    "toUnixTimestamp(x) AS CAST(epoch(CAST(x AS TIMESTAMP)) AS UINTEGER)",
    "toDateTime(x) AS CAST(x AS TIMESTAMP)",
    "toDate(x) AS CAST(x AS DATE)",
    "toYYYYMM(x) AS CAST(year(x) * 100 + month(x) AS UINTEGER)",
    "toString(x) AS CAST(x AS VARCHAR)",
    "toUInt8(x) AS CAST(x AS UTINYINT)",
    "toUInt32(x) AS CAST(x AS UINTEGER)",
    "toUInt64(x) AS CAST(x AS UBIGINT)",
    "uniqExact(a) AS count(DISTINCT a), (a, b) AS count(DISTINCT (a, b)), (a, b, c) AS count(DISTINCT (a, b, c)),"
    " (a, b, c, d) AS count(DISTINCT (a, b, c, d))",
    "countWhere(c) AS count(CASE WHEN c THEN 1 END)",
    "sumIf(x, c) AS sum(CASE WHEN c THEN x ELSE 0 END)",
    "uniqExactIf(x, c) AS count(DISTINCT CASE WHEN c THEN x END)",
    "notEmpty(x) AS x <> ''",
    "multiIf(a, b, z) AS CASE WHEN a THEN b ELSE z END,"
    " (a, b, c, d, z) AS CASE WHEN a THEN b WHEN c THEN d ELSE z END,"
    " (a, b, c, d, e, f, z) AS CASE WHEN a THEN b WHEN c THEN d WHEN e THEN f ELSE z END,"
    " (a, b, c, d, e, f, g, h, z) AS CASE WHEN a THEN b WHEN c THEN d WHEN e THEN f WHEN g THEN h ELSE z END",
)
TYPES: Final = {
    "VARCHAR": "String", "UINTEGER": "UInt32", "UTINYINT": "UInt8", "INTEGER": "Int32", "UBIGINT": "UInt64",
    "BIGINT": "UInt64", "HUGEINT": "UInt64", "DATE": "Date", "DOUBLE": "Float64", "BOOLEAN": "UInt8",
}  # fmt: skip
WIDE: Final = frozenset({"UInt64", "Int64"})  # in quotes, as the server does unless it is told not to
MIDWAY: Final = "Code: 241. DB::Exception: Memory limit (for query) exceeded. (MEMORY_LIMIT_EXCEEDED)"

_FORMAT: Final = re.compile(r"\s+FORMAT\s+(\w+)\s*;?\s*$", re.IGNORECASE)
_SETTINGS: Final = re.compile(r"\s+SETTINGS\s+[\w\s=,.']+$", re.IGNORECASE)
_PARAMETER: Final = re.compile(r"\{\s*(\w+)\s*:\s*([\w()\s,']+?)\s*\}")
_OURS: Final = {"toStartOfMonth": "toMonthStart", "countIf": "countWhere"}  # where the translation means another thing


class Fault(Exception):
    """A query that is refused: its status and the text with its code."""

    def __init__(self, status: int, code: int, text: str, name: str) -> None:
        super().__init__(text)
        self.status = status
        self.code = code
        self.body = f"Code: {code}. DB::Exception: {text} ({name}) (version 25.8.1.1 (official build))\n".encode()


class ClickHouseServer:
    """Answers SELECTs over `github_events`; a context manager. `log` has every request."""

    def __init__(self, table: pa.Table, trouble: tuple[str, ...], *, seed: int, share: float, most: int) -> None:
        self.log = RequestLog()
        self._lock = threading.Lock()
        self._database = duckdb.connect(":memory:", config={"autoinstall_known_extensions": "false", "threads": "1"})
        self._database.register("rows_of_events", table)
        self._database.execute("CREATE TABLE github_events AS SELECT * FROM rows_of_events")
        for macro in MACROS:
            self._database.execute(f"CREATE MACRO {macro}")
        self._troubles = TroublePlan(trouble, TROUBLES, seed=seed, share=share, most=most)
        self._server = LoopbackServer(self._answer)
        self.url = self._server.url

    def __enter__(self) -> ClickHouseServer:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Stop serving."""
        self._server.close()
        self._database.close()

    def _answer(self, asked: Request) -> Answer:
        trouble = self._troubles.draw_trouble(asked.request_key)
        try:
            answer = self._struck(trouble) or self._query(asked)
        except Fault as fault:
            answer = Answer(fault.status, fault.body, {"x-clickhouse-exception-code": str(fault.code)})
        if trouble in ("slow", "cut", "length"):
            answer = replace(answer, manner=trouble)
        if trouble == "midway":
            answer = replace(answer, body=answer.body[: len(answer.body) // 2] + f"\n{MIDWAY}\n".encode())
        self.log.add_entry(LogEntry(asked.request_key, answer.status, trouble))
        return answer

    def _struck(self, trouble: str | None) -> Answer | None:
        if trouble == "429":
            raise Fault(
                429, 201, "Quota for user `play` for 3600s has been exceeded: queries = 61/60.", "QUOTA_EXCEEDED"
            )
        if trouble == "timeout":
            raise Fault(500, 159, "Timeout exceeded: elapsed 60.1 seconds, maximum: 60", "TIMEOUT_EXCEEDED")
        if trouble == "memory":
            raise Fault(500, 241, "Memory limit (for query) exceeded", "MEMORY_LIMIT_EXCEEDED")
        if trouble == "502":
            return Answer(502, b"<html><h1>502 Bad Gateway</h1></html>", {"content-type": "text/html"})
        return None

    def _query(self, asked: Request) -> Answer:
        settings = dict(parse_qsl(urlsplit(asked.path).query, keep_blank_values=True))
        text = "\n".join(part for part in (settings.get("query", ""), asked.body.decode()) if part).strip()
        if not text:
            return Answer(200, b"Ok.\n", {"content-type": "text/html; charset=UTF-8"})
        named = _FORMAT.search(text)
        form = named[1] if named else settings.get("default_format", "TabSeparated")
        text = text[: named.start()] if named else text
        if form not in FORMATS:
            raise Fault(400, 73, f"Unknown format {form}", "UNKNOWN_FORMAT")
        table, types = self._run(_given(text, settings))
        quoted = settings.get("output_format_json_quote_64bit_integers", "1") != "0"
        body = written_as(form, table, types, quoted=quoted)
        return Answer(200, body, {"content-type": "application/json; charset=UTF-8", "x-clickhouse-format": form})

    def _run(self, text: str) -> tuple[pa.Table, list[str]]:
        """The rows and the types by ClickHouse's names."""
        text = _SETTINGS.sub("", text.rstrip().rstrip(";"))
        for theirs, ours in _OURS.items():
            text = re.sub(rf"\b{theirs}\b", ours, text)
        try:
            statements = sqlglot.transpile(text, read="clickhouse", write="duckdb")
        except SqlglotError as error:
            raise Fault(400, 62, f"Syntax error: {error}".partition("\n")[0], "SYNTAX_ERROR") from None
        if len(statements) != 1 or not re.match(r"(?i)\s*(SELECT|WITH)\b", statements[0]):
            raise Fault(500, 164, "play: Cannot execute query in readonly mode.", "READONLY")
        with self._lock:
            try:
                relation = self._database.sql(statements[0])
                types = [_type(str(one)) for one in relation.types]
                return relation.to_arrow_table(), types
            except duckdb.CatalogException as error:
                raise Fault(404, 60, f"Unknown expression: {error}".partition("\n")[0], "UNKNOWN_TABLE") from None
            except duckdb.Error as error:
                raise Fault(404, 47, f"{error}".partition("\n")[0], "UNKNOWN_IDENTIFIER") from None


def _type(name: str) -> str:
    if name.startswith("TIMESTAMP"):
        return "DateTime"
    if name.startswith("DECIMAL"):
        return "Float64"
    return "Array(String)" if name.endswith("[]") else TYPES.get(name, "String")


def _given(text: str, settings: Mapping[str, str]) -> str:
    """The text with its `{name:Type}` parameters filled in."""

    def fill(match: re.Match[str]) -> str:
        name, kind = match[1], match[2]
        if f"param_{name}" not in settings:
            raise Fault(400, 456, f"Query parameter `{name}` was not set", "UNKNOWN_QUERY_PARAMETER")
        value = settings[f"param_{name}"]
        if kind.startswith("Array"):
            return f"({', '.join(_quoted(one) for one in _items(value)) or 'NULL'})"
        if re.fullmatch(r"U?Int\d+|Float\d+", kind):
            return str(float(value) if kind.startswith("Float") else int(value))
        return f"CAST({_quoted(value)} AS TIMESTAMP)" if kind.startswith("DateTime") else _quoted(value)

    try:
        return _PARAMETER.sub(fill, text)
    except ValueError as error:
        raise Fault(400, 457, f"Value cannot be parsed: {error}", "BAD_QUERY_PARAMETER") from None


def _items(value: str) -> list[str]:
    r"""The texts of an array as ClickHouse writes it.

    >>> _items(r"['a/b','it\'s']")
    ['a/b', "it's"]
    """
    return [re.sub(r"\\(.)", r"\1", one) for one in re.findall(r"'((?:[^'\\]|\\.)*)'", value)]


def _quoted(value: str) -> str:
    return "'" + value.replace("\\", "\\\\").replace("'", "''") + "'"


def written_as(form: str, table: pa.Table, types: list[str], *, quoted: bool) -> bytes:
    """A result in one of FORMATS."""
    names = table.column_names
    if form == "Parquet":
        sink = pa.BufferOutputStream()
        pq.write_table(table, sink)
        return bytes(sink.getvalue())
    if form == "ArrowStream":
        sink = pa.BufferOutputStream()
        with pa.ipc.new_stream(sink, table.schema) as stream:
            stream.write_table(table)
        return bytes(sink.getvalue())
    as_text = not form.startswith("JSON")
    columns = [
        [_plain(one, kind, quoted and not as_text) for one in column.to_pylist()]
        for column, kind in zip(table.columns, types, strict=True)
    ]
    rows = list(zip(*columns, strict=True)) if columns else []
    if form in ("JSON", "JSONCompact"):
        data = [list(row) if form == "JSONCompact" else dict(zip(names, row, strict=True)) for row in rows]
        meta = [{"name": name, "type": kind} for name, kind in zip(names, types, strict=True)]
        statistics = {"elapsed": 0.01, "rows_read": len(rows), "bytes_read": 100 * len(rows)}
        return orjson.dumps({"meta": meta, "data": data, "rows": len(rows), "statistics": statistics}) + b"\n"
    if form == "JSONEachRow":
        return b"".join(orjson.dumps(dict(zip(names, row, strict=True))) + b"\n" for row in rows)
    if form == "JSONCompactEachRow":
        return b"".join(orjson.dumps(row) + b"\n" for row in rows)
    lines = [names] if form.endswith("WithNames") else []
    lines += [[str(one) for one in row] for row in rows]
    if form.startswith("CSV"):
        return "".join(",".join('"' + one.replace('"', '""') + '"' for one in line) + "\n" for line in lines).encode()
    return "".join("\t".join(map(_escaped, line)) + "\n" for line in lines).encode()


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace("\t", "\\t").replace("\n", "\\n")


def _plain(value: Any, kind: str, quoted: bool) -> Any:
    if isinstance(value, datetime):
        return f"{value:%Y-%m-%d %H:%M:%S}"
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, bool | Decimal):
        value = int(value) if value == int(value) else float(value)
    return str(value) if quoted and kind in WIDE and value is not None else value


def serve_clickhouse(
    feeds: FieldFeeds,
    hours: WrittenHours | None = None,
    trouble: tuple[str, ...] = (),
    *,
    ambiguous: bool = False,
    seed: int = 0,
    share: float = 0.2,
    most: int = 2,
) -> ClickHouseServer:
    """Serve a field's events as ClickHouse would on loopback.

    hours      what was written: the table lacks what these lack; None: nothing is lost
    trouble    of TROUBLES; each strikes a `share` of the requests, one request at most `most` times
    ambiguous  merges of late 2025 stand there as bare `closed`
    raises     UnknownName on another trouble
    """
    table = event_table(feeds, hours, ambiguous=ambiguous)
    return ClickHouseServer(table, trouble, seed=seed, share=share, most=most)
