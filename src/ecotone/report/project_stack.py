"""The stack of one project: what it declares now, by layer, and what came and went."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from typing import Final

import pyarrow.compute as pc

from ecotone.foundation.months import add_months
from ecotone.report.bilingual_text import Text
from ecotone.report.messages import message
from ecotone.report.report_data import ReportData

LEFT_OUT: Final = ("language", "observe", "classic_ml")
"""Layers that say little about what a project is built on."""


@dataclass(frozen=True, slots=True)
class StackChange:
    """The technologies that came or went in a month."""

    month: date
    added: tuple[str, ...]
    removed: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ProjectStack:
    """Technologies by layer at the newest snapshot, and changes, the newest first."""

    layers: tuple[tuple[Text, tuple[str, ...]], ...]
    changes: tuple[StackChange, ...]


def read_project_stack(data: ReportData, project: str) -> ProjectStack | None:
    """The stack of a project; None if it declares no technology.

    A spell of less than three months, and an end within two months of the newest snapshot, is no change.
    """
    table = data.source.tables.get("stack_spells")
    rows = [] if table is None else table.filter(pc.equal(table["project"], project)).to_pylist()
    rows = [row for row in rows if row["layer"] not in LEFT_OUT]
    if not rows:
        return None
    layers: dict[str, list[str]] = {}
    changes: dict[date, tuple[set[str], set[str]]] = defaultdict(lambda: (set(), set()))
    first = min(row["since"] for row in rows)
    for row in rows:
        if not row["ended"] or row["provisional"]:
            layers.setdefault(row["layer"], []).append(row["technology"])
        if row["settled"] and row["since"] > first:
            changes[row["since"]][0].add(row["technology"])
        if row["settled"] and row["ended"] and not row["provisional"]:
            changes[add_months(row["last"], 1)][1].add(row["technology"])
    return ProjectStack(
        tuple((message(f"layer_{layer}"), tuple(sorted(set(names)))) for layer, names in layers.items()),
        tuple(
            StackChange(month, tuple(sorted(added - removed)), tuple(sorted(removed - added)))
            for month, (added, removed) in sorted(changes.items(), reverse=True)
            if added != removed
        ),
    )
