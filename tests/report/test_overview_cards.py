from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

import pyarrow as pa
import pytest

from ecotone.foundation.months import add_months
from ecotone.report.overview_cards import OverviewCard, select_overview_cards
from ecotone.report.privacy import suppress_small_organisations
from ecotone.report.ranking_rows import build_ranking_rows
from ecotone.report.report_data import ReportData
from ecotone.signals.employer_shares import EMPLOYER_SHARES_SCHEMA
from tests.report.made import declared, employer_rows, made_field

SINCE = date(2024, 1, 1)


def found(
    curves: dict[str, list[float]], shares: Sequence[dict[str, object]] = (), **columns: dict[str, float]
) -> dict[str, OverviewCard]:
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
        tables={"employer_shares": pa.Table.from_pylist(list(shares), schema=EMPLOYER_SHARES_SCHEMA)},
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


def test_the_clearest_company_project_is_a_card():
    curves = {name: year(5, 5) for name in ("few", "known", "estimated", "open")}
    contributors = {"few": 4, "known": 5, "estimated": 6, "open": 9}
    shares = [
        *employer_rows("few", known=0.9, highest=1.0),
        *employer_rows("known", known=0.6, highest=0.7),
        *employer_rows("estimated", known=0.3, highest=0.9, estimate=0.8, cautious=(0.7, 0.85)),
        *employer_rows("open", known=0.3, highest=0.9, estimate=0.85, cautious=(0.4, 0.9)),
    ]
    card = found(curves, shares, contributors=contributors)["Most clearly one company's project"]
    assert (card.project.name, card.figure) == ("estimated", "80.0%")
    assert "30.0% are known" in card.sentence.en
    assert "已知 30.0%" in card.sentence.zh


def test_without_a_verdict_there_is_no_company_card():
    shares = employer_rows("a", known=0.4, highest=0.9)
    assert found({"a": year(5, 5)}, shares, contributors={"a": 9}) == {}


def test_the_riser_is_a_card():
    card = found({"a": year(10, 15), "b": year(10, 11)})["Fastest-growing"]
    assert (card.project.name, card.figure) == ("a", "+50%")


def test_an_unmeasured_signal_gives_no_card():
    assert set(found({"a": year(5, 5)})) == set()
