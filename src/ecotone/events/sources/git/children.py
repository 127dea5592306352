"""The gits that are running: each in a group of its own, so that all can be ended at once, helpers included."""

from __future__ import annotations

import os
import selectors
import signal
import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any, Final

PIECE_BYTES: Final = 1 << 16
PATIENCE: Final = 180.0
"""Seconds without a word from a host after which it is given up. Over https git itself gives up after 60; over ssh
and git:// it would wait for ever."""

_KINDNESS: Final = 5.0  # seconds from asking a git to end to making it
_WHOLE: Final = (b"Receiving objects: 100%", b"Unpacking objects: 100%", b"Resolving deltas:")
"""From here on git works by itself, and may say nothing for long."""


class Stopped(Exception):
    """The run was interrupted; what was under way is not to be kept."""


class Silent(Exception):
    """A host said nothing for too long, and git was ended."""


class Children:
    """Starts gits and knows those that run; after `end` none runs and none can be started."""

    def __init__(self) -> None:
        self._running: set[subprocess.Popen[bytes]] = set()
        self._lock = threading.Lock()
        self._ended = False

    @contextmanager
    def started(self, command: list[str], **more: Any) -> Iterator[subprocess.Popen[bytes]]:
        """A git while it runs; whatever happens it runs no longer afterwards. Raises Stopped."""
        with self._lock:
            if self._ended:
                raise Stopped
            process = subprocess.Popen(command, process_group=0, **more)
            self._running.add(process)
        try:
            yield process
            process.wait()
        finally:
            _end([process])
            for pipe in (process.stdin, process.stdout, process.stderr):
                if pipe:
                    with suppress(BrokenPipeError):
                        pipe.close()
            with self._lock:
                self._running.discard(process)
        if self._ended:
            raise Stopped

    def end(self) -> None:
        """End every git that runs, and start no other."""
        with self._lock:
            self._ended = True
            running = list(self._running)
        _end(running)


def listen(process: subprocess.Popen[bytes], patience: float) -> tuple[bytes, bytes]:
    """All that a git writes to its two pipes; raises Silent where it waits for a host that says nothing for so long.

    It must have been told to show its progress, which is how a host is heard.
    """
    assert process.stdout is not None
    assert process.stderr is not None
    out, err = bytearray(), bytearray()
    heard, waits = time.monotonic(), True
    with selectors.DefaultSelector() as pipes:
        pipes.register(process.stdout, selectors.EVENT_READ, out)
        pipes.register(process.stderr, selectors.EVENT_READ, err)
        while pipes.get_map():
            left = heard + patience - time.monotonic()
            if waits and left <= 0:
                raise Silent
            for key, _ in pipes.select(left if waits else None):
                piece = os.read(key.fd, PIECE_BYTES)
                heard = time.monotonic()
                key.data.extend(piece)
                if not piece:
                    pipes.unregister(key.fileobj)
            waits = waits and not any(mark in err for mark in _WHOLE)
    return bytes(out), bytes(err)


def _end(processes: list[subprocess.Popen[bytes]]) -> None:
    """Ask groups to end, so that they clear up; make those end that do not."""
    running = [process for process in processes if process.poll() is None]
    for process in running:
        _signal(process, signal.SIGTERM)
    for process in running:
        try:
            process.wait(_KINDNESS)
        except subprocess.TimeoutExpired:
            _signal(process, signal.SIGKILL)
            process.wait()


def _signal(process: subprocess.Popen[bytes], number: signal.Signals) -> None:
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, number)
