"""The workspace: one folder, one writer at a time, one format version."""

from __future__ import annotations

import fcntl
import json
import os
import shutil
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, Final, Literal

import pyarrow as pa
import pyarrow.parquet as pq

from ecotone.foundation.digests import FileRecord, find_damaged_files, is_intact
from ecotone.foundation.errors import (
    DamagedFile,
    MissingTable,
    UnknownName,
    UserError,
    WorkspaceBusy,
    WorkspaceVersion,
)
from ecotone.store import files

FORMAT_VERSION: Final = 2
# 1: first form
# 2: tables and columns have the names of their terms

PUBLIC_TABLES: Final = (
    "projects",
    "events",
    "people",
    "affiliations",
    "signals",
    "organisations",
    "employer_shares",
    "employer_evidence",
    "interactions",
    "influence",
    "project_edges",
    "clusters",
    "trends",
    "verdicts",
    "coverage",
    "cohesion",
    "brokerage",
    "field_monthly",
    "ai_assistance",
    "findings",
    "counts",
    "references",
    "signal_coverage",
)
"""Tables that users may rely on; later steps write some of them."""

MANIFEST_KEYS: Final = ("generation", "tables", "files")
"""Keys that every manifest of an analysis has."""

KeptPart = Literal["collected", "tables", "database", "report"]

DATABASE_NOTE: Final = "ecotone.duckdb.json"
REPORT_NOTE: Final = "report.json"

MANIFESTS: Final[Mapping[KeptPart, str]] = {
    "collected": "collected/*/state.json",
    "tables": "tables/current.json",
    "database": DATABASE_NOTE,
    "report": f"report/{REPORT_NOTE}",
}
"""The manifests of each part of a workspace; their key `files` names the files that they make valid."""

WHOLE_FOLDERS: Final = frozenset({"report", "repository.git", "view.git"})
"""Folders that are replaced whole, or that belong to git."""

PRIVATE_KEYS: Final = frozenset({"salt", "forgotten", "forgotten_accounts"})


