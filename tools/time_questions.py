"""Time how long readers need to find answers in a report: open it in Chromium and apply a simple model of reading.

    tools/time_questions.py REPORT [--projects FIRST SECOND]

The model: a screen scrolled takes 1.5 seconds, a click 2, a word 0.25 (two Chinese characters are a word). Read are the
headings and leading sentences from the top of the last page to the answer, and the answer itself. It is a model: nobody
was timed.
"""

from __future__ import annotations

import argparse
import re
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from playwright.sync_api import Browser, Locator, Page, sync_playwright
from playwright.sync_api import TimeoutError as NotFoundInTime

QUESTIONS: Final = Path(__file__).with_name("questions.toml")
CHROMIUM: Final = "/usr/bin/chromium"
SCREEN, CLICK, WORD = 1.5, 2.0, 0.25
PASSED: Final = "main h1, main h2, main .lead, main .answers li"
"""What a reader reads on the way down."""

DESKTOP: Final = {"viewport": {"width": 1280, "height": 900}, "locale": "en-GB"}
PHONE: Final = {
    "viewport": {"width": 390, "height": 844}, "locale": "zh-CN", "has_touch": True, "is_mobile": True,
}  # fmt: skip

READERS: Final = {
    "architect": "An architect who chooses among frameworks",
    "engineer": "An engineer between two projects",
    "maintainer": "A maintainer who asks whose project it is",
    "researcher": "A researcher who wants data and definitions",
    "phone": "A Chinese reader on a phone",
}


@dataclass(frozen=True, slots=True)
class Question:
    """A question, the links on the way from the overview, and the element that answers it.

    way     selectors of links; `search:NAME` types a name into the search box and takes the first hit
    answer  selector of the element that answers
    """

    reader: str
    text: str
    where: str
    way: tuple[str, ...]
    answer: str


def list_questions(first: str, second: str) -> list[Question]:
    """The questions of tools/questions.toml about a report and two of its projects."""
    names = {"{first}": first, "{second}": second, "{label}": second.rpartition("/")[2]}

    def fill(text: str) -> str:
        for gap, name in names.items():
            text = text.replace(gap, name)
        return text

    rows = tomllib.loads(QUESTIONS.read_text("utf-8"))["question"]
    return [Question(**row | {"way": tuple(map(fill, row["way"])), "answer": fill(row["answer"])}) for row in rows]


def count_words(text: str) -> float:
    """Words of a text; two Chinese characters are a word."""
    chinese = len(re.findall(r"[\u4e00-\u9fff]", text))
    return len(re.findall(r"[A-Za-z0-9.,%+−-]+", text)) + chinese / 2


def time_question(browser: Browser, report: Path, question: Question) -> float | None:
    """Seconds by the model; None if the report has no such element."""
    context = browser.new_context(**(PHONE if question.reader == "phone" else DESKTOP))
    page = context.new_page()
    try:
        page.goto((report / "index.html").as_uri())
        page.wait_for_timeout(400)
        seconds = 0.0
        for step in question.way:
            seconds += CLICK
            if step.startswith("search:"):
                page.fill("header input[type=search]", step.removeprefix("search:"))
                page.wait_for_timeout(300)
                page.locator(".search li a").first.click()
                seconds += CLICK
            else:
                link = page.locator(step).first
                if not link.count():
                    return None
                seconds += _reach(page, link) if "nav" not in step else 0.0
                link.click()
            page.wait_for_timeout(700)
        target = page.locator(question.answer).first
        try:
            target.wait_for(state="attached", timeout=10_000)
        except NotFoundInTime:
            return None
        return seconds + _reach(page, target) + _read(page, target)
    finally:
        context.close()


def _reach(page: Page, target: Locator) -> float:
    """Seconds of scrolling until an element's first screen is seen."""
    top: float = target.evaluate("node => node.getBoundingClientRect().top + scrollY")
    height = page.viewport_size["height"] if page.viewport_size else 900
    needed: float = top + min(target.evaluate("node => node.getBoundingClientRect().height"), height / 2)
    return max(0.0, needed - height) / height * SCREEN


def _read(page: Page, target: Locator) -> float:
    """Seconds of reading what is above the element, and at most its first sixty words."""
    place = target.evaluate("node => node.getBoundingClientRect().top + scrollY")
    above: list[str] = page.evaluate(
        "([selector, place]) => Array.from(document.querySelectorAll(selector))"
        ".filter((node) => node.getBoundingClientRect().bottom + scrollY <= place + 1).map((node) => node.innerText)",
        [PASSED, place],
    )
    own = target.inner_text() if target.evaluate("node => 'innerText' in node") else ""
    return (sum(map(count_words, above)) + min(count_words(own), 60)) * WORD


def main() -> None:
    """Print the table of one report."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("report", type=Path)
    parser.add_argument("--projects", nargs=2, default=("crewAIInc/crewAI", "langchain-ai/langgraph"))
    arguments = parser.parse_args()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
        for question in list_questions(*arguments.projects):
            seconds = time_question(browser, arguments.report.resolve(), question)
            shown = "not there" if seconds is None else f"{seconds:.0f}"
            print(f"{READERS[question.reader]} | {question.text} | {question.where} | {shown}", flush=True)
        browser.close()


if __name__ == "__main__":
    main()
