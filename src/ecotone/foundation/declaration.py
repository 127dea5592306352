"""Declarations: name, unit, definition and source of a number, next to the function that computes it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Example:
    """Input rows and their answer, small enough to check by hand; used as test and documentation."""

    rows: Mapping[str, Sequence[Row]]
    answer: Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Declaration:
    """Name, texts, unit and source of a signal, for the glossary, the command line and the report.

    source_zh  the source in Chinese; empty if it is only a name or a citation
    """

    name: str
    title: str
    title_zh: str
    unit: str
    unit_zh: str
    definition: str
    definition_zh: str
    source: str
    example: Example
    source_zh: str = ""


def first_docstring_paragraph(docstring: str | None) -> str:
    """The first paragraph of a docstring on one line: the definition.

    >>> first_docstring_paragraph(\"\"\"Commits that
    ...     landed.
    ...
    ...     More.\"\"\")
    'Commits that landed.'
    """
    paragraph = (docstring or "").strip().split("\n\n", 1)[0]
    return " ".join(paragraph.split())
