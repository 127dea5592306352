"""Running git processes, each in its own process group, so that all can be terminated."""

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
HOST_TIMEOUT: Final = 180.0
"""Seconds of silence from a host after which git is terminated. Over https git itself gives up after 60; over ssh
and git:// it would wait for ever."""

_TERMINATION_GRACE: Final = 5.0  # seconds between SIGTERM and SIGKILL
_TRANSFER_DONE: Final = (b"Receiving objects: 100%", b"Unpacking objects: 100%", b"Resolving deltas:")
"""After these lines git works locally, and may write nothing for long."""


class RunInterrupted(Exception):
    """The run was interrupted."""


class HostSilent(Exception):
    """A host was silent for too long, and git was terminated."""


class GitProcesses:
    """Starts git processes and keeps track of them; after `terminate_all` none runs and none can be started."""

    def __init__(self) -> None:
        self._running: set[subprocess.Popen[bytes]] = set()
        self._lock = threading.Lock()
        self._ended = False

    @contextmanager
    def run_process(self, command: list[str], **options: Any) -> Iterator[subprocess.Popen[bytes]]:
        """Run a process; it is terminated at the end of the block. Raises Stopped."""
        with self._lock:
            if self._ended:
                raise RunInterrupted
            process = subprocess.Popen(command, process_group=0, **options)
            self._running.add(process)
        try:
            yield process
            process.wait()
        finally:
            _terminate_processes([process])
            for pipe in (process.stdin, process.stdout, process.stderr):
                if pipe:
                    with suppress(BrokenPipeError):
                        pipe.close()
            with self._lock:
                self._running.discard(process)
        if self._ended:
            raise RunInterrupted

    def terminate_all(self) -> None:
        """Terminate all processes, and start no other."""
        with self._lock:
            self._ended = True
            running = list(self._running)
        _terminate_processes(running)


def read_process_output(process: subprocess.Popen[bytes], timeout: float) -> tuple[bytes, bytes]:
    """The whole output of a process on its two pipes; raises Silent if a host is silent for `patience` seconds.

    git must run with `--progress`, because progress lines are the sign that the host answers.
    """
    assert process.stdout is not None
    assert process.stderr is not None
    out, err = bytearray(), bytearray()
    last_output, waits = time.monotonic(), True
    with selectors.DefaultSelector() as pipes:
        pipes.register(process.stdout, selectors.EVENT_READ, out)
        pipes.register(process.stderr, selectors.EVENT_READ, err)
        while pipes.get_map():
            remaining = last_output + timeout - time.monotonic()
            if waits and remaining <= 0:
                raise HostSilent
            for key, _ in pipes.select(remaining if waits else None):
                piece = os.read(key.fd, PIECE_BYTES)
                last_output = time.monotonic()
                key.data.extend(piece)
                if not piece:
                    pipes.unregister(key.fileobj)
            waits = waits and not any(mark in err for mark in _TRANSFER_DONE)
    return bytes(out), bytes(err)


def _terminate_processes(processes: list[subprocess.Popen[bytes]]) -> None:
    """Send SIGTERM to the process groups, then SIGKILL to those that do not end."""
    running = [process for process in processes if process.poll() is None]
    for process in running:
        _signal_process_group(process, signal.SIGTERM)
    for process in running:
        try:
            process.wait(_TERMINATION_GRACE)
        except subprocess.TimeoutExpired:
            _signal_process_group(process, signal.SIGKILL)
            process.wait()


def _signal_process_group(process: subprocess.Popen[bytes], number: signal.Signals) -> None:
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, number)
