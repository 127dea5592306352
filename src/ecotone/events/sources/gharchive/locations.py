"""Locations of hour files, a folder or an HTTP site; a file is present, absent or temporarily unavailable."""

from __future__ import annotations

import hashlib
import os
import time
import tomllib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any, Final, Protocol
from urllib.parse import urlsplit

import httpx
import orjson
import stamina

from ecotone.events.sources.gharchive.day_store import translate_disk_full
from ecotone.events.sources.gharchive.hour_files import file_name
from ecotone.events.sources.http import SYSTEM_CLOCK, RequestFailed, limit_exchange, open_http_client, send_request
from ecotone.foundation.errors import SourceMalformed, SourceUnavailable
from ecotone.foundation.location import Location as SafeLocation

ORIGINAL: Final = "https://data.gharchive.org"
NO_ARCHIVE: Final = "none"
"""Name of an archive without known breaks."""

PIECE_BYTES: Final = 1 << 18
"""Bytes read at a time."""

LONGEST_WAIT: Final = 300.0
"""Longest wait in seconds that a site may request; if it requests more, the user is asked to run again later."""

MOST_SECONDS: Final = 1e9
MOST_BYTES: Final = 1 << 30
"""Most bytes of one packed hour; the largest known has less than a fifth of it."""

MOST_MANIFEST_BYTES: Final = 1 << 20
GZIP: Final = b"\x1f\x8b"


@dataclass(frozen=True, slots=True)
class RetryLimits:
    """Limits for retries.

    attempts  for one hour
    wait      seconds before the second attempt, doubled each time, up to `longest`
    deadline  longest duration of one attempt in seconds
    """

    attempts: int = 5
    wait: float = 1.0
    longest: float = 60.0
    deadline: float = 3600.0


@dataclass(frozen=True, slots=True)
class LocalFile:
    """A local hour file; `is_temporary`: it is removed once it is read."""

    path: Path
    location: str
    archive: str
    is_temporary: bool


class Location(Protocol):
    """A location of hour files."""

    name: str
    archive: str

    def fetch_hour(self, hour: datetime, spool: Path) -> LocalFile | None:
        """The file of an hour, None if it is absent; raises SourceUnavailable."""
        ...


class FolderLocation:
    """Hour files in one folder, without subfolders."""

    def __init__(self, path: Path, archive: str) -> None:
        self.name = str(path)
        self.archive = archive
        self._path = path

    def fetch_hour(self, hour: datetime, spool: Path) -> LocalFile | None:  # noqa: ARG002 - nothing is copied
        """The file in the folder."""
        path = self._file_path(hour)
        return LocalFile(path, self.name, self.archive, is_temporary=False) if path.is_file() else None

    def has_changed(self, hour: datetime, size: int) -> bool:
        """Whether the file of an hour exists with another size; 0: it did not exist before."""
        path = self._file_path(hour)
        return path.is_file() and path.stat().st_size != size

    def _file_path(self, hour: datetime) -> Path:
        """The path of the file of an hour; tools that copy an archive may pad the hour to two digits."""
        padded = self._path / f"{hour:%Y-%m-%d-%H}.json.gz"
        return padded if hour.hour < 10 and padded.is_file() else self._path / file_name(hour)


