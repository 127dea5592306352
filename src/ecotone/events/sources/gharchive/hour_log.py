"""Append-only log of processed hour files; an entry is written after the rows of its hour are stored."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, fields
from datetime import date, datetime
from pathlib import Path
from typing import Any, Final

import orjson

from ecotone.foundation.digests import digest_bytes

WHOLE: Final = "complete"
PARTIAL: Final = "partial"
ABSENT: Final = "absent"
SUSPECT: Final = "suspect"  # read completely, but far smaller than its neighbours
STATES: Final = (WHOLE, PARTIAL, SUSPECT, ABSENT)

LOGIC_VERSION: Final = 2
"""Increased when the same file would give other rows; the file is then read again."""


@dataclass(frozen=True, slots=True)
class HourEntry:
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
    location: str
    tried: datetime
    scope: str
    note: str = ""
    ended: str = ""
    bytes: int = 0
    sha256: str = ""
    raw: int = 0
    lines: int = 0
    kept_lines: int = 0
    types: Mapping[str, int] = field(default_factory=dict)
    refused: Mapping[str, int] = field(default_factory=dict)
    ids: Mapping[str, tuple[int, ...]] = field(default_factory=dict)
    lost: Mapping[str, int] = field(default_factory=dict)
    away: float = 0.0
    logic: int = LOGIC_VERSION


_FIELDS: Final = tuple(entry_field.name for entry_field in fields(HourEntry))


class HourLog:
    """The latest entry of each hour, stored in an append-only file."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self.hours: dict[datetime, HourEntry] = {}
        self._keys: dict[str, frozenset[str]] = {}
        self._load_entries()

    def search_keys(self, scope: str) -> frozenset[str]:
        """The keys of the search that a scope identifies."""
        return self._keys.get(scope, frozenset())

    def scope_of_search(self, keys: Iterable[str]) -> str:
        """The short identifier of a search, which is recorded with its keys."""
        sorted_keys = sorted(set(keys))
        name = hashlib.sha256("\n".join(sorted_keys).encode()).hexdigest()[:16]
        if name not in self._keys:
            self._append_records({"scope": name, "keys": sorted_keys})
            self._keys[name] = frozenset(sorted_keys)
        return name

    def add_entries(self, hours: Iterable[HourEntry]) -> None:
        """Add entries; they are on disk when this returns."""
        entries = list(hours)
        self._append_records(*map(_entry_to_record, entries))
        self.hours |= {hour.hour: hour for hour in entries}

    def days_with_rows(self) -> set[date]:
        """The days of which rows were stored."""
        return {entry.hour.date() for entry in self.hours.values() if entry.kept_lines}

    def forget_days(self, days: Collection[date]) -> None:
        """Remove the entries of days whose rows are lost, so that their hours are read again."""
        if days:
            self.hours = {hour: entry for hour, entry in self.hours.items() if hour.date() not in days}
            self._compact_file()

    def _load_entries(self) -> None:
        self._path.parent.mkdir(parents=True, exist_ok=True)
        content = self._path.read_bytes() if self._path.exists() else b""
        lines = content.split(b"\n")
        for line in lines:
            read = _parse_record(line)
            if isinstance(read, HourEntry):
                self.hours[read.hour] = read
            elif read is not None:
                self._keys[read[0]] = read[1]
        # a killed run may leave an incomplete last line, to which nothing may be appended
        if lines[-1] or len(lines) > 2 * (len(self.hours) + len(self._keys)) + 16:
            self._compact_file()

    def _compact_file(self) -> None:
        used = {entry.scope for entry in self.hours.values()}
        self._keys = {scope: keys for scope, keys in self._keys.items() if scope in used}
        records: list[Mapping[str, Any]] = [
            {"scope": name, "keys": sorted(self._keys[name])} for name in sorted(self._keys)
        ]
        records += [_entry_to_record(self.hours[hour]) for hour in sorted(self.hours)]
        staging = self._path.with_name(f".{self._path.name}.part-{os.getpid()}")
        with staging.open("wb") as handle:
            handle.writelines(map(_write_line, records))
            handle.flush()
            os.fsync(handle.fileno())
        staging.replace(self._path)

    def _append_records(self, *values: Mapping[str, Any]) -> None:
        with self._path.open("ab") as handle:
            handle.write(b"".join(map(_write_line, values)))
            handle.flush()
            os.fsync(handle.fileno())


def _write_line(record: Mapping[str, Any]) -> bytes:
    """A record in JSON, a tab, and the digest of the JSON."""
    text = orjson.dumps(record, option=orjson.OPT_SORT_KEYS)
    return text + b"\t" + digest_bytes(text).encode() + b"\n"


def _entry_to_record(hour: HourEntry) -> dict[str, Any]:
    return {name: getattr(hour, name) for name in _FIELDS}


def _parse_record(line: bytes) -> HourEntry | tuple[str, frozenset[str]] | None:
    """An entry, a search, or None for a line that cannot be read or is not as it was written."""
    text, has_digest, digest = line.partition(b"\t")
    if has_digest and digest_bytes(text).encode() != digest:
        return None
    try:
        record = orjson.loads(text)
        if "keys" in record:
            return str(record["scope"]), frozenset(record["keys"])
        record["hour"] = datetime.fromisoformat(record["hour"])
        record["tried"] = datetime.fromisoformat(record["tried"])
        record["ids"] = {name: tuple(ids) for name, ids in record["ids"].items()}
        return HourEntry(**record)
    except (orjson.JSONDecodeError, TypeError, KeyError, ValueError, AttributeError):
        return None
