"""What applications are built on: claims with their figures, reach of each layer, turnover, and who came first."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from ecotone.report.bilingual_text import ABSENT, Text, format_month, format_number
from ecotone.report.figure import Column, Figure, Row, Selector
from ecotone.report.messages import message
from ecotone.report.page import Page, PageContext, landscape_caption
from ecotone.report.report_data import Project
from ecotone.report.report_input import TableRow

GROUPS: Final = ("ai", "traditional")
DRAWN_LAYERS: Final = (
    "MODEL", "DATABASE", "model_api", "model_kit", "model_runtime", "vector", "database", "protocol", "cache", "queue",
    "search", "object_store", "sandbox", "guard", "web", "ui",
)  # fmt: skip
"""Layers that a reader chooses among; the first is drawn at first."""
MEMBER_LAYERS: Final = ("model_api", "model_kit", "model_runtime", "vector", "database", "cache", "queue", "protocol")
FEWEST_SEEN: Final = 5
"""With fewer applications no curve is drawn."""
FEWEST_MONTHS: Final = 120
"""Months of exposure below which a rate is given as counts."""
SHARED_BY: Final = 2 / 3
"""Share of applications that makes a layer a letter of the stack."""


@dataclass(frozen=True, slots=True)
class ClaimCard:
    """A claim, its figure and verdict."""

    title: Text
    figure: str
    basis: Text
    verdict: str
    verdict_text: Text


@dataclass(frozen=True, slots=True)
class AdoptionRow:
    """When an application first had a model, a database, a vector store and a protocol."""

    project: Project
    group: Text
    first: tuple[str, ...]
    lag: str


@dataclass(frozen=True, slots=True)
class LetterRow:
    """The layers that two thirds of a group's applications shared in a month, and their most frequent technologies."""

    group: Text
    month: str
    applications: int
    letters: tuple[tuple[Text, str], ...]


def build_pages(context: PageContext) -> Iterator[Page]:
    """One page, if the landscape has applications."""
    tables = context.data.source.tables
    claims, reach = (tables[name].to_pylist() if name in tables else [] for name in ("stack_claims", "stack_reach"))
    if not claims:
        return
    adoption, turnover, survival = (
        tables[name].to_pylist() for name in ("stack_adoption", "stack_turnover", "stack_survival")
    )
    figures = (
        _reach_figure(context, reach),
        _member_figure(context, reach),
        _turnover_figure(context, turnover),
        _survival_figure(context, survival),
    )
    yield Page(
        path="stack.html",
        template="stack.html",
        title=message("stack_title"),
        context={
            "claims": [_claim_card(row) for row in claims],
            "adoption": _adoption_rows(context, adoption),
            "letters": _letter_rows(reach),
            "applications": len(adoption),
        },
        figures=tuple(figure for figure in figures if figure is not None),
    )


def _claim_card(row: TableRow) -> ClaimCard:
    is_ratio = row["claim"] == "models_dropped_more"
    bounds = {
        name: format_number(row[f"figure_{name}"])
        if is_ratio
        else format_number(_clip_share(row[f"figure_{name}"]), "share")
        for name in ("low", "high")
    }
    if row["figure"] is None:
        figure, basis = ABSENT, message("claim_untried", of=row["of"])
    elif is_ratio:
        figure = f"{row['figure']:.1f} ×"
        basis = message("claim_ratio_basis", of=row["of"], **bounds)
    else:
        figure = format_number(row["figure"], "share")
        basis = message("claim_basis", applications=row["applications"], of=row["of"], **bounds)
    return ClaimCard(
        message(f"claim_{row['claim']}"), figure, basis, row["verdict"], message(f"verdict_{row['verdict']}")
    )


def _clip_share(value: float | None) -> float | None:
    return None if value is None else round(min(max(value, 0.0), 1.0), 9)


