"""The report in a real browser, opened from disk: what holds for every page, and each page's own controls."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.report.browsing import DRAWN, Visit, redrawn
from tests.report.made import HOSTILE

PAGES = (
    "index.html",
    "curves.html",
    "ranking.html",
    "fields.html",
    "field/agent-framework.html",
    "map.html",
    "organisations.html",
    "organisation/larch-systems.html",
    "interaction.html",
    "collaborators.html",
    "claims.html",
    "methods.html",
    "data.html",
    "truth.html",
    "project/heath-ide.html",
    "project/atlas-agents.html",
    "beside/index.html",
    "beside.html",
)

pytestmark = pytest.mark.browser


def test_every_kind_of_page_is_visited(folder: Path):
    found = {path.relative_to(folder).as_posix() for path in folder.rglob("*.html")}
    assert {path for path in found if "/" not in path} == {path for path in PAGES if "/" not in path}
    assert {path.split("/")[0] for path in found} == {path.split("/")[0] for path in PAGES}


@pytest.mark.parametrize("path", PAGES)
def test_a_page_opens_from_disk_without_a_complaint_or_a_request(visit: Visit, path: str):
    page = visit.open(path)
    page.evaluate("new Promise(done => requestAnimationFrame(() => setTimeout(done)))")
    assert visit.complaints == []
    assert all(url.startswith(("file:", "data:", "blob:")) for url in visit.requests)
    assert page.evaluate("document.querySelectorAll('img, iframe').length") == 0


@pytest.mark.parametrize("path", PAGES)
def test_a_narrow_dark_screen_in_chinese_never_scrolls_sideways(browser: Browser, folder: Path, path: str):
    visit = Visit(browser, folder, viewport={"width": 390, "height": 800}, color_scheme="dark")
    page = visit.open(f"{path}#lang=zh")
    page.wait_for_function(DRAWN)
    assert page.evaluate("[document.documentElement.lang, document.documentElement.dataset.theme]") == ["zh", "dark"]
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(16, 20, 19)"
    assert page.locator("[data-plot] [fill=white]").count() == 0
    assert visit.complaints == []
    page.close()


def test_dark_follows_the_system_and_the_button(browser: Browser, folder: Path):
    visit = Visit(browser, folder, color_scheme="dark")
    page = visit.open("index.html")

    def paper() -> str:
        return str(page.evaluate("getComputedStyle(document.body).backgroundColor"))

    assert paper() == "rgb(16, 20, 19)"
    redrawn(page, lambda: page.click("[data-theme-switch]"))
    assert paper() == "rgb(251, 250, 247)"
    page.goto(f"{folder.as_uri()}/methods.html")
    assert paper() == "rgb(251, 250, 247)"  # the choice is kept
    page.close()


def test_the_language_switches_without_loading(visit: Visit):
    page = visit.open("index.html")
    asked = len(visit.requests)
    assert page.inner_text("h1") == "Agents & their tools"
    redrawn(page, lambda: page.click("[data-language]"))
    assert page.inner_text("h1") == "智能体及其工具"
    assert page.title() == "智能体及其工具 · 智能体及其工具"
    assert page.inner_text("select[name=category] option:checked") == "智能体框架"
    assert "活跃度" in page.inner_text("[data-definition]")
    assert "智能体框架" in str(page.get_attribute("[data-stage]", "aria-label"))
    assert page.get_attribute("[data-theme-switch]", "aria-label") == "切换浅色和深色"
    assert len(visit.requests) == asked
    visible = page.evaluate("document.querySelector('main').innerText")
    assert "Highlights" not in visible
    redrawn(page, lambda: page.click("[data-language]"))
    assert page.get_attribute("[data-theme-switch]", "aria-label") == "Switch between light and dark"


def test_the_overview_says_what_the_tables_say(visit: Visit):
    page = visit.open("index.html")
    said = page.locator(".findings").first.inner_text()
    assert "the leader had 12% of it" in said
    assert page.locator(".findings").first.locator("li").count() == 4  # two of each kind
    page.click(".more-findings summary")
    assert HOSTILE in page.inner_text(".findings.small")
    shapes = page.locator(".shape-group h3").all_inner_texts()
    assert shapes[0] == "Emerging"
    page.locator(".shape-group a", has_text="heath-ide").click()
    assert page.inner_text("h1") == "heath-ide"
    assert "Emerging" in page.inner_text(".says")
    assert "Growing" in page.inner_text(".says")


def test_the_ranking_sorts_and_filters(visit: Visit):
    page = visit.open("ranking.html")
    body = ".ranking tbody"

    def first() -> str:
        return page.inner_text(f"{body} tr:not([hidden]) th bdi")

    assert first() == "giant-low-code"
    head = page.get_by_role("button", name="Momentum")
    head.focus()
    page.keyboard.press("Enter")
    assert first() == "heath-ide"
    assert page.locator(".ranking th[aria-sort]").get_attribute("aria-sort") == "descending"
    assert page.inner_text(f"{body} tr:last-child th bdi") == "juniper"  # no momentum: last either way
    assert page.inner_text(f"{body} tr:first-child td") == "1"
    head.click()
    assert first() == "brook"
    assert page.inner_text(f"{body} tr:last-child th bdi") == "juniper"
    page.select_option("[data-filter-category]", "infrastructure")
    assert page.locator(f"{body} tr:visible").count() == 4
    page.fill("[data-filter-name]", "WETLAND")
    assert page.locator(f"{body} tr:visible").count() == 1


def test_a_project_has_every_known_signal_by_theme_and_all_its_numbers(visit: Visit):
    page = visit.open("project/atlas-agents.html")
    assert page.locator("[data-signal] svg").count() == 9
    assert page.locator("[data-signals] > h3").all_inner_texts()[:2] == ["Activity", "People"]
    assert page.locator("[data-shares] svg").count() == 1
    assert "Smaller organisations" in page.inner_text("[data-bands]")
    assert "Employer unknown" in page.inner_text("[data-bands]")
    page.click("[data-numbers] summary")
    page.wait_for_selector("[data-numbers] tbody tr")
    assert page.locator("[data-numbers] tbody tr").count() == 40
    assert page.locator("[data-numbers] thead th").count() == 2 + 10
    page.click("[data-language]")
    page.wait_for_function("document.querySelector('[data-bands]').innerText.includes('所属组织未知')")
    assert "Employer unknown" not in page.inner_text("[data-bands]")


def test_a_signal_without_any_value_is_said_to_be_unknown(visit: Visit):
    page = visit.open("project/juniper.html")
    assert page.inner_text("[data-unknown]") == "No data for this project: Merge rate, Effective organisations."
    assert page.locator("[data-signal=merge_rate]").count() == 0
    assert page.locator("[data-signal]").count() == 7


def test_a_hostile_project_page_shows_its_name(visit: Visit, folder: Path):
    slug = next(path.name for path in (folder / "project").glob("*script*"))
    page = visit.open(f"project/{slug}")
    assert page.inner_text("h1") == HOSTILE
    assert visit.complaints == []


@pytest.mark.parametrize("width", [1280, 390])
def test_a_name_breaks_only_after_its_slash(browser: Browser, folder: Path, width: int):
    visit = Visit(browser, folder, viewport={"width": width, "height": 900})
    for path, table in (("ranking.html", ".ranking"), ("index.html", ".ranking"), ("curves.html", ".curves")):
        page = visit.open(path)
        lines = page.evaluate(f"[...document.querySelectorAll('{table} bdi span')].map(s => s.getClientRects().length)")
        assert lines
        assert set(lines) == {1}
    visit.page.close()


def test_projects_side_by_side_have_their_numbers_and_no_way_out(visit: Visit):
    page = visit.open("beside.html")
    assert page.locator("h1 bdi").all_inner_texts()[:2] == ["atlas-agents", "heath-ide"]
    assert page.locator("figure[data-drawn] svg").count() >= 5
    assert page.locator("main a[href]").count() == 0
    page.locator("#side-activity [data-table] summary").click()
    page.wait_for_selector("#side-activity tbody tr")
    assert page.locator("#side-activity tbody tr").count() == 40 + 36 + 40
    redrawn(page, lambda: page.click("[data-language]"), "side-activity")
    assert "对比" in page.inner_text("main")
    assert visit.complaints == []


def test_it_prints(visit: Visit):
    page = visit.open("index.html")
    assert len(page.pdf()) > 20_000
    page.emulate_media(media="print")
    for hidden in ("nav", ".switches", ".save", ".controls"):
        assert not page.locator(hidden).first.is_visible(), hidden
    assert page.is_visible("[data-plot] svg")


def test_a_dark_page_prints_on_white(browser: Browser, folder: Path):
    visit = Visit(browser, folder, color_scheme="dark")
    page = visit.open("index.html")
    redrawn(page, lambda: page.evaluate("window.dispatchEvent(new Event('beforeprint'))"))
    assert page.evaluate("document.documentElement.dataset.theme") == "light"
    redrawn(page, lambda: page.evaluate("window.dispatchEvent(new Event('afterprint'))"))
    assert page.evaluate("document.documentElement.dataset.theme") == "dark"
    page.close()


@pytest.mark.parametrize(("locale", "language"), [("zh-TW", "zh"), ("en-GB", "en"), ("fr-FR", "en")])
def test_a_page_opens_in_the_language_of_the_browser_and_keeps_the_choice(
    browser: Browser, folder: Path, locale: str, language: str
):
    visit = Visit(browser, folder, locale=locale)
    page = visit.open("methods.html")
    assert page.evaluate("document.documentElement.lang") == language
    page.click("[data-language]")
    page.goto(f"{folder.as_uri()}/data.html")
    assert page.evaluate("document.documentElement.lang") == ({"zh": "en", "en": "zh"}[language])
    page.close()


def test_the_first_chart_is_on_the_first_screen_of_a_phone(browser: Browser, folder: Path):
    visit = Visit(browser, folder, viewport={"width": 390, "height": 844})
    page = visit.open("index.html")
    box = page.locator(".project-tiles .spark").first.bounding_box()
    assert box is not None
    assert box["y"] + box["height"] <= 844
    page.close()


def test_a_project_answers_before_it_shows(visit: Visit):
    page = visit.open("project/atlas-agents.html")
    answers = page.locator(".questions dd").all_inner_texts()
    assert len(answers) >= 3
    assert all(answers)
    questions, first = (page.locator(one).first.bounding_box() for one in (".questions", "figure"))
    assert questions is not None
    assert first is not None
    assert questions["y"] < first["y"]
    assert questions["y"] + questions["height"] < 900
