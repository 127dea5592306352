"""Output of the command line: results go to standard output, everything else to standard error."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn
from typer.core import TyperGroup

from ecotone.foundation.output_text import make_printable, write_json_text

if TYPE_CHECKING:  # `ecotone --help` must import neither Arrow nor pydantic
    from ecotone.pipeline.steps import Step

WorkspaceOption = Annotated[
    Path, typer.Option("--workspace", "-w", help="The folder that holds all data of Ecotone.", show_default=True)
]
JsonOption = Annotated[bool, typer.Option("--json", help="Print JSON instead of text.")]
PseudonymiseOption = Annotated[
    bool, typer.Option("--pseudonymise", help="Replace accounts and persons by pseudonyms of this workspace.")
]
QuietOption = Annotated[bool, typer.Option("--quiet", "-q", help="Print nothing but results and errors.")]
SinceOption = Annotated[str | None, typer.Option(help="The first month, as 2024-01.")]
UntilOption = Annotated[str | None, typer.Option(help="The last month, included.")]

DEFAULT_WORKSPACE = Path(".ecotone")
DEFAULT_MIN_ORGANISATION_SIZE = 3

PIPE_WIDTH = 160
"""Columns of a pipe or a file, which have no width of their own: enough for every table."""

results = Console(highlight=False, soft_wrap=True, width=None if sys.stdout.isatty() else PIPE_WIDTH)
messages = Console(stderr=True, highlight=False, soft_wrap=True)


def print_json(value: Any) -> None:
    """Print one JSON document to standard output, in UTF-8 regardless of the terminal's encoding."""
    sys.stdout.flush()
    sys.stdout.buffer.write((write_json_text(value, indent=1) + "\n").encode("utf-8", "replace"))
    sys.stdout.buffer.flush()


def print_lines(lines: Iterable[str]) -> None:
    """Print lines of a result, without markup and control characters."""
    for line in lines:
        results.print(make_printable(line), markup=False)


def print_message(text: str, quiet: bool = False) -> None:
    """Print a message to standard error, without markup and control characters; nothing if `quiet`."""
    if not quiet:
        messages.print(make_printable(text), markup=False)


class CommandGroup(TyperGroup):
    """A group whose absent flags are False, not None: typer would import pydantic to convert None."""

    def get_params(self, ctx: Any) -> list[Any]:
        """The options of the group, also those for help and shell completion."""
        options = super().get_params(ctx)
        for option in options:
            if getattr(option, "is_flag", False) and option.default is None:
                option.default = False
        return options


class ProgressReporter:
    """Reports the progress of a run: a bar on a terminal, plain lines in a log, nothing if quiet."""

    def __init__(self, quiet: bool, bar: Progress | None) -> None:
        self._quiet = quiet
        self._bar = bar
        self._task = bar.add_task("", total=None) if bar else None

    def begin_step(self, step: Step) -> None:
        """Announce a step."""
        if self._bar is not None and self._task is not None:
            self._bar.reset(self._task, description=step.text, total=None)
        else:
            print_message(step.text, self._quiet)

    def report_item(self, name: str, done: int, total: int) -> None:
        """Report that one more item of the step is done."""
        if self._bar is not None and self._task is not None:
            self._bar.update(self._task, completed=done, total=total)
        else:
            print_message(f"  {done}/{total} {name}", self._quiet)


@contextmanager
def progress_reporter(quiet: bool) -> Iterator[ProgressReporter]:
    """Open a `ProgressReporter` for the duration of a run."""
    if quiet or not messages.is_terminal:
        yield ProgressReporter(quiet, None)
        return
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=messages, transient=True) as bar:
        yield ProgressReporter(quiet, bar)
