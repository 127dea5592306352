"""Open the projects that a command names: of the workspace, or read into the user's cache folder."""

from __future__ import annotations

import time
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from ecotone.cli.console import DEFAULT_WORKSPACE, print_message, progress_reporter
from ecotone.foundation.errors import MissingTable, UnknownName, UserError

if TYPE_CHECKING:  # `ecotone --help` must import neither Arrow nor pydantic
    from ecotone.api import Ecotone


def open_projects(texts: Sequence[str], workspace: Path, quiet: bool) -> tuple[Ecotone, list[str], Path, bool]:
    """The open workspace, the projects' names without repetition, its folder, and whether they were read just now.

    The workspace answers if it knows all of them. Otherwise they are repositories to read, unless a workspace was
    asked for, or one is here and the text is the name of a project that it lacks. Raises UserError.
    """
    from ecotone.api import open_workspace

    try:
        ecotone = open_workspace(workspace)
        return ecotone, list(dict.fromkeys(ecotone.project(text) for text in texts)), workspace, False
    except MissingTable:
        if workspace != DEFAULT_WORKSPACE:
            raise
    except UnknownName:
        if workspace != DEFAULT_WORKSPACE or not any(_is_address(text) for text in texts):
            raise
    return _read_projects(texts, quiet)


def _is_address(text: str) -> bool:
    """Whether a text can only be an address or a path, not a project's name."""
    return "://" in text or ":" in text or text.startswith((".", "/", "~")) or Path(text).exists()


def _read_projects(texts: Sequence[str], quiet: bool) -> tuple[Ecotone, list[str], Path, bool]:
    from ecotone.api import open_workspace
    from ecotone.pipeline.given_projects import analyse_given_projects

    begun = time.monotonic()
    with progress_reporter(quiet) as progress:
        run, names = analyse_given_projects(texts, progress.report_item, progress.begin_step)
    if not names:
        raise UserError("Name at least one repository.")
    if not quiet:
        size = sum(path.stat().st_size for path in run.workspace.folder.rglob("*") if path.is_file())
        took = time.monotonic() - begun
        print_message(f"Read and analysed in {took:.0f} s; {run.workspace.folder} holds {size / 1e6:,.1f} MB")
    ecotone = open_workspace(run.workspace.folder)
    return ecotone, list(dict.fromkeys(ecotone.project(name) for name in names)), run.workspace.folder, True
