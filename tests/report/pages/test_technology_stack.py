"""The page on the stack: every card and curve is a row of a table, and few applications are said to be few."""

from __future__ import annotations

from datetime import date

import pytest

from ecotone.report import ReportInput, render_report
from ecotone.report.charts.small_multiple import LANES
from ecotone.report.dated_events import EVENT_KINDS, dated_events_json
from ecotone.report.page import Page
from ecotone.report.pages import technology_stack
from ecotone.report.project_stack import read_project_stack
from ecotone.stack.application_stack import ApplicationStack, DeclaredSpan, build_stack
from ecotone.stack.measure_tables import AI_NATIVE, TRADITIONAL, build_stack_tables
from ecotone.stack.technology_map import load_technologies
from tests.report.made import NAMES
from tests.report.pages.making import subject_of, with_tables

START = 2025 * 12
LENGTH = 11


def application(name: str, group: str, **packages: tuple[int, int]) -> ApplicationStack:
    spans = [
        DeclaredSpan("pypi", package, "runtime", START + first, START + until)
        for package, (first, until) in packages.items()
    ]
    return build_stack(name, group, (START, START, START + LENGTH - 1), spans, load_technologies())


def page_of(source: ReportInput, *stacks: ApplicationStack) -> Page:
    tables = build_stack_tables(stacks, stacks)
    (page,) = technology_stack.build_pages(subject_of(with_tables(source, **tables)))
    return page


@pytest.fixture
def page(source: ReportInput) -> Page:
    native = [
        application(name, AI_NATIVE, openai=(0, LENGTH), anthropic=(3, LENGTH), psycopg2=(2, LENGTH))
        for name in NAMES[:6]
    ]
    return page_of(source, *native, application(NAMES[6], TRADITIONAL, django=(0, LENGTH)))


def test_a_card_has_the_figure_the_applications_and_the_verdict_of_its_row(page: Page):
    cards = {card.title.en: card for card in page.context["claims"]}  # type: ignore[attr-defined]  # a list of cards
    first = cards["The model comes before the database, or with it"]
    assert (first.figure, first.verdict_text.en, first.verdict_text.zh) == ("100.0%", "holds", "成立")
    assert first.basis.en == "6 of 6 applications; 95 % interval 61.0% to 100.0%"
    assert cards["The model replaces the database"].verdict_text.en == "does not hold"
    ratio = cards["A settled model provider is dropped more often than a settled database"]
    assert ratio.verdict_text.en == "too few applications"


def test_reach_is_drawn_for_groups_of_five_or_more(page: Page):
    drawn = next(figure for figure in page.figures if figure.key == "stack-reach")
    assert {row["name"].en for row in drawn.rows} == {"AI-native applications"}  # type: ignore[union-attr]  # a Text
    shares = {row["month"]: row["v"] for row in drawn.rows if row["layer"] == "DATABASE"}
    assert (shares[date(2025, 2, 1)], shares[date(2025, 3, 1)]) == (0.0, 1.0)
    assert [key for key, _ in drawn.selectors[0].options][:2] == ["MODEL", "DATABASE"]


def test_letters_are_layers_that_two_thirds_share(page: Page):
    (row,) = page.context["letters"]  # type: ignore[misc]  # a list of rows
    assert row.month == "2025-11"
    assert [(layer.en, technology) for layer, technology in row.letters] == [
        ("Databases", "postgresql"), ("Model providers", "anthropic"),
    ]  # fmt: skip


def test_the_first_months_of_each_application_are_listed(page: Page):
    rows = {row.project.name: row for row in page.context["adoption"]}  # type: ignore[attr-defined]  # a list of rows
    assert rows[NAMES[0]].first == ("2025-01", "2025-03", "–", "–")
    assert (rows[NAMES[0]].lag, rows[NAMES[6]].lag) == ("+2", "–")


def test_without_applications_there_is_no_page(source: ReportInput):
    assert list(technology_stack.build_pages(subject_of(source))) == []
    tables = build_stack_tables([application(NAMES[0], "", openai=(0, LENGTH))], [])
    assert list(technology_stack.build_pages(subject_of(with_tables(source, **tables)))) == []


def test_the_page_is_written_in_both_languages(source: ReportInput):
    stacks = [application(name, AI_NATIVE, openai=(0, LENGTH)) for name in NAMES[:6]]
    written = dict(render_report(with_tables(source, **build_stack_tables(stacks, stacks))))
    text = written["stack.html"].decode()
    assert "应用的技术栈" in text
    assert "What applications are built on" in text
    assert "stack.html" in written["index.html"].decode()


