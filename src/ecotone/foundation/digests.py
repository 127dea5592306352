"""Digests of kept files: recorded in the manifest that names the files, checked when the files are read.

A digest detects damage by a disk, a copy or a program; it is no protection against somebody who writes both the file
and the manifest. XXH3 with 128 bits (Collet, xxHash 0.8): about as fast as memory.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Final

import xxhash

FileRecord = tuple[int, str]
"""The size of a file in bytes, and its digest. JSON makes a list of it."""

FileRecords = Mapping[str, FileRecord]
"""Files of one folder: relative path -> record."""

_PART: Final = 1 << 20


def digest_bytes(content: bytes | memoryview) -> str:
    """The digest of some bytes.

    >>> digest_bytes(b"")
    '99aa06d3014798d86001c324468d497f'
    """
    return xxhash.xxh3_128_hexdigest(content)


def record_of_bytes(content: bytes | memoryview) -> FileRecord:
    """The record of a file with this content."""
    return len(content), digest_bytes(content)


def record_of_file(path: Path) -> FileRecord:
    """The record of a file, read in parts. Raises OSError."""
    state, size = xxhash.xxh3_128(), 0
    with path.open("rb") as file:
        while part := file.read(_PART):
            state.update(part)
            size += len(part)
    return size, state.hexdigest()


def record_files(folder: Path, names: Iterable[str]) -> dict[str, FileRecord]:
    """The records of some files of a folder. Raises OSError."""
    return {name: record_of_file(folder / name) for name in sorted(names)}


def is_intact(path: Path, record: FileRecord) -> bool:
    """Whether a file is there and has the recorded content."""
    try:
        return path.stat().st_size == record[0] and record_of_file(path) == tuple(record)
    except OSError:
        return False


def find_damaged_files(folder: Path, records: FileRecords) -> list[str]:
    """The recorded files that are missing or have other content."""
    return [name for name, record in sorted(records.items()) if not is_intact(folder / name, record)]
