"""The project map: clusters and subclusters, similarity, changes over time, agreement with the curated categories."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

from ecotone.foundation.spelling import titled
from ecotone.report.charts import network
from ecotone.report.field import Field, Project
from ecotone.report.figure import Column, Figure, Row
from ecotone.report.input import TableRow
from ecotone.report.page import Page, Subject, caption
from ecotone.report.text import ABSENT, Text, number
from ecotone.report.trends import Shape
from ecotone.report.words import say

UNSURE: Final = 0.5
"""Lower stability is drawn as unstable."""
FIELD, PART = "field", "part"
EVENTS: Final = {
    "born": say("event_born"),
    "split": say("event_split"),
    "merged": say("event_merged"),
    "gone": say("event_gone"),
    "moved": say("event_moved"),
}
"""Events of a cluster; growing, shrinking and staying are shown in the figure only."""


@dataclass(frozen=True, slots=True)
class Member:
    """A project in a subcluster; `size` is the diameter of its circle in pixels."""

    name: str
    project: Project | None
    shape: Shape | None
    size: int
    unsure: bool
    between: bool


@dataclass(frozen=True, slots=True)
class Part:
    """A subcluster with its members, largest first."""

    label: Text
    unsure: bool
    members: tuple[Member, ...]


@dataclass(frozen=True, slots=True)
class Group:
    """A cluster: label, distinctive terms, typical projects and subclusters."""

    key: str
    label: Text
    words: Text
    typical: tuple[str, ...]
    projects: int
    stability: float
    parts: tuple[Part, ...]


@dataclass(frozen=True, slots=True)
class Move:
    """An event of a cluster in a half-year."""

    half: Text
    event: Text
    label: Text
    other: Text
    project: str


@dataclass(frozen=True, slots=True)
class Disagreement:
    """A project clustered mainly with projects of another category, and the reason."""

    project: str
    curated: Text
    found_with: Text
    reason: Text


def pages(subject: Subject) -> Iterator[Page]:
    """One page."""
    tables = subject.field.source.tables
    if "clusters" not in tables or not tables["clusters"].num_rows:
        return
    rows = tables["clusters"].to_pylist()
    groups = _groups(subject.field, rows)
    figures = [one for one in (_places(subject, rows), _sizes(subject), _views(subject)) if one is not None]
    yield Page(
        path="map.html",
        template="map.html",
        title=say("map_title"),
        context={
            "groups": groups,
            "shapes": _shapes(groups),
            "unclustered": _nowhere(subject.field, rows),
            "moves": _moves(subject.field),
            "curated": _curated(subject.field),
            "disagreements": _disagreements(subject.field),
            "projects": subject.field.by_name,
        },
        figures=tuple(figures) if groups else (),
    )


def _rows(field: Field, name: str) -> list[TableRow]:
    table = field.source.tables.get(name)
    return [] if table is None else table.to_pylist()


def _groups(field: Field, rows: list[TableRow]) -> tuple[Group, ...]:
    words: dict[tuple[str, str], list[tuple[str, str]]] = defaultdict(list)
    for row in _rows(field, "cluster_words"):
        words[row["level"], row["cluster"]].append((row["word"], row["word_zh"]))
    of_part: dict[str, list[TableRow]] = defaultdict(list)
    for row in rows:
        if row["level"] == PART and row["cluster"] is not None:
            of_part[row["cluster"]].append(row)
    listed = _rows(field, "cluster_groups")
    parts: dict[str, list[Part]] = defaultdict(list)
    sizes = _diameters(field, [row["project"] for row in rows])
    for row in listed:
        if row["level"] == PART:
            members = tuple(_member(field, one, sizes) for one in of_part[row["cluster"]])
            ordered = tuple(sorted(members, key=lambda one: (-one.size, one.name.casefold())))
            parts[row["field"]].append(Part(_label(row), (row["stability"] or 0.0) < UNSURE, ordered))
    return tuple(
        Group(
            key=row["cluster"],
            label=_label(row),
            words=_joined(words[FIELD, row["cluster"]]),
            typical=tuple(row["typical"].split()),
            projects=row["projects"],
            stability=row["stability"] or 0.0,
            parts=tuple(parts[row["cluster"]]),
        )
        for row in listed
        if row["level"] == FIELD
    )


def _nowhere(field: Field, rows: list[TableRow]) -> tuple[Member, ...]:
    """Unclustered projects, most active first."""
    sizes = _diameters(field, [row["project"] for row in rows])
    members = [_member(field, row, sizes) for row in rows if row["level"] == FIELD and row["cluster"] is None]
    return tuple(sorted(members, key=lambda one: (-one.size, one.name.casefold())))


def _label(row: TableRow, prefix: str = "") -> Text:
    english = row[f"{prefix}label"] or ""
    return Text(english, row[f"{prefix}label_zh"] or english)


def _joined(words: list[tuple[str, str]]) -> Text:
    return Text(", ".join(word for word, _ in words), "、".join(word for _, word in words))


def _diameters(field: Field, listed: list[str]) -> dict[str, int]:
    """Diameters from 8 to 30 pixels; the area is proportional to the latest activity."""
    standings = field.standings(field.main.name) if field.main else {}
    last = {name: max(standings[name].last or 0.0, 0.0) if name in standings else 0.0 for name in listed}
    most = max(last.values(), default=0.0) or 1.0
    return {name: round(8 + 22 * (value / most) ** 0.5) for name, value in last.items()}


def _member(field: Field, row: TableRow, sizes: Mapping[str, int]) -> Member:
    name = row["project"]
    return Member(
        name=name,
        project=field.by_name.get(name),
        shape=field.shape(name) if name in field.by_name else None,
        size=sizes[name],
        unsure=(row["stability"] or 0.0) < UNSURE,
        between=row["second"] is not None,
    )


def _shapes(groups: tuple[Group, ...]) -> list[Shape]:
    """The distinct shapes on the map, in declaration order."""
    drawn = {
        member.shape.key: member.shape
        for group in groups
        for part in group.parts
        for member in part.members
        if member.shape is not None
    }
    return sorted(drawn.values(), key=lambda shape: shape.order)


def _places(subject: Subject, rows: list[TableRow]) -> Figure | None:
    field = subject.field
    placed = [row for row in rows if row["level"] == FIELD and row["x"] is not None]
    if not placed:
        return None
    sizes = _diameters(field, [row["project"] for row in placed])
    order = sorted(placed, key=lambda row: (-sizes[row["project"]], row["project"]))
    at = {row["project"]: ((row["x"] + 1) / 2, (row["y"] + 1) / 2) for row in placed}
    labels = {name: field.by_name[name].label if name in field.by_name else name.rsplit("/", 1)[-1] for name in at}
    boxes = [(labels[row["project"]], *at[row["project"]], sizes[row["project"]] / 2) for row in order]
    drawn: list[Row] = []
    for row, side in zip(order, network.sides(boxes), strict=True):
        name = row["project"]
        x, y = at[name]
        found = row["cluster"] is not None
        drawn.append(
            {"mark": "dot", "name": name, "x": x, "y": y, "size": ((sizes[name] - 8) / 22) ** 2,
             "colour": int(row["cluster"]) - 1 if found else "muted", "label": labels[name], **side,
             "group": _label(row) if found else say("map_nowhere"),
             "stability": row["stability"]}
        )  # fmt: skip
    return Figure(
        key="landscape-map",
        title=say("map_places_heading"),
        text=say("map_places_text"),
        chart="network",
        rows=tuple(drawn),
        columns=(
            Column("name", say("project"), "project"),
            Column("group", say("group")),
            Column("stability", say("group_stability"), "share"),
        ),
        caption=caption(subject, say("moves_unit"), "clusters/ecotone-2"),
    )


def _sizes(subject: Subject) -> Figure | None:
    """Number of projects in each cluster by half-year."""
    counts: dict[tuple[int, date], int] = {}
    labels: dict[int, Text] = {}
    for row in _rows(subject.field, "cluster_moves"):
        half, line = row["half_year"], row["line"]
        if row["event"] == "moved" or line is None or not isinstance(half, date):
            continue
        counts[line, half] = row["projects_after"] or 0
        before = date(half.year, 1, 1) if half.month > 1 else date(half.year - 1, 7, 1)
        counts.setdefault((line, before), row["projects_before"] or 0)
        labels[line] = _label(row)
    halves = sorted({half for _, half in counts})
    if len(halves) < 2:
        return None
    there = {line for line in labels if counts.get((line, halves[-1]))}
    rows: tuple[Row, ...] = tuple(
        {"name": f"{labels[line].en} ({line})", "group": labels[line], "month": half, "v": counts.get((line, half)),
         "colour": place if line in there else "muted", "f": int(line in there), "tag": labels[line]}
        for place, line in enumerate(sorted(labels, key=lambda line: (line in there, line)))
        for half in halves
    )  # fmt: skip
    return Figure(
        key="landscape-moves",
        title=say("map_moves_heading"),
        text=say("map_moves_text"),
        chart="lines",
        rows=rows,
        columns=(
            Column("month", say("half_year"), "month"),
            Column("group", say("group")),
            Column("v", say("group_size"), "number"),
        ),
        caption=caption(subject, say("moves_unit"), "clusters/ecotone-2"),
    )


def _views(subject: Subject) -> Figure | None:
    listed = [row for row in _rows(subject.field, "cluster_views") if row["weight"] is not None]
    if not listed:
        return None
    rows: tuple[Row, ...] = tuple(
        {"name": Text(row["title"], row["title_zh"]), "v": row["weight"], "colour": "eco",
         "projects": row["projects"]}
        for row in sorted(listed, key=lambda row: -row["weight"])
    )  # fmt: skip
    return Figure(
        key="landscape-views",
        title=say("views_heading"),
        text=say("views_text"),
        chart="bars",
        rows=rows,
        columns=(
            Column("name", say("view")),
            Column("v", say("weight"), "number"),
            Column("projects", say("projects_with_it"), "number"),
        ),
        caption=caption(subject, say("views_unit"), "likeness/ecotone-2"),
    )


def _moves(field: Field) -> list[Move]:
    return [
        Move(
            half=say("half_first" if row["half_year"].month < 7 else "half_second", year=row["half_year"].year),
            event=EVENTS.get(row["event"], Text.same(row["event"])),
            label=_label(row),
            other=_label(row, "other_"),
            project=row["project"] or "",
        )
        for row in _rows(field, "cluster_moves")
        if row["event"] not in ("grew", "shrank", "stayed")
    ]


def _curated(field: Field) -> Text | None:
    for row in _rows(field, "curated"):
        if row["level"] == FIELD:
            keys = ("ami", "ami_chance", "ari", "ari_chance", "homogeneity", "completeness")
            shown = {key: number(round(row[key] or 0.0, 2)) for key in keys}
            return say("curated_text", **shown, projects=row["projects"])
    return None


def _disagreements(field: Field) -> list[Disagreement]:
    titles = {category.key: category.title for category in field.categories}
    return [
        Disagreement(
            project=row["project"],
            curated=titles.get(row["curated"], Text.same(titled(row["curated"]))),
            found_with=titles.get(row["found_with"], Text.same(titled(row["found_with"]))),
            reason=Text(row["reason"] or ABSENT, row["reason_zh"] or row["reason"] or ABSENT),
        )
        for row in _rows(field, "disagreements")
    ]
