"""Visiting pages in a real browser: what a page complained about, what it asked for, and when it has drawn."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Final

from playwright.sync_api import Browser, Page

CHROMIUM: Final = Path("/usr/bin/chromium")
FLAGS: Final = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
DRAWN: Final = """() => document.readyState === 'complete'
    && [...document.querySelectorAll('figure[data-figure]')].every(one => one.dataset.drawn)
    && (!document.querySelector('[data-signals]') || document.body.dataset.drawn)"""
"""Whether every chart of the page has been drawn."""


class Visit:
    """A page with everything it complained about and everything it asked for."""

    def __init__(self, browser: Browser, folder: Path, **options: object) -> None:
        self.folder = folder
        self.page: Page = browser.new_page(**{"viewport": {"width": 1280, "height": 900}, **options})
        self.page.set_default_timeout(600_000)  # milliseconds
        self.complaints: list[str] = []
        self.requests: list[str] = []
        self.page.on("console", lambda message: self.complaints.append(message.text))
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.on("dialog", lambda dialog: self.complaints.append(f"dialog {dialog.message}"))
        self.page.on("request", lambda request: self.requests.append(request.url))

    def open(self, path: str) -> Page:
        """Go to a page of the report and wait until it has drawn its charts."""
        self.page.goto(f"{self.folder.as_uri()}/{path}")
        self.page.wait_for_function(DRAWN)
        return self.page


def redrawn(page: Page, act: Callable[[], object], figure: str = "activity") -> None:
    """Do something and wait until a figure has been drawn again."""
    before = int(page.get_attribute(f"#{figure}", "data-drawn") or 0)
    act()
    page.wait_for_function(f"Number(document.getElementById('{figure}').dataset.drawn) > {before}")


def drawn_names(page: Page) -> set[str]:
    """Projects with a curve in the chart of the field."""
    return set(page.evaluate("[...new Set(ecotone.chartRows().map(row => row.name))]"))


def address(page: Page) -> dict[str, str]:
    """What the page's address says after #."""
    return dict(page.evaluate("[...ecotone.readAddress().entries()]"))
