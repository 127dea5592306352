"""Ecotone: who builds an open-source field, for which organisations, and which projects rise."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ecotone.api import Ecotone


def open(workspace: str | Path = ".ecotone") -> Ecotone:  # noqa: A001 - reads as `ecotone.open(...)`
    """Open a workspace for reading: `ecotone.open(".ecotone").signals(since="2024-01").to_arrow()`."""
    from ecotone.api import open_workspace

    return open_workspace(workspace)


__all__ = ["open"]
