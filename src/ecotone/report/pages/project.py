"""Pages of the projects: all signals, employers of contributors, and sources."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import pyarrow.compute as pc

from ecotone.foundation.display_names import capitalise_acronyms, chinese_name
from ecotone.report.bilingual_text import Text, format_month, format_number, join_sentences
from ecotone.report.caption import project_caption
from ecotone.report.charts.sparkline import Sparkline, draw_sparkline
from ecotone.report.company_sentences import (
    assumption_sentence,
    employer_shares_rows,
    find_company_answer,
    says_nothing,
)
from ecotone.report.evidence_sentences import evidence_sentence
from ecotone.report.external_series import external_series_figure
from ecotone.report.figure import Figure
from ecotone.report.interaction_data import (
    MIN_KNOWN,
    MIXING_COLUMNS,
    MixingMatrix,
    mixing_figure_rows,
    mixing_text,
)
from ecotone.report.messages import message
from ecotone.report.naming_proposal import propose_naming
from ecotone.report.page import Page, PageContext
from ecotone.report.pages.data import coverage_strip
from ecotone.report.project_answers import answer_project_questions
from ecotone.report.project_series import compute_latest_values
from ecotone.report.project_stack import read_project_stack
from ecotone.report.report_data import Category, Project, ReportData
from ecotone.report.report_input import DeclaredSignal

SHARES: Final = "organisations/ecotone-1"  # formula of the drawn table
STALE_MONTHS: Final = 6
"""A headline number that is so much older than the newest whole month is left out."""
HEADLINES: Final = (
    "activity",
    "contributors",
    "maintainers",
    "core_share",
    "organisations",
    "contributor_absence_factor",
)
"""Not the share of the top organisation or of AI agents: the questions above answer these over more than a month."""


@dataclass(frozen=True, slots=True)
class Headline:
    """Headline number: a signal's latest whole month."""

    signal: DeclaredSignal
    value: str
    at: Text


def build_pages(context: PageContext) -> Iterator[Page]:
    """One page for every project."""
    data = context.data
    for category in data.categories:
        for project in category.projects:
            yield _project_page(context, category, project)


def _project_page(context: PageContext, category: Category, project: Project) -> Page:
    data = context.data
    first = project.first_event
    company = find_company_answer(data, project.name)
    matrix = _mixing_matrix(context, project)
    answers = answer_project_questions(data, category, project)
    mixing, published = _mixing_figure(context, project, matrix), external_series_figure(data, project)
    return Page(
        path=f"project/{project.slug}.html",
        template="project.html",
        title=Text.same(project.name),
        context={
            "project": project,
            "lead": message("project_lead", category=category.title, first=first or "–"),
            "answers": answers,
            "curve": _draw_curve(data, project),
            "assumption": assumption_sentence(company) if company else None,
            "says_nothing": says_nothing(data, project.name),
            "shares": employer_shares_rows(data, project.name),
            "headlines": tuple(_headline_numbers(data, project)),
            "facts": _known_attributes(project),
            "strip": coverage_strip(data, project),
            "has_organisations": bool(context.organisations.largest_organisations(project.name))
            or bool(context.organisations.named.get(project.name)),
            "owner_team": _owner_team_sentence(data, project),
            "evidence": evidence_sentence(data.source, company.since, company.until, project.name) if company else None,
            "review": propose_naming(data.source, project.name),
            "organisations_text": message("organisations_text", min=data.source.min_people),
            "shares_caption": project_caption(data, project, message("share_unit"), SHARES),
            "caption": project_caption(data, project, message("each_its_own"), ""),
            "stack": read_project_stack(data, project.name),
            "readings": [reading for reading in data.source.readings if reading.project == project.name],
            "mixing": mixing,
            "mixing_unknown": mixing_text(matrix) if matrix and not mixing else None,
            "published": published,
            "shape": data.history_verdict(project.name),
            "present": data.present_verdict(project.name),
            "statements": [
                statement
                for statement in data.finding_statements
                if statement.subject == project.name and statement.kind != "verdict"  # drawn above them
            ],
            "address": f"field={category.slug}&colour={project.slug}",
        },
        figures=tuple(figure for figure in (mixing, published) if figure is not None),
        scripts=(f"data/project/{project.slug}.js", "project.js"),
        charts=("small", "shares"),
        summary=join_sentences(answer.answer for answer in answers),
    )


