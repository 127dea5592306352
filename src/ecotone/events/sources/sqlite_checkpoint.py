"""Resumable SQLite file of a feed: rows and the record that they were read are written in one transaction.

While the file is closed, a file beside it has its digest; a killed run leaves none.
"""

from __future__ import annotations

import errno
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from ecotone.foundation.digests import record_of_file
from ecotone.foundation.errors import DamagedFile, DiskFull, WorkspaceVersion


class SqliteCheckpoint:
    """One SQLite file with a format version.

    version   of the tables; a file of another version is not changed
    tables    SQL that creates the tables
    upgrades  SQL that creates tables added later, if they are missing
    """

    def __init__(self, path: Path, version: int, tables: str, upgrades: str = "") -> None:
        self._path = path
        with _translate_errors(path):
            path.parent.mkdir(parents=True, exist_ok=True)
            self._digest_path = path.with_name(f"{path.name}.digest")
            _require_as_written(path, self._digest_path)
            self._connection = sqlite3.connect(path, isolation_level=None)
            self._connection.execute("pragma synchronous = full")
            (stored_version,) = self._connection.execute("pragma user_version").fetchone()
            if stored_version == 0:
                self._connection.executescript(f"begin; {tables} pragma user_version = {version}; commit;")
            elif stored_version != version:
                self._connection.close()
                raise WorkspaceVersion(
                    f"{path} has format {stored_version}; this version of Ecotone reads {version}."
                    " Nothing was changed. Use the version that wrote it, or choose another folder with --workspace."
                )
            self._connection.executescript(upgrades)

    def close(self) -> None:
        """Close the file, and record its digest."""
        self._connection.close()
        with _translate_errors(self._path):
            self._digest_path.write_text(record_of_file(self._path)[1], "ascii")

    @contextmanager
    def transaction(self) -> Iterator[sqlite3.Connection]:
        """One transaction, rolled back after an exception. Raises DiskFull, DamagedFile."""
        with _translate_errors(self._path):
            self._connection.execute("begin immediate")
            try:
                yield self._connection
            except BaseException:
                self._connection.execute("rollback")
                raise
            self._connection.execute("commit")

    def query_rows(self, sql: str, values: Sequence[object] = ()) -> Iterator[tuple[object, ...]]:
        """The rows of a query, fetched in parts. Raises DamagedFile."""
        with _translate_errors(self._path):
            cursor = self._connection.execute(sql, values)
            while part := cursor.fetchmany(10_000):
                yield from part


def _require_as_written(path: Path, digest_path: Path) -> None:
    """Check a file that was closed well, and remove the digest until it is closed again."""
    if digest_path.exists():
        if not path.exists() or record_of_file(path)[1] != digest_path.read_text("ascii", "replace"):
            raise sqlite3.DatabaseError("not as it was written")
        digest_path.unlink()


@contextmanager
def _translate_errors(path: Path) -> Iterator[None]:
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
