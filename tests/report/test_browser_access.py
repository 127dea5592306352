"""The report for readers without a mouse, without sight, or without wishing things to move."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path
from typing import Final

import pytest
from playwright.sync_api import Browser

from tests.report.browsing import Visit, redrawn
from tests.report.test_browser import PAGES

AXE: Final = "4.14.1"
CACHE: Final = Path(__file__).parents[2] / "build" / "axe"
SCRIPT: Final = CACHE / "node_modules" / "axe-core" / "axe.min.js"
SERIOUS: Final = {"serious", "critical"}

pytestmark = pytest.mark.browser


@pytest.fixture(scope="session")
def axe() -> str:
    """The accessibility checker, fetched by npm into build/axe the first time."""
    if not SCRIPT.exists():
        npm = shutil.which("npm")
        if npm is None:
            pytest.skip("npm is not installed, so axe-core cannot be fetched")
        CACHE.mkdir(parents=True, exist_ok=True)
        wanted = ["install", "--prefix", str(CACHE), "--no-save", "--ignore-scripts", f"axe-core@{AXE}"]
        try:
            subprocess.run([npm, *wanted], check=True, capture_output=True, timeout=90)
        except (subprocess.CalledProcessError, subprocess.TimeoutExpired) as error:
            pytest.skip(f"npm could not fetch axe-core: {type(error).__name__}")
    return SCRIPT.read_text("utf-8")


def violations(visit: Visit, axe: str) -> list[str]:
    """Serious and critical violations of WCAG 2.2 A and AA, one line each."""
    visit.page.evaluate(axe)
    tags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
    found = visit.page.evaluate("tags => axe.run(document, {runOnly: tags, resultTypes: ['violations']})", tags)
    return [
        f"{one['id']} ({one['impact']}): {node['html'][:160]} {node['failureSummary'][:200]}"
        for one in found["violations"]
        if one["impact"] in SERIOUS
        for node in one["nodes"][:3]
    ]


@pytest.mark.parametrize("told", ["", "#lang=zh&theme=dark"], ids=["light", "dark, Chinese"])
@pytest.mark.parametrize("path", [path for path in PAGES if path != "beside/index.html"])  # beside.html is the same
def test_axe_finds_no_serious_violation(visit: Visit, axe: str, path: str, told: str):
    page = visit.open(f"{path}{told}")
    for summary in page.locator("details:not([open]) > summary").all():
        if summary.is_visible():
            summary.click()
    assert violations(visit, axe) == []


WHERE: Final = """() => {
    const one = document.activeElement;
    return 'stage' in one.dataset ? 'stage' : one.name || one.dataset.save || one.textContent.trim().slice(0, 20);
}"""
SHOWN: Final = """() => {
    const one = document.activeElement, beside = one.nextElementSibling || one; // a radio button shows it on its words
    return [one, beside].some(node => getComputedStyle(node).outlineStyle !== 'none');
}"""


def test_everything_can_be_reached_and_shows_that_it_has_the_focus(visit: Visit):
    page = visit.open("curves.html")
    reached = []
    for _ in range(32):
        page.keyboard.press("Tab")
        reached.append(str(page.evaluate(WHERE)))
        assert page.evaluate(SHOWN), reached[-1]
    wanted = ("Skip to content", "Trends", "svg", "png", "csv", "category", "signal", "step", "scale", "from", "to")
    for one in (*wanted, "hide_leader", "stage"):
        assert any(one in name for name in reached), (one, reached)


def test_a_whole_visit_needs_no_mouse(visit: Visit):
    page = visit.open("index.html")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Skip to content跳到正文"
    page.keyboard.press("Enter")
    page.locator("nav a", has_text="Trends").focus()
    page.keyboard.press("Enter")
    page.wait_for_selector("#activity[data-drawn]")
    page.locator("[name=category]").focus()
    redrawn(page, lambda: page.keyboard.press("ArrowDown"))
    page.locator("[name=scale]").first.focus()
    redrawn(page, lambda: page.keyboard.press("ArrowRight"))
    assert page.evaluate("ecotone.readAddress().get('scale')") == "log"
    page.locator("#activity [data-table] summary").focus()
    page.keyboard.press("Enter")
    page.wait_for_selector("#activity [data-table] tbody tr")
    page.locator("[data-language]").focus()
    redrawn(page, lambda: page.keyboard.press("Enter"))
    assert page.inner_text("h1") == "走势"
    assert visit.complaints == []


def test_charts_say_what_they_are_and_where_their_numbers_stand(visit: Visit):
    for path in ("curves.html", "ranking.html", "project/atlas-agents.html", "beside.html"):
        page = visit.open(path)
        names = page.evaluate(
            "[...document.querySelectorAll('[role=img], [role=slider]')].map(one => one.getAttribute('aria-label'))"
        )
        assert names
        assert all(names), path
    assert page.locator("figure[aria-labelledby]").count() == page.locator("figure").count()


MOVING: Final = """() => [...document.querySelectorAll('*')].filter(one => {
    const style = getComputedStyle(one);
    return style.animationName !== 'none' || !['0s', ''].includes(style.transitionDuration);
}).length"""


def test_nothing_moves_for_those_who_do_not_want_it(browser: Browser, folder: Path):
    visit = Visit(browser, folder, reduced_motion="reduce")
    assert visit.open("index.html").evaluate(MOVING) == 0
    visit.page.close()
