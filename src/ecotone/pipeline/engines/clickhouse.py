"""ClickHouse over HTTP: tables travel there and back as Arrow streams, in temporary tables of one session."""

from __future__ import annotations

import io
import re
import uuid
from collections.abc import Iterator, Mapping
from typing import Final

import httpx
import pyarrow as pa

from ecotone.events.sources.clickhouse.credentials import find_credentials
from ecotone.events.sources.http import SYSTEM_CLOCK, RequestFailed, open_http_client, send_request
from ecotone.foundation.errors import EngineFailed
from ecotone.pipeline.engines.engine import EXECUTED, GroupFunction
from ecotone.pipeline.engines.local_groups import run_groups_here
from ecotone.pipeline.engines.types import CLICKHOUSE_TYPES, with_plain_types

SETTINGS: Final[Mapping[str, str]] = {
    "session_timezone": "UTC",
    "join_use_nulls": "1",  # an outer join's gaps are NULL, not zero
    "wait_end_of_query": "1",  # an error comes instead of rows, not after them
    "max_query_size": str(1 << 22),
    "output_format_arrow_string_as_string": "1",
    "output_format_arrow_compression_method": "none",
}
SESSION_SECONDS: Final = 3600
LONGEST_SECONDS: Final = 3600.0
MOST_BYTES: Final = 1 << 33
ROWS_OF_A_BATCH: Final = 1 << 16

_ERROR: Final = re.compile(rb"Code: \d+\.\s*(?:DB::Exception: )?([^\n]{0,300})")


class ClickHouseEngine:
    """A session at a ClickHouse server, with these tables; groups run in processes of this machine."""

    dialect: Final = "clickhouse"

    def __init__(
        self, address: str, tables: Mapping[str, pa.Table], transport: httpx.BaseTransport | None = None
    ) -> None:
        self._address = address
        self._user, self._password = find_credentials(address)
        self._http = open_http_client(transport, location=address)
        self._session = uuid.uuid4().hex
        try:
            for name, table in tables.items():
                self._fill_table(name, with_plain_types(table))
        except BaseException:
            self.close()
            raise

    def run(self, sql: str) -> pa.Table:
        """See `Engine.run`."""
        EXECUTED["clickhouse statements"] += 1
        content = self._ask(f"{sql}\nFORMAT ArrowStream".encode())
        return pa.ipc.open_stream(pa.py_buffer(content)).read_all()

    def each(self, table: pa.Table, key: str, function: GroupFunction, schema: pa.Schema) -> pa.Table:
        """See `Engine.each`."""
        return run_groups_here(table, key, function, schema)

    def close(self) -> None:
        """End the connection; the server forgets the session's tables."""
        self._http.close()

    def change(self, sql: str) -> None:
        """Run a statement without a result: a temporary table, or a view of this session."""
        self._ask(sql.encode())

    def _fill_table(self, name: str, table: pa.Table) -> None:
        columns = ", ".join(f"`{field.name}` {CLICKHOUSE_TYPES[field.type]}" for field in table.schema)
        self.change(f"CREATE TEMPORARY TABLE `{name}` ({columns}) ENGINE = Memory")
        if table.num_rows:
            self._ask(_stream_of_rows(table), {"query": f"INSERT INTO `{name}` FORMAT ArrowStream"})

    def _ask(self, content: bytes | Iterator[bytes], parameters: Mapping[str, str] | None = None) -> bytes:
        """The answer to one request. Raises EngineFailed."""
        session = {"session_id": self._session, "session_timeout": str(SESSION_SECONDS)}
        headers = {"x-clickhouse-user": self._user} if self._user else {}
        if self._password is not None:
            headers["x-clickhouse-key"] = self._password.reveal_secret()
        request = self._http.build_request(
            "POST", f"{self._address}/", params={**SETTINGS, **session, **(parameters or {})}, content=content,
            headers=headers, timeout=LONGEST_SECONDS,
        )  # fmt: skip
        try:
            reply = send_request(self._http, request, SYSTEM_CLOCK, seconds=LONGEST_SECONDS, most_bytes=MOST_BYTES)
        except RequestFailed as failed:
            raise EngineFailed(f"the engine {self._address} did not answer ({failed})") from None
        if reply.status != 200 or "x-clickhouse-exception-code" in reply.headers:
            match = _ERROR.search(reply.content)
            reason = match[1].decode("utf-8", "replace") if match else f"status {reply.status}"
            raise EngineFailed(f"the engine {self._address} refused a statement ({reason.strip().rstrip('.')})")
        return reply.content


def _stream_of_rows(table: pa.Table) -> Iterator[bytes]:
    """A table as the bytes of an Arrow stream, a batch at a time."""
    sink = io.BytesIO()
    with pa.ipc.new_stream(sink, table.schema) as stream:
        for batch in table.to_batches(max_chunksize=ROWS_OF_A_BATCH):
            stream.write_batch(batch)
            yield sink.getvalue()
            sink.seek(0)
            sink.truncate()
    yield sink.getvalue()
