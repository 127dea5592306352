"""What the command line writes: results to standard output, everything else to standard error."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from ecotone.pipeline.steps import Step

WorkspaceOption = Annotated[
    Path, typer.Option("--workspace", "-w", help="The folder that holds everything Ecotone keeps.", show_default=True)
]
JsonOption = Annotated[bool, typer.Option("--json", help="Print JSON instead of text.")]
PseudonymiseOption = Annotated[
    bool, typer.Option("--pseudonymise", help="Accounts and persons under names that only this workspace knows.")
]
QuietOption = Annotated[bool, typer.Option("--quiet", "-q", help="Print nothing but results and errors.")]

DEFAULT_WORKSPACE = Path(".ecotone")

WIDE = 160
"""Columns of a pipe or a file, which have no width of their own: enough for every table."""

results = Console(highlight=False, soft_wrap=True, width=None if sys.stdout.isatty() else WIDE)
notes = Console(stderr=True, highlight=False, soft_wrap=True)


def print_json(value: Any) -> None:
    """One JSON document to standard output, in UTF-8 whatever the terminal's own encoding."""
    sys.stdout.flush()
    sys.stdout.buffer.write((json.dumps(value, indent=1, ensure_ascii=False, default=str) + "\n").encode())
    sys.stdout.buffer.flush()


def say(text: str, quiet: bool = False) -> None:
    """A line for the person at the keyboard; never a result. Nothing in it is markup."""
    if not quiet:
        notes.print(text, markup=False)


def plain(text: str) -> str:
    """Text from outside, without control and direction characters that could disturb a terminal."""
    return "".join(letter if letter.isprintable() else "\N{REPLACEMENT CHARACTER}" for letter in text)


class Teller:
    """Tells how far a run is: a bar on a terminal, plain lines in a log, nothing when quiet."""

    def __init__(self, quiet: bool, bar: Progress | None) -> None:
        self._quiet = quiet
        self._bar = bar
        self._task = bar.add_task("", total=None) if bar else None

    def step(self, step: Step) -> None:
        """A step begins."""
        if self._bar is not None and self._task is not None:
            self._bar.reset(self._task, description=step.text, total=None)
        else:
            say(step.text, self._quiet)

    def progress(self, name: str, done: int, total: int) -> None:
        """One more thing of a step is done."""
        if self._bar is not None and self._task is not None:
            self._bar.update(self._task, completed=done, total=total)
        else:
            say(f"  {done}/{total} {name}", self._quiet)


@contextmanager
def telling(quiet: bool) -> Iterator[Teller]:
    """A `Teller` for the length of a run."""
    if quiet or not notes.is_terminal:
        yield Teller(quiet, None)
        return
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=notes, transient=True) as bar:
        yield Teller(quiet, bar)
