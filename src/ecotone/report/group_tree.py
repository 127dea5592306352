"""The tree of groups as a table that a reader can cut: a column for each cut, a row for each of its smallest groups."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from ecotone.report.bilingual_text import Text
from ecotone.report.report_data import Project, ReportData
from ecotone.report.report_input import TableRow

MOST_LISTED: Final = 60
"""Projects of a group that are listed."""


@dataclass(frozen=True, slots=True)
class TreeMember:
    """A project of a group; `second` is the other group that it lies between."""

    name: str
    project: Project | None
    second: Text | None


@dataclass(frozen=True, slots=True)
class TreeGroup:
    """A group of one cut.

    colour   of the field that it is part of; None: part of none
    rows     rows of the tree's table that it covers
    is_same  the column before has the same group
    """

    label: Text
    members: tuple[TreeMember, ...]
    projects: int
    colour: int | str | None
    rows: int
    is_same: bool


@dataclass(frozen=True, slots=True)
class TreeCut:
    """The tree cut into so many groups."""

    count: int
    is_default: bool
    groups: tuple[TreeGroup, ...]


@dataclass(frozen=True, slots=True)
class GroupTree:
    """The cuts, and for each row of the table the groups that begin in it, with the position of their cut."""

    cuts: tuple[TreeCut, ...]
    table: tuple[tuple[tuple[int, TreeGroup], ...], ...]


def build_group_tree(data: ReportData, colour: dict[str, int | str]) -> GroupTree | None:
    """The tree; None without cuts.

    colour  project -> the colour of its field
    """
    table = data.source.tables.get("cluster_cuts")
    by_cut: dict[int, list[TableRow]] = defaultdict(list)
    for row in [] if table is None else table.to_pylist():
        by_cut[row["groups"]].append(row)
    if not by_cut:
        return None
    finest = by_cut[max(by_cut)]
    leaf = {row["project"]: row["cluster"] for row in finest}
    cuts: list[TreeCut] = []
    before: set[frozenset[str]] = set()
    starts: list[list[tuple[int, TreeGroup]]] = [[] for _ in set(leaf.values())]
    for position, count in enumerate(sorted(by_cut)):
        grouped: dict[int, list[TableRow]] = defaultdict(list)
        for row in by_cut[count]:
            grouped[row["cluster"]].append(row)
        groups = []
        for listed in grouped.values():
            covered = [leaf[row["project"]] for row in listed]
            group = _create_group(data, listed, colour, len(set(covered)), before)
            groups.append(group)
            starts[min(covered) - 1].append((position, group))
        cuts.append(TreeCut(count, bool(by_cut[count][0]["is_default"]), tuple(groups)))
        before = {frozenset(row["project"] for row in listed) for listed in grouped.values()}
    return GroupTree(tuple(cuts), tuple(tuple(row) for row in starts))


def _create_group(
    data: ReportData, listed: Sequence[TableRow], colour: dict[str, int | str], rows: int, before: set[frozenset[str]]
) -> TreeGroup:
    names = [row["project"] for row in listed]
    colours = {colour[name] for name in names if name in colour}
    first = listed[0]
    members = tuple(
        TreeMember(
            row["project"],
            data.projects_by_name.get(row["project"]),
            Text(row["second_label"], row["second_label_zh"] or row["second_label"]) if row["second_label"] else None,
        )
        for row in listed[:MOST_LISTED]
    )
    label = Text(first["label"], first["label_zh"] or first["label"])
    shared = colours.pop() if len(colours) == 1 else None
    return TreeGroup(label, members, len(names), shared, rows, frozenset(names) in before)
