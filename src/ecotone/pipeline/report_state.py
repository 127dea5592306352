"""What a report was made from: whether it is up to date. Imports little: it is read first."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from ecotone.foundation.digests import find_damaged_files
from ecotone.foundation.landscape import Landscape
from ecotone.pipeline.collect import Failure
from ecotone.store import files
from ecotone.store.workspace import REPORT_NOTE, Workspace

if TYPE_CHECKING:
    from ecotone.report.report_input import Language, ValidationRow

LOGIC: Final = 18
"""Increase it when the same tables would give other pages."""


@dataclass(frozen=True, slots=True)
class ReportOptions:
    """Options of a report."""

    language: Language = "en"
    min_people: int = 3
    findings: tuple[ValidationRow, ...] = ()
    figures: bool = False


def report_is_current(
    workspace: Workspace,
    landscape: Landscape,
    failures: Sequence[Failure],
    wishes: ReportOptions,
    folder: Path | None = None,
) -> bool:
    """Whether the folder holds the report of the newest tables."""
    current = workspace.current_manifest()
    target = folder or workspace.report_folder
    return current is not None and read_mark(target) == content_mark(current, landscape, failures, wishes)


def content_mark(
    current: Mapping[str, Any], landscape: Landscape, failures: Sequence[Failure], wishes: ReportOptions
) -> str:
    """A digest of what a report shows."""
    parts = (LOGIC, current["generation"], landscape, tuple(failures), wishes)
    return hashlib.sha256(repr(parts).encode()).hexdigest()


def read_mark(folder: Path) -> str | None:
    """The mark of the report in a folder; None if the folder has no complete report, or a damaged one."""
    note = files.read_sealed_json(folder / REPORT_NOTE)
    if note is None or find_damaged_files(folder, note.get("files", {})):
        return None
    return str(note.get("made_from"))
