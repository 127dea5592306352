"""HTTP client for ClickHouse; it finds errors wherever the server puts them, even after rows with status 200."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

import httpx
import orjson

from ecotone.events.sources.http import (
    SYSTEM_CLOCK,
    Backoff,
    Clock,
    HttpReply,
    RequestFailed,
    open_http_client,
    send_request,
)
from ecotone.events.sources.secret import Token
from ecotone.foundation.errors import SourceMalformed, SourceUnavailable

PLAYGROUND: Final = "https://play.clickhouse.com"
USER: Final = "play"

QUERY_SECONDS: Final = 60
"""Time limit for a query on the server."""

SETTINGS: Final = {"session_timezone": "UTC", "max_execution_time": str(QUERY_SECONDS), "max_result_rows": "2000000"}
"""Settings sent with a query; omitted if the server does not allow users to change settings."""

_ERROR: Final = re.compile(rb"Code: (\d+)\.\s*(?:DB::Exception: )?([^\n]*)")
_LIMIT_CODES: Final = frozenset({158, 159, 160, 241, 307, 396})  # rows, time, speed, memory, bytes
_BUSY_CODES: Final = frozenset({201, 202, 203, 209, 210, 425, 439})  # quota, too many at once, network
_SETTING_REFUSED_CODES: Final = frozenset({115, 164, 452})  # unknown setting, read-only, constraint
_DENIED_CODES: Final = frozenset({192, 193, 194, 497, 516})
ATTEMPTS_BEFORE_SPLIT: Final = 3
"""Attempts before a query that exceeds a limit is split: the server may only have been busy."""

RETRY_HINT: Final = "Run the same command again; it continues where it stopped."


class QueryTooLarge(Exception):
    """The server did not finish a query within its limits; the query has to be split."""


@dataclass(frozen=True, slots=True)
class _ServerError:
    code: int
    text: str


class ClickHouseClient:
    """A client for one ClickHouse server. `kinds` counts requests by purpose."""

    def __init__(
        self,
        base: str = PLAYGROUND,
        user: str = USER,
        password: Token | None = None,
        *,
        database: str = "default",
        clock: Clock = SYSTEM_CLOCK,
        on_wait: Callable[[str], None] = lambda _: None,
        backoff: Backoff | None = None,
        transport: httpx.BaseTransport | None = None,
    ) -> None:
        self.base = base.rstrip("/")
        self.clock = clock
        self.on_wait = on_wait
        self.backoff = backoff or Backoff()
        self.kinds: Counter[str] = Counter()
        self._user, self._password, self._database = user, password, database
        self._settings: Mapping[str, str] = SETTINGS
        self._http = open_http_client(transport, location=base)

    def __enter__(self) -> ClickHouseClient:
        return self

    def __exit__(self, *_: object) -> None:
        self._http.close()

    def fetch_rows(self, sql: str, parameters: Mapping[str, str], kind: str) -> list[list[object]]:
        """The rows of a query that ends with FORMAT JSONCompact. Raises TooMuch, SourceUnavailable, SourceMalformed."""
        failures = 0
        while True:
            rows, error = self._send_once(sql, parameters, kind)
            if rows is not None:
                return rows
            if error.code in _SETTING_REFUSED_CODES and self._settings:
                self._settings = {}
                continue
            failures += 1
            self._wait_or_raise(error, failures)

    def _send_once(
        self, sql: str, parameters: Mapping[str, str], kind: str
    ) -> tuple[list[list[object]] | None, _ServerError]:
        try:
            reply = self._send_query(sql, parameters, kind)
        except RequestFailed as broke:
            return None, _ServerError(0, str(broke))
        if (error := _error_of(reply)) is not None:
            return None, error
        rows = _rows_of(reply)
        if rows is not None:
            self._check_zone(reply)
        return rows, _ServerError(0, f"the answer of status {reply.status} is not whole")

    def _wait_or_raise(self, error: _ServerError, failures: int) -> None:
        """Wait before a retry, or raise if a retry is pointless."""
        if error.code in _LIMIT_CODES and failures >= ATTEMPTS_BEFORE_SPLIT:
            raise QueryTooLarge(error.text)
        if error.code and error.code not in _LIMIT_CODES | _BUSY_CODES:
            raise self._malformed_error(error)
        if failures >= self.backoff.attempts:
            raise SourceUnavailable(
                f"{self.base} did not answer {failures} times in a row ({error.text}). {RETRY_HINT}"
            )
        seconds = self.backoff.wait_after_failures(failures)
        if error.code in _BUSY_CODES:
            seconds = max(seconds, self.backoff.longest)
            self.on_wait(f"ClickHouse is busy; retrying in {seconds:.0f} seconds ({error.text})")
        self.clock.sleep(seconds)

    def _malformed_error(self, error: _ServerError) -> SourceMalformed:
        if error.code in _DENIED_CODES:
            return SourceMalformed(
                f"{self.base} rejects the user {self._user!r} ({error.text})."
                " Check ECOTONE_CLICKHOUSE_USER and ECOTONE_CLICKHOUSE_PASSWORD, and run again."
            )
        return SourceMalformed(
            f"{self.base} cannot answer ({error.text}). Check that it has a table `github_events` with the columns"
            " of the public playground, and run again."
        )

    def _send_query(self, sql: str, parameters: Mapping[str, str], kind: str) -> HttpReply:
        settings = {"database": self._database, "wait_end_of_query": "1", **self._settings}
        values = {f"param_{name}": value for name, value in parameters.items()}
        headers = {"x-clickhouse-user": self._user}
        if self._password is not None:
            headers["x-clickhouse-key"] = self._password.reveal_secret()
        request = self._http.build_request(
            "POST", self.base + "/", params={**settings, **values}, content=sql.encode(), headers=headers
        )
        self.kinds[kind] += 1
        return send_request(self._http, request, self.clock, seconds=3 * QUERY_SECONDS)

    def _check_zone(self, reply: HttpReply) -> None:
        zone = reply.headers.get("x-clickhouse-timezone", "UTC")
        if not self._settings and zone not in ("UTC", "Etc/UTC", "GMT", "Universal", "Zulu"):
            raise SourceMalformed(
                f"{self.base} uses the time zone {zone[:40]!r} and does not allow the user to change it."
                " Set the server's time zone to UTC, or allow the user to set `session_timezone`, and run again."
            )


def _error_of(reply: HttpReply) -> _ServerError | None:
    """The error of an answer: in a header, in the body, or after the first rows."""
    match = None
    if reply.status != 200 or "x-clickhouse-exception-code" in reply.headers or not _looks_whole(reply.content):
        match = _ERROR.search(reply.content)
    if match is None:
        match = _ERROR.search(_exception_in(reply.content))
    if match is not None:
        return _ServerError(int(match[1][:6]), _clean_message(match[2]))
    code = reply.headers.get("x-clickhouse-exception-code", "")
    if code.isascii() and code.isdigit() and len(code) < 7:
        return _ServerError(int(code), f"code {code}")
    if reply.status in (401, 403):
        return _ServerError(516, f"status {reply.status}")
    if reply.status == 429:
        return _ServerError(201, "status 429")
    return None if reply.status == 200 else _ServerError(0, f"status {reply.status}")


def _looks_whole(content: bytes) -> bool:
    return content.rstrip().endswith(b"}")


def _exception_in(content: bytes) -> bytes:
    """The value of the key `exception`, which newer servers add to incomplete JSON."""
    if b'"exception"' not in content[-4096:]:
        return b""
    try:
        body = orjson.loads(content)
    except orjson.JSONDecodeError:
        return b""
    message = body.get("exception") if isinstance(body, dict) else None
    return message.encode(errors="replace") if isinstance(message, str) else b""


def _rows_of(reply: HttpReply) -> list[list[object]] | None:
    """The rows of an answer in JSONCompact; None if it is incomplete."""
    try:
        body = orjson.loads(reply.content)
    except orjson.JSONDecodeError:
        return None
    if not isinstance(body, dict):
        return None
    data, meta = body.get("data"), body.get("meta")
    if not isinstance(data, list) or not isinstance(meta, list) or str(body.get("rows")) != str(len(data)):
        return None
    return data if all(isinstance(row, list) and len(row) == len(meta) for row in data) else None


def _clean_message(text: bytes) -> str:
    message = text[:200].decode("utf-8", "replace")
    message = message.partition(" (version ")[0]
    return "".join(letter if letter.isprintable() else " " for letter in message).strip().rstrip(".")
