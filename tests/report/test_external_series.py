"""What others publish is drawn beside ours, named, and nowhere mixed in; on a table that can be counted by hand."""

from __future__ import annotations

from datetime import date

import pyarrow as pa
import pytest

from ecotone.events.schema import REFERENCE_SCHEMA
from ecotone.report import ReportInput, render_report
from ecotone.report.figure import Figure
from ecotone.report.pages import project
from ecotone.report.project_series import PARTIAL, WHOLE
from tests.report.made import HOSTILE
from tests.report.pages.making import subject_of, with_tables

FIRST, SECOND, THIRD = date(2024, 1, 1), date(2024, 2, 1), date(2024, 4, 1)


def published(month: date, value: float, series: str = "activity", filled: bool = False, **more: object) -> dict:
    row = {
        "project": "brook", "month": month, "series": series, "value": value, "source": "opendigger",
        "repository": "field/brook", "interpolated": filled, "measured": None,
    }  # fmt: skip
    return row | more


def table(*rows: dict) -> pa.Table:
    return pa.Table.from_pylist(list(rows), schema=REFERENCE_SCHEMA)


ROWS = (
    published(FIRST, 7.5),
    published(SECOND, 8.25, filled=True),
    published(THIRD, 9.0),
    published(FIRST, 3.0, "openrank"),
    published(date(2019, 1, 1), 99.0),
)


def figure_of(source: ReportInput, slug: str) -> Figure | None:
    pages = {page.path: page for page in project.build_pages(subject_of(source))}
    return next((one for one in pages[f"project/{slug}.html"].figures if one.key == f"references-{slug}"), None)


@pytest.fixture(scope="module")
def drawn(source: ReportInput) -> Figure:
    found = figure_of(with_tables(source, references=table(*ROWS)), "brook")
    assert found is not None
    return found


def theirs(found: Figure, series: str) -> dict[object, tuple[object, object]]:
    rows = [row for row in found.rows if row["series"] == series and "OpenDigger" in str(row["name"])]
    return {row["month"]: (row["v"], row["s"]) for row in rows if row["v"] is not None}


def test_published_values_stand_as_they_were_published(drawn: Figure):
    assert theirs(drawn, "activity") == {FIRST: (7.5, WHOLE), SECOND: (8.25, PARTIAL), THIRD: (9.0, WHOLE)}
    assert theirs(drawn, "openrank") == {FIRST: (3.0, WHOLE)}
    assert drawn.selectors[0].options[0][0] == "activity"


def test_a_month_that_is_not_published_is_a_gap_not_a_zero(drawn: Figure):
    (gap,) = [row for row in drawn.rows if row["month"] == date(2024, 3, 1) and row["colour"] == "tone"
              and row["series"] == "activity"]  # fmt: skip
    assert gap["v"] is None


def test_ours_stands_beside_theirs_under_its_own_name(source: ReportInput, drawn: Figure):
    ours = [row for row in drawn.rows if row["colour"] == "eco"]
    assert {row["series"] for row in ours} == {"activity"}  # nothing of ours is near OpenRank here
    assert {row["name"].en for row in ours} == {"Ecotone: activity/ecotone-1"}
    signals = source.signals.to_pylist()
    expected = {row["month"]: row["activity"] for row in signals if row["project"] == "brook"}
    assert {row["month"]: row["v"] for row in ours} == expected


def test_it_says_whose_the_values_are_in_both_languages(drawn: Figure):
    for text in (drawn.text, drawn.caption.source):
        assert "OpenDigger (X-lab)" in text.en
        assert "OpenDigger (X-lab)" in text.zh
    assert drawn.caption.coverage.en.startswith("4 published values, 1 interpolated")


def test_nothing_else_in_the_report_changes(source: ReportInput):
    with_them = dict(render_report(with_tables(source, references=table(*ROWS))))
    without = dict(render_report(source))
    changed = {path for path in with_them if with_them[path] != without.get(path)}
    assert changed == {"project/brook.html", "data/figure/references-brook.js"}


def test_a_project_of_which_nothing_is_published_shows_nothing(source: ReportInput):
    made = with_tables(source, references=table(*ROWS))
    assert figure_of(made, "fen") is None
    assert figure_of(source, "brook") is None
    assert figure_of(with_tables(source, references=table()), "brook") is None


def test_two_repositories_are_two_curves_never_a_sum(source: ReportInput):
    rows = (published(FIRST, 1.0), published(FIRST, 2.0, repository="field/other"))
    found = figure_of(with_tables(source, references=table(*rows)), "brook")
    assert found is not None
    values = {row["name"]: row["v"] for row in found.rows if row["month"] == FIRST and row["colour"] == "tone"}
    assert values == {"OpenDigger (X-lab): field/brook": 1.0, "OpenDigger (X-lab): field/other": 2.0}


def test_names_that_mean_harm_are_text(source: ReportInput):
    made = with_tables(source, references=table(published(FIRST, 1.0, HOSTILE, source=HOSTILE, repository=HOSTILE)))
    for path, content in render_report(made):
        if path.endswith((".html", ".js")) and not path.startswith("assets/"):
            assert b"<script>alert" not in content, path
