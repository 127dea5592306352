"""A server on this machine's loopback address that misbehaves when it is told to, and remembers what it was asked."""

from __future__ import annotations

import hashlib
import socket
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any, Final, Self

from ecotone.foundation.errors import UnknownName
from ecotone.simulation.random_streams import random_stream

PIECE: Final = 256  # bytes of a dribble, at least
LONGER: Final = 37  # bytes that a wrong length claims too many


@dataclass(frozen=True, slots=True)
class Request:
    """A request; header names in lower case."""

    method: str
    path: str  # with its query
    headers: Mapping[str, str]
    body: bytes = b""

    @property
    def request_key(self) -> str:
        """What makes two requests the same."""
        digest = hashlib.sha256(self.body).hexdigest()[:16] if self.body else ""
        return " ".join(filter(None, (self.method, self.path, digest, self.headers.get("range"))))


@dataclass(frozen=True, slots=True)
class Answer:
    """What is sent back; `manner` says how: "" as a whole, or slow, cut, length."""

    status: int
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)
    manner: str = ""


@dataclass(frozen=True, slots=True)
class LogEntry:
    """One request of the log.

    token    position of its token among the known ones, -1 for an unknown one, None without
    trouble  what was done to it, None if it was answered as it should be
    era      how often the server's data had been moved on before
    """

    key: str
    status: int
    trouble: str | None
    token: int | None = None
    era: int = 0
    detail: str = ""

    @property
    def answered(self) -> bool:
        """Whether the truth was sent as a whole, however slowly."""
        return self.trouble in (None, "slow")


class RequestLog:
    """Every request in the order of arrival."""

    def __init__(self) -> None:
        self.rows: list[LogEntry] = []
        self._lock = threading.Lock()

    def add_entry(self, row: LogEntry) -> None:
        """Note a request."""
        with self._lock:
            self.rows.append(row)

    def count_requests(self, *, answered: bool = False) -> int:
        """How many requests there were; `answered`: of those that got the truth."""
        return sum(row.answered or not answered for row in self.rows)

    def list_repeated_requests(self) -> list[str]:
        """Requests that were made again after they had been answered with 200; those told "not modified" are apart."""
        done: set[tuple[str, int]] = set()
        repeated_keys = []
        for row in self.rows:
            mark = (row.key, row.era)
            if mark in done and row.status != 304:
                repeated_keys.append(row.key)
            if row.status == 200 and row.answered:
                done.add(mark)
        return repeated_keys

    def count_troubles(self) -> Counter[str]:
        """How often each trouble struck."""
        return Counter(row.trouble for row in self.rows if row.trouble)


class TroublePlan:
    """Which requests are struck by what: seeded by the request, at its first attempts only.

    names  the troubles to make
    share  of requests that are struck
    most   how often one request is struck before it is let through
    """

    def __init__(self, names: tuple[str, ...], known: tuple[str, ...], *, seed: int, share: float, most: int) -> None:
        for name in names:
            if name not in known:
                raise UnknownName("trouble", name, known)
        self.names = names
        self.seed = seed
        self.share = share
        self.most = most
        self._attempts: Counter[str] = Counter()
        self._lock = threading.Lock()

    def draw_trouble(self, key: str, but: tuple[str, ...] = ()) -> str | None:
        """What strikes this attempt at a request, None if nothing does."""
        names = [name for name in self.names if name not in but]
        if not names:
            return None
        with self._lock:
            attempt = self._attempts[key]
            self._attempts[key] += 1
        rng = random_stream(self.seed, f"trouble/{key}")
        if rng.random() >= self.share or attempt >= 1 + rng.randrange(self.most):
            return None
        return rng.choice(names) if attempt == 0 else random_stream(self.seed, f"trouble/{key}/{attempt}").choice(names)


class LoopbackServer:
    """Serves answers on a free port of 127.0.0.1 until it is closed; a context manager."""

    def __init__(self, answer: Callable[[Request], Answer], *, pause: float = 0.01) -> None:
        self._server = _Listener(answer, pause)
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True)
        self._thread.start()

    @property
    def url(self) -> str:
        """Where it listens, without a final slash."""
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    def close(self) -> None:
        """Stop serving."""
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


class _Listener(ThreadingHTTPServer):
    """Hands every request to one function."""

    daemon_threads = True

    def __init__(self, answer: Callable[[Request], Answer], pause: float) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.answer = answer
        self.pause = pause

    def handle_error(self, request: socket.socket | tuple[bytes, socket.socket], client_address: Any) -> None:
        """A client that went away is no error here; anything else is told as the library tells it."""
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True  # else an answer waits 40 ms for the one who asked to acknowledge its head
    server: _Listener

    def do_GET(self) -> None:
        self._serve_request()

    def do_POST(self) -> None:
        self._serve_request()

    def do_HEAD(self) -> None:
        self._serve_request()

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the library's name for it
        """Say nothing on standard error."""

    def _serve_request(self) -> None:
        length = int(self.headers.get("content-length") or 0)
        chunked = self.headers.get("transfer-encoding", "").casefold() == "chunked"
        body = b"".join(self._read_chunks()) if chunked else self.rfile.read(length) if length else b""
        headers = {name.lower(): value for name, value in self.headers.items()}
        answer = self.server.answer(Request(self.command, self.path, headers, body))
        try:
            self._send_answer(answer)
        except (BrokenPipeError, ConnectionResetError):
            self.close_connection = True

    def _read_chunks(self) -> Iterator[bytes]:
        while size := int(self.rfile.readline().partition(b";")[0], 16):
            yield self.rfile.read(size)
            self.rfile.readline()
        self.rfile.readline()

    def _send_answer(self, answer: Answer) -> None:
        self.send_response(answer.status)
        for name, value in answer.headers.items():
            self.send_header(name, value)
        if answer.status != 304:
            self.send_header("content-length", str(len(answer.body) + (LONGER if answer.manner == "length" else 0)))
        if answer.manner in ("cut", "length"):
            self.close_connection = True
            self.send_header("connection", "close")
        self.end_headers()
        if self.command == "HEAD" or answer.status == 304:
            return
        content = answer.body[: len(answer.body) // 2] if answer.manner == "cut" else answer.body
        step = max(PIECE, len(content) // 20) if answer.manner == "slow" else len(content) or 1
        for start in range(0, len(content), step):
            self.wfile.write(content[start : start + step])
            self.wfile.flush()
            if answer.manner == "slow":
                time.sleep(self.server.pause)
