"""Monthly values published by other providers, drawn next to the signals of Ecotone."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Final

from ecotone.events import sources
from ecotone.report.bilingual_text import Text
from ecotone.report.caption import Caption, period_text
from ecotone.report.figure import Column, Figure, Row, Selector
from ecotone.report.messages import message
from ecotone.report.project_series import PARTIAL, WHOLE
from ecotone.report.report_data import Project, ReportData
from ecotone.report.report_input import DeclaredSignal, TableRow

TABLE: Final = "references"
TITLES: Final[Mapping[str, Text]] = {
    "activity": Text("Activity", "活跃度"),
    "openrank": Text("OpenRank", "OpenRank"),
    "participants": Text("Participants", "参与者"),
    "stars": Text("Stars", "星标"),
}
"""Series in the table -> label."""

SIMILAR_SIGNALS: Final[Mapping[str, tuple[str, ...]]] = {
    "activity": ("activity_opendigger_2023", "activity"),
    "openrank": ("openrank_landscape", "influence"),
    "participants": ("discussion_participants", "participants"),
    "stars": ("stars",),
}
"""Series -> the most similar signals of Ecotone; the first one with values is drawn."""


def external_series_figure(data: ReportData, project: Project) -> Figure | None:
    """Published series of a project with the most similar signals; None without published values."""
    rows = _published_rows(data, project)
    if not rows:
        return None
    listed = sorted({row["series"] for row in rows}, key=lambda name: (name != "activity", name))
    sources = sorted({row["source"] for row in rows})
    return Figure(
        key=f"references-{project.slug}",
        title=message("references_heading", name=project.label),
        text=message("references_text", who=_join_names([_publisher(source) for source in sources])),
        chart="lines",
        rows=tuple(
            row
            for name in listed
            for row in (*_own_curve_rows(data, project, name), *_publisher_curve_rows(data, rows, name))
        ),
        columns=(
            Column("month", message("month"), "month"),
            Column("name", message("references_whose")),
            Column("v", message("references_value"), "number"),
            Column("note", message("note")),
        ),
        selectors=(
            Selector("series", message("references_series"), tuple((name, _series_title(name)) for name in listed)),
        ),
        caption=_figure_caption(data, rows, sources),
    )


def _publisher(source: str) -> str:
    """Who publishes, as readers know them; a source that is not registered is called what the table calls it."""
    return sources.load_source(source).title if source in sources.SOURCE_NAMES else source


def _published_rows(data: ReportData, project: Project) -> list[TableRow]:
    """Rows of the project within the period, sorted by source, repository, series and month."""
    table = data.source.tables.get(TABLE)
    if table is None:
        return []
    within = [
        row
        for row in table.to_pylist()
        if row["project"] == project.name and data.source.since <= row["month"] <= data.source.until
    ]
    return sorted(within, key=lambda row: (row["source"], row["repository"], row["series"], row["month"]))


def _publisher_curve_rows(data: ReportData, published: list[TableRow], series: str) -> list[Row]:
    """One curve per source and repository; months without a published value are gaps."""
    curves: dict[tuple[str, str], dict[date, TableRow]] = {}
    for row in published:
        if row["series"] == series:
            curves.setdefault((row["source"], row["repository"]), {})[row["month"]] = row
    rows: list[Row] = []
    for (source, repository), months in curves.items():
        name = f"{_publisher(source)}: {repository}" if len(curves) > 1 else _publisher(source)
        for month in data.months:
            published_row = months.get(month)
            filled = published_row is not None and bool(published_row["interpolated"])
            rows.append(
                {"series": series, "name": name, "month": month,
                 "v": None if published_row is None else published_row["value"], "s": PARTIAL if filled else WHOLE,
                 "colour": "tone", "f": 1, "tag": name, "note": message("references_filled") if filled else None}
            )  # fmt: skip
    return rows


def _own_curve_rows(data: ReportData, project: Project, series: str) -> list[Row]:
    """The most similar signal that has values for the project."""
    declared = {signal.name: signal for signal in data.numeric_signals}
    for name in SIMILAR_SIGNALS.get(series, ()):
        own = data.signal_series(name)[project.name] if name in declared else None
        if own is None or all(value is None for value in own.values):
            continue
        title = _own_signal_title(declared[name])
        return [
            {"series": series, "name": title, "month": data.months[own.first + step], "v": value, "s": state,
             "colour": "eco", "f": 1, "tag": title, "note": None}
            for step, (value, state) in enumerate(zip(own.values, own.states, strict=True))
        ]  # fmt: skip
    return []


def _own_signal_title(signal: DeclaredSignal) -> Text:
    return Text(f"Ecotone: {signal.formula}", f"Ecotone：{signal.formula}")


def _figure_caption(data: ReportData, published: list[TableRow], sources: list[str]) -> Caption:
    filled = sum(bool(row["interpolated"]) for row in published)
    return Caption(
        unit=message("references_unit"),
        formula="",
        period=period_text(data),
        source=message("references_source", who=_join_names([_publisher(source) for source in sources])),
        coverage=message("references_coverage", values=len(published), filled=filled),
    )


def _series_title(series: str) -> Text:
    return TITLES.get(series, Text.same(series))


def _join_names(names: list[str]) -> Text:
    return Text(", ".join(names), "、".join(names))
