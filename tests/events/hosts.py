"""A host on this machine that serves one repository over git://, as long as a test wants."""

from __future__ import annotations

import os
import socket
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO


@contextmanager
def git_host(
    repository: Path | None, *, stops_after: int | None = None, reached: threading.Event | None = None
) -> Iterator[str]:
    """The address of a repository; without one the host never answers.

    stops_after  bytes after which the host says nothing more and keeps the connection open
    reached      set at the first connection
    """
    over = threading.Event()
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        listening.listen()
        thread = threading.Thread(target=_accept, args=(listening, repository, stops_after, reached, over), daemon=True)
        thread.start()
        try:
            yield f"git://127.0.0.1:{listening.getsockname()[1]}/o/r.git"
        finally:
            over.set()
            with suppress(OSError):
                listening.shutdown(socket.SHUT_RDWR)
    thread.join()


def _accept(
    listening: socket.socket,
    repository: Path | None,
    stops_after: int | None,
    reached: threading.Event | None,
    over: threading.Event,
) -> None:
    with suppress(OSError):
        while not over.is_set():
            connection, _ = listening.accept()
            if reached:
                reached.set()
            with connection:
                if repository is None:
                    over.wait()
                else:
                    _serve(connection, repository, stops_after, over)


def _serve(connection: socket.socket, repository: Path, stops_after: int | None, over: threading.Event) -> None:
    """Hand everything between git and `git upload-pack`."""
    asked = connection.recv(int(connection.recv(4), 16) - 4)
    version = {"GIT_PROTOCOL": "version=2"} if b"version=2" in asked else {}
    command = ["git", "-c", "safe.directory=*", "-c", "uploadpack.allowFilter=true", "upload-pack", str(repository)]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env={**os.environ, **version}
    ) as server:
        assert server.stdin is not None
        assert server.stdout is not None
        asking = threading.Thread(target=_hand_on, args=(connection, server.stdin), daemon=True)
        asking.start()
        sent = 0
        with suppress(OSError):
            while piece := os.read(server.stdout.fileno(), 1 << 16):
                if stops_after is not None and sent + len(piece) > stops_after:
                    over.wait()
                    break
                connection.sendall(piece)
                sent += len(piece)
        server.kill()
        with suppress(OSError):
            connection.shutdown(socket.SHUT_RDWR)
        asking.join()


def _hand_on(connection: socket.socket, target: IO[bytes]) -> None:
    with suppress(OSError), target:
        while piece := connection.recv(1 << 16):
            os.write(target.fileno(), piece)
