"""Every page in a real browser: its words in both languages, its keyboard, and what its own controls do."""

from __future__ import annotations

import csv
import io
import re
from pathlib import Path
from typing import Final

import pytest
from playwright.sync_api import Page

from ecotone.report.messages import MESSAGES
from tests.report.browsing import DRAWN, Visit, redrawn
from tests.report.made import EMPLOYERS, HOSTILE, NAMES
from tests.report.test_browser import PAGES

pytestmark = pytest.mark.browser

CHINESE: Final = re.compile("[\u4e00-\u9fff]")
READ: Final = """() => {
    document.querySelectorAll('details').forEach(one => { one.open = true; });
    const said = document.querySelector('main').innerText.split('\\n');
    const labels = [...document.querySelectorAll('[aria-label]')].map(one => one.getAttribute('aria-label'));
    const options = [...document.querySelectorAll('option')].map(one => one.textContent);
    return [...said, ...labels, ...options, document.title];
}"""
NAMED: Final = (*NAMES, *EMPLOYERS, "湿地", "智能体", "流程")  # of the made-up field, whatever the language


def phrases() -> list[str]:
    """What pages say in English of their own, where it is long enough to be told from a name."""
    pieces = [
        piece.strip(" .,:;()") for word in MESSAGES if word.en != word.zh for piece in re.split(r"\{[^}]*\}", word.en)
    ]
    return [piece for piece in pieces if len(piece) > 14]


@pytest.mark.parametrize("path", PAGES)
def test_a_page_says_everything_in_the_language_that_was_asked_for(visit: Visit, path: str):
    page = visit.open(f"{path}#lang=zh")
    chinese = "\n".join(page.evaluate(READ))
    assert CHINESE.search(chinese)
    assert [phrase for phrase in phrases() if phrase in chinese] == []
    page = visit.open(f"{path}?again#lang=en")
    english = "\n".join(page.evaluate(READ))
    for name in NAMED:
        english = english.replace(name, "")
    assert [line for line in english.split("\n") if CHINESE.search(line)] == []


TABBABLE: Final = """() => {
    const found = [...document.querySelectorAll('a[href], button, select, input, summary, [tabindex="0"]')].filter(
        one => one.checkVisibility() && !one.disabled && one.tabIndex >= 0 && (one.type !== 'radio' || one.checked)
    );
    window.tabbable = found;
    return found.length;
}"""
REACHED: Final = """() => {
    const one = document.activeElement, beside = one.nextElementSibling || one;
    const shown = [one, beside].some(node => getComputedStyle(node).outlineStyle !== 'none');
    return [window.tabbable.indexOf(one), shown, one.outerHTML.slice(0, 80)];
}"""


@pytest.mark.parametrize("path", [path for path in PAGES if path != "beside/index.html"])
def test_a_keyboard_reaches_all_there_is_and_shows_where_it_is(visit: Visit, path: str):
    page = visit.open(path)
    count = page.evaluate(TABBABLE)
    reached = set()
    for _ in range(count):
        page.keyboard.press("Tab")
        place, shown, what = page.evaluate(REACHED)
        assert shown, what
        reached.add(place)
    missing = [page.evaluate(f"window.tabbable[{place}].outerHTML.slice(0, 80)") for place in {*range(count)} - reached]
    assert missing == []


def table(page: Page, figure: str) -> list[list[str]]:
    """The table beside a figure, opened, as text."""
    page.click(f"#{figure} [data-table] summary")
    page.wait_for_selector(f"#{figure} [data-table] tbody tr")
    rows = page.locator(f"#{figure} [data-table] tbody tr").all()
    return [row.locator("th, td").all_inner_texts() for row in rows]


def kept(page: Page, figure: str) -> list[dict[str, str]]:
    """The rows of a figure's CSV file."""
    with page.expect_download() as waiting:
        page.click(f"#{figure} [data-save=csv]")
    return list(csv.DictReader(io.StringIO(Path(waiting.value.path()).read_text("utf-8"))))


