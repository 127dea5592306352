"""The rules and facts that travel with the package: TOML files of rows, read once by whoever looks up."""

from __future__ import annotations

import tomllib
from importlib import resources
from typing import Any


def read_rows(file: str, table: str) -> list[dict[str, Any]]:  # TOML rows: each reader gives them types
    """The rows of one array of tables in a file of `people/data`, in the file's order."""
    text = resources.files("ecotone.people").joinpath("data", file).read_text(encoding="utf-8")
    rows: list[dict[str, Any]] = tomllib.loads(text)[table]
    return rows
