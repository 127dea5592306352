"""One request over HTTP: bounded in time and in bytes; whatever breaks on the way is one kind of failure."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

import httpx

MOST_BYTES: Final = 1 << 26
SECONDS: Final = 120.0
"""A whole answer may take so long; GitHub itself gives up a query after ten."""

AGENT: Final = "ecotone (https://pypi.org/project/ecotone)"
_STANDSTILL: Final = httpx.Timeout(30.0, connect=15.0)


@dataclass(frozen=True, slots=True)
class Clock:
    """Where time comes from: seconds since 1970, and a way to let some pass. Tests bring their own."""

    now: Callable[[], float] = time.time
    sleep: Callable[[float], None] = time.sleep


SYSTEM: Final = Clock()


@dataclass(frozen=True, slots=True)
class Backoff:
    """How long to wait after the n-th failure in a row, and after how many to give up; seconds."""

    attempts: int = 6
    first: float = 1.0
    longest: float = 60.0

    def after(self, failures: int) -> float:
        """Seconds to wait after so many failures.

        >>> [Backoff().after(failures) for failures in (1, 2, 3, 9)]
        [1.0, 2.0, 4.0, 60.0]
        """
        return float(min(self.first * 2 ** (failures - 1), self.longest))


@dataclass(frozen=True, slots=True)
class Reply:
    """A whole answer; names of headers in lower case."""

    status: int
    headers: Mapping[str, str]
    content: bytes
    seconds: float


class Interrupted(Exception):
    """No whole answer came; worth another try. The text says what happened and names no address."""


def opened(transport: httpx.BaseTransport | None = None) -> httpx.Client:
    """A client that keeps connections alive and follows nothing by itself."""
    return httpx.Client(transport=transport, timeout=_STANDSTILL, follow_redirects=False, headers={"user-agent": AGENT})


def exchange(
    client: httpx.Client,
    request: httpx.Request,
    clock: Clock,
    *,
    seconds: float = SECONDS,
    most_bytes: int = MOST_BYTES,
) -> Reply:
    """Send a request and read the whole answer. Raises Interrupted."""
    begun = clock.now()
    content = bytearray()
    try:
        response = client.send(request, stream=True)
        try:
            for chunk in response.iter_bytes():
                content += chunk
                if len(content) > most_bytes:
                    raise Interrupted(f"the answer is longer than {most_bytes >> 20} MiB")
                if clock.now() - begun > seconds:
                    raise Interrupted(f"the answer took longer than {seconds:g} seconds")
        finally:
            response.close()
    except httpx.TimeoutException as error:
        raise Interrupted("no answer in time") from error
    except httpx.InvalidURL as error:
        raise Interrupted("the address cannot be used") from error
    except httpx.HTTPError as error:
        raise Interrupted(_said(error)) from error
    headers = {name.casefold(): value for name, value in response.headers.items()}
    return Reply(response.status_code, headers, bytes(content), clock.now() - begun)


def _said(error: httpx.HTTPError) -> str:
    if isinstance(error, httpx.ConnectError):
        return "no connection"
    if isinstance(error, httpx.DecodingError):
        return "the answer cannot be unpacked"
    return f"the connection broke ({type(error).__name__})"
