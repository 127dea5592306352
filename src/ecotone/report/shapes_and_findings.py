"""Shapes and findings, read from the tables `trends` and `findings`."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

import pyarrow as pa

from ecotone.report.bilingual_text import Text
from ecotone.trends import ALL

_PERCENT: Final = re.compile(r"(?<=\d)[ \u00a0\u202f]%")
_COLUMNS: Final = ("project", "signal", "shape", "confidence", "since")
BY_NAME: Final = {shape.name: shape for shape in ALL}
ORDER: Final = tuple(BY_NAME)
"""Shape names in declaration order."""


@dataclass(frozen=True, slots=True)
class ProjectShape:
    """Shape of a curve; confidence is 0..1 or None."""

    name: str
    confidence: float | None
    since: date | None

    @property
    def title(self) -> Text:
        """Label; the name itself if the shape is not declared."""
        declared = BY_NAME.get(self.name)
        return Text(declared.title, declared.title_zh) if declared else Text.same(self.name)

    @property
    def text(self) -> Text | None:
        """Definition, if the shape is declared."""
        declared = BY_NAME.get(self.name)
        return tidy_percent_signs(Text(declared.definition, declared.definition_zh)) if declared else None

    @property
    def key(self) -> str:
        """CSS class."""
        return self.name.replace(" ", "-")

    @property
    def order(self) -> tuple[int, str]:
        """Sort key: declaration order, then name."""
        return (ORDER.index(self.name) if self.name in BY_NAME else len(ORDER), self.name)


@dataclass(frozen=True, slots=True)
class FindingStatement:
    """One finding; the subject is a project, a category or the landscape."""

    kind: str
    subject: str
    text: Text


def read_shapes(table: pa.Table | None) -> Mapping[tuple[str, str], ProjectShape]:
    """(project, signal) -> shape."""
    if table is None:
        return {}
    rows = table.select([name for name in _COLUMNS if name in table.column_names]).to_pylist()
    return {
        (row["project"], row["signal"]): ProjectShape(row["shape"], row.get("confidence"), row.get("since"))
        for row in rows
        if row["shape"]
    }


def tidy_percent_signs(text: Text) -> Text:
    """Remove the space before per cent signs.

    >>> tidy_percent_signs(Text("up 8.4 % of it", "占 8.4 %"))
    Text(en='up 8.4% of it', zh='占 8.4%')
    """
    return Text(_PERCENT.sub("%", text.en), _PERCENT.sub("%", text.zh))


def read_statements(table: pa.Table | None) -> tuple[FindingStatement, ...]:
    """The findings in the order of the table."""
    if table is None:
        return ()
    return tuple(
        FindingStatement(
            row["kind"] or "",
            row["subject"] or "",
            tidy_percent_signs(Text(row["text_en"], row["text_zh"] or row["text_en"])),
        )
        for row in table.to_pylist()
        if row["text_en"]
    )