def test_fields_lead_to_each_and_each_to_its_curves(visit: Visit):
    page = visit.open("fields.html")
    assert page.locator("figure[data-figure] svg").count() == 3  # a chart for each field
    with page.expect_navigation():
        page.locator("#agent-framework a").click()
    page.wait_for_function(DRAWN)
    assert page.inner_text("h1") == "Agent framework"
    page.get_by_text("giant-low-code: peak 2,370 in 2025-06, off this scale").first.wait_for()
    page.locator("a.more").first.click()
    page.wait_for_selector("#activity[data-drawn]")
    assert page.input_value("[name=category]") == "agent-framework"
    assert page.is_checked("[name=hide_leader]")
    assert visit.complaints == []


def test_a_field_s_table_holds_the_hidden_one_too(visit: Visit):
    page = visit.open("field/agent-framework.html")
    cells = table(page, "field-agent-framework")
    assert ["2025-06", "giant-low-code", "2,370"] in cells
    assert {row["name"] for row in kept(page, "field-agent-framework")} == {row[1] for row in cells}
    shares = table(page, "styles-agent-framework")
    assert {row[1] for row in shares} == {"code", "low-code"}
    assert len(table(page, "lives-agent-framework")) > 2


def test_the_map_s_circles_lead_to_projects_and_strangers_nowhere(visit: Visit):
    page = visit.open("map.html")
    tiles = page.locator(".areas")
    assert tiles.locator("li", has_text="far").locator("a").count() == 0
    assert page.locator(".area", has_text="Unclustered").locator("li").all_inner_texts() == ["juniper"]
    assert table(page, "landscape-views")[0][0] == "People in common"
    page.get_by_text("New, split, merged and dissolved groups").click()
    moves = page.locator("details", has=page.get_by_text("New, split, merged and dissolved groups"))
    assert "moved" in moves.locator("table").inner_text()
    tiles.locator("a", has_text="brook").first.click()
    assert page.inner_text("h1") == "brook"
    assert visit.complaints == []


def test_organisations_sort_and_have_pages_of_their_own(visit: Visit):
    page = visit.open("organisations.html")

    def column(place: int) -> list[str]:
        return page.locator(f"[data-sortable] tbody tr td:nth-child({place})").all_inner_texts()

    commits = page.locator("[data-sortable] thead th:nth-child(4) button")
    commits.click()
    falling = [int(text.replace(",", "")) for text in column(4)]
    assert falling == sorted(falling, reverse=True)
    commits.click()
    assert [int(text.replace(",", "")) for text in column(4)] == falling[::-1]
    assert HOSTILE in page.inner_text("main")
    with page.expect_navigation():
        page.locator("[data-sortable] a", has_text="Mossbank").first.click()
    page.wait_for_function(DRAWN)
    assert page.inner_text("h1") == "Mossbank"
    months = page.evaluate("document.querySelector('[data-figure]').ecotoneShown().rows.map(row => row.s)")
    assert months[-1] == "p"  # observation ends within it
    assert "w" in months
    assert visit.complaints == []


def test_interaction_can_be_narrowed_to_a_field(visit: Visit):
    page = visit.open("interaction.html")
    redrawn(page, lambda: page.select_option("#crossing [name=category]", "infrastructure"), "crossing")
    shown = page.evaluate("document.getElementById('crossing').ecotoneShown().rows.map(row => row.category)")
    assert set(shown) == {"infrastructure"}
    assert len(table(page, "crossing")) == 40
    assert len(kept(page, "crossing")) == 40
    assert any(HOSTILE in row for row in table(page, "mixing"))
    assert page.locator("#project-map [data-plot] svg").count() == 1
    assert {row[0] for row in table(page, "diversity")} == {"atlas-agents", "brook", "giant-low-code"}
    assert visit.complaints == []


