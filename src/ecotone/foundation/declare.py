"""The declaration: what a reader must know of a number, said once, beside the function that computes it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Example:
    """Input rows small enough to count by hand, and the answer; it is the test and the documentation."""

    rows: Mapping[str, Sequence[Row]]
    answer: Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Declaration:
    """Name, words, unit and source of a declared thing; the glossary, the command line and the report read it.

    source_zh  the source in Chinese; empty where it is a name or a citation alone
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


def first_paragraph(docstring: str | None) -> str:
    """The first paragraph of a docstring on one line; that is *the* definition.

    >>> first_paragraph(\"\"\"Commits that
    ...     landed.
    ...
    ...     More.\"\"\")
    'Commits that landed.'
    """
    paragraph = (docstring or "").strip().split("\n\n", 1)[0]
    return " ".join(paragraph.split())
