from __future__ import annotations

from dataclasses import replace
from datetime import date

import pyarrow as pa
import pytest

from ecotone.report import ReportInput
from ecotone.report.highlighted_projects import find_highlighted_projects
from ecotone.report.palette import colour_code
from ecotone.report.report_data import ReportData
from tests.report.made import GLOSSARY, made_field


def projects(*rows: tuple[str, str]) -> pa.Table:
    names = ("project", "category")
    return pa.Table.from_pylist([dict(zip(names, row, strict=True)) for row in rows])


def months(*rows: tuple[str, date, str, float | None]) -> pa.Table:
    names = ("project", "month", "coverage", "activity")
    return pa.Table.from_pylist([dict(zip(names, row, strict=True)) for row in rows])


@pytest.fixture
def small() -> ReportInput:
    return replace(
        made_field(),
        since=date(2024, 2, 1),
        until=date(2024, 6, 1),
        projects=projects(("b", "x"), ("A", "x"), ("C", "y")),
        signals=months(
            ("b", date(2024, 5, 1), "partial", 4.0),
            ("b", date(2024, 3, 1), "complete", 2.0),
            ("b", date(2024, 1, 1), "complete", 99.0),
            ("A", date(2024, 2, 1), "complete", float("nan")),
            ("A", date(2024, 3, 1), "damaged", None),
        ),
    )


def test_projects_stand_in_name_order_whatever_the_case(small: ReportInput):
    assert [project.name for project in ReportData(small).projects] == ["A", "b", "C"]


def test_colours_are_distinct_within_a_category_the_highest_first(small: ReportInput):
    assert {project.name: project.colour_index for project in ReportData(small).projects} == {"b": 0, "A": 1, "C": 2}


def test_colours_of_equal_totals_go_by_name(small: ReportInput):
    empty = replace(small, signals=small.signals.slice(0, 0))
    assert {project.name: project.colour_index for project in ReportData(empty).projects} == {"A": 0, "b": 1, "C": 2}


def lasting(name: str, old: float, new: float) -> list[tuple[str, date, str, float | None]]:
    """A project's fifteen whole months: three old ones, then a steady level."""
    return [(name, date(2023 + at // 12, at % 12 + 1, 1), "complete", old if at < 3 else new) for at in range(15)]


def test_curves_in_colour_are_distinct_even_where_former_giants_have_higher_totals(small: ReportInput):
    giants, now = [f"giant-{at}" for at in range(9)], [f"now-{at}" for at in range(5)]
    rows = [row for name in giants for row in lasting(name, 900, 1)] + [
        row for at, name in enumerate(now) for row in lasting(name, 0, 50 + at)
    ]
    table = projects(*((name, "x") for name in (*giants, *now)))
    field = ReportData(
        replace(small, since=date(2023, 1, 1), until=date(2024, 3, 1), projects=table, signals=months(*rows))
    )
    found = {project.name: project.colour_index for project in field.projects}
    assert found["giant-0"] == 0  # the peak of the field
    assert [found[name] for name in reversed(now)] == [1, 2, 3, 4, 5]
    assert [found[name] for name in giants[1:]] == [6, 7, 0, 1, 2, 3, 4, 5]


def test_the_main_fields_of_the_report_open_in_distinct_colours(source: ReportInput):
    field = ReportData(source)
    assert field.main_signal is not None
    for category in field.chart_selections:
        names = [project.name for project in category.projects]
        found = find_highlighted_projects(names, field.latest_values(field.main_signal.name))
        coloured = {found.leader, *found.highlighted} - {found.riser}
        inks = [colour_code(project.colour_index) for project in category.projects if project.name in coloured]
        assert len(inks) == len(set(inks))


def test_the_largest_category_comes_first_and_nobody_is_left_out(small: ReportInput):
    found = ReportData(replace(small, projects=projects(("b", "x"), ("A", ""), ("C", ""))))
    assert [(category.key, len(category.projects)) for category in found.categories] == [("uncategorised", 2), ("x", 1)]


def test_a_gap_is_not_observed_and_months_outside_the_period_are_not_there(small: ReportInput):
    series = ReportData(small).signal_series("activity")
    assert (series["b"].first, series["b"].values, series["b"].states) == (1, (2.0, None, 4.0), "wnp")


def test_no_number_is_no_value_not_zero(small: ReportInput):
    series = ReportData(small).signal_series("activity")
    assert (series["A"].values, series["A"].states) == ((None, None), "wd")
    assert series["C"].values == ()


def test_charts_open_with_activity_or_else_the_first_number(small: ReportInput):
    main = ReportData(small).main_signal
    assert main is not None
    assert main.name == "activity"
    other = ReportData(replace(made_field(), glossary=tuple(s for s in GLOSSARY if s.name != "activity"))).main_signal
    assert other is not None
    assert other.name == "commits"


def test_a_label_is_the_last_part_of_a_name_where_that_is_its_own(small: ReportInput):
    found = ReportData(
        replace(small, projects=projects(("a/Tree", "x"), ("b/tree", "x"), ("b/leaf", "x"), ("stem/", "x")))
    )
    labels = {project.name: project.label for project in found.projects}
    assert labels == {"a/Tree": "a/Tree", "b/tree": "b/tree", "b/leaf": "leaf", "stem/": "stem/"}
