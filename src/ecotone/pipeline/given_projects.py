"""Collect and analyse repositories that a command names, in a workspace of the user's cache folder."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final

from ecotone.foundation.errors import SourceError, UserError
from ecotone.foundation.given_repositories import landscape_of_repositories, read_given_repository
from ecotone.foundation.location import shown_location
from ecotone.pipeline.steps import Progress, Run, Step, perform_steps, utc_now
from ecotone.store.workspace import Workspace

CACHE_FOLDER: Final = "ecotone"


def cache_workspace_path() -> Path:
    """The workspace for repositories that commands name: below XDG_CACHE_HOME, by default ~/.cache."""
    root = os.environ.get("XDG_CACHE_HOME", "")
    return (Path(root) if os.path.isabs(root) else Path.home() / ".cache") / CACHE_FOLDER


def analyse_given_projects(
    texts: Sequence[str], progress: Progress, announce: Callable[[Step], None]
) -> tuple[Run, list[str]]:
    """Collect and analyse the repositories; returns the run and the projects' names in the given order.

    A repository that was read before is only brought up to date. Raises UserError, and SourceError if one of them
    could not be read.
    """
    now = utc_now()
    repositories = [read_given_repository(text) for text in texts]
    unique = {repository.name.casefold(): repository for repository in repositories}
    for repository in repositories:
        namesake = unique[repository.name.casefold()].location
        if repository.location.casefold() != namesake.casefold():
            raise UserError(
                f"{shown_location(repository.location)} and {shown_location(namesake)} are both called"
                f" {repository.name}. Name each in a landscape file: `ecotone init` writes one."
            )
    landscape = landscape_of_repositories(list(unique.values()))
    run = Run(Workspace.create(cache_workspace_path()), landscape, now, progress)
    perform_steps(run, ("collect",), announce)
    if run.failures:
        raise SourceError(run.failures[0].note)
    perform_steps(run, ("analyse",), announce)
    return run, [repository.name for repository in repositories]