def test_ai_collaborators_can_be_narrowed_to_a_field_and_followed_to_commits(visit: Visit):
    page = visit.open("collaborators.html")
    everywhere = page.evaluate("document.getElementById('assisted-products').ecotoneShown().rows.length")
    redrawn(page, lambda: page.select_option("#assisted-products [name=scope]", "coding-tool"), "assisted-products")
    rows = page.evaluate("document.getElementById('assisted-products').ecotoneShown().rows")
    assert len(rows) == everywhere
    assert {row["scope"] for row in rows} == {"coding-tool"}
    assert HOSTILE in page.inner_text("#assisted-products .legend")
    page.locator("main > section > details summary").last.click()
    assert "0123456789" in page.locator("main details[open]").last.inner_text()
    assert visit.complaints == []


def test_what_others_publish_can_be_picked_and_is_named(visit: Visit):
    page = visit.open("project/atlas-agents.html")
    figure = "references-atlas-agents"
    assert "OpenDigger (X-lab)" in page.inner_text(f"#{figure} [data-plot]")
    names = {row["name"] for row in kept(page, figure)}
    assert names == {"OpenDigger (X-lab)", "Ecotone: activity/ecotone-1"}
    redrawn(page, lambda: page.select_option(f"#{figure} [name=series]", "openrank"), figure)
    assert {row["name"] for row in kept(page, figure)} == {"OpenDigger (X-lab)"}
    assert "not Ecotone" in page.inner_text(f"#{figure} [data-source]")
    assert visit.complaints == []


def test_a_wide_table_drawn_in_shades_scrolls_in_its_frame_alone(visit: Visit):
    page = visit.open("organisations.html")
    redrawn(page, lambda: page.set_viewport_size({"width": 390, "height": 800}), "organisations-where")
    width, inside = page.evaluate("(one => [one.clientWidth, one.scrollWidth])(document.querySelector('.plot.wide'))")
    assert inside > width
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    assert page.locator(".plot.wide").get_attribute("tabindex") == "0"


BROKEN: Final = """() => [...document.querySelectorAll('table tbody :is(td, th)')].filter(cell => {
    const range = document.createRange(), text = cell.innerText.trim();
    range.selectNodeContents(cell);
    const lines = new Set([...range.getClientRects()].map(box => Math.round(box.top / 8))).size;
    const han = (text.match(/[\u4e00-\u9fff]/g) || []).length / 3;
    const pieces = han + text.split(/[^\\w\u4e00-\u9fff]+/).filter(Boolean).length;
    return cell.checkVisibility() && !text.includes('<') && lines > 2 * pieces + 1;
}).map(cell => cell.innerText)"""
"""Cells that stand on more lines than they have words."""


def test_tables_on_a_phone_break_between_words_only(visit: Visit):
    visit.page.set_viewport_size({"width": 390, "height": 800})
    for path in ("organisations.html", "map.html", "data.html", "ranking.html", "curves.html"):
        assert visit.open(f"{path}#lang=zh").evaluate(BROKEN) == [], path
    page = visit.open("data.html")
    assert page.locator(".states th", has_text="brook").first.is_visible()


def test_the_tree_of_groups_is_cut_by_keyboard_and_by_address(visit: Visit):
    page = visit.open("map.html")
    listed = (
        "[...document.querySelectorAll('[data-cut]')].filter(one => one.checkVisibility()).map(one => one.dataset.cut)"
    )
    assert page.evaluate(listed) == ["2"]
    page.focus("input[name=cut]:checked")
    page.keyboard.press("ArrowRight")
    assert page.evaluate(listed) == ["3"]
    assert page.url.endswith("#groups=3")
    assert page.locator("[data-cut='3'] article").count() == 3
    assert page.locator("[data-cut='3'] li", has_text="⇄").count() == 1
    page = visit.open("map.html?again#groups=6&lang=zh")
    assert page.evaluate(listed) == ["6"]
    assert "智能体 6/6" in page.inner_text("table.cuts")
    assert visit.complaints == []
