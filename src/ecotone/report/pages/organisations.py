"""Pages of the organisations: an overview and one page per large organisation."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

import pyarrow as pa
import pyarrow.compute as pc

from ecotone.report.bilingual_text import Text, format_month, format_number
from ecotone.report.evidence_sentences import evidence_sentence, organisation_evidence_sentence
from ecotone.report.figure import Column, Figure, Row
from ecotone.report.interaction_data import InteractionData, sum_by_keys
from ecotone.report.messages import message
from ecotone.report.page import Page, PageContext, landscape_caption
from ecotone.report.project_series import PARTIAL, WHOLE
from ecotone.report.report_data import MIN_COMPLETE_SHARE, Project
from ecotone.report.report_input import TableRow

ROLES: Final = ("coordinator", "consultant", "gatekeeper", "representative", "liaison")
PARTNERS: Final = 20
MAX_PROJECTS: Final = 40
"""Maximum number of projects on an organisation's page; `ecotone orgs NAME` lists all."""
ORGANISATION_PAGES: Final = 40
"""Number of organisations with their own page; `ecotone orgs` lists all."""


@dataclass(frozen=True, slots=True)
class ProjectWork:
    """An organisation's work in a project; `share` is that of the project's commits, `months` those with commits."""

    project: Project
    people: int
    commits: int
    share: float | None
    months: int


@dataclass(frozen=True, slots=True)
class Partner:
    """A collaborating organisation, and the main shared projects."""

    partner: str
    weight: float
    given_weight: float
    received_weight: float
    projects: tuple[Project, ...]


@dataclass(frozen=True, slots=True)
class BrokerageCounts:
    """Brokerage counts of an organisation in a project, by role."""

    project: Project
    counts: dict[str, int]


def build_pages(context: PageContext) -> Iterator[Page]:
    """An overview page, and one page for each of the largest organisations."""
    interaction_data = context.interaction_data
    if not (interaction_data.has_tables and interaction_data.has_presence):
        return
    yield _overview_page(context, interaction_data)
    for row in interaction_data.organisation_summaries[:ORGANISATION_PAGES]:
        yield _organisation_page(context, interaction_data, row["organisation"], row)


def _page_slugs(interaction_data: InteractionData) -> dict[str, str]:
    """Organisation with its own page -> file name."""
    return {
        row["organisation"]: interaction_data.slugs[row["organisation"]]
        for row in interaction_data.organisation_summaries[:ORGANISATION_PAGES]
    }


def _overview_page(context: PageContext, interaction_data: InteractionData) -> Page:
    source = context.data.source
    where = _share_matrix_figure(context, interaction_data)
    return Page(
        path="organisations.html",
        template="organisations.html",
        title=message("organisations_title"),
        context={
            "lead": message(
                "organisations_lead",
                named=len(interaction_data.organisation_summaries),
                min=source.min_people,
                most=_most_commits_words(interaction_data),
                unknown=format_number(interaction_data.unknown_share, "share"),
            ),
            "evidence": evidence_sentence(source, source.since, source.until),
            "rows": interaction_data.organisation_summaries,
            "with_page": ORGANISATION_PAGES,
            "others": message(
                "organisations_more", count=len(interaction_data.organisation_summaries) - ORGANISATION_PAGES
            ),
            "slugs": _page_slugs(interaction_data),
            "where": where,
            "caption": landscape_caption(context, message("products_unit"), ""),
        },
        figures=(where,),
    )


def _most_commits_words(interaction_data: InteractionData) -> Text:
    """Which organisation's people made the most commits, as part of a sentence; empty without organisations."""
    rows = interaction_data.organisation_summaries
    if not rows:
        return Text.same("")
    name, share = Text.same(rows[0]["organisation"]), format_number(rows[0]["share"], "share")
    return message("organisations_most", name=name, share=share)


def _share_matrix_figure(context: PageContext, interaction_data: InteractionData) -> Figure:
    source, heat = context.data.source, interaction_data.project_shares
    rows: tuple[Row, ...] = tuple(
        {"name": name, "other": context.data.projects_by_name[project].label, "project": project, "v": cell}
        for name, cells in zip(heat.rows, heat.cells, strict=True)
        for project, cell in zip(heat.columns, cells, strict=True)
    )
    return Figure(
        key="organisations-where",
        title=message("organisations_where"),
        text=message("organisations_where_text", since=format_month(source.since), until=format_month(source.until)),
        chart="heat",
        rows=rows,
        columns=(
            Column("name", message("organisation")),
            Column("project", message("project"), "project"),
            Column("v", message("share_of_project"), "share"),
        ),
        caption=landscape_caption(context, message("share_of_project_unit"), "organisations/ecotone-1"),
    )


