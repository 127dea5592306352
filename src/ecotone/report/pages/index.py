"""The first page: what this field is, what stands out, and the chart."""

from __future__ import annotations

from collections.abc import Iterator

from ecotone.report.cards import cards
from ecotone.report.field import Field
from ecotone.report.leaderboard import leaderboard
from ecotone.report.page import Page, Subject, caption
from ecotone.report.text import Text, number
from ecotone.report.words import say

TOP = 10
TABLES = ("signals", "projects", "organisations", "coverage")


def pages(subject: Subject) -> Iterator[Page]:
    """One page."""
    field = subject.field
    main = field.main
    rows = leaderboard(field, subject.organisations)
    unit = Text(main.unit, main.unit_zh) if main else say("none")
    yield Page(
        path="index.html",
        template="index.html",
        title=Text(field.source.title, field.source.title_zh or field.source.title),
        context={
            "lead": say("lead", projects=len(field.projects), categories=len(field.categories)),
            "headlines": _headlines(subject),
            "cards": cards(field, rows),
            "rows": rows[:TOP],
            "unit": main.unit if main else "",
            "main": main,
            "signals": field.numeric,
            "categories": field.categories,
            "caption": caption(subject, unit, main.formula if main else ""),
            "tables": TABLES,
            "has_truth": bool(field.source.findings),
            "observed": say("observed_to", day=field.observed_until) if field.observed_until else None,
        },
        scripts=("data/landscape.js",) if main else (),
    )


def _headlines(subject: Subject) -> tuple[tuple[str, Text], ...]:
    """Big numbers and what they count."""
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
