"""Append-only log of processed hour files; an entry is written after the rows of its hour are stored."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields
from datetime import datetime
from pathlib import Path
from typing import Any, Final

import orjson

WHOLE: Final = "whole"
PARTIAL: Final = "partial"
ABSENT: Final = "absent"
SUSPECT: Final = "suspect"  # read completely, but far smaller than its neighbours
STATES: Final = (WHOLE, PARTIAL, SUSPECT, ABSENT)

LOGIC: Final = 2
"""Increased when the same file would give other rows; the file is then read again."""


@dataclass(frozen=True, slots=True)
class Hour:
    """The result of reading one hour file; `lines` = the sum of `types` + the sum of `refused`.

    hour        the hour in the file name
    state       whole | partial | absent
    archive     the archive it belongs to, which decides its known breaks
    location    the folder or address it was read from
    ended       how the gzip stream ended
    bytes       compressed size; `raw`: uncompressed size
    kept_lines  lines of wanted repositories
    ids         `owner/name` in lower case -> its repository ids on kept lines
    lost        `owner/name` in lower case -> its refused lines, for wanted repositories
    away        share of lines outside the file's time range if it is more than half; else 0
    scope       the search it was read for
    tried       when it was read, naive UTC
    """

    hour: datetime
    state: str
    archive: str
    place: str
    tried: datetime
    scope: str
    note: str = ""
    ended: str = ""
    bytes: int = 0
    sha256: str = ""
    raw: int = 0
    lines: int = 0
    kept: int = 0
    types: Mapping[str, int] = field(default_factory=dict)
    refused: Mapping[str, int] = field(default_factory=dict)
    ids: Mapping[str, tuple[int, ...]] = field(default_factory=dict)
    lost: Mapping[str, int] = field(default_factory=dict)
    away: float = 0.0
    logic: int = LOGIC


_FIELDS: Final = tuple(one.name for one in fields(Hour))


class Ledger:
    """The latest entry of each hour, stored in an append-only file."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self.hours: dict[datetime, Hour] = {}
        self._keys: dict[str, frozenset[str]] = {}
        self._load()

    def keys(self, scope: str) -> frozenset[str]:
        """The keys of the search that a scope identifies."""
        return self._keys.get(scope, frozenset())

    def scope(self, keys: Iterable[str]) -> str:
        """The short identifier of a search, which is recorded with its keys."""
        listed = sorted(set(keys))
        name = hashlib.sha256("\n".join(listed).encode()).hexdigest()[:16]
        if name not in self._keys:
            self._append({"scope": name, "keys": listed})
            self._keys[name] = frozenset(listed)
        return name

    def note(self, hours: Iterable[Hour]) -> None:
        """Add entries; they are on disk when this returns."""
        told = list(hours)
        self._append(*map(_plain, told))
        self.hours |= {hour.hour: hour for hour in told}

    def _load(self) -> None:
        self._path.parent.mkdir(parents=True, exist_ok=True)
        content = self._path.read_bytes() if self._path.exists() else b""
        lines = content.split(b"\n")
        for line in lines:
            read = _read(line)
            if isinstance(read, Hour):
                self.hours[read.hour] = read
            elif read is not None:
                self._keys[read[0]] = read[1]
        # a killed run may leave an incomplete last line, to which nothing may be appended
        if lines[-1] or len(lines) > 2 * (len(self.hours) + len(self._keys)) + 16:
            self._write_anew()

    def _write_anew(self) -> None:
        used = {entry.scope for entry in self.hours.values()}
        self._keys = {scope: keys for scope, keys in self._keys.items() if scope in used}
        told: list[Mapping[str, Any]] = [
            {"scope": name, "keys": sorted(self._keys[name])} for name in sorted(self._keys)
        ]
        told += [_plain(self.hours[hour]) for hour in sorted(self.hours)]
        staging = self._path.with_name(f".{self._path.name}.part-{os.getpid()}")
        with staging.open("wb") as handle:
            handle.writelines(orjson.dumps(one, option=orjson.OPT_SORT_KEYS) + b"\n" for one in told)
            handle.flush()
            os.fsync(handle.fileno())
        staging.replace(self._path)

    def _append(self, *values: Mapping[str, Any]) -> None:
        with self._path.open("ab") as handle:
            handle.write(b"".join(orjson.dumps(value, option=orjson.OPT_SORT_KEYS) + b"\n" for value in values))
            handle.flush()
            os.fsync(handle.fileno())


def _plain(hour: Hour) -> dict[str, Any]:
    return {one: getattr(hour, one) for one in _FIELDS}


def _read(line: bytes) -> Hour | tuple[str, frozenset[str]] | None:
    """An entry, a search, or None for a line that cannot be read."""
    try:
        told = orjson.loads(line)
        if "keys" in told:
            return str(told["scope"]), frozenset(told["keys"])
        told["hour"] = datetime.fromisoformat(told["hour"])
        told["tried"] = datetime.fromisoformat(told["tried"])
        told["ids"] = {name: tuple(ids) for name, ids in told["ids"].items()}
        return Hour(**told)
    except (orjson.JSONDecodeError, TypeError, KeyError, ValueError, AttributeError):
        return None
