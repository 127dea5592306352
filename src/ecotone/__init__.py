"""Ecotone: who builds an open-source field, for which organisations, and which projects rise."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ecotone.api import Ecotone

    __version__: str


def open(workspace: str | Path = ".ecotone") -> Ecotone:  # noqa: A001 - reads as `ecotone.open(...)`
    """Open a workspace for reading: `ecotone.open(".ecotone").signals(since="2024-01").to_arrow()`."""
    from ecotone.api import open_workspace

    return open_workspace(workspace)


def read_repositories(repositories: str | Iterable[str]) -> Ecotone:
    """Read repositories (owner/name, addresses or paths) into the user's cache folder, and open what was computed.

    A repository that was read before is only brought up to date. Raises UserError, and SourceError for a repository
    that cannot be read.
    """
    from ecotone.api import open_workspace
    from ecotone.pipeline.given_projects import analyse_given_projects

    texts = [repositories] if isinstance(repositories, str) else list(repositories)
    run, _ = analyse_given_projects(texts, lambda *_: None, lambda _: None)
    return open_workspace(run.workspace.folder)


read = read_repositories


def __getattr__(name: str) -> str:
    if name != "__version__":
        raise AttributeError(f"module 'ecotone' has no attribute {name!r}")
    from importlib import metadata  # only who asks for the version waits for it

    return metadata.version("ecotone")


__all__ = ["__version__", "open", "read", "read_repositories"]
