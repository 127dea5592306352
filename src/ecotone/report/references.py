"""Monthly values published by other providers, drawn next to the signals of Ecotone."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Final

from ecotone.events import sources
from ecotone.report.caption import Caption, period
from ecotone.report.field import Field, Project
from ecotone.report.figure import Column, Figure, Pick, Row
from ecotone.report.input import DeclaredSignal, TableRow
from ecotone.report.series import PARTIAL, WHOLE
from ecotone.report.text import Text
from ecotone.report.words import say

TABLE: Final = "references"
TITLES: Final[Mapping[str, Text]] = {
    "activity": Text("Activity", "活跃度"),
    "openrank": Text("OpenRank", "OpenRank"),
    "participants": Text("Participants", "参与者"),
    "stars": Text("Stars", "星标"),
}
"""Series in the table -> label."""

OURS: Final[Mapping[str, tuple[str, ...]]] = {
    "activity": ("activity_opendigger_2023", "activity"),
    "openrank": ("openrank_kernel", "influence"),
    "participants": ("speakers", "participants"),
    "stars": ("stars",),
}
"""Series -> the most similar signals of Ecotone; the first one with values is drawn."""


def references(field: Field, project: Project) -> Figure | None:
    """Published series of a project with the most similar signals; None without published values."""
    found = _published(field, project)
    if not found:
        return None
    listed = sorted({row["series"] for row in found}, key=lambda name: (name != "activity", name))
    sources = sorted({row["source"] for row in found})
    return Figure(
        key=f"references-{project.slug}",
        title=say("references_heading", name=project.label),
        text=say("references_text", who=_listed([_publisher(source) for source in sources])),
        chart="lines",
        rows=tuple(row for name in listed for row in (*_ours(field, project, name), *_theirs(field, found, name))),
        columns=(
            Column("month", say("month"), "month"),
            Column("name", say("references_whose")),
            Column("v", say("references_value"), "number"),
            Column("note", say("note")),
        ),
        picks=(Pick("series", say("references_series"), tuple((name, _title(name)) for name in listed)),),
        caption=_caption(field, found, sources),
    )


def _publisher(source: str) -> str:
    """Who publishes, as readers know them; a source that is not registered is called what the table calls it."""
    return sources.load_source(source).title if source in sources.SOURCE_NAMES else source


def _published(field: Field, project: Project) -> list[TableRow]:
    """Rows of the project within the period, sorted by source, repository, series and month."""
    table = field.source.tables.get(TABLE)
    if table is None:
        return []
    within = [
        row
        for row in table.to_pylist()
        if row["project"] == project.name and field.source.since <= row["month"] <= field.source.until
    ]
    return sorted(within, key=lambda row: (row["source"], row["repository"], row["series"], row["month"]))


def _theirs(field: Field, found: list[TableRow], series: str) -> list[Row]:
    """One curve per source and repository; months without a published value are gaps."""
    curves: dict[tuple[str, str], dict[date, TableRow]] = {}
    for row in found:
        if row["series"] == series:
            curves.setdefault((row["source"], row["repository"]), {})[row["month"]] = row
    rows: list[Row] = []
    for (source, repository), months in curves.items():
        name = f"{_publisher(source)}: {repository}" if len(curves) > 1 else _publisher(source)
        for month in field.months:
            told = months.get(month)
            filled = told is not None and bool(told["interpolated"])
            rows.append(
                {"series": series, "name": name, "month": month,
                 "v": None if told is None else told["value"], "s": PARTIAL if filled else WHOLE,
                 "colour": "tone", "f": 1, "tag": name, "note": say("references_filled") if filled else None}
            )  # fmt: skip
    return rows


def _ours(field: Field, project: Project, series: str) -> list[Row]:
    """The most similar signal that has values for the project."""
    declared = {signal.name: signal for signal in field.numeric}
    for name in OURS.get(series, ()):
        own = field.series(name)[project.name] if name in declared else None
        if own is None or all(value is None for value in own.values):
            continue
        title = _own_title(declared[name])
        return [
            {"series": series, "name": title, "month": field.months[own.first + step], "v": value, "s": state,
             "colour": "eco", "f": 1, "tag": title, "note": None}
            for step, (value, state) in enumerate(zip(own.values, own.states, strict=True))
        ]  # fmt: skip
    return []


def _own_title(signal: DeclaredSignal) -> Text:
    return Text(f"Ecotone: {signal.formula}", f"Ecotone：{signal.formula}")


def _caption(field: Field, found: list[TableRow], sources: list[str]) -> Caption:
    filled = sum(bool(row["interpolated"]) for row in found)
    return Caption(
        unit=say("references_unit"),
        formula="",
        period=period(field),
        source=say("references_source", who=_listed([_publisher(source) for source in sources])),
        coverage=say("references_coverage", values=len(found), filled=filled),
    )


def _title(series: str) -> Text:
    return TITLES.get(series, Text.same(series))


def _listed(names: list[str]) -> Text:
    return Text(", ".join(names), "、".join(names))
