"""One HTTP request, limited in time and size; all transport errors become one exception type.

Size is that of the decoded answer. Beside the limit for silence there is one for the whole exchange, from the
connection over headers and hints to the last byte: a host that sends a byte a second does not outlast it.
"""

from __future__ import annotations

import ssl
import time
import zlib
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any, Final

import httpcore
import httpx

from ecotone.foundation.location import Location

MOST_BYTES: Final = 1 << 26
LONGEST_SECONDS: Final = 120.0
"""Time limit for a whole answer; GitHub itself gives up a query after ten seconds."""

USER_AGENT: Final = "ecotone (https://pypi.org/project/ecotone)"
MOST_REDIRECTS: Final = 5

_STANDSTILL: Final = httpx.Timeout(30.0, connect=15.0)
_PIECE_BYTES: Final = 1 << 16
_GZIP_OR_ZLIB: Final = 32 + zlib.MAX_WBITS
_deadline: ContextVar[float] = ContextVar("deadline", default=float("inf"))  # of time.monotonic


@dataclass(frozen=True, slots=True)
class Clock:
    """A clock: seconds since 1970, and a way to wait. Tests pass their own."""

    now: Callable[[], float] = time.time
    sleep: Callable[[float], None] = time.sleep


SYSTEM_CLOCK: Final = Clock()


@dataclass(frozen=True, slots=True)
class Backoff:
    """Exponential waits after consecutive failures, in seconds, and the number of attempts."""

    attempts: int = 6
    first: float = 1.0
    longest: float = 60.0

    def wait_after_failures(self, failures: int) -> float:
        """Seconds to wait after this many failures.

        >>> [Backoff().wait_after_failures(failures) for failures in (1, 2, 3, 9)]
        [1.0, 2.0, 4.0, 60.0]
        """
        return float(min(self.first * 2 ** (failures - 1), self.longest))


@dataclass(frozen=True, slots=True)
class HttpReply:
    """A complete answer; header names are in lower case."""

    status: int
    headers: Mapping[str, str]
    content: bytes
    seconds: float


class RequestFailed(Exception):
    """No complete answer arrived; a retry may help. The text says what happened and names no address."""


def open_http_client(
    transport: httpx.BaseTransport | None = None,
    *,
    location: str = "",
    follow_redirects: bool = False,
    accept_encoding: str = "gzip, deflate",
) -> httpx.Client:
    """A client that keeps connections open, and obeys the limits of `limit_exchange`.

    location  where the client is to ask; the user and password of a `Location` go to its host alone
    """
    client = httpx.Client(
        transport=transport,
        timeout=_STANDSTILL,
        follow_redirects=follow_redirects,
        max_redirects=MOST_REDIRECTS,
        headers={"user-agent": USER_AGENT, "accept-encoding": accept_encoding},
        auth=location.credentials if isinstance(location, Location) else None,
    )
    for used in (client._transport, *client._mounts.values()):  # httpx has no public way that keeps the user's proxies
        if isinstance(used, httpx.HTTPTransport):
            used._pool._network_backend = _LimitedBackend(used._pool._network_backend)
    return client


@contextmanager
def limit_exchange(seconds: float) -> Iterator[None]:
    """Within it, a client of `open_http_client` gives up after so many seconds with httpx.TimeoutException."""
    token = _deadline.set(time.monotonic() + seconds)
    try:
        yield
    finally:
        _deadline.reset(token)


def send_request(
    client: httpx.Client,
    request: httpx.Request,
    clock: Clock,
    *,
    seconds: float = LONGEST_SECONDS,
    most_bytes: int = MOST_BYTES,
) -> HttpReply:
    """Send a request and read the whole answer. Raises RequestFailed."""
    begun = clock.now()
    content = bytearray()
    try:
        with limit_exchange(seconds):
            response = client.send(request, stream=True)
            try:
                for chunk in _decode_content(response):
                    content += chunk
                    if len(content) > most_bytes:
                        raise RequestFailed(f"the answer is longer than {most_bytes >> 20} MiB")
                    if clock.now() - begun > seconds:
                        raise RequestFailed(f"the answer took longer than {seconds:g} seconds")
            finally:
                response.close()
    except httpx.TimeoutException as error:
        raise RequestFailed("no answer in time") from error
    except httpx.InvalidURL as error:
        raise RequestFailed("the address cannot be used") from error
    except httpx.HTTPError as error:
        raise RequestFailed(_describe_error(error)) from error
    headers = {name.casefold(): value for name, value in response.headers.items()}
    return HttpReply(response.status_code, headers, bytes(content), clock.now() - begun)


def _decode_content(response: httpx.Response) -> Iterator[bytes]:
    """The content in small pieces, unpacked at most once. Raises RequestFailed."""
    if response.is_stream_consumed:  # a transport without a network has read it already
        yield response.content
        return
    encoding = response.headers.get("content-encoding", "").strip().casefold()
    if encoding in ("", "identity"):
        yield from response.iter_raw(_PIECE_BYTES)
        return
    if encoding not in ("gzip", "x-gzip", "deflate"):
        raise RequestFailed("the answer is packed in a way that was not asked for")
    unpacking = zlib.decompressobj(_GZIP_OR_ZLIB)
    try:
        for packed in response.iter_raw(_PIECE_BYTES):
            waiting = packed
            while waiting and not unpacking.eof:
                yield unpacking.decompress(waiting, _PIECE_BYTES)
                waiting = unpacking.unconsumed_tail
    except zlib.error as error:
        raise RequestFailed("the answer cannot be decompressed") from error
    if not unpacking.eof:
        raise RequestFailed("the answer is cut off")


class _LimitedStream(httpcore.NetworkStream):
    """A connection that waits for no byte longer than until the deadline of the exchange."""

    def __init__(self, stream: httpcore.NetworkStream) -> None:
        self._stream = stream

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._stream.read(max_bytes, _seconds_left(timeout, httpcore.ReadTimeout))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._stream.write(buffer, _seconds_left(timeout, httpcore.WriteTimeout))

    def close(self) -> None:
        self._stream.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        limit = _seconds_left(timeout, httpcore.ConnectTimeout)
        return _LimitedStream(self._stream.start_tls(ssl_context, server_hostname, limit))

    def get_extra_info(self, info: str) -> Any:
        return self._stream.get_extra_info(info)


class _LimitedBackend(httpcore.NetworkBackend):
    """Opens connections that obey the deadline of the exchange."""

    def __init__(self, backend: httpcore.NetworkBackend) -> None:
        self._backend = backend

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Any = None,
    ) -> httpcore.NetworkStream:
        limit = _seconds_left(timeout, httpcore.ConnectTimeout)
        return _LimitedStream(self._backend.connect_tcp(host, port, limit, local_address, socket_options))


def _seconds_left(timeout: float | None, error: type[httpcore.TimeoutException]) -> float | None:
    """The timeout, cut at the deadline of the exchange. Raises `error` after it."""
    remaining = _deadline.get() - time.monotonic()
    if remaining <= 0:
        raise error("the exchange took too long")
    return remaining if timeout is None else min(timeout, remaining)


def _describe_error(error: httpx.HTTPError) -> str:
    if isinstance(error, httpx.ConnectError):
        return "no connection"
    if isinstance(error, httpx.DecodingError):
        return "the answer cannot be decompressed"
    return f"the connection broke ({type(error).__name__})"
