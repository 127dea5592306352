"""The workspace: one folder, one writer at a time, one format version."""

from __future__ import annotations

import fcntl
import json
import os
import shutil
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

import pyarrow as pa

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

MANIFEST_KEYS: Final = ("generation", "tables")
"""Keys that every manifest of an analysis has."""


class Workspace:
    """A folder with clones, the collected data, the tables of the newest analysis, and the report.

    Layout: `workspace.json` (version), `clones/`, `collected/REPOSITORY/` (tables and `state.json` of one
    repository), `tables/GENERATION/` (named by a hash of the input), `tables/current.json` (the manifest of the
    newest generation), `ecotone.duckdb` (the same tables for SQL), `report/`.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    @classmethod
    def create(cls, folder: Path) -> Workspace:
        """Open a workspace for writing; create it if it is missing. Raises WorkspaceVersion."""
        workspace = cls(folder)
        if not workspace._version_file.exists():
            folder.mkdir(parents=True, exist_ok=True)
            entries = [entry.name for entry in folder.iterdir() if entry.name != "lock" and entry.name[0] != "."]
            if entries:
                raise UserError(
                    f"{folder} is not empty and not a workspace (it contains {min(entries)!r})."
                    " Choose another folder with --workspace."
                )
            files.write_json(workspace._version_file, {"format": FORMAT_VERSION})
        workspace._check_format_version()
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
    def report_folder(self) -> Path:
        """The report's folder."""
        return self.folder / "report"

    @property
    def database_path(self) -> Path:
        """The tables of the newest analysis as one DuckDB file."""
        return self.folder / "ecotone.duckdb"

    def database_generation(self) -> str | None:
        """The generation in the database file; None if there is no complete one, or if the workspace was moved."""
        if not self.database_path.exists():
            return None
        try:
            note = self.database_path.with_name(f"{self.database_path.name}.generation").read_text("utf-8")
        except FileNotFoundError:
            return None
        generation, _, folder = note.partition(" ")
        return generation if folder == str(self.folder.resolve()) else None

    @property
    def _version_file(self) -> Path:
        return self.folder / "workspace.json"

    def _check_format_version(self) -> None:
        version = (_read_json_object(self._version_file) or {}).get("format")
        if version != FORMAT_VERSION:
            state = "a damaged workspace.json" if version is None else f"format {version!r}"
            raise WorkspaceVersion(
                f"The workspace {self.folder} has {state}; this version of Ecotone accepts format {FORMAT_VERSION}."
                " Nothing was changed. Make a new workspace: `ecotone run LANDSCAPE --workspace FOLDER`."
            )

    @contextmanager
    def locked_for_writing(self) -> Iterator[None]:
        """Lock the workspace: one writer at a time. Raises WorkspaceBusy."""
        handle = os.open(self.folder / "lock", os.O_CREAT | os.O_RDWR, 0o644)
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
            yield
        finally:
            os.close(handle)

    def read_collected_state(self, slug: str) -> dict[str, Any] | None:
        """The state of a repository; None if it was never read or its state is damaged."""
        return _read_json_object(self.folder / "collected" / slug / "state.json", ("generation",))

    def write_collected(self, slug: str, tables: Mapping[str, pa.Table], state: Mapping[str, Any]) -> None:
        """Write a repository's tables, then its state; if the run is killed in between, the old ones stay valid."""
        folder = self.folder / "collected" / slug
        generation = str(state["generation"])
        for name, table in tables.items():
            files.write_parquet(folder / f"{name}.{generation}.parquet", table)
        files.write_json(folder / "state.json", state)
        for old in folder.glob("*.parquet"):
            if old.name.split(".")[-2] != generation:
                old.unlink()

    def write_collected_state(self, slug: str, state: Mapping[str, Any]) -> None:
        """Replace the state of a repository whose tables have not changed."""
        files.write_json(self.folder / "collected" / slug / "state.json", state)

    def read_collected(self, slug: str, name: str, columns: list[str] | None = None) -> pa.Table:
        """One of a repository's tables."""
        state = self.read_collected_state(slug)
        if state is None:
            raise MissingTable(f"{slug} has not been read yet. Run `ecotone collect LANDSCAPE` first.")
        path = self.folder / "collected" / slug / f"{name}.{state['generation']}.parquet"
        return files.read_parquet(path, columns)

    def has_collected(self, slug: str, name: str) -> bool:
        """Whether a repository's tables include this one."""
        state = self.read_collected_state(slug) or {}
        return (self.folder / "collected" / slug / f"{name}.{state.get('generation')}.parquet").exists()

    def write_run_notes(self, notes: Mapping[str, Any]) -> None:
        """Replace the notes about the last run."""
        files.write_json(self.folder / "run.json", notes)

    def read_run_notes(self) -> dict[str, Any] | None:
        """The notes about the last run; None if there was none."""
        return _read_json_object(self.folder / "run.json")

    def read_private_data(self) -> dict[str, Any]:
        """The salt of pseudonyms and the erased persons, which never leave the workspace. Raises DamagedFile."""
        path = self.folder / "private.json"
        if not path.exists():
            return {}
        content = _read_json_object(path, ("salt",))
        if content is None:
            raise DamagedFile(
                f"{path} is damaged; it lists the erased persons, so no table can be shown without it."
                " Restore it from a copy, or remove it and run `ecotone forget` for each of them again."
            )
        return content

    def write_private_data(self, notes: Mapping[str, Any]) -> None:
        """Replace the private data."""
        files.write_json(self.folder / "private.json", notes)

    def current_manifest(self) -> dict[str, Any] | None:
        """The manifest of the newest complete analysis; None if there is none, or if a file is missing."""
        manifest = _read_json_object(self.folder / "tables" / "current.json", MANIFEST_KEYS)
        if manifest is None:
            return None
        folder = self.folder / "tables" / str(manifest["generation"])
        return manifest if all((folder / f"{name}.parquet").exists() for name in manifest["tables"]) else None

    def publish_tables(self, generation: str, tables: Mapping[str, pa.Table], notes: Mapping[str, Any]) -> None:
        """Make these the newest tables atomically, then remove the former ones."""
        folder = self.folder / "tables" / generation
        files.remove_partial_files(folder)
        for name, table in tables.items():
            files.write_parquet(folder / f"{name}.parquet", table)
        manifest = {"generation": generation, "tables": sorted(tables), **notes}
        files.write_json(self.folder / "tables" / "current.json", manifest)
        for old in (self.folder / "tables").iterdir():
            if old.is_dir() and old.name != generation:
                shutil.rmtree(old, ignore_errors=True)

    def read_table(self, name: str) -> pa.Table:
        """One of the newest tables. Raises UnknownName or MissingTable."""
        return files.read_parquet(self.table_path(name))

    def table_path(self, name: str) -> Path:
        """The file of one of the newest tables. Raises UnknownName or MissingTable."""
        manifest = self.current_manifest()
        if manifest is None:
            raise MissingTable(f"The workspace {self.folder} has no tables yet. Run `ecotone run LANDSCAPE` first.")
        path = self.folder / "tables" / str(manifest["generation"]) / f"{name}.parquet"
        if not path.exists():
            if name in PUBLIC_TABLES:
                raise MissingTable(f"The workspace has no table {name!r}. Known: {', '.join(manifest['tables'])}."
                                   " Run `ecotone run LANDSCAPE` to write the others.")  # fmt: skip
            raise UnknownName("table", name, [*PUBLIC_TABLES])
        return path


def _read_json_object(path: Path, needs: Iterable[str] = ()) -> dict[str, Any] | None:
    """A JSON object with at least the keys `needs`; None if the file is missing or holds anything else."""
    try:
        value = json.loads(path.read_text("utf-8"))
    except (FileNotFoundError, ValueError, RecursionError):
        return None
    return value if isinstance(value, dict) and all(key in value for key in needs) else None
