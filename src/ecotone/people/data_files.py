"""The rules and facts that travel with the package: TOML files of rows, read once by whoever looks up."""

from __future__ import annotations

import tomllib
from importlib import resources
from typing import Any


def read_rows(file: str, table: str) -> list[dict[str, Any]]:  # TOML rows: each reader gives them types
    """The rows of one array of tables in a file of `people/data`, in the file's order."""
    rows: list[dict[str, Any]] = _read(file)[table]
    return rows


def read_words(file: str, name: str) -> list[str]:
    """One array of texts in a file of `people/data`, in the file's order."""
    words: list[str] = _read(file)[name]
    return words


def _read(file: str) -> dict[str, Any]:  # a whole TOML file
    text = resources.files("ecotone.people").joinpath("data", file).read_text(encoding="utf-8")
    return tomllib.loads(text)
