"""ClickHouse's own engine (chdb) behind its HTTP protocol on loopback: statements, sessions, Arrow in and out."""

from __future__ import annotations

import argparse
import importlib
import re
import tempfile
import threading
from collections import Counter
from contextlib import suppress
from pathlib import Path
from typing import Any, Final
from urllib.parse import parse_qsl, urlsplit

import pyarrow as pa

from tests.fakes.http_server import Answer, LoopbackServer, Request

NOT_SETTINGS: Final = frozenset({"query", "session_id", "session_timeout", "database", "wait_end_of_query"})
_FORMAT: Final = re.compile(r"\s+FORMAT\s+(\w+)\s*\Z", re.IGNORECASE)
_INSERT: Final = re.compile(r"INSERT INTO (\S+) FORMAT (\w+)\s*\Z", re.IGNORECASE)


class ChdbServer:
    """Answers as a ClickHouse server with one database does; a context manager.

    executed  statements by their first word
    refused   requests without the user and password that the server was told to ask for
    """

    def __init__(self, user: str = "", password: str = "") -> None:
        session: Any = importlib.import_module("chdb.session")
        self._session = session.Session()
        self._account = (user, password)
        self._lock = threading.Lock()
        self._tables: dict[str, str] = {}
        self.executed: Counter[str] = Counter()
        self.refused = 0
        self._server = LoopbackServer(self._answer)
        self.url = self._server.url

    def __enter__(self) -> ChdbServer:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Stop serving."""
        self._server.close()
        self._session.close()

    def query(self, sql: str, output: str = "CSV") -> Any:
        """Run a statement beside the protocol, to prepare a table."""
        with self._lock:
            return self._session.query(sql, output)

    def load_table(self, name: str, create: str, rows: pa.Table) -> None:
        """Make a table by a statement, and fill its columns of the same names."""
        self.query(create)
        with tempfile.NamedTemporaryFile() as file:
            with pa.ipc.new_stream(file.name, rows.schema) as stream:
                stream.write_table(rows)
            columns = ", ".join(rows.column_names)
            self.query(f"INSERT INTO {name} ({columns}) SELECT {columns} FROM file('{file.name}', ArrowStream)")

    def _answer(self, asked: Request) -> Answer:
        if any(self._account) and self._account != (
            asked.headers.get("x-clickhouse-user", ""), asked.headers.get("x-clickhouse-key", ""),
        ):  # fmt: skip
            self.refused += 1
            return Answer(403, b"Code: 516. DB::Exception: Authentication failed: password is incorrect.\n")
        given = dict(parse_qsl(urlsplit(asked.path).query, keep_blank_values=True))
        with self._lock:
            try:
                return Answer(200, self._execute(given, asked.body))
            except Exception as error:
                return Answer(404, str(error).encode(), {"x-clickhouse-exception-code": "47"})

    def _execute(self, given: dict[str, str], body: bytes) -> bytes:
        self._forget_other_sessions(given.get("session_id", ""))
        for name, value in given.items():
            if name not in NOT_SETTINGS and not name.startswith("param_"):
                self._session.query(f"SET {name} = '{value}'")
        if insert := _INSERT.match(given.get("query", "")):
            self.executed["INSERT"] += 1
            with tempfile.NamedTemporaryFile() as file:
                file.write(body)
                file.flush()
                self._session.query(f"INSERT INTO {insert[1]} SELECT * FROM file('{file.name}', {insert[2]})")
            return b""
        sql = "\n".join(part for part in (given.get("query", ""), body.decode()) if part)
        self.executed[sql.split(maxsplit=1)[0].upper()] += 1
        output = _FORMAT.search(sql)
        parameters = {name.removeprefix("param_"): value for name, value in given.items() if name.startswith("param_")}
        result = self._session.query(
            sql[: output.start()] if output else sql, output[1] if output else "TabSeparated", params=parameters
        )
        return bytes(result.bytes())

    def _forget_other_sessions(self, session: str) -> None:
        """Temporary tables belong to their session; there is one at a time here."""
        if self._tables.get("session") == session:
            return
        for name in self._session.query("SHOW TEMPORARY TABLES", "TabSeparated").bytes().decode().split():
            with suppress(Exception):
                self._session.query(f"DROP TEMPORARY TABLE `{name}`")
        self._tables["session"] = session


def main() -> None:
    """Serve until standard input ends; the address is written to a file."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("address_file", type=Path)
    asked = parser.parse_args()
    with ChdbServer() as server:
        asked.address_file.write_text(server.url, "utf-8")
        with suppress(EOFError, KeyboardInterrupt):
            input()


if __name__ == "__main__":
    main()
