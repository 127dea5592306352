"""The workspace: one folder, one writer at a time, one version."""

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

FORMAT_VERSION: Final = 1
# 1: first public form

PUBLIC_TABLES: Final = (
    "projects", "events", "people", "affiliations", "signals", "organisations", "interactions", "influence",
    "ties", "clusters", "trends", "coverage", "cohesion", "brokerage", "field_state", "assistance", "findings",
    "counts", "references", "signal_coverage",
)  # fmt: skip
"""Names promised to users; some are filled by later steps."""

MANIFEST: Final = ("generation", "tables")
"""What the manifest of an analysis always says."""


class Workspace:
    """A folder that holds clones, what was read of them, the tables of the newest analysis, and the report.

    Layout: `workspace.json` (version), `clones/`, `collected/REPOSITORY/` (tables and `state.json` of one
    repository), `tables/GENERATION/` (named by what they were made from), `tables/current.json` (which
    generation counts), `ecotone.duckdb` (the same tables for SQL), `report/`.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    @classmethod
    def create(cls, folder: Path) -> Workspace:
        """Open a workspace for writing, making it if there is none. Raises WorkspaceVersion."""
        workspace = cls(folder)
        if not workspace._marker.exists():
            folder.mkdir(parents=True, exist_ok=True)
            strangers = [entry.name for entry in folder.iterdir() if entry.name != "lock" and entry.name[0] != "."]
            if strangers:
                raise UserError(
                    f"{folder} is not empty and no workspace ({min(strangers)!r} is in it)."
                    " Choose another folder with --workspace."
                )
            files.write_json(workspace._marker, {"format": FORMAT_VERSION})
        workspace._check_version()
        return workspace

    @classmethod
    def open(cls, folder: Path) -> Workspace:
        """Open an existing workspace for reading. Raises MissingTable or WorkspaceVersion."""
        workspace = cls(folder)
        if not workspace._marker.exists():
            raise MissingTable(f"There is no workspace in {folder}. Make one with `ecotone run LANDSCAPE` first.")
        workspace._check_version()
        return workspace

    @property
    def clones(self) -> Path:
        """Where sources keep their own copies."""
        return self.folder / "clones"

    @property
    def report(self) -> Path:
        """The report's folder."""
        return self.folder / "report"

    @property
    def database(self) -> Path:
        """The tables of the newest analysis as one DuckDB file."""
        return self.folder / "ecotone.duckdb"

    def database_generation(self) -> str | None:
        """The generation that the database file holds; None if there is no whole one."""
        if not self.database.exists():
            return None
        try:
            return self.database.with_name(f"{self.database.name}.generation").read_text("utf-8")
        except FileNotFoundError:
            return None

    @property
    def _marker(self) -> Path:
        return self.folder / "workspace.json"

    def _check_version(self) -> None:
        found = (_json_object(self._marker) or {}).get("format")
        if found != FORMAT_VERSION:
            state = "a damaged workspace.json" if found is None else f"format {found!r}"
            raise WorkspaceVersion(
                f"The workspace {self.folder} has {state}; this version of Ecotone reads {FORMAT_VERSION}."
                " Nothing was changed. Use the version that wrote it, or choose another folder with --workspace."
            )

    @contextmanager
    def writing(self) -> Iterator[None]:
        """Hold the workspace: one writer at a time. Raises WorkspaceBusy."""
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
                files.remove_staging(folder)
            yield
        finally:
            os.close(handle)

    # what was read of one repository

    def state(self, slug: str) -> dict[str, Any] | None:
        """What was noted of a repository when its tables were written; None if it was never read, or is damaged."""
        return _json_object(self.folder / "collected" / slug / "state.json", ("generation",))

    def keep(self, slug: str, tables: Mapping[str, pa.Table], state: Mapping[str, Any]) -> None:
        """Write a repository's tables, then its state; a run that is killed in between changes nothing."""
        folder = self.folder / "collected" / slug
        generation = str(state["generation"])
        for name, table in tables.items():
            files.write_parquet(folder / f"{name}.{generation}.parquet", table)
        files.write_json(folder / "state.json", state)
        for old in folder.glob("*.parquet"):
            if old.name.split(".")[-2] != generation:
                old.unlink()

    def note(self, slug: str, state: Mapping[str, Any]) -> None:
        """Replace what is noted of a repository whose tables still hold."""
        files.write_json(self.folder / "collected" / slug / "state.json", state)

    def kept(self, slug: str, name: str, columns: list[str] | None = None) -> pa.Table:
        """One of a repository's tables."""
        state = self.state(slug)
        if state is None:
            raise MissingTable(f"{slug} has not been read yet. Run `ecotone collect LANDSCAPE` first.")
        path = self.folder / "collected" / slug / f"{name}.{state['generation']}.parquet"
        return files.read_parquet(path, columns)

    # what the last run could not do

    def note_run(self, notes: Mapping[str, Any]) -> None:
        """Replace what is noted of the last run."""
        files.write_json(self.folder / "run.json", notes)

    def last_run(self) -> dict[str, Any] | None:
        """What was noted of the last run; None if there was none."""
        return _json_object(self.folder / "run.json")

    # what never leaves the workspace

    def private(self) -> dict[str, Any]:
        """The salt of pseudonyms, and who asked to be forgotten; empty before either is needed. Raises DamagedFile."""
        path = self.folder / "private.json"
        if not path.exists():
            return {}
        kept = _json_object(path, ("salt",))
        if kept is None:
            raise DamagedFile(
                f"{path} is damaged; it says who asked to be forgotten, so nothing is shown without it."
                " Bring it back from a copy, or remove it and name them again with `ecotone forget`."
            )
        return kept

    def keep_private(self, notes: Mapping[str, Any]) -> None:
        """Replace what `private` gives."""
        files.write_json(self.folder / "private.json", notes)

    # the tables of the newest analysis

    def current(self) -> dict[str, Any] | None:
        """The manifest of the newest whole analysis; None if there is none, or files of it are gone."""
        manifest = _json_object(self.folder / "tables" / "current.json", MANIFEST)
        if manifest is None:
            return None
        folder = self.folder / "tables" / str(manifest["generation"])
        return manifest if all((folder / f"{name}.parquet").exists() for name in manifest["tables"]) else None

    def publish(self, generation: str, tables: Mapping[str, pa.Table], notes: Mapping[str, Any]) -> None:
        """Make these the newest tables, in one step; the former ones are removed afterwards."""
        folder = self.folder / "tables" / generation
        for name, table in tables.items():
            files.write_parquet(folder / f"{name}.parquet", table)
        manifest = {"generation": generation, "tables": sorted(tables), **notes}
        files.write_json(self.folder / "tables" / "current.json", manifest)
        for old in (self.folder / "tables").iterdir():
            if old.is_dir() and old.name != generation:
                shutil.rmtree(old, ignore_errors=True)

    def table(self, name: str) -> pa.Table:
        """One of the newest tables. Raises UnknownName or MissingTable."""
        return files.read_parquet(self.table_path(name))

    def table_path(self, name: str) -> Path:
        """The file of one of the newest tables. Raises UnknownName or MissingTable."""
        manifest = self.current()
        if manifest is None:
            raise MissingTable(f"The workspace {self.folder} has no tables yet. Run `ecotone run LANDSCAPE` first.")
        path = self.folder / "tables" / str(manifest["generation"]) / f"{name}.parquet"
        if not path.exists():
            if name in PUBLIC_TABLES:
                raise MissingTable(f"The table {name!r} is not written by this version yet. Known: "
                                   f"{', '.join(manifest['tables'])}.")  # fmt: skip
            raise UnknownName("table", name, [*PUBLIC_TABLES])
        return path


def _json_object(path: Path, needs: Iterable[str] = ()) -> dict[str, Any] | None:
    """What a file says; None if it is not there, or not what was written: a JSON object with at least these keys."""
    try:
        value = json.loads(path.read_text("utf-8"))
    except (FileNotFoundError, ValueError, RecursionError):
        return None
    return value if isinstance(value, dict) and all(key in value for key in needs) else None
