"""When each tool became an AI tool by its own words, and the share of a field's projects that call themselves so.

ai_label/ecotone-1: a project carries the label in a month if the first section of the README of the month's tree, or
the description or keywords of a manifest at its root, has a term of generative AI (data/label_terms.tsv) outside
badges, links, code and lists of sponsors. A month without a readable README is not known. Shares are of the projects
known in the month, with Wilson's bounds (1927, JASA 22). Beside them stands the share of commits that name an AI agent.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final

import pyarrow as pa

from ecotone.foundation.months import add_months, list_months_between
from ecotone.stack.adoption import wilson_bounds
from ecotone.stack.label_terms import KINDS, LABEL
from ecotone.stack.readme_prose import BODY
from ecotone.trends.ai_assistance import ANY_PRODUCT, WHOLE_FIELD

ANY_KIND: Final = "any"

LABEL_SCHEMA: Final = pa.schema(
    [
        ("project", pa.string()),
        ("category", pa.string()),
        ("first_readme", pa.date32()),
        ("last_readme", pa.date32()),
        ("readme_months", pa.int64()),
        ("first_label", pa.date32()),
        ("labelled_from_start", pa.bool_()),
        ("labelled_now", pa.bool_()),
        *((f"first_{kind}", pa.date32()) for kind in KINDS),
        ("first_mention", pa.date32()),
        ("first_assisted", pa.date32()),
        ("formula", pa.string()),
    ]
)
SHARE_SCHEMA: Final = pa.schema(
    [
        ("scope_kind", pa.string()),
        ("scope", pa.string()),
        ("month", pa.date32()),
        ("kind", pa.string()),
        ("projects_known", pa.int64()),
        ("projects_labelled", pa.int64()),
        ("share", pa.float64()),
        ("share_low", pa.float64()),
        ("share_high", pa.float64()),
        ("assisted_share", pa.float64()),
        ("formula", pa.string()),
    ]
)


@dataclass(slots=True)
class ToolMonths:
    """The months of one project.

    known       months with a readable README
    labelled    kind, or ANY_KIND -> months in which the tool says so of itself
    mentioned   months in which any term stands anywhere in the README
    """

    known: set[date] = field(default_factory=set)
    labelled: dict[str, set[date]] = field(default_factory=lambda: defaultdict(set))
    mentioned: set[date] = field(default_factory=set)

    def first_label(self, kind: str = ANY_KIND) -> date | None:
        """The first month that carries the label of a kind."""
        return min(self.labelled[kind], default=None)


def find_tool_months(
    terms: pa.Table, readmes: pa.Table, windows: Mapping[tuple[str, str], date]
) -> dict[str, ToolMonths]:
    """The months of each project that has a README in some tree.

    terms    the public table `tool_terms`
    readmes  the public table `readmes`
    windows  project and repository -> the month of the newest tree
    """
    months: dict[str, ToolMonths] = defaultdict(ToolMonths)
    for row in readmes.to_pylist():
        if row["gap"] is None:
            months[row["project"]].known |= _months_of_span(row, windows)
    for row in terms.to_pylist():
        own = months[row["project"]]
        span = _months_of_span(row, windows)
        own.mentioned |= span
        if row["section"] != BODY:
            own.labelled[row["kind"]] |= span
            own.labelled[ANY_KIND] |= span
    return dict(months)


def _months_of_span(row: Mapping[str, Any], windows: Mapping[tuple[str, str], date]) -> set[date]:
    last = add_months(row["until"], -1) if row["until"] else windows[row["project"], row["repository"]]
    return set(list_months_between(row["since"], last))


def build_label_tables(
    projects: pa.Table, months: Mapping[str, ToolMonths], assistance: pa.Table
) -> dict[str, pa.Table]:
    """The tables tool_labels and label_shares.

    projects    the public table
    assistance  the public table `ai_assistance`
    """
    categories = {row["project"]: row["category"] or "" for row in projects.to_pylist()}
    assisted = [row for row in assistance.to_pylist() if row["product"] == ANY_PRODUCT]
    first_assisted: dict[str, date] = {}
    for row in assisted:
        if row["scope_kind"] == "project" and row["projects_with"]:
            first_assisted[row["scope"]] = min(row["month"], first_assisted.get(row["scope"], row["month"]))
    shares = {(row["scope_kind"], row["scope"], row["month"]): row["share"] for row in assisted}
    labels = [
        _label_row(project, category, months.get(project, ToolMonths()), first_assisted.get(project))
        for project, category in sorted(categories.items())
    ]
    return {
        "tool_labels": pa.Table.from_pylist(labels, schema=LABEL_SCHEMA),
        "label_shares": pa.Table.from_pylist(list(_share_rows(categories, months, shares)), schema=SHARE_SCHEMA),
    }


def _label_row(project: str, category: str, months: ToolMonths, assisted: date | None) -> dict[str, Any]:
    first, last = min(months.known, default=None), max(months.known, default=None)
    label = months.first_label()
    return {
        "project": project,
        "category": category,
        "first_readme": first,
        "last_readme": last,
        "readme_months": len(months.known),
        "first_label": label,
        "labelled_from_start": None if first is None else label is not None and label <= first,
        "labelled_now": None if last is None else last in months.labelled[ANY_KIND],
        **{f"first_{kind}": months.first_label(kind) for kind in KINDS},
        "first_mention": min(months.mentioned, default=None),
        "first_assisted": assisted,
        "formula": LABEL,
    }


def _share_rows(
    categories: Mapping[str, str],
    months: Mapping[str, ToolMonths],
    assisted: Mapping[tuple[str, str, date], float | None],
) -> Iterator[dict[str, Any]]:
    """Shares of the field and of each category, by month and kind."""
    scopes = [("field", WHOLE_FIELD, sorted(months))]
    scopes += [
        ("category", category, sorted(project for project in months if categories.get(project) == category))
        for category in sorted({*categories.values()} - {""})
    ]
    for scope_kind, scope, members in scopes:
        for month in sorted({month for project in members for month in months[project].known}):
            known = [months[project] for project in members if month in months[project].known]
            for kind in (ANY_KIND, *KINDS):
                labelled = sum(month in project.labelled[kind] for project in known)
                yield {
                    "scope_kind": scope_kind,
                    "scope": scope,
                    "month": month,
                    "kind": kind,
                    "assisted_share": assisted.get((scope_kind, scope, month)),
                    "formula": LABEL,
                    **_share_with_bounds(labelled, len(known)),
                }


def _share_with_bounds(labelled: int, known: int) -> dict[str, float | int]:
    low, high = wilson_bounds(labelled, known)
    return {
        "projects_known": known,
        "projects_labelled": labelled,
        "share": labelled / known,
        "share_low": max(low, 0.0),
        "share_high": min(high, 1.0),
    }


def labelled_later(rows: Iterable[Mapping[str, Any]]) -> tuple[int, int]:
    """Of the tools whose first README had no label: how many carry it in their newest one, and how many they are.

    rows  of the table `tool_labels`
    """
    without = [row for row in rows if row["labelled_from_start"] is False]
    return sum(bool(row["labelled_now"]) for row in without), len(without)


def explain_label(terms: Sequence[Mapping[str, Any]], word: str) -> list[Mapping[str, Any]]:
    """The rows of the table `tool_terms` of one project that a word asks for, by time; `label` asks for all."""
    key = word.casefold()
    chosen = [row for row in terms if key in ("label", row["kind"], row["term"].casefold())]
    return sorted(chosen, key=lambda row: (row["since"], row["section"] == BODY, row["file"], row["line"] or 0))
