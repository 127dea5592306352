"""Pages of the projects: all signals, employers of contributors, and sources."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from ecotone.foundation.spelling import in_chinese, spelled
from ecotone.report.caption import project_caption
from ecotone.report.field import Category, Field, Project
from ecotone.report.figure import Figure
from ecotone.report.input import DeclaredSignal
from ecotone.report.meeting import MIXING_COLUMNS, mixing_rows
from ecotone.report.page import Page, Subject
from ecotone.report.pages.data import strip
from ecotone.report.references import references
from ecotone.report.text import Text, month_name, number
from ecotone.report.words import say

SHARES: Final = "organisations/ecotone-1"  # formula of the drawn table
HEADLINES: Final = (
    "activity",
    "contributors",
    "organisations",
    "top_organisation_share",
    "contributor_absence_factor",
    "assisted_share",
)


@dataclass(frozen=True, slots=True)
class Headline:
    """Headline number: a signal's latest whole month."""

    signal: DeclaredSignal
    value: str
    at: Text


def pages(subject: Subject) -> Iterator[Page]:
    """One page for every project."""
    field = subject.field
    for category in field.categories:
        for project in category.projects:
            yield _page(subject, category, project)


def _page(subject: Subject, category: Category, project: Project) -> Page:
    field = subject.field
    first = project.first_event
    mixing, published = _mixing(subject, project), references(field, project)
    return Page(
        path=f"project/{project.slug}.html",
        template="project.html",
        title=Text.same(project.name),
        context={
            "project": project,
            "lead": say("project_lead", category=category.title, first=first or "–"),
            "headlines": tuple(_headlines(field, project)),
            "facts": _facts(project),
            "strip": strip(field, project),
            "has_organisations": bool(subject.organisations.top(project.name))
            or bool(subject.organisations.named.get(project.name)),
            "organisations_text": say("organisations_text", min=field.source.min_people),
            "shares_caption": project_caption(field, project, say("share_unit"), SHARES),
            "caption": project_caption(field, project, say("each_its_own"), ""),
            "readings": [reading for reading in field.source.readings if reading.project == project.name],
            "mixing": mixing,
            "published": published,
            "shape": field.shape(project.name),
            "statements": [one for one in field.statements if one.subject == project.name],
            "address": f"field={category.slug}&colour={project.slug}",
        },
        figures=tuple(figure for figure in (mixing, published) if figure is not None),
        scripts=(f"data/project/{project.slug}.js", "project.js"),
        charts=("small", "shares"),
    )


def _facts(project: Project) -> tuple[tuple[str, Text], ...]:
    """Known attributes of a project: (message key, value)."""
    said = (
        ("repository", Text.same(project.repository)),
        ("layer", Text(spelled(project.layer), in_chinese(project.layer))),
        ("style", Text(spelled(project.style), in_chinese(project.style))),
        ("language", Text.same(project.language)),
        ("observed_until", Text.same(str(project.observed_until or ""))),
    )
    return tuple((key, text) for key, text in said if text.en)


def _mixing(subject: Subject, project: Project) -> Figure | None:
    """Mixing matrix of the project's last months; None without interactions."""
    found = subject.meeting.matrix(project.name) if subject.meeting.present else None
    if found is None:
        return None
    text = say("mixing_text", since=month_name(found.since), until=month_name(found.until))
    known = say("known_of", share=number(found.known, "share"))
    return Figure(
        key=f"mixing-{project.slug}",
        title=say("project_mixing", name=project.label),
        text=Text(f"{text.en} {known.en}", f"{text.zh}{known.zh}"),
        chart="heat",
        rows=mixing_rows(found),
        columns=MIXING_COLUMNS,
        caption=project_caption(subject.field, project, say("share_of_weight"), "interactions/ecotone-1"),
    )


def _headlines(field: Field, project: Project) -> Iterator[Headline]:
    """Headline signals with at least one whole month."""
    declared = {signal.name: signal for signal in field.numeric}
    for name in HEADLINES:
        if name not in declared:
            continue
        found = field.standings(name)[project.name]
        if found.last is None:
            continue
        month = month_name(field.month(found.last_at))
        signal = declared[name]
        yield Headline(signal, number(found.last, signal.unit), say("last_reading", month=month))
