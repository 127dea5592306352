from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date

import pyarrow as pa
import pytest

from ecotone.foundation.months import add_months
from ecotone.report.overview_answer import (
    GREY,
    answer_sentences,
    build_project_tiles,
    count_read_projects,
    select_compared_rows,
    select_earlier_rows,
    unread_sentence,
)
from ecotone.report.privacy import suppress_small_organisations
from ecotone.report.ranking_rows import RankingRow, build_ranking_rows, first_curve_month
from ecotone.report.render_report import render_report
from ecotone.report.report_data import ReportData
from ecotone.trends.ai_assistance import ANY_PRODUCT
from tests.report.made import declared, made_field

SINCE = date(2023, 1, 1)
LENGTH = 24


def listed(name: str, first_event: date | None) -> dict[str, object]:
    return {"project": name, "category": "x", "style": "", "language": "", "first_event": first_event}


def field_of(
    curves: Mapping[str, Sequence[float]], more: Mapping[str, pa.Table] | None = None
) -> tuple[ReportData, tuple[RankingRow, ...]]:
    """A field of projects whose curves begin in 2023-01; a shorter curve ends earlier."""
    months = [
        {"project": name, "month": add_months(SINCE, step), "coverage": "complete", "activity": float(value)}
        for name, curve in curves.items()
        for step, value in enumerate(curve)
    ]
    source = replace(
        made_field(),
        since=SINCE,
        until=add_months(SINCE, LENGTH - 1),
        projects=pa.Table.from_pylist([listed(name, SINCE) for name in curves] + [listed("unread", None)]),
        signals=pa.Table.from_pylist(months),
        glossary=(declared("activity", "Activity", "活跃度", "points", "分"),),
        tables=more or {},
    )
    data = ReportData(source)
    return data, build_ranking_rows(data, suppress_small_organisations(source.organisations, 3))


def assisted(scope_kind: str, scope: str, month: date, named: int, commits: int) -> dict[str, object]:
    return {
        "scope_kind": scope_kind, "scope": scope, "month": month, "coverage": "complete", "product": ANY_PRODUCT,
        "commits": commits, "assisted": named, "made": 0, "projects_observed": 2, "projects_known": 2,
    }  # fmt: skip


@pytest.fixture
def turned() -> tuple[ReportData, tuple[RankingRow, ...]]:
    """Project a rose from 10 to 60 within a year; b stayed at 40; `gone` was largest and its data ended."""
    return field_of({"a": [10] * 21 + [60] * 3, "b": [40] * 24, "gone": [900] * 12})


def test_the_sentences_say_who_leads_who_rises_and_what_changed(turned: tuple[ReportData, tuple[RankingRow, ...]]):
    leads, rises, changes = answer_sentences(*turned)
    assert leads.en == (
        "a dominates with 60.0% of the activity of 2 compared projects (2024-10 to 2024-12); b follows with 40.0%."
    )
    assert rises.en == "a rises fastest: +500% in three months over the nine before."
    assert changes.en == "A year before, b led the 2 projects with data for both times."


def test_a_project_whose_data_end_earlier_stands_apart_with_its_date(
    turned: tuple[ReportData, tuple[RankingRow, ...]],
):
    _, rows = turned
    assert [row.project.name for row in select_compared_rows(rows)] == ["a", "b"]
    earlier = select_earlier_rows(rows)
    assert [(row.project.name, row.last_month) for row in earlier] == [("gone", date(2023, 12, 1))]


def test_projects_that_could_not_be_read_are_named(turned: tuple[ReportData, tuple[RankingRow, ...]]):
    sentence = unread_sentence(turned[0])
    assert sentence is not None
    assert sentence.en == "1 project could not be read and is not counted: unread. The page Data says why."


def test_a_project_that_could_not_be_read_is_not_counted(turned: tuple[ReportData, tuple[RankingRow, ...]]):
    assert count_read_projects(turned[0]) == 3


def test_a_leader_without_half_does_not_dominate():
    leads, *_ = answer_sentences(*field_of({"a": [40] * 24, "b": [35] * 24, "c": [25] * 24}))
    assert "a leads with 40.0%" in leads.en
    assert "none has half" in leads.en


