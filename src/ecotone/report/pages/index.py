"""The overview page."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from ecotone.report.bilingual_text import Text, format_month, format_number, join_sentences
from ecotone.report.charts.sparkline import Sparkline, draw_sparkline
from ecotone.report.messages import message
from ecotone.report.overview_answer import (
    answer_sentences,
    build_project_tiles,
    comparison_date,
    count_read_projects,
    select_compared_rows,
    select_earlier_rows,
    unread_sentence,
)
from ecotone.report.overview_cards import select_overview_cards
from ecotone.report.page import Page, PageContext, landscape_caption
from ecotone.report.pages.data import OFFERED_TABLES
from ecotone.report.ranking_rows import build_ranking_rows, first_curve_month
from ecotone.report.report_data import Project, ReportData
from ecotone.report.verdicts_and_findings import FindingStatement, HistoryStatement, PresentStatement

TOP: Final = 10
CONTRIBUTORS: Final = "contributors"  # the curve that a verdict is about first
INITIAL_FINDINGS: Final = 8  # findings shown initially
MAX_PER_KIND: Final = 2  # of one kind among those


@dataclass(frozen=True, slots=True)
class ShapeGroup:
    """Projects with the same history, highest confidence first, and what each does now."""

    shape: HistoryStatement
    projects: tuple[tuple[Project, Sparkline, PresentStatement | None], ...]


def build_pages(context: PageContext) -> Iterator[Page]:
    """One page."""
    data = context.data
    main = data.main_signal
    rows = build_ranking_rows(data, context.organisations)
    unit = Text(main.unit, main.unit_zh) if main else message("none")
    first, rest = _split_findings(data)
    answers = answer_sentences(data, rows)
    lead = message("lead", projects=count_read_projects(data), categories=len(data.categories))
    yield Page(
        path="index.html",
        template="index.html",
        title=Text(data.source.title, data.source.title_zh or data.source.title),
        context={
            "lead": lead,
            "answers": answers,
            "tiles": build_project_tiles(data, rows),
            "earlier": select_earlier_rows(rows),
            "compared_month": format_month(comparison_date(rows)),
            "tiles_since": format_month(data.month_at(first_curve_month(data))),
            "headlines": _headline_numbers(context),
            "cards": select_overview_cards(data, rows),
            "statements": first,
            "more_statements": rest,
            "pages": {project.name: project for project in data.projects},
            "shape_groups": _group_by_shape(data),
            # with no more projects than tiles, the tiles say it all
            "rows": compared[:TOP] if len(compared := select_compared_rows(rows)) > TOP else (),
            "unread": unread_sentence(data),
            "unit": main.unit if main else "",
            "main": main,
            "signals": data.numeric_signals,
            "views": data.chart_selections,
            "categories": data.categories,
            "read": {category.key: data.count_read(category.projects) for category in data.categories},
            "shapes": bool(data.verdicts),
            "caption": landscape_caption(context, unit, main.formula if main else "", main.name if main else None),
            "tables": OFFERED_TABLES,
            "pictures": _figure_files(data) if data.source.figures else (),
            "observed": message("observed_to", day=data.observed_until) if data.observed_until else None,
        },
        scripts=(f"data/signal/{main.name}.js", "curves.js") if main else (),
        charts=("curves", "curves-log") if main else (),
        summary=join_sentences(answers) if answers else lead,
    )


def _headline_numbers(context: PageContext) -> tuple[tuple[str, Text], ...]:
    """Headline numbers and their labels."""
    data: ReportData = context.data
    commits = sum(reading.commits or 0 for reading in data.source.readings)
    months = sum(len(series.states) for series in data.coverage_states.values())
    numbers = [
        (format_number(count_read_projects(data)), message("head_projects")),
        (format_number(months), message("head_months")),
        (format_number(data.state_shares["w"], "share"), message("head_whole")),
        (format_number(len(context.organisations.all_names())), message("head_organisations")),
    ]
    if commits:
        numbers.insert(1, (format_number(commits), message("head_commits")))
    return tuple(numbers)


def _figure_files(data: ReportData) -> tuple[tuple[str, Text], ...]:
    """(path without suffix, title) of the main signal's figures (see report/static_figures.py)."""
    name = data.main_signal.name if data.main_signal else ""
    return (
        tuple((f"figures/{name}-{category.slug}", category.title) for category in data.chart_selections) if name else ()
    )


def _split_findings(data: ReportData) -> tuple[tuple[FindingStatement, ...], tuple[FindingStatement, ...]]:
    """The findings shown initially, at most two of a kind, and the others."""
    kinds: Counter[str] = Counter()
    first: list[FindingStatement] = []
    rest: list[FindingStatement] = []
    for statement in data.finding_statements:
        kinds[statement.kind] += 1
        (first if kinds[statement.kind] <= MAX_PER_KIND and len(first) < INITIAL_FINDINGS else rest).append(statement)
    return tuple(first), tuple(rest)


def _group_by_shape(data: ReportData) -> tuple[ShapeGroup, ...]:
    """Projects grouped by the verdict on their history, in the order of its words."""
    if data.main_signal is None:
        return ()
    members_by_shape: dict[str, list[tuple[HistoryStatement, Project]]] = defaultdict(list)
    for project in data.projects:
        shape = data.history_verdict(project.name)
        if shape is not None:
            members_by_shape[shape.key].append((shape, project))
    series = data.signal_series(CONTRIBUTORS if data.has_signal(CONTRIBUTORS) else data.main_signal.name)
    groups = sorted(members_by_shape.values(), key=lambda members: members[0][0].order)
    return tuple(
        ShapeGroup(
            members[0][0],
            tuple(
                (
                    project,
                    draw_sparkline(series[project.name], len(data.months), series[project.name].first),
                    data.present_verdict(project.name),
                )
                for _, project in sorted(members, key=lambda member: (-(member[0].confidence or 0), member[1].slug))
            ),
        )
        for members in groups
    )