def test_a_project_lists_its_layers_and_what_came_and_went(source: ReportInput):
    stack = application(
        NAMES[0], AI_NATIVE, openai=(0, 6), anthropic=(6, LENGTH), mistralai=(4, 5), redis=(0, LENGTH - 1)
    )
    tables = build_stack_tables([stack], [])
    shown = read_project_stack(subject_of(with_tables(source, **tables)).data, NAMES[0])
    assert shown is not None
    assert [(layer.en, names) for layer, names in shown.layers] == [
        ("Model providers", ("anthropic",)), ("Caches", ("redis",)),
    ]  # fmt: skip
    assert [(change.month, change.added, change.removed) for change in shown.changes] == [
        (date(2025, 7, 1), ("anthropic",), ("openai",))
    ]
    assert read_project_stack(subject_of(source).data, NAMES[0]) is None


def test_what_came_and_went_is_marked_in_its_month_of_the_period(source: ReportInput):
    stack = application(NAMES[0], AI_NATIVE, openai=(0, 6), anthropic=(6, LENGTH), redis=(2, LENGTH))
    data = subject_of(with_tables(source, **build_stack_tables([stack], []))).data
    july = data.months.index(date(2025, 7, 1))
    added, removed = dated_events_json(data, NAMES[0])
    assert (added["at"], added["lane"]) == ([[july - 4, "redis"], [july, "anthropic"]], 0)
    assert (removed["at"], removed["lane"]) == ([[july, "openai"]], 1)
    assert dated_events_json(data, NAMES[1]) == []
    assert len(EVENT_KINDS) <= LANES


HALF = date(2025, 1, 1)


def cohort(layer: str, name: str, share: float, projects: int = 4) -> dict[str, object]:
    return {
        "half_year": HALF, "layer": layer, "cohort": name, "projects": projects, "activity": 10.0, "share": share,
        "share_low": share / 2, "share_high": min(share * 2, 1.0),
    }  # fmt: skip


def bridge(organisation: str, people: int, others: int, both: int, layer: str = "data") -> dict[str, object]:
    return {
        "year": 2025, "organisation": organisation, "layer": layer, "other_layer": "model", "people": people,
        "other_people": others, "in_both": both, "commits": 7, "other_commits": 9,
    }  # fmt: skip


LAYER_TABLES: dict[str, list[dict[str, object]]] = {
    "layer_cohorts": [
        cohort(layer, name, share)
        for layer, share in (("application", 0.9), ("data", 0.2), ("infrastructure", 0.4))
        for name in ("after_chatgpt", "before_2015", "all")
    ],
    "layer_leaders": [
        {"half_year": HALF, "layer": layer, "projects": 4, "leader": NAMES[0], "leader_share": 0.5,
         "leader_began": HALF, "leader_age_years": 3.5, "mean_age_years": 4.0}
        for layer in ("application", "data", "infrastructure")
    ],
    "layer_people": [
        {"year": 2025, "layer": "data", "other_layer": other, "people": 10, "in_both": 2, "share": 0.2,
         "share_low": 0.1, "share_high": 0.5}
        for other in ("application", "(any)")
    ],
    "layer_bridges": [bridge("Acme", 2, 2, 1), bridge("Small", 2, 1, 1), bridge("Apart", 5, 5, 0, "web")],
}  # fmt: skip


def test_layers_alone_make_the_page(source: ReportInput):
    (page,) = technology_stack.build_pages(subject_of(with_tables(source, **LAYER_TABLES)))
    keys = [figure.key for figure in page.figures]
    assert keys == ["stack-activity", "stack-cohorts", "stack-leaders", "stack-people"]
    assert page.context["layer_sentence"].en == (  # type: ignore[attr-defined]  # a Text
        "In the half-year from 2025-01, projects that began after ChatGPT did 90.0% of the activity of the"
        " applications, and 40.0% of that of the layers below (20.0% to 80.0% with what was not observed)."
    )
    cohorts = page.figures[1]
    assert [key for key, _ in cohorts.selectors[0].options] == ["application", "infrastructure", "data"]
    assert {row["v"] for row in cohorts.default_rows()} == {0.9}
    assert len(page.figures[3].rows) == 1  # in any other layer


def test_organisations_too_small_to_be_named_bridge_nothing(source: ReportInput):
    (page,) = technology_stack.build_pages(subject_of(with_tables(source, **LAYER_TABLES)))
    (shown,) = page.context["bridges"]  # type: ignore[misc]  # a list of rows
    assert (shown.organisation, shown.people, shown.commits) == ("Acme", (2, 2, 1), (9, 7))


def test_one_layer_is_no_comparison(source: ReportInput):
    rows = [row for row in LAYER_TABLES["layer_cohorts"] if row["layer"] != "application"]
    assert list(technology_stack.build_pages(subject_of(with_tables(source, layer_cohorts=rows)))) == []