def _organisation_page(context: PageContext, interaction_data: InteractionData, name: str, row: TableRow) -> Page:
    source = context.data.source
    own = interaction_data.presence.filter(pc.equal(interaction_data.presence["organisation"], name))
    numbers = [(format_number(row[key]), message(f"{key}_n")) for key in ("people", "projects", "commits")]
    share, project_work = row["share"], _work_by_project(context, interaction_data, own)
    months = _monthly_commits_figure(context, own, name)
    return Page(
        path=f"organisation/{interaction_data.slugs[name]}.html",
        template="organisation.html",
        writes_figures=False,
        title=Text.same(name),
        context={
            "name": name,
            "lead": message("organisation_lead", since=format_month(source.since), until=format_month(source.until)),
            "evidence": organisation_evidence_sentence(source, name),
            "numbers": (*numbers, (format_number(share, "share"), message("share_of_commits"))),
            "months": months,
            "rows": project_work[:MAX_PROJECTS],
            "without": message("organisation_without", count=len(project_work) - MAX_PROJECTS)
            if len(project_work) > MAX_PROJECTS
            else None,
            "partners": _partner_organisations(context, interaction_data, name),
            "slugs": _page_slugs(interaction_data),
            "roles": _brokerage_by_project(context, interaction_data, name),
            "role_keys": ROLES,
        },
        figures=(months,),
    )


def _monthly_commits_figure(context: PageContext, own: pa.Table, name: str) -> Figure:
    """Monthly commits by people; months without commits are zero."""
    commits = {row["month"]: row["commits"] for row in sum_by_keys(own, ["month"], ["commits"])}
    states = _monthly_states(
        context, {row["project"]: row["commits"] for row in sum_by_keys(own, ["project"], ["commits"])}
    )
    rows: tuple[Row, ...] = tuple(
        {"month": month, "name": message("commits_n"), "v": commits.get(month, 0), "s": state, "colour": "band0"}
        for month, state in zip(context.data.months, states, strict=True)
    )
    return Figure(
        key=f"organisation-{context.interaction_data.slugs[name]}",
        title=message("commits_by_month", name=name),
        text=message("commits_by_month_text"),
        chart="stack",
        rows=rows,
        columns=(Column("month", message("month"), "month"), Column("v", message("commits_n"), "number")),
        caption=landscape_caption(context, message("products_unit"), "organisations/ecotone-1"),
    )


def _monthly_states(context: PageContext, commits: Mapping[str, int]) -> Iterator[str]:
    """State of each month: partial if projects with incomplete data have more than a tenth of the commits."""
    field, total = context.data, sum(commits.values())
    for at in range(len(field.months)):
        unseen = sum(count for project, count in commits.items() if field.aggregate_state([project], at) != WHOLE)
        yield WHOLE if unseen <= (1 - MIN_COMPLETE_SHARE) * total else PARTIAL


def _work_by_project(context: PageContext, interaction_data: InteractionData, own: pa.Table) -> list[ProjectWork]:
    people = own.group_by("project", use_threads=False).aggregate(
        [("person", "count_distinct"), ("commits", "sum"), ("month", "count_distinct")]
    )
    totals: dict[str, int] = defaultdict(int)
    for (project, _), commits in interaction_data.commits_by_organisation().items():
        totals[project] += commits
    rows = [
        ProjectWork(
            context.data.projects_by_name[row["project"]],
            row["person_count_distinct"],
            row["commits_sum"],
            row["commits_sum"] / totals[row["project"]] if totals[row["project"]] else None,
            row["month_count_distinct"],
        )
        for row in people.to_pylist()
    ]
    return sorted(rows, key=lambda row: (-row.commits, -row.people, row.project.name))


def _partner_organisations(context: PageContext, interaction_data: InteractionData, name: str) -> list[Partner]:
    own = interaction_data.partner_rows.filter(pc.equal(interaction_data.partner_rows["organisation"], name))
    where: dict[str, list[tuple[float, str]]] = defaultdict(list)
    for row in sum_by_keys(own, ["partner", "project"], ["weight"]):
        where[row["partner"]].append((-row["weight"], row["project"]))
    partners = []
    for row in sum_by_keys(own, ["partner"], ["weight", "given"]):
        partner, weight, given_weight = row["partner"], row["weight"], row["given"]
        projects = tuple(context.data.projects_by_name[project] for _, project in sorted(where[partner])[:3])
        partners.append(Partner(partner, weight, given_weight, weight - given_weight, projects))
    return sorted(partners, key=lambda item: (-item.weight, item.partner))[:PARTNERS]


def _brokerage_by_project(context: PageContext, interaction_data: InteractionData, name: str) -> list[BrokerageCounts]:
    own = interaction_data.brokerage_roles.filter(pc.equal(interaction_data.brokerage_roles["organisation"], name))
    rows = [
        BrokerageCounts(context.data.projects_by_name[row["project"]], {role: row[role] for role in ROLES})
        for row in sum_by_keys(own, ["project"], list(ROLES))
    ]
    some = [row for row in rows if any(row.counts.values())]
    return sorted(some, key=lambda row: (-sum(row.counts.values()), row.project.name))[:MAX_PROJECTS]
