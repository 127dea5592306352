"""The documentation is complete and up to date: examples, generated reference, tutorial, and every page linked."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from ecotone import signals
from ecotone.cli.main import app
from ecotone.foundation.errors import UserError
from ecotone.foundation.landscape import parse_landscape

ROOT = Path(__file__).parents[2]
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])
LINK = re.compile(r"\]\((?P<target>[^)\s]+)\)")
HEADING = re.compile(r"^#+ (?P<text>.+)$", re.MULTILINE)
FENCE = re.compile(r"^ *```(?P<kind>\w*)\n(?P<text>.*?)^ *```$", re.MULTILINE | re.DOTALL)


def page_id(path: Path) -> str:
    return str(path.relative_to(ROOT))


def prose_of(text: str) -> str:
    """The text without code, in blocks or within lines."""
    return re.sub(r"`[^`\n]*`", "", FENCE.sub("", text))


def command_names() -> set[str]:
    groups = {group.name for group in app.registered_groups}
    own = {info.name or info.callback.__name__.replace("_", "-") for info in app.registered_commands}
    return {*groups, *own}


@pytest.mark.parametrize("page", PAGES, ids=page_id)
def test_whole_landscapes_in_examples_are_accepted(page: Path):
    refused = []
    for text in landscapes_in(page):
        try:
            parse_landscape(text, page)
        except UserError as error:
            refused.append(str(error))
    assert refused == []


def test_there_are_landscapes_in_examples():
    assert sum(len(landscapes_in(page)) for page in PAGES) >= 3


def landscapes_in(page: Path) -> list[str]:
    """The examples of a page that are whole landscape files."""
    fences = (fence for fence in FENCE.finditer(page.read_text("utf-8")) if fence["kind"] == "toml")
    return [fence["text"] for fence in fences if fence["text"].lstrip().startswith("[landscape]")]


def test_the_reference_is_what_the_code_declares():
    done = subprocess.run(
        [sys.executable, str(ROOT / "tools" / "write_reference.py"), "--check"], capture_output=True, text=True
    )
    assert done.stdout + done.stderr == ""


def test_the_tutorial_prints_what_it_says():
    done = subprocess.run(
        [sys.executable, str(ROOT / "tools" / "run_tutorial.py")], capture_output=True, text=True, check=False
    )
    assert done.stdout + done.stderr == "", "if the new output is right: python tools/run_tutorial.py --write"


def test_every_signal_has_its_heading():
    headings = set(HEADING.findall((ROOT / "docs" / "reference" / "signals.md").read_text("utf-8")))
    assert {signal.name for signal in signals.ALL} <= headings


def test_every_command_has_its_heading():
    headings = HEADING.findall((ROOT / "docs" / "reference" / "commands.md").read_text("utf-8"))
    documented = {heading.split()[1] for heading in headings if heading.startswith("ecotone ")}
    assert documented == command_names()


def test_every_page_can_be_reached_from_the_readme():
    waiting, reached = [ROOT / "README.md"], set()
    while waiting:
        page = waiting.pop()
        if page in reached:
            continue
        reached.add(page)
        for match in LINK.finditer(prose_of(page.read_text("utf-8"))):
            target = (page.parent / match["target"].partition("#")[0]).resolve()
            if target.is_dir():
                waiting += sorted(target.glob("*.md"))
            elif target.suffix == ".md" and target.exists():
                waiting.append(target)
    assert [page_id(page) for page in PAGES if (ROOT / "docs") in page.parents and page not in reached] == []


def test_decisions_are_numbered_without_gaps():
    numbers = [int(path.name[:4]) for path in sorted((ROOT / "docs" / "decisions").glob("*.md"))]
    assert numbers == list(range(1, len(numbers) + 1))


def test_the_project_speaks_of_itself_only():
    """No machine's paths, no persons' addresses but reserved ones."""
    for page in PAGES:
        text = page.read_text("utf-8")
        assert not re.search(r"/work/|/root/|/home/\w", text), page_id(page)
        if page.name != "actors.md":
            for domain in re.findall(r"[\w.+-]+@([\w-]+(?:\.[\w-]+)+)", text):
                allowed = domain.split(".")[-1] in ("example", "test", "invalid") or domain in (
                    "example.org",
                    "example.com",
                    "users.noreply.github.com",
                )
                assert allowed, f"{page_id(page)}: {domain}"
