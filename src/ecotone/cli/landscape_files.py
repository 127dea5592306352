"""The landscape files of the working folder, and what to do next there."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Final

from ecotone.cli.console import DEFAULT_WORKSPACE
from ecotone.foundation.errors import UserError
from ecotone.foundation.safe_toml import parse_toml

MAX_BYTES: Final = 1 << 20
"""A larger file is not looked into; it can still be named."""


def find_landscape_files(folder: Path) -> list[Path]:
    """The TOML files of a folder that have a table [landscape], by name."""
    files = sorted(path for path in folder.glob("*.toml") if path.is_file() and path.stat().st_size <= MAX_BYTES)
    return [path for path in files if _has_landscape_table(path)]


def only_landscape_file(folder: Path) -> Path:
    """The only landscape file of a folder. Raises UserError if there is none, or several."""
    landscapes = find_landscape_files(folder)
    if not landscapes:
        raise UserError("There is no landscape file in this folder. Write one with `ecotone init agents`, or name one.")
    if len(landscapes) > 1:
        names = ", ".join(path.name for path in landscapes)
        raise UserError(f"There are several landscape files in this folder: {names}. Name the one that you mean.")
    return landscapes[0]


def next_steps(folder: Path) -> Iterator[str]:
    """What `ecotone` alone prints: the commands that make sense in this folder, one a line."""
    landscapes = find_landscape_files(folder)
    page = folder / DEFAULT_WORKSPACE / "report" / "index.html"
    yield "Ecotone: who builds an open-source field, for which organisations, and which projects rise."
    yield ""
    if page.is_file():
        yield f"The report of this folder is {page}"
    steps = [(f"ecotone run {path.name}", "collect what is new and write the report") for path in landscapes]
    if page.is_file():
        steps.append(("ecotone show PROJECT", "one project of the report in the terminal"))
        steps.append(("ecotone doctor", "what is missing or damaged"))
    if not landscapes:
        steps.append(("ecotone init agents", "write a list of projects to start from; then: ecotone run"))
    steps.append(("ecotone compare OWNER/NAME OWNER/NAME", "two projects, from nothing"))
    if not landscapes:
        steps.append(("ecotone demo -o demo", "a simulated field, without a network"))
    steps.append(("ecotone --help", "all commands"))
    width = max(len(command) for command, _ in steps)
    for command, purpose in steps:
        yield f"  {command:{width}}   {purpose}"


def _has_landscape_table(path: Path) -> bool:
    try:
        return isinstance(parse_toml(path.read_text("utf-8-sig")).get("landscape"), dict)
    except (OSError, ValueError):
        return False
