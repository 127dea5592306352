"""Sentences on the evidence for employers: the share of people's commits by class."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Final

import pyarrow as pa
import pyarrow.compute as pc

from ecotone.people.attribution_classes import (
    ATTRIBUTION_CLASSES,
    CORE_UNKNOWN,
    OTHERS_UNKNOWN,
    OWNER_TEAM,
    STALE_LIST,
)
from ecotone.report.bilingual_text import Text, format_month, format_number, join_sentences
from ecotone.report.interaction_data import sum_by_keys
from ecotone.report.messages import message
from ecotone.report.report_input import ReportInput

KNOWN_CLASSES: Final = tuple(entry.name for entry in ATTRIBUTION_CLASSES if entry.is_organisation_known)
NOT_COUNTED: Final = (STALE_LIST, OWNER_TEAM)
"""Classes that name an organisation without counting for it."""
UNKNOWN_CLASSES: Final = (*NOT_COUNTED, CORE_UNKNOWN, OTHERS_UNKNOWN)


def evidence_sentence(source: ReportInput, since: date, until: date, project: str | None = None) -> Text | None:
    """The share of each class in people's commits of a period, in one project or in all; None without commits."""
    rows = _rows_of_period(source, since, until)
    if rows is None:
        return None
    chosen = rows if project is None else rows.filter(pc.equal(rows["project"], project))
    commits = {row["evidence"]: row["commits"] for row in sum_by_keys(chosen, ["evidence"], ["commits"])}
    if not commits:
        return None
    known, unknown = (_list_shares(commits, classes) for classes in (KNOWN_CLASSES, UNKNOWN_CLASSES))
    return message(
        "evidence_shares", since=format_month(since), until=format_month(until), known=known, unknown=unknown
    )


def organisation_evidence_sentence(source: ReportInput, organisation: str) -> Text | None:
    """On what an organisation's commits rest, and which commits name it without being counted; None without any."""
    rows = _rows_of_period(source, source.since, source.until)
    if rows is None:
        return None
    own = rows.filter(pc.equal(rows["organisation"], organisation))
    commits = {row["evidence"]: row["commits"] for row in sum_by_keys(own, ["evidence"], ["commits"])}
    counted = {name: count for name, count in commits.items() if name not in NOT_COUNTED}
    if not counted:
        return None
    text = message("evidence_of_organisation", known=_list_shares(counted, KNOWN_CLASSES))
    further = [message(f"evidence_further_{name}", count=commits[name]) for name in NOT_COUNTED if name in commits]
    return join_sentences((text, *further))


def _rows_of_period(source: ReportInput, since: date, until: date) -> pa.Table | None:
    table = source.tables.get("employer_evidence")
    if table is None:
        return None
    first, last = (pa.scalar(month, pa.date32()) for month in (since, until))
    return table.filter((pc.field("month") >= first) & (pc.field("month") <= last))


def _list_shares(commits: dict[str, int], classes: Sequence[str]) -> Text:
    """The classes with commits and their shares, such as "signed 60.0%, affiliation list 5.0%"."""
    total = sum(commits.values())
    items = [
        message(f"evidence_{name}", share=format_number(commits[name] / total, "share"))
        for name in classes
        if commits.get(name)
    ]
    if not items:
        return message("evidence_none")
    return Text(", ".join(item.en for item in items), "、".join(item.zh for item in items))
