"""The name of a generation of tables: a digest of everything that they depend on. Imports little: it is read first."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import replace
from importlib import metadata
from pathlib import Path
from typing import Final

from ecotone.events.sources.base import ReadSummary
from ecotone.foundation.capped_files import is_cappable_file, read_capped_file
from ecotone.foundation.digests import record_of_bytes
from ecotone.foundation.landscape import Landscape
from ecotone.pipeline.collect import repository_folder_name
from ecotone.store.workspace import Workspace

LOGIC: Final = 29
"""Increase it when the same collected data would give other tables."""

DATA_FOLDERS: Final = tuple(
    Path(__file__).parents[1] / folder / "data" for folder in ("people", "signals", "networks", "landscape", "stack")
)
"""As paths: asking for the packages would load them."""


def generation_of(
    workspace: Workspace, landscape: Landscape, readings: Sequence[ReadSummary], pseudonymise: bool = False
) -> str:
    """A digest of everything that the tables depend on: inputs, landscape, rules and version."""
    digest = hashlib.sha256()
    parts: list[object] = [LOGIC, metadata.version("ecotone"), repr(replace(landscape, shows_handles=False))]
    for reading in readings:
        state = workspace.read_collected_state(repository_folder_name(reading.repository)) or {}
        parts.append([reading.repository, state.get("generation"), reading.observed_until.isoformat()])
    if landscape.sources:
        from ecotone.pipeline import feeds  # imported here: an analysis without feeds does not need it

        parts.append(feeds.stored_generations(workspace, landscape))
    parts.append([pseudonymise, sorted(workspace.read_private_data().get("forgotten", {}))])
    files = [path for path in _landscape_files(landscape) if is_cappable_file(path)]
    parts += [[path.name, record_of_bytes(read_capped_file(path))] for path in files]
    digest.update(json.dumps(parts, sort_keys=True).encode())
    for folder in DATA_FOLDERS:
        for entry in sorted(folder.iterdir(), key=lambda entry: entry.name):
            if entry.name.endswith((".toml", ".tsv")):
                digest.update(entry.read_bytes())
    return digest.hexdigest()[:16]


def _landscape_files(landscape: Landscape) -> tuple[Path, ...]:
    return (*(entry.path for entry in landscape.affiliations), *landscape.term_files, *landscape.technology_files)


def tables_are_current(workspace: Workspace, generation: str) -> bool:
    """Whether the newest tables are of this generation."""
    current = workspace.current_manifest()
    return current is not None and current["generation"] == generation