def _reach_figure(context: PageContext, reach: Sequence[TableRow]) -> Figure | None:
    values = {(row["application_kind"], row["layer"], row["month"]): row for row in reach}
    enough = [group for group in GROUPS if any(_is_drawn(row) for row in reach if row["application_kind"] == group)]
    layers = [layer for layer in DRAWN_LAYERS if any(row["layer"] == layer and row["share"] for row in reach)]
    if not enough or not layers:
        return None
    rows: list[Row] = []
    for layer in layers:
        for index, group in enumerate(enough):
            for month in context.data.months:
                row = values.get((group, layer, month))
                drawn = row if row is not None and _is_drawn(row) else {}
                rows.append(
                    {"layer": layer, "name": message(f"group_{group}"), "month": month, "v": drawn.get("share"),
                     "low": _clip_share(drawn.get("share_low")), "high": _clip_share(drawn.get("share_high")),
                     "with": drawn.get("with_layer"), "of": drawn.get("applications"), "colour": f"band{index}", "f": 1,
                     "tag": message(f"group_{group}")}
                )  # fmt: skip
    return Figure(
        key="stack-reach",
        title=message("stack_reach_heading"),
        text=message("stack_reach_text", least=FEWEST_SEEN),
        chart="lines",
        rows=tuple(rows),
        columns=(
            Column("month", message("month"), "month"),
            Column("name", message("stack_group")),
            Column("v", message("stack_reach_unit"), "share"),
            Column("with", message("stack_with"), "number"),
            Column("of", message("stack_of"), "number"),
            Column("low", message("lowest"), "share"),
            Column("high", message("highest"), "share"),
        ),
        selectors=(Selector("layer", message("stack_layer"), tuple((layer, _layer_title(layer)) for layer in layers)),),
        caption=landscape_caption(context, message("stack_reach_unit"), "stack/reach-1"),
    )


def _is_drawn(row: TableRow) -> bool:
    return bool(row["applications"] >= FEWEST_SEEN)


def _newest_month(reach: Sequence[TableRow], group: str) -> date | None:
    """The newest month in which at least five, or as many as ever, applications of the group are seen."""
    counts = {row["month"]: row["applications"] for row in reach if row["application_kind"] == group}
    least = min(FEWEST_SEEN, max(counts.values(), default=0))
    return max((month for month, count in counts.items() if count >= least), default=None)


def _member_figure(context: PageContext, reach: Sequence[TableRow]) -> Figure | None:
    rows: list[Row] = []
    for group in GROUPS:
        month = _newest_month(reach, group)
        for row in reach:
            chosen = row["application_kind"] == group and row["month"] == month and row["layer"] in MEMBER_LAYERS
            if chosen and row["members_mean"] is not None:
                rows.append(
                    {"group": group, "name": _layer_title(row["layer"]), "v": row["members_mean"],
                     "median": row["members_median"], "max": row["members_max"], "of": row["with_layer"],
                     "effective": row["effective"], "leader": row["leader"], "month": month, "colour": "eco"}
                )  # fmt: skip
    groups = [group for group in GROUPS if any(row["group"] == group for row in rows)]
    if not rows:
        return None
    return Figure(
        key="stack-members",
        title=message("stack_members_heading"),
        text=message("stack_members_text"),
        chart="bars",
        rows=tuple(rows),
        columns=(
            Column("name", message("stack_layer")),
            Column("v", message("stack_members_unit"), "number"),
            Column("median", message("stack_median"), "number"),
            Column("max", message("stack_max"), "number"),
            Column("of", message("stack_with"), "number"),
            Column("effective", message("stack_effective"), "number"),
            Column("leader", message("stack_leader")),
            Column("month", message("month"), "month"),
        ),
        selectors=(Selector("group", message("stack_group"), tuple((key, message(f"group_{key}")) for key in groups)),),
        caption=landscape_caption(context, message("stack_members_unit"), "stack/members-1"),
    )


def _turnover_figure(context: PageContext, turnover: Sequence[TableRow]) -> Figure | None:
    rows: tuple[Row, ...] = tuple(
        {"name": _layer_title(row["layer"]), "v": row["rate"], "low": row["rate_low"], "high": row["rate_high"],
         "ended": row["ended"], "departures": row["departures"], "spells": row["spells"],
         "years": row["exposure_months"] / 12, "of": row["applications"], "colour": "eco"}
        for row in turnover
        if row["application_kind"] == "all" and row["exposure_months"] >= FEWEST_MONTHS
    )  # fmt: skip
    if not rows:
        return None
    return Figure(
        key="stack-turnover",
        title=message("stack_turnover_heading"),
        text=message("stack_turnover_text"),
        chart="bars",
        rows=rows,
        columns=(
            Column("name", message("stack_layer")),
            Column("v", message("stack_turnover_unit"), "number"),
            Column("low", message("lowest"), "number"),
            Column("high", message("highest"), "number"),
            Column("ended", message("stack_ended"), "number"),
            Column("departures", message("stack_departures"), "number"),
            Column("spells", message("stack_spells"), "number"),
            Column("years", message("stack_years"), "number"),
            Column("of", message("stack_of"), "number"),
        ),
        caption=landscape_caption(context, message("stack_turnover_unit"), "stack/turnover-1"),
    )


