"""Run a git process within limits, and read what it says while its host answers."""

from __future__ import annotations

import os
import re
import selectors
import subprocess
import sys
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


MESSAGES_TIMEOUT: Final = 1800.0
"""Seconds for which a host may send messages and nothing else, as while it prepares a large pack."""
UNLIMITED: Final = 1 << 62
MESSAGE_BYTES: Final = 1 << 16
"""Bytes of messages that are kept, the newest."""

_LIMIT_AND_RUN: Final = 'ulimit -S -d "$1" 2>/dev/null; ulimit -S -f "$2" 2>/dev/null; shift 2; exec "$@"'
"""For sh: kibibytes of memory, blocks of 512 bytes in a file, and the command. A lower limit of the user's stays."""

_LINE_END: Final = re.compile(rb"[\r\n]")


class OutputTooLong(Exception):
    """A process wrote more than was asked for, and was terminated."""


class TransferTooLarge(Exception):
    """A host sent more than was allowed, and git was terminated."""


class HostSilent(Exception):
    """A host was silent for too long, and git was terminated."""


@contextmanager
def run_process(command: list[str], memory: int, file_bytes: int, **options: Any) -> Iterator[subprocess.Popen[bytes]]:
    """Run a process, which is terminated at the end of the block.

    memory      bytes of memory that the process may write to (Linux)
    file_bytes  bytes of the largest file that it may write (Linux)
    """
    process = subprocess.Popen([*_limiting_words(memory, file_bytes), *command], **options)
    try:
        yield process
        process.wait()
    finally:
        _terminate_process(process)
        for pipe in (process.stdin, process.stdout, process.stderr):
            if pipe:
                with suppress(BrokenPipeError):
                    pipe.close()


def _limiting_words(memory: int, file_bytes: int) -> list[str]:
    """What begins a command that runs within limits from its first moment, with all that it starts."""
    if sys.platform != "linux":
        return []
    return ["/bin/sh", "-c", _LIMIT_AND_RUN, "sh", str(memory >> 10), str(file_bytes >> 9)]


def read_process_output(
    process: subprocess.Popen[bytes], timeout: float, longest: int, most: int = UNLIMITED
) -> tuple[bytes, bytes]:
    """The output of a process and the end of its messages; raises HostSilent after `timeout` seconds of silence.

    git must run with `--progress`, because progress lines are the sign that the host sends. Messages of the host alone
    count for at most `MESSAGES_TIMEOUT` seconds.

    longest  bytes of output after which OutputTooLong is raised
    most     bytes of output and messages after which TransferTooLarge is raised
    """
    assert process.stdout is not None
    assert process.stderr is not None
    out, messages = bytearray(), bytearray()
    last_output = last_progress = time.monotonic()
    working_locally, unfinished_line, received = False, b"", 0
    with selectors.DefaultSelector() as pipes:
        pipes.register(process.stdout, selectors.EVENT_READ, out)
        pipes.register(process.stderr, selectors.EVENT_READ, messages)
        while pipes.get_map():
            remaining = min(last_output + timeout, last_progress + MESSAGES_TIMEOUT) - time.monotonic()
            if not working_locally and remaining <= 0:
                raise HostSilent
            for key, _ in pipes.select(None if working_locally else remaining):
                piece = os.read(key.fd, PIECE_BYTES)
                last_output = time.monotonic()
                received += len(piece)
                key.data.extend(piece)
                if not piece:
                    pipes.unregister(key.fileobj)
                own_lines: list[bytes] = []
                if key.data is messages:
                    *lines, unfinished_line = _LINE_END.split(unfinished_line[-MESSAGE_BYTES:] + piece)
                    own_lines = [line for line in lines if line and not line.startswith(b"remote:")]
                    working_locally = working_locally or any(line.startswith(_TRANSFER_DONE) for line in own_lines)
                if own_lines or key.data is out:
                    last_progress = last_output
            if len(out) > longest:
                raise OutputTooLong
            if received > most:
                raise TransferTooLarge
            del messages[:-MESSAGE_BYTES]
    return bytes(out), bytes(messages)


def _terminate_process(process: subprocess.Popen[bytes]) -> None:
    """Ask a process to end, then end it."""
    if process.poll() is None:
        process.terminate()
        try:
            process.wait(_TERMINATION_GRACE)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
