"""Hour files for tests, built from recorded lines."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterable, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from ecotone.events.sources.base import FeedTables, Period, RepositoryTarget
from ecotone.events.sources.gharchive.feed_reader import GHArchiveReader
from ecotone.events.sources.gharchive.hour_files import file_name

at = datetime.fromisoformat

KEPT = Path(__file__).parents[2] / "kept" / "gharchive"
ERAS = ("2011-2014", "2015-2025", "since-2025-10")
NOW = at("2026-11-22")
CAT = "octo/cat"


def kept(era: str) -> list[bytes]:
    return (KEPT / f"{era}.jsonl").read_bytes().splitlines()


def packed(lines: Iterable[bytes]) -> bytes:
    return gzip.compress(b"".join(line + b"\n" for line in lines), mtime=0)


def put(folder: Path, hour: datetime, lines: Iterable[bytes]) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / file_name(hour)
    path.write_bytes(packed(lines))
    return path


def wanted(*names: str) -> list[RepositoryTarget]:
    return [RepositoryTarget(name.partition("/")[2], name, "", None, None) for name in names]


def event(number: int, kind: str, created_at: str, name: str = CAT, identity: int = 7, **payload: Any) -> bytes:
    """A minimal line of 2015-2025."""
    told = {
        "id": str(number),
        "type": kind,
        "actor": {"id": 100, "login": f"login-{number % 7}", "url": "https://api.github.com/users/x"},
        "repo": {"id": identity, "name": name, "url": f"https://api.github.com/repos/{name}"},
        "payload": payload,
        "public": True,
        "created_at": created_at,
    }
    return json.dumps(told, separators=(",", ":")).encode()


def star(number: int, moment: datetime, name: str = CAT, identity: int = 7) -> bytes:
    return event(number, "WatchEvent", f"{moment:%Y-%m-%dT%H:%M:%SZ}", name, identity, action="started")


def bring(
    feed: GHArchiveReader,
    folder: Path,
    since: datetime,
    until: datetime,
    names: Sequence[str] = (CAT,),
    now: datetime = NOW,
) -> tuple[FeedTables, list[str]]:
    """The feed's result, and the files it reported as read."""
    heard: list[str] = []
    brought = feed.read_period(wanted(*names), Period(since, until), folder, now, lambda name, *_: heard.append(name))
    return brought, heard


def months(brought: FeedTables) -> dict[str, tuple[str, int | None, int | None]]:
    rows = brought.coverage.to_pylist()
    return {f"{row['month']:%Y-%m}": (row["state"], row["events_observed"], row["events_expected"]) for row in rows}
