"""A young project beside one of eleven years in a real browser: its charts begin with it, and ten years are drawn."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pyarrow as pa
import pytest
from playwright.sync_api import Browser

from ecotone.foundation.months import add_months
from ecotone.report import render_report
from tests.report.browsing import Visit, address, redrawn
from tests.report.conftest import written
from tests.report.made import declared, made_field

pytestmark = pytest.mark.browser

SINCE, MONTHS, AGE = date(2014, 1, 1), 132, 12


@pytest.fixture(scope="module")
def long_history(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two projects of one category: `ada/old` of 132 months, `ada/young` of the last twelve, without any commit."""
    rows = [
        {
            "project": project,
            "month": add_months(SINCE, step),
            "coverage": "complete",
            "activity": 10.0 + step % 5,
            "commits": 3 if project == "ada/old" else 0,
        }
        for project, begin in (("ada/old", 0), ("ada/young", MONTHS - AGE))
        for step in range(begin, MONTHS)
    ]
    made = made_field()
    listed = [{"project": name, "repository": name, "category": "uncategorised"} for name in ("ada/old", "ada/young")]
    source = replace(
        made,
        since=SINCE,
        until=add_months(SINCE, MONTHS - 1),
        projects=pa.Table.from_pylist(listed, made.projects.schema),
        signals=pa.Table.from_pylist(rows),
        organisations=made.organisations.slice(0, 0),
        coverage=made.coverage.slice(0, 0),
        glossary=(
            declared("activity", "Activity", "活跃度", "points", "分"),
            declared("commits", "Commits", "提交数", "commits", "次提交"),
        ),
        tables={},
    )
    return written(dict(render_report(source)), tmp_path_factory.mktemp("long"))


@pytest.fixture
def opened(browser: Browser, long_history: Path) -> Iterator[Visit]:
    visit = Visit(browser, long_history)
    yield visit
    visit.page.close()


def test_the_curves_begin_ten_years_before_their_end_unless_all_is_asked_for(opened: Visit):
    page = opened.open("curves.html")
    assert page.input_value("select[name=from]") == "2015-01"
    assert "from" not in address(page)
    redrawn(page, lambda: page.click("[data-whole]"))
    assert page.input_value("select[name=from]") == "2014-01"
    assert address(page)["from"] == "2014-01"
    assert not page.is_visible("select[name=category]")  # one category is no choice
    assert opened.complaints == []


def test_the_charts_of_a_young_project_begin_with_it_and_zeros_are_a_sentence(opened: Visit):
    page = opened.open("project/ada-young.html")
    ticks = page.text_content("[data-signal=activity] .plot") or ""
    assert "2024" in ticks
    assert "2014" not in ticks
    assert page.locator("[data-signal=commits]").count() == 0
    assert page.inner_text("[data-unknown]") == "Zero in every month with data: Commits."
    old = opened.open("project/ada-old.html")
    assert old.locator("[data-signal=commits]").count() == 1