def test_the_share_of_agents_is_compared_with_a_year_before():
    last = add_months(SINCE, LENGTH - 1)
    months = [add_months(last, -step) for step in range(LENGTH)]
    rows = [assisted("field", "all", month, 30 if month > date(2024, 6, 1) else 10, 100) for month in months]
    rows += [assisted("project", "a", month, 5, 50) for month in months[:6]]
    more = {"ai_assistance": pa.Table.from_pylist(rows)}
    data, ranking = field_of({"a": [10] * 24, "b": [5] * 24}, more)
    assert "30.0% of 600 commits name an AI agent (2024-07 to 2024-12), 10.0% a year before" in str(
        answer_sentences(data, ranking)[-1]
    )
    assert [tile.assisted for tile in build_project_tiles(data, ranking)] == ["10.0%", "–"]


def test_one_project_alone_leads_nothing():
    assert answer_sentences(*field_of({"a": [10] * 24})) == ()


def test_projects_that_end_apart_are_not_compared():
    (sentence,) = answer_sentences(*field_of({"a": [10] * 24, "gone": [90] * 12}))
    assert sentence.en.startswith("The data of these 2 projects end in different months: 1 has complete data")


def test_tiles_are_ordered_by_three_months_not_by_the_last():
    data, rows = field_of({"burst": [1] * 23 + [50], "even": [40] * 24})
    assert [tile.row.project.name for tile in build_project_tiles(data, rows)] == ["even", "burst"]


def test_the_ranking_says_how_many_are_compared_and_lists_the_others_below(
    turned: tuple[ReportData, tuple[RankingRow, ...]],
):
    page = dict(render_report(turned[0].source))["ranking.html"].decode()
    lead = page[page.index('class="lead"') :][:400]
    assert "2 of 3" in lead
    ranked, apart = page.split('id="earlier-heading"')
    assert 'data-name="gone"' not in ranked
    assert 'data-name="gone"' in apart
    assert "data-place>1<" in ranked
    assert "data-place" not in apart


def test_the_ranking_has_the_order_of_the_sentence_and_of_the_small_multiples():
    data, rows = field_of({"late": [10] * 23 + [90], "even": [50] * 24})  # means of three months: 36.7 and 50
    assert [row.project.name for row in select_compared_rows(rows)] == ["even", "late"]
    assert [tile.row.project.name for tile in build_project_tiles(data, rows)] == ["even", "late"]
    assert answer_sentences(data, rows)[0].en.startswith("even ")


def test_no_two_small_multiples_have_the_same_colour():
    data, rows = field_of({f"p{number}": [100 - number] * 24 for number in range(12)})
    colours = [tile.colour for tile in build_project_tiles(data, rows)]
    assert len(colours) == 10
    assert colours.count(GREY) == 2
    assert len(set(colours) - {GREY}) == 8


def test_small_curves_show_five_years_or_the_whole_period_of_a_project_that_ended_before():
    data, _ = field_of({"old": [5] * 24})
    assert first_curve_month(data) == 0
    longer = replace(data.source, until=add_months(SINCE, LENGTH - 1 + 60))
    assert first_curve_month(ReportData(longer)) == LENGTH
    rows = build_ranking_rows(ReportData(longer), suppress_small_organisations(longer.organisations, 3))
    assert {row.project.name: row.sparkline.end is not None for row in rows} == {"old": True, "unread": False}


def test_the_second_sentence_names_three_of_those_who_shrink():
    names = [f"p{number}" for number in range(5)]
    verdicts = pa.Table.from_pylist(
        [
            {
                "project": name,
                "history": "steady",
                "now": "growing" if name == "p0" else "shrinking",
                "last_month": SINCE,
            }
            for name in names
        ]
    )
    data, rows = field_of({name: [100 - place] * 24 for place, name in enumerate(names)}, {"verdicts": verdicts})
    sentence = answer_sentences(data, rows)[1]
    assert sentence.en.endswith("1 of 5 compared projects grows, 4 shrink or have stopped (p1, p2, p3, …).")
    assert sentence.zh.endswith("1 个增长，4 个收缩或停滞（p1、p2、p3 等）。")
