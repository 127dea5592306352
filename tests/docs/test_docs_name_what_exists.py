"""Commands, options, paths, links and make targets that the documentation names exist."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
import typer.main

from ecotone.cli.main import app

ROOT = Path(__file__).parents[2]
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])
FENCE = re.compile(r"^ *```\w*\n(?P<text>.*?)^ *```$", re.MULTILINE | re.DOTALL)
INLINE = re.compile(r"`(?P<text>[^`\n]+)`")
COMMAND = re.compile(r"(?:^|&& |\$ |\d  )ecotone (?P<words>.+)$")
PATH = re.compile(
    r"(?<![\w./*-])(?P<path>(?:src|tests|docs|landscapes|tools|bench|"
    r"foundation|simulation|store|events|people|signals|networks|landscape|trends|report|pipeline|cli)"
    r"/[\w./*-]*[\w*/-])"
)
LINK = re.compile(r"\]\((?!https?://|mailto:)(?P<target>[^)\s]+)\)")
HEADING = re.compile(r"^#+ (?P<text>.+)$", re.MULTILINE)
MAKE = re.compile(r"(?:^|`|\n)make (?P<target>[a-z][a-z-]*)")
TARGET = re.compile(r"^(?P<name>[a-z][a-z-]*):", re.MULTILINE)
FOLDERS = ("", "src/ecotone", "src/ecotone/events", "src/ecotone/report")
"""Folders from which a page may write a path."""


def page_id(path: Path) -> str:
    return str(path.relative_to(ROOT))


def code_of(text: str) -> list[str]:
    """Everything written as code: the lines of blocks, and code within a sentence."""
    blocks = [line for fence in FENCE.finditer(text) for line in fence["text"].splitlines()]
    return blocks + [match["text"] for match in INLINE.finditer(FENCE.sub("", text))]


def commands_of(page: Path) -> list[list[str]]:
    """The words after `ecotone` in each example of a page, without comments."""
    found = (COMMAND.search(line.strip()) for line in code_of(page.read_text("utf-8")))
    return [match["words"].split(" #")[0].split() for match in found if match]


def command_and_options(words: list[str]) -> tuple[Any, list[str]]:
    """The command that the words name and the options that they use; None if there is no such command."""
    command: Any = typer.main.get_command(app)
    position = 0
    while hasattr(command, "commands") and position < len(words) and not words[position].startswith("-"):
        child = command.commands.get(words[position])
        if child is None:
            return None, []
        command, position = child, position + 1
    return command, [word.split("=")[0] for word in words[position:] if re.match(r"--?[a-z]", word)]


@pytest.mark.parametrize("page", PAGES, ids=page_id)
def test_commands_and_options_exist(page: Path):
    unknown = []
    for words in commands_of(page):
        if not re.fullmatch(r"[a-z-]+", words[0]):
            continue  # `ecotone COMMAND`
        command, options = command_and_options(words)
        accepted = {
            "--help",
            *(name for item in (command.params if command else []) for name in (*item.opts, *item.secondary_opts)),
        }
        if command is None or not set(options) <= accepted:
            unknown.append(" ".join(words))
    assert unknown == []


def test_examples_are_checked():
    assert sum(len(commands_of(page)) for page in PAGES) >= 30
    assert command_and_options(["explain", "x", "--json"])[0] is not None
    assert command_and_options(["nothing"])[0] is None
    assert command_and_options(["affiliations", "export", "-f", "csv"])[1] == ["-f"]


def exists(path: str, page: Path) -> bool:
    """Whether a path is there, from the root, from a folder of FOLDERS or from the page; it may hold `*`."""
    starts = (*(ROOT / folder for folder in FOLDERS), page.parent)
    return any(any(True for _ in start.glob(path.rstrip("/"))) for start in starts)


@pytest.mark.parametrize("page", PAGES, ids=page_id)
def test_paths_exist(page: Path):
    paths = {match["path"] for text in code_of(page.read_text("utf-8")) for match in PATH.finditer(text)}
    assert sorted(path for path in paths if is_file_path(path) and not exists(path, page)) == []


def test_missing_paths_are_noticed():
    page = ROOT / "docs" / "architecture.md"
    assert exists("src/ecotone/pipeline/steps.py", page)
    assert exists("tests/fakes", page)
    assert not exists("src/ecotone/pipeline/nothing.py", page)
    assert [match["path"] for match in PATH.finditer("see pipeline/steps.py, or build/x.py")] == ["pipeline/steps.py"]
    assert is_file_path("tests/fakes")
    assert not is_file_path("events/people")


def is_file_path(text: str) -> bool:
    """Paths of files and folders, not names such as `influence/ecotone-1` or `owner/name`."""
    last = text.rstrip("/").rsplit("/", 1)[-1]
    return text.endswith("/") or text.startswith(("src/", "tests/", "docs/")) or "." in last


def anchor_of(heading: str) -> str:
    """GitHub's anchor of a heading: letters, digits, _ and - in lower case, spaces as -."""
    plain = re.sub(r"[`*]", "", heading).strip().lower()
    return re.sub(r"[^\w\- ]", "", plain).replace(" ", "-")


@pytest.mark.parametrize("page", PAGES, ids=page_id)
def test_relative_links_resolve(page: Path):
    broken = []
    for match in LINK.finditer(INLINE.sub("", FENCE.sub("", page.read_text("utf-8")))):
        path, _, anchor = match["target"].partition("#")
        target = page.parent / path if path else page
        headings = HEADING.findall(target.read_text("utf-8")) if target.suffix == ".md" and target.exists() else []
        if not target.exists() or (anchor and anchor not in {anchor_of(heading) for heading in headings}):
            broken.append(match["target"])
    assert broken == []


@pytest.mark.parametrize("page", PAGES, ids=page_id)
def test_make_targets_exist(page: Path):
    targets = set(TARGET.findall((ROOT / "Makefile").read_text("utf-8")))
    named = {match["target"] for text in code_of(page.read_text("utf-8")) for match in MAKE.finditer(text.strip())}
    assert named <= targets
