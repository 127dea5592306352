"""Reads each repository in a process of its own, with limits of time and memory, so that none can stop the others."""

from __future__ import annotations

import multiprocessing
import os
import resource
import signal
import sys
import threading
import time
from collections.abc import Callable, Generator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Any, Final

import pyarrow as pa

from ecotone.events.sources.base import ReadSummary, RepositoryTarget
from ecotone.foundation.errors import EcotoneError, SourceMalformed
from ecotone.foundation.limits import LimitReached, ReadingLimits
from ecotone.foundation.location import mask_urls
from ecotone.foundation.notes import note
from ecotone.pipeline.worker_processes import READING_MODULES, server_context
from ecotone.store.files import PRIVATE

DATA_FIELD: Final = 5
"""Of /proc/self/statm: pages that this process may write to."""

ReadRepository = Callable[[RepositoryTarget], ReadSummary]
Outcome = ReadSummary | EcotoneError


@dataclass(frozen=True, slots=True)
class _RunningProcess:
    """A process that reads a repository, and the moment at which it is ended."""

    target: RepositoryTarget
    process: BaseProcess
    ends_at: float


def read_in_processes(
    read: ReadRepository, targets: Sequence[RepositoryTarget], at_once: int
) -> Generator[tuple[RepositoryTarget, Outcome]]:
    """The outcome of each target as it is ready: what `read` returns, or the error.

    read     called in the other process, so it must be importable there
    at_once  processes at the same time

    All processes have ended when the iterator ends, for whatever reason.
    """
    context: Any = server_context(READING_MODULES)
    waiting, running = list(reversed(targets)), dict[Connection, _RunningProcess]()
    try:
        while waiting or running:
            while waiting and len(running) < at_once:
                connection, started = _start_process(context, read, waiting.pop())
                running[connection] = started
            first_end = min(entry.ends_at for entry in running.values())
            ready = wait(list(running), max(0.0, first_end - time.monotonic()))
            now = time.monotonic()
            ended = [connection for connection, entry in running.items() if connection in ready or entry.ends_at <= now]
            for connection in ended:
                entry = running.pop(connection)
                yield entry.target, _receive_outcome(connection, entry, connection in ready)
    finally:
        for connection, entry in running.items():
            _end_process(entry.process)
            connection.close()


def _start_process(context: Any, read: ReadRepository, target: RepositoryTarget) -> tuple[Connection, _RunningProcess]:
    receiving, sending = context.Pipe(duplex=False)
    process = context.Process(target=_read_repository, args=(sending, read, target, dict(os.environ)), daemon=True)
    process.start()
    sending.close()
    return receiving, _RunningProcess(target, process, time.monotonic() + target.limits.seconds)


def _receive_outcome(connection: Connection, entry: _RunningProcess, ready: bool) -> Outcome:
    repository, limits = entry.target.repository, entry.target.limits
    outcome: Outcome | None = None
    if ready:
        with suppress(EOFError, OSError):
            outcome = connection.recv()
    connection.close()
    code = _end_process(entry.process)
    if outcome is not None:
        return outcome
    if not ready:
        return LimitReached(repository, "seconds", limits)
    if code in (-signal.SIGABRT, -signal.SIGSEGV, -signal.SIGBUS):  # a library that cannot do without the memory
        return LimitReached(repository, "memory_mb", limits)
    return SourceMalformed(note("process_ended", repository=repository, signal=-(code or 0)))


def _end_process(process: BaseProcess) -> int | None:
    """End a process with all that it started. Returns how it ended by itself, if it did."""
    process.join(0.2)
    code = process.exitcode
    if process.pid is not None:
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, signal.SIGKILL)  # the programs that it started are in its group
    process.kill()
    process.join()
    process.close()
    return code


def _read_repository(
    connection: Connection, read: ReadRepository, target: RepositoryTarget, environment: Mapping[str, str]
) -> None:
    """Read one repository in this process and send the outcome."""
    os.setpgid(0, 0)
    os.umask(PRIVATE)  # the server may have been started before the workspace was locked
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the process that started this one decides
    threading.Thread(target=_end_with_parent, daemon=True).start()
    os.environ.clear()
    os.environ.update(environment)
    _limit_memory(target.limits)
    outcome: Outcome
    try:
        outcome = read(target)
    except MemoryError:
        outcome = LimitReached(target.repository, "memory_mb", target.limits)
    except EcotoneError as error:
        outcome = error
    except Exception as error:  # one repository must not stop the others
        message = mask_urls(f"{type(error).__name__}: {error}")
        outcome = SourceMalformed(note("unexpected_error", repository=target.repository, error=message))
    connection.send(outcome)
    connection.close()


def _end_with_parent() -> None:
    """End this process and all that it started as soon as the process that asked for it is gone."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        wait([parent.sentinel])
        os.killpg(0, signal.SIGKILL)


def _limit_memory(limits: ReadingLimits) -> None:
    """Limit the memory that this process may write to, in addition to what its libraries hold already.

    Files that it maps do not count. Linux alone counts so; elsewhere only the limit of time holds.
    """
    if sys.platform == "linux":
        pa.allocate_buffer(1)  # Arrow reserves a gigabyte of addresses when it is first used
        held = int(Path("/proc/self/statm").read_text("ascii").split()[DATA_FIELD]) * resource.getpagesize()
        _, hard = resource.getrlimit(resource.RLIMIT_DATA)
        wanted = held + limits.memory_bytes
        allowed = wanted if hard == resource.RLIM_INFINITY else min(hard, wanted)
        resource.setrlimit(resource.RLIMIT_DATA, (allowed, hard))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
