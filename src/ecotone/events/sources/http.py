"""One HTTP request, limited in time and size; all transport errors become one exception type."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

import httpx

MOST_BYTES: Final = 1 << 26
LONGEST_SECONDS: Final = 120.0
"""Time limit for a whole answer; GitHub itself gives up a query after ten seconds."""

USER_AGENT: Final = "ecotone (https://pypi.org/project/ecotone)"
_STANDSTILL: Final = httpx.Timeout(30.0, connect=15.0)


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


def open_http_client(transport: httpx.BaseTransport | None = None) -> httpx.Client:
    """A client that keeps connections open and follows no redirects."""
    return httpx.Client(
        transport=transport, timeout=_STANDSTILL, follow_redirects=False, headers={"user-agent": USER_AGENT}
    )


def send_request(
    client: httpx.Client,
    request: httpx.Request,
    clock: Clock,
    *,
    seconds: float = LONGEST_SECONDS,
    most_bytes: int = MOST_BYTES,
) -> HttpReply:
    """Send a request and read the whole answer. Raises Interrupted."""
    begun = clock.now()
    content = bytearray()
    try:
        response = client.send(request, stream=True)
        try:
            for chunk in response.iter_bytes():
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


def _describe_error(error: httpx.HTTPError) -> str:
    if isinstance(error, httpx.ConnectError):
        return "no connection"
    if isinstance(error, httpx.DecodingError):
        return "the answer cannot be decompressed"
    return f"the connection broke ({type(error).__name__})"
