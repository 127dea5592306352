"""Serve the archive's hours as a web site would: with files that are not there, slow, cut off, or of another length."""

from __future__ import annotations

from pathlib import Path
from typing import Final
from urllib.parse import unquote

from tests.fakes.http_server import Answer, LogEntry, LoopbackServer, Request, RequestLog, TroublePlan

TROUBLES: Final = ("slow", "cut", "length", "502", "503", "429", "html")


class ArchiveServer:
    """Serves the files of a folder; a context manager. `log` has every request."""

    def __init__(
        self, folder: Path, trouble: tuple[str, ...] = (), *, seed: int = 0, share: float = 0.05, most: int = 2
    ) -> None:
        self.folder = folder
        self.log = RequestLog()
        self._troubles = TroublePlan(trouble, TROUBLES, seed=seed, share=share, most=most)
        self._server = LoopbackServer(self._answer_request)
        self.url = self._server.url

    def __enter__(self) -> ArchiveServer:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Stop serving."""
        self._server.close()

    def _answer_request(self, asked: Request) -> Answer:
        trouble = self._troubles.draw_trouble(asked.request_key)
        answer = self._make_failure(trouble) or self._serve_file(asked, trouble or "")
        self.log.add_entry(LogEntry(asked.request_key, answer.status, trouble))
        return answer

    def _make_failure(self, trouble: str | None) -> Answer | None:
        """The answer of a trouble that hides the file; None if the file itself is sent, however badly."""
        if trouble in ("502", "503"):
            return Answer(int(trouble), b"<html>upstream went away</html>", {"content-type": "text/html"})
        if trouble == "429":
            return Answer(429, b"slow down", {"retry-after": "1", "content-type": "text/plain"})
        if trouble == "html":
            return Answer(200, b"<html>The line is down</html>" * 8, {"content-type": "text/html"})
        return None

    def _serve_file(self, asked: Request, manner: str) -> Answer:
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
) -> ArchiveServer:
    """Serve a folder of hours on loopback.

    trouble  of TROUBLES; each strikes a `share` of the requests, one request at most `most` times
    raises   UnknownName on another trouble
    """
    return ArchiveServer(folder, trouble, seed=seed, share=share, most=most)
