"""Serve the archive's hours as a web site would: with files that are not there, slow, cut off, or of another length."""

from __future__ import annotations

from pathlib import Path
from typing import Final
from urllib.parse import unquote

from tests.fakes.http_server import Answer, Asked, Log, Logged, Server, Troubles

TROUBLES: Final = ("slow", "cut", "length", "502", "503", "429", "html")


class HoursServer:
    """Serves the files of a folder; a context manager. `log` has every request."""

    def __init__(
        self, folder: Path, trouble: tuple[str, ...] = (), *, seed: int = 0, share: float = 0.05, most: int = 2
    ) -> None:
        self.folder = folder
        self.log = Log()
        self._troubles = Troubles(trouble, TROUBLES, seed=seed, share=share, most=most)
        self._server = Server(self._answer)
        self.url = self._server.url

    def __enter__(self) -> HoursServer:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Stop serving."""
        self._server.close()

    def _answer(self, asked: Asked) -> Answer:
        trouble = self._troubles.strike(asked.key)
        answer = self._struck(trouble) or self._found(asked, trouble or "")
        self.log.add(Logged(asked.key, answer.status, trouble))
        return answer

    def _struck(self, trouble: str | None) -> Answer | None:
        """The answer of a trouble that hides the file; None if the file itself is sent, however badly."""
        if trouble in ("502", "503"):
            return Answer(int(trouble), b"<html>upstream went away</html>", {"content-type": "text/html"})
        if trouble == "429":
            return Answer(429, b"slow down", {"retry-after": "1", "content-type": "text/plain"})
        if trouble == "html":
            return Answer(200, b"<html>The line is down</html>" * 8, {"content-type": "text/html"})
        return None

    def _found(self, asked: Asked, manner: str) -> Answer:
        name = unquote(asked.path.partition("?")[0]).lstrip("/")
        path = self.folder / name
        if "/" in name or name.startswith(".") or not path.is_file():
            return Answer(
                404, b"<?xml version='1.0'?><Error><Code>NoSuchKey</Code></Error>", {"content-type": "application/xml"}
            )
        content = path.read_bytes()
        headers = {"content-type": "application/gzip", "accept-ranges": "bytes"}
        asked_range = asked.headers.get("range", "")
        if asked_range.startswith("bytes=") and asked_range.endswith("-") and asked_range[6:-1].isdigit():
            start = int(asked_range[6:-1])
            headers["content-range"] = f"bytes {start}-{len(content) - 1}/{len(content)}"
            return Answer(206, content[start:], headers, manner)
        return Answer(200, content, headers, manner)


def serve_hours(
    folder: Path, trouble: tuple[str, ...] = (), *, seed: int = 0, share: float = 0.05, most: int = 2
) -> HoursServer:
    """Serve a folder of hours on loopback.

    trouble  of TROUBLES; each strikes a `share` of the requests, one request at most `most` times
    raises   UnknownName on another trouble
    """
    return HoursServer(folder, trouble, seed=seed, share=share, most=most)
