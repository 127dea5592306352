"""Settings of the acceptance tests, from the environment; the Makefile sets them."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Final

import pytest

SHARED: Final = Path(os.environ.get("ACCEPTANCE_SHARED", "../shared"))
"""The folder with the real histories (corpus/), published curves (oracles/) and samples/."""

REAL: Final = Path(os.environ.get("ACCEPTANCE_REAL", "../real"))
"""The folder with real public repositories as bare git directories, OWNER+NAME.git."""

WORKSPACE: Final = Path(os.environ.get("ACCEPTANCE_WORKSPACE", "build/corpus"))
"""The workspace of the real histories."""

KILLS: Final = int(os.environ.get("ACCEPTANCE_KILLS", "200"))
SEED: Final = int(os.environ.get("ACCEPTANCE_SEED", "1"))
PARTS: Final = frozenset(filter(None, os.environ.get("ACCEPTANCE_PARTS", "").split(",")))
"""Run these parts of a check only; empty: all."""

LONG: Final = [pytest.mark.acceptance, pytest.mark.slow]


def seeds_or(default: int) -> int:
    """How many seeds to try."""
    return int(os.environ.get("ACCEPTANCE_SEEDS", default))


def has_part(name: str) -> bool:
    """Whether a part of a check is to run."""
    return not PARTS or name in PARTS


def require_shared(path: str) -> Path:
    """A file or folder beside the real histories; skips the test without it."""
    if not (SHARED / path).exists():
        pytest.skip(f"{SHARED / path} does not exist; set ACCEPTANCE_SHARED")
    return SHARED / path


def require_real(repository: str) -> Path:
    """A real repository, OWNER+NAME; skips the test without it."""
    if not (REAL / f"{repository}.git").exists():
        pytest.skip(f"{REAL / repository}.git does not exist; set ACCEPTANCE_REAL")
    return REAL / f"{repository}.git"
