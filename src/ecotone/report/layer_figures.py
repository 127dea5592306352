"""Whether the infrastructure changed: layers through time, when they began, ages of leaders, people between layers."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from ecotone.foundation.display_names import as_heading, chinese_name
from ecotone.report.bilingual_text import Text, format_month, format_number
from ecotone.report.figure import Figure, Row
from ecotone.report.messages import has_message, message
from ecotone.report.page import PageContext
from ecotone.report.report_input import TableRow
from ecotone.report.stack_figures import Titled, build_figure
from ecotone.stack.project_layers import APPLICATION
from ecotone.trends.layer_history import ALL_COHORTS, ANY_OTHER, COHORTS, INFRASTRUCTURE, LAYER_FORMULA

BRIDGED: Final = {"model", "data"}
NEWEST: Final = COHORTS[-1][0]
MOST_BRIDGES: Final = 20
BANDS: Final = 6
SHARE: Final[tuple[Titled, ...]] = (
    ("v", "layer_share", "share"),
    ("low", "lowest", "share"),
    ("high", "highest", "share"),
)


@dataclass(frozen=True, slots=True)
class Bridge:
    """An organisation with people in the model layer and in the data layer in a year."""

    year: int
    organisation: str
    people: tuple[int, int, int]
    commits: tuple[int, int]


def build_layer_figures(context: PageContext) -> Iterator[Figure | None]:
    """The figures; none without projects in two layers."""
    cohorts = _rows_of(context, "layer_cohorts")
    layers = sorted({row["layer"] for row in cohorts} - {INFRASTRUCTURE})
    if len(layers) < 2:
        return
    yield _activity_figure(context, cohorts, layers)
    yield _cohort_figure(context, cohorts, [APPLICATION, INFRASTRUCTURE, *layers])
    yield _leader_figure(context, layers)
    yield _people_figure(context)


def layer_name(layer: str) -> Text:
    """The title of a layer of projects."""
    key = f"project_layer_{layer}"
    return message(key) if has_message(key) else Text(as_heading(layer), chinese_name(layer))


def _rows_of(context: PageContext, name: str) -> list[TableRow]:
    """The rows of a table within the period."""
    table = context.data.source.tables.get(name)
    rows: list[TableRow] = [] if table is None else table.to_pylist()
    since = context.data.source.since
    return [row for row in rows if "half_year" not in row or row["half_year"] >= since.replace(day=1)]


def _activity_figure(context: PageContext, cohorts: Sequence[TableRow], layers: Sequence[str]) -> Figure | None:
    rows: list[Row] = [
        {"name": layer_name(row["layer"]), "month": row["half_year"], "months": 6, "v": row["share"],
         "low": row["share_low"], "high": row["share_high"], "activity": row["activity"], "projects": row["projects"],
         "colour": f"band{layers.index(row['layer']) % BANDS}"}
        for row in cohorts
        if row["cohort"] == ALL_COHORTS and row["layer"] in layers and row["share"] is not None
    ]  # fmt: skip
    columns: tuple[Titled, ...] = (
        ("month", "half_year_from", "month"), ("name", "stack_layer", "text"), *SHARE,
        ("activity", "activity_word", "number"), ("projects", "projects_word", "number"),
    )  # fmt: skip
    legend = [(f"band{index % BANDS}", layer_name(layer)) for index, layer in enumerate(layers)]
    return build_figure(context, "activity", LAYER_FORMULA, "stack", rows, columns, legend=legend)


def _cohort_figure(context: PageContext, cohorts: Sequence[TableRow], layers: Sequence[str]) -> Figure | None:
    names = [name for name, _ in COHORTS]
    drawn_layers = [layer for layer in dict.fromkeys(layers) if any(row["layer"] == layer for row in cohorts)]
    rows: list[Row] = [
        {"layer": row["layer"], "name": message(f"cohort_{row['cohort']}"), "month": row["half_year"], "months": 6,
         "v": row["share"], "low": row["share_low"], "high": row["share_high"], "projects": row["projects"],
         "colour": f"band{names.index(row['cohort'])}"}
        for row in cohorts
        if row["cohort"] in names and row["share"] is not None
    ]  # fmt: skip
    columns: tuple[Titled, ...] = (
        ("month", "half_year_from", "month"), ("name", "cohort_word", "text"), *SHARE,
        ("projects", "projects_word", "number"),
    )  # fmt: skip
    return build_figure(
        context, "cohorts", LAYER_FORMULA, "stack", rows, columns,
        [("layer", "stack_layer", [(layer, layer_name(layer)) for layer in drawn_layers])],
        legend=[(f"band{index}", message(f"cohort_{name}")) for index, name in enumerate(names)],
    )  # fmt: skip


def _leader_figure(context: PageContext, layers: Sequence[str]) -> Figure | None:
    rows: list[Row] = [
        {"name": layer_name(row["layer"]), "month": row["half_year"], "v": row["leader_age_years"],
         "leader": row["leader"], "share": row["leader_share"], "mean": row["mean_age_years"],
         "projects": row["projects"], "colour": f"band{layers.index(row['layer']) % BANDS}", "f": 1,
         "tag": layer_name(row["layer"])}
        for row in sorted(_rows_of(context, "layer_leaders"), key=lambda row: (row["layer"], row["half_year"]))
        if row["layer"] in layers
    ]  # fmt: skip
    columns: tuple[Titled, ...] = (
        ("month", "half_year_from", "month"), ("name", "stack_layer", "text"), ("leader", "leader", "project"),
        ("v", "stack_leaders_unit", "number"), ("share", "leader_share", "share"), ("mean", "mean_age", "number"),
        ("projects", "projects_word", "number"),
    )  # fmt: skip
    return build_figure(context, "leaders", LAYER_FORMULA, "lines", rows, columns)


def _people_figure(context: PageContext) -> Figure | None:
    years = sorted({row["year"] for row in _rows_of(context, "layer_people")}, reverse=True)
    rows: list[Row] = [
        {"year": str(row["year"]), "name": layer_name(row["layer"]), "v": row["share"], "low": row["share_low"],
         "high": row["share_high"], "both": row["in_both"], "people": row["people"], "colour": "eco"}
        for row in _rows_of(context, "layer_people")
        if row["other_layer"] == ANY_OTHER
    ]  # fmt: skip
    columns: tuple[Titled, ...] = (
        ("name", "stack_layer", "text"), *SHARE, ("both", "in_both", "number"), ("people", "people", "number"),
    )  # fmt: skip
    options = [(str(year), Text.same(str(year))) for year in years]
    return build_figure(context, "people", LAYER_FORMULA, "bars", rows, columns, [("year", "year_word", options)])


def list_bridges(context: PageContext) -> list[Bridge]:
    """The organisations between models and data, the newest years and the most people first.

    Those with fewer people than the report names are left out.
    """
    bridges = []
    for row in _rows_of(context, "layer_bridges"):
        people = row["people"] + row["other_people"] - row["in_both"]
        if {row["layer"], row["other_layer"]} == BRIDGED and people >= context.data.source.min_people:
            parts = {row["layer"]: (row["people"], row["commits"])}
            parts[row["other_layer"]] = (row["other_people"], row["other_commits"])
            (models, model_commits), (stores, store_commits) = parts["model"], parts["data"]
            counts = (models, stores, row["in_both"]), (model_commits, store_commits)
            bridges.append(Bridge(row["year"], row["organisation"], *counts))
    bridges.sort(key=lambda bridge: (-bridge.year, -sum(bridge.people[:2]), bridge.organisation))
    return bridges[:MOST_BRIDGES]


def find_layer_sentence(context: PageContext) -> Text | None:
    """How much of the newest half-year's activity comes from projects that began after ChatGPT, above and below."""
    newest = {
        (row["layer"], row["half_year"]): row for row in _rows_of(context, "layer_cohorts") if row["cohort"] == NEWEST
    }
    halves = [half for layer, half in newest if layer == INFRASTRUCTURE and (APPLICATION, half) in newest]
    if not halves:
        return None
    above, below = (newest[layer, max(halves)] for layer in (APPLICATION, INFRASTRUCTURE))
    if above["share"] is None or below["share"] is None:
        return None
    return message(
        "layer_sentence",
        half=format_month(max(halves)),
        above=format_number(above["share"], "share"),
        below=format_number(below["share"], "share"),
        low=format_number(below["share_low"], "share"),
        high=format_number(below["share_high"], "share"),
    )