class SiteLocation:
    """Hour files at an address, downloaded into a spool folder.

    keep  a folder in which downloaded files are kept; None: they are removed once they are read
    """

    def __init__(
        self, address: str, archive: str, client: httpx.Client, patience: RetryLimits, keep: Path | None
    ) -> None:
        self.name = address.rstrip("/")
        self.archive = archive
        self._client = client
        self._limits = patience
        self._keep_folder = keep
        self._manifests = bool(_archive_facts(archive).get("manifests"))
        self._since: datetime | None = _archive_facts(archive).get("since")

    def fetch_hour(self, hour: datetime, spool: Path) -> LocalFile | None:
        """Download a file, with retries."""
        if self._since is not None and hour < self._since:
            return None
        kept_path = None if self._keep_folder is None else self._keep_folder / file_name(hour)
        if kept_path is not None and kept_path.is_file():
            return LocalFile(kept_path, self.name, self.archive, is_temporary=False)
        patience = self._limits
        download = stamina.retry(
            on=_should_retry, attempts=patience.attempts, timeout=None, wait_initial=patience.wait,
            wait_max=patience.longest, wait_jitter=0.0,
        )(self._download_hour)  # fmt: skip
        target = spool / f"{file_name(hour)}.{os.getpid()}"
        with translate_disk_full():
            if not download(hour, target):
                return None
            if kept_path is not None:
                kept_path.parent.mkdir(parents=True, exist_ok=True)
                target.replace(kept_path)
                target = kept_path
        return LocalFile(target, self.name, self.archive, is_temporary=kept_path is None)

    def _download_hour(self, hour: datetime, target: Path) -> bool:
        address = f"{self.name}/{file_name(hour)}"
        began, size, head = time.monotonic(), 0, b""
        digest = hashlib.sha256()
        try:
            with limit_exchange(self._limits.deadline), self._client.stream("GET", address) as answer:
                if answer.status_code in (404, 410):
                    return False
                _raise_for_status(answer, address)
                with target.open("wb") as handle:
                    for piece in answer.iter_raw(PIECE_BYTES):
                        head = head or piece[:2]
                        size += len(piece)
                        digest.update(piece)
                        handle.write(piece)
                        if size > MOST_BYTES:
                            raise SourceMalformed(f"{address} is longer than {MOST_BYTES >> 20} MiB and was not read.")
                        if time.monotonic() - began > self._limits.deadline:
                            raise _Unavailable(f"{address} took longer than {self._limits.deadline:.0f} s")
        except httpx.HTTPError as error:
            raise _Unavailable(f"{address}: {type(error).__name__} {error}".rstrip()) from error
        if size and head != GZIP[: len(head)]:
            raise _Unavailable(f"{address} returned something other than a gzip file")
        self._verify_checksum(address, digest.hexdigest())
        return True

    def _verify_checksum(self, address: str, digest: str) -> None:
        """Compare with the manifest of the file, if the archive publishes one."""
        if not self._manifests:
            return
        request = self._client.build_request("GET", f"{address.removesuffix('.json.gz')}.manifest.json")
        try:
            reply = send_request(self._client, request, SYSTEM_CLOCK, most_bytes=MOST_MANIFEST_BYTES)
            manifest = orjson.loads(reply.content) if reply.status == 200 else {}
        except (RequestFailed, orjson.JSONDecodeError):
            return
        checksum = manifest.get("sha256") if isinstance(manifest, dict) else None
        if isinstance(checksum, str) and checksum.lower() != digest:
            raise _Unavailable(f"{address} does not match the checksum in its manifest")


class _Unavailable(SourceUnavailable):
    """`after`: seconds that the site asks to wait."""

    def __init__(self, sentence: str, after: float | None = None) -> None:
        super().__init__(f"{sentence}. Run the same command again later; hours already read are not read again.")
        self.after = after


def _raise_for_status(answer: httpx.Response, address: str) -> None:
    status = answer.status_code
    if status == 200:
        return
    asked = answer.headers.get("retry-after")
    if status in (408, 425, 429) or status >= 500 or (status == 403 and asked):
        after = _retry_after_seconds(asked)
        asks = f" and asks to wait {after:.0f} s" if after else ""
        raise _Unavailable(f"{address} answered {status}{asks}", after)
    raise SourceMalformed(f"{address} answered {status}. Check that the address is an archive of hour files.")


def _retry_after_seconds(value: str | None) -> float | None:
    try:
        seconds = float(value) if value is not None else None
    except ValueError:
        return None
    return seconds if seconds is not None and 0 <= seconds < MOST_SECONDS else None


def _should_retry(error: Exception) -> bool | float:
    if not isinstance(error, _Unavailable) or (error.after or 0) > LONGEST_WAIT:
        return False
    return True if error.after is None else error.after


def open_hour_client(places: Sequence[str | Path], transport: httpx.BaseTransport | None = None) -> httpx.Client:
    """An HTTP client for hour files, which follows redirects; for the credentials of the first place that has any."""
    private = next((item for item in places if isinstance(item, SafeLocation) and item.credentials), "")
    return open_http_client(transport, location=private, follow_redirects=True, accept_encoding="identity")


def location_at(
    where: str | Path, client: httpx.Client, patience: RetryLimits, keep: Path | None, archive: str | None = None
) -> Location:
    """The folder or HTTP site at an address; its host says which archive it is, by default the original.

    Raises SourceUnavailable if a folder does not exist.
    """
    text = str(where)
    if text.startswith(("http://", "https://")):
        host = urlsplit(text).hostname or ""
        known = next(
            (name for name, archive_facts in known_archives().items() if archive_facts["host"] == host), "gharchive"
        )
        return SiteLocation(text, archive or known, client, patience, keep)
    folder = Path(text.removeprefix("file://")).expanduser()
    if not folder.is_dir():
        raise SourceUnavailable(f"There is no folder {folder} with hour files. Give a folder or an http address.")
    return FolderLocation(folder, archive or "gharchive")


@cache
def known_archives() -> dict[str, dict[str, Any]]:
    """Known archives by name: host, terms, first hour, and whether each file has a manifest."""
    document = tomllib.loads((files("ecotone.events.sources.gharchive") / "data" / "archives.toml").read_text("utf-8"))
    return dict(document["archive"])


def _archive_facts(name: str) -> dict[str, Any]:
    return known_archives().get(name, {})


def read_pieces(path: Path, digest: hashlib._Hash) -> Iterator[bytes]:
    """The bytes of a file in pieces, which are also added to the digest."""
    with path.open("rb") as handle:
        while piece := handle.read(PIECE_BYTES):
            digest.update(piece)
            yield piece