class Workspace:
    """A folder with clones, the collected data, the tables of the newest analysis, and the report.

    Layout: `workspace.json` (version), `clones/`, `collected/REPOSITORY/` (tables and `state.json` of one
    repository), `tables/GENERATION/` (named by a hash of the input), `tables/current.json` (the manifest of the
    newest generation), `ecotone.duckdb` (the same tables for SQL), `report/`.

    The key `files` of a manifest (`state.json`, `current.json`, `ecotone.duckdb.json`) has the size and digest of each
    file that it names, by path relative to the manifest; a file is compared with them whenever it is read. The
    manifests are sealed with a digest of their own. The folder and its files are for their owner alone.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    @classmethod
    def create(cls, folder: Path) -> Workspace:
        """Open a workspace for writing; create it if it is missing. Raises UserError and WorkspaceVersion.

        A link inside it is refused: what it leads to would be replaced or removed.
        """
        workspace = cls(folder)
        workspace._refuse_links()
        if not workspace._version_file.exists():
            with files.using_umask(files.PRIVATE):
                folder.mkdir(parents=True, exist_ok=True)
            entries = [entry.name for entry in folder.iterdir() if entry.name != "lock" and entry.name[0] != "."]
            if entries:
                raise UserError(
                    f"{folder} is not empty and not a workspace (it contains {min(entries)!r})."
                    " Choose another folder with --workspace."
                )
            with files.using_umask(files.PRIVATE):
                files.write_json(workspace._version_file, {"format": FORMAT_VERSION})
        workspace._check_format_version()
        with suppress(PermissionError):  # the folder of another user, who decides
            folder.chmod(0o700)
        return workspace

    @classmethod
    def open(cls, folder: Path) -> Workspace:
        """Open an existing workspace for reading. Raises MissingTable or WorkspaceVersion."""
        workspace = cls(folder)
        if not workspace._version_file.exists():
            raise MissingTable(f"There is no workspace in {folder}. Make one with `ecotone run LANDSCAPE` first.")
        workspace._check_format_version()
        return workspace

    @property
    def clones_folder(self) -> Path:
        """The folder of the sources' own copies."""
        return self.folder / "clones"

    @property
    def partitions_folder(self) -> Path:
        """The folder of what was computed of single projects."""
        return self.folder / "partitions"

    @property
    def spill_folder(self) -> Path:
        """The folder of what a query cannot hold in memory."""
        return self.folder / ".spill.part-duckdb"

    @property
    def report_folder(self) -> Path:
        """The report's folder."""
        return self.folder / "report"

    @property
    def database_path(self) -> Path:
        """The tables of the newest analysis as one DuckDB file."""
        return self.folder / "ecotone.duckdb"

    def database_generation(self) -> str | None:
        """The generation in the database file; None if there is no intact one, or the workspace was moved since."""
        note = _read_manifest(self.folder / DATABASE_NOTE, ("generation", "folder", "files"))
        if note is None or find_damaged_files(self.folder, note["files"]):
            return None
        return str(note["generation"]) if note["folder"] == str(self.folder.resolve()) else None

    @property
    def _version_file(self) -> Path:
        return self.folder / "workspace.json"

    def _refuse_links(self) -> None:
        if (link := files.find_link(self.folder, WHOLE_FOLDERS)) is not None:
            raise UserError(
                f"{link} is a symbolic link, and a workspace holds none. Remove it and run again; to use another disk,"
                " choose another workspace with --workspace."
            )

    def _check_format_version(self) -> None:
        version = (_read_json_object(self._version_file) or {}).get("format")
        if version != FORMAT_VERSION:
            state = "a damaged workspace.json" if version is None else f"format {version!r}"
            raise WorkspaceVersion(
                f"The workspace {self.folder} has {state}; this version of Ecotone accepts format {FORMAT_VERSION}."
                " Nothing was changed. Make a new workspace: `ecotone run LANDSCAPE --workspace FOLDER`."
            )

    @contextmanager
    def locked_for_writing(self) -> Iterator[int]:
        """Lock the workspace: one writer at a time; new files are private. Yields the user's umask.

        Raises WorkspaceBusy, and UserError for a link inside it.
        """
        self._refuse_links()
        with files.using_umask(files.PRIVATE) as umask:
            handle = os.open(self.folder / "lock", os.O_CREAT | os.O_RDWR, 0o600)
            try:
                try:
                    fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
                except BlockingIOError:
                    raise WorkspaceBusy(
                        f"Another run is using the workspace {self.folder}."
                        " Wait until it ends, or choose another folder with --workspace."
                    ) from None
                for folder in (self.folder, self.folder / "tables", *(self.folder / "collected").glob("*")):
                    files.remove_partial_files(folder)
                yield umask
            finally:
                os.close(handle)

    def read_collected_state(self, slug: str) -> dict[str, Any] | None:
        """The state of a repository; None if it was never read or its state is damaged."""
        return _read_manifest(self.folder / "collected" / slug / "state.json", ("generation", "files"))

    def write_collected(self, slug: str, tables: Mapping[str, pa.Table], state: Mapping[str, Any]) -> None:
        """Write a repository's tables, then its state; if the run is killed in between, the old ones stay valid."""
        folder = self.folder / "collected" / slug
        generation = str(state["generation"])
        records: dict[str, FileRecord] = {}
        for name, table in tables.items():
            file_name = f"{name}.{generation}.parquet"
            records[file_name] = files.write_parquet(folder / file_name, table)
        files.write_sealed_json(folder / "state.json", {**state, "files": records})
        for old in folder.glob("*.parquet"):
            if old.name not in records:
                old.unlink()

    def write_collected_state(self, slug: str, state: Mapping[str, Any]) -> None:
        """Replace the state of a repository whose tables have not changed."""
        files.write_sealed_json(self.folder / "collected" / slug / "state.json", state)

    def read_collected(self, slug: str, name: str, columns: list[str] | None = None) -> pa.Table:
        """One of a repository's tables. Raises MissingTable or DamagedFile."""
        state = self.read_collected_state(slug)
        if state is None:
            raise MissingTable(f"{slug} has not been read yet. Run `ecotone collect LANDSCAPE` first.")
        file_name = f"{name}.{state['generation']}.parquet"
        path = self.folder / "collected" / slug / file_name
        if file_name not in state["files"]:
            raise MissingTable(f"{slug} was read without the table {name!r}. Run `ecotone collect LANDSCAPE` first.")
        return files.read_parquet(path, state["files"][file_name], columns)

    def has_collected(self, slug: str, name: str) -> bool:
        """Whether a repository's tables include this one."""
        state = self.read_collected_state(slug)
        return state is not None and f"{name}.{state['generation']}.parquet" in state["files"]

    def find_damage(self, part: KeptPart) -> dict[str, str]:
        """Kept files that are missing or not as they were written: path inside the workspace -> folder name.

        The folder of `collected` is that of one repository or feed.
        """
        damage: dict[str, str] = {}
        for manifest in sorted(self.folder.glob(MANIFESTS[part])):
            damage |= _find_damage_below(manifest, self.folder)
        return damage

    def collected_slugs(self) -> list[str]:
        """The folders of the repositories and feeds that were read."""
        return sorted(path.parent.name for path in self.folder.glob("collected/*/state.json"))

    def forget_collected(self, slug: str) -> None:
        """Remove what was read of a repository or feed, so that it is read again."""
        shutil.rmtree(self.folder / "collected" / slug)

    def write_run_notes(self, notes: Mapping[str, Any]) -> None:
        """Replace the notes about the last run."""
        files.write_sealed_json(self.folder / "run.json", notes)

    def read_run_notes(self) -> dict[str, Any] | None:
        """The notes about the last run; None if there was none."""
        return files.read_sealed_json(self.folder / "run.json")

    def read_private_data(self) -> dict[str, Any]:
        """The salt of pseudonyms and the erased persons, which never leave the workspace. Raises DamagedFile."""
        path = self.folder / "private.json"
        if not path.exists():
            return {}
        content = files.read_sealed_json(path)
        if content is None:  # an earlier version wrote no digest
            unsealed = _read_json_object(path) or {}
            content = unsealed if unsealed.keys() <= PRIVATE_KEYS else None
        if content is None or "salt" not in content:
            raise DamagedFile(
                f"{path} is damaged; it lists the erased persons, so no table can be shown without it."
                " Restore it from a copy, or remove it and run `ecotone forget` for each of them again."
            )
        return content

    def write_private_data(self, notes: Mapping[str, Any]) -> None:
        """Replace the private data."""
        with files.using_umask(files.PRIVATE):
            files.write_sealed_json(self.folder / "private.json", notes)

    def current_manifest(self) -> dict[str, Any] | None:
        """The manifest of the newest complete analysis; None if there is none, or if a file is missing."""
        folder = self.folder / "tables"
        manifest = _read_manifest(folder / "current.json", MANIFEST_KEYS)
        return manifest if manifest and all((folder / name).exists() for name in manifest["files"]) else None

    def write_table(self, generation: str, name: str, parts: Iterable[pa.Table]) -> FileRecord:
        """Write a table of a generation in parts; it is valid when the generation is published."""
        return files.write_parquet_parts(self.folder / "tables" / generation / f"{name}.parquet", parts)

    def publish_tables(
        self,
        generation: str,
        tables: Mapping[str, pa.Table],
        notes: Mapping[str, Any],
        written: Mapping[str, FileRecord] | None = None,
    ) -> None:
        """Make these the newest tables atomically, then remove the former ones.

        written  further tables of this generation, which `write_table` has written
        """
        files.remove_partial_files(self.folder / "tables" / generation)
        written = {
            **(written or {}), **{name: self.write_table(generation, name, [table]) for name, table in tables.items()}
        }  # fmt: skip
        records = {f"{generation}/{name}.parquet": record for name, record in written.items()}
        manifest = {**notes, "generation": generation, "tables": sorted(written), "files": records}
        files.write_sealed_json(self.folder / "tables" / "current.json", manifest)
        for old in (self.folder / "tables").iterdir():
            if old.is_dir() and old.name != generation:
                shutil.rmtree(old, ignore_errors=True)

    def read_table(self, name: str, columns: list[str] | None = None) -> pa.Table:
        """One of the newest tables, or some of its columns. Raises UnknownName, MissingTable or DamagedFile."""
        return files.read_parquet(*self._table_file(name), columns)

    def table_path(self, name: str) -> Path:
        """The file of one of the newest tables, which is as it was written.

        Raises UnknownName, MissingTable or DamagedFile.
        """
        path, record = self._table_file(name)
        try:
            if is_intact(path, record):
                files.refuse_oversized(pq.read_metadata(path))
                return path
        except (OSError, pa.ArrowInvalid) as error:
            raise files.damaged_file_error(path) from error
        raise files.damaged_file_error(path)

    def _table_file(self, name: str) -> tuple[Path, FileRecord]:
        manifest = _read_manifest(self.folder / "tables" / "current.json", MANIFEST_KEYS)
        if manifest is None:
            if (self.folder / "tables" / "current.json").exists():
                raise files.damaged_file_error(self.folder / "tables" / "current.json")
            raise MissingTable(f"The workspace {self.folder} has no tables yet. Run `ecotone run LANDSCAPE` first.")
        file_name = f"{manifest['generation']}/{name}.parquet"
        if file_name not in manifest["files"]:
            if name in PUBLIC_TABLES:
                raise MissingTable(f"The workspace has no table {name!r}. Known: {', '.join(manifest['tables'])}."
                                   " Run `ecotone run LANDSCAPE` to write the others.")  # fmt: skip
            raise UnknownName("table", name, [*PUBLIC_TABLES])
        return self.folder / "tables" / file_name, manifest["files"][file_name]


def _read_manifest(path: Path, needs: Iterable[str]) -> dict[str, Any] | None:
    """A sealed manifest with at least the keys `needs`; None if it is missing, damaged or of an earlier version."""
    value = files.read_sealed_json(path)
    return value if value is not None and all(key in value for key in needs) else None


def _find_damage_below(manifest: Path, workspace: Path) -> dict[str, str]:
    """The damaged files that a manifest names, or itself: path inside the workspace -> folder of the manifest."""
    value = _read_manifest(manifest, ("files",))
    damaged = [manifest.name] if value is None else find_damaged_files(manifest.parent, value["files"])
    return {str((manifest.parent / name).relative_to(workspace)): manifest.parent.name for name in damaged}


def _read_json_object(path: Path, needs: Iterable[str] = ()) -> dict[str, Any] | None:
    """A JSON object with at least the keys `needs`; None if the file is missing or holds anything else."""
    try:
        value = json.loads(path.read_text("utf-8"))
    except (FileNotFoundError, ValueError, RecursionError):
        return None
    return value if isinstance(value, dict) and all(key in value for key in needs) else None
