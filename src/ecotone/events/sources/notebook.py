"""Resumable SQLite file of a feed: rows and the record that they were read are written in one transaction."""

from __future__ import annotations

import errno
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from ecotone.foundation.errors import DamagedFile, DiskFull, WorkspaceVersion


class Notebook:
    """One SQLite file with a format version.

    version   of the tables; a file of another version is not changed
    tables    SQL that creates the tables
    upgrades  SQL that creates tables added later, if they are missing
    """

    def __init__(self, path: Path, version: int, tables: str, more: str = "") -> None:
        self._path = path
        with _said(path):
            path.parent.mkdir(parents=True, exist_ok=True)
            self._base = sqlite3.connect(path, isolation_level=None)
            self._base.execute("pragma synchronous = full")
            (found,) = self._base.execute("pragma user_version").fetchone()
            if found == 0:
                self._base.executescript(f"begin; {tables} pragma user_version = {version}; commit;")
            elif found != version:
                self._base.close()
                raise WorkspaceVersion(
                    f"{path} has format {found}; this version of Ecotone reads {version}."
                    " Nothing was changed. Use the version that wrote it, or choose another folder with --workspace."
                )
            self._base.executescript(more)

    def close(self) -> None:
        """Close the file."""
        self._base.close()

    @contextmanager
    def writing(self) -> Iterator[sqlite3.Connection]:
        """One transaction, rolled back after an exception. Raises DiskFull, DamagedFile."""
        with _said(self._path):
            self._base.execute("begin immediate")
            try:
                yield self._base
            except BaseException:
                self._base.execute("rollback")
                raise
            self._base.execute("commit")

    def rows(self, sql: str, values: Sequence[object] = ()) -> Iterator[tuple[object, ...]]:
        """The rows of a query, fetched in parts. Raises DamagedFile."""
        with _said(self._path):
            found = self._base.execute(sql, values)
            while part := found.fetchmany(10_000):
                yield from part


@contextmanager
def _said(path: Path) -> Iterator[None]:
    """Turn SQLite's errors into DiskFull or DamagedFile."""
    try:
        yield
    except sqlite3.DatabaseError as error:
        if "full" in str(error):
            raise DiskFull from error
        raise DamagedFile(
            f"{path} is missing or damaged ({error}). Remove the folder {path.parent}"
            " and run `ecotone run LANDSCAPE` again."
        ) from error
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise DiskFull from error
        raise
