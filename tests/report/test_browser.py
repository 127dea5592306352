"""The report in a real browser, opened from disk."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from ecotone.report import ReportInput
from ecotone.report.charts.rows import Curve, rows
from ecotone.report.charts.theme import LIGHT
from ecotone.report.field import Field
from ecotone.report.leaders import leaders
from report.made import HOSTILE

CHROMIUM = Path("/usr/bin/chromium")
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
PAGES = (
    "index.html",
    "ranking.html",
    "methods.html",
    "data.html",
    "truth.html",
    "project/heath-ide.html",
    "project/atlas-agents.html",
)

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(not CHROMIUM.exists(), reason="there is no /usr/bin/chromium"),
]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as player:
        found = player.chromium.launch(executable_path=str(CHROMIUM), args=FLAGS)
        yield found
        found.close()


class Visit:
    """A page with everything it complained about and everything it asked for."""

    def __init__(self, browser: Browser, folder: Path, **options: object) -> None:
        self.folder = folder
        self.page: Page = browser.new_page(**{"viewport": {"width": 1280, "height": 900}, **options})
        self.complaints: list[str] = []
        self.requests: list[str] = []
        self.page.on("console", lambda message: self.complaints.append(message.text))
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.on("dialog", lambda dialog: self.complaints.append(f"dialog {dialog.message}"))
        self.page.on("request", lambda request: self.requests.append(request.url))

    def open(self, path: str) -> Page:
        self.page.goto(f"{self.folder.as_uri()}/{path}")
        if path == "index.html":
            self.page.wait_for_selector("#activity[data-drawn]")
        elif path.startswith("project/"):
            self.page.wait_for_selector("body[data-drawn]")
        return self.page


@pytest.fixture
def visit(browser: Browser, folder: Path) -> Iterator[Visit]:
    found = Visit(browser, folder)
    yield found
    found.page.close()


def redrawn(page: Page, act: object) -> None:
    """Do something and wait until the chart has been drawn again."""
    before = int(page.get_attribute("#activity", "data-drawn") or 0)
    act()  # type: ignore[operator] - a function by its parametrisation
    page.wait_for_function(f"Number(document.getElementById('activity').dataset.drawn) > {before}")


def drawn_names(page: Page) -> set[str]:
    return set(page.evaluate("[...new Set(ecotone.chartRows().map(row => row.name))]"))


@pytest.mark.parametrize("path", PAGES)
def test_a_page_opens_from_disk_without_a_complaint_or_a_request(visit: Visit, path: str):
    page = visit.open(path)
    page.wait_for_timeout(200)
    assert visit.complaints == []
    assert all(url.startswith(("file:", "data:", "blob:")) for url in visit.requests)
    assert page.evaluate("document.querySelectorAll('img, iframe').length") == 0


@pytest.mark.parametrize("path", PAGES)
def test_a_narrow_screen_never_scrolls_sideways(browser: Browser, folder: Path, path: str):
    visit = Visit(browser, folder, viewport={"width": 390, "height": 800})
    page = visit.open(path)
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
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
    assert "智能体框架" in str(page.get_attribute("[data-plot]", "aria-label"))
    assert len(visit.requests) == asked
    visible = page.evaluate("document.querySelector('main').innerText")
    assert "What stands out" not in visible


def test_rows_of_the_page_are_rows_of_the_figure(visit: Visit, source: ReportInput):
    page = visit.open("index.html")
    page.evaluate("document.querySelector('[name=hide_leader]').checked = false")
    field = Field(source)
    category = field.categories[0]
    names = [project.name for project in category.projects]
    standings, series = field.standings("activity"), field.series("activity")
    curves = tuple(
        Curve(project.slug, project.name, project.label, project.colour, series[project.name], standings[project.name])
        for project in category.projects
    )
    expected = rows(curves, field.months, leaders(names, standings), LIGHT, hidden=None)
    found = page.evaluate("ecotone.chartRows()")
    assert len(found) == len(expected)
    for mine, theirs in zip(found, expected, strict=True):
        assert mine["v"] == pytest.approx(theirs["v"], rel=1e-4, abs=0.5)
        for key in ("k", "t", "s", "c", "w", "f", "end", "named", "tag", "name"):
            assert mine[key] == theirs[key], key


def test_the_leader_is_hidden_and_announced(visit: Visit):
    page = visit.open("index.html")
    assert page.is_checked("[name=hide_leader]")
    assert "giant-low-code" not in drawn_names(page)
    assert "giant-low-code: peak 2,370 in 2025-06, off this scale" in page.inner_text("[data-plot]")
    redrawn(page, lambda: page.click("[name=hide_leader]"))
    assert "giant-low-code" in drawn_names(page)
    assert "off this scale" not in page.inner_text("[data-plot]")


def test_the_riser_is_blue_and_labelled(visit: Visit):
    page = visit.open("index.html")
    redrawn(page, lambda: page.select_option("[name=category]", "coding-tool"))
    label = page.locator("[data-plot] text", has_text="% heath-ide")
    assert [one.get_attribute("fill") for one in label.all()] == ["#ffffff", "#1f6feb"]  # on a rim of paper


@pytest.mark.parametrize("width", [1280, 390])
def test_names_stand_at_their_curves_ends_and_apart(browser: Browser, folder: Path, width: int):
    visit = Visit(browser, folder, viewport={"width": width, "height": 900})
    page = visit.open("index.html")
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


@pytest.mark.parametrize("width", [1280, 390])
def test_a_name_breaks_only_after_its_slash(browser: Browser, folder: Path, width: int):
    visit = Visit(browser, folder, viewport={"width": width, "height": 900})
    for path, table in (("ranking.html", ".ranking"), ("index.html", ".ranking"), ("index.html", ".curves")):
        page = visit.open(path)
        lines = page.evaluate(f"[...document.querySelectorAll('{table} bdi span')].map(s => s.getClientRects().length)")
        assert lines
        assert set(lines) == {1}
    visit.page.close()


def test_signal_step_and_scale_do_what_they_say(visit: Visit):
    page = visit.open("index.html")
    months = page.evaluate("ecotone.chartRows().length")
    redrawn(page, lambda: page.check("[name=step][value=quarter]", force=True))
    assert months / 4 < page.evaluate("ecotone.chartRows().length") < months / 2
    assert "mean month" in page.inner_text("[data-unit]")
    redrawn(page, lambda: page.check("[name=scale][value=peak]", force=True))
    assert page.evaluate("Math.max(...ecotone.chartRows().map(row => row.v))") <= 1.0
    redrawn(page, lambda: page.select_option("[name=category]", "infrastructure"))
    redrawn(page, lambda: page.check("[name=step][value=month]", force=True))
    redrawn(page, lambda: page.check("[name=scale][value=linear]", force=True))
    assert page.evaluate("Math.min(...ecotone.chartRows().filter(r => r.v !== null).map(r => r.v))") == 0
    redrawn(page, lambda: page.check("[name=scale][value=log]", force=True))
    assert page.evaluate("Math.min(...ecotone.chartRows().filter(r => r.v !== null).map(r => r.v))") > 0
    redrawn(page, lambda: page.select_option("[name=signal]", "merge_rate"))
    assert page.inner_text("[data-formula]") == "merge_rate/ecotone-1"
    assert visit.complaints == []


def test_check_boxes_hide_and_colour_from_the_keyboard(visit: Visit):
    page = visit.open("index.html")
    show = page.get_by_label("Show atlas-agents")
    show.focus()
    redrawn(page, lambda: page.keyboard.press("Space"))
    assert "atlas-agents" not in drawn_names(page)
    assert page.evaluate("document.activeElement.getAttribute('aria-label')") == "Show atlas-agents"
    redrawn(page, lambda: page.keyboard.press("Space"))
    assert "atlas-agents" in drawn_names(page)
    page.get_by_label("Set atlas-agents in colour").focus()
    redrawn(page, lambda: page.keyboard.press("Space"))
    muted = page.evaluate("ecotone.chartRows().find(row => row.name === 'atlas-agents').c")
    assert muted == LIGHT.muted
    redrawn(page, lambda: page.click("[data-reset]"))
    assert page.evaluate("ecotone.chartRows().find(row => row.name === 'atlas-agents').c") != LIGHT.muted


def test_a_click_on_a_name_takes_its_colour_away(visit: Visit):
    page = visit.open("index.html")
    redrawn(page, lambda: page.locator("[data-plot] text", has_text="delta-graph").last.click())
    assert page.evaluate("ecotone.chartRows().find(row => row.name === 'delta-graph').f") == 0


def test_the_pointer_gets_value_and_coverage_as_text(visit: Visit):
    page = visit.open("index.html")
    redrawn(page, lambda: page.select_option("[name=category]", "coding-tool"))
    page.locator("[data-plot]").scroll_into_view_if_needed()
    box = page.locator("[data-plot] svg").bounding_box()
    assert box is not None
    seen = ""
    for step in range(12):
        page.mouse.move(box["x"] + 100 + step * 60, box["y"] + 380 - step * 6)
        page.wait_for_timeout(40)
        tip = page.locator(".tip:not([hidden])")
        seen += tip.inner_text() if tip.count() else ""
    assert "Coverage" in seen
    assert "observed whole" in seen
    assert page.evaluate("document.querySelectorAll('img').length") == 0
    assert visit.complaints == []


def test_a_month_in_part_is_hollow_and_nothing_follows_it(visit: Visit):
    page = visit.open("index.html")
    last = page.evaluate("ecotone.chartRows().filter(row => row.end)")
    assert {row["s"] for row in last} == {"p"}
    hollow = page.locator('[data-plot] .mark-symbol path[fill="#ffffff"]')
    assert hollow.count() >= len(last)


def test_the_ranking_sorts_and_filters(visit: Visit):
    page = visit.open("ranking.html")

    def first() -> str:
        return page.inner_text("tbody tr:not([hidden]) th bdi")

    assert first() == "giant-low-code"
    head = page.get_by_role("button", name="Momentum")
    head.focus()
    page.keyboard.press("Enter")
    assert first() == "heath-ide"
    assert page.locator("th[aria-sort]").get_attribute("aria-sort") == "descending"
    assert page.inner_text("tbody tr:last-child th bdi") == "juniper"  # no momentum: last either way
    head.click()
    assert first() == "brook"
    assert page.inner_text("tbody tr:last-child th bdi") == "juniper"
    page.select_option("[data-filter-category]", "infrastructure")
    assert page.locator("tbody tr:visible").count() == 4
    page.fill("[data-filter-name]", "WETLAND")
    assert page.locator("tbody tr:visible").count() == 1


def test_a_project_has_every_signal_and_all_its_numbers(visit: Visit):
    page = visit.open("project/atlas-agents.html")
    assert page.locator("[data-signal] svg").count() == 8
    assert page.locator("[data-shares] svg").count() == 1
    assert "Smaller organisations" in page.inner_text("[data-bands]")
    assert "Unknown employer" in page.inner_text("[data-bands]")
    page.click("[data-numbers] summary")
    page.wait_for_selector("[data-numbers] tbody tr")
    assert page.locator("[data-numbers] tbody tr").count() == 40
    assert page.locator("[data-numbers] thead th").count() == 2 + 9
    page.click("[data-language]")
    page.wait_for_function("document.querySelector('[data-bands]').innerText.includes('归属未知')")
    assert "Unknown employer" not in page.inner_text("[data-bands]")


def test_a_hostile_project_page_shows_its_name(visit: Visit, folder: Path):
    slug = next(path.name for path in (folder / "project").glob("*script*"))
    page = visit.open(f"project/{slug}")
    assert page.inner_text("h1") == HOSTILE
    assert visit.complaints == []


def test_it_prints(visit: Visit):
    page = visit.open("index.html")
    assert len(page.pdf()) > 20_000
    page.emulate_media(media="print")
    assert not page.is_visible("nav")
    assert page.is_visible("[data-plot] svg")