def _owner_team_sentence(data: ReportData, project: Project) -> Text | None:
    """The owner's team in the newest year of the project's data; None if there is none."""
    teams = data.source.tables.get("owner_teams")
    if teams is None or not data.months:
        return None
    of_project = teams.filter(pc.equal(teams["project"], project.name)).to_pylist()
    row = max(of_project, key=lambda team: int(team["year"]), default=None)
    if row is None or row["year"] < data.months[-1].year - 1:
        return None
    return message(
        "owner_team_sentence",
        **{name: row[name] for name in ("organisation", "agreeing", "known", "members")},
        year=str(row["year"]),
    )


def _known_attributes(project: Project) -> tuple[tuple[str, Text], ...]:
    """Known attributes of a project: (message key, value)."""
    attributes = (
        ("licence", _licence_words(project.licence)),
        ("repository", Text.same(project.repository)),
        ("layer", Text(capitalise_acronyms(project.layer), chinese_name(project.layer))),
        ("style", Text(capitalise_acronyms(project.style), chinese_name(project.style))),
        ("language", Text.same(project.language)),
        ("observed_until", Text.same(str(project.observed_until or ""))),
    )
    return tuple((key, text) for key, text in attributes if text.en)


def _licence_words(licence: str) -> Text:
    """A licence in words: SPDX identifiers as they are."""
    if licence == "LicenseRef-other":
        return message("licence_other")
    modified = re.fullmatch(r"LicenseRef-(.+)-modified", licence)
    return message("licence_modified", licence=modified[1]) if modified else Text.same(licence)


def _mixing_matrix(context: PageContext, project: Project) -> MixingMatrix | None:
    """Mixing matrix of the project's last months; None without interactions."""
    return context.interaction_data.mixing_matrix(project.name) if context.interaction_data.has_tables else None


def _mixing_figure(context: PageContext, project: Project, matrix: MixingMatrix | None) -> Figure | None:
    """The mixing matrix as a figure; None where too little is known."""
    if matrix is None or matrix.known < MIN_KNOWN:
        return None
    return Figure(
        key=f"mixing-{project.slug}",
        title=message("project_mixing", name=project.label),
        text=mixing_text(matrix),
        chart="heat",
        rows=mixing_figure_rows(matrix),
        columns=MIXING_COLUMNS,
        caption=project_caption(context.data, project, message("share_of_weight"), "interactions/ecotone-1"),
    )


def _headline_numbers(data: ReportData, project: Project) -> Iterator[Headline]:
    """Headline signals with at least one whole month."""
    declared = {signal.name: signal for signal in data.numeric_signals}
    for name in HEADLINES:
        if name not in declared:
            continue
        latest = compute_latest_values(data.signal_series(name)[project.name])
        if (
            latest.last is None
            or latest.last_at is None
            or latest.last_at + STALE_MONTHS < _newest_month(data, project)
        ):
            continue
        month = format_month(data.month_at(latest.last_at))
        signal = declared[name]
        yield Headline(signal, format_number(latest.last, signal.unit), message("last_reading", month=month))


def _newest_month(data: ReportData, project: Project) -> int:
    """Index of the newest whole month of the main signal; 0 without one."""
    latest = data.latest_values(data.main_signal.name)[project.name] if data.main_signal else None
    return latest.last_at or 0 if latest else 0


def _draw_curve(data: ReportData, project: Project) -> Sparkline | None:
    """The project's main signal, drawn small for the first screen; None without a value."""
    if data.main_signal is None:
        return None
    series = data.signal_series(data.main_signal.name)[project.name]
    curve = draw_sparkline(series, len(data.months), series.first)
    return curve if curve.end else None
