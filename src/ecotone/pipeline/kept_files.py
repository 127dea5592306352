"""Read every kept file to its end for `doctor --verify`: what no manifest of the tables names, and what is damaged."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Final

from ecotone.events.sources.gharchive.day_store import is_as_written
from ecotone.events.sources.git.command import SETTINGS, Git, GitFailed
from ecotone.foundation.digests import record_of_file
from ecotone.foundation.limits import ReadingLimits
from ecotone.store.files import read_sealed_json
from ecotone.store.partitions import MANIFEST, is_partition_intact
from ecotone.store.workspace import Workspace

RUN_AGAIN: Final = "Make it again with `ecotone run LANDSCAPE`."
MOST_MEMORY: Final = 1 << 16
"""MiB; checking a clone needs more than reading it."""
COLLECT_AGAIN: Final = "Remove it, and make it again with `ecotone run LANDSCAPE`."


def find_unnamed_damage(workspace: Workspace) -> Iterator[tuple[str, str]]:
    """Damaged files and folders, as paths inside the workspace, and what to do.

    Reads the notes of the run, the partitions, the clones and the stores of feeds; `Workspace.find_damage` reads the
    rest. Changes nothing.
    """
    damaged = (
        *_find_damaged_notes(workspace),
        *_find_damaged_partitions(workspace.partitions_folder),
        *_find_damaged_clones(workspace.clones_folder),
        *_find_damaged_feeds(workspace.folder / "feeds"),
    )
    for path, advice in damaged:
        yield str(path.relative_to(workspace.folder)), advice


def _find_damaged_notes(workspace: Workspace) -> Iterator[tuple[Path, str]]:
    path = workspace.folder / "run.json"
    if path.exists() and read_sealed_json(path) is None:
        yield path, RUN_AGAIN


def _find_damaged_partitions(folder: Path) -> Iterator[tuple[Path, str]]:
    for manifest in sorted(folder.glob(f"*/*/*/{MANIFEST}")):
        if not is_partition_intact(manifest.parent):
            yield manifest.parent, RUN_AGAIN


def _find_damaged_clones(folder: Path) -> Iterator[tuple[Path, str]]:
    """Clones with objects that git finds damaged or missing; what a partial clone left at its host is not missing."""
    for clone in sorted(folder.glob("*/repository.git")):
        settings = clone.with_name("settings")
        if not settings.exists() or settings.read_text("utf-8", "replace") != SETTINGS:
            yield settings, RUN_AGAIN
            continue
        try:
            Git(settings, limits=ReadingLimits(memory_mb=MOST_MEMORY)).run(
                "fsck", "--full", "--no-dangling", "--no-progress", repository=clone
            )
        except GitFailed:
            yield clone, COLLECT_AGAIN


def _find_damaged_feeds(folder: Path) -> Iterator[tuple[Path, str]]:
    """Days whose name has the digest of their content, and databases next to a file with their digest."""
    for path in sorted(folder.glob("*/*/*.parquet")):
        if not is_as_written(path):
            yield path, RUN_AGAIN
    for note in sorted(folder.rglob("*.digest")):
        path = note.with_name(note.name.removesuffix(".digest"))
        if not path.is_file() or record_of_file(path)[1] != note.read_text("ascii", "replace"):
            yield path, COLLECT_AGAIN
