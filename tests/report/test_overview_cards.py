from __future__ import annotations

from dataclasses import replace
from datetime import date

import pyarrow as pa
import pytest

from ecotone.foundation.months import add_months
from ecotone.report.overview_cards import OverviewCard, select_overview_cards
from ecotone.report.privacy import suppress_small_organisations
from ecotone.report.ranking_rows import build_ranking_rows
from ecotone.report.report_data import ReportData
from tests.report.made import declared, made_field

SINCE = date(2024, 1, 1)
SHARE = "top_organisation_share"


def found(curves: dict[str, list[float]], **columns: dict[str, float]) -> dict[str, OverviewCard]:
    """Cards by their English kicker, of projects with a year of activity and constant other signals."""
    rows = [
        {"project": name, "month": add_months(SINCE, step), "coverage": "complete", "activity": value}
        | {column: values.get(name) for column, values in columns.items()}
        for name, curve in curves.items()
        for step, value in enumerate(curve)
    ]
    glossary = tuple(declared(name, name, name, "points", "分") for name in ("activity", *columns))
    source = replace(
        made_field(),
        since=SINCE,
        until=add_months(SINCE, 11),
        projects=pa.Table.from_pylist([{"project": name, "category": "x"} for name in curves]),
        signals=pa.Table.from_pylist(rows),
        glossary=glossary,
    )
    field = ReportData(source)
    rows_found = build_ranking_rows(field, suppress_small_organisations(source.organisations, 3))
    return {card.kicker.en: card for card in select_overview_cards(field, rows_found)}


def year(before: float, recently: float) -> list[float]:
    return [before] * 9 + [recently] * 3


def test_a_project_that_died_fell_furthest():
    card = found({"dead": year(10, 0), "half": year(10, 5), "small": year(1, 0)})["Steepest decline"]
    assert (card.project.name, card.figure) == ("dead", "−100%")


@pytest.mark.parametrize(("recently", "falls"), [(9.0, True), (9.1, False), (12.0, False)])
def test_less_than_a_tenth_is_no_fall(recently: float, falls: bool):
    assert ("Steepest decline" in found({"a": year(10, recently)})) is falls


def test_a_share_among_few_people_is_no_card():
    curves = {"few": year(5, 5), "many": year(5, 5)}
    shown = found(curves, **{SHARE: {"few": 1.0, "many": 0.4}, "contributors": {"few": 4, "many": 5}})
    assert shown["Most dependent on one organisation"].project.name == "many"


@pytest.mark.parametrize(("unknown", "says"), [(0.0, "All employers are known"), (0.2, "between 40.0% and 60.0%")])
def test_bounds_are_told_where_the_unknown_leave_any(unknown: float, says: str):
    columns = {
        SHARE: 0.4,
        f"{SHARE}_low": 0.4,
        f"{SHARE}_high": 0.4 + unknown,
        "unknown_share": unknown,
        "contributors": 9,
    }
    card = found({"a": year(5, 5)}, **{name: {"a": value} for name, value in columns.items()})
    assert says in card["Most dependent on one organisation"].sentence.en


def test_the_riser_is_a_card():
    card = found({"a": year(10, 15), "b": year(10, 11)})["Fastest-growing"]
    assert (card.project.name, card.figure) == ("a", "+50%")


def test_an_unmeasured_signal_gives_no_card():
    assert set(found({"a": year(5, 5)})) == set()
