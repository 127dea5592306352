"""Remake docs/images from a report: `python tools/take_pictures.py REPORT [--project SLUG] [--only NAME ...]`.

Needs Playwright and a Chromium (Debian: apt install chromium). The report is opened from disk.
`make pictures` makes the report of the real histories first.
"""

from __future__ import annotations

import argparse
import sys
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from playwright.sync_api import Browser, sync_playwright

IMAGES: Final = Path(__file__).parents[1] / "docs" / "images"
CHROMIUM: Final = Path("/usr/bin/chromium")
FLAGS: Final = ("--no-sandbox", "--disable-gpu", "--disable-background-networking", "--hide-scrollbars")
WIDTH: Final = 1200  # CSS pixels
DRAWN: Final = """() => [...document.querySelectorAll('figure[data-figure]')].every(one => one.dataset.drawn)
    && (!document.querySelector('[data-signals]') || document.body.dataset.drawn)"""
"""Whether every chart of the page has been drawn."""


@dataclass(frozen=True, slots=True)
class Picture:
    """One picture: its name, the page (with what its address tells), how much of it in CSS pixels, which theme."""

    name: str
    page: str
    height: int
    width: int = WIDTH
    dark: bool = False


ALL: Final = (
    Picture("report", "index.html", 1150),
    Picture("curves", "curves.html", 1000),
    Picture("curves-dark", "curves.html#scale=log&step=quarter", 900, dark=True),
    Picture("ranking", "ranking.html", 1150),
    Picture("project", "project/{project}.html", 1620),
    Picture("fields", "fields.html", 1150),
    Picture("field", "field/coding-assistant.html", 1150),
    Picture("landscape", "map.html", 1150),
    Picture("organisations", "organisations.html", 1150),
    Picture("interaction", "interaction.html", 1150),
    Picture("collaborators", "collaborators.html", 1150),
    Picture("claims", "claims.html", 1150),
    Picture("phone-zh", "index.html#lang=zh", 844, width=390),
)
"""Pages of the report; one whose tables were not made is left out."""


def main() -> int:
    """Take every picture; 1 if the report or the browser is not there."""
    arguments = _parse_arguments()
    report: Path = arguments.report.resolve()
    if not (report / "index.html").exists():
        print(f"{report} holds no index.html; give the folder of a report.")
        return 1
    if not arguments.chromium.exists():
        print(f"There is no browser {arguments.chromium}; give one with --chromium.")
        return 1
    IMAGES.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as player:
        browser = player.chromium.launch(executable_path=str(arguments.chromium), args=list(FLAGS))
        for picture in list_pictures(report, arguments.project):
            if picture.name in arguments.leave_out or (arguments.only and picture.name not in arguments.only):
                continue
            take_picture(browser, report, picture)
            print(f"{IMAGES / picture.name}.png")
        browser.close()
    return 0


def list_pictures(report: Path, project: str | None) -> tuple[Picture, ...]:
    """What is pictured; `project` is the name of a page in the report's folder `project`, by default the first."""
    slug = project or min(page.stem for page in (report / "project").glob("*.html"))
    paths = (replace(picture, page=picture.page.format(project=slug)) for picture in ALL)
    return tuple(picture for picture in paths if (report / picture.page.split("#")[0]).exists())


def take_picture(browser: Browser, report: Path, picture: Picture) -> None:
    """Open a page as a new reader would, and keep its top."""
    page = browser.new_page(
        viewport={"width": picture.width, "height": picture.height},
        color_scheme="dark" if picture.dark else "light",
        locale="en-GB",
        reduced_motion="reduce",
    )
    page.goto(f"{report.as_uri()}/{picture.page}")
    page.wait_for_function(DRAWN)
    page.evaluate("document.fonts.ready")
    page.wait_for_timeout(300)  # the last layout
    page.screenshot(path=IMAGES / f"{picture.name}.png")
    page.close()


def _parse_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("report", type=Path, help="the folder of a report")
    parser.add_argument("--project", help="the project's page, as its file is called without .html")
    parser.add_argument("--only", nargs="+", metavar="NAME", help="take only the pictures of these names")
    parser.add_argument("--leave-out", nargs="+", default=(), metavar="NAME", help="take all but these")
    parser.add_argument("--chromium", type=Path, default=CHROMIUM)
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
