"""The overview page."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from ecotone.report.cards import cards
from ecotone.report.charts.spark import Spark, spark
from ecotone.report.field import Field, Project
from ecotone.report.leaderboard import leaderboard
from ecotone.report.page import Page, Subject, caption
from ecotone.report.text import Text, number
from ecotone.report.trends import Shape, Statement
from ecotone.report.words import say

TOP: Final = 10
TABLES: Final = ("signals", "projects", "organisations", "coverage", "signal_coverage")
SAID_FIRST: Final = 8  # findings shown initially
A_KIND: Final = 2  # of one kind among those


@dataclass(frozen=True, slots=True)
class Kin:
    """Projects with the same shape, highest confidence first."""

    shape: Shape
    projects: tuple[tuple[Project, Spark], ...]


def pages(subject: Subject) -> Iterator[Page]:
    """One page."""
    field = subject.field
    main = field.main
    rows = leaderboard(field, subject.organisations)
    unit = Text(main.unit, main.unit_zh) if main else say("none")
    first, rest = _said(field)
    yield Page(
        path="index.html",
        template="index.html",
        title=Text(field.source.title, field.source.title_zh or field.source.title),
        context={
            "lead": say("lead", projects=len(field.projects), categories=len(field.categories)),
            "headlines": _headlines(subject),
            "cards": cards(field, rows),
            "statements": first,
            "more_statements": rest,
            "pages": {project.name: project for project in field.projects},
            "shape_groups": _kin(field),
            "rows": rows[:TOP],
            "unit": main.unit if main else "",
            "main": main,
            "signals": field.numeric,
            "views": field.views,
            "categories": field.categories,
            "shapes": bool(field.shapes),
            "caption": caption(subject, unit, main.formula if main else "", main.name if main else None),
            "tables": TABLES,
            "pictures": _pictures(field) if field.source.figures else (),
            "observed": say("observed_to", day=field.observed_until) if field.observed_until else None,
        },
        scripts=(f"data/signal/{main.name}.js", "curves.js") if main else (),
        charts=("curves", "curves-log") if main else (),
    )


def _headlines(subject: Subject) -> tuple[tuple[str, Text], ...]:
    """Headline numbers and their labels."""
    field: Field = subject.field
    commits = sum(reading.commits or 0 for reading in field.source.readings)
    months = sum(len(series.states) for series in field.states.values())
    numbers = [
        (number(len(field.projects)), say("head_projects")),
        (number(months), say("head_months")),
        (number(field.coverage_shares["w"], "share"), say("head_whole")),
        (number(len(subject.organisations.names())), say("head_organisations")),
    ]
    if commits:
        numbers.insert(1, (number(commits), say("head_commits")))
    return tuple(numbers)


def _pictures(field: Field) -> tuple[tuple[str, Text], ...]:
    """(path without suffix, title) of the main signal's figures (see report/pictures.py)."""
    name = field.main.name if field.main else ""
    return tuple((f"figures/{name}-{category.slug}", category.title) for category in field.views) if name else ()


def _said(field: Field) -> tuple[tuple[Statement, ...], tuple[Statement, ...]]:
    """The findings shown initially, at most two of a kind, and the others."""
    kinds: Counter[str] = Counter()
    first: list[Statement] = []
    rest: list[Statement] = []
    for one in field.statements:
        kinds[one.kind] += 1
        (first if kinds[one.kind] <= A_KIND and len(first) < SAID_FIRST else rest).append(one)
    return tuple(first), tuple(rest)


def _kin(field: Field) -> tuple[Kin, ...]:
    """Projects grouped by the shape of their main curve, in the order of the shapes."""
    if field.main is None:
        return ()
    found: dict[str, list[tuple[Shape, Project]]] = defaultdict(list)
    for project in field.projects:
        shape = field.shape(project.name)
        if shape is not None:
            found[shape.key].append((shape, project))
    series = field.series(field.main.name)
    groups = sorted(found.values(), key=lambda members: members[0][0].order)
    return tuple(
        Kin(
            members[0][0],
            tuple(
                (project, spark(series[project.name], len(field.months)))
                for _, project in sorted(members, key=lambda member: (-(member[0].confidence or 0), member[1].slug))
            ),
        )
        for members in groups
    )
