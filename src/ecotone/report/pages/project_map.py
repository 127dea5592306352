"""The project map: clusters and subclusters, similarity, changes over time, agreement with the curated categories."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

from ecotone.foundation.display_names import as_heading
from ecotone.report.bilingual_text import ABSENT, Text, format_number
from ecotone.report.charts import network
from ecotone.report.figure import Column, Figure, Row
from ecotone.report.group_tree import build_group_tree
from ecotone.report.messages import message
from ecotone.report.page import Page, PageContext, landscape_caption
from ecotone.report.palette import LIGHT
from ecotone.report.report_data import Project, ReportData
from ecotone.report.report_input import TableRow
from ecotone.report.verdicts_and_findings import HistoryStatement

UNSURE: Final = 0.5
"""Lower stability is drawn as unstable."""
FIELD, PART = "field", "part"
EVENTS: Final = {
    "born": message("event_born"),
    "split": message("event_split"),
    "merged": message("event_merged"),
    "gone": message("event_gone"),
    "moved": message("event_moved"),
}
"""Events of a cluster; growing, shrinking and staying are shown in the figure only."""


@dataclass(frozen=True, slots=True)
class Member:
    """A project in a subcluster; `size` is the diameter of its circle in pixels."""

    name: str
    project: Project | None
    shape: HistoryStatement | None
    size: int
    unsure: bool
    between: bool


@dataclass(frozen=True, slots=True)
class Subcluster:
    """A subcluster with its members, largest first."""

    label: Text
    unsure: bool
    members: tuple[Member, ...]


@dataclass(frozen=True, slots=True)
class Cluster:
    """A cluster: label, distinctive terms, typical projects and subclusters; `colour` is its index in the palette."""

    key: str
    colour: int | str
    label: Text
    words: Text
    typical: tuple[str, ...]
    projects: int
    stability: float
    parts: tuple[Subcluster, ...]


@dataclass(frozen=True, slots=True)
class ClusterEvent:
    """An event of a cluster in a half-year."""

    half: Text
    event: Text
    label: Text
    other_label: Text
    project: str


@dataclass(frozen=True, slots=True)
class CategoryMismatch:
    """A project clustered mainly with projects of another category, and the reason."""

    project: str
    curated: Text
    found_with: Text
    reason: Text


def build_pages(context: PageContext) -> Iterator[Page]:
    """One page."""
    tables = context.data.source.tables
    if "clusters" not in tables or not tables["clusters"].num_rows:
        return
    rows = tables["clusters"].to_pylist()
    groups = _build_clusters(context.data, rows)
    figures = [
        figure
        for figure in (
            _similarity_map_figure(context, rows),
            _cluster_size_figure(context),
            _evidence_weight_figure(context),
        )
        if figure is not None
    ]
    yield Page(
        path="map.html",
        template="map.html",
        title=message("map_title"),
        context={
            "groups": groups,
            "shapes": _distinct_shapes(groups),
            "tree": build_group_tree(context.data, _project_colours(rows)) if groups else None,
            "unclustered": _unclustered_members(context.data, rows),
            "moves": _cluster_events(context.data),
            "curated": _curated_agreement_text(context.data),
            "disagreements": _category_mismatches(context.data),
            "projects": context.data.projects_by_name,
        },
        figures=tuple(figures) if groups else (),
        scripts=("tree.js",),
    )


def _project_colours(rows: list[TableRow]) -> dict[str, int | str]:
    """Project -> the colour of its field."""
    return {row["project"]: _field_colour(row["cluster"]) for row in rows
            if row["level"] == FIELD and row["cluster"] is not None}  # fmt: skip


def _table_rows(data: ReportData, name: str) -> list[TableRow]:
    table = data.source.tables.get(name)
    return [] if table is None else table.to_pylist()


def _build_clusters(data: ReportData, rows: list[TableRow]) -> tuple[Cluster, ...]:
    words: dict[tuple[str, str], list[tuple[str, str]]] = defaultdict(list)
    for row in _table_rows(data, "cluster_words"):
        words[row["level"], row["cluster"]].append((row["word"], row["word_zh"]))
    of_part: dict[str, list[TableRow]] = defaultdict(list)
    for row in rows:
        if row["level"] == PART and row["cluster"] is not None:
            of_part[row["cluster"]].append(row)
    listed = _table_rows(data, "cluster_groups")
    parts: dict[str, list[Subcluster]] = defaultdict(list)
    sizes = _circle_diameters(data, [row["project"] for row in rows])
    for row in listed:
        if row["level"] == PART:
            members = tuple(_create_member(data, member, sizes) for member in of_part[row["cluster"]])
            ordered = tuple(sorted(members, key=lambda member: (-member.size, member.name.casefold())))
            parts[row["field"]].append(Subcluster(_row_label(row), (row["stability"] or 0.0) < UNSURE, ordered))
    return tuple(
        Cluster(
            key=row["cluster"],
            colour=_field_colour(row["cluster"]),
            label=_row_label(row),
            words=_join_terms(words[FIELD, row["cluster"]]),
            typical=tuple(row["typical"].split()),
            projects=row["projects"],
            stability=row["stability"] or 0.0,
            parts=tuple(parts[row["cluster"]]),
        )
        for row in listed
        if row["level"] == FIELD
    )


def _field_colour(cluster: str) -> int | str:
    """The colour of a field, the same in every figure of the page; grey after the first eight."""
    return int(cluster) - 1 if int(cluster) <= len(LIGHT) else "others"


def _unclustered_members(data: ReportData, rows: list[TableRow]) -> tuple[Member, ...]:
    """Unclustered projects, most active first."""
    sizes = _circle_diameters(data, [row["project"] for row in rows])
    members = [_create_member(data, row, sizes) for row in rows if row["level"] == FIELD and row["cluster"] is None]
    return tuple(sorted(members, key=lambda member: (-member.size, member.name.casefold())))


def _row_label(row: TableRow, prefix: str = "") -> Text:
    english = row[f"{prefix}label"] or ""
    return Text(english, row[f"{prefix}label_zh"] or english)


def _join_terms(words: list[tuple[str, str]]) -> Text:
    return Text(", ".join(word for word, _ in words), "、".join(word for _, word in words))


def _circle_diameters(data: ReportData, listed: list[str]) -> dict[str, int]:
    """Diameters from 8 to 30 pixels; the area is proportional to the latest activity."""
    standings = data.latest_values(data.main_signal.name) if data.main_signal else {}
    last = {name: max(standings[name].last or 0.0, 0.0) if name in standings else 0.0 for name in listed}
    most = max(last.values(), default=0.0) or 1.0
    return {name: round(8 + 22 * (value / most) ** 0.5) for name, value in last.items()}


def _create_member(data: ReportData, row: TableRow, sizes: Mapping[str, int]) -> Member:
    name = row["project"]
    return Member(
        name=name,
        project=data.projects_by_name.get(name),
        shape=data.history_verdict(name) if name in data.projects_by_name else None,
        size=sizes[name],
        unsure=(row["stability"] or 0.0) < UNSURE,
        between=row["second_cluster"] is not None,
    )


def _distinct_shapes(groups: tuple[Cluster, ...]) -> list[HistoryStatement]:
    """The distinct shapes on the map, in declaration order."""
    drawn = {
        member.shape.key: member.shape
        for group in groups
        for part in group.parts
        for member in part.members
        if member.shape is not None
    }
    return sorted(drawn.values(), key=lambda shape: shape.order)


def _similarity_map_figure(context: PageContext, rows: list[TableRow]) -> Figure | None:
    data = context.data
    placed = [row for row in rows if row["level"] == FIELD and row["x"] is not None]
    if not placed:
        return None
    sizes = _circle_diameters(data, [row["project"] for row in placed])
    order = sorted(placed, key=lambda row: (-sizes[row["project"]], row["project"]))
    at = {row["project"]: ((row["x"] + 1) / 2, (row["y"] + 1) / 2) for row in placed}
    labels = {
        name: data.projects_by_name[name].label if name in data.projects_by_name else name.rsplit("/", 1)[-1]
        for name in at
    }
    boxes = [(labels[row["project"]], *at[row["project"]], sizes[row["project"]] / 2) for row in order]
    drawn: list[Row] = []
    for row, side in zip(order, network.network_label_sides(boxes), strict=True):
        name = row["project"]
        x, y = at[name]
        clustered = row["cluster"] is not None
        drawn.append(
            {"mark": "dot", "name": name, "x": x, "y": y, "size": ((sizes[name] - 8) / 22) ** 2,
             "colour": _field_colour(row["cluster"]) if clustered else "muted", "label": labels[name], **side,
             "group": _row_label(row) if clustered else message("map_nowhere"),
             "stability": row["stability"]}
        )  # fmt: skip
    return Figure(
        key="landscape-map",
        title=message("map_places_heading"),
        text=message("map_places_text"),
        chart="network",
        rows=tuple(drawn),
        columns=(
            Column("name", message("project"), "project"),
            Column("group", message("group")),
            Column("stability", message("group_stability"), "share"),
        ),
        caption=landscape_caption(context, message("moves_unit"), "clusters/ecotone-4"),
    )


def _cluster_size_figure(context: PageContext) -> Figure | None:
    """Number of projects in each cluster by half-year."""
    counts: dict[tuple[int, date], int] = {}
    labels: dict[int, Text] = {}
    for row in _table_rows(context.data, "cluster_events"):
        half, line = row["half_year"], row["line"]
        if row["event"] == "moved" or line is None or not isinstance(half, date):
            continue
        counts[line, half] = row["projects_after"] or 0
        before = date(half.year, 1, 1) if half.month > 1 else date(half.year - 1, 7, 1)
        counts.setdefault((line, before), row["projects_before"] or 0)
        labels[line] = _row_label(row)
    halves = sorted({half for _, half in counts})
    if len(halves) < 2:
        return None
    there = {line for line in labels if counts.get((line, halves[-1]))}
    fields = {row["label"]: _field_colour(row["cluster"]) for row in _table_rows(context.data, "cluster_groups")
              if row["level"] == FIELD}  # fmt: skip
    rows: tuple[Row, ...] = tuple(
        {"name": f"{labels[line].en} ({line})", "group": labels[line], "month": half, "v": counts.get((line, half)),
         "colour": fields.get(labels[line].en, "others") if line in there else "muted", "f": int(line in there),
         "tag": labels[line]}
        for line in sorted(labels, key=lambda line: (line in there, line))
        for half in halves
    )  # fmt: skip
    return Figure(
        key="landscape-moves",
        title=message("map_moves_heading"),
        text=message("map_moves_text"),
        chart="lines",
        rows=rows,
        columns=(
            Column("month", message("half_year"), "month"),
            Column("group", message("group")),
            Column("v", message("group_size"), "number"),
        ),
        caption=landscape_caption(context, message("moves_unit"), "clusters/ecotone-4"),
    )


def _evidence_weight_figure(context: PageContext) -> Figure | None:
    listed = [row for row in _table_rows(context.data, "cluster_views") if row["weight"] is not None]
    if not listed:
        return None
    rows: tuple[Row, ...] = tuple(
        {"name": Text(row["title"], row["title_zh"]), "v": row["weight"], "colour": "eco",
         "projects": row["projects"]}
        for row in sorted(listed, key=lambda row: -row["weight"])
    )  # fmt: skip
    return Figure(
        key="landscape-views",
        title=message("views_heading"),
        text=message("views_text"),
        chart="bars",
        rows=rows,
        columns=(
            Column("name", message("view")),
            Column("v", message("weight"), "number"),
            Column("projects", message("projects_with_it"), "number"),
        ),
        caption=landscape_caption(context, message("views_unit"), "project_similarity/ecotone-5"),
    )


def _cluster_events(data: ReportData) -> list[ClusterEvent]:
    return [
        ClusterEvent(
            half=message("half_first" if row["half_year"].month < 7 else "half_second", year=row["half_year"].year),
            event=EVENTS.get(row["event"], Text.same(row["event"])),
            label=_row_label(row),
            other_label=_row_label(row, "other_"),
            project=row["project"] or "",
        )
        for row in _table_rows(data, "cluster_events")
        if row["event"] not in ("grew", "shrank", "stayed")
    ]


def _curated_agreement_text(data: ReportData) -> Text | None:
    for row in _table_rows(data, "category_agreement"):
        if row["level"] == FIELD:
            scores = {key: format_number(round(row[key] or 0.0, 2)) for key in ("ami", "ami_chance", "ami_naive")}
            scores |= {key: format_number(row[key], "share") for key in ("nearest", "nearest_naive")}
            return message("curated_text", **scores, projects=row["projects"])
    return None


def _category_mismatches(data: ReportData) -> list[CategoryMismatch]:
    titles = {category.key: category.title for category in data.categories}
    return [
        CategoryMismatch(
            project=row["project"],
            curated=titles.get(row["curated"], Text.same(as_heading(row["curated"]))),
            found_with=titles.get(row["found_with"], Text.same(as_heading(row["found_with"]))),
            reason=Text(row["reason"] or ABSENT, row["reason_zh"] or row["reason"] or ABSENT),
        )
        for row in _table_rows(data, "category_mismatches")
    ]
