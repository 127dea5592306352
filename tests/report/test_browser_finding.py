"""Finding, sharing and embedding in a real browser: the search box, the address, one chart alone, no scripts."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from tests.report.browsing import Visit, address, redrawn

pytestmark = pytest.mark.browser
COLOURS = """() => [...new Map(ecotone.chartRows().filter(row => row.f > 0).map(row => [row.name, row.c]))]"""


def results(page: Page, words: str) -> list[str]:
    page.fill("[data-search] input", words)
    page.wait_for_function("document.querySelector('#search-results').checkVisibility()")
    page.wait_for_timeout(50)
    return page.locator("#search-results [role=option]").all_inner_texts()


def test_the_search_box_finds_projects_methods_and_pages_by_keyboard(visit: Visit):
    page = visit.open("index.html")
    page.keyboard.press("/")
    assert page.evaluate("document.activeElement.type") == "search"
    assert "heath-ide" in results(page, "heath")[0]
    assert any("activity" in text for text in results(page, "activity"))
    assert results(page, "zzzz") == ["Nothing found"]
    results(page, "heath")
    page.keyboard.press("Enter")
    page.wait_for_url("**/project/heath-ide.html")
    assert "brook" in results(page, "brook")[0]  # from a page in a folder
    page.keyboard.press("Escape")
    assert not page.is_visible("#search-results")
    assert visit.complaints == []


def test_the_search_box_speaks_the_language_of_the_page(visit: Visit):
    page = visit.open("index.html?lang=zh")
    assert page.get_attribute("[data-search] input", "placeholder") == "搜索"
    assert "项目" in results(page, "湿地")[0]


def test_arrows_move_through_the_results(visit: Visit):
    page = visit.open("index.html")
    results(page, "a")
    page.keyboard.press("ArrowDown")
    assert page.get_attribute("[data-search] input", "aria-activedescendant") == "search-1"
    assert page.get_attribute("#search-1", "aria-selected") == "true"


def test_at_most_eight_curves_are_coloured_and_no_two_alike(browser: Browser, sixty: Path):
    page = Visit(browser, sixty).open("curves.html")
    keys = page.evaluate("[...document.querySelectorAll('[data-colour]:not(:checked)')].map(box => box.dataset.colour)")
    for key in keys[:4]:
        redrawn(page, page.locator(f"[data-colour='{key}']").check)
        colours = [colour for _, colour in page.evaluate(COLOURS)]
        assert len(colours) <= 8
        assert len(set(colours)) == len(colours)
    assert page.locator("[data-colour]:checked").count() == 8
    page.close()


def test_the_address_keeps_the_order_and_the_filter_of_a_table(visit: Visit):
    page = visit.open("ranking.html")
    page.click("table.ranking th:nth-child(2) button")
    page.fill("[data-filter-name]", "br")
    kept = address(page)
    assert kept == {"sort": "1a", "find": "br"}
    names = page.locator("table.ranking >> nth=0").locator("tbody tr:visible").all_inner_texts()
    again = visit.open("index.html") and visit.open("ranking.html#sort=1a&find=br")
    assert again.locator("table.ranking >> nth=0").locator("tbody tr:visible").all_inner_texts() == names


def test_the_address_keeps_the_choices_and_the_table_of_a_figure(visit: Visit):
    page = visit.open("ranking.html")
    pick = page.locator("#ranks [data-pick]").first
    value = pick.locator("option").nth(1).get_attribute("value")
    assert value
    redrawn(page, lambda: pick.select_option(value), "ranks")
    page.click("#ranks [data-table] summary")
    page.wait_for_function("location.hash.includes('table')")
    kept = address(page)
    assert kept[f"ranks.{pick.get_attribute('name')}"] == value
    fragment = "&".join(f"{key}={text}" for key, text in kept.items())
    visit.open("index.html")
    page = visit.open(f"ranking.html#{fragment}")
    assert page.locator("#ranks [data-pick]").first.input_value() == value
    assert page.is_visible("#ranks [data-table] table")


def test_one_chart_stands_alone_in_a_frame_and_leads_to_its_page(visit: Visit):
    page = visit.open("curves.html?embed=activity#scale=log")
    assert page.is_visible("#activity [data-plot]")
    assert not page.is_visible("header.top")
    assert page.locator("h1").is_hidden()
    assert (page.get_attribute("#activity .whole", "href") or "").startswith("curves.html#")
    assert visit.complaints == []


@pytest.mark.parametrize("path", ["index.html", "project/heath-ide.html", "field/coding-tool.html"])
def test_a_page_without_scripts_has_its_answers_and_a_picture(browser: Browser, folder: Path, path: str):
    page = browser.new_page(java_script_enabled=False)
    page.goto(f"{folder.as_uri()}/{path}")
    picture = page.locator("noscript img")
    assert picture.evaluate("image => image.naturalWidth") == 1200
    assert page.locator("h1").is_visible()
    assert not page.is_visible("[data-search]")
    assert not page.is_visible("[data-language]")
    page.close()
