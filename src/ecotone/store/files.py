"""Write files atomically and durably: write, fsync, rename."""

from __future__ import annotations

import errno
import hashlib
import json
import os
import shutil
import tempfile
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from ecotone.foundation.errors import DamagedFile, DiskFull, UserError


def write_bytes(path: Path, content: bytes) -> None:
    """Replace the file at `path` atomically."""
    _replace_file_atomically(path, lambda staging: staging.write_bytes(content))


def write_json(path: Path, value: Any) -> None:
    """Replace the file at `path` by JSON with sorted keys."""
    write_bytes(path, (json.dumps(value, indent=1, sort_keys=True, ensure_ascii=False) + "\n").encode())


def write_parquet(path: Path, table: pa.Table) -> None:
    """Replace the file at `path` by the table; the same rows give the same bytes, whatever their chunks."""
    whole = table.combine_chunks()
    _replace_file_atomically(
        path, lambda staging: pq.write_table(whole, staging, compression="zstd", compression_level=1)
    )


def replace_folder_atomically(path: Path, files: Iterable[tuple[str, bytes]], last: str) -> None:
    """Replace a folder by these files. `last` is written last: a folder without it is incomplete."""
    with raising_disk_full():
        path.parent.mkdir(parents=True, exist_ok=True)
        staging = Path(tempfile.mkdtemp(prefix=f".{path.name}.part-", dir=path.parent))
    try:
        with raising_disk_full():
            final = b""
            for name, content in files:
                if name == last:
                    final = content
                    continue
                target = staging / name
                target.parent.mkdir(parents=True, exist_ok=True)
                target.write_bytes(content)
            (staging / last).write_bytes(final)
            staging.chmod(0o755)
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


def read_parquet(path: Path, columns: list[str] | None = None) -> pa.Table:
    """A table that `write_parquet` wrote. Raises DamagedFile."""
    try:
        return pq.read_table(path, columns=columns)
    except (OSError, pa.ArrowInvalid, pa.ArrowKeyError) as error:
        raise damaged_file_error(path) from error


def damaged_file_error(path: Path) -> DamagedFile:
    """The error for a table that cannot be read."""
    state = "damaged" if path.exists() else "missing"
    return DamagedFile(f"{path} is {state}. Remove the folder {path.parent} and run `ecotone run LANDSCAPE` again.")


def remove_partial_files(folder: Path) -> None:
    """Remove the partial files of a killed run; the caller holds the lock of the workspace."""
    for partial in [*folder.glob(".*.part-*"), *folder.glob(".*.old-*")]:
        if partial.is_dir():
            shutil.rmtree(partial, ignore_errors=True)
        else:
            partial.unlink(missing_ok=True)


def sha256_hex(content: bytes) -> str:
    """Hexadecimal digest."""
    return hashlib.sha256(content).hexdigest()


def sync_folder(folder: Path) -> None:
    """Sync a folder's entries to the disk."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _replace_file_atomically(path: Path, write: Callable[[Path], object]) -> None:
    if path.exists() and not path.is_file():
        raise UserError(f"{path} exists and is not a regular file, so it cannot be replaced. Choose another path.")
    path = Path(os.path.realpath(path))  # replace the target of a link, not the link
    with raising_disk_full():
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            handle, name = tempfile.mkstemp(prefix=f".{path.name}.part-", dir=path.parent)
        except OSError as error:
            raise OSError(error.errno, error.strerror, str(path)) from error
    os.close(handle)
    staging = Path(name)
    try:
        with raising_disk_full():
            write(staging)
            staging.chmod(0o644)
            _sync_file(staging)
            staging.replace(path)
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
