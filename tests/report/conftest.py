"""The made-up field as fixtures: as input, as files in memory, as a folder on disk; and a browser to look at it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest
from playwright.sync_api import Browser, sync_playwright

from ecotone.report import ReportInput, inline_single_file, render_report, write_comparison
from tests.conftest import make_once
from tests.report.browsing import CHROMIUM, FLAGS, Visit
from tests.report.full import full_field
from tests.report.large import large_field
from tests.report.made import HOSTILE, made_field


@pytest.fixture(scope="session")
def source() -> ReportInput:
    return made_field()


@pytest.fixture(scope="session")
def files(source: ReportInput) -> dict[str, bytes]:
    return dict(render_report(source))


@pytest.fixture(scope="session")
def every() -> ReportInput:
    """The same field with the tables of every page."""
    return full_field()


@pytest.fixture(scope="session")
def folder(every: ReportInput, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The report with every page, and a comparison beside it as a folder and as one file."""

    def make(root: Path) -> None:
        written(dict(render_report(every)), root)
        beside = dict(write_comparison(every, ("atlas-agents", "heath-ide", HOSTILE)))
        written(beside, root / "beside")
        (root / "beside.html").write_bytes(inline_single_file(beside))

    return make_once(tmp_path_factory, "report", make)


@pytest.fixture(scope="session")
def sixty(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A report of sixty projects over sixty months with every declared signal."""
    return make_once(tmp_path_factory, "sixty", lambda root: written(dict(render_report(large_field(60, 60))), root))


def written(files: Mapping[str, bytes], root: Path) -> Path:
    for path, content in files.items():
        target = root / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content)
    return root


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    if not CHROMIUM.exists():
        pytest.skip(f"there is no {CHROMIUM}")
    with sync_playwright() as player:
        found = player.chromium.launch(executable_path=str(CHROMIUM), args=FLAGS)
        yield found
        found.close()


@pytest.fixture
def visit(browser: Browser, folder: Path) -> Iterator[Visit]:
    found = Visit(browser, folder)
    yield found
    found.page.close()
