"""The ranking page: all projects by their latest whole months, and ranks by quarter."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from datetime import date
from typing import Final

from ecotone.foundation.months import add_months
from ecotone.report.bilingual_text import Text, format_month, lower_first_letter
from ecotone.report.figure import Column, Figure, Row, Selector
from ecotone.report.highlighted_projects import find_highlighted_projects
from ecotone.report.messages import message
from ecotone.report.overview_answer import (
    count_read_projects,
    leader_sentence,
    select_compared_rows,
    select_earlier_rows,
)
from ecotone.report.page import Page, PageContext, landscape_caption
from ecotone.report.project_series import WHOLE
from ecotone.report.ranking_rows import build_ranking_rows, first_curve_month
from ecotone.report.report_data import Category, Project, ReportData

DRAWN_RANKS: Final = 12  # number of drawn ranks
DRAWN_QUARTERS: Final = 40
"""Ten years: with more, the changes of a quarter are too narrow to be followed."""


def build_pages(context: PageContext) -> Iterator[Page]:
    """One page with one sortable table and the ranks by quarter."""
    data = context.data
    main = data.main_signal
    if main is None:
        return
    title = Text(lower_first_letter(main.title), main.title_zh)
    month = format_month(data.month_at(data.comparison_month(main.name)))
    rows = build_ranking_rows(data, context.organisations)
    compared = select_compared_rows(rows)
    figure = quarterly_ranks_figure(context)
    yield Page(
        path="ranking.html",
        template="ranking.html",
        title=message("ranking_title"),
        context={
            "rows": compared,
            "earlier": select_earlier_rows(rows),
            "compared_month": month,
            "lead": message(
                "ranking_lead",
                compared=len(compared),
                projects=count_read_projects(data),
                signal=title,
                month=month,
                since=format_month(data.month_at(first_curve_month(data))),
            ),
            "answer": leader_sentence(data, compared),
            "signal": title,
            "unit": main.unit,
            "categories": data.categories,
            "shapes": bool(data.verdicts),
            "caption": landscape_caption(context, Text(main.unit, main.unit_zh), main.formula, main.name),
        },
        figures=(figure,) if figure.rows else (),
    )


def quarterly_ranks_figure(context: PageContext) -> Figure:
    """Chart of quarterly ranks, by category."""
    field, main = context.data, context.data.main_signal
    assert main is not None
    return Figure(
        key="ranks",
        title=message("ranks_title", signal=Text(lower_first_letter(main.title), main.title_zh)),
        text=message("ranks_text", places=DRAWN_RANKS),
        chart="bump",
        rows=tuple(row for category in field.chart_selections for row in _rank_rows(field, main.name, category)),
        columns=(
            Column("name", message("project"), "project"),
            Column("quarter", message("quarter")),
            Column("rank", message("rank"), "number"),
            Column("v", Text(main.title, main.title_zh), "number"),
        ),
        selectors=(
            Selector(
                "category",
                message("pick_category"),
                tuple((selection.slug, selection.title) for selection in field.chart_selections),
            ),
        ),
        caption=landscape_caption(context, message("rank_unit"), main.formula, main.name),
    )


def _rank_rows(data: ReportData, signal: str, category: Category) -> Iterator[Row]:
    """Rows of the ranks of each project; a quarter without a rank breaks its curve."""
    ranks_by_project = _ranks_by_quarter(data, signal, category)
    standing_out = find_highlighted_projects(
        [project.name for project in category.projects], data.latest_values(signal)
    )
    colours = standing_out.chart_colours({project.name: project.colour_index for project in category.projects})
    last = max((quarter for places in ranks_by_project.values() for quarter in places), default=0)
    order = sorted(ranks_by_project, key=lambda project: (project.name in colours, project.slug))
    for project in order:
        places, is_bright = ranks_by_project[project], project.name in colours
        for quarter in range(max(min(places), last - DRAWN_QUARTERS + 1), max(places) + 1):
            if quarter not in places and quarter - 1 not in places:
                continue  # one empty row is enough to break the curve
            rank, value = places.get(quarter, (None, None))
            ends = quarter == max(places)
            yield {
                "category": category.slug,
                "name": project.name,
                "month": _quarter_start(data, quarter),
                "quarter": f"{_quarter_start(data, quarter).year} Q{(_quarter_start(data, quarter).month + 2) // 3}",
                "rank": rank,
                "v": value,
                "colour": colours.get(project.name, "muted"),
                "f": int(is_bright),
                "end": ends and (is_bright or quarter == last),
                "tag": project.label,
            }


def _ranks_by_quarter(data: ReportData, signal: str, category: Category) -> dict[Project, dict[int, tuple[int, float]]]:
    """Project -> quarter -> (rank, value) of the top projects; only whole quarters are ranked."""
    series = data.quarterly_series(signal)
    by_quarter: dict[int, list[tuple[float, str, Project]]] = defaultdict(list)
    for project in category.projects:
        own = series[project.name]
        for step, (value, state) in enumerate(zip(own.values, own.states, strict=True)):
            if value is not None and state == WHOLE:
                by_quarter[own.first + step].append((-value, project.slug, project))
    ranks_by_project: dict[Project, dict[int, tuple[int, float]]] = defaultdict(dict)
    for quarter, entries in by_quarter.items():
        for rank, (value, _, project) in enumerate(sorted(entries, key=lambda entry: entry[:2])[:DRAWN_RANKS], start=1):
            ranks_by_project[project][quarter] = (rank, -value)
    return ranks_by_project


def _quarter_start(data: ReportData, quarter: int) -> date:
    """First month of a quarter index."""
    since = data.source.since
    return add_months(date(since.year, since.month, 1), quarter * 3 - (since.month - 1) % 3)
