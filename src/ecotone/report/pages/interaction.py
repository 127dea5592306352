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
from ecotone.report.bilingual_text import MINUS, Text, format_number
from ecotone.report.charts import network, scatter
from ecotone.report.figure import Column, Figure, Row, Selector
from ecotone.report.highlighted_projects import choose_chart_colours
from ecotone.report.interaction_data import (
    MIN_KNOWN,
    MIXING_COLUMNS,
    MixingMatrix,
    collaboration_sentence,
    mixing_figure_rows,
    mixing_text,
)
from ecotone.report.messages import message
from ecotone.report.page import Page, PageContext, landscape_caption
from ecotone.report.project_series import WHOLE
from ecotone.report.report_data import ReportData

CROSSING: Final = "cross_organisation_share"
DIVERSITY: Final = "interaction_organisation_diversity_q1"
RECENT_MONTHS: Final = 6
"""Number of whole months averaged for the scatter plot."""
DRAWN_TIES: Final = 400


def build_pages(context: PageContext) -> Iterator[Page]:
    """One page."""
    if not context.interaction_data.has_tables:
        return
    matrix = context.interaction_data.mixing_matrix()
    answer = collaboration_sentence(matrix) if matrix and matrix.known >= MIN_KNOWN else None
    figures = [
        _cross_organisation_figure(context),
        _mixing_figure(context, matrix),
        _project_network_figure(context),
        _diversity_figure(context),
    ]
    drawn = tuple(figure for figure in figures if figure is not None)
    yield Page(
        path="interaction.html",
        template="interaction.html",
        title=message("interaction_title"),
        context={
            "answer": answer,
            "mixing_unknown": mixing_text(matrix) if matrix and matrix.known < MIN_KNOWN else None,
        },
        figures=drawn,
        summary=answer or message("interaction_lead"),
    )


def _cross_organisation_figure(context: PageContext) -> Figure | None:
    data, interaction_data = context.data, context.interaction_data
    table = interaction_data.period_table("cohesion")
    categories = table.filter(pc.equal(table["subject_kind"], "category"))
    columns = ("subject", "month", CROSSING, f"{CROSSING}_low", f"{CROSSING}_high")
    values_by_category: dict[str, dict[date, tuple[float | None, ...]]] = defaultdict(dict)
    for name, month, *three in zip(*(categories[column].to_pylist() for column in columns), strict=True):
        values_by_category[name][month] = tuple(three)
    known = [
        month for values in values_by_category.values() for month, (value, *_) in values.items() if value is not None
    ]
    begin = min(known, default=data.months[0])  # before it every employer is unknown, so the band is everything
    rows: list[Row] = []
    options = []
    for category in data.categories:
        values = [values_by_category[category.key].get(month, (None, None, None)) for month in data.months]
        if all(value[0] is None for value in values):
            continue
        options.append((category.slug, category.title))
        names = [project.name for project in category.projects]
        rows += [
            {"name": category.title, "category": category.slug, "month": month, "v": value[0], "low": value[1],
             "high": value[2], "s": data.aggregate_state(names, at), "colour": "eco", "f": 1, "tag": ""}
            for at, (month, value) in enumerate(zip(data.months, values, strict=True))
            if month >= begin
        ]  # fmt: skip
    if not rows:
        return None
    return Figure(
        key="crossing",
        title=message("crossing_heading"),
        text=message("crossing_text"),
        chart="lines",
        rows=tuple(rows),
        columns=(
            Column("month", message("month"), "month"),
            Column("v", message("crossing_share"), "share"),
            Column("low", message("lowest"), "share"),
            Column("high", message("highest"), "share"),
        ),
        selectors=(Selector("category", message("pick_category"), tuple(options)),),
        caption=landscape_caption(
            context, message("crossing_unit"), "cross_organisation_share/ecotone-1", "cross_organisation_share"
        ),
    )


def _mixing_figure(context: PageContext, matrix: MixingMatrix | None) -> Figure | None:
    if matrix is None or matrix.known < MIN_KNOWN:
        return None
    return Figure(
        key="mixing",
        title=message("mixing_heading"),
        text=mixing_text(matrix),
        chart="heat",
        rows=mixing_figure_rows(matrix),
        columns=MIXING_COLUMNS,
        caption=landscape_caption(context, message("share_of_weight"), "interactions/ecotone-1"),
    )


