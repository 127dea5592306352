"""Write files atomically and durably (write, fsync, rename), and check them when they are read.

New files have the permissions that the umask leaves: `using_umask(PRIVATE)` leaves them to the owner alone.
"""

from __future__ import annotations

import errno
import json
import os
import re
import secrets
import shutil
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from itertools import chain
from pathlib import Path
from typing import Any, Final

import pyarrow as pa
import pyarrow.parquet as pq

from ecotone.foundation.digests import FileRecord, digest_bytes, is_intact, record_of_bytes, record_of_file
from ecotone.foundation.errors import DamagedFile, DiskFull, UserError
from ecotone.foundation.machine import memory_bytes
from ecotone.foundation.text_codes import plain_texts

PRIVATE: Final = 0o077
"""The umask that leaves files and folders to their owner alone."""

ROWS_OF_GROUP: Final = 1 << 17
"""Rows of a table that are written at a time."""

CELL_BYTES: Final = 4
"""Of a value of a table in memory, about the least."""

_SEAL: Final = re.compile(rb'\{\n "digest": "([0-9a-f]{32})",?\n')


@contextmanager
def using_umask(umask: int) -> Iterator[int]:
    """Give new files and folders, also those of child processes, this umask; yields the umask before.

    It belongs to the whole process.
    """
    before = os.umask(umask)
    try:
        yield before
    finally:
        os.umask(before)


def write_bytes(path: Path, content: bytes) -> None:
    """Replace the file at `path` atomically."""
    _replace_file_atomically(path, lambda staging: staging.write_bytes(content))


def write_json(path: Path, value: Any) -> None:
    """Replace the file at `path` by JSON with sorted keys."""
    write_bytes(path, (json.dumps(value, indent=1, sort_keys=True, ensure_ascii=False) + "\n").encode())


def write_sealed_json(path: Path, value: Mapping[str, Any]) -> None:
    """Replace the file at `path` by a JSON object whose first key `digest` is the digest of all text after it."""
    write_bytes(path, seal_json(value))


def seal_json(value: Mapping[str, Any]) -> bytes:
    """A JSON object with sorted keys after its first key, `digest`.

    >>> print(seal_json({"a": 1}).decode(), end="")
    {
     "digest": "e4c359075a522cefc840f03fd203937c",
     "a": 1
    }
    """
    text = (json.dumps(value, indent=1, sort_keys=True, ensure_ascii=False) + "\n").encode()
    rest = text[2:] if value else b"}\n"
    return b'{\n "digest": "' + digest_bytes(rest).encode() + (b'",\n' if value else b'"\n') + rest


def read_sealed_json(path: Path) -> dict[str, Any] | None:
    """What `write_sealed_json` wrote, without `digest`; None if the file is missing or damaged."""
    try:
        content = path.read_bytes()
    except (FileNotFoundError, NotADirectoryError, IsADirectoryError):
        return None
    seal = _SEAL.match(content)
    if seal is None or digest_bytes(content[seal.end() :]).encode() != seal[1]:
        return None
    value = json.loads(content)
    return {key: value[key] for key in value if key != "digest"}


def write_parquet(path: Path, table: pa.Table) -> FileRecord:
    """Replace the file at `path` by the table; the same rows give the same bytes. Returns the file's record."""
    return write_parquet_parts(path, [table])


def write_parquet_parts(path: Path, parts: Iterable[pa.Table]) -> FileRecord:
    """The same for a table in parts, at least one, of which few are in memory; texts as codes are written out."""
    groups = _row_groups(iter(parts))
    first = next(groups)

    def write_groups(staging: Path) -> None:
        with pq.ParquetWriter(staging, first.schema, compression="zstd", compression_level=1) as writer:
            for group in chain([first], groups):
                writer.write_table(group, row_group_size=ROWS_OF_GROUP)

    return _replace_file_atomically(path, write_groups)


def _row_groups(parts: Iterator[pa.Table]) -> Iterator[pa.Table]:
    """Tables of ROWS_OF_GROUP rows, the last one of fewer, maybe none."""
    rest = next(parts)
    for part in parts:
        while rest.num_rows > ROWS_OF_GROUP:
            yield plain_texts(rest.slice(0, ROWS_OF_GROUP)).combine_chunks()
            rest = rest.slice(ROWS_OF_GROUP)
        rest = pa.concat_tables([plain_texts(rest), plain_texts(part)])
    for start in range(0, max(rest.num_rows, 1), ROWS_OF_GROUP):
        yield plain_texts(rest.slice(start, ROWS_OF_GROUP)).combine_chunks()


