"""What applications are built on: claims with their figures, reach of each layer, turnover, and who came first."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from ecotone.report.bilingual_text import ABSENT, Text, format_month, format_number
from ecotone.report.layer_figures import build_layer_figures, find_layer_sentence, list_bridges
from ecotone.report.messages import message
from ecotone.report.page import Page, PageContext
from ecotone.report.report_data import Project
from ecotone.report.report_input import TableRow
from ecotone.report.stack_figures import GROUPS, build_figures, clip_share, group_title, is_drawn, layer_title

SHARED_BY: Final = 2 / 3
"""Share of applications that makes a layer a letter of the stack."""
TABLES: Final = ("stack_claims", "stack_reach", "stack_adoption", "stack_turnover", "stack_survival")


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
    """One page, if the landscape has applications, or projects in several layers."""
    public = context.data.source.tables
    tables = {name: public[name].to_pylist() if name in public else [] for name in TABLES}
    applications = build_figures(context, tables) if tables["stack_claims"] else ()
    figures = [figure for figure in (*applications, *build_layer_figures(context)) if figure is not None]
    if not tables["stack_claims"] and not figures:
        return
    yield Page(
        path="stack.html",
        template="stack.html",
        title=message("stack_title"),
        context={
            "claims": [_claim_card(row) for row in tables["stack_claims"]],
            "adoption": _adoption_rows(context, tables["stack_adoption"]),
            "letters": _letter_rows(tables["stack_reach"]),
            "applications": len(tables["stack_adoption"]),
            "layer_sentence": find_layer_sentence(context),
            "bridges": list_bridges(context),
        },
        figures=tuple(figures),
    )


def _claim_card(row: TableRow) -> ClaimCard:
    is_ratio = row["claim"] == "models_dropped_more"
    bounds = {
        name: format_number(row[f"figure_{name}"])
        if is_ratio
        else format_number(clip_share(row[f"figure_{name}"]), "share")
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


def _adoption_rows(context: PageContext, adoption: Sequence[TableRow]) -> list[AdoptionRow]:
    """The applications, AI-native ones first, by the month of their first snapshot."""
    listed = [row for row in adoption if row["project"] in context.data.projects_by_name]
    listed.sort(key=lambda row: (row["application_kind"] != "ai", row["first_month"], row["project"].casefold()))
    return [
        AdoptionRow(
            context.data.projects_by_name[row["project"]],
            group_title(row["application_kind"]),
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
        if row["application_kind"] in GROUPS and is_layer and is_drawn(row):
            months[row["application_kind"], row["month"]].append(row)
    newest = {group: max((month for key, month in months if key == group), default=None) for group in GROUPS}
    return [
        LetterRow(
            group_title(group),
            format_month(month),
            rows[0]["applications"],
            tuple(
                (layer_title(row["layer"]), row["most_frequent"])
                for row in sorted(rows, key=lambda row: (-(row["share"] or 0), row["layer"]))
                if (row["share"] or 0) >= SHARED_BY
            ),
        )
        for (group, month), rows in sorted(months.items(), key=lambda item: (GROUPS.index(item[0][0]), item[0][1]))
        if month.month == 12 or month == newest[group]
    ]
