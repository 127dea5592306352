"""Figures of the page on the stack: reach, interchangeable technologies, turnover and survival, by layer."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import Final

from ecotone.report.bilingual_text import Text
from ecotone.report.figure import Column, Figure, Kind, Row, Selector
from ecotone.report.messages import message
from ecotone.report.page import PageContext, landscape_caption
from ecotone.report.report_input import TableRow
from ecotone.stack.adoption import FEWEST_SEEN

GROUPS: Final = ("ai", "traditional")
DRAWN_LAYERS: Final = (
    "MODEL", "DATABASE", "model_api", "model_kit", "model_runtime", "vector", "database", "protocol", "cache", "queue",
    "search", "object_store", "sandbox", "guard", "web", "ui",
)  # fmt: skip
"""Layers that a reader chooses among; the first is drawn at first."""
MEMBER_LAYERS: Final = ("model_api", "model_kit", "model_runtime", "vector", "database", "cache", "queue", "protocol")
FEWEST_MONTHS: Final = 120
"""Months of exposure below which a rate is given as counts."""
BOUNDS: Final = (("low", "lowest", "share"), ("high", "highest", "share"))

Titled = tuple[str, str, Kind]
"""A field of the rows, the message that is its title, and the kind of its cells."""


def build_figure(
    context: PageContext,
    name: str,
    formula: str,
    chart: str,
    rows: Sequence[Row],
    columns: Iterable[Titled],
    selectors: Iterable[tuple[str, str, Iterable[tuple[str, Text]]]] = (),
    signal: str | None = None,
    legend: Iterable[tuple[int | str, Text]] = (),
) -> Figure | None:
    """The figure `stack-NAME` with the messages stack_NAME_heading, _text and _unit; None without rows."""
    unit = message(f"stack_{name}_unit")
    if not rows:
        return None
    return Figure(
        key=f"stack-{name}",
        title=message(f"stack_{name}_heading"),
        text=message(f"stack_{name}_text", least=FEWEST_SEEN),
        chart=chart,
        rows=tuple(rows),
        columns=tuple(Column(field, message(title), kind) for field, title, kind in columns),
        selectors=tuple(Selector(field, message(title), tuple(options)) for field, title, options in selectors),
        caption=landscape_caption(context, unit, formula, signal),
        legend=tuple(legend),
    )


def layer_title(layer: str) -> Text:
    """The title of a layer of technologies."""
    return message(f"layer_{layer}")


def group_title(group: str) -> Text:
    """The title of a group of applications."""
    return message(f"group_{group or 'unknown'}")


def clip_share(value: float | None) -> float | None:
    """A bound of a share within 0 and 1."""
    return None if value is None else round(min(max(value, 0.0), 1.0), 9)


def is_drawn(row: TableRow) -> bool:
    """Whether a row of `stack_reach` rests on enough applications for a curve."""
    return bool(row["applications"] >= FEWEST_SEEN)


def build_figures(context: PageContext, tables: Mapping[str, Sequence[TableRow]]) -> Iterator[Figure | None]:
    """The figures of applications; None where there is too little.

    tables  rows of stack_reach, stack_turnover and stack_survival
    """
    yield _reach_figure(context, tables["stack_reach"])
    yield _member_figure(context, tables["stack_reach"])
    yield _turnover_figure(context, tables["stack_turnover"])
    yield _survival_figure(context, tables["stack_survival"])


def _reach_figure(context: PageContext, reach: Sequence[TableRow]) -> Figure | None:
    values = {(row["application_kind"], row["layer"], row["month"]): row for row in reach if is_drawn(row)}
    groups = [group for group in GROUPS if any(key[0] == group for key in values)]
    layers = [layer for layer in DRAWN_LAYERS if any(row["layer"] == layer and row["share"] for row in reach)]
    rows: list[Row] = []
    for layer in layers:
        for index, group in enumerate(groups):
            for month in context.data.months:
                row = values.get((group, layer, month), {})
                rows.append(
                    {"layer": layer, "name": group_title(group), "month": month, "v": row.get("share"),
                     "low": clip_share(row.get("share_low")), "high": clip_share(row.get("share_high")),
                     "with": row.get("with_layer"), "of": row.get("applications"), "colour": f"band{index}", "f": 1,
                     "tag": group_title(group)}
                )  # fmt: skip
    columns: tuple[Titled, ...] = (
        ("month", "month", "month"), ("name", "stack_group", "text"), ("v", "stack_reach_unit", "share"),
        ("with", "stack_with", "number"), ("of", "stack_of", "number"), ("low", "lowest", "share"),
        ("high", "highest", "share"),
    )  # fmt: skip
    options = [(layer, layer_title(layer)) for layer in layers]
    return build_figure(
        context, "reach", "stack/reach-1", "lines", rows, columns, [("layer", "stack_layer", options)]
    )  # fmt: skip


def _newest_month(reach: Sequence[TableRow], group: str) -> date | None:
    """The newest month in which at least five, or as many as ever, applications of the group are seen."""
    counts = {row["month"]: row["applications"] for row in reach if row["application_kind"] == group}
    least = min(FEWEST_SEEN, max(counts.values(), default=0))
    return max((month for month, count in counts.items() if count >= least), default=None)


def _member_figure(context: PageContext, reach: Sequence[TableRow]) -> Figure | None:
    newest = {group: _newest_month(reach, group) for group in GROUPS}
    rows: list[Row] = [
        {"group": row["application_kind"], "name": layer_title(row["layer"]), "v": row["members_mean"],
         "median": row["members_median"], "max": row["members_max"], "of": row["with_layer"],
         "effective": row["effective"], "leader": row["leader"], "month": row["month"], "colour": "eco"}
        for row in sorted(reach, key=lambda row: row["application_kind"])
        if row["layer"] in MEMBER_LAYERS and row["members_mean"] is not None
        and row["month"] == newest.get(row["application_kind"])
    ]  # fmt: skip
    columns: tuple[Titled, ...] = (
        ("name", "stack_layer", "text"), ("v", "stack_members_unit", "number"), ("median", "stack_median", "number"),
        ("max", "stack_max", "number"), ("of", "stack_with", "number"), ("effective", "stack_effective", "number"),
        ("leader", "stack_leader", "text"), ("month", "month", "month"),
    )  # fmt: skip
    options = [(group, group_title(group)) for group in GROUPS if any(row["group"] == group for row in rows)]
    return build_figure(
        context, "members", "stack/members-1", "bars", rows, columns, [("group", "stack_group", options)]
    )  # fmt: skip


def _turnover_figure(context: PageContext, turnover: Sequence[TableRow]) -> Figure | None:
    rows: list[Row] = [
        {"name": layer_title(row["layer"]), "v": row["rate"], "low": row["rate_low"], "high": row["rate_high"],
         "ended": row["ended"], "departures": row["departures"], "spells": row["spells"],
         "years": row["exposure_months"] / 12, "of": row["applications"], "colour": "eco"}
        for row in turnover
        if row["application_kind"] == "all" and row["exposure_months"] >= FEWEST_MONTHS
    ]  # fmt: skip
    columns: tuple[Titled, ...] = (
        ("name", "stack_layer", "text"), ("v", "stack_turnover_unit", "number"), ("low", "lowest", "number"),
        ("high", "highest", "number"), ("ended", "stack_ended", "number"), ("departures", "stack_departures", "number"),
        ("spells", "stack_spells", "number"), ("years", "stack_years", "number"), ("of", "stack_of", "number"),
    )  # fmt: skip
    return build_figure(context, "turnover", "stack/turnover-1", "bars", rows, columns)


def _survival_figure(context: PageContext, survival: Sequence[TableRow]) -> Figure | None:
    """The share of settled technologies that last longer than one, two and three years, by layer."""
    steps: Mapping[str, list[TableRow]] = defaultdict(list)
    for row in survival:
        if row["application_kind"] == "all":
            steps[row["layer"]].append(row)
    drawn = [layer for layer in MEMBER_LAYERS if steps[layer] and steps[layer][0]["at_risk"] >= FEWEST_SEEN]
    rows: list[Row] = [
        {"years": str(years), "name": layer_title(layer), "v": reached[-1]["survival"],
         "of": steps[layer][0]["at_risk"], "colour": "eco"}
        for years in (1, 2, 3)
        for layer in drawn
        if (reached := [row for row in steps[layer] if row["months_settled"] <= 12 * years])
    ]  # fmt: skip
    columns: tuple[Titled, ...] = (
        ("name", "stack_layer", "text"), ("v", "stack_survival_unit", "share"), ("of", "stack_spells", "number"),
    )  # fmt: skip
    options = [(str(years), message("stack_after_years", count=years)) for years in (1, 2, 3)]
    return build_figure(
        context, "survival", "stack/turnover-1", "bars", rows, columns, [("years", "stack_after", options)]
    )  # fmt: skip
