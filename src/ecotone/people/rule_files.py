"""Read the TOML rule files in `people/data`."""

from __future__ import annotations

import tomllib
from importlib import resources
from typing import Any


def read_rows(file: str, table: str) -> list[dict[str, Any]]:  # TOML rows
    """The rows of an array of tables, in file order."""
    rows: list[dict[str, Any]] = _load_rule_file(file)[table]
    return rows


def read_words(file: str, name: str) -> list[str]:
    """An array of texts, in file order."""
    words: list[str] = _load_rule_file(file)[name]
    return words


def _load_rule_file(file: str) -> dict[str, Any]:  # a whole TOML file
    text = resources.files("ecotone.people").joinpath("data", file).read_text(encoding="utf-8")
    return tomllib.loads(text)
