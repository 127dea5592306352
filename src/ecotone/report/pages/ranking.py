"""The ranking page: all projects by their latest whole months, and ranks by quarter."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from datetime import date
from typing import Final

from ecotone.foundation.months import add_months
from ecotone.report.field import Category, Field, Project
from ecotone.report.figure import Column, Figure, Pick, Row
from ecotone.report.leaderboard import leaderboard
from ecotone.report.leaders import leaders
from ecotone.report.page import Page, Subject, caption
from ecotone.report.series import WHOLE
from ecotone.report.text import Text, inside
from ecotone.report.words import say

PLACES: Final = 12  # number of drawn ranks


def pages(subject: Subject) -> Iterator[Page]:
    """One page with one sortable table and the ranks by quarter."""
    field = subject.field
    main = field.main
    if main is None:
        return
    title = Text(inside(main.title), main.title_zh)
    figure = ranks(subject)
    yield Page(
        path="ranking.html",
        template="ranking.html",
        title=say("ranking_title"),
        context={
            "rows": leaderboard(field, subject.organisations),
            "lead": say("ranking_lead", projects=len(field.projects), signal=title),
            "signal": title,
            "unit": main.unit,
            "categories": field.categories,
            "shapes": bool(field.shapes),
            "caption": caption(subject, Text(main.unit, main.unit_zh), main.formula, main.name),
        },
        figures=(figure,) if figure.rows else (),
    )


def ranks(subject: Subject) -> Figure:
    """Chart of quarterly ranks, by category."""
    field, main = subject.field, subject.field.main
    assert main is not None
    return Figure(
        key="ranks",
        title=say("ranks_title", signal=Text(inside(main.title), main.title_zh)),
        text=say("ranks_text", places=PLACES),
        chart="bump",
        rows=tuple(row for category in field.views for row in _rows(field, main.name, category)),
        columns=(
            Column("name", say("project"), "project"),
            Column("quarter", say("quarter")),
            Column("rank", say("rank"), "number"),
            Column("v", Text(main.title, main.title_zh), "number"),
        ),
        picks=(Pick("category", say("pick_category"), tuple((one.slug, one.title) for one in field.views)),),
        caption=caption(subject, say("rank_unit"), main.formula, main.name),
    )


def _rows(field: Field, signal: str, category: Category) -> Iterator[Row]:
    """Rows of the ranks of each project; a quarter without a rank breaks its curve."""
    found = _ranked(field, signal, category)
    standing_out = leaders([project.name for project in category.projects], field.standings(signal))
    bright = {*standing_out.focus, standing_out.leader, standing_out.riser}
    last = max((quarter for places in found.values() for quarter in places), default=0)
    order = sorted(found, key=lambda project: (project.name in bright, project.slug))
    for project in order:
        places, is_bright = found[project], project.name in bright
        for quarter in range(min(places), max(places) + 1):
            if quarter not in places and quarter - 1 not in places:
                continue  # one empty row is enough to break the curve
            rank, value = places.get(quarter, (None, None))
            ends = quarter == max(places)
            yield {
                "category": category.slug,
                "name": project.name,
                "month": _begins(field, quarter),
                "quarter": f"{_begins(field, quarter).year} Q{(_begins(field, quarter).month + 2) // 3}",
                "rank": rank,
                "v": value,
                "colour": ("riser" if project.name == standing_out.riser else project.colour) if is_bright else "muted",
                "f": int(is_bright),
                "end": ends and (is_bright or quarter == last),
                "tag": project.label,
            }


def _ranked(field: Field, signal: str, category: Category) -> dict[Project, dict[int, tuple[int, float]]]:
    """Project -> quarter -> (rank, value) of the top projects; only whole quarters are ranked."""
    series = field.quarterly(signal)
    by_quarter: dict[int, list[tuple[float, str, Project]]] = defaultdict(list)
    for project in category.projects:
        own = series[project.name]
        for step, (value, state) in enumerate(zip(own.values, own.states, strict=True)):
            if value is not None and state == WHOLE:
                by_quarter[own.first + step].append((-value, project.slug, project))
    found: dict[Project, dict[int, tuple[int, float]]] = defaultdict(dict)
    for quarter, entries in by_quarter.items():
        for place, (value, _, project) in enumerate(sorted(entries, key=lambda entry: entry[:2])[:PLACES], start=1):
            found[project][quarter] = (place, -value)
    return found


def _begins(field: Field, quarter: int) -> date:
    """First month of a quarter index."""
    since = field.source.since
    return add_months(date(since.year, since.month, 1), quarter * 3 - (since.month - 1) % 3)
