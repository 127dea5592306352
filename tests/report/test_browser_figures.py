"""Figures in a real browser: picks, tables, and the files they are kept as."""

from __future__ import annotations

import csv
import io
from pathlib import Path
from xml.etree import ElementTree

import pytest
from playwright.sync_api import Browser, Page

from tests.report.browsing import Visit, redrawn
from tests.report.made import HOSTILE

pytestmark = pytest.mark.browser


def kept(page: Page, figure: str, kind: str) -> bytes:
    """What a figure's button downloads."""
    with page.expect_download() as waiting:
        page.click(f"#{figure} [data-save={kind}]")
    return Path(waiting.value.path()).read_bytes()


def table(content: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(content.decode("utf-8"))))


def test_a_pick_shows_its_rows_only(visit: Visit):
    page = visit.open("ranking.html")
    assert ">delta-graph<" in page.inner_html("#ranks [data-plot]")
    redrawn(page, lambda: page.select_option("#ranks [name=category]", "coding-tool"), "ranks")
    assert ">delta-graph<" not in page.inner_html("#ranks [data-plot]")
    assert ">heath-ide<" in page.inner_html("#ranks [data-plot]")


def test_the_table_beside_a_figure_has_its_rows_and_sorts(visit: Visit):
    page = visit.open("ranking.html")
    page.click("#ranks [data-table] summary")
    page.wait_for_selector("#ranks tbody tr")
    rows = page.locator("#ranks tbody tr")
    shown = len(page.evaluate("document.getElementById('ranks').ecotoneShown().rows"))
    assert rows.count() == shown
    assert page.locator("#ranks tbody a.project").count() > 0
    page.locator("#ranks thead button", has_text="Rank").click()
    ranks = [text for text in page.locator("#ranks tbody td:nth-child(3)").all_inner_texts() if text != "–"]
    assert ranks == sorted(ranks, key=int, reverse=True)


@pytest.mark.parametrize("told", ["", "#lang=zh&theme=dark"])
def test_a_chart_is_kept_as_it_is_shown(visit: Visit, told: str):
    page = visit.open(f"ranking.html{told}")
    redrawn(page, lambda: page.select_option("#ranks [name=category]", "coding-tool"), "ranks")
    svg = kept(page, "ranks", "svg").decode()
    assert ">heath-ide</text>" in svg
    assert ("编程工具" in svg) == bool(told)
    assert ("#171c1b" in svg) == bool(told)
    for part in ("activity/ecotone-1", "2022-08", "git"):
        assert part in svg
    ElementTree.fromstring(svg)  # it is well-formed
    png = kept(page, "ranks", "png")
    assert png[:8] == b"\x89PNG\r\n\x1a\n"
    assert int.from_bytes(png[16:20]) > 1500
    rows = table(kept(page, "ranks", "csv"))
    assert len(rows) == len(page.evaluate("document.getElementById('ranks').ecotoneShown().rows"))
    assert list(rows[0]) == ["name", "quarter", "rank", "v"]
    assert visit.complaints == []


def test_the_curves_are_kept_with_their_period_their_step_and_their_selection(visit: Visit):
    page = visit.open(
        "curves.html#from=2024-01&to=2024-12&hidden=brook&field=coding-tool&signal=top_organisation_share"
    )
    rows = table(kept(page, "activity", "csv"))
    assert {row["month"] for row in rows} == {f"2024-{month:02}" for month in range(1, 13)}
    assert "brook" not in {row["project"] for row in rows}
    assert {row["project"] for row in rows} == set(page.evaluate("[...new Set(ecotone.chartRows().map(r => r.name))]"))
    assert list(rows[0])[2:] == ["coverage", *(f"top_organisation_share{end}" for end in ("", "_low", "_high"))]
    shown = page.evaluate("ecotone.chartRows().map(r => r.v)")
    assert sorted(float(row["top_organisation_share"]) for row in rows) == pytest.approx(sorted(shown))
    redrawn(page, lambda: page.check("[name=step][value=quarter]", force=True))
    quarters = table(kept(page, "activity", "csv"))
    assert {row["quarter"] for row in quarters} == {f"2024 Q{quarter}" for quarter in range(1, 5)}
    svg = kept(page, "activity", "svg").decode()
    assert "2024-01 to 2024-12" in svg
    assert visit.complaints == []


def test_a_project_s_numbers_and_shares_are_kept(visit: Visit, folder: Path):
    slug = next(path.name for path in (folder / "project").glob("*script*"))
    page = visit.open(f"project/{slug}")
    with page.expect_download() as waiting:
        page.click("[data-save-numbers]")
    rows = table(Path(waiting.value.path()).read_bytes())
    assert len(rows) == 40
    assert {row["project"] for row in rows} == {HOSTILE}
    assert "top_organisation_share_high" in rows[0]
    shares = table(kept(page, "shares", "csv"))
    assert list(shares[0]) == ["month", "organisation", "people", "share"]
    by_month: dict[str, float] = {}
    for row in shares:
        by_month[row["month"]] = by_month.get(row["month"], 0) + float(row["share"])
    assert all(total == pytest.approx(1, abs=0.004) for total in by_month.values())
    assert visit.complaints == []


def test_a_figure_fits_whatever_room_it_has(browser: Browser, folder: Path):
    visit = Visit(browser, folder)
    page = visit.open("ranking.html")
    wide = page.locator("#ranks [data-plot] svg").bounding_box()
    redrawn(page, lambda: page.set_viewport_size({"width": 390, "height": 800}), "ranks")
    narrow = page.locator("#ranks [data-plot] svg").bounding_box()
    assert wide is not None
    assert narrow is not None
    assert wide["width"] > 900
    assert narrow["width"] < 380
    page.close()


def test_a_kept_chart_has_the_legend_of_its_page(visit: Visit):
    page = visit.open("collaborators.html")
    svg = kept(page, "assisted-products", "svg").decode()
    for product in ("Helper One", "Other products"):
        assert f">{product}</text>" in svg
    shares = kept(visit.open("project/atlas-agents.html"), "shares", "svg").decode()
    assert ">Employer unknown</text>" in shares
    assert visit.complaints == []


@pytest.mark.parametrize(
    ("path", "plot"),
    [
        ("curves.html", "[data-stage]"),
        ("project/atlas-agents.html", "[data-signals] .plot"),
        ("ranking.html", "[data-plot]"),
        ("collaborators.html", "[data-plot]"),
    ],
)
def test_a_finger_shows_a_value_that_stays(browser: Browser, folder: Path, path: str, plot: str):
    visit = Visit(browser, folder, viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True)
    page = visit.open(path)
    chart = page.locator(plot).first
    chart.scroll_into_view_if_needed()
    box = chart.bounding_box()
    assert box is not None
    for at in range(16):  # a chart is not full of marks
        page.touchscreen.tap(
            box["x"] + box["width"] * (0.5 + 0.1 * (at % 4)), box["y"] + box["height"] * (0.5 + 0.1 * (at // 4))
        )
        if page.locator(".tip").is_visible():
            break
    page.wait_for_timeout(100)  # the finger is lifted
    assert any(letter.isdigit() for letter in page.inner_text(".tip"))
    page.touchscreen.tap(200, 5)
    assert not page.locator(".tip").is_visible()
    assert visit.complaints == []
    page.close()