def replace_folder_atomically(
    path: Path, files: Iterable[tuple[str, bytes]], manifest: str, notes: Mapping[str, Any]
) -> None:
    """Replace a folder by these files and a manifest, sealed JSON of `notes` and the files' records under `files`.

    The manifest is written last: a folder without it is incomplete. A file that stays the same is not written again.
    """
    before = (read_sealed_json(path / manifest) or {}).get("files", {})
    with raising_disk_full():
        path.parent.mkdir(parents=True, exist_ok=True)
        staging = path.with_name(f".{path.name}.part-{secrets.token_hex(4)}")
        staging.mkdir()
    try:
        with raising_disk_full():
            records: dict[str, FileRecord] = {}
            for name, content in files:
                target = staging / name
                target.parent.mkdir(parents=True, exist_ok=True)
                records[name] = record_of_bytes(content)
                if tuple(before.get(name, ())) != records[name] or not _keep_file(path / name, records[name], target):
                    target.write_bytes(content)
            (staging / manifest).write_bytes(seal_json({**notes, "files": records}))
            sync_folder(staging)
            if path.exists():
                aside = Path(tempfile.mkdtemp(prefix=f".{path.name}.old-", dir=path.parent))
                path.rename(aside / path.name)
                staging.rename(path)
                shutil.rmtree(aside)
            else:
                staging.rename(path)
    finally:
        shutil.rmtree(staging, ignore_errors=True)


def _keep_file(path: Path, record: FileRecord, target: Path) -> bool:
    """Give a file that is as its record says a second name; whether the file system could."""
    if path.is_symlink() or not is_intact(path, record):
        return False
    try:
        os.link(path, target)
    except OSError:  # another file system, or one without such names
        return False
    return True


def read_parquet(path: Path, record: FileRecord, columns: list[str] | None = None) -> pa.Table:
    """A table that `write_parquet` wrote, if the file is as it was written. Raises DamagedFile."""
    try:
        with pa.memory_map(str(path)) as file:
            content = file.read_buffer()
            if record_of_bytes(memoryview(content)) != tuple(record):
                raise damaged_file_error(path)
            return decode_parquet(content, columns)
    except (OSError, pa.ArrowInvalid, pa.ArrowKeyError) as error:
        raise damaged_file_error(path) from error


def decode_parquet(content: pa.Buffer | bytes, columns: list[str] | None = None) -> pa.Table:
    """The table, or some of its columns. Raises ArrowInvalid, also if its numbers alone need more than the memory."""
    with pq.ParquetFile(pa.BufferReader(content)) as file:
        refuse_oversized(file.metadata, columns)
        return file.read(columns)


def refuse_oversized(metadata: pq.FileMetaData, columns: list[str] | None = None) -> None:
    """Raises ArrowInvalid if the values of these columns, all of them by default, need more than the memory."""
    cells = metadata.num_rows * (metadata.num_columns if columns is None else len(columns))
    if cells * CELL_BYTES > memory_bytes():
        raise pa.ArrowInvalid(f"{cells} values")


def damaged_file_error(path: Path) -> DamagedFile:
    """The error for a kept file that is missing or not as it was written."""
    state = "damaged" if path.exists() else "missing"
    return DamagedFile(f"{path} is {state}. Make it again with `ecotone run LANDSCAPE`.")


def remove_partial_files(folder: Path) -> None:
    """Remove the partial files of a killed run; the caller holds the lock of the workspace."""
    for partial in [*folder.glob(".*.part-*"), *folder.glob(".*.old-*")]:
        if partial.is_dir():
            shutil.rmtree(partial, ignore_errors=True)
        else:
            partial.unlink(missing_ok=True)


def find_link(folder: Path, left_out: frozenset[str] = frozenset()) -> Path | None:
    """A symbolic link anywhere below a folder; None if there is none. Links themselves are not followed.

    left_out  names of folders that are not looked into
    """
    waiting = [folder]
    while waiting:
        with suppress(FileNotFoundError, NotADirectoryError), os.scandir(waiting.pop()) as entries:  # another run works
            for entry in entries:
                if entry.is_symlink():
                    return Path(entry.path)
                if entry.name not in left_out and entry.is_dir():
                    waiting.append(Path(entry.path))
    return None


def sync_folder(folder: Path) -> None:
    """Sync a folder's entries to the disk."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _replace_file_atomically(path: Path, write: Callable[[Path], object]) -> FileRecord:
    if path.exists() and not path.is_file():
        raise UserError(f"{path} exists and is not a regular file, so it cannot be replaced. Choose another path.")
    path = Path(os.path.realpath(path))  # replace the target of a link, not the link
    with raising_disk_full():
        path.parent.mkdir(parents=True, exist_ok=True)
        staging = path.with_name(f".{path.name}.part-{secrets.token_hex(4)}")
        try:
            staging.touch(exist_ok=False)
        except OSError as error:
            raise OSError(error.errno, error.strerror, str(path)) from error
    try:
        with raising_disk_full():
            write(staging)
            record = record_of_file(staging)
            _sync_file(staging)
            staging.replace(path)
            return record
    finally:
        staging.unlink(missing_ok=True)


def _sync_file(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


class raising_disk_full:  # noqa: N801 - a context manager, used like a function
    """Raise DiskFull in place of the system's "no space left"."""

    def __enter__(self) -> None:
        return None

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        if isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG):
            raise DiskFull from error
