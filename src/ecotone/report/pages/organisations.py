"""Pages of the organisations: an overview and one page per large organisation."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

import pyarrow as pa
import pyarrow.compute as pc

from ecotone.report.field import SEEN, Project
from ecotone.report.figure import Column, Figure, Row
from ecotone.report.input import TableRow
from ecotone.report.meeting import Meeting, summed
from ecotone.report.page import Page, Subject, caption
from ecotone.report.series import PARTIAL, WHOLE
from ecotone.report.text import Text, month_name, number
from ecotone.report.words import say

ROLES: Final = ("coordinator", "consultant", "gatekeeper", "representative", "liaison")
PARTNERS: Final = 20
LISTED: Final = 40
"""Maximum number of projects on an organisation's page; `ecotone orgs NAME` lists all."""
PORTRAITS: Final = 40
"""Number of organisations with their own page; `ecotone orgs` lists all."""


@dataclass(frozen=True, slots=True)
class There:
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
    given: float
    received: float
    projects: tuple[Project, ...]


@dataclass(frozen=True, slots=True)
class Standing:
    """Brokerage counts of an organisation in a project, by role."""

    project: Project
    counts: dict[str, int]


def pages(subject: Subject) -> Iterator[Page]:
    """An overview page, and one page for each of the largest organisations."""
    meeting = subject.meeting
    if not (meeting.present and meeting.with_persons):
        return
    yield _all(subject, meeting)
    for row in meeting.overview[:PORTRAITS]:
        yield _one(subject, meeting, row["organisation"], row)


def _pages_of(meeting: Meeting) -> dict[str, str]:
    """Organisation with its own page -> file name."""
    return {row["organisation"]: meeting.slugs[row["organisation"]] for row in meeting.overview[:PORTRAITS]}


def _all(subject: Subject, meeting: Meeting) -> Page:
    source = subject.field.source
    where = _where(subject, meeting)
    return Page(
        path="organisations.html",
        template="organisations.html",
        title=say("organisations_title"),
        context={
            "lead": say(
                "organisations_lead",
                named=len(meeting.overview),
                min=source.min_people,
                unknown=number(meeting.unknown_share, "share"),
            ),
            "rows": meeting.overview,
            "with_page": PORTRAITS,
            "others": say("organisations_more", count=len(meeting.overview) - PORTRAITS),
            "slugs": _pages_of(meeting),
            "where": where,
            "caption": caption(subject, say("products_unit"), ""),
        },
        figures=(where,),
    )


def _where(subject: Subject, meeting: Meeting) -> Figure:
    source, heat = subject.field.source, meeting.where
    rows: tuple[Row, ...] = tuple(
        {"name": name, "other": subject.field.by_name[project].label, "project": project, "v": cell}
        for name, cells in zip(heat.rows, heat.cells, strict=True)
        for project, cell in zip(heat.columns, cells, strict=True)
    )
    return Figure(
        key="organisations-where",
        title=say("organisations_where"),
        text=say("organisations_where_text", since=month_name(source.since), until=month_name(source.until)),
        chart="heat",
        rows=rows,
        columns=(
            Column("name", say("organisation")),
            Column("project", say("project"), "project"),
            Column("v", say("share_of_project"), "share"),
        ),
        caption=caption(subject, say("share_of_project_unit"), "organisations/ecotone-1"),
    )


def _one(subject: Subject, meeting: Meeting, name: str, row: TableRow) -> Page:
    source = subject.field.source
    own = meeting.presence.filter(pc.equal(meeting.presence["organisation"], name))
    numbers = [(number(row[key]), say(f"{key}_n")) for key in ("people", "projects", "commits")]
    share, there = row["share"], _there(subject, meeting, own)
    months = _months(subject, own, name)
    return Page(
        path=f"organisation/{meeting.slugs[name]}.html",
        template="organisation.html",
        pictured=False,
        title=Text.same(name),
        context={
            "name": name,
            "lead": say("organisation_lead", since=month_name(source.since), until=month_name(source.until)),
            "numbers": (*numbers, (number(share, "share"), say("share_of_commits"))),
            "months": months,
            "rows": there[:LISTED],
            "without": say("organisation_without", count=len(there) - LISTED) if len(there) > LISTED else None,
            "partners": _partners(subject, meeting, name),
            "slugs": _pages_of(meeting),
            "roles": _roles(subject, meeting, name),
            "role_keys": ROLES,
        },
        figures=(months,),
    )