def _survival_figure(context: PageContext, survival: Sequence[TableRow]) -> Figure | None:
    """The share of settled technologies that last longer than one, two and three years, by layer."""
    steps: Mapping[str, list[TableRow]] = defaultdict(list)
    for row in survival:
        if row["application_kind"] == "all":
            steps[row["layer"]].append(row)
    rows: list[Row] = []
    for years in (1, 2, 3):
        for layer in MEMBER_LAYERS:
            reached = [row for row in steps[layer] if row["months_settled"] <= 12 * years]
            if reached and steps[layer][0]["at_risk"] >= FEWEST_SEEN:
                rows.append(
                    {"years": str(years), "name": _layer_title(layer), "v": reached[-1]["survival"],
                     "of": steps[layer][0]["at_risk"], "colour": "eco"}
                )  # fmt: skip
    if not rows:
        return None
    options = tuple((str(years), message("stack_after_years", count=years)) for years in (1, 2, 3))
    return Figure(
        key="stack-survival",
        title=message("stack_survival_heading"),
        text=message("stack_survival_text"),
        chart="bars",
        rows=tuple(rows),
        columns=(
            Column("name", message("stack_layer")),
            Column("v", message("stack_survival_unit"), "share"),
            Column("of", message("stack_spells"), "number"),
        ),
        selectors=(Selector("years", message("stack_after"), options),),
        caption=landscape_caption(context, message("stack_survival_unit"), "stack/turnover-1"),
    )


def _adoption_rows(context: PageContext, adoption: Sequence[TableRow]) -> list[AdoptionRow]:
    """The applications, AI-native ones first, by the month of their first snapshot."""
    listed = [row for row in adoption if row["project"] in context.data.projects_by_name]
    listed.sort(key=lambda row: (row["application_kind"] != "ai", row["first_month"], row["project"].casefold()))
    return [
        AdoptionRow(
            context.data.projects_by_name[row["project"]],
            message(f"group_{row['application_kind'] or 'unknown'}"),
            tuple(_first_text(row, name) for name in ("model", "database", "vector", "protocol")),
            ABSENT if row["lag_months"] is None else f"{row['lag_months']:+d}",
        )
        for row in listed
    ]


def _first_text(row: TableRow, name: str) -> str:
    """The first month; with a sign if it may have been there before the first snapshot."""
    text = format_month(row[f"first_{name}"])
    return f"≤ {text}" if row[f"{name}_censored"] else text


def _letter_rows(reach: Sequence[TableRow]) -> list[LetterRow]:
    """One row for each group and December, and for the newest month, with at least five applications."""
    months: dict[tuple[str, date], list[TableRow]] = defaultdict(list)
    for row in reach:
        is_layer = row["layer"].islower() and row["layer"] not in ("language", "observe")
        if row["application_kind"] in GROUPS and is_layer and row["applications"] >= FEWEST_SEEN:
            months[row["application_kind"], row["month"]].append(row)
    newest = {group: max((month for key, month in months if key == group), default=None) for group in GROUPS}
    return [
        LetterRow(
            message(f"group_{group}"),
            format_month(month),
            rows[0]["applications"],
            tuple(
                (_layer_title(row["layer"]), row["most_frequent"])
                for row in sorted(rows, key=lambda row: (-(row["share"] or 0), row["layer"]))
                if (row["share"] or 0) >= SHARED_BY
            ),
        )
        for (group, month), rows in sorted(months.items(), key=lambda item: (GROUPS.index(item[0][0]), item[0][1]))
        if month.month == 12 or month == newest[group]
    ]


def _layer_title(layer: str) -> Text:
    return message(f"layer_{layer}")
