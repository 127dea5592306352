"""Page on collaboration between organisations: cross-organisation share, mixing matrix, shared people, diversity."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from datetime import date
from typing import Final

import numpy as np
import numpy.typing as npt
import pyarrow.compute as pc

from ecotone.networks.force_layout import spiral_layout
from ecotone.report.charts import network, scatter
from ecotone.report.field import Field
from ecotone.report.figure import Column, Figure, Pick, Row
from ecotone.report.meeting import MIXING_COLUMNS, Matrix, mixing_rows
from ecotone.report.page import Page, Subject, caption
from ecotone.report.series import WHOLE
from ecotone.report.text import MINUS, Text, month_name, number
from ecotone.report.words import say

CROSSING: Final = "cross_organisation_share"
DIVERSITY: Final = "effective_organisations"
LAST: Final = 6
"""Number of whole months averaged for the scatter plot."""
DRAWN_TIES: Final = 400


def pages(subject: Subject) -> Iterator[Page]:
    """One page."""
    if not subject.meeting.present:
        return
    figures = [
        _crossing(subject),
        _mixing(subject, subject.meeting.matrix()),
        _map(subject),
        _diversity(subject),
    ]
    drawn = tuple(figure for figure in figures if figure is not None)
    yield Page(
        path="interaction.html",
        template="interaction.html",
        title=say("interaction_title"),
        context={},
        figures=drawn,
    )


def _crossing(subject: Subject) -> Figure | None:
    field, meeting = subject.field, subject.meeting
    table = meeting.table("cohesion")
    kept = table.filter(pc.equal(table["subject_kind"], "category"))
    columns = ("subject", "month", CROSSING, f"{CROSSING}_low", f"{CROSSING}_high")
    found: dict[str, dict[date, tuple[float | None, ...]]] = defaultdict(dict)
    for name, month, *three in zip(*(kept[column].to_pylist() for column in columns), strict=True):
        found[name][month] = tuple(three)
    rows: list[Row] = []
    options = []
    for category in field.categories:
        values = [found[category.key].get(month, (None, None, None)) for month in field.months]
        if all(value[0] is None for value in values):
            continue
        options.append((category.slug, category.title))
        names = [project.name for project in category.projects]
        rows += [
            {"name": category.title, "category": category.slug, "month": month, "v": value[0], "low": value[1],
             "high": value[2], "s": field.seen(names, at), "colour": "eco", "f": 1, "tag": ""}
            for at, (month, value) in enumerate(zip(field.months, values, strict=True))
        ]  # fmt: skip
    if not rows:
        return None
    return Figure(
        key="crossing",
        title=say("crossing_heading"),
        text=say("crossing_text"),
        chart="lines",
        rows=tuple(rows),
        columns=(
            Column("month", say("month"), "month"),
            Column("v", say("crossing_share"), "share"),
            Column("low", say("lowest"), "share"),
            Column("high", say("highest"), "share"),
        ),
        picks=(Pick("category", say("pick_category"), tuple(options)),),
        caption=caption(
            subject, say("crossing_unit"), "cross_organisation_share/ecotone-1", "cross_organisation_share"
        ),
    )


def _mixing(subject: Subject, matrix: Matrix | None) -> Figure | None:
    if matrix is None:
        return None
    return Figure(
        key="mixing",
        title=say("mixing_heading"),
        text=say("mixing_text", since=month_name(matrix.since), until=month_name(matrix.until)),
        chart="heat",
        rows=mixing_rows(matrix),
        columns=MIXING_COLUMNS,
        caption=caption(subject, say("share_of_weight"), "interactions/ecotone-1"),
    )


def _map(subject: Subject) -> Figure | None:
    field = subject.field
    table = field.source.tables.get("ties")
    if table is None:
        return None
    whole = pc.and_(pc.equal(table["kind"], "shared_people"), pc.is_null(table["quarter"]))
    ties = table.filter(pc.and_(whole, pc.fill_null(table["kept"], False))).to_pylist()
    ties = [row for row in ties if row["project_a"] in field.by_name and row["project_b"] in field.by_name]
    ties = sorted(ties, key=lambda row: (-row["weight"], row["project_a"], row["project_b"]))[:DRAWN_TIES]
    if not ties:
        return None
    listed = sorted({row[end] for row in ties for end in ("project_a", "project_b")})
    place = {name: at for at, name in enumerate(listed)}
    one, other = (np.array([place[row[end]] for row in ties], np.int64) for end in ("project_a", "project_b"))
    weights = np.sqrt(np.array([row["weight"] for row in ties]))
    where = spiral_layout(len(listed), (one, other), weights)
    lines: list[Row] = [
        {"mark": "tie", "x": float(where[a][0]), "y": float(where[a][1]), "x2": float(where[b][0]),
         "y2": float(where[b][1]), "w": float(weight / weights.max()), "project": row["project_a"],
         "partner": row["project_b"], "members": row["members"], "expected": row["expected"]}
        for a, b, weight, row in zip(one.tolist(), other.tolist(), weights, ties, strict=True)
    ]  # fmt: skip
    dots = dots_of(field, {name: (float(x), float(y)) for name, (x, y) in zip(listed, where, strict=True)})
    return Figure(
        key="project-map",
        title=say("map_heading"),
        text=say("map_text", without=len(field.projects) - len(listed)),
        chart="network",
        rows=(*lines, *dots),
        columns=(
            Column("project", say("project_a"), "project"),
            Column("partner", say("project_b"), "project"),
            Column("members", say("shared_people"), "number"),
            Column("expected", say("by_chance"), "number"),
        ),
        caption=caption(subject, say("shared_people_unit"), "shared_people/ecotone-1"),
    )


def dots_of(field: Field, places: dict[str, tuple[float, float]]) -> tuple[Row, ...]:
    """Projects as dots of a map, sized by activity; the largest are labelled first."""
    standings = field.standings(field.main.name) if field.main else {}
    last = {name: max(standings[name].last or 0.0, 0.0) if name in standings else 0.0 for name in places}
    most = max(last.values(), default=0.0) or 1.0
    order = sorted(places, key=lambda name: (-last[name], name))
    boxes = [(field.by_name[name].label, *places[name], 4 + 11 * (last[name] / most) ** 0.5) for name in order]
    rows: list[Row] = []
    for name, side in zip(order, network.sides(boxes), strict=True):
        project = field.by_name[name]
        x, y = places[name]
        rows.append(
            {"mark": "dot", "name": name, "project": name, "x": x, "y": y, "size": last[name] / most,
             "colour": project.colour, "label": project.label, **side}
        )  # fmt: skip
    return tuple(rows)


def _diversity(subject: Subject) -> Figure | None:
    field = subject.field
    if not field.has(DIVERSITY) or field.main is None:
        return None
    across, up = field.series(DIVERSITY), field.series(field.main.name)
    found: list[tuple[str, float, float]] = []
    for project in field.projects:
        series = up[project.name]
        pairs = [
            (x, y)
            for x, y, state in zip(across[project.name].values, series.values, series.states, strict=True)
            if state == WHOLE and x and y
        ][-LAST:]
        if pairs:
            x, y = (sum(pair[axis] for pair in pairs) / len(pairs) for axis in (0, 1))
            found.append((project.name, x, y))
    if not found:
        return None
    found.sort(key=lambda row: (-row[2], row[0]))
    logs = np.log10(np.array([row[1:] for row in found]))
    spread = np.maximum(logs.max(0) - logs.min(0), 1e-9)
    boxes = [
        (field.by_name[name].label, float(x), 1 - float(y), 5.0)
        for (name, *_), (x, y) in zip(found, (logs - logs.min(0)) / spread, strict=True)
    ]
    rows: tuple[Row, ...] = tuple(
        {"name": name, "across": x, "v": y, "colour": field.by_name[name].colour,
         "label": field.by_name[name].label, **side}
        for (name, x, y), side in zip(found, scatter.sides(boxes), strict=True)
    )  # fmt: skip
    return Figure(
        key="diversity",
        title=say("diversity_heading"),
        text=say("diversity_text", correlation=_correlation(logs), count=len(found)),
        chart="scatter",
        rows=rows,
        columns=(
            Column("name", say("project"), "project"),
            Column("across", say("effective_organisations"), "number"),
            Column("v", Text(field.main.title, field.main.title_zh), "number"),
        ),
        caption=caption(subject, say("diversity_axes"), f"effective_organisations/ecotone-1, {field.main.formula}"),
    )


def _correlation(pairs: npt.NDArray[np.float64]) -> str:
    """Spearman's rank correlation of two columns; a dash if one is constant."""
    ranks = np.column_stack([_ranks(column) for column in pairs.T])
    middled = ranks - ranks.mean(0)
    length = np.sqrt((middled**2).sum(0)).prod()
    return f"{(middled.prod(1).sum() / length):.2f}".replace("-", MINUS) if length else number(None)


def _ranks(values: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    _, place, counts = np.unique(values, return_inverse=True, return_counts=True)
    mean: npt.NDArray[np.float64] = np.cumsum(counts) - (counts - 1) / 2
    return mean[place]