def _months(subject: Subject, own: pa.Table, name: str) -> Figure:
    """Monthly commits by people; months without commits are zero."""
    commits = {row["month"]: row["commits"] for row in summed(own, ["month"], ["commits"])}
    states = _states(subject, {row["project"]: row["commits"] for row in summed(own, ["project"], ["commits"])})
    rows: tuple[Row, ...] = tuple(
        {"month": month, "name": say("commits_n"), "v": commits.get(month, 0), "s": state, "colour": "band0"}
        for month, state in zip(subject.field.months, states, strict=True)
    )
    return Figure(
        key=f"organisation-{subject.meeting.slugs[name]}",
        title=say("commits_by_month", name=name),
        text=say("commits_by_month_text"),
        chart="stack",
        rows=rows,
        columns=(Column("month", say("month"), "month"), Column("v", say("commits_n"), "number")),
        caption=caption(subject, say("products_unit"), "organisations/ecotone-1"),
    )


def _states(subject: Subject, commits: Mapping[str, int]) -> Iterator[str]:
    """State of each month: partial if projects with incomplete data have more than a tenth of the commits."""
    field, total = subject.field, sum(commits.values())
    for at in range(len(field.months)):
        unseen = sum(count for project, count in commits.items() if field.seen([project], at) != WHOLE)
        yield WHOLE if unseen <= (1 - SEEN) * total else PARTIAL


def _there(subject: Subject, meeting: Meeting, own: pa.Table) -> list[There]:
    people = own.group_by("project", use_threads=False).aggregate(
        [("person", "count_distinct"), ("commits", "sum"), ("month", "count_distinct")]
    )
    totals: dict[str, int] = defaultdict(int)
    for (project, _), commits in meeting.commits().items():
        totals[project] += commits
    rows = [
        There(
            subject.field.by_name[row["project"]],
            row["person_count_distinct"],
            row["commits_sum"],
            row["commits_sum"] / totals[row["project"]] if totals[row["project"]] else None,
            row["month_count_distinct"],
        )
        for row in people.to_pylist()
    ]
    return sorted(rows, key=lambda row: (-row.commits, -row.people, row.project.name))


def _partners(subject: Subject, meeting: Meeting, name: str) -> list[Partner]:
    own = meeting.sides.filter(pc.equal(meeting.sides["organisation"], name))
    where: dict[str, list[tuple[float, str]]] = defaultdict(list)
    for row in summed(own, ["partner", "project"], ["weight"]):
        where[row["partner"]].append((-row["weight"], row["project"]))
    found = []
    for row in summed(own, ["partner"], ["weight", "given"]):
        partner, weight, given = row["partner"], row["weight"], row["given"]
        projects = tuple(subject.field.by_name[project] for _, project in sorted(where[partner])[:3])
        found.append(Partner(partner, weight, given, weight - given, projects))
    return sorted(found, key=lambda one: (-one.weight, one.partner))[:PARTNERS]


def _roles(subject: Subject, meeting: Meeting, name: str) -> list[Standing]:
    own = meeting.roles.filter(pc.equal(meeting.roles["organisation"], name))
    rows = [
        Standing(subject.field.by_name[row["project"]], {role: row[role] for role in ROLES})
        for row in summed(own, ["project"], list(ROLES))
    ]
    some = [row for row in rows if any(row.counts.values())]
    return sorted(some, key=lambda row: (-sum(row.counts.values()), row.project.name))[:LISTED]
