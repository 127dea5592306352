"""Remake docs/images from a report: `python tools/take_pictures.py REPORT [--project SLUG]`.

Needs Playwright and a Chromium (Debian: apt install chromium). The report is opened from disk, in the light theme.
"""

from __future__ import annotations

import argparse
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from playwright.sync_api import Browser, sync_playwright

IMAGES: Final = Path(__file__).parents[1] / "docs" / "images"
CHROMIUM: Final = Path("/usr/bin/chromium")
FLAGS: Final = ("--no-sandbox", "--disable-gpu", "--disable-background-networking", "--hide-scrollbars")
WIDTH: Final = 1200  # CSS pixels


@dataclass(frozen=True, slots=True)
class Picture:
    """One picture: its name, the page, what must have been drawn, and how much of the page it shows."""

    name: str
    page: str
    drawn: str
    height: int  # CSS pixels


def main() -> int:
    """Take every picture; 1 if the report or the browser is not there."""
    arguments = _arguments()
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
        for picture in pictures(report, arguments.project):
            take(browser, report, picture)
            print(f"{IMAGES / picture.name}.png")
        browser.close()
    return 0


def pictures(report: Path, project: str | None) -> tuple[Picture, ...]:
    """What is pictured; `project` is the name of a page in the report's folder `project`, by default the first."""
    slug = project or min(page.stem for page in (report / "project").glob("*.html"))
    return (
        Picture("report", "index.html", "#activity[data-drawn]", 1150),
        Picture("project", f"project/{slug}.html", "body[data-drawn]", 1150),
    )


def take(browser: Browser, report: Path, picture: Picture) -> None:
    """Open a page as a new reader with a light desktop would, and keep its top."""
    page = browser.new_page(viewport={"width": WIDTH, "height": picture.height}, color_scheme="light", locale="en-GB")
    page.goto(f"{report.as_uri()}/{picture.page}")
    page.wait_for_selector(picture.drawn)
    page.evaluate("document.fonts.ready")
    page.wait_for_timeout(500)  # the last transitions
    page.screenshot(path=IMAGES / f"{picture.name}.png")
    page.close()


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("report", type=Path, help="the folder of a report")
    parser.add_argument("--project", help="the project's page, as its file is called without .html")
    parser.add_argument("--chromium", type=Path, default=CHROMIUM)
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
