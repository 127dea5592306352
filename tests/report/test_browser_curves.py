"""The chart of the talk in a real browser: every control does what it says, and the address keeps it."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from ecotone.report import ReportInput
from ecotone.report.charts.drawn_rows import Curve, category_curve_rows
from ecotone.report.charts.theme import LIGHT
from ecotone.report.highlighted_projects import find_highlighted_projects
from ecotone.report.report_data import Category, ReportData
from tests.report.browsing import Visit, address, drawn_names, redrawn
from tests.report.made import NAMES

pytestmark = pytest.mark.browser


def curves_of(field: ReportData, category: Category, *, quarterly: bool) -> tuple[Curve, ...]:
    series = field.quarterly_series("activity") if quarterly else field.signal_series("activity")
    standings = field.latest_values("activity")
    return tuple(
        Curve(
            project.slug,
            project.name,
            project.label,
            project.colour_index,
            series[project.name],
            standings[project.name],
        )
        for project in category.projects
    )


@pytest.mark.parametrize("step", ["month", "quarter"])
def test_rows_of_the_page_are_rows_of_the_figure(visit: Visit, source: ReportInput, step: str):
    page = visit.open(f"curves.html#leader=shown&step={step}")
    field = ReportData(source)
    category = field.categories[0]
    names = [project.name for project in category.projects]
    steps = field.months if step == "month" else field.months[2::3]  # quarters are checked by value, not by moment
    curves = curves_of(field, category, quarterly=step == "quarter")
    padded = (*steps, *steps)  # a quarter more than the period's months divided by three
    expected = category_curve_rows(
        curves, padded, find_highlighted_projects(names, field.latest_values("activity")), LIGHT, hidden=None
    )
    found = page.evaluate("ecotone.chartRows()")
    assert len(found) == len(expected)
    for mine, theirs in zip(found, expected, strict=True):
        assert mine["v"] == pytest.approx(theirs["v"], rel=1e-4, abs=0.5)
        for key in ("k", "s", "c", "w", "f", "end", "named", "tag", "name", "dot", *(["t"] if step == "month" else [])):
            assert mine[key] == theirs[key], key
        for piece in ("y", "yp", "yd"):
            assert (piece in mine) == (piece in theirs), piece
            assert (mine.get(piece) is None) == (theirs.get(piece) is None), piece


def test_the_leader_is_hidden_and_announced(visit: Visit):
    page = visit.open("curves.html")
    assert page.is_checked("[name=hide_leader]")
    assert "giant-low-code" not in drawn_names(page)
    assert "giant-low-code: peak 2,370 in 2025-06, off this scale" in page.inner_text("[data-plot]")
    redrawn(page, lambda: page.click("[name=hide_leader]"))
    assert "giant-low-code" in drawn_names(page)
    assert "off this scale" not in page.inner_text("[data-plot]")
    assert address(page) == {"leader": "shown"}


def test_the_riser_is_blue_and_labelled(visit: Visit):
    page = visit.open("curves.html#field=coding-tool")
    label = page.locator("[data-plot] text", has_text="% heath-ide")
    assert [one.get_attribute("fill") for one in label.all()] == ["#ffffff", "#1c68e3"]  # on a rim of paper


@pytest.mark.parametrize("width", [1280, 390])
def test_names_stand_at_their_curves_ends_and_apart(browser: Browser, folder: Path, width: int):
    visit = Visit(browser, folder, viewport={"width": width, "height": 900})
    page = visit.open("curves.html")
    for scale in ("log", "peak", "linear"):
        redrawn(page, lambda scale=scale: page.check(f"[name=scale][value={scale}]", force=True))
        found = page.evaluate("ecotone.chartLabels()")
        assert found
        assert all(label["f"] > 0 for label in found)  # context has no name
        texts = page.locator("[data-plot] text").all_text_contents()
        for place, one in enumerate(found):
            assert one["text"] in texts
            assert abs(one["y"] - one["y0"]) <= 22
            for other in found[:place]:
                apart = one["right"] <= other["left"] or other["right"] <= one["left"]
                assert apart or abs(one["y"] - other["y"]) >= 13
    assert visit.complaints == []
    page.close()


def test_signal_step_and_scale_do_what_they_say(visit: Visit):
    page = visit.open("curves.html")
    months = page.evaluate("ecotone.chartRows().length")
    redrawn(page, lambda: page.check("[name=step][value=quarter]", force=True))
    assert months / 4 < page.evaluate("ecotone.chartRows().length") < months / 2
    assert "monthly mean" in page.inner_text("[data-unit]")
    redrawn(page, lambda: page.check("[name=scale][value=peak]", force=True))
    peaks = page.evaluate("ecotone.chartRows().filter(row => row.s === 'w').map(row => row.v)")
    assert max(peaks) == 1.0
    assert "share of each project's peak" in page.inner_text("[data-unit]")
    redrawn(page, lambda: page.select_option("[name=category]", "infrastructure"))
    redrawn(page, lambda: page.check("[name=step][value=month]", force=True))
    redrawn(page, lambda: page.check("[name=scale][value=linear]", force=True))
    assert page.evaluate("Math.min(...ecotone.chartRows().filter(r => r.v !== null).map(r => r.v))") == 0
    redrawn(page, lambda: page.check("[name=scale][value=log]", force=True))
    assert page.evaluate("Math.min(...ecotone.chartRows().filter(r => r.v !== null).map(r => r.v))") > 0
    redrawn(page, lambda: page.select_option("[name=signal]", "merge_rate"))
    assert page.inner_text("[data-formula]") == "merge_rate/ecotone-1"
    assert address(page) == {"field": "infrastructure", "scale": "log", "signal": "merge_rate"}
    assert visit.complaints == []


def test_all_projects_can_be_seen_at_once(visit: Visit):
    page = visit.open("curves.html#leader=shown")
    redrawn(page, lambda: page.select_option("[name=category]", "all-fields"))
    assert drawn_names(page) >= set(NAMES) - {"giant-low-code"}
    coloured = page.evaluate("[...new Set(ecotone.chartRows().filter(row => row.f).map(row => row.c))].length")
    assert coloured == page.evaluate("new Set(ecotone.chartRows().filter(row => row.f).map(row => row.k)).size")


def test_check_boxes_hide_and_colour_from_the_keyboard(visit: Visit):
    page = visit.open("curves.html")
    page.get_by_label("Show atlas-agents").focus()
    redrawn(page, lambda: page.keyboard.press("Space"))
    assert "atlas-agents" not in drawn_names(page)
    assert page.evaluate("document.activeElement.getAttribute('aria-label')") == "Show atlas-agents"
    redrawn(page, lambda: page.keyboard.press("Space"))
    assert "atlas-agents" in drawn_names(page)
    page.get_by_label("Highlight atlas-agents").focus()
    redrawn(page, lambda: page.keyboard.press("Space"))
    assert ink(page, "atlas-agents") == LIGHT.muted
    redrawn(page, lambda: page.click("[data-reset]"))
    assert ink(page, "atlas-agents") != LIGHT.muted
    redrawn(page, lambda: page.click("[data-none]"))
    assert drawn_names(page) == set()
    redrawn(page, lambda: page.click("[data-all]"))
    assert "atlas-agents" in drawn_names(page)


def ink(page: Page, name: str) -> str:
    return str(page.evaluate(f"ecotone.chartRows().find(row => row.name === '{name}').c"))


def test_a_click_on_a_name_takes_its_colour_away(visit: Visit):
    page = visit.open("curves.html")
    redrawn(page, lambda: page.locator("[data-plot] text", has_text="delta-graph").last.click())
    assert page.evaluate("ecotone.chartRows().find(row => row.name === 'delta-graph').f") == 0
    assert "delta-graph" not in address(page)["colour"]


def test_a_period_is_brushed_and_picked_and_left_again(visit: Visit):
    page = visit.open("curves.html")
    stage = page.locator("[data-stage]")
    stage.scroll_into_view_if_needed()
    box = stage.bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + 300, box["y"] + 200)
    page.mouse.down()
    page.mouse.move(box["x"] + 600, box["y"] + 220, steps=5)
    assert page.locator(".brush[width]").is_visible()
    redrawn(page, page.mouse.up)
    told = address(page)
    assert "2022-08" < told["from"] < told["to"] < "2025-11"
    assert page.input_value("[name=from]") == told["from"]
    months = page.evaluate("[...new Set(ecotone.chartRows().map(row => row.t))].length")
    assert 5 < months < 25
    assert told["from"] in page.inner_text("[data-period]")
    redrawn(page, lambda: page.select_option("[name=to]", "2025-11"))
    assert "to" not in address(page)
    redrawn(page, lambda: page.click("[data-whole]"))
    assert address(page) == {}
    assert not page.is_visible("[data-whole]")


def test_an_empty_period_cannot_be_asked_for(visit: Visit):
    page = visit.open("curves.html#from=2025-01&to=2024-01")
    assert (page.input_value("[name=from]"), page.input_value("[name=to]")) == ("2025-01", "2025-01")
    redrawn(page, lambda: page.select_option("[name=to]", "2023-01"))
    assert (page.input_value("[name=from]"), page.input_value("[name=to]")) == ("2023-01", "2023-01")
    assert visit.complaints == []


def test_the_address_brings_everything_back(browser: Browser, folder: Path):
    first = Visit(browser, folder)
    page = first.open("curves.html")
    redrawn(page, lambda: page.select_option("[name=category]", "coding-tool"))
    redrawn(page, lambda: page.select_option("[name=signal]", "contributors"))
    redrawn(page, lambda: page.check("[name=step][value=quarter]", force=True))
    redrawn(page, lambda: page.check("[name=scale][value=log]", force=True))
    redrawn(page, lambda: page.select_option("[name=from]", "2023-02"))
    redrawn(page, lambda: page.get_by_label("Show brook").uncheck())
    redrawn(page, lambda: page.get_by_label("Highlight heath-ide").uncheck())
    redrawn(page, lambda: page.click("[data-language]"))
    redrawn(page, lambda: page.click("[data-theme-switch]"))
    link, rows_shown = page.url, page.evaluate("JSON.stringify(ecotone.chartRows())")
    page.close()
    second = Visit(browser, folder)
    again = second.page
    again.goto(link)
    again.wait_for_selector("#activity[data-drawn]")
    assert again.evaluate("JSON.stringify(ecotone.chartRows())") == rows_shown
    assert again.evaluate("[document.documentElement.lang, document.documentElement.dataset.theme]") == ["zh", "dark"]
    assert again.locator("[name=step]:checked").input_value() == "quarter"
    assert not again.get_by_label("显示 brook").is_checked()
    assert second.complaints == []
    again.close()


@pytest.mark.parametrize(
    "told",
    ["field=nowhere&signal=none&step=x&scale=y&from=1&to=z&hidden=q,w&colour=&leader=no&lang=fr&theme=red", "=", "%"],
)
def test_an_address_that_makes_no_sense_is_a_fresh_page(visit: Visit, told: str):
    page = visit.open(f"curves.html#{told}")
    assert page.input_value("[name=signal]") == "activity"
    assert page.evaluate("[document.documentElement.lang, document.documentElement.dataset.theme]") == ["en", "light"]
    assert visit.complaints == []


def test_another_address_on_the_open_page_is_followed(visit: Visit):
    page = visit.open("curves.html")
    redrawn(page, lambda: page.evaluate("location.hash = '#field=coding-tool&scale=log'"))
    assert page.input_value("[name=category]") == "coding-tool"
    assert "heath-ide" in drawn_names(page)


def test_the_overview_leads_to_the_same_curves(visit: Visit):
    page = visit.open("index.html")
    redrawn(page, lambda: page.select_option("[name=category]", "coding-tool"))
    page.click("[data-more]")
    page.wait_for_selector("#activity[data-drawn]")
    assert page.url.endswith("curves.html#field=coding-tool")
    assert page.input_value("[name=category]") == "coding-tool"


def test_the_pointer_gets_value_bounds_and_coverage_as_text(visit: Visit):
    page = visit.open("curves.html#field=coding-tool&signal=top_organisation_share")
    page.locator("[data-plot]").scroll_into_view_if_needed()
    box = page.locator("[data-plot] svg").bounding_box()
    assert box is not None
    seen = ""
    for step in range(12):
        page.mouse.move(box["x"] + 100 + step * 60, box["y"] + 300 - step * 6)
        tip = page.locator(".tip:not([hidden])")
        seen += tip.inner_text() if tip.count() else ""
    for word in ("Coverage", "complete", "Bounds", "%"):
        assert word in seen
    assert page.evaluate("document.querySelectorAll('img').length") == 0
    page.mouse.move(5, 5)
    assert page.locator(".tip:not([hidden])").count() == 0
    assert visit.complaints == []


def test_arrow_keys_read_the_chart(visit: Visit):
    page = visit.open("curves.html")
    stage = page.locator("[data-stage]")
    stage.focus()

    def said() -> str:
        return str(stage.get_attribute("aria-valuetext"))

    page.keyboard.press("ArrowRight")
    first = said()
    assert "complete" in first
    page.keyboard.press("ArrowLeft")
    second = said()
    assert second != first
    assert second.split(",")[0] == first.split(",")[0]  # the same project, a month earlier
    page.keyboard.press("ArrowDown")
    assert said().split(",")[0] != second.split(",")[0]
    name = said().split(",")[0]
    redrawn(page, lambda: page.keyboard.press("Enter"))
    assert name in drawn_names(page)
    page.keyboard.press("Home")
    assert "2022-08" in said() or "2023" in said()
    page.keyboard.press("End")
    assert "partial" in said()
    page.keyboard.press("Escape")
    assert page.locator(".tip:not([hidden])").count() == 0


def test_a_month_in_part_is_hollow_and_nothing_follows_it(visit: Visit):
    page = visit.open("curves.html")
    last = page.evaluate("ecotone.chartRows().filter(row => row.end)")
    assert {row["s"] for row in last} == {"p"}
    hollow = page.locator('[data-plot] .mark-symbol path[fill="#ffffff"]')
    assert hollow.count() >= len(last)


def test_every_value_in_colour_is_in_a_table(visit: Visit):
    page = visit.open("curves.html")
    page.locator("#activity [data-table] summary").click()
    page.wait_for_selector("#activity [data-table] tbody tr")
    assert page.locator("#activity [data-table] tbody tr").count() == 40
    heads = page.locator("#activity [data-table] thead th").all_inner_texts()
    assert heads[0] == "Month"
    assert set(heads[1:]) == set(page.evaluate("[...new Set(ecotone.chartRows().filter(r => r.f).map(r => r.name))]"))
    assert "(partial)" in page.locator("#activity [data-table] tbody tr").last.inner_text()