def _project_network_figure(context: PageContext) -> Figure | None:
    data = context.data
    table = data.source.tables.get("project_edges")
    if table is None:
        return None
    whole = pc.and_(pc.equal(table["kind"], "shared_people"), pc.is_null(table["quarter"]))
    ties = table.filter(pc.and_(whole, pc.fill_null(table["significant"], False))).to_pylist()
    ties = [
        row for row in ties if row["project_a"] in data.projects_by_name and row["project_b"] in data.projects_by_name
    ]
    ties = sorted(ties, key=lambda row: (-row["weight"], row["project_a"], row["project_b"]))[:DRAWN_TIES]
    if not ties:
        return None
    listed = sorted({row[end] for row in ties for end in ("project_a", "project_b")})
    index_of = {name: at for at, name in enumerate(listed)}
    sources, targets = (np.array([index_of[row[end]] for row in ties], np.int64) for end in ("project_a", "project_b"))
    weights = np.sqrt(np.array([row["weight"] for row in ties]))
    coordinates = spiral_layout(len(listed), (sources, targets), weights)
    lines: list[Row] = [
        {"mark": "tie", "x": float(coordinates[a][0]), "y": float(coordinates[a][1]), "x2": float(coordinates[b][0]),
         "y2": float(coordinates[b][1]), "w": float(weight / weights.max()), "project": row["project_a"],
         "partner": row["project_b"], "members": row["shared_count"], "expected": row["shared_expected"]}
        for a, b, weight, row in zip(sources.tolist(), targets.tolist(), weights, ties, strict=True)
    ]  # fmt: skip
    dots = project_dots(data, {name: (float(x), float(y)) for name, (x, y) in zip(listed, coordinates, strict=True)})
    return Figure(
        key="project-map",
        title=message("map_heading"),
        text=message("map_text", without=len(data.projects) - len(listed)),
        chart="network",
        rows=(*lines, *dots),
        columns=(
            Column("project", message("project_a"), "project"),
            Column("partner", message("project_b"), "project"),
            Column("members", message("shared_people"), "number"),
            Column("expected", message("by_chance"), "number"),
        ),
        caption=landscape_caption(context, message("shared_people_unit"), "shared_people/ecotone-1"),
    )


def project_dots(data: ReportData, places: dict[str, tuple[float, float]]) -> tuple[Row, ...]:
    """Projects as dots of a map, sized by activity; the largest are labelled first."""
    standings = data.latest_values(data.main_signal.name) if data.main_signal else {}
    last = {name: max(standings[name].last or 0.0, 0.0) if name in standings else 0.0 for name in places}
    most = max(last.values(), default=0.0) or 1.0
    order = sorted(places, key=lambda name: (-last[name], name))
    colours = choose_chart_colours(data.colour_indexes, order)
    boxes = [(data.projects_by_name[name].label, *places[name], 4 + 11 * (last[name] / most) ** 0.5) for name in order]
    rows: list[Row] = []
    for name, side in zip(order, network.network_label_sides(boxes), strict=True):
        project = data.projects_by_name[name]
        x, y = places[name]
        rows.append(
            {"mark": "dot", "name": name, "project": name, "x": x, "y": y, "size": last[name] / most,
             "colour": colours[name], "label": project.label, **side}
        )  # fmt: skip
    return tuple(rows)


def _diversity_figure(context: PageContext) -> Figure | None:
    data = context.data
    if not data.has_signal(DIVERSITY) or data.main_signal is None:
        return None
    across, up = data.signal_series(DIVERSITY), data.signal_series(data.main_signal.name)
    means: list[tuple[str, float, float]] = []
    for project in data.projects:
        series = up[project.name]
        pairs = [
            (x, y)
            for x, y, state in zip(across[project.name].values, series.values, series.states, strict=True)
            if state == WHOLE and x and y
        ][-RECENT_MONTHS:]
        if pairs:
            x, y = (sum(pair[axis] for pair in pairs) / len(pairs) for axis in (0, 1))
            means.append((project.name, x, y))
    if not means:
        return None
    means.sort(key=lambda row: (-row[2], row[0]))
    colours = choose_chart_colours(data.colour_indexes, [name for name, *_ in means])
    logs = np.log10(np.array([row[1:] for row in means]))
    spread = np.maximum(logs.max(0) - logs.min(0), 1e-9)
    boxes = [
        (data.projects_by_name[name].label, float(x), 1 - float(y), 5.0)
        for (name, *_), (x, y) in zip(means, (logs - logs.min(0)) / spread, strict=True)
    ]
    rows: tuple[Row, ...] = tuple(
        {"name": name, "across": x, "v": y, "colour": colours[name],
         "label": data.projects_by_name[name].label, **side}
        for (name, x, y), side in zip(means, scatter.scatter_label_sides(boxes), strict=True)
    )  # fmt: skip
    return Figure(
        key="diversity",
        title=message("diversity_heading"),
        text=message("diversity_text", correlation=_rank_correlation(logs), count=len(means)),
        chart="scatter",
        rows=rows,
        columns=(
            Column("name", message("project"), "project"),
            Column("across", message("interaction_organisation_diversity_q1"), "number"),
            Column("v", Text(data.main_signal.title, data.main_signal.title_zh), "number"),
        ),
        caption=landscape_caption(
            context,
            message("diversity_axes"),
            f"interaction_organisation_diversity_q1/ecotone-1, {data.main_signal.formula}",
        ),
    )


def _rank_correlation(pairs: npt.NDArray[np.float64]) -> str:
    """Spearman's rank correlation of two columns; a dash if one is constant."""
    ranks = np.column_stack([_mean_ranks(column) for column in pairs.T])
    middled = ranks - ranks.mean(0)
    length = np.sqrt((middled**2).sum(0)).prod()
    return f"{(middled.prod(1).sum() / length):.2f}".replace("-", MINUS) if length else format_number(None)


def _mean_ranks(values: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    _, inverse, counts = np.unique(values, return_inverse=True, return_counts=True)
    mean: npt.NDArray[np.float64] = np.cumsum(counts) - (counts - 1) / 2
    return mean[inverse]
