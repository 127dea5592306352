"""Read files that somebody else may have written: regular files only, and only up to a size."""

from __future__ import annotations

import os
import stat
from pathlib import Path
from typing import BinaryIO, Final

MOST_BYTES: Final = 1 << 26


def is_cappable_file(path: Path, most_bytes: int = MOST_BYTES) -> bool:
    """Whether `read_capped_file` can read a file."""
    try:
        state = path.stat()
    except OSError:
        return False
    return stat.S_ISREG(state.st_mode) and state.st_size <= most_bytes


def open_regular_file(path: Path) -> BinaryIO:
    """Open a regular file for reading. Raises OSError, also with a reason for other kinds of files."""
    # not blocking, because a pipe without a writer would never open
    handle = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    if not stat.S_ISREG(os.fstat(handle).st_mode):
        os.close(handle)
        raise OSError(0, "it is not a regular file", str(path))
    return open(handle, "rb")


def read_capped_file(path: Path, most_bytes: int = MOST_BYTES) -> bytes:
    """The content of a regular file. Raises OSError, also with a reason for other kinds of files and larger ones.

    No more is read than the size that the file states: reading more of a file of the kernel could wait for ever.
    """
    with open_regular_file(path) as file:
        size = os.fstat(file.fileno()).st_size
        if size > most_bytes:
            raise OSError(0, f"it is larger than {most_bytes >> 20} MiB", str(path))
        return file.read(size)
